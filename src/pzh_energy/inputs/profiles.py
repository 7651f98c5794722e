r"""Hourly series made from monthly facts: sun, wind, river flow, small hydro and load, with a seed for each.

Nothing here is measured. A series has the monthly sums or means of its table to the last digit; what happens within
the month is drawn from a first-order autoregressive process

    z_t = ρ z_{t-1} + sqrt(1 - ρ²) ε_t,   ε_t ~ N(0, 1),   z_0 ~ N(0, 1)                                        (1)

and mapped so that physical limits hold. Where a month's value has to be met, one free number of the month (a level)
is found by bisection. Which series there are, with which seed, stands in `series.csv`; the parameters of each in
`series_parameters.csv`; monthly and hourly facts in `monthly_profiles.csv` and `hourly_profiles.csv`. Hours are
Beijing time; values are averages over the hour, represented by its middle.

A weather year departs from these facts by the factors of `weather_years.csv`: on the monthly means of every flow, and
on the monthly hours of wind and sun. Load does not depend on it. Series that keep their seed from year to year differ
by these factors alone, not by the dice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pzh_energy.domain.errors import InputError, Problem, near_miss
from pzh_energy.domain.units import HOURS_PER_YEAR
from pzh_energy.inputs.calendar import hour_of_day, month_of_hour
from pzh_energy.inputs.datapackage import DataPackage, SeriesEntry, read_datapackage

if TYPE_CHECKING:
    from pzh_energy.inputs.scenario import Scenario

FloatArray = npt.NDArray[np.float64]
TABLE = "series_parameters"
WEATHER_TABLE = "weather_years"
MAKERS = (TABLE, WEATHER_TABLE)
"""Tables from which hourly series are made: what changes there makes the series anew."""
DAYS_PER_YEAR = 365
BISECTIONS = 80
OVERCAST_CLEARNESS = 0.15
"""Share of the clear-sky output that is left under a closed cloud cover (engineering figure, 0.1-0.2)."""


def autoregressive(rng: np.random.Generator, count: int, autocorrelation: float) -> FloatArray:
    """(count,) standard normal values, each correlated with the one before it by `autocorrelation`: equation (1)."""
    draws = rng.standard_normal(count)
    values = np.empty(count)
    values[0] = draws[0]
    scale = np.sqrt(1 - autocorrelation**2)
    for t in range(1, count):
        values[t] = autocorrelation * values[t - 1] + scale * draws[t]
    return values


def sun(latitude: float, longitude: float, zone_meridian: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Elevation, declination and hour angle of the sun (radians, (8760,) each) at the middle of every hour.

    Spencer's series for the declination δ and the equation of time E; hour angle ω from the clock time of the zone:

        γ = 2π (n - 1)/365,   solar time = clock + (longitude - zone_meridian)/15 + E,   ω = 15° (solar time - 12)
        sin(elevation) = sin φ sin δ + cos φ cos δ cos ω

    Symbols: n day of the year; φ latitude [deg], longitude and zone_meridian [deg east].
    """
    day = np.arange(HOURS_PER_YEAR) // 24
    clock = hour_of_day() + 0.5
    g = 2 * np.pi * day / DAYS_PER_YEAR
    declination = (
        0.006918 - 0.399912 * np.cos(g) + 0.070257 * np.sin(g) - 0.006758 * np.cos(2 * g) + 0.000907 * np.sin(2 * g)
        - 0.002697 * np.cos(3 * g) + 0.00148 * np.sin(3 * g)
    )  # fmt: skip
    equation_of_time = (12 / np.pi) * (
        0.000075 + 0.001868 * np.cos(g) - 0.032077 * np.sin(g) - 0.014615 * np.cos(2 * g) - 0.04089 * np.sin(2 * g)
    )
    hour_angle = np.radians(15 * (clock + (longitude - zone_meridian) / 15 + equation_of_time - 12))
    phi = np.radians(latitude)
    sine = np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.cos(hour_angle)
    return np.arcsin(np.clip(sine, -1, 1)), declination, hour_angle


