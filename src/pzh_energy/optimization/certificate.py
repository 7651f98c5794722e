"""What the values and duals of an answer prove by themselves, on the matrix as compiled, whatever produced them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pzh_energy.modeling.compiler import LinearProgram

TOLERANCE = 1e-6
"""Largest error, each relative, with which an answer counts as one."""


@dataclass(frozen=True)
class Certificate:
    """Relative errors of an answer.

    primal: worst violation of a row, relative to the sizes added up in it, or of a bound, relative to the largest
    value; dual: worst sign of a reduced cost or row dual that no limit explains, relative to the largest cost or dual;
    gap: between the cost and what the duals prove that no plan can undercut.
    """

    primal: float
    dual: float
    gap: float

    @property
    def holds(self) -> bool:
        """Whether every error is within the tolerance; NaN never is."""
        return bool(self.primal <= TOLERANCE and self.dual <= TOLERANCE and self.gap <= TOLERANCE)


def certify(program: LinearProgram, x: np.ndarray, row_dual: np.ndarray) -> Certificate:
    """The certificate of values x (columns,) and duals (rows,), in cost per unit of a row's limit."""
    reduced = program.cost - program.matrix.T @ row_dual
    low, high = violation(x, program.column_lower, program.column_upper)
    bounds = float(np.maximum(low, high).max(initial=0.0)) / max(1.0, float(np.abs(x).max(initial=0.0)))
    wrong = max(
        float(wrong_sign(reduced, program.column_lower, program.column_upper).max(initial=0.0)),
        float(wrong_sign(row_dual, program.row_lower, program.row_upper).max(initial=0.0)),
    )
    cost = float(program.cost @ x) + program.offset
    return Certificate(
        primal=max(bounds, float(row_violation(program, x).max(initial=0.0))),
        dual=wrong / dual_size(program, row_dual),
        gap=abs(cost - dual_bound(program, row_dual, reduced)) / max(1.0, abs(cost)),
    )


def proved_bound(program: LinearProgram, row_dual: np.ndarray) -> float | None:
    """What no plan can cost less than, by duals alone; None where they are not good enough to prove anything."""
    reduced = program.cost - program.matrix.T @ row_dual
    wrong = max(
        float(wrong_sign(reduced, program.column_lower, program.column_upper).max(initial=0.0)),
        float(wrong_sign(row_dual, program.row_lower, program.row_upper).max(initial=0.0)),
    )
    proved = wrong <= TOLERANCE * dual_size(program, row_dual)
    return dual_bound(program, row_dual, reduced) if proved else None


def violation(value: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """By how much values undercut their lower limit and exceed their upper one."""
    return np.maximum(lower - value, 0.0), np.maximum(value - upper, 0.0)


def row_violation(program: LinearProgram, x: np.ndarray) -> np.ndarray:
    """Violation (rows,) relative to the sum of the sizes of what is added up in the row, at least 1."""
    low, high = violation(program.matrix @ x, program.row_lower, program.row_upper)
    return np.asarray(np.maximum(low, high) / np.maximum(1.0, abs(program.matrix) @ np.abs(x)))


def dual_size(program: LinearProgram, row_dual: np.ndarray) -> float:
    """The largest cost coefficient or row dual, at least 1: what errors of duals are measured against."""
    return max(1.0, float(np.abs(program.cost).max(initial=0.0)), float(np.abs(row_dual).max(initial=0.0)))


def wrong_sign(dual: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Part of a dual that no limit explains: negative without an upper limit, positive without a lower one."""
    return np.where(np.isinf(upper), np.maximum(-dual, 0.0), 0.0) + np.where(
        np.isinf(lower), np.maximum(dual, 0.0), 0.0
    )


def dual_bound(program: LinearProgram, row_dual: np.ndarray, reduced: np.ndarray) -> float:
    """Lagrangian lower bound: what the duals alone prove of the cost."""

    def worst(value: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> float:
        limit = np.where(value > 0, lower, upper)
        finite = np.isfinite(limit)
        return float(np.sum(value[finite] * limit[finite]))

    return (
        program.offset
        + worst(row_dual, program.row_lower, program.row_upper)
        + worst(reduced, program.column_lower, program.column_upper)
    )
