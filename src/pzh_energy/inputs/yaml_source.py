"""YAML files to trees that know where every value came from, and the merging of such trees.

Scalars are typed by the core schema of YAML 1.2, decimal numbers only: `true` and `false` are truth values; `no`,
`off`, `12:30`, `1_000` and `2024-01-01` are text; `012` is 12 and `1e3` is 1000.0. Refused: keys that stand twice,
anchors, aliases, merge keys and tags, and keys that are not text or whole numbers.

Merging (`extends:` and `--set`): mappings merge key by key, anything else replaces what was there; a key given the
value `~delete` is taken out. A mapping whose keys exclude each other (`whole`) is replaced as one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from pzh_energy.domain.errors import InputError, Problem, Problems, near_miss

DELETE = "~delete"

# what makes a list or mapping of a scenario hard to say where it stands is not needed: `extends` shares what is shared
_SHARING = "Anchors, aliases and merge keys are not read: write the value out, or share it with `extends`."

Scalar = str | int | float | bool | None
Key = str | int
Route = tuple[Key, ...]
Manners = Mapping[Route, Key | None]
"""Of mappings that are not merged key by key: the key that a word in place of the mapping states, or None where it is
replaced as one."""
PLAIN: Manners = {}

_NULL = re.compile(r"(?:null|Null|NULL|~|)")
_TRUE = re.compile(r"(?:true|True|TRUE)")
_FALSE = re.compile(r"(?:false|False|FALSE)")
_WHOLE = re.compile(r"[-+]?[0-9]{1,300}")
# line breaks that PyYAML writes as they are outside of double quotes, and then reads as a space
_ODD_BREAKS = re.compile("[\x85\u2028\u2029\ufeff]")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


@dataclass(frozen=True)
class Mark:
    """Where something was written: `text` is file:line:column or an assignment; relative paths start at `folder`.

    `prefix` is how many keys of its route the text itself names.
    """

    text: str
    folder: Path
    prefix: int = 0


@dataclass(frozen=True)
class Node:
    """A value with the mark of its key (of itself, in a list); mappings and lists hold further nodes."""

    value: Scalar | dict[Key, Node] | list[Node]
    mark: Mark

    def plain(self) -> object:
        """The tree as dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def child(self, key: object) -> Node | None:
        """The node under a key of a mapping or a position of a list, None where there is none."""
        if isinstance(self.value, dict) and isinstance(key, str | int):
            return self.value.get(key)
        if isinstance(self.value, list) and isinstance(key, int) and 0 <= key < len(self.value):
            return self.value[key]
        return None

    def marks(self, route: Route = ()) -> Iterator[tuple[Route, Mark]]:
        """The mark of this node and of all below it, by their route from here."""
        yield route, self.mark
        children = self.value.items() if isinstance(self.value, dict) else ()
        listed = enumerate(self.value) if isinstance(self.value, list) else ()
        for key, node in (*children, *listed):
            yield from node.marks((*route, key))


def place(mark: Mark, route: Sequence[object]) -> str:
    """A place as errors name it, such as `scenarios/dry.yaml:14:3 technologies.wind`."""
    dotted = ".".join(str(key) for key in route)
    return f"{mark.text} {dotted}" if len(route) > mark.prefix else mark.text


def locate(tree: Node, location: Route, missing: bool = False) -> str:
    """The place of a location, or of the nearest node above it that was written; an absent key is still named."""
    node, written = tree, 0
    while written < len(location) and (below := node.child(location[written])) is not None:
        node, written = below, written + 1
    return place(node.mark, location[: written + 1] if missing else location[:written])


