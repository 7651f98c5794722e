"""What a resolution costs in truth: error of cost and of what is built, and what its plan costs hour by hour.

`python -m tests.benchmarks.resolution -o FOLDER` solves some scenarios on three milestone years at every resolution
named, by the structured method on one core, runs the builds of each on all 8760 hours, and writes `resolution.csv`, a
table `resolution.md` and a picture `resolution.png`. Cells that the CSV already holds are not solved again. `full` is
what everything is measured against, and comes first.

cost error: objective less that of `full`; regret: what the plan costs hour by hour, less what the plan made hour by
hour costs; both in per cent of all that is paid (the objective without the sale of electricity, which nearly cancels
it). capacity error: sum of what is built too much or too little, MW and MWh each apart, as a share of what `full`
builds.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pzh_energy import api
from pzh_energy.modeling.results import Results
from pzh_energy.reporting.tables import costs
from pzh_energy.studies.verification import at_full, verify_on
from tests.benchmarks.apart import processor_s
from tests.systems import ROOT, package, scaled
from tests.systems import system as system_on

FULL = "full"
DAILY = "daily:7,10,16,21"
SIZES = (
    FULL, "every:12h", "every:6h", "every:4h", "every:3h", "every:2h", DAILY, "segments:24", "segments:60",
    "segments:100", "segments:200", "segments:300", "segments:600", "segments:1000", "segments:2000",
)  # fmt: skip
CHEAP = "cheap_batteries"
"""The baseline with batteries at 0.4 of their cost (280 CNY/kWh in 2030): enough to earn their keep by the hour."""
SCENARIOS = ("baseline", "vanadium_storage_push", CHEAP, "hydrogen_city")
YEARS = ("horizon.periods=[2020, 2025, 2030]", "targets.storage_ratio.since=2020", "solver.method=structured")
KINDS = {"MW": "new_", "MWh": "new_energy_"}


class Clock(api.Silent):
    """Processor seconds at which each phase began: others may be at work on the machine."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}

    def phase(self, name: str) -> None:
        """Note the time."""
        self.at[name] = processor_s()


def builds(results: Results) -> dict[str, float]:
    """What is built over the horizon by variable and item, `wind.new_capacity ridge`."""
    names = [str(name) for name in results.data.data_vars if str(name).partition(".")[2].startswith("new_")]
    return {
        f"{name} {item}": float(values.sum())
        for name in names
        if (array := results[name]).attrs["units"] in ("MW", "MWh")
        for item, values in zip(array[array.dims[0]].values, array.transpose(array.dims[0], ...).values, strict=True)
    }


def paid(results: Results) -> float:
    """All that is paid over the horizon, discounted [million CNY]: the objective without the sale of electricity."""
    money = costs(results)
    return float(money.loc[money["kind"] != "export", "cost_discounted_million_cny"].sum())


def measure(scenario: str, size: str) -> dict[str, Any]:
    """One cell: solved at its resolution, and its builds hour by hour."""
    path = ROOT / "scenarios" / f"{'baseline' if scenario == CHEAP else scenario}.yaml"
    data = scaled(package(), "lithium_battery", "capex", 0.4) if scenario == CHEAP else package()
    system = system_on([*YEARS, *api.resolution_assignment(size), "solver.time_limit_s=3000"], data, path)
    clock = Clock()
    run = api.solve_system(system, api.Stopwatch(clock))
    solver = run.results.provenance["solver"]
    record: dict[str, Any] = {
        "scenario": scenario,
        "resolution": size,
        "steps": len(run.system.calendar.timesteps),
        "rows": run.size[0],
        "solve_s": clock.at["checking"] - clock.at["solving"],
        "method": solver["method"],
        "objective": run.objective,
        "paid": paid(run.results),
        **builds(run.results),
    }
    if size == FULL:
        return {**record, "hourly": run.objective, "unserved_gwh": 0.0, "hydrogen_t": 0.0, "worse": ""}
    found = verify_on(run, at_full(run.system), api.Stopwatch(api.Silent()))
    assert found.outcome == "optimal", found
    totals = {
        key: sum(d.hourly for d in found.operation if d.key == key) for key in ("unserved_energy", "unserved_hydrogen")
    }
    worse = [t.identifier for t in found.targets if t.verdict_planned != t.verdict_hourly]
    return {
        **record,
        "hourly": found.costs[0].hourly,
        "unserved_gwh": totals["unserved_energy"],
        "hydrogen_t": totals["unserved_hydrogen"],
        "worse": " ".join(worse),
    }