def clear_sky_on_panel(latitude: float, longitude: float, zone_meridian: float, tilt: float) -> FloatArray:
    r"""Irradiance (kW/m², (8760,)) of a cloudless sky on a fixed panel facing south; zero while the sun is down.

        beam = 1.353 · 0.7^(m^0.678)      (Meinel),   m = air mass (Kasten and Young)
        panel = beam · max(0, cos θ) + 0.1 · beam · (1 + cos β)/2
        cos θ = sin δ sin(φ - β) + cos δ cos(φ - β) cos ω

    Symbols: β tilt [deg], θ angle of incidence; φ, δ, ω as in `sun`. Assumptions: no horizon, no ground reflection,
    air mass of sea level, diffuse light a tenth of the beam. The level does not matter much: months are met anyway.
    """
    elevation, declination, hour_angle = sun(latitude, longitude, zone_meridian)
    up = elevation > 0
    degrees = np.degrees(np.where(up, elevation, np.pi / 2))
    air_mass = 1 / (np.sin(np.radians(degrees)) + 0.50572 * (degrees + 6.07995) ** -1.6364)
    beam = 1.353 * 0.7 ** (air_mass**0.678)
    beta, lower = np.radians(tilt), np.radians(latitude - tilt)
    incidence = np.sin(declination) * np.sin(lower) + np.cos(declination) * np.cos(lower) * np.cos(hour_angle)
    panel = beam * np.maximum(0, incidence) + 0.1 * beam * (1 + np.cos(beta)) / 2
    return np.where(up, panel, 0.0)


def pv_output(
    hours: FloatArray,
    clear_sky: FloatArray,
    performance_ratio: float,
    maximum_output: float,
    daily_autocorrelation: float,
    cloud_spread: float,
    seed: int,
) -> FloatArray:
    r"""AC output per DC kW (8760,), with the given full-load hours (12,) in each month.

        output = min(maximum_output, PR · clear_sky · k_d),   k_d = k_0 + (1 - k_0) / (1 + exp(-(a_m + s z_d)))

    Symbols: k_d clearness of day d, k_0 its value under closed cloud (0.15), z_d equation (1) by day, s cloud_spread,
    a_m the level of month m that meets the month's hours, PR performance_ratio. Assumptions: one clearness for the
    whole day; temperature is part of PR and of the monthly hours; maximum_output is the inverter's limit.
    Raises InputError when a month's hours lie beyond what its days allow.
    """
    clouds = np.repeat(autoregressive(np.random.default_rng(seed), DAYS_PER_YEAR, daily_autocorrelation), 24)

    def output(level: float, inside: npt.NDArray[np.bool_]) -> FloatArray:
        clearness = OVERCAST_CLEARNESS + (1 - OVERCAST_CLEARNESS) * _logistic(level + cloud_spread * clouds[inside])
        return np.minimum(maximum_output, performance_ratio * clear_sky[inside] * clearness)

    return _meet_months(output, hours, "pv hours")


def wind_output(
    hours: FloatArray, hour_factor: FloatArray, hourly_autocorrelation: float, spread: float, seed: int
) -> FloatArray:
    r"""Output per kW (8760,), between 0 and 1, with the given full-load hours (12,) in each month.

        output = 1 / (1 + exp(-(a_m + s z_t + ln f_h)))

    Symbols: z_t equation (1) by hour, s spread, f_h factor of the hour of the day (24,) on the odds of full output,
    a_m the level of month m. The logistic map stands for both the power curve and the distribution of wind speeds:
    with a spread near 1.7 calm and full-load hours both occur. Assumption: the shape of the day is the same all year.
    Raises InputError when a month's hours exceed the hours it has.
    """
    drawn = spread * autoregressive(np.random.default_rng(seed), HOURS_PER_YEAR, hourly_autocorrelation)
    drawn += np.log(hour_factor)[hour_of_day()]
    return _meet_months(lambda level, inside: _logistic(level + drawn[inside]), hours, "wind hours")