def typed(text: str) -> Scalar:
    """A plain (unquoted) scalar by the core schema of YAML 1.2, decimal numbers only.

    >>> [typed(text) for text in ("no", "012", "1e3", "12:30", "1_000", "true", "~")]
    ['no', 12, 1000.0, '12:30', '1_000', True, None]
    """
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text):
        return True
    if _FALSE.fullmatch(text):
        return False
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def read_yaml(path: Path, problems: Problems, asked_by: str = "") -> Node:
    """The mapping a YAML file holds.

    asked_by: the place that names the file, for the error when it cannot be read; the file itself by default.
    Faults that leave the rest readable (a key that stands twice) are added to `problems`; for others InputError is
    raised with everything found so far.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise _with(problems, asked_by or str(path), f"there is no file {path}.", "Check the name.") from None
    except OSError as error:
        raise _with(problems, asked_by or str(path), f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        line = bytes(error.object[: error.start]).count(b"\n") + 1
        raise _with(problems, f"{path}:{line}", "the file is not UTF-8 text.", "Save it as UTF-8.") from None

    def mark_of(at: yaml.Mark) -> Mark:
        return Mark(f"{path}:{at.line + 1}:{at.column + 1}", path.parent)

    node = _parsed(text, str(path), mark_of, problems)
    if node is None:
        raise _with(problems, str(path), "the file is empty.", "Write a mapping, one `key: value` a line.")
    if not isinstance(node.value, dict):
        raise _with(problems, node.mark.text, "the file is not a mapping.", "Write one `key: value` a line.")
    return node


def read_chain(path: Path, problems: Problems, manners: Manners = PLAIN) -> tuple[Node, tuple[Path, ...]]:
    """A file merged over the file its `extends` names, that one over its own, and so on; and the files, first to last.

    `extends` is relative to the file that states it.
    Raises InputError when a file cannot be read or the chain goes in a circle; other faults go to `problems`.
    """
    layers: list[Node] = []
    files: list[Path] = []
    current, asked_by = Path(os.path.normpath(path)), ""
    while True:
        circle = [*files, current]
        if current.resolve() in {file.resolve() for file in files}:
            names = " > ".join(file.name for file in circle)
            raise _with(problems, asked_by, f"extends goes in a circle: {names}.", "Let one file extend none.")
        node = read_yaml(current, problems, asked_by)
        files.append(current)
        assert isinstance(node.value, dict)  # read_yaml refuses anything else
        parent = node.value.pop("extends", None)
        layers.append(node)
        if parent is None:
            break
        asked_by = place(parent.mark, ("extends",))
        if not isinstance(parent.value, str) or not parent.value:
            raise _with(problems, asked_by, "extends is not the name of one file.", "Write `extends: other.yaml`.")
        current = Path(os.path.normpath(parent.mark.folder / parent.value))
    tree: Node | None = None
    for layer in reversed(layers):
        tree = merged(tree, layer, problems, manners)
    assert tree is not None  # the chain holds at least the first file
    return tree, tuple(files)


def merged(base: Node | None, over: Node, problems: Problems, manners: Manners = PLAIN, route: Route = ()) -> Node:
    """`over` merged onto `base` (None: onto nothing). The marks of `over` win wherever it says something.

    A deletion with nothing to delete is added to `problems`.
    """
    if isinstance(over.value, str) and (key := manners.get(route)) is not None:
        over = Node({key: over}, over.mark)
    if isinstance(over.value, list):
        for position, node in enumerate(over.value):
            if node.value == DELETE:
                where = place(node.mark, (*route, position))
                problems.add(where, f"{DELETE} cannot stand in a list.", "Write the whole list without the element.")
        items = [merged(None, node, problems, PLAIN, (*route, i)) for i, node in enumerate(over.value)]
        return Node(items, over.mark)
    if not isinstance(over.value, dict):
        return over
    entries = _inherited(base, route, manners)
    for key, node in over.value.items():
        entries = _with_entry(entries, key, node, problems, manners, route)
    return Node(entries, over.mark)


def assigned(tree: Node, assignment: str, problems: Problems, manners: Manners = PLAIN) -> Node:
    """The tree after `key=value`, as `--set` takes it: dotted keys, positions for lists, the value in YAML.

    It acts as a file would that extends the tree and states this one value. Faults are added to `problems`.
    """
    where = f"--set {assignment}"
    dotted, separator, text = assignment.partition("=")
    steps = dotted.strip().split(".")
    if not separator or not all(steps):
        problems.add(where, "this is not key=value.", "Write it like horizon.history_until=2023.")
        return tree
    mark = Mark(where, Path(), len(steps))
    try:
        value = _parsed(text, where, lambda _: mark, problems)
    except InputError as error:
        problems.found = list(error.problems)
        return tree
    changed = _assigned(tree, steps, value or Node(None, mark), problems, manners, ())
    return Node(changed.value, tree.mark)


def _assigned(
    node: Node | None, steps: list[str], value: Node, problems: Problems, manners: Manners, route: Route
) -> Node:
    """The node after the value was set at the end of the steps below it."""
    if not steps:
        return merged(node, value, problems, manners, route)
    step, rest = steps[0], steps[1:]
    if node is not None and isinstance(node.value, list):
        count = len(node.value)
        if not step.isascii() or not step.isdigit() or int(step) >= count:
            dotted = ".".join(map(str, route))
            problems.add(value.mark.text, f'"{step}" is not a position in {dotted}.', f"It has {count}, from 0.")
            return node
        at = int(step)
        if not rest and value.value == DELETE:
            problems.add(value.mark.text, f"{DELETE} cannot act on a list.", "Delete the key that holds the list.")
            return node
        items = list(node.value)
        items[at] = _assigned(items[at], rest, value, problems, manners, (*route, at))
        return Node(items, value.mark)
    entries = _inherited(node, route, manners)
    as_typed = typed(step)
    wanted: Key = as_typed if type(as_typed) is int else step
    key = next((known for known in entries if str(known) == step), wanted)
    if not rest:
        return Node(_with_entry(entries, key, value, problems, manners, route), value.mark)
    below = _assigned(entries.get(key), rest, value, problems, manners, (*route, key))
    return Node({**entries, key: below}, value.mark)


def _inherited(base: Node | None, route: Route, manners: Manners) -> dict[Key, Node]:
    """The entries that merging at a route starts from."""
    replaced = route in manners and manners[route] is None
    return dict(base.value) if base is not None and isinstance(base.value, dict) and not replaced else {}


def _with_entry(
    entries: dict[Key, Node], key: Key, node: Node, problems: Problems, manners: Manners, route: Route
) -> dict[Key, Node]:
    """Entries after one key was merged in or deleted."""
    if node.value != DELETE:
        return {**entries, key: merged(entries.get(key), node, problems, manners, (*route, key))}
    if key not in entries:
        remedy = near_miss(str(key), map(str, entries))
        problems.add(place(node.mark, (*route, key)), "there is nothing to delete.", remedy)
    return {known: entry for known, entry in entries.items() if known != key}


def write_yaml(document: Mapping[str, object]) -> str:
    """YAML text of a mapping of scalars, lists and mappings, which `read_yaml` reads back as it was."""
    return yaml.dump(document, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=120)


class _Writer(yaml.SafeDumper):
    """Writes no anchors, and quotes every text that a reader could take for something else."""

    def ignore_aliases(self, data: object) -> bool:
        """True: the loader refuses aliases."""
        return True

    def represent_str(self, data: str) -> yaml.ScalarNode:
        """Text, in quotes where YAML 1.2 would type it; PyYAML itself quotes what YAML 1.1 would."""
        safe = isinstance(typed(data), str) and not _ODD_BREAKS.search(data)
        style = None if safe else '"'
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Writer.add_representer(str, _Writer.represent_str)


class _Refused(yaml.MarkedYAMLError):
    """Legal YAML that is not read here; `note` says what to do."""


class _Loader(yaml.SafeLoader):
    """Composes nodes without any typing; refuses anchors, aliases and tags."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        # without resolvers a node has a tag only where the file states one
        self.yaml_implicit_resolvers = {}

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """The next node; `_Refused` for one that shares or is tagged."""
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _Refused(problem="an anchor or an alias", problem_mark=event.start_mark, note=_SHARING)
        if getattr(event, "tag", None) is not None:
            note = "Leave the tag out, and quote what must be text."
            raise _Refused(problem=f"the tag {event.tag}", problem_mark=event.start_mark, note=note)
        return super().compose_node(parent, index)