def errors(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells of a scenario with their errors against `full` [%]."""
    reference = cells[cells["resolution"] == FULL].iloc[0]
    out = cells.copy()
    out["cost_error"] = 100 * (out["objective"] - reference["objective"]) / reference["paid"]
    out["regret"] = 100 * (out["hourly"] - reference["objective"]) / reference["paid"]
    for unit in KINDS:
        names = [name for name in cells if ".new_" in name and (("energy" in name) == (unit == "MWh"))]
        # an amount that is noise beside the rest is nobody's error
        total = float(reference[names].sum())
        out[f"error_{unit}"] = 100 * (out[names] - reference[names].astype(float)).abs().sum(axis=1) / max(total, 1.0)
    return out


def table(cells: pd.DataFrame) -> str:
    """A line for each scenario and resolution, as Markdown."""
    heads = ("scenario", "resolution", "steps", "solve s", "cost error %", "regret %", "MW error %", "MWh error %",
             "unserved GWh", "hydrogen t", "verdicts that change")  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for _, each in cells.iterrows():
        numbers = [each["solve_s"], each["cost_error"], each["regret"], each["error_MW"], each["error_MWh"]]
        shown = [
            f"{numbers[0]:.1f}",
            *(f"{number:+.3f}" for number in numbers[1:3]),
            *(f"{n:.1f}" for n in numbers[3:]),
        ]
        words = [each["scenario"], each["resolution"], str(each["steps"]), *shown]
        worse = each["worse"] if isinstance(each["worse"], str) else ""
        lines.append(f"| {' | '.join([*words, f'{each.unserved_gwh:.2f}', f'{each.hydrogen_t:.0f}', worse])} |")
    return "\n".join(lines) + "\n"


def draw(cells: pd.DataFrame, path: Path) -> None:
    """Errors against the time of the solve, a column of panels for each scenario."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    cells = cells.assign(capacity_error=cells[[f"error_{unit}" for unit in KINDS]].max(axis=1))
    rows = {"cost_error": "cost error [%]", "regret": "regret [%]", "capacity_error": "capacity error [%]"}
    names = list(dict.fromkeys(cells["scenario"]))
    shape = {"figsize": (4.2 * len(names), 8.5), "sharex": True, "sharey": "row", "squeeze": False}
    figure, axes = plt.subplots(len(rows), len(names), **shape)
    for (row, key), (column, name) in product(enumerate(rows), enumerate(names)):
        axis = axes[row, column]
        own = cells[(cells["scenario"] == name) & (cells["resolution"] != FULL)]
        for kind, colour, mark, above in (
            ("every", "#0072b2", "o", -12),
            ("segments", "#d55e00", "s", 6),
            ("daily", "#009e73", "D", 6),
        ):
            some = own[own["resolution"].str.startswith(kind)].sort_values("steps")
            axis.plot(some["solve_s"], some[key].abs(), color=colour, marker=mark, markersize=4, label=kind)
            for _, each in some.iterrows():
                at, text = (each["solve_s"], abs(each[key])), each["resolution"].split(":")[1]
                axis.annotate(text, at, xytext=(0, above), textcoords="offset points", size=7, ha="center")
        axis.set_xscale("log")
        axis.margins(y=0.15)
        axis.grid(alpha=0.3)
    for row, label in enumerate(rows.values()):
        axes[row, 0].set_ylabel(label)
    axes[2, 0].set_yscale("symlog", linthresh=1.0)
    for column, name in enumerate(names):
        axes[0, column].set_title(name)
        axes[-1, column].set_xlabel("processor time of the solve [s]")
    axes[0, 0].legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is missing, then write table and picture."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.resolution", description="What a resolution costs."
    )
    parser.add_argument("sizes", nargs="*", default=SIZES, help="such as every:3h, segments:300")
    parser.add_argument("--scenario", nargs="+", default=SCENARIOS, dest="scenarios")
    parser.add_argument("-o", "--output", type=Path, default=Path("results/resolution"))
    stated = parser.parse_args(arguments)
    stated.output.mkdir(parents=True, exist_ok=True)
    file = stated.output / "resolution.csv"
    cells = pd.read_csv(file) if file.exists() else pd.DataFrame(columns=["scenario", "resolution"])
    for scenario in stated.scenarios:
        for size in stated.sizes:
            if ((cells["scenario"] == scenario) & (cells["resolution"] == size)).any():
                continue
            cells = pd.concat([cells, pd.DataFrame([measure(scenario, size)])], ignore_index=True)
            cells.to_csv(file, index=False)
            print(scenario, size, f"{cells.iloc[-1]['solve_s']:.1f} s", flush=True)
    cells = cells.fillna({name: 0.0 for name in cells if ".new_" in name})
    found = pd.concat([errors(cells[cells["scenario"] == name]) for name in stated.scenarios])
    found = found[found["resolution"].isin([FULL, *stated.sizes])]
    (stated.output / "resolution.md").write_text(table(found), encoding="utf-8")
    draw(found, stated.output / "resolution.png")
    print(table(found))


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    np.seterr(all="ignore")
    main()
