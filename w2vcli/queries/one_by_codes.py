"""One question by the codes of all rows: by their upper halves first, and by whole codes where many rows are left.

Each row gets an interval that its true cosine lies in. Let r be a row of length 1 and u a target. r' and u' are what
is read of their codes, and by Cauchy and Schwarz::

    |u·r - u'·r'|  =  |u·(r - r') + (u - u')·r'|  <=  error(r) + error(u) * (1 + error(r))

In 300 dimensions an error is about 0.007 by whole codes. By the upper halves of a row's codes, which are half of the
bytes, its error is about 0.11. That rules out most rows once a threshold is known which the best rows reach:

1. Each row gets an interval by the upper half of its codes.
2. Some rows with the highest lower bounds get exact scores. The ``topn``-th best of these is the threshold.
3. The rows whose upper bound reaches it are left. If they are many, whole codes rule out most of them.

Of three million rows, the second step looks at 40 for ten results, and the third leaves some hundreds or thousands.

The products are those of whole numbers from 0 to 15. A target is rounded to eight bits, and 128 is added, as it is to
the codes. The halves of such a byte are its digits::

    target   3 + 128 = 131 = 16 * 8 + 3           row   7 + 128 = 135 = 16 * 8 + 7
    upper    (16 * 8 + 3) * 8 - 128 * 8           = 3 * 8 = 24
    lower    (16 * 8 + 3) * 7 - 128 * 7           = 3 * 7 = 21
    product  16 * (24 - 3 * 7.5) + (21 - 3 * 8)   = 21, and by the upper half alone 16 * (24 - 3 * 7.5) = 24
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s, Floats
from w2vcli.models.codes import ADDED, MIDDLE, Bytes, Codes, Halves, quantize, split
from w2vcli.queries.row_blocks import Rows, in_threads
from w2vcli.queries.scores import ROUNDING, Bounds, Score, Scores

# Rows of codes that a thread takes at once.
_ROWS_PER_BLOCK = 1 << 15
# Halves of codes that a thread reads at once, so that they stay in a processor's cache until they are multiplied.
_BYTES_READ = 1 << 19
# How many rows get exact scores besides as many as are wanted, to find the threshold.
_ALSO_TRIED = 30
# The best lower bounds are sought among those of groups of rows, which are fewer to sort than rows. With 64 groups for
# each row that is wanted, it is rare that two of the best share a group and the threshold is lower than it might.
_MOST_ROWS_PER_GROUP = 1 << 10
_GROUPS_PER_ROW = 64
# Of more rows than these, whole codes are read before the vectors.
_MOST_LEFT = 1 << 13
# Products of more values than these may be no whole numbers in float32: each is below 16^3, and so is what 128 adds.
_MOST_IN_FLOAT32 = (1 << 24) // (2 * 16**3)


def left_by_codes(
    codes: Codes,
    targets: Floats,
    score: Score,
    left_out: Rows,
    topn: int,
    among: range,
    exact: Callable[[Rows], Floats],
) -> Rows:
    """Return the rows ``among`` that are not ruled out, ascending. The ``topn`` best are among them.

    ``left_out`` are rows that are no answer, ascending. ``exact`` gives the true scores of rows.
    """
    search = _Search(codes, targets, score, left_out, among)
    search.read_upper_halves(topn + _ALSO_TRIED)
    threshold = search.reached_by(topn)
    tried = search.certain(search.reached_by(topn + _ALSO_TRIED))
    if topn <= len(tried) <= _MOST_LEFT:
        # Upper bounds have room for the rounding of exact scores, since they have it for that of float32.
        threshold = max(threshold, float(np.sort(exact(tried))[-topn]))
    left = search.possible(threshold)
    return left if len(left) <= _MOST_LEFT else search.by_whole_codes(left, topn, threshold)


class _Search:
    """The cosines (targets x rows) of the rows ``among`` and their upper bounds, NaN where a row is no answer."""

    def __init__(self, codes: Codes, targets: Floats, score: Score, left_out: Rows, among: range) -> None:
        self._codes, self._score, self._among = codes, score, among
        self._left_out = left_out
        self._target = _Target(targets)
        self._cosines = np.empty((len(targets), len(among)), dtype=np.float32)
        self._highs = np.empty(len(among), dtype=np.float32)
        self._rows_per_group = _MOST_ROWS_PER_GROUP
        self._best_of_groups = np.empty(0, dtype=np.float32)

    def read_upper_halves(self, wanted: int) -> None:
        """Set what is known by the upper halves. Of the lower bounds, the ``wanted`` best will be asked for."""
        while self._rows_per_group > 1 and len(self._among) < self._rows_per_group * _GROUPS_PER_ROW * wanted:
            self._rows_per_group //= 2
        size = self._rows_per_group
        best = np.full(-(-len(self._among) // size), -np.inf, dtype=np.float32)

        def read(start: int) -> None:
            end = min(start + _ROWS_PER_BLOCK, self._among.stop)
            here = slice(start - self._among.start, end - self._among.start)
            cosines = self._cosines[:, here]
            by_codes = self._target.by_upper(self._codes.upper, start, end)
            np.multiply(by_codes, self._codes.scales[start:end], out=cosines)
            cosines[:, self._left_out[(self._left_out >= start) & (self._left_out < end)] - start] = np.nan
            low, width = self._bounds(here)
            np.add(low, width, out=self._highs[here])
            # fmax passes over NaN. The last group of all may be shorter than the others.
            whole = len(low) // size * size
            begin, count = here.start // size, whole // size
            np.fmax.reduce(low[:whole].reshape(-1, size), axis=1, out=best[begin : begin + count])
            if whole < len(low):
                best[begin + count] = np.fmax.reduce(low[whole:])

        in_threads(read, range(self._among.start, self._among.stop, _ROWS_PER_BLOCK))
        best[np.isnan(best)] = -np.inf
        self._best_of_groups = best

    def reached_by(self, wanted: int) -> float:
        """Return a score that at least ``wanted`` rows reach, -inf if there may be none."""
        groups = len(self._best_of_groups)
        if not 0 < wanted <= groups:
            return -np.inf
        return float(np.partition(self._best_of_groups, groups - wanted)[-wanted])

    def certain(self, threshold: float) -> Rows:
        """Return the rows whose lower bound is at least ``threshold``, ascending."""
        size, found = self._rows_per_group, [np.empty(0, dtype=np.int64)]
        for group in np.flatnonzero(self._best_of_groups >= threshold).tolist():
            low = self._bounds(slice(group * size, (group + 1) * size)).low
            found.append(np.flatnonzero(low >= threshold) + (self._among.start + group * size))
        return np.concatenate(found)

    def possible(self, threshold: float) -> Rows:
        """Return the rows whose upper bound is at least ``threshold``, ascending."""
        return np.flatnonzero(self._highs >= threshold) + self._among.start

    def by_whole_codes(self, rows: Rows, topn: int, threshold: float) -> Rows:
        """Return those of ``rows`` that whole codes do not rule out."""
        cosines = self._cosines[:, rows - self._among.start]
        step = _rows_read(self._codes.lower)
        bounds = np.searchsorted(rows, range(rows[0] // step * step, rows[-1] + step + 1, step))

        def read(at: int) -> None:
            here = slice(bounds[at], bounds[at + 1])
            some = rows[here]
            if len(some):
                add = self._target.by_lower(self._codes.lower, some)
                cosines[:, here] += add * self._codes.scales[some]

        in_threads(read, range(len(bounds) - 1))
        low, width = self._score(cosines, self._target.errors(self._codes.errors[rows]))
        if len(low) >= topn > 0:
            threshold = max(threshold, float(np.partition(low, len(low) - topn)[-topn]))
        left: Rows = rows[low + width >= threshold]
        return left

    def _bounds(self, here: slice) -> Bounds:
        """Return the bounds of some rows by the upper halves. Rows count from the first of those searched."""
        errors = self._codes.upper_errors[self._among.start : self._among.stop][here]
        return self._score(self._cosines[:, here], self._target.errors(errors))


class _Target:
    """Unit vectors (targets x vector_size) rounded to eight bits, as digits of four bits."""

    def __init__(self, targets: Floats) -> None:
        import numkong

        rounded = quantize(targets.astype(np.float32))
        scales = np.nan_to_num(rounded.scales)[:, None]  # a target of zeros is at right angles to all
        self._left_out = float(np.linalg.norm(targets - scales * rounded.codes, axis=1).max() + ROUNDING)
        upper, lower = split(rounded.codes)
        ones, _ = split(np.full((1, targets.shape[1]), 16 - ADDED, dtype=np.int8))
        self._packed = numkong.dots_pack(np.concatenate([upper, lower, ones]), "uint4")
        each = np.eye(len(targets))
        self._dtype = np.dtype(np.float32 if targets.shape[1] <= _MOST_IN_FLOAT32 else np.float64)
        self._digits = np.hstack([16 * each, each, np.full((len(targets), 1), -ADDED)]).astype(self._dtype)
        self._sums = rounded.codes.sum(axis=1, dtype=np.int64, keepdims=True).astype(self._dtype)
        self._scales = scales.astype(np.float32)
        self._of_thread = threading.local()

    def errors(self, of_rows: Scores) -> Scores:
        """Return how far cosines may be off, from what the codes of the rows leave out."""
        # What the row leaves out meets a target of length 1; what the target leaves out, a row of length 1 and a bit.
        errors: Scores = of_rows * np.float32(1 + self._left_out) + np.float32(self._left_out)
        return errors

    def by_upper(self, upper: Halves, start: int, stop: int) -> Float32s:
        """Return what to multiply by the scales of some rows, to get their cosines by ``upper`` halves."""
        dots = np.empty((stop - start, self._digits.shape[1]), dtype=self._dtype)
        step = _rows_read(upper)
        for first in range(start, stop, step):
            last = min(first + step, stop)
            dots[first - start : last - start] = self._dots(self._read(upper, first, last))
        return self._scaled(dots, MIDDLE / 16, 16)

    def by_lower(self, lower: Halves, rows: Rows) -> Float32s:
        """Return what the ``lower`` halves add to that for some ``rows``, which lie near each other and ascend."""
        first = int(rows[0])
        read = self._read(lower, first, int(rows[-1]) + 1)
        return self._scaled(self._dots(read[rows - first]).astype(self._dtype), ADDED - MIDDLE, 1)

    def _read(self, halves: Halves, first: int, last: int) -> Bytes:
        if not hasattr(self._of_thread, "space"):
            self._of_thread.space = np.empty((_rows_read(halves), halves.mapped.shape[1]), dtype=np.uint8)
        space: Bytes = self._of_thread.space
        return halves.rows(first, last, space)

    def _dots(self, rows: Bytes) -> npt.NDArray[np.uint32]:
        import numkong

        dots: npt.NDArray[np.uint32] = np.asarray(numkong.dots_packed(rows, self._packed))
        return dots

    def _scaled(self, dots: npt.NDArray[Any], middle: float, factor: int) -> Float32s:
        """Return products of digits (rows x digits) as products of the targets with whole numbers less ``middle``."""
        products = self._digits @ dots.T - self._sums * self._dtype.type(middle)
        scaled: Float32s = products.astype(np.float32, copy=False) * (self._scales * np.float32(factor))
        return scaled


def _rows_read(halves: Halves) -> int:
    size: int = halves.mapped.shape[1]
    return max(1, _BYTES_READ // size)
