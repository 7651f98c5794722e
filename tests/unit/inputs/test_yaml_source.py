"""Reading YAML with places, and merging it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pzh_energy.domain.errors import InputError, Problem, Problems
from pzh_energy.inputs.yaml_source import (
    PLAIN,
    Manners,
    Node,
    assigned,
    locate,
    place,
    read_chain,
    read_yaml,
    typed,
    write_yaml,
)


def written(folder: Path, text: str, name: str = "a.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def plain(path: Path) -> object:
    problems = Problems()
    tree = read_yaml(path, problems)
    problems.raise_if_any()
    return tree.plain()


def chained(path: Path, manners: Manners = PLAIN) -> Node:
    problems = Problems()
    tree, _ = read_chain(path, problems, manners)
    problems.raise_if_any()
    return tree


def refusal(path: Path) -> Problem:
    with pytest.raises(InputError) as caught:
        chained(path)
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


class TestTyping:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("no", "no"), ("off", "off"), ("yes", "yes"), ("y", "y"), ("true", True), ("False", False),
            ("tRue", "tRue"), ("null", None), ("~", None), ("", None), ("nil", "nil"),
            ("012", 12), ("-7", -7), ("+7", 7), ("0o14", "0o14"), ("0x1F", "0x1F"), ("1_000", "1_000"),
            ("12:30", "12:30"), ("1e3", 1000.0), ("1.5E-2", 0.015), (".5", 0.5), ("4.", 4.0), ("1e", "1e"), (".", "."),
            ("2024-01-01", "2024-01-01"), ("2020..2030", "2020..2030"), ("3h", "3h"), (".inf", ".inf"),
            (".nan", ".nan"), ("二滩", "二滩"), ("'12'", "12"), ('"true"', "true"), ("''", ""),
        ],
    )  # fmt: skip
    def test_scalars_are_typed_as_yaml_1_2_says(self, tmp_path: Path, text: str, value: object) -> None:
        tree = plain(written(tmp_path, f"key: {text}\n"))
        assert tree == {"key": value}
        assert isinstance(tree, dict)
        assert type(tree["key"]) is type(value)

    def test_block_text_is_text_whatever_it_looks_like(self, tmp_path: Path) -> None:
        assert plain(written(tmp_path, "a: |\n  12\nb: >-\n  true\n")) == {"a": "12\n", "b": "true"}

    def test_keys_are_text_or_whole_numbers(self, tmp_path: Path) -> None:
        assert plain(written(tmp_path, "no: 1\n2030: 2\n'3': 4\n")) == {"no": 1, 2030: 2, "3": 4}

    def test_a_byte_order_mark_is_ignored(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_bytes(b"\xef\xbb\xbfa: 1\n")
        assert plain(path) == {"a": 1}

    def test_a_number_of_absurd_length_does_not_break_the_reader(self) -> None:
        assert typed("9" * 9000) == float("inf")


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "place_in_file", "says"),
        [
            ("a: 1\nb: 2\na: 3\n", ":3:1 a", "this key stands twice, first at {path}:1:1."),
            ("a:\n  b: {c: 1, c: 2}\n", ":2:13 a.b.c", "this key stands twice, first at {path}:2:7."),
            ("a: {2030: 1, '2030': 2}\n", ":1:14 a.2030", "this key stands twice, first at {path}:1:5."),
            ("", "", "the file is empty."),
            ("# only a comment\n", "", "the file is empty."),
            ("- a\n- b\n", ":1:1", "the file is not a mapping."),
            ("just text\n", ":1:1", "the file is not a mapping."),
            ("a:\n\tb: 1\n", ":2:1", "a tab stands where only spaces may."),
            ("a:\n  b: 1\n\tc: 2\n", ":3:1", "a tab stands where only spaces may."),
            ("a: &x 1\nb: 2\n", ":1:4", "an anchor or an alias is not read here."),
            ("a: *x\n", ":1:4", "an anchor or an alias is not read here."),
            ("a: 1\n<<: {b: 1}\n", ":2:1", "a merge key is not read here."),
            ("a: !!str 12\n", ":1:4", "the tag tag:yaml.org,2002:str is not read here."),
            ("a: !python/object:os.system x\n", ":1:4", "the tag !python/object:os.system is not read here."),
            ("true: 1\n", ":1:1", "a key must be text or a whole number."),
            ("1.5: 1\n", ":1:1", "a key must be text or a whole number."),
            ("? [a, b]\n: 1\n", ":1:3", "a key must be text or a whole number."),
            ("a: b: c\n", ":1:5", "not YAML: mapping values are not allowed here."),
            ("a: [1, 2\n", ":2:1", "not YAML: expected ',' or ']', but got '<stream end>'."),
            ("a: 1\n---\nb: 2\n", ":2:1", "not YAML: but found another document."),
        ],
    )
    def test_each_fault_is_one_problem_at_its_place(
        self, tmp_path: Path, text: str, place_in_file: str, says: str
    ) -> None:
        path = written(tmp_path, text)
        problem = refusal(path)
        assert problem.where == f"{path}{place_in_file}"
        assert problem.what == says.format(path=path)

    def test_a_missing_file(self, tmp_path: Path) -> None:
        path = tmp_path / "none.yaml"
        assert refusal(path) == Problem(str(path), f"there is no file {path}.", "Check the name.")

    def test_a_folder_in_place_of_a_file(self, tmp_path: Path) -> None:
        assert refusal(tmp_path).what == f"{tmp_path} cannot be read: Is a directory."

    def test_text_in_another_encoding_names_the_line(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_bytes("a: 1\nb: 二滩\n".encode("gbk"))
        assert refusal(path) == Problem(f"{path}:2", "the file is not UTF-8 text.", "Save it as UTF-8.")

    def test_control_characters(self, tmp_path: Path) -> None:
        path = written(tmp_path, "a: \x07\n")
        problem = refusal(path)
        assert problem.where == str(path)
        assert "special characters are not allowed" in problem.what

    def test_absurd_nesting(self, tmp_path: Path) -> None:
        path = written(tmp_path, "a: " + "[" * 3000 + "]" * 3000)
        assert refusal(path).what == "the values are nested too deeply."

    def test_all_keys_that_stand_twice_are_told_together(self, tmp_path: Path) -> None:
        path = written(tmp_path, "a: 1\na: 2\nb: 1\nb: 2\n")
        with pytest.raises(InputError) as caught:
            chained(path)
        assert [problem.where for problem in caught.value.problems] == [f"{path}:2:1 a", f"{path}:4:1 b"]

    def test_what_was_found_before_a_fatal_fault_is_told_with_it(self, tmp_path: Path) -> None:
        child = written(tmp_path, "a: 1\na: 2\nextends: none.yaml\n")
        with pytest.raises(InputError) as caught:
            chained(child)
        assert [problem.where for problem in caught.value.problems] == [f"{child}:2:1 a", f"{child}:3:1 extends"]


class TestExtends:
    def test_three_files_merge_deeply_and_keep_the_place_of_the_winning_value(self, tmp_path: Path) -> None:
        (tmp_path / "sub").mkdir()
        first = written(tmp_path, "a: 1\nm:\n  x: 1\n  y: {p: 1, q: 2}\n  z: [1, 2]\ngone: {k: 1}\n", "first.yaml")
        second = written(tmp_path, "extends: ../first.yaml\nm:\n  y: {q: 3}\n  z: [9]\n", "sub/second.yaml")
        third = written(tmp_path, "extends: sub/second.yaml\nm:\n  x: ~delete\ngone: ~delete\nnew: 5\n", "third.yaml")
        problems = Problems()
        tree, files = read_chain(third, problems)
        assert not problems.found
        assert tree.plain() == {"a": 1, "m": {"y": {"p": 1, "q": 3}, "z": [9]}, "new": 5}
        assert files == (third, second, first)
        assert locate(tree, ("a",)) == f"{first}:1:1 a"
        assert locate(tree, ("m", "y", "p")) == f"{first}:4:7 m.y.p"
        assert locate(tree, ("m", "y", "q")) == f"{second}:3:7 m.y.q"
        assert locate(tree, ("m", "z", 0)) == f"{second}:4:7 m.z.0"
        assert locate(tree, ("m",)) == f"{third}:2:1 m"

    def test_null_replaces_and_does_not_delete(self, tmp_path: Path) -> None:
        written(tmp_path, "a: {b: 1}\nc: 1\n", "base.yaml")
        assert chained(written(tmp_path, "extends: base.yaml\na: null\n")).plain() == {"a": None, "c": 1}

    def test_a_deleted_mapping_can_be_stated_anew_by_the_next_file(self, tmp_path: Path) -> None:
        written(tmp_path, "m: {a: 1, b: 2}\n", "base.yaml")
        written(tmp_path, "extends: base.yaml\nm: ~delete\n", "middle.yaml")
        assert chained(written(tmp_path, "extends: middle.yaml\nm: {c: 3}\n")).plain() == {"m": {"c": 3}}

    def test_a_mapping_named_whole_is_replaced_as_one(self, tmp_path: Path) -> None:
        written(tmp_path, "m: {a: 1}\nn: {a: 1}\n", "base.yaml")
        child = written(tmp_path, "extends: base.yaml\nm: {b: 2}\nn: {b: 2}\n")
        assert chained(child, {("m",): None}).plain() == {"m": {"b": 2}, "n": {"a": 1, "b": 2}}

    def test_a_word_in_place_of_a_mapping_states_its_key(self, tmp_path: Path) -> None:
        """Only where a key is named for it; a number, nothing, or a word elsewhere replaces the mapping."""
        written(tmp_path, "m: {a: 1}\nn: {a: 1}\no: {a: 1}\n", "base.yaml")
        child = written(tmp_path, "extends: base.yaml\nm: b\nn: b\no: 2\n")
        expected = {"m": {"a": 1, "way": "b"}, "n": "b", "o": 2}
        assert chained(child, {("m",): "way", ("o",): "way"}).plain() == expected

    def test_deleting_what_is_not_there_is_refused_with_the_nearest_key(self, tmp_path: Path) -> None:
        written(tmp_path, "m: {wind: 1}\n", "base.yaml")
        child = written(tmp_path, "extends: base.yaml\nm: {wnd: ~delete}\n")
        expected = Problem(f"{child}:2:5 m.wnd", "there is nothing to delete.", 'Did you mean "wind"? Known: wind')
        assert refusal(child) == expected

    @pytest.mark.parametrize(
        ("text", "where"),
        [("a: ~delete\n", ":1:1 a"), ("m: {a: ~delete}\n", ":1:5 m.a"), ("m: [{a: ~delete}]\n", ":1:6 m.0.a")],
    )
    def test_deleting_without_a_parent_is_refused(self, tmp_path: Path, text: str, where: str) -> None:
        path = written(tmp_path, text)
        assert (refusal(path).where, refusal(path).what) == (f"{path}{where}", "there is nothing to delete.")

    def test_deleting_inside_a_list_is_refused(self, tmp_path: Path) -> None:
        path = written(tmp_path, "m: [1, ~delete]\n")
        assert refusal(path).where == f"{path}:1:8 m.1"
        assert refusal(path).what == "~delete cannot stand in a list."

    def test_a_circle_is_refused_where_it_closes(self, tmp_path: Path) -> None:
        first = written(tmp_path, "extends: b.yaml\n")
        second = written(tmp_path, "x: 1\nextends: ./a.yaml\n", "b.yaml")
        problem = refusal(first)
        assert problem.where == f"{second}:2:1 extends"
        assert problem.what == "extends goes in a circle: a.yaml > b.yaml > a.yaml."

    def test_a_file_that_extends_itself_is_a_circle(self, tmp_path: Path) -> None:
        path = written(tmp_path, "extends: a.yaml\n")
        assert refusal(path).what == "extends goes in a circle: a.yaml > a.yaml."

    def test_a_missing_parent_is_told_at_the_line_that_names_it(self, tmp_path: Path) -> None:
        path = written(tmp_path, "x: 1\nextends: none.yaml\n")
        assert refusal(path).where == f"{path}:2:1 extends"
        assert refusal(path).what == f"there is no file {tmp_path / 'none.yaml'}."

    @pytest.mark.parametrize("value", ["[a.yaml, b.yaml]", "3", "", "''"])
    def test_extends_must_name_one_file(self, tmp_path: Path, value: str) -> None:
        path = written(tmp_path, f"extends: {value}\n")
        problem = refusal(path)
        assert (problem.where, problem.what) == (f"{path}:1:1 extends", "extends is not the name of one file.")


class TestAssignment:
    @pytest.fixture
    def tree(self, tmp_path: Path) -> Node:
        return chained(written(tmp_path, "m: {a: 1, 2030: 5}\nl: [{v: 1}, {v: 2}]\nr: {x: 1}\ns: text\n"))

    @pytest.mark.parametrize(
        ("assignment", "changed"),
        [
            ("m.a=2", {"m": {"a": 2, 2030: 5}}),
            ("m.2030=no", {"m": {"a": 1, 2030: "no"}}),
            ("m.2031=1e3", {"m": {"a": 1, 2030: 5, 2031: 1000.0}}),
            ("m.b.c=[1, 2]", {"m": {"a": 1, 2030: 5, "b": {"c": [1, 2]}}}),
            ("m={b: 1}", {"m": {"a": 1, 2030: 5, "b": 1}}),
            ("m={a: ~delete}", {"m": {2030: 5}}),
            ("m.a=~delete", {"m": {2030: 5}}),
            ("m.a=", {"m": {"a": None, 2030: 5}}),
            ("m.a='7'", {"m": {"a": "7", 2030: 5}}),
            ("l.1.v=9", {"l": [{"v": 1}, {"v": 9}]}),
            ("l.0=7", {"l": [7, {"v": 2}]}),
            ("r.y=2", {"r": {"y": 2}}),
            ("s.a=1", {"s": {"a": 1}}),
            ("s=a=b", {"s": "a=b"}),
        ],
    )
    def test_it_acts_as_a_file_with_this_one_value_would(
        self, tree: Node, assignment: str, changed: dict[str, object]
    ) -> None:
        problems = Problems()
        before = tree.plain()
        assert isinstance(before, dict)
        after = assigned(tree, assignment, problems, manners={("r",): None})
        assert not problems.found
        assert after.plain() == {**before, **changed}
        assert tree.plain() == before

    def test_the_place_of_the_value_is_the_assignment(self, tree: Node) -> None:
        after = assigned(tree, "m.b={c: 1}", Problems())
        assert locate(after, ("m", "b")) == "--set m.b={c: 1}"
        assert locate(after, ("m", "b", "c")) == "--set m.b={c: 1} m.b.c"
        assert locate(after, ("m",)) == "--set m.b={c: 1}"
        assert locate(after, ("m", "a")).endswith("a.yaml:1:5 m.a")
        assert place(after.mark, ()).endswith("a.yaml:1:1")

    @pytest.mark.parametrize(
        ("assignment", "what"),
        [
            ("m.a", "this is not key=value."),
            ("=1", "this is not key=value."),
            ("m..a=1", "this is not key=value."),
            ("l.2.v=1", '"2" is not a position in l.'),
            ("l.x=1", '"x" is not a position in l.'),
            ("l.0=~delete", "~delete cannot act on a list."),
            ("m.z=~delete", "there is nothing to delete."),
            ("m.a=[1", "not YAML: expected ',' or ']', but got '<stream end>'."),
            ("m.a=*x", "an anchor or an alias is not read here."),
        ],
    )
    def test_a_wrong_assignment_is_refused_by_its_text(self, tree: Node, assignment: str, what: str) -> None:
        problems = Problems()
        assigned(tree, assignment, problems)
        assert [(problem.where, problem.what) for problem in problems.found] == [(f"--set {assignment}", what)]


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
KEYS = st.text(max_size=8).filter(lambda text: text != "extends")


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        KEYS, st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=8)
    )
)
def test_what_is_written_reads_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, document: dict[str, object]
) -> None:
    path = tmp_path_factory.getbasetemp() / "round.yaml"
    path.write_text(write_yaml(document), encoding="utf-8")
    assert plain(path) == document


@pytest.mark.parametrize(
    "text", ["1e3", "012", "no", "12:30", "true", "~", "2024-01-01", "0x1F", "<<", "a: b", "- x", "#", ""]
)
def test_texts_that_look_like_something_else_are_quoted(text: str) -> None:
    assert write_yaml({"key": text}) in (f'key: "{text}"\n', f"key: '{text}'\n")
