"""The data package is read whole or refused whole, and every refusal names file, row and column."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pzh_energy.domain.errors import InputError
from pzh_energy.inputs.datapackage import (
    DataPackage,
    check_datapackage,
    describe,
    parameter_rows,
    read_datapackage,
    sources,
)

GRADED = "value,unit,low,high,grade,source,note"
TABLES = {
    "wind.csv": f"""item,parameter,year,{GRADED}
ridge,bus,,city,text,,,D,assumption,
ridge,potential,,1500,MW,800,2500,D,assumption,"slopes, forests"
ridge,capex,2020,7600,CNY/kW,4300,7600,C,domain knowledge,
ridge,capex,2030,4900,CNY/kW,4300,7600,C,domain knowledge,
ridge,started,,2020-05-01,date,,,B,press,
""",
    "monthly.csv": f"profile,month,{GRADED}\n" + "".join(f"flow,{m},{100 * m},m3/s,,,B,gauge,\n" for m in range(1, 13)),
    "hourly.csv": f"profile,hour,{GRADED}\n" + "".join(f"day,{h},{h},1,,,B,meter,\n" for h in range(24)),
    "series.csv": "series,weather,kind,file,column,unit,seed,grade,source,note\n"
    "ridge,normal,wind,hours.csv,ridge,1,7,D,generated,\n",
    "hours.csv": "hour,ridge\n" + "".join(f"{h},{h % 24 / 24:.4g}\n" for h in range(8760)),
    "targets.csv": "id,clause,year,metric_en,metric_zh,operator,value,unit,treatment,tension,grade,source,note,"
    "statement_zh,statement_en,input_value,input_unit,input_low,input_high,input_grade,input_source\n"
    "T01,1,2025,share,比重,about,33,%,computed,,A,plan,,算,computed,,,,,,\n"
    "T10,1,2030,task,任务,assigned,,1,input,,A,plan,,代,stand-in,800,MW,400,1500,D,guess\n",
    "labels.csv": "id,zh,en,colour,order\nwind,风电,Wind,#235ebc,10\n",
    "observed.csv": f"year,category,{GRADED}\n2020,wind,300,MW,150,400,C,estimate,\n",
}
KINDS: dict[str, tuple[str, str | list[str]]] = {
    "wind": ("parameters", ["item", "parameter", "year"]),
    "monthly": ("monthly", ["profile", "month"]),
    "hourly": ("hourly", ["profile", "hour"]),
    "series": ("series_index", ["series", "weather"]),
    "hours": ("series", ["hour"]),
    "targets": ("plan_targets", "id"),
    "labels": ("labels", ["id"]),
    "observed": ("observed", ["year", "category"]),
}
INTEGERS = ("year", "month", "hour", "seed", "order")
OPTIONAL = ("low", "high", "note", "seed", "tension")
UNITS = ["MW", "CNY/kW", "text", "date", "m3/s", "1", "%"]

Edit = Callable[[str, int, str, str], None]


def field(table: str, name: str) -> dict[str, Any]:
    """The schema of a column, by its name."""
    numeric = name.removeprefix("input_") in ("low", "high", "ridge") or (name[-5:] == "value" and table != "wind")
    whole = name in INTEGERS and not (table == "targets" and name == "year")
    optional = (
        name in OPTIONAL or name.startswith("input_") or (table, name) in (("wind", "year"), ("targets", "value"))
    )
    rules: dict[str, Any] = {"required": not optional}
    if name == "unit":
        rules["enum"] = UNITS
    if name == "grade":
        rules["enum"] = ["A", "B", "C", "D"]
    if name == "ridge":
        rules["minimum"] = 0
    entry = {"name": name, "type": "integer" if whole else "number" if numeric else "string", "constraints": rules}
    return {**entry, "unit": "1"} if name == "ridge" else entry


def descriptor() -> dict[str, Any]:
    """The descriptor of the small package."""
    return {
        "title": "Small",
        "resources": [
            {
                "name": name,
                "path": f"{name}.csv",
                "pzh:kind": kind,
                "schema": {
                    "fields": [field(name, c) for c in TABLES[f"{name}.csv"].split("\n", 1)[0].split(",")],
                    "primaryKey": key,
                },
            }
            for name, (kind, key) in KINDS.items()
        ],
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small sound package of every kind of table."""
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor()), encoding="utf-8")
    return tmp_path


@pytest.fixture
def edit(root: Path) -> Edit:
    """Changes one cell of the small package: file, line (the header is 1), column, new text."""

    def change(file: str, line: int, column: str, text: str) -> None:
        rows = list(csv.reader((root / file).read_text(encoding="utf-8").splitlines()))
        rows[line - 1][rows[0].index(column)] = text
        with (root / file).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)

    return change


