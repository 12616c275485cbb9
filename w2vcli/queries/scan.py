"""Which rows score best: a fast pass over all rows with a bound on its error, then the exact scores of few.

The pass gives each row an interval that its true score lies in. A row whose interval ends below the
beginnings of as many others as are wanted cannot be among the best (for the codes: by Cauchy and
Schwarz, from the length of what the codes leave out); all other rows are scored again in float64 on the
true vectors. So the answer and its order (ties: by row) are exact and do not depend on the machine.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.models.directory import Model
from w2vcli.models.index import Codes, quantize
from w2vcli.models.vectors import rows_a_block
from w2vcli.queries.terms import Floats, unit

Scores = npt.NDArray[np.floating[Any]]
_Rows = npt.NDArray[np.int64]

# As in `w2vcli.models.index`: what a float32 product of unit vectors of size n is off by, in units of n.
ROUNDING = float(np.finfo(np.float32).eps)
_ROWS_A_CHUNK = 1 << 15
_MOST_ROWS_A_FLOOR = 1 << 10
_FLOORS_A_RESULT = 64
_QUESTIONS_AT_ONCE = 1024
# Scores that are the same to so many decimals are ties: vectors are float32, which has seven.
DECIMALS = 12
_LOWEST = np.finfo(np.float32).min
# Between these lengths the squares of a float32 vector's values neither vanish nor overflow.
_SHORT, _LONG = 1e-15, 1e15


class Bounds(NamedTuple):
    """Where true scores lie: between ``low`` and ``low + width``, give or take what is the same for all rows."""

    low: Scores
    width: Scores


# From cosines (terms x ... x rows) and the bound on their error (rows, or one for all) to the scores.
Score = Callable[[Scores, Scores], Bounds]
_NO_ERROR = np.zeros(1)


class ScanQuery(NamedTuple):
    """Unit vectors (terms x vector_size), how their cosines make a score, and the rows that are no answer."""

    targets: Floats
    score: Score
    left_out: Sequence[int]


class Found(NamedTuple):
    """A row and its score."""

    row: int
    score: float


def best_rows(model: Model, question: ScanQuery, topn: int, stop: int) -> list[Found]:
    """Return the ``topn`` best of the rows below ``stop``, best first."""
    if model.codes is None:
        return best_rows_of_many(model, [question], topn, stop)[0]
    floor = _rows_a_floor(stop, topn)
    lows = np.full(-(-stop // floor), -np.inf, dtype=np.float32)
    highs = np.empty(stop, dtype=np.float32)
    product = _code_product(model.codes, question.targets)
    left_out = np.array(sorted({row for row in question.left_out if row < stop}), dtype=np.int64)

    def scan(start: int) -> None:
        end = min(start + _ROWS_A_CHUNK, stop)
        low, width = question.score(*product(start, end))
        highs[start:end] = low + width
        low[left_out[(left_out >= start) & (left_out < end)] - start] = -np.inf
        whole = len(low) // floor * floor
        begin = start // floor
        np.fmax.reduce(low[:whole].reshape(-1, floor), axis=1, out=lows[begin : begin + whole // floor])
        if whole < len(low):
            lows[begin + whole // floor] = np.fmax.reduce(low[whole:])

    in_threads(scan, range(0, stop, _ROWS_A_CHUNK))
    highs[left_out] = np.nan
    lows[np.isnan(lows)] = -np.inf
    wanted = min(topn, len(lows))
    bar = np.partition(lows, len(lows) - wanted)[-wanted] if wanted else 0.0
    with np.errstate(invalid="ignore"):
        return _exact(model, question, np.flatnonzero(highs >= bar), topn)


def best_rows_of_many(model: Model, questions: Sequence[ScanQuery], topn: int, stop: int) -> list[list[Found]]:
    """Return the best rows for each question, in one pass over the vectors for all.

    The questions have the same number of terms and the same score.
    """
    size = _QUESTIONS_AT_ONCE
    pools = [_Pool(questions[at : at + size], topn) for at in range(0, len(questions), size)]
    error = np.full(1, ROUNDING * (model.facts.vector_size + 8), dtype=np.float32)
    step = rows_a_block(model.facts.vector_size)

    def scan(start: int) -> None:
        units = float32_units(model.vectors[start : min(start + step, stop)])
        for pool in pools:
            pool.take(start, units, error)

    in_threads(scan, range(0, stop, step))
    candidates = [rows for pool in pools for rows in pool.candidates()]
    return [_exact(model, question, rows, topn) for question, rows in zip(questions, candidates, strict=True)]


def _exact(model: Model, question: ScanQuery, candidates: _Rows, topn: int) -> list[Found]:
    """Return the best of the rows ``candidates`` by their true scores."""
    scores = np.empty(len(candidates))
    for start in range(0, len(candidates), _ROWS_A_CHUNK):
        rows = candidates[start : start + _ROWS_A_CHUNK]
        units = unit(np.asarray(model.vectors[rows], dtype=np.float64))
        # Not a matrix product, whose last digits depend on how many rows there are and where a row stands.
        cosines = np.stack([(units * target).sum(axis=1) for target in question.targets])
        scores[start : start + len(rows)] = question.score(cosines, _NO_ERROR).low
        scores[start : start + len(rows)][~units.any(axis=1)] = -np.inf
    scores[np.isin(candidates, question.left_out)] = -np.inf
    order = np.lexsort((candidates, -scores.round(DECIMALS)))[:topn]
    return [Found(int(candidates[at]), float(scores[at])) for at in order if np.isfinite(scores[at])]


def _rows_a_floor(stop: int, topn: int) -> int:
    """Return over how many rows to take one maximum: few enough maxima to sort, enough for a sharp bar."""
    rows = _MOST_ROWS_A_FLOOR
    while rows > 1 and stop < rows * _FLOORS_A_RESULT * topn:
        rows //= 2
    return rows


def _code_product(codes: Codes, targets: Floats) -> Callable[[int, int], tuple[Scores, Scores]]:
    """Return the function that gives the cosines (targets x rows) from row to row, and their errors (rows)."""
    import numkong

    # What a target's eight bits leave out is itself taken in eight bits, so that next to nothing is.
    narrow = targets.astype(np.float32)
    coarse = quantize(narrow)
    scales = np.nan_to_num(coarse.scales)[:, None]  # a target of zeros is at right angles to all
    rest = narrow - scales * coarse.codes
    largest = np.abs(rest).max(axis=1, keepdims=True)
    fine_scales = np.where(largest > 0, largest / 127, 1).astype(np.float32)
    fine = np.rint(rest / fine_scales).astype(np.int8)
    left_out = np.linalg.norm(targets - scales * coarse.codes - fine_scales * fine, axis=1).max() + ROUNDING
    packed = numkong.dots_pack(np.concatenate([coarse.codes, fine]), "int8")
    weights = np.concatenate([np.diagflat(scales), np.diagflat(fine_scales)]).T.astype(np.float32)

    def product(start: int, end: int) -> tuple[Scores, Scores]:
        dots = np.asarray(numkong.dots_packed(codes.codes[start:end], packed)).astype(np.float32)
        cosines = (weights @ dots.T) * codes.scales[start:end]
        errors = codes.errors[start:end]
        return cosines, errors * np.float32(1 + left_out) + np.float32(left_out)

    return product


def in_threads(work: Callable[[int], None], starts: range) -> None:
    """Call ``work`` with each of ``starts``, on all processors if there are enough of them."""
    threads = min(_processors(), len(starts))
    waiting: Iterator[int] = iter(starts)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            for start in waiting:
                if failures:  # one thread was interrupted; the others need not go on
                    return
                work(start)
        except BaseException as error:  # noqa: BLE001 - raised again below
            failures.append(error)

    others = [threading.Thread(target=run) for _ in range(threads - 1)]
    for thread in others:
        thread.start()
    run()
    for thread in others:
        thread.join()
    if failures:
        raise failures[0]


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def float32_units(block: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the rows at length 1; of NaN where a row has no direction."""
    with np.errstate(all="ignore"):
        lengths = np.sqrt(np.einsum("ij,ij->i", block, block))
        units: npt.NDArray[np.float32] = block / lengths[:, None]
        extreme = np.flatnonzero(~((lengths > _SHORT) & (lengths < _LONG)))
        if extreme.size:
            exact = unit(block[extreme].astype(np.float64))
            units[extreme] = np.where(exact.any(axis=1, keepdims=True), exact, np.nan)
        return units


