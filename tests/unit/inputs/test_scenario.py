"""Scenario files: what is read, and what is written back."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pzh_energy.domain.errors import InputError
from pzh_energy.inputs.resolution import PRESETS, Resolution
from pzh_energy.inputs.scenario import Horizon, Override, Scenario, Solver
from pzh_energy.inputs.specs import TechnologySpec

Write = Callable[..., Path]
Load = Callable[..., Scenario]
Models = Mapping[str, type[TechnologySpec]]


class TestReading:
    def test_absent_keys_take_their_defaults(
        self, tmp_path: Path, base: str, written: Write, load: Load, technologies: Models
    ) -> None:
        scenario = load(written(base))
        assert scenario == Scenario(
            name="base",
            data_path=tmp_path / "data",
            horizon=Horizon(periods=(2020, 2021, 2022, 2023)),
            technologies={"wind": technologies["wind"]()},
        )
        assert scenario.resolution == Resolution(kind="full")
        assert {name: case.probability for name, case in scenario.weather.items()} == {"normal": 1.0}
        assert scenario.horizon.history_until is None

    def test_every_key_is_read(self, full: str, written: Write, load: Load) -> None:
        scenario = load(written(full))
        assert scenario.horizon == Horizon(periods=(2020, 2025, 2030), last_period_years=5, history_until=2023)
        assert scenario.resolution == Resolution(kind="every", size=3)
        assert scenario.weather["wet"].probability == 0.75
        wind = scenario.technologies["wind"].model_dump()
        assert (wind["sites"], wind["windows"]) == (("ridge", "012"), ({"first": 1, "last": 2},))
        assert (wind["price"], wind["limit_mw"]) == ({2030: 5.0}, None)
        assert list(scenario.enabled_technologies) == ["hydro_cascade"]
        target = scenario.targets["T06"]
        assert (target.price, target.gate, target.year) == (30.0, True, None)
        assert target.model_dump()["carriers"] == ("hydro", "wind")
        assert [each.value for each in scenario.overrides] == [4500, "1e3"]
        assert scenario.solver == Solver(engine="pyomo", method="ipm", time_limit_s=60, threads=2)
        assert (scenario.expect, scenario.title and scenario.title.zh) == ("infeasible", "基准情景")

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("full", Resolution(kind="full")),
            *PRESETS.items(),
            ("{every: 1h}", Resolution(kind="every", size=1)),
            ("{every: 8760h}", Resolution(kind="every", size=8760)),
            ("{daily: [0]}", Resolution(kind="daily", hours=(0,))),
            ("{daily: [7, 10, 16, 21]}", Resolution(kind="daily", hours=(7, 10, 16, 21))),
            ("{segments: 12}", Resolution(kind="segments", size=12)),
            ("{segments: 8760}", Resolution(kind="segments", size=8760)),
        ],
    )
    def test_the_forms_of_resolution(
        self, base: str, written: Write, load: Load, text: str, expected: Resolution
    ) -> None:
        assert load(written(base + f"resolution: {text}\n")).resolution == expected

    def test_history_may_end_before_the_horizon_or_between_periods(self, base: str, written: Write, load: Load) -> None:
        path = written(base.replace("2020..2023", "[2020, 2025]"))
        assert load(path, "horizon.history_until=2023").horizon.history_until == 2023
        assert load(path, "horizon.history_until=2010").horizon.history_until == 2010

    def test_data_is_relative_to_the_file_that_states_it(
        self, tmp_path: Path, base: str, written: Write, load: Load
    ) -> None:
        written(base, "s.yaml")
        child = written("name: child\nextends: ../s.yaml\n", "deep/child.yaml")
        scenario = load(child)
        assert scenario.data_path == tmp_path / "data"
        assert scenario.files == (child, tmp_path / "s.yaml")
        assert scenario.name == "child"

    def test_resolution_is_replaced_as_one_and_everything_else_merges(
        self, full: str, written: Write, load: Load
    ) -> None:
        written(full, "full.yaml")
        child = written("extends: full.yaml\nresolution: {segments: 24}\nsolver: {threads: 1}\n")
        scenario = load(child, "technologies.wind.enabled=true")
        assert scenario.resolution == Resolution(kind="segments", size=24)
        assert scenario.solver.engine == "pyomo"
        assert "wind" in scenario.enabled_technologies
        assert load(child, "resolution.every=6h").resolution == Resolution(kind="every", size=6)

    def test_a_word_for_the_solver_is_its_method_and_leaves_the_rest(
        self, full: str, written: Write, load: Load
    ) -> None:
        """What a file before it, or an option after it, says of the solver stays: the engine, the time limit."""
        written(full, "full.yaml")
        child = written("extends: full.yaml\nsolver: highs\n")
        solver = load(child, "solver.time_limit_s=7").solver
        assert (solver.method, solver.engine, solver.time_limit_s) == ("highs", "pyomo", 7)
        solver = load(child, "solver=simplex").solver
        assert (solver.method, solver.engine) == ("simplex", "pyomo")
        assert load(child, "solver=~delete").solver == Solver()
        with pytest.raises(InputError, match=r"solver.method: \"quick\" is not possible here. Known: auto, highs, "):
            load(child, "solver=quick")

    def test_assignments_reach_lists_and_apply_in_order(self, full: str, written: Write, load: Load) -> None:
        scenario = load(written(full), "overrides.0.value=1", "overrides.0.value=2", "targets.T01=~delete")
        assert scenario.overrides[0].value == 2
        assert list(scenario.targets) == ["T06"]

    def test_places_are_kept_for_later_checks(self, full: str, written: Write, load: Load) -> None:
        path = written(full)
        scenario = load(path, "solver.threads=3")
        assert scenario.where("overrides", 1) == f"{path}:16:5 overrides.1"
        assert scenario.where("targets", "T06", "year") == f"{path}:12:3 targets.T06.year"
        assert scenario.where("solver", "threads") == "--set solver.threads=3"
        assert scenario.where() == f"{path}:1:1"
        unread = Scenario("x", Path("data"), Horizon(periods=(2020,)), {})
        assert unread.where("targets", "T06") == "scenario x targets.T06"


class TestResolved:
    def test_it_loads_back_to_an_equal_scenario(self, full: str, written: Write, load: Load) -> None:
        scenario = load(written(full), "technologies.hydro_cascade.dispatch=scheduled")
        text = scenario.resolved()
        assert load(written(text, "other/resolved.yaml")) == scenario
        assert "extends" not in text

    def test_the_data_folder_is_relative_where_the_text_will_stand(
        self, tmp_path: Path, full: str, written: Write, load: Load
    ) -> None:
        scenario = load(written(full))
        text = scenario.resolved(relative_to=tmp_path / "results" / "run")
        assert "data: ../../data\n" in text
        assert str(tmp_path) not in text
        (tmp_path / "results").mkdir()
        assert load(written(text, "results/run/resolved.yaml")) == scenario

    @pytest.mark.parametrize("periods", ["2020..2030", "[2020, 2025]", "[2030]", "2020..2021"])
    @pytest.mark.parametrize("resolution", ["full", "{daily: [7, 21]}", "{every: 12h}", "{segments: 30}"])
    def test_all_forms_of_time_survive(
        self, base: str, written: Write, load: Load, periods: str, resolution: str
    ) -> None:
        path = written(base)
        scenario = load(path, f"horizon.periods={periods}", f"resolution={resolution}")
        assert load(written(scenario.resolved(), "r.yaml")) == scenario

    def test_it_states_the_defaults(self, base: str, written: Write, load: Load) -> None:
        text = load(written(base)).resolved()
        assert "periods: 2020..2023" in text
        assert "time_limit_s: 600.0" in text
        assert "    enabled: true" in text

    def test_two_scenarios_that_differ_in_one_option_are_not_equal(self, full: str, written: Write, load: Load) -> None:
        path = written(full)
        assert load(path) != load(path, "technologies.wind.cap_mw=1")
        assert load(path) != load(path, "targets.T06.gate=false")


def test_models_made_in_code_are_as_strict_as_files() -> None:
    with pytest.raises(ValueError, match="size 11 of segments is not within 12 to 8760"):
        Resolution(kind="segments", size=11)
    with pytest.raises(ValueError, match="reason"):
        Override(table="wind", item="ridge", parameter="capex", value=1, unit="CNY/kW", reason="")