def river_flow(
    means: FloatArray,
    daily_autocorrelation: float,
    coefficient_of_variation: float,
    common_seed: int,
    common_correlation: float,
    seed: int,
) -> FloatArray:
    r"""Flow (m³/s, (8760,)), constant within the day, with the given mean (12,) of each month.

        q_d = Q_m · e_d / mean_m(e),   e_d = exp(σ (sqrt(c) y_d + sqrt(1 - c) z_d))

    Symbols: Q_m mean of the month, y_d equation (1) with the seed all rivers share, z_d with the river's own, c
    common_correlation (so two rivers correlate by c), σ such that sqrt(mean((q_d/Q_m - 1)²)) over the year equals
    coefficient_of_variation. Assumptions: the season lies in the monthly means alone; no flood peaks beyond the
    lognormal; same variability in all months. Raises InputError when the variability cannot be reached.
    """
    common = autoregressive(np.random.default_rng(common_seed), DAYS_PER_YEAR, daily_autocorrelation)
    own = autoregressive(np.random.default_rng(seed), DAYS_PER_YEAR, daily_autocorrelation)
    logarithm = np.sqrt(common_correlation) * common + np.sqrt(1 - common_correlation) * own
    month = month_of_hour()[::24] - 1
    days = np.bincount(month)

    def relative(sigma: float) -> FloatArray:
        values = np.exp(sigma * logarithm)
        return np.asarray(values / (np.bincount(month, values) / days)[month])

    def variation(sigma: float) -> float:
        return float(np.sqrt(np.mean((relative(sigma) - 1) ** 2)))

    sigma = _solve(variation, coefficient_of_variation, 0.0, 3.0, "coefficient of variation of the flow")
    return np.repeat(means[month] * relative(sigma), 24)


def run_of_river_output(hours: FloatArray, inflow: FloatArray, factor: FloatArray) -> FloatArray:
    """Output per kW (8760,) = min(1, a_m · flow / mean usual flow), with full-load hours (12,) in each usual month.

    factor: (12,), flow over usual flow by month; a_m is the level of month m at which the usual flow gives its hours,
    so that a wet month gives no more than the turbines take. Assumptions: head and efficiency constant, water beyond
    the turbines is lost, all small stations follow one river. Raises InputError when a month's hours exceed the hours
    it has.
    """
    month = month_of_hour() - 1
    usual = inflow / factor[month]
    relative = usual / usual.mean()
    levels = _month_levels(lambda a, inside: np.minimum(1.0, np.exp(a) * relative[inside]), hours, "hydro hours")
    return np.asarray(np.minimum(1.0, np.exp(levels)[month] * relative * factor[month]))


def load(
    energy: FloatArray,
    hour_factor: FloatArray,
    variable_share: float,
    load_factor: float,
    daily_autocorrelation: float,
    weekend_factor: float,
    seed: int,
) -> FloatArray:
    r"""Load relative to its mean (8760,): a flat part and a part with the season, the day and the weather.

        load = (1 - b) + b · v_t / mean(v),   v_t = P_m · f_h · w_d · exp(g z_d)

    Symbols: b variable_share; P_m mean power of the month from energy (12,) [any unit]; f_h factor of the hour (24,);
    w_d weekend_factor on Saturday and Sunday (1 January is a Monday), else 1; z_d equation (1) by day; g the weather
    effect that makes mean over peak equal load_factor. Assumption: holidays are not modelled.
    Raises InputError when the fixed shapes alone are already peakier than load_factor, or no weather reaches it.
    """
    month = month_of_hour() - 1
    day = np.arange(HOURS_PER_YEAR) // 24
    fixed = (energy / np.bincount(month))[month] * hour_factor[hour_of_day()]
    fixed = fixed * np.where(day % 7 >= 5, weekend_factor, 1.0)
    weather = autoregressive(np.random.default_rng(seed), DAYS_PER_YEAR, daily_autocorrelation)[day]

    def shape(effect: float) -> FloatArray:
        variable = fixed * np.exp(effect * weather)
        return np.asarray(1 - variable_share + variable_share * variable / variable.mean())

    peak = 1 / load_factor
    return shape(_solve(lambda effect: float(shape(effect).max()), peak, 0.0, 1.0, "peak over mean load"))