class _Pool:
    """The rows that may be among the best, for some questions at a time."""

    def __init__(self, questions: Sequence[ScanQuery], topn: int) -> None:
        self._score = questions[0].score
        self._targets = np.stack([question.targets for question in questions], axis=1).astype(np.float32)
        self._topn = topn
        pairs = [(row, at) for at, question in enumerate(questions) for row in question.left_out]
        self._left_out = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
        self._bars = np.full(len(questions), -np.inf, dtype=np.float32)
        self._hits: list[_Hits] = []
        self._new = 0
        self._lock = threading.Lock()

    def take(self, start: int, units: npt.NDArray[np.float32], error: Scores) -> None:
        """Look at more rows; several threads may."""
        low, width = self._score(self._targets @ units.T, error)
        first, last = np.searchsorted(self._left_out[:, 0], [start, start + len(units)])
        rows, questions = self._left_out[first:last].T
        low[questions, rows - start] = -np.inf
        low[:, np.isnan(units[:, 0])] = -np.inf
        if np.isinf(self._bars).any() and len(units) > self._topn:
            bars = np.partition(low, len(units) - self._topn, axis=1)[:, -self._topn]
            with self._lock:
                np.maximum(self._bars, bars, out=self._bars)
        one_width = width.size == 1  # lower bars cost less than a sum for each row
        high = low if one_width else np.fmax(low + width, -np.inf)
        bars = np.maximum(self._bars - width if one_width else self._bars, _LOWEST)
        # In most blocks most questions find nothing, as their highest score tells.
        some = np.flatnonzero(high.max(axis=1) >= bars)
        questions, columns = np.nonzero(high[some] >= bars[some, None])
        questions = some[questions]
        lows = low[questions, columns]
        highs = lows + (width if one_width else width[questions, columns])
        with self._lock:
            self._hits.append(_Hits(questions, columns + start, lows, highs))
            self._new += len(questions)
            if self._new > len(self._bars) * self._topn:
                self._raise_bars()

    def candidates(self) -> list[_Rows]:
        """Return the rows left for each question."""
        self._raise_bars()
        hits = self._hits[0]
        bounds = np.searchsorted(hits.questions, np.arange(len(self._bars) + 1))
        return [hits.rows[first:last] for first, last in pairwise(bounds)]

    def _raise_bars(self) -> None:
        hits = _Hits(
            np.concatenate([hits.questions for hits in self._hits]),
            np.concatenate([hits.rows for hits in self._hits]),
            np.concatenate([hits.lows for hits in self._hits]),
            np.concatenate([hits.highs for hits in self._hits]),
        )
        hits = hits.at(np.lexsort((-hits.lows, hits.questions)))
        firsts = np.searchsorted(hits.questions, np.arange(len(self._bars)))
        rank = np.arange(len(hits.questions)) - firsts[hits.questions]
        last = rank == self._topn - 1
        self._bars[hits.questions[last]] = hits.lows[last]
        self._hits = [hits.at(hits.highs >= self._bars[hits.questions])]
        self._new = 0


class _Hits(NamedTuple):
    """Pairs of a question and a row, with the interval of the score."""

    questions: _Rows
    rows: _Rows
    lows: Scores
    highs: Scores

    def at(self, places: npt.NDArray[Any]) -> _Hits:
        """Return the pairs at some places, or where a mask is true."""
        return _Hits(self.questions[places], self.rows[places], self.lows[places], self.highs[places])
