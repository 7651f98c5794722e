r"""The equations of one block (a period and weather case), reduced to its border.

Equations
---------
With θ the scaling of each column in the interior point, limit rows a x + n z + s = r (one hourly column x, border
columns z, slack s) leave by formula; θ of the column becomes

.. math::
    \theta^{e} = \frac{\theta_x \theta_s}{D}, \qquad F = \frac{a\,\theta_x}{D}, \qquad D = a^2 \theta_x + \theta_s

without the difference of large numbers that the normal equations would take. What remains is

.. math::
    \begin{pmatrix} A \Theta^{e} A^\top + \Theta_s & A \Theta^{e} B^\top & C - A_x F N \\
        \cdot & B \Theta^{e} B^\top & -B_x F N \\ \cdot & \cdot & -N^\top D^{-1} N \end{pmatrix}

with A the other hourly rows, B the border rows, C the border columns in A, N those in the limit rows.
"""

from __future__ import annotations

import hashlib

import numpy as np
import scipy.sparse as sp

from pzh_energy.optimization.structured.band import BandFactor
from pzh_energy.optimization.structured.elimination import Elimination, Level, eliminate, pairs_in_runs
from pzh_energy.optimization.structured.share import BlockMembers, Share

REGULARISATION = 1e-11


class Plans:
    """Plans of elimination, one for all blocks with the same pattern: most years are alike."""

    def __init__(self) -> None:
        self._known: dict[bytes, Elimination] = {}

    def get(self, keys: np.ndarray, size: int, border: int, members: BlockMembers) -> Elimination:
        """The plan for entries (high, low) = divmod(keys, size + border), sorted."""
        pattern = hashlib.sha256(np.array([size, border, members.ring]).tobytes())
        for part in (keys, members.local, members.step):
            pattern.update(np.ascontiguousarray(part).tobytes())
        known = pattern.digest()
        if known not in self._known:
            high, low = np.divmod(keys, size + border)
            self._known[known] = eliminate(high, low, size, border, members.local, members.step, members.ring)
        return self._known[known]


