"""Scenario files: where each refusal points, and what it says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pzh_energy.domain.errors import Problem
from pzh_energy.inputs.scenario import Scenario

Write = Callable[..., Path]
Load = Callable[..., Scenario]
Refused = Callable[..., list[Problem]]


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "where", "message"),
        [
            ("nmae: x\n", ":6:1 nmae", 'unknown key. Did you mean "name"? Known: data, expect, horizon,'),
            (
                "solver: {thread: 1}\n",
                ":6:10 solver.thread",
                'unknown key. Did you mean "threads"? Known: engine, method,',
            ),
            ("solver: {threads: 0}\n", ":6:10 solver.threads", "0 is not at least 1. Change the value."),
            ("solver: {threads: 1.0}\n", ":6:10 solver.threads", "expected a whole number, got 1.0."),
            ("solver: {threads: true}\n", ":6:10 solver.threads", "expected a whole number, got true."),
            ("solver: {time_limit_s: 0}\n", ":6:10 solver.time_limit_s", "0 is not above 0"),
            ("solver: {time_limit_s: 1_000}\n", ":6:10 solver.time_limit_s", 'expected a number, got "1_000".'),
            ("solver: {time_limit_s: 1e999}\n", ":6:10 solver.time_limit_s", "expected a finite number, got inf."),
            (
                "solver: {method: simplx}\n",
                ":6:10 solver.method",
                '"simplx" is not possible here. Did you mean "simplex"?',
            ),
            ("solver: 3\n", ":6:1 solver", "expected a mapping, got 3."),
            ("solver: fast\n", ":6:1 solver.method", '"fast" is not possible here. Known: auto, highs, '),
            ("expect: maybe\n", ":6:1 expect", '"maybe" is not possible here. Known: feasible, infeasible'),
            ("title: {zh: 一}\n", ":6:1 title.en", "required, and missing. Add it."),
            ("title: {zh: 一, en: 5}\n", ":6:16 title.en", "expected text, got 5."),
            (
                "resolution: hourly\n",
                ":6:1 resolution",
                "this is not a resolution. Write draft, default, final, full, {daily: [H, ...]} with increasing hours",
            ),
            ("resolution: {every: 3}\n", ":6:1 resolution", "this is not a resolution."),
            ("resolution: {every: 0h}\n", ":6:1 resolution", "this is not a resolution."),
            ("resolution: {every: 8761h}\n", ":6:1 resolution", "this is not a resolution."),
            ("resolution: {every: 1.5h}\n", ":6:1 resolution", "this is not a resolution."),
            ("resolution: {daily: []}\n", ":6:1 resolution", "this is not a resolution."),
            ("resolution: {daily: 7}\n", ":6:1 resolution", "this is not a resolution."),
            ("resolution: {daily: [7, 24]}\n", ":6:1 resolution", "this is not a resolution."),
            ("resolution: {daily: [-1, 7]}\n", ":6:1 resolution", "this is not a resolution."),
            ("resolution: {daily: [10, 7]}\n", ":6:1 resolution", "this is not a resolution."),
            ("resolution: {daily: [7, 7]}\n", ":6:1 resolution", "this is not a resolution."),
            ("resolution: {daily: [7.5]}\n", ":6:1 resolution", "this is not a resolution."),
            ("resolution: {segments: 11}\n", ":6:1 resolution", "this is not a resolution."),
            ("resolution: {segments: 8761}\n", ":6:1 resolution", "this is not a resolution."),
            ("resolution: {segments: true}\n", ":6:1 resolution", "this is not a resolution."),
            ("resolution: {segments: 20, every: 3h}\n", ":6:1 resolution", "this is not a resolution."),
            ("weather: {}\n", ":6:1 weather", "the probabilities of no case add up to 0, not to 1."),
            ("weather: {a: {probability: 0.5}}\n", ":6:1 weather", "the probabilities of a add up to 0.5, not to 1."),
            ("weather: {a: {probability: 0}}\n", ":6:15 weather.a.probability", "0 is not above 0."),
            ("weather: {a b: {probability: 1}}\n", ":6:1 weather", '"a b" is not a name.'),
            ("weather: {a: {}}\n", ":6:11 weather.a.probability", "required, and missing."),
            ("overrides: {a: 1}\n", ":6:1 overrides", "expected a list, got a mapping."),
        ],
    )
    def test_a_wrong_key_or_value_is_told_at_its_line(
        self, base: str, written: Write, problems: Refused, text: str, where: str, message: str
    ) -> None:
        path = written(base + text)
        found = problems(path)
        assert [problem.where for problem in found] == [f"{path}{where}"]
        assert f"{found[0].what} {found[0].remedy}".startswith(message)

    @pytest.mark.parametrize(
        ("horizon", "where", "says"),
        [
            ("{}", "1 horizon.periods", "required, and missing."),
            ("{periods: 2030}", "11 horizon.periods", "these are not years."),
            ("{periods: 2020-2030}", "11 horizon.periods", "these are not years."),
            ("{periods: 2030..2020}", "11 horizon.periods", "the years do not increase."),
            ("{periods: []}", "11 horizon.periods", "the years do not increase."),
            ("{periods: [2020, 2020]}", "11 horizon.periods", "the years do not increase."),
            ("{periods: [20, 30]}", "11 horizon.periods", "a year is not within 1900 to 2200."),
            ("{periods: 2020..9999}", "11 horizon.periods", "a year is not within 1900 to 2200."),
            ("{periods: [2020, 2025.5]}", "27 horizon.periods.1", "expected a whole number, got 2025.5."),
            ("{periods: [2020], last_period_years: 0}", "28 horizon.last_period_years", "0 is not at least 1."),
            ("{periods: [2020], history_until: 2021}", "28 horizon.history_until", "2021 is after the last period."),
            ("{periods: [2020], history: 2020}", "28 horizon.history", "unknown key."),
        ],
    )
    def test_a_wrong_horizon(
        self, base: str, written: Write, problems: Refused, horizon: str, where: str, says: str
    ) -> None:
        path = written(base.replace("{periods: 2020..2023}", horizon))
        found = problems(path)
        assert [problem.where for problem in found] == [f"{path}:3:{where}"]
        assert found[0].what.startswith(says)

    @pytest.mark.parametrize("key", ["name", "data", "horizon", "technologies"])
    def test_a_required_key_that_is_missing(self, base: str, written: Write, problems: Refused, key: str) -> None:
        text = base.replace("  wind: {}\n", "").replace("technologies:", "technologies: {}")
        lines = [line for line in text.splitlines() if not line.startswith(key)]
        path = written("\n".join(lines))
        assert problems(path) == [Problem(f"{path}:1:1 {key}", "required, and missing.", "Add it.")]

    def test_a_name_that_cannot_be_a_folder(self, base: str, written: Write, problems: Refused) -> None:
        path = written(base.replace("name: base", "name: a/b"))
        assert [problem.where for problem in problems(path)] == [f"{path}:1:1 name"]

    def test_a_data_folder_that_is_not_there(
        self, tmp_path: Path, base: str, written: Write, problems: Refused
    ) -> None:
        path = written(base.replace("data: data", "data: dta"))
        assert [(p.where, p.what) for p in problems(path)] == [
            (f"{path}:2:1 data", f"there is no folder {tmp_path / 'dta'}.")
        ]

    def test_an_override_that_is_incomplete_wrong_or_stated_twice(
        self, base: str, written: Write, problems: Refused
    ) -> None:
        one = "{table: wind, item: ridge, parameter: capex, value: 1, unit: CNY/kW, reason: x}"
        path = written(base + f"overrides:\n  - {one}\n  - {one}\n")
        assert problems(path) == [
            Problem(f"{path}:6:1 overrides", "elements 0 and 1 override the same value. Keep one.")
        ]
        wrong = one.replace("value: 1", "value: true").replace("reason: x", "")
        path = written(base + f"overrides:\n  - {wrong}\n")
        assert [(p.where, p.what) for p in problems(path)] == [
            (f"{path}:7:50 overrides.0.value", "expected a whole number or a number or text, got true."),
            (f"{path}:7:5 overrides.0.reason", "required, and missing."),
        ]


class TestTechnologiesAndTargets:
    @pytest.mark.parametrize(
        ("technologies", "where", "message"),
        [
            ("  wnd: {}", ":5:3 technologies.wnd", 'unknown key. Did you mean "wind"? Known: hydro_cascade, wind'),
            ("  wind:", ":5:3 technologies.wind", "expected a mapping, got nothing. Write {} for an empty one."),
            (
                "  wind: {cap: 1}",
                ":5:10 technologies.wind.cap",
                'unknown key. Did you mean "cap_mw"? Known: cap_mw, enabled,',
            ),
            ("  wind: {enabled: no}", ":5:10 technologies.wind.enabled", 'expected true or false, got "no".'),
            ("  wind: {enabled: 1}", ":5:10 technologies.wind.enabled", "expected true or false, got 1."),
            ("  wind: {cap_mw: true}", ":5:10 technologies.wind.cap_mw", "expected a number, got true."),
            ("  wind: {cap_mw: 12:30}", ":5:10 technologies.wind.cap_mw", 'expected a number, got "12:30".'),
            ("  wind: {sites: a}", ":5:10 technologies.wind.sites", 'expected a list, got "a".'),
            ("  wind: {sites: [a, 012]}", ":5:21 technologies.wind.sites.1", "expected text, got 12."),
            ("  wind: {sites: [a, a]}", ":5:10 technologies.wind.sites", "a site stands twice. Keep one."),
            ("  wind: {windows: [{first: 1}]}", ":5:20 technologies.wind.windows.0.last", "required, and missing."),
            (
                "  wind: {windows: [{first: 1, last: 2, lst: 3}]}",
                ":5:40 technologies.wind.windows.0.lst",
                'unknown key. Did you mean "last"? Known: first, last',
            ),
            ("  wind: {price: {2030: x}}", ":5:18 technologies.wind.price.2030", 'expected a number, got "x".'),
            (
                "  hydro_cascade: {dispatch: fre}",
                ":5:19 technologies.hydro_cascade.dispatch",
                '"fre" is not possible here. Did',
            ),
        ],
    )
    def test_a_wrong_technology_is_told_at_its_line(
        self, base: str, written: Write, problems: Refused, technologies: str, where: str, message: str
    ) -> None:
        path = written(base.replace("  wind: {}", technologies))
        found = problems(path)
        assert [problem.where for problem in found] == [f"{path}{where}"]
        assert f"{found[0].what} {found[0].remedy}".startswith(message)

    @pytest.mark.parametrize(
        ("target", "where", "message"),
        [
            (
                "T1: {}",
                ":7:3 targets.T1.metric",
                "required, and missing. Write a mapping with a metric. Known: installed_c",
            ),
            ("T1: soon", ":7:3 targets.T1.metric", "required, and missing."),
            (
                "T1: {metric: non_fosil_share}",
                ":7:8 targets.T1.metric",
                'unknown metric "non_fosil_share". Did you mean "non_fossil_share"? Known: installed_',
            ),
            ("T1: {metric: [a]}", ":7:8 targets.T1.metric", "unknown metric"),
            ("T1: {metric: installed_capacity}", ":7:3 targets.T1.carriers", "required, and missing."),
            ("T1: {metric: non_fossil_share, carriers: [a]}", ":7:34 targets.T1.carriers", "unknown key."),
            (
                "T1: {metric: non_fossil_share, mode: priced}",
                ":7:3 targets.T1",
                "mode is priced and no price is given.",
            ),
            ("T1: {metric: non_fossil_share, price: -1}", ":7:34 targets.T1.price", "-1 is not above 0."),
            ("T1: {metric: non_fossil_share, tolerance: -1}", ":7:34 targets.T1.tolerance", "-1 is not at least 0."),
            (
                "T1: {metric: non_fossil_share, operator: atleast}",
                ":7:34 targets.T1.operator",
                '"atleast" is not possible here. Did',
            ),
            ("T 1: {metric: non_fossil_share}", ":7:3 targets.T 1", "not an id."),
        ],
    )
    def test_a_wrong_target_is_told_at_its_line(
        self, base: str, written: Write, problems: Refused, target: str, where: str, message: str
    ) -> None:
        path = written(base + f"targets:\n  {target}\n")
        found = problems(path)
        assert [problem.where for problem in found] == [f"{path}{where}"]
        assert f"{found[0].what} {found[0].remedy}".startswith(message)

    @pytest.mark.parametrize("key", ["technologies", "targets"])
    def test_the_section_must_be_a_mapping(self, base: str, written: Write, problems: Refused, key: str) -> None:
        lines = base.replace("technologies:\n  wind: {}\n", "")
        other = "" if key == "technologies" else "technologies: {}\n"
        path = written(f"{lines}{other}{key}: [wind]\n")
        assert [p.what for p in problems(path)] == ["expected a mapping, got a list."]


class TestWhereItWasStated:
    def test_a_value_of_the_parent_file_is_told_in_the_parent_file(
        self, base: str, written: Write, problems: Refused
    ) -> None:
        parent = written(base.replace("wind: {}", "wind: {cap_mw: yes}"), "parent.yaml")
        child = written("extends: parent.yaml\ntechnologies:\n  wind: {sites: [a]}\n")
        assert [p.where for p in problems(child)] == [f"{parent}:5:10 technologies.wind.cap_mw"]

    def test_a_value_the_child_replaced_is_told_in_the_child(
        self, base: str, written: Write, problems: Refused
    ) -> None:
        written(base.replace("wind: {}", "wind: {cap_mw: 5}"), "parent.yaml")
        child = written("extends: parent.yaml\ntechnologies:\n  wind:\n    cap_mw: yes\n")
        assert [p.where for p in problems(child)] == [f"{child}:4:5 technologies.wind.cap_mw"]

    def test_a_child_that_breaks_the_sum_of_probabilities_is_told_so(
        self, full: str, written: Write, load: Load, problems: Refused
    ) -> None:
        written(full, "parent.yaml")
        child = written("extends: parent.yaml\nweather: {normal: {probability: 1}}\n")
        (found,) = problems(child)
        assert found.where == f"{child}:2:1 weather"
        assert "take an inherited case out with `name: ~delete`" in found.what
        fixed = "extends: parent.yaml\nweather: {normal: {probability: 1}, dry: ~delete, wet: ~delete}\n"
        assert list(load(written(fixed)).weather) == ["normal"]

    @pytest.mark.parametrize(
        ("assignment", "where", "what"),
        [
            ("technologies.wnd.enabled=true", "--set technologies.wnd.enabled=true", "unknown key."),
            ("technologies.wind.cap=1", "--set technologies.wind.cap=1", "unknown key."),
            ("technologies.wind={cap: 1}", "--set technologies.wind={cap: 1} technologies.wind.cap", "unknown key."),
            ("technologies.wind.enabled=no", "--set technologies.wind.enabled=no", 'expected true or false, got "no".'),
            ("overrides.0.unit=7", "--set overrides.0.unit=7", "expected text, got 7."),
            (
                "targets.T06.price=~delete",
                "--set targets.T06.price=~delete",
                "mode is priced and no price is given. Add price",
            ),
            ("targets.T9.year=2030", "--set targets.T9.year=2030", "required, and missing."),
            (
                "weather.dry.probability=0.5",
                "--set weather.dry.probability=0.5",
                "the probabilities of dry, wet add up to 1.25",
            ),
            ("extends=x.yaml", "--set extends=x.yaml", "unknown key."),
            ("data=nowhere", "--set data=nowhere", "there is no folder"),
        ],
    )
    def test_an_assignment_is_told_by_its_text(
        self, full: str, written: Write, problems: Refused, assignment: str, where: str, what: str
    ) -> None:
        found = problems(written(full), assignment)
        assert [problem.where for problem in found] == [where]
        assert found[0].what.startswith(what)

    def test_everything_wrong_is_told_at_once(self, base: str, written: Write, problems: Refused) -> None:
        text = """\
name: base
name: twice
dta: data
horizon: {periods: 2020..2023, history_until: 2031}
technologies: {wnd: {}, wind: {cap_mw: x, sites: 3}}
targets: {T1: {metric: x}, T2: {metric: non_fossil_share, rule: z}}
"""
        path = written(text)
        assert sorted(
            problem.where.removeprefix(f"{path}:") for problem in problems(path, "solver.threads=0", "bad")
        ) == [
            "--set bad",
            "--set solver.threads=0",
            "1:1 data",
            "2:1 name",
            "3:1 dta",
            "4:32 horizon.history_until",
            "5:16 technologies.wnd",
            "5:32 technologies.wind.cap_mw",
            "5:43 technologies.wind.sites",
            "6:16 targets.T1.metric",
            "6:59 targets.T2.rule",
        ]