def drop_line(path: Path, line: int) -> None:
    """Removes one line of a file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    del lines[line - 1]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def only_problem(root: Path) -> str:
    """The text of the single problem of a package."""
    problems = check_datapackage(root)
    assert len(problems) == 1, "\n".join(map(str, problems))
    return str(problems[0])


def test_a_sound_package_is_read_with_every_part(root: Path) -> None:
    package = read_datapackage(root)
    row = package.parameters["wind"][1]
    assert (row.item, row.parameter, row.year, row.value, row.low, row.line) == (
        "ridge",
        "potential",
        None,
        "1500",
        800,
        3,
    )
    assert package.parameters["wind"][2].year == 2020
    assert package.monthly["flow"].tolist() == [100.0 * m for m in range(1, 13)]
    assert package.hourly["day"][23] == 23
    assert package.series["ridge", "normal"].shape == (8760,)
    assert package.series["ridge", "normal"][23] == pytest.approx(23 / 24, abs=1e-4)
    assert package.series_units == {"ridge": "1"}
    assert package.series_index[0].seed == 7
    assert package.targets["T01"].value == 33 and package.targets["T10"].value is None
    assert package.targets["T01"].year == "2025" and package.targets["T10"].input_low == 400
    assert package.labels["wind"].zh == "风电" and package.labels["wind"].order == 10
    assert (package.observed[0].value, package.observed[0].year) == (300, 2020)
    assert package.title == "Small"
    assert check_datapackage(root) == []


def test_hashes_cover_every_file_and_change_with_it(root: Path, edit: Edit) -> None:
    before = read_datapackage(root).hashes
    assert set(before) == {"datapackage.json", *TABLES}
    edit("wind.csv", 3, "value", "1501")
    after = read_datapackage(root).hashes
    assert {name for name in before if before[name] != after[name]} == {"wind.csv"}


def test_arrays_cannot_be_written_to(root: Path) -> None:
    with pytest.raises(ValueError, match="read-only"):
        read_datapackage(root).monthly["flow"][0] = 1


def test_a_byte_order_mark_is_tolerated(root: Path) -> None:
    (root / "wind.csv").write_text("\ufeff" + TABLES["wind.csv"], encoding="utf-8")
    assert check_datapackage(root) == []


def test_without_series_the_rest_is_read(root: Path) -> None:
    (root / "hours.csv").unlink()
    package = read_datapackage(root, with_series=False)
    assert package.series == {} and len(package.series_index) == 1 and "wind" in package.parameters


def test_missing_column_is_refused(root: Path) -> None:
    text = TABLES["wind.csv"].replace(",grade,", ",")
    (root / "wind.csv").write_text(text, encoding="utf-8")
    assert f"{root / 'wind.csv'}:1:grade: column is missing" in only_problem(root)


def test_misspelt_column_is_refused_with_the_nearest_known(root: Path) -> None:
    (root / "labels.csv").write_text(TABLES["labels.csv"].replace("colour", "color"), encoding="utf-8")
    texts = "\n".join(map(str, check_datapackage(root)))
    assert "labels.csv:1:colour: column is missing" in texts
    assert 'labels.csv:1:color: column is unknown. Did you mean "colour"?' in texts


CELLS = {
    "duplicate_key": ("wind.csv", 5, "year", "2020", "duplicate of line 4: ridge, capex, 2020"),
    "unknown_grade": ("wind.csv", 3, "grade", "E", "'E' is unknown. Known: A, B, C, D"),
    "misspelt_unit": ("wind.csv", 4, "unit", "CNY/KW", """'CNY/KW' is unknown. Did you mean "CNY/kW"?"""),
    "missing_source": ("wind.csv", 3, "source", "", "is empty. Name where the value comes from"),
    "source_of_blanks": ("wind.csv", 3, "source", "  ", "is empty. Name where the value comes from"),
    "no_date": ("wind.csv", 6, "value", "2020-02-30", "'2020-02-30' is not a date"),
    "no_whole_year": ("wind.csv", 4, "year", "2020.0", "'2020.0' is not a whole number"),
    "two_units_of_a_parameter": ("wind.csv", 5, "unit", "MW", "capex is in MW here and in CNY/kW on line 4"),
    "two_units_of_a_profile": ("monthly.csv", 5, "unit", "MW", "flow is in MW here and in m3/s on line 2"),
    "underscore_in_a_series": ("hours.csv", 102, "ridge", "0_1", "'0_1' is not a number"),
    "nan_in_a_series": ("hours.csv", 102, "ridge", "nan", "'nan' is not a number"),
    "negative_in_a_series": ("hours.csv", 102, "ridge", "-0.1", "-0.1 is below 0"),
    "unit_unlike_the_file": ("series.csv", 2, "unit", "m3/s", "m3/s here, 1 in the schema of hours.csv"),
    "generated_without_seed": ("series.csv", 2, "seed", "", "is empty for a generated series"),
}


@pytest.mark.parametrize("case", CELLS)
def test_faulty_cell_is_refused_with_file_row_and_column(root: Path, edit: Edit, case: str) -> None:
    file, line, column, text, message = CELLS[case]
    edit(file, line, column, text)
    assert f"{root / file}:{line}:{column}: {message}" in only_problem(root)


def test_one_end_of_a_range_alone_is_refused(root: Path, edit: Edit) -> None:
    edit("monthly.csv", 7, "low", "1")
    assert "monthly.csv:7:high: is empty, but the other end is given" in only_problem(root)


@pytest.mark.parametrize("text", ["many", "1,500", "1_500", "0x10", "1500 MW"])
def test_a_number_that_is_none_is_refused(root: Path, edit: Edit, text: str) -> None:
    edit("wind.csv", 3, "value", text)
    assert f"wind.csv:3:value: {text!r} is not a number" in only_problem(root)


@pytest.mark.parametrize("text", ["nan", "NaN", "inf", "-inf", "1e999"])
def test_nan_and_infinity_are_refused_in_parameters(root: Path, edit: Edit, text: str) -> None:
    edit("wind.csv", 3, "value", text)
    assert "wind.csv:3:value:" in only_problem(root)


@pytest.mark.parametrize("column", ["low", "high"])
def test_uncertain_number_without_its_range_is_refused(root: Path, edit: Edit, column: str) -> None:
    edit("wind.csv", 4, column, "")
    assert f"wind.csv:4:{column}: is empty, but the row has grade C" in only_problem(root)


def test_uncertain_monthly_value_without_its_range_is_refused(root: Path, edit: Edit) -> None:
    edit("monthly.csv", 7, "grade", "D")
    texts = [str(p) for p in check_datapackage(root)]
    assert any("monthly.csv:7:low: is empty" in t for t in texts) and any("monthly.csv:7:high" in t for t in texts)


@pytest.mark.parametrize(("value", "text"), [("700", "700 is below low = 800"), ("2600", "2600 is above high = 2500")])
def test_value_outside_its_range_is_refused(root: Path, edit: Edit, value: str, text: str) -> None:
    edit("wind.csv", 3, "value", value)
    assert f"wind.csv:3:value: {text}" in only_problem(root)


def test_uncertain_text_needs_no_range(root: Path) -> None:
    assert read_datapackage(root).parameters["wind"][0].grade == "D"


def test_missing_hour_in_a_series_is_refused(root: Path) -> None:
    drop_line(root / "hours.csv", 102)
    assert "hours.csv:102:hour: hour 101 stands where hour 100 belongs" in only_problem(root)


def test_series_that_ends_early_is_refused(root: Path) -> None:
    drop_line(root / "hours.csv", 8761)
    assert "hours.csv:8760:hour: ends after 8759 hours" in only_problem(root)


def test_missing_month_of_a_profile_is_refused(root: Path) -> None:
    drop_line(root / "monthly.csv", 8)
    assert "monthly.csv:2:month: flow has no row for month 7" in only_problem(root)


def test_missing_hour_of_a_profile_is_refused(root: Path) -> None:
    drop_line(root / "hourly.csv", 25)
    assert "hourly.csv:2:hour: day has no row for hour 23" in only_problem(root)


def test_thirteenth_month_is_refused(root: Path, edit: Edit) -> None:
    edit("monthly.csv", 13, "month", "13")
    texts = [str(p) for p in check_datapackage(root)]
    assert f"{root / 'monthly.csv'}:13:month: 13 is no month." in texts[0] and "no row for month 12" in texts[1]


def test_row_with_too_few_cells_is_refused(root: Path) -> None:
    (root / "labels.csv").write_text(TABLES["labels.csv"] + "solar,光伏\n", encoding="utf-8")
    assert "labels.csv:3: has 2 cells where the header has 5" in only_problem(root)


@pytest.mark.parametrize("file", ["wind.csv", "hours.csv"])
def test_listed_file_that_is_absent_is_refused(root: Path, file: str) -> None:
    (root / file).unlink()
    assert f"{root / file}: not found, but datapackage.json lists it" in only_problem(root)


def test_file_that_is_not_listed_is_refused(root: Path) -> None:
    (root / "winds.csv").write_text("a\n1\n", encoding="utf-8")
    assert """winds.csv: datapackage.json does not list this file. Did you mean "wind.csv"?""" in only_problem(root)


def test_file_in_another_encoding_is_refused(root: Path) -> None:
    (root / "labels.csv").write_bytes(TABLES["labels.csv"].encode("gbk"))
    assert "labels.csv: cannot be read as UTF-8" in only_problem(root)


def test_index_that_points_to_an_unknown_column_is_refused(root: Path, edit: Edit) -> None:
    edit("series.csv", 2, "column", "rigde")
    texts = "\n".join(map(str, check_datapackage(root)))
    assert """series.csv:2:column: hours.csv has no column rigde. Did you mean "ridge"?""" in texts
    assert "hours.csv:1:ridge: column is not in the index of series" in texts


def test_index_that_points_to_an_unlisted_file_is_refused(root: Path, edit: Edit) -> None:
    edit("series.csv", 2, "file", "hour.csv")
    texts = "\n".join(map(str, check_datapackage(root)))
    assert """series.csv:2:file: hour.csv is no hourly file of the package. Did you mean "hours.csv"?""" in texts


def test_every_problem_is_reported_at_once(root: Path, edit: Edit) -> None:
    edit("wind.csv", 3, "grade", "E")
    edit("monthly.csv", 3, "source", "")
    (root / "hourly.csv").unlink()
    with pytest.raises(InputError) as refusal:
        read_datapackage(root)
    text = str(refusal.value)
    assert all(part in text for part in ("wind.csv:3:grade", "monthly.csv:3:source", "hourly.csv: not found"))


def test_a_column_full_of_faults_is_summed_up(root: Path) -> None:
    text = "hour,ridge\n" + "".join(f"{h},x\n" for h in range(8760))
    (root / "hours.csv").write_text(text, encoding="utf-8")
    problems = check_datapackage(root)
    assert len(problems) == 6 and "hours.csv:ridge: 8755 more faulty cells" in str(problems[-1])


def test_folder_without_descriptor_is_refused(tmp_path: Path) -> None:
    assert "datapackage.json: not found" in only_problem(tmp_path)


def test_descriptor_that_is_no_json_is_refused(root: Path) -> None:
    (root / "datapackage.json").write_text("{", encoding="utf-8")
    assert "datapackage.json: cannot be read as JSON" in only_problem(root)


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("path", "../wind.csv", "leads out of the package"),
        ("pzh:kind", "parameter", 'Did you mean "parameters"?'),
        ("name", "monthly", "name monthly is listed twice"),
        ("schema", {"fields": [{"name": "item", "type": "geopoint"}]}, "type 'geopoint'"),
    ],
)
def test_wrong_entry_of_the_descriptor_is_refused(root: Path, key: str, value: object, text: str) -> None:
    content = descriptor()
    content["resources"][0][key] = value
    (root / "datapackage.json").write_text(json.dumps(content), encoding="utf-8")
    assert text in only_problem(root)


def test_second_table_of_a_kind_that_stands_once_is_refused(root: Path) -> None:
    content = descriptor()
    content["resources"].append({**content["resources"][1], "name": "more", "path": "more.csv"})
    (root / "datapackage.json").write_text(json.dumps(content), encoding="utf-8")
    assert "pzh:kind monthly is listed twice" in only_problem(root)


def test_package_in_memory_needs_only_what_it_states() -> None:
    first = {"item": "ridge", "parameter": "potential", "value": 1500, "unit": "MW"}
    rows = parameter_rows([first, {**first, "year": 2030, "value": 4900.0, "grade": "C"}])
    package = DataPackage(parameters={"wind": rows}, series={("wind", "normal"): np.ones(8760)})
    assert package.root is None and dict(package.targets) == {}
    assert [(r.year, r.value, r.grade, r.line) for r in rows] == [(None, "1500", "D", 2), (2030, "4900.0", "C", 3)]


def test_parameter_rows_refuse_an_unknown_column() -> None:
    with pytest.raises(TypeError, match="valeu"):
        parameter_rows([{"item": "a", "parameter": "b", "value": 1, "unit": "MW", "valeu": 2}])


def test_describe_counts_rows_and_grades_of_every_table(root: Path) -> None:
    assert [tuple(s) for s in describe(read_datapackage(root))] == [
        ("wind", 5, {"B": 1, "C": 2, "D": 2}),
        ("monthly", 12, {"B": 12}),
        ("hourly", 24, {"B": 24}),
        ("series", 1, {"D": 1}),
        ("plan_targets", 2, {"A": 2}),
        ("observed", 1, {"C": 1}),
        ("labels", 1, {}),
    ]


def test_sources_name_every_number_once(root: Path) -> None:
    rows = sources(read_datapackage(root))
    assert len(rows) == 5 + 12 + 24 + 1 + 2 + 1
    assert ("wind", "ridge", "capex", "2030", "4900", "CNY/kW", "C", "domain knowledge") in rows
    assert ("monthly", "flow", "3", "", "300", "m3/s", "B", "gauge") in rows
    assert ("plan_targets", "T10", "task", "2030", "", "1", "A", "plan") in rows
    assert ("observed", "wind", "observed", "2020", "300", "MW", "C", "estimate") in rows
