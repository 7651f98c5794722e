"""Pictures of a solved scenario: `Plots(results).dispatch(2030, "Aug")` is a matplotlib figure.

One module for each family. Everything is drawn from results alone, with the colours, names and order of the labels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pzh_energy.domain.errors import InputError, Problem, near_miss
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.plots import (
    balance,
    capacity,
    cascade,
    costs,
    dispatch,
    emissions,
    grades,
    levels,
    paths,
    prices,
    sankey,
)
from pzh_energy.reporting.plots.picture import Described, Drawn, Picture
from pzh_energy.reporting.plots.style import Chart
from pzh_energy.reporting.scorecard import ScorecardRow
from pzh_energy.reporting.texts import Language, say
from pzh_energy.reporting.track import target_years

__all__ = ["Described", "Drawn", "Picture", "Plots", "makers", "pictures"]


class Plots:
    """Figures of a solved scenario, each with its title; InputError where there is nothing to show or no such year."""

    def __init__(self, results: Results, language: Language = "en", scorecard: Sequence[ScorecardRow] = ()) -> None:
        self._results, self._language, self._scorecard = results, language, scorecard

    def capacity(self) -> Chart:
        """Year-end capacity by technology, with the capacity targets."""
        return self._figure("capacity", capacity.capacity_picture(self._results, self._language, self._scorecard))

    def generation(self) -> Chart:
        """Electricity by source and by use, year by year."""
        return self._figure("generation", balance.generation_picture(self._results, self._language))

    def seasons(self, *years: int) -> Chart:
        """Power balance by month of some years, the last one if none is named."""
        return self._figure("seasons", balance.season_picture(self._results, self._language, self._years(years)))

    def dispatch(self, year: int | None = None, month: int | str | None = None) -> Chart:
        """Dispatch of a month (1 to 12 or a name such as `Aug`), or of a wet and a dry week."""
        at = self._year(year)
        if month is None:
            spans = dispatch.wet_and_dry_week(self._results, at, self._language)
        else:
            spans = [dispatch.month_span(month, self._language)]
        return self._figure("dispatch", dispatch.dispatch_picture(self._results, self._language, at, spans))

    def reservoirs(self, year: int | None = None) -> Chart:
        """Water in the reservoirs over a year."""
        return self._figure("reservoirs", levels.reservoir_picture(self._results, self._language, self._year(year)))

    def storage(self, year: int | None = None) -> Chart:
        """Content of the stores of electricity and hydrogen over a year."""
        return self._figure("storage", levels.storage_picture(self._results, self._language, self._year(year)))

    def prices(self, *years: int) -> Chart:
        """Price duration curves of some years, first, middle and last if none is named."""
        chosen = self._years(years) if years else few_years(self._results)
        return self._figure("prices", prices.price_picture(self._results, self._language, chosen))

    def paths(self) -> Chart:
        """Every target with a path, year by year; needs the scorecard."""
        years = target_years(self._results)
        return self._figure("paths", paths.path_picture(years, self._language, self._scorecard))

    def emissions(self) -> Chart:
        """Carbon dioxide by year against its targets."""
        return self._figure("emissions", emissions.emissions_picture(self._results, self._language, self._scorecard))

    def costs(self) -> Chart:
        """Cost by year and kind, and over the horizon by technology."""
        return self._figure("costs", costs.cost_picture(self._results, self._language))

    def cascade(self, year: int | None = None) -> Chart:
        """Sketch of the cascade with mean flows of a year."""
        return self._figure("cascade", cascade.cascade_picture(self._results, self._language, self._year(year)))

    def sankey(self, year: int | None = None) -> Chart:
        """Energy of a year from source to use."""
        return self._figure("sankey", sankey.sankey_picture(self._results, self._language, self._year(year)))

    def grades(self) -> Chart:
        """Shares of the input's numbers, and of the cost, by how well they are known."""
        return self._figure("grades", grades.grade_picture(self._results, self._language))

    def _year(self, year: int | None) -> int:
        return self._years(() if year is None else (year,))[0]

    def _years(self, years: Sequence[int]) -> list[int]:
        known = self._results.periods
        unknown = [year for year in years if year not in known]
        if unknown:
            remedy = near_miss(str(unknown[0]), map(str, known))
            raise InputError([Problem("plot", f"{unknown[0]} is no year of these results.", remedy)])
        return list(years) or [known[-1]]

    def _figure(self, name: str, picture: Picture | None) -> Chart:
        if picture is None:
            raise InputError([Problem(f"plot.{name}", "these results hold nothing to show.", say("plot_remedy", "en"))])
        return picture.titled()


def makers(
    results: Results, language: Language, scorecard: Sequence[ScorecardRow] = ()
) -> Mapping[str, Callable[[], Picture | None]]:
    """What makes each picture, by its key, in the order in which people look; None if there is nothing to show."""
    last = results.periods[-1]
    asked = sorted({row.year for row in scorecard if row.year in results.periods and row.year is not None})
    milestones = (asked or [last])[-2:]
    return {
        "capacity": lambda: capacity.capacity_picture(results, language, scorecard),
        "generation": lambda: balance.generation_picture(results, language),
        "seasons": lambda: balance.season_picture(results, language, milestones),
        "dispatch": lambda: dispatch.dispatch_picture(
            results, language, last, dispatch.wet_and_dry_week(results, last, language)
        ),
        "cascade": lambda: cascade.cascade_picture(results, language, last),
        "reservoirs": lambda: levels.reservoir_picture(results, language, last),
        "storage": lambda: levels.storage_picture(results, language, last),
        "sankey": lambda: sankey.sankey_picture(results, language, last),
        "paths": lambda: paths.path_picture(target_years(results), language, scorecard),
        "emissions": lambda: emissions.emissions_picture(results, language, scorecard),
        "costs": lambda: costs.cost_picture(results, language),
        "prices": lambda: prices.price_picture(results, language, few_years(results)),
        "grades": lambda: grades.grade_picture(results, language),
    }


def pictures(results: Results, language: Language, scorecard: Sequence[ScorecardRow] = ()) -> list[Picture]:
    """Every picture there is something for, in the order in which people look."""
    made = (make() for make in makers(results, language, scorecard).values())
    return [picture for picture in made if picture is not None]


def few_years(results: Results) -> list[int]:
    """First, middle and last period, once each."""
    known = results.periods
    return sorted({known[0], known[len(known) // 2], known[-1]})