class Block:
    """Symbolic structure and, after `factor`, the factors of one block.

    border_rows, border_columns: which of the border's rows and joined columns the block touches.
    """

    def __init__(self, share: Share, members: BlockMembers, plans: Plans) -> None:
        self.members = members
        matrix, hourly = share.matrix, members.hourly
        limits = matrix[members.limits]
        own = matrix[members.rows]
        self.rows = sp.csr_array(own[:, hourly])
        joined = sp.csr_array(own[:, share.joined_columns])
        limit_border = sp.csr_array(limits[:, share.joined_columns])
        border = sp.csr_array(matrix[share.border_rows][:, hourly])
        self.border_rows = np.flatnonzero(np.diff(border.indptr))
        self.border_columns = np.union1d(joined.indices, limit_border.indices).astype(int)
        border = border[self.border_rows]
        self.joined, self.limit_border = joined[:, self.border_columns], limit_border[:, self.border_columns]
        self._limit_border_turned = sp.csr_array(self.limit_border.T)
        self.all_rows = sp.csr_array(sp.vstack([self.rows, border]))
        self.all_rows_turned = sp.csr_array(self.all_rows.T)
        self.coefficient = sp.csr_array(limits[:, members.limited]).diagonal()
        self.has_slack = np.flatnonzero(share.slack_upper[members.rows] > 0)
        self._assemble_plan(plans)

    @property
    def size(self) -> int:
        """Hourly rows that are not limit rows."""
        return int(self.rows.shape[0])

    def _assemble_plan(self, plans: Plans) -> None:
        """One sparse matrix that turns (θe, F, 1/D) into the values of all entries."""
        size, kept = self.size, len(self.border_rows)
        border = kept + len(self.border_columns)
        total = size + border
        high, low, source, value = [], [], [], []

        def add(i: np.ndarray, j: np.ndarray, of: np.ndarray, product: np.ndarray) -> None:
            high.append(np.maximum(i, j))
            low.append(np.minimum(i, j))
            source.append(of)
            value.append(product)

        turned = self.all_rows_turned
        count = np.diff(turned.indptr)
        first, second = pairs_in_runs(count)
        column = np.repeat(np.arange(len(count)), count)
        add(turned.indices[first], turned.indices[second], column[first], turned.data[first] * turned.data[second])
        hours, limits = len(count), len(self.coefficient)
        # entries of a limited column, times the border columns of its limit row
        entry, other = _products(count[:limits], np.diff(self.limit_border.indptr))
        product = -turned.data[entry] * self.limit_border.data[other]
        add(turned.indices[entry], size + kept + self.limit_border.indices[other], hours + column[entry], product)
        first, second = pairs_in_runs(np.diff(self.limit_border.indptr))
        row = np.repeat(np.arange(limits), np.diff(self.limit_border.indptr))
        product = -self.limit_border.data[first] * self.limit_border.data[second]
        at = size + kept + self.limit_border.indices
        add(at[first], at[second], hours + limits + row[first], product)
        constant = hours + 2 * limits
        joined = sp.coo_array(self.joined)
        add(size + kept + joined.col, joined.row, np.full(joined.nnz, constant), joined.data)
        diagonal = np.arange(total)
        add(diagonal, diagonal, np.full(total, constant), np.zeros(total))
        keys = np.concatenate(high).astype(np.int64) * total + np.concatenate(low)
        unique, slot = np.unique(keys, return_inverse=True)
        self.plan = plans.get(unique, size, border, self.members)
        self._values = sp.csr_array(
            (np.concatenate(value), (slot.ravel(), np.concatenate(source))), shape=(len(unique), constant + 1)
        )
        self._values.eliminate_zeros()
        self._carry = [_carry(level, total) for level in self.plan.levels]

    def factor(self, theta: np.ndarray, limit_slack: np.ndarray, slack: np.ndarray) -> np.ndarray:
        """Factor with θ of the hourly columns (limited ones first), of the limit rows' and the other rows' slacks.

        Returns what the block adds to the border's matrix (k, k), its border rows first, then its border columns.
        """
        plan, limits = self.plan, len(self.coefficient)
        self.theta, self.limit_slack, self.slack = theta, limit_slack, slack
        limited, a = theta[:limits], self.coefficient
        self.total = a * a * limited + limit_slack
        self.effective = theta.copy()
        self.effective[:limits] *= limit_slack / self.total
        self.share = a * limited / self.total
        values = np.zeros(plan.slots)
        made = self._values @ np.concatenate([self.effective, self.share, 1.0 / self.total, [1.0]])
        values[: len(made)] = made
        values[plan.diagonal[self.has_slack]] += slack[self.has_slack]
        self._pivots = []
        for level, carry in zip(plan.levels, self._carry, strict=True):
            pivot = values[level.pivot] + REGULARISATION
            product = values[level.first] * values[level.second] / pivot[level.of]
            values[level.target] -= np.bincount(level.into, product, minlength=len(level.target))
            self._pivots.append(pivot)
            down, up = carry
            down.data = up.data = values[level.slot]
        return self._factor_band(values)

    def _factor_band(self, values: np.ndarray) -> np.ndarray:
        """Factor what is left after the levels, and return what it leaves to the border."""
        plan = self.plan
        band = np.zeros((len(plan.remaining), plan.width + 1))
        band.reshape(-1)[plan.band_place] = values[plan.band_slot]
        band[:, 0] += REGULARISATION + 1e-14 * band[:, 0]
        self.band = BandFactor(band) if len(band) else None
        self.joint = np.zeros((plan.border, len(plan.remaining)))
        self.joint.reshape(-1)[plan.joint_place] = values[plan.joint_slot]
        if self.band is not None:
            self.band.forward_many(self.joint)
        corner = np.zeros((plan.border, plan.border))
        corner.reshape(-1)[plan.corner_place] = values[plan.corner_slot]
        corner = corner + np.tril(corner, -1).T
        return np.asarray(corner - self.joint @ self.joint.T)

    def forward(
        self,
        limit_right: np.ndarray,
        right: np.ndarray,
        dual_right: np.ndarray,
        slack_right: np.ndarray,
        limit_slack_right: np.ndarray,
    ) -> np.ndarray:
        """Reduce a right-hand side to the border (k,): rows' sides, and the sides of hourly columns and slacks."""
        plan, limits = self.plan, len(self.coefficient)
        self._side = limit_right + self.limit_slack * limit_slack_right
        self._dual_right, self._limit_slack_right = dual_right, limit_slack_right
        known = self.effective * dual_right
        known[:limits] -= self.share * self._side
        vector = np.zeros(self.size + plan.border)
        vector[: self.size] = right + self.slack * slack_right
        vector[: self.size + len(self.border_rows)] += self.all_rows @ known
        pulled = (self._side + self.coefficient * self.theta[:limits] * dual_right[:limits]) / self.total
        vector[self.size + len(self.border_rows) :] -= self._limit_border_turned @ pulled
        self._leaving = []
        for level, carry, pivot in zip(plan.levels, self._carry, self._pivots, strict=True):
            own = vector[level.rows] / pivot
            vector -= carry[0] @ own
            self._leaving.append(own)
        self._inner = vector[plan.remaining]
        if self.band is not None:
            self.band.forward(self._inner)
        return np.asarray(vector[self.size :] - self.joint @ self._inner)

    def backward(self, border: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Steps of the hourly columns, limit slacks, limit rows' duals and other rows' duals, from the border's."""
        plan, limits = self.plan, len(self.coefficient)
        vector = np.zeros(self.size + plan.border)
        vector[self.size :] = border
        rest = self._inner - border @ self.joint
        if self.band is not None:
            self.band.backward(rest)
        vector[plan.remaining] = rest
        for level, carry, own, pivot in zip(
            reversed(plan.levels), reversed(self._carry), reversed(self._leaving), reversed(self._pivots), strict=True
        ):
            vector[level.rows] = own - (carry[1] @ vector) / pivot
        rows = self.size + len(self.border_rows)
        pull = self.all_rows_turned @ vector[:rows] - self._dual_right
        across = self._side - self.limit_border @ vector[rows:]
        step = self.effective * pull
        step[:limits] += self.share * across
        dual = (across - self.coefficient * self.theta[:limits] * pull[:limits]) / self.total
        slack = self.limit_slack * (dual - self._limit_slack_right)
        return step, slack, dual, vector[: self.size]


def _products(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions of all pairs, one of each, within the runs of two lists made of runs of `left` and `right` items."""
    pairs = left * right
    of = np.repeat(np.arange(len(pairs)), pairs)
    within = np.arange(int(pairs.sum())) - np.repeat(np.cumsum(pairs) - pairs, pairs)
    left_start, right_start = np.cumsum(left) - left, np.cumsum(right) - right
    return left_start[of] + within // right[of], right_start[of] + within % right[of]


def _carry(level: Level, total: int) -> tuple[sp.csc_array, sp.csr_array]:
    """Entries (total, level) below the pivots of a level, and turned; their values are filled in at each factor."""
    size = len(level.rows)
    start = np.concatenate([[0], np.cumsum(np.bincount(level.column, minlength=size))])
    values = np.zeros(len(level.row))
    return (
        sp.csc_array((values, level.row, start), shape=(total, size)),
        sp.csr_array((values, level.row, start), shape=(size, total)),
    )