def generate(package: DataPackage, weather: str) -> dict[str, FloatArray]:
    """Fresh values (8760,) of every generated series of a weather year, in the order of the index.

    Raises InputError when a parameter, a profile or another series is missing, or a month cannot be met.
    """
    made: dict[str, FloatArray] = {}
    entries = [e for e in package.series_index if e.weather == weather and e.kind != "imported"]
    for entry in sorted(entries, key=lambda e: e.kind == "run_of_river"):
        made[entry.series] = _one(package, entry, made)
    return {entry.series: made[entry.series] for entry in entries}


def makes_series(scenario: Scenario) -> bool:
    """True if a scenario overrides a number from which hourly series are made."""
    return any(override.table in MAKERS for override in scenario.overrides)


def made_anew(package: DataPackage, weather: Iterable[str]) -> DataPackage:
    """The package with the generated series of some weather years made anew; raises what `generate` raises."""
    made = {(name, year): values for year in weather for name, values in generate(package, year).items()}
    return replace(package, series={**package.series, **made})


def write_series(root: Path) -> list[Path]:
    """Make the hourly files of the package in `root` anew from its tables and seeds; returns the files written.

    Values have six significant digits. Raises InputError when the tables are faulty or a file also holds imported
    series, which cannot be made anew.
    """
    package = read_datapackage(root, with_series=False)
    files: dict[str, list[SeriesEntry]] = {}
    for entry in package.series_index:
        # a weather year may share a column of another one, by whose entry it is made
        if entry.column not in {each.column for each in files.setdefault(entry.file, [])}:
            files[entry.file].append(entry)
    written = []
    for name, entries in files.items():
        imported = [e.series for e in entries if e.kind == "imported"]
        if len(imported) == len(entries):
            continue
        if imported:
            what = f"holds imported series: {', '.join(imported)}."
            raise InputError([Problem(str(Path(root) / name), what, "Move them to a file of their own.")])
        path = Path(root) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_as_csv(package, entries), encoding="utf-8", newline="\n")
        written.append(path)
    return written


def _as_csv(package: DataPackage, entries: Sequence[SeriesEntry]) -> str:
    """Text of an hourly file: the hour and a column for each entry."""
    fresh = {weather: generate(package, weather) for weather in dict.fromkeys(e.weather for e in entries)}
    columns = [fresh[e.weather][e.series] for e in entries]
    rows = (",".join([str(hour), *(f"{c[hour]:.6g}" for c in columns)]) for hour in range(HOURS_PER_YEAR))
    return "\n".join([",".join(["hour", *(e.column for e in entries)]), *rows]) + "\n"


