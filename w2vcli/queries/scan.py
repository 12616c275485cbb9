"""Which rows score best: a fast pass over all rows, then the exact scores of the few that are left.

The fast pass gives each row an interval that its true score lies in. A row is ruled out when its upper bound is below
the lower bounds of ``topn`` other rows. The rows that are left are scored again in float64 on the true vectors. So
the answer and its order are exact and do not depend on the machine. Of ties, the lower row comes first.

There are three fast passes. One question reads the upper halves of the codes of `w2vcli.models.codes`, whose intervals
are wide but which are an eighth of the vectors (`w2vcli.queries.one_by_codes`). Many questions read whole codes once
for all where the processor multiplies bytes (`w2vcli.queries.many_by_codes`), and else the vectors as float32.

Here are four unit vectors as codes, asked for the ``topn`` = 2 nearest to (1, 0). A code is a coordinate in units of
``scale``, rounded, and what rounding leaves out has the length ``error``. By Cauchy and Schwarz, the true cosine is
off by no more than that (rounded here to four decimals)::

    row  vector           codes       scale   error   lower   upper
      0  (0.96,  0.28)    127,  37    0.0076  0.0003  0.9597  0.9603
      1  (0.28,  0.96)     37, 127    0.0076  0.0003  0.2794  0.2800
      2  (0.6,   0.8)      95, 127    0.0063  0.0016  0.5968  0.6000
      3  (0.599, 0.80075)  95, 127    0.0063  0.0000  0.5990  0.5990

The second best lower bound is the threshold, 0.5990. Row 1 ends below it and is ruled out. Rows 2 and 3 have the same
codes, so the codes cannot tell which is nearer. The exact scores 0.6 and 0.599 can: the answer is rows 0 and 2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s, Floats
from w2vcli.models.directory import Model
from w2vcli.models.vectors import rows_a_block
from w2vcli.queries.candidates import Candidates, Shortlist
from w2vcli.queries.one_by_codes import left_by_codes
from w2vcli.queries.row_blocks import Rows, float32_units, in_threads, rank
from w2vcli.queries.scores import NO_ERROR, Score, Scores, cosine_error, cosine_score
from w2vcli.queries.terms import unit

# Rows that are scored exactly at once.
_ROWS_PER_BLOCK = 1 << 13
_QUESTIONS_AT_ONCE = 1024
_LOWEST = np.finfo(np.float32).min

_Take = Callable[[Rows], Float32s]  # what returns the vectors of some rows


class ScanQuery(NamedTuple):
    """Unit vectors (terms x vector_size), how their cosines make a score, and the rows that are no answer."""

    targets: Floats
    score: Score
    left_out: Sequence[int]


class Found(NamedTuple):
    """A row and its score."""

    row: int
    score: float


def best_rows(model: Model, question: ScanQuery, topn: int, among: range) -> list[Found]:
    """Return the ``topn`` best of the rows ``among``, best first.

    Rows without a direction and those that the question leaves out are never among them, so there may be fewer.
    """
    if model.codes is None:
        return best_rows_of_many(model, [question], topn, among)[0]
    left_out = np.array(sorted(set(question.left_out)), dtype=np.int64)  # np.unique would import masked arrays
    left = left_by_codes(
        model.codes,
        question.targets,
        question.score,
        left_out,
        topn,
        among,
        lambda rows: _exact_scores(model.vectors.at, question, rows),
    )
    return _exact(model.vectors.at, question, left, topn)


def best_rows_of_many(model: Model, questions: Sequence[ScanQuery], topn: int, among: range) -> list[list[Found]]:
    """Return what `best_rows` returns for each question, in one pass over all rows for many of them.

    The questions have the same number of terms and the same score.
    """
    from w2vcli.queries.many_by_codes import kernel_for, left_of_many  # which one question need not pay

    kernel = None
    if questions and questions[0].score is cosine_score:
        kernel = kernel_for(model.codes, len(questions), topn, among)
    if kernel is not None and model.codes is not None:
        targets = np.concatenate([question.targets[:1] for question in questions])
        left_out = [question.left_out for question in questions]
        candidates = left_of_many(kernel, model.codes, targets, left_out, topn, among)
    else:
        candidates = _left_by_vectors(model, questions, topn, among)
    answers: list[list[Found]] = [[]] * len(questions)

    def score(at: int) -> None:
        # Rows that many questions come to are faster to map than to read, a call for each.
        answers[at] = _exact(model.vectors.__getitem__, questions[at], candidates[at], topn)

    in_threads(score, range(len(questions)))
    return answers


def _left_by_vectors(model: Model, questions: Sequence[ScanQuery], topn: int, among: range) -> list[Rows]:
    """Return for each question the rows ``among`` that the vectors in float32 do not rule out."""
    size = _QUESTIONS_AT_ONCE
    pools = [_Pool(questions[at : at + size], topn) for at in range(0, len(questions), size)]
    error = np.full(1, cosine_error(model.facts.vector_size), dtype=np.float32)
    step = rows_a_block(model.facts.vector_size)

    def scan(start: int) -> None:
        units = float32_units(model.vectors[start : min(start + step, among.stop)])
        for pool in pools:
            pool.take(start, units, error)

    in_threads(scan, range(among.start, among.stop, step))
    return [rows for pool in pools for rows in pool.shortlist.rows()]


def _exact(vectors: _Take, question: ScanQuery, candidates: Rows, topn: int) -> list[Found]:
    """Return the best of the rows ``candidates`` by their true scores."""
    scores = _exact_scores(vectors, question, candidates)
    order = rank(scores, candidates)[:topn]
    return [Found(int(candidates[at]), float(scores[at])) for at in order if np.isfinite(scores[at])]


def _exact_scores(vectors: _Take, question: ScanQuery, candidates: Rows) -> Floats:
    """Return the true scores of the rows ``candidates``, -inf for those that are no answer."""
    scores = np.empty(len(candidates))
    for start in range(0, len(candidates), _ROWS_PER_BLOCK):
        rows = candidates[start : start + _ROWS_PER_BLOCK]
        units = unit(vectors(rows).astype(np.float64))
        # Not a matrix product, whose last digits depend on how many rows there are and where a row stands.
        cosines = np.stack([(units * target).sum(axis=1) for target in question.targets])
        scores[start : start + len(rows)] = question.score(cosines, NO_ERROR).low
        scores[start : start + len(rows)][~units.any(axis=1)] = -np.inf
    for row in question.left_out:
        scores[candidates == row] = -np.inf
    return scores


class _Pool:
    """Some questions at a time, whose rows go into a shortlist block by block."""

    def __init__(self, questions: Sequence[ScanQuery], topn: int) -> None:
        self.shortlist = Shortlist(len(questions), topn)
        self._score = questions[0].score
        self._targets = np.stack([question.targets for question in questions], axis=1).astype(np.float32)
        self._topn = topn
        pairs = [(row, at) for at, question in enumerate(questions) for row in question.left_out]
        self._left_out = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)

    def take(self, start: int, units: npt.NDArray[np.float32], error: Scores) -> None:
        """Look at the block of rows from ``start``. Several threads may do so at once."""
        low, width = self._score(self._targets @ units.T, error)
        first, last = np.searchsorted(self._left_out[:, 0], [start, start + len(units)])
        rows, questions = self._left_out[first:last].T
        low[questions, rows - start] = -np.inf
        low[:, np.isnan(units[:, 0])] = -np.inf
        if np.isinf(self.shortlist.thresholds).any() and len(units) > self._topn:
            # The first block gives all questions a threshold, so that later blocks add few rows.
            self.shortlist.require(np.partition(low, len(units) - self._topn, axis=1)[:, -self._topn])
        one_width = width.size == 1  # to lower the thresholds costs less than a sum for each row
        high = low if one_width else np.fmax(low + width, -np.inf)
        thresholds = self.shortlist.thresholds
        thresholds = np.maximum(thresholds - width if one_width else thresholds, _LOWEST)
        # In most blocks most questions find nothing, as their highest score tells.
        some = np.flatnonzero(high.max(axis=1) >= thresholds)
        questions, columns = np.nonzero(high[some] >= thresholds[some, None])
        questions = some[questions]
        lows = low[questions, columns]
        highs = lows + (width if one_width else width[questions, columns])
        self.shortlist.add(Candidates(questions, columns + start, lows, highs))
