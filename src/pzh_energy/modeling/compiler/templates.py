"""Reads a rule once with symbolic indices, and says where and why when that is impossible.

Pyomo swaps `builtins.sum` and the iteration of sets while a rule is templatised, so only one compile may run at a time
in a process: parallel work uses processes, not threads.
"""

from __future__ import annotations

import contextlib
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyomo.core.expr as pyomo_expressions
from pyomo.core.expr import template_expr

from pzh_energy.domain.errors import RuleError

_HERE = str(Path(__file__).parent)

_LINEAR = "the program is linear: multiply variables by numbers or Params only"
_REMEDIES = (
    ("compared inside", "use a sub-set, a Set indexed by what you compare with, or a 0/1 Param"),
    ("product of two variables", _LINEAR),
    ("where a number is needed", _LINEAR),
    ("strict inequality", "write <= or >="),
    ("needs a variable", "return a relation; leave cells out with a sub-set"),
    ("is not a constraint", "return a relation: <=, >= or =="),
    ("division by zero", "leave those cells out with a sub-set"),
    ("pairs that are not in", "use a sub-set, or a Set indexed by what you have"),
    ("set of tuples", "write it out in the rules that use it"),
    ("indices,", "give one index for each set of the component"),
    ("is not understood", "compute it in numpy and declare it as a Param: a rule takes + - * / ** and sum"),
    ("unsupported operand", "a symbol knows + - * / ** only: declare the result as an (index-valued) Param"),
    ("sum_template", "write `sum(generator) + start`"),
    ("for indexed component", "name an element of the set, or declare the rule on a sub-set"),
    ("Explicit iteration", "write `sum(expression for x in Set)`: one generator, no for statement, no list"),
    ("Cannot convert non-constant", "declare the constraint on a sub-set, or multiply by a 0/1 Param"),
    ("uninitialized IndexTemplate", "a rule cannot branch on an index or look it up in Python data: use a Param"),
    ("unhashable", "an index cannot be looked up in a dict: declare the data as a Param"),
    ("IndexTemplate", "an index is a symbol here: put the data in a Param"),
    ("invalid key", "an index cannot select from xarray or pandas: declare the data as a Param"),
    ("is disabled", "use an index-valued Param for neighbours, `previous[t]`"),
    ("valid indices", "an index cannot address a numpy array: declare the data as a Param"),
)


def templatize(name: str, block: Any, rule: Any, index_set: Any) -> tuple[Any, list[Any]]:
    """Call a rule once with index templates; returns its expression tree and the templates, in index order.

    Raises RuleError with the rule's place, the cause and the remedy where the rule cannot be read that way.
    """
    with _quiet():
        try:
            return template_expr.templatize_rule(block, rule, index_set)  # type: ignore[no-any-return]
        except Exception as error:
            cause: BaseException = error
            if isinstance(error, template_expr.TemplateExpressionError) and error.__context__ is not None:
                cause = error.__context__  # Pyomo hides any error inside a sum behind "explicit iteration"
            raise RuleError(explain(name, rule, cause)) from error


def explain(name: str, rule: Any, error: BaseException) -> str:
    """Where, what, and what to do, for a rule that cannot be compiled."""
    rule = getattr(rule, "_initializer", rule)  # a bounds rule is wrapped once more
    code = getattr(getattr(rule, "_fcn", rule), "__code__", None)
    frames = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if "site-packages" not in f.filename and f.filename.endswith(".py") and not f.filename.startswith(_HERE)
    ]
    if code is not None and (isinstance(error, RuleError) or not frames):
        where = f"{code.co_filename}:{code.co_firstlineno}"
    else:
        where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown place"
    what = " ".join(str(error).split())
    remedy = next((r for key, r in _REMEDIES if key in what), "")
    what = what.split(". ")[0].split(" This error")[0]
    text = f"{where} {name}: this rule cannot be expanded over its index set.\n  {type(error).__name__}: {what}"
    return text + (f"\n  what to do: {remedy}" if remedy else "")


def _refuse_text(self: Any, other: Any) -> Any:
    """`u == "ridge"` on a template is silently False in Pyomo, so a filter would vanish without a word: refuse it."""
    if isinstance(other, str):
        raise RuleError(f"{self} == {other!r}: an index (or index Param) compared inside a rule")
    return pyomo_expressions.numvalue.NumericValue.__eq__(self, other)


template_expr.IndexTemplate.__eq__ = _refuse_text
template_expr.GetItemExpression.__eq__ = _refuse_text


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Pyomo logs the error it raises; it is told once, by us."""
    log = logging.getLogger("pyomo.core")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)