def _one(package: DataPackage, entry: SeriesEntry, made: dict[str, FloatArray]) -> FloatArray:
    """One series by the kind of its entry; `made` holds the series generated before it."""
    if entry.seed is None:
        raise InputError([Problem(f"series.csv {entry.series}.seed", "missing.", "A generated series needs a seed.")])
    seed = entry.seed
    take, year = _Parameters(package, TABLE, entry.series), _Parameters(package, WEATHER_TABLE, entry.weather)
    months = take.profile("monthly_profile", package.monthly)
    if entry.kind == "pv":
        place = (take.number("latitude"), take.number("longitude"), take.number("zone_meridian"))
        clear_sky = clear_sky_on_panel(*place, take.number("tilt"))
        own = [take.number(n) for n in ("performance_ratio", "maximum_output", "daily_autocorrelation", "cloud_spread")]
        return pv_output(months * year.number("pv_factor"), clear_sky, own[0], own[1], own[2], own[3], seed)
    if entry.kind == "wind":
        hour_factor = take.profile("hourly_profile", package.hourly)
        own = [take.number(n) for n in ("hourly_autocorrelation", "spread")]
        return wind_output(months * year.number("wind_factor"), hour_factor, own[0], own[1], seed)
    if entry.kind == "inflow":
        own = [take.number(n) for n in ("daily_autocorrelation", "coefficient_of_variation", "common_correlation")]
        means = months * year.profile("inflow_factor", package.monthly)
        return river_flow(means, own[0], own[1], int(take.number("common_seed")), own[2], seed)
    if entry.kind == "run_of_river":
        flow, factor = take.profile("inflow_series", made), year.profile("inflow_factor", package.monthly)
        return run_of_river_output(months, flow, factor)
    if entry.kind == "load":
        hour_factor = take.profile("hourly_profile", package.hourly)
        own = [take.number(n) for n in ("variable_share", "load_factor", "daily_autocorrelation", "weekend_factor")]
        return load(months, hour_factor, own[0], own[1], own[2], own[3], seed)
    raise InputError([Problem(f"series.csv {entry.series}", f"no generator for kind {entry.kind!r}.")])


class _Parameters:
    """The parameters of one item, a generated series or a weather year."""

    def __init__(self, package: DataPackage, table: str, item: str) -> None:
        self.where = f"{table}.csv {item}"
        self.values = {r.parameter: r.value for r in package.parameters.get(table, ()) if r.item == item}

    def text(self, name: str) -> str:
        """A text parameter; InputError if it is not stated."""
        if name not in self.values:
            raise InputError([Problem(f"{self.where}.{name}", "missing.", near_miss(name, self.values))])
        return self.values[name]

    def number(self, name: str) -> float:
        """A number; InputError if it is not stated."""
        return float(self.text(name))

    def profile(self, name: str, profiles: Mapping[str, FloatArray]) -> FloatArray:
        """The entry of `profiles` that a text parameter points to; InputError if there is none."""
        wanted = self.text(name)
        if wanted not in profiles:
            raise InputError([Problem(f"{self.where}.{name}", f"no {wanted!r}.", near_miss(wanted, profiles))])
        return profiles[wanted]


def _logistic(values: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-values)))


Output = Callable[[float, npt.NDArray[np.bool_]], FloatArray]


def _meet_months(output: Output, hours: FloatArray, what: str) -> FloatArray:
    """(8760,) values of `output(level, hours inside the month)` at the level at which each month adds up to `hours`."""
    values = np.empty(HOURS_PER_YEAR)
    for number, level in enumerate(_month_levels(output, hours, what), 1):
        inside = month_of_hour() == number
        values[inside] = output(float(level), inside)
    return values


def _month_levels(output: Output, hours: FloatArray, what: str) -> FloatArray:
    """(12,) the level at which the output of each month adds up to its hours."""
    levels = np.empty(len(hours))
    for number, wanted in enumerate(hours, 1):
        inside = month_of_hour() == number

        def total(level: float, inside: npt.NDArray[np.bool_] = inside) -> float:
            return float(output(level, inside).sum())

        levels[number - 1] = _solve(total, float(wanted), -40.0, 40.0, f"{what} of month {number}")
    return levels


def _solve(function: Callable[[float], float], wanted: float, low: float, high: float, what: str) -> float:
    """Argument in [low, high] at which a growing function takes a value; InputError if it does not reach it."""
    reach = function(low), function(high)
    if not reach[0] <= wanted <= reach[1]:
        text = f"{wanted:g} cannot be reached, only {reach[0]:.6g} to {reach[1]:.6g}."
        raise InputError([Problem(what, text, "Correct the profile or the parameters of the series.")])
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < wanted else (low, middle)
    return (low + high) / 2
