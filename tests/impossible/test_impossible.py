"""Scenarios that cannot be met, each for one known reason: `explain` finds it and says it in both languages.

The reason stands in the first line of each file. They all expect to be infeasible, so `check` passes them.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.console import Console

from pzh_energy import api
from pzh_energy.analysis.elastic import Twin
from pzh_energy.analysis.explain import WhyInfeasible, why_infeasible
from pzh_energy.analysis.limits import Limit
from pzh_energy.analysis.prechecks import impossible
from pzh_energy.reporting.explanation import names_of, show_infeasible
from pzh_energy.reporting.texts import Language

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Known:
    """What is wrong: sets of targets that clash, whether arithmetic tells it, cause, and what is said of it.

    causes: (kind, component, member) of limits that must be named; nearest: attainable value of a target alone.
    """

    clashes: tuple[tuple[str, ...], ...]
    arithmetic: bool
    causes: tuple[tuple[str, str, str], ...]
    zh: str
    en: str
    nearest: dict[str, float] = field(default_factory=dict)


KNOWN = {
    # at the end of 2023 wind 350 MW, then 5 x 200; utility PV 345, then 6 x 600; rooftop PV 55, then 7 x 100
    "build_rate": Known(
        (("T16",),), True, (("build_rate", "solar_pv", "utility"), ("build_rate", "wind", "ridge")),
        "集中式光伏的建设速度：60.0 万千瓦/年", "build rate of Utility PV: 0.600 GW/yr", {"T16": 6.05},
    ),
    # the potentials of the data: 1500 + 8000 + 800 MW
    "potential": Known(
        (("T16",),), True, (("potential", "solar_pv", "utility"), ("potential", "wind", "ridge")),
        "山脊风电的资源潜力：150.0 万千瓦", "potential of Ridge wind: 1.500 GW", {"T16": 10.3},
    ),
    "lead_time": Known(
        (("pumped",),), True, (("lead_time", "pumped_hydro", "candidate_site"),),
        "最早2031年投产", "not before 2031", {"pumped": 0.0},
    ),
    "growth_limit": Known(
        (("T08",), ("T16",)), True, (("growth_limit", "solar_pv", "utility"), ("no_building", "wind", "ridge")),
        "集中式光伏的增长速度上限", "growth limit of Utility PV",
    ),
    "exactly_ten": Known(
        (("T08", "T16"),), True, (("given", "hydro_cascade", "ertan"),),
        "T08，T16 不能同时满足", "T08, T16 cannot be held together",
    ),
    "export_line": Known(
        (("T16", "curtailment"),), False, (("export_line", "grid_exchange", "provincial"),),
        "外送通道能力", "export line",
    ),
    "water": Known(
        (("unserved",),), False, (("water", "hydro_cascade", "guanyinyan"), ("turbines", "hydro_cascade", "ertan")),
        "观音岩的来水", "water of Guanyinyan",
    ),
    "import_line": Known(
        (("unserved",),), False, (("import_line", "grid_exchange", "provincial"),),
        "购入通道能力：50.0 万千瓦", "import line: 0.500 GW",
    ),
    # 91.08 % is what building as fast as allowed makes of the share, 820 MW of thermal plant remaining
    "thermal_stays": Known(
        (("T07",),), True, (("given", "thermal", "steel_gas"), ("given", "thermal", "waste_coal")),
        "钢厂煤气与余热发电的既定装机", "capacity of Steel gas and waste heat as given", {"T07": 91.0814},
    ),
    "unit_too_early": Known(
        (("early",),), True, (("given", "hydro_cascade", "yinjiang_1"),),
        "的既定装机", "as given", {"early": 0.0},
    ),
    "hydrogen_demand": Known(
        (("green_volume",),), False, (("demand", "hydrogen_demand", "trucks"),), "用能需求", "demand",
        {"green_volume": 3.5},
    ),
    "electrification": Known(
        (("T09",),), False,
        (("uptake", "end_uses", "electric_boiler"), ("must_run", "thermal", "waste_coal")),
        "电锅炉的推广速度", "uptake rate of Electric boilers",
    ),
    "vanadium": Known(
        (("flow",),), True, (("material", "vanadium_flow", "city_vanadium"),), "钒资源供应", "vanadium supply",
    ),
    "no_power": Known(
        (), False, (("demand", "electricity_balance", "city"), ("water", "hydro_cascade", "ertan")),
        "2030年电力平衡：最大缺口", "electricity balance, 2030: up to",
    ),
    "history_too_fast": Known(
        (), False, (("existing", "solar_pv", "utility"),), "即使不设任何目标", "even without any target",
    ),
}  # fmt: skip


def said(why: WhyInfeasible, twin: Twin, language: Language) -> str:
    """What `explain` prints, in one line."""
    stream = io.StringIO()
    show_infeasible(why, names_of(twin.assembled.system, language), Console(file=stream, width=1000))
    return stream.getvalue()


def named(why: WhyInfeasible) -> set[tuple[str, str, str]]:
    """Kind, component and member of every limit that is given as a reason."""
    limits: list[Limit] = [*why.limits, *(limit for miss in why.misses for limit in miss.limits)]
    limits += [limit for clash in why.clashes for member in clash.members for limit in member.limits]
    return {(limit.kind, limit.block, limit.member) for limit in limits}


def test_every_file_of_the_folder_is_here() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(KNOWN)


@pytest.mark.parametrize("name", KNOWN)
def test_the_cause_is_named(name: str) -> None:
    known = KNOWN[name]
    system = api.read(FOLDER / f"{name}.yaml")
    assert system.scenario.expect == "infeasible"
    built = api.build(system)
    found = impossible(*built)
    expected = known.clashes if known.arithmetic else ()
    assert tuple(tuple(member.identifier for member in clash.members) for clash in found) == expected
    twin = Twin(*built)
    assert twin.solve(twin.as_asked()) is None
    why = why_infeasible(twin)
    assert tuple(tuple(member.identifier for member in clash.members) for clash in why.clashes) == known.clashes
    assert why.complete
    assert set(known.causes) <= named(why)
    assert known.zh in said(why, twin, "zh")
    assert known.en in said(why, twin, "en")
    for miss in why.misses:
        if miss.identifier in known.nearest:
            assert miss.alone == pytest.approx(known.nearest[miss.identifier], rel=1e-5, abs=1e-6)
    assert bool(why.misses) == bool(known.clashes)
    assert bool(why.shortages) == (not known.clashes)


@pytest.mark.parametrize("name", ["exactly_ten", "export_line", "thermal_stays"])
def test_a_plan_exists_at_the_values_that_are_named(name: str) -> None:
    """The nearest plan passes the audit; its scorecard is still held against what the scenario asks."""
    found = api.explain(FOLDER / f"{name}.yaml")
    assert found.infeasible is not None
    assert found.run is not None
    missed = {miss.identifier: miss.together for miss in found.infeasible.misses}
    rows = {row.identifier: row for row in found.run.scorecard}
    for identifier, value in missed.items():
        assert rows[identifier].verdict == "missed"
        assert rows[identifier].achieved == pytest.approx(value, rel=1e-4, abs=1e-4)
    hard = [row for row in found.run.scorecard if row.mode == "hard" and row.identifier not in missed]
    assert {row.verdict for row in hard} <= {"met", "met_within_tolerance"}
