"""What results say: yearly amounts by hand, arrays added without losing what was worked out."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from pzh_energy.modeling.results import Results

HOURS, PROBABILITY = (1000.0, 7760.0), (0.75, 0.25)


def results() -> Results:
    """Two periods, weather wet and dry, two steps; `power` [MW] over two members, `fuel` [ktce per step] over one."""
    fuel = np.ones((1, 2, 2, 2))
    said = {"tags": "generation", "bus_of": "{}"}
    power = np.arange(16.0).reshape(2, 2, 2, 2)
    power[1, 1] = np.nan  # the second member is not there in the second period
    data = {
        "ledger.electricity.plant.power": (("plant", "period", "weather", "timestep"), power, {**said, "sign": 1}),
        "ledger.fuel.plant.burnt": (("site", "period", "weather", "timestep"), fuel, {**said, "sign": -1}),
        "ledger.fuel.plant.yearly": (("site", "period"), np.full((1, 2), 5.0), {**said, "sign": 1}),
        "hours": ("timestep", list(HOURS)),
        "probability": ("weather", list(PROBABILITY)),
    }
    return Results(xr.Dataset(data, coords={"period": [2025, 2030], "weather": ["wet", "dry"], "timestep": [0, 1]}))


def test_energy_of_a_year_is_power_times_hours_expected_over_the_weather() -> None:
    """2025: wet (0+8)·1000 + (1+9)·7760 = 85 600, dry (2+10)·1000 + (3+11)·7760 = 120 640 MWh; 0.75 and 0.25 of them
    are 94 360 MWh. 2030, one member: wet 4·1000 + 5·7760 = 42 800, dry 6·1000 + 7·7760 = 60 320; 47 180 MWh."""
    solved = results()
    assert solved.energy_twh(solved.ledger("electricity")).values == pytest.approx([0.094360, 0.047180])
    assert solved.net_gwh(solved.ledger("electricity")).values == pytest.approx([94.360, 47.180])


def test_an_amount_by_the_step_is_summed_and_one_by_the_year_is_taken() -> None:
    """Two steps of 1 in either weather: 2 a year, taken away; 5 by the year, added."""
    solved = results()
    assert solved.amount(solved.ledger("fuel")).values == pytest.approx([7.0, 7.0])
    assert solved.net_amount(solved.ledger("fuel")).values == pytest.approx([3.0, 3.0])


def test_added_arrays_stand_beside_the_others_and_nothing_is_worked_out_twice() -> None:
    solved = results()
    before, entries = solved["hours"], solved.ledger("electricity")
    more = solved.with_series({"plant.extra": xr.DataArray([1.0, 2.0], dims="period")}).with_provenance({"a": 1})
    assert more["plant.extra"].values.tolist() == [1.0, 2.0]
    assert more.provenance == {"a": 1}
    assert "plant.extra" not in solved
    assert more["hours"] is before
    assert more.ledger("electricity")[0] is entries[0]


def test_an_array_over_some_labels_or_in_another_order_is_put_where_they_stand() -> None:
    """Only 2030 is said: 2025 holds nothing. Both years the other way round: each value goes to its year."""
    years = xr.DataArray([1.0, 2.0], dims="period", coords={"period": [2030, 2025]})
    some = xr.DataArray([3.0], dims="period", coords={"period": [2030]})
    found = results().with_series({"plant.turned": years, "plant.some": some})
    assert found["plant.turned"].values.tolist() == [2.0, 1.0]
    assert np.isnan(found["plant.some"].values[0])
    assert found["plant.some"].values[1] == 3.0


def test_what_a_member_gives_in_a_year_is_nothing_where_it_is_not_there() -> None:
    """2025: the members give 0.75·(0·1000 + 1·7760) + 0.25·(2·1000 + 3·7760) = 12 140 and, with 8 MW more in each of
    8760 h, 82 220 MWh; 2030: 47 180 and no number."""
    solved = results()
    (power,) = solved.ledger("electricity")
    by_member = solved.by_member(power, per_hour=True)
    assert by_member[:, 0] == pytest.approx([12_140.0, 82_220.0])
    assert by_member[0, 1] == pytest.approx(47_180.0)
    assert np.isnan(by_member[1, 1])


def test_what_is_there_in_some_steps_only_counts_in_those() -> None:
    """The first member in 2030 without its first step of the wet year: 4 MW for 1000 h less, 0.75 of which is 3000."""
    solved = results()
    solved.data["ledger.electricity.plant.power"].values[0, 1, 0, 0] = np.nan
    (power,) = solved.ledger("electricity")
    assert solved.by_member(power, per_hour=True)[0, 1] == pytest.approx(47_180.0 - 3_000.0)
    assert solved.net_gwh([power]).values[1] == pytest.approx(44.180)


def test_a_name_in_use_is_refused() -> None:
    with pytest.raises(ValueError, match="already have hours"):
        results().with_series({"hours": xr.DataArray([1.0, 2.0], dims="timestep")})


def test_every_array_is_taken_out_as_xarray_would_take_it() -> None:
    """The second array over the same dimensions has its own name, values and attributes, and all coordinates."""
    solved = results()
    data = solved.data
    data["ledger.electricity.plant.power"].attrs["units"] = "MW"
    data["plant.power"] = data["ledger.electricity.plant.power"].variable.copy(data=np.zeros((2, 2, 2, 2)))
    for name in data.variables:
        assert solved[str(name)].identical(data[name])
        assert solved[str(name)].name == name


def test_an_amount_is_read_in_its_year_and_an_unknown_year_is_refused() -> None:
    solved = results()
    amounts = xr.DataArray([3.0, 4.0], dims="period", coords={"period": [2025, 2030]})
    assert solved.in_year(amounts, 2030) == 4.0
    with pytest.raises(KeyError, match="2027"):
        solved.in_year(amounts, 2027)