def _parsed(text: str, shown: str, mark_of: Callable[[yaml.Mark], Mark], problems: Problems) -> Node | None:
    """The tree of a YAML text, None when it holds nothing; InputError when it cannot be read."""
    try:
        root = yaml.compose(text, Loader=_Loader)
        return None if root is None else _node(root, root.start_mark, (), mark_of, problems)
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark
        where = mark_of(at).text if at is not None else shown
        if isinstance(error, _Refused):
            raise _with(problems, where, f"{error.problem} is not read here.", error.note or "") from None
        if at is not None and at.buffer is not None and at.buffer[at.pointer : at.pointer + 1] == "\t":
            raise _with(problems, where, "a tab stands where only spaces may.", "Indent with spaces.") from None
        raise _with(problems, where, f"not YAML: {error.problem or error.context}.") from None
    except yaml.YAMLError as error:
        raise _with(problems, shown, f"not YAML: {' '.join(str(error).split())}.") from None
    except RecursionError:
        raise _with(problems, shown, "the values are nested too deeply.", "Write them flatter.") from None


def _node(
    raw: yaml.Node, at: yaml.Mark, route: Route, mark_of: Callable[[yaml.Mark], Mark], problems: Problems
) -> Node:
    """A composed YAML node, its scalars typed; `at` is where its key stands."""
    mark = mark_of(at)
    if isinstance(raw, yaml.ScalarNode):
        return Node(typed(raw.value) if raw.style is None else str(raw.value), mark)
    if isinstance(raw, yaml.SequenceNode):
        items = enumerate(raw.value)
        return Node([_node(each, each.start_mark, (*route, i), mark_of, problems) for i, each in items], mark)
    entries: dict[Key, Node] = {}
    for raw_key, raw_value in raw.value:
        key_mark = mark_of(raw_key.start_mark)
        plain = isinstance(raw_key, yaml.ScalarNode) and raw_key.style is None
        key = typed(raw_key.value) if plain else raw_key.value
        if plain and key == "<<":
            problems.add(key_mark.text, "a merge key is not read here.", _SHARING)
        elif not isinstance(key, str | int) or isinstance(key, bool):
            remedy = "Quote it if it is meant as text."
            problems.add(key_mark.text, "a key must be text or a whole number.", remedy)
        elif any(str(key) == str(known) for known in entries):
            first = next(node.mark.text for known, node in entries.items() if str(known) == str(key))
            problems.add(place(key_mark, (*route, key)), f"this key stands twice, first at {first}.", "Keep one.")
        else:
            entries[key] = _node(raw_value, raw_key.start_mark, (*route, key), mark_of, problems)
    return Node(entries, mark)


def _with(problems: Problems, where: str, what: str, remedy: str = "") -> InputError:
    """The error that ends reading: everything found so far, and this."""
    return InputError([*problems.found, Problem(where, what, remedy)])
