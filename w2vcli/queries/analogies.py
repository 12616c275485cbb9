"""Thousands of analogies at once, each with a word that is expected to fit best.

Test sets ask few words in many combinations: questions-words has 905 words in 19,544 questions. So the cosines of
those words to all words are computed once, in float32 and in blocks, and each question adds three rows of them. That
is much less work than a product of vectors for each question. What is kept is the best word that would be wrong. It
is compared with the expected word by exact scores. Where rounding could have hidden a better one, the question is
asked again by itself.

Here is man : king = woman : queen by 3CosAdd in two dimensions, with ``score = cos b - cos a + cos c``::

    a  man     ( 1,    0)              word    cos b   cos a   cos c   score
    b  king    ( 0.8,  0.6)            queen   0.8    0.28    0.936   1.456   expected
    c  woman   ( 0.6,  0.8)            tower   0.6    0       0.8     1.4     the best wrong word
       queen   ( 0.28, 0.96)           river  -0.28  -0.8     0       0.52
       tower   ( 0,    1)
       river   (-0.8,  0.6)

In float32 a cosine of two values is off by at most 1.2e-6 and the score of a word by three times that, and a little
for adding up. Queen is ahead of all that was seen by 0.056, which is more than twice that error (8.1e-6), so no wrong
word can be better. With tower at 1.455999 the lead would not be certain, and the question would be asked again.

3CosAdd asks for the word nearest to one direction, b - a + c. So where the processor multiplies bytes, many rows of
short vectors are searched for it by their codes (`w2vcli.queries.many_by_codes`). That takes less time for 1,000,000 x
100 values. With 300 values, products take longer than to add up cosines that are known.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Floats
from w2vcli.errors import NoDirection, W2vError
from w2vcli.models.codes import Codes
from w2vcli.models.directory import Model
from w2vcli.queries.answers import Query
from w2vcli.queries.byte_kernel import Kernel
from w2vcli.queries.many_by_codes import kernel_for, left_of_many
from w2vcli.queries.methods import Method
from w2vcli.queries.row_blocks import Rows, float32_units, in_threads
from w2vcli.queries.scores import ANALOGY_SCORES, DECIMALS, cosine_error
from w2vcli.queries.search import answer_all
from w2vcli.queries.terms import unit
from w2vcli.reporting import Advance

_Bools = npt.NDArray[np.bool_]

# Blocks of cosines, and of a few questions' scores, that stay in a processor's caches.
_COSINES_PER_BLOCK = 1 << 21
_SCORES_AT_ONCE = 1 << 17
_FEWEST_ROWS, _MOST_ROWS = 64, 1 << 13
_PAIRS_AT_ONCE = 1 << 14
_QUESTIONS_AT_ONCE = 1 << 12
# Of fewer rows, what it takes to look at some rows for each question costs more than is gained.
_FEWEST_ROWS_BY_CODES = 1 << 18
# Of longer vectors, a product of bytes costs more than three cosines that many questions share.
_LARGEST_SIZE_BY_CODES = 128
# A sum of unit vectors in float64 that is shorter than this may be nothing but rounding.
_CANCELLED = 1e-9


class AnalogyQuestion(NamedTuple):
    """``a`` is to ``b`` as ``c`` is to what? Words are given by their rows.

    ``left_out`` are the rows that are no answers, ``expected`` the right ones. They are sets since a word may be
    taken in any case: those of a, b and c, and those of the answer.
    """

    a: int
    b: int
    c: int
    left_out: frozenset[int]
    expected: frozenset[int]


class Solved(NamedTuple):
    """What a model answers to each question: whether that is ``correct``, and which row it is (-1: none).

    ``correct_with_query_words`` tells whether it would be correct if the query words were allowed as answers.
    """

    correct: _Bools
    correct_with_query_words: _Bools
    predicted: Rows


def solve(
    model: Model, questions: Sequence[AnalogyQuestion], methods: Sequence[Method], stop: int, advance: Advance
) -> list[Solved]:
    """Return what is answered to ``questions`` by each of ``methods``, among the rows below ``stop``.

    The score of a word is 3CosAdd (``cos b - cos a + cos c``) or 3CosMul (Levy and Goldberg 2014, equation 4), and
    the word with the best score is the answer. Scores that agree to 12 decimals are ties, which the lower row wins.
    All words of the questions must have a direction. ``advance`` is told how many rows are done.
    """
    order = sorted(range(len(questions)), key=lambda at: questions[at][:3])  # so that equal pairs come together
    ordered = [questions[at] for at in order]
    best_rows: dict[Method, Rows] = {}
    if "3cosadd" in methods and stop >= _FEWEST_ROWS_BY_CODES and model.facts.vector_size <= _LARGEST_SIZE_BY_CODES:
        kernel = kernel_for(model.codes, len(questions), 1, range(stop))
        if kernel is not None and model.codes is not None:
            best_rows["3cosadd"] = _best_by_codes(kernel, model, model.codes, ordered, stop)
    others = [method for method in methods if method not in best_rows]
    lowest = 1.0
    if others:
        scan = _Scan(model, ordered, others)
        scan.run(stop, advance)
        best_rows |= zip(others, scan.best_rows, strict=True)
        lowest = scan.lowest
    else:
        advance(stop)
    back = np.argsort(order)
    solved = []
    for method in methods:
        correct, with_query_words, predicted = _judge(model, ordered, method, best_rows[method], lowest, stop)
        solved.append(Solved(correct[back], with_query_words[back], predicted[back]))
    return solved


def _best_by_codes(kernel: Kernel, model: Model, codes: Codes, questions: Sequence[AnalogyQuestion], stop: int) -> Rows:
    """Return the row of the best wrong answer to each question by 3CosAdd (-1: none), found by products of bytes.

    Where words cancel out it is any row that would be wrong. Its score is as good as the best, so `_judge` asks again.
    """
    a, b, c = np.array([question[:3] for question in questions]).T
    directions = _units(model, b)
    directions -= _units(model, a)
    directions += _units(model, c)
    left_out = [sorted(question.left_out | question.expected) for question in questions]
    there_is = np.linalg.norm(directions, axis=1) > _CANCELLED
    candidates = [[next((row for row in range(stop) if row not in rows), -1)] for rows in map(set, left_out)]
    asked = np.flatnonzero(there_is).tolist()
    found = left_of_many(kernel, codes, unit(directions[asked]), [left_out[at] for at in asked], 1, range(stop))
    for at, rows in zip(asked, found, strict=True):
        candidates[at] = rows.tolist()
    wrong = [{*rows} - {-1} - {*out} for rows, out in zip(candidates, left_out, strict=True)]
    return _best(model, questions, "3cosadd", wrong).rows


class _Scan:
    """The best wrong answer to each question, by each method: its float32 score and its row."""

    def __init__(self, model: Model, questions: Sequence[AnalogyQuestion], methods: Sequence[Method]) -> None:
        self._vectors = model.vectors
        asked = np.array([question[:3] for question in questions])
        terms = np.unique(asked)
        self._terms = unit(model.vectors[terms].astype(np.float64)).astype(np.float32)
        pairs, pair_of = np.unique(np.searchsorted(terms, asked[:, :2]), axis=0, return_inverse=True)
        self._a, self._b = pairs.T
        self._pair_of = pair_of.reshape(-1)
        self._c = np.searchsorted(terms, asked[:, 2])
        # Rows and the questions to which they are not wrong answers, in the order of rows.
        masked = [(row, at) for at, question in enumerate(questions) for row in question.left_out | question.expected]
        self._masked = np.array(sorted(masked), dtype=np.int64).T
        self._methods = [ANALOGY_SCORES[method] for method in methods]
        self.best_scores = np.full((len(methods), len(questions)), -np.inf, dtype=np.float32)
        self.best_rows = np.full((len(methods), len(questions)), -1, dtype=np.int64)
        self.lowest = 1.0
        self._lock = threading.Lock()

    def run(self, stop: int, advance: Advance) -> None:
        """Look at all rows below ``stop``."""
        step = int(np.clip(_COSINES_PER_BLOCK // len(self._terms), _FEWEST_ROWS, _MOST_ROWS))
        done = 0

        def look(start: int) -> None:
            nonlocal done
            end = min(start + step, stop)
            found = self._look(start, end)
            with self._lock:
                self._keep_better(found)
                done += end - start
                advance(done)

        in_threads(look, range(0, stop, step))

    def _look(self, start: int, end: int) -> _BestOfBlock | None:
        """Return the best wrong answers among a block of rows, or None if no row has a direction."""
        units = float32_units(self._vectors[start:end])
        has_direction = ~np.isnan(units[:, 0])
        rows = np.arange(start, end)[has_direction]
        if not len(rows):
            return None
        cosines = self._terms @ units[has_direction].T
        best = _BestOfBlock(np.empty_like(self.best_scores), np.empty_like(self.best_rows), float(cosines.min()))
        questions, columns = self._masked_columns(rows)
        chunk = max(1, _SCORES_AT_ONCE // len(rows))
        for at, method in enumerate(self._methods):
            prepared = method.prepare(cosines)
            for first in range(0, len(self._c), chunk):
                some = slice(first, first + chunk)
                pair_of = self._pair_of[some]
                # Questions are in the order of their pairs, so those of a chunk are a slice, each computed once.
                pairs = slice(pair_of[0], pair_of[-1] + 1)
                scores = method.pair(prepared[self._b[pairs]], prepared[self._a[pairs]])[pair_of - pair_of[0]]
                method.combine(scores, prepared[self._c[some]], out=scores)
                here = slice(*np.searchsorted(questions, [first, first + chunk]))
                scores[questions[here] - first, columns[here]] = -np.inf
                top = scores.argmax(axis=1)
                best.scores[at, some] = scores[np.arange(len(top)), top]
                best.rows[at, some] = rows[top]
        return best

    def _masked_columns(self, rows: Rows) -> tuple[Rows, Rows]:
        """Return what is masked in the block of ``rows``: questions, ascending, and the columns in the block."""
        first, last = np.searchsorted(self._masked[0], [rows[0], rows[-1] + 1])
        masked_rows, questions = self._masked[:, first:last]
        columns = np.searchsorted(rows, masked_rows)
        order = np.argsort(questions, kind="stable")
        there = order[rows[columns[order]] == masked_rows[order]]
        return questions[there], columns[there]

    def _keep_better(self, found: _BestOfBlock | None) -> None:
        """Take what beats the best so far. Threads end in any order, so of ties the lower row has to win."""
        if found is None:
            return
        scores, rows, lowest = found
        better = (scores > self.best_scores) | ((scores == self.best_scores) & (rows < self.best_rows))
        better &= np.isfinite(scores)
        np.copyto(self.best_scores, scores, where=better)
        np.copyto(self.best_rows, rows, where=better)
        self.lowest = min(self.lowest, lowest)


class _BestOfBlock(NamedTuple):
    """The best of a block of rows by each method for each question, and the lowest cosine in the block."""

    scores: npt.NDArray[np.float32]
    rows: Rows
    lowest: float


class _BestRows(NamedTuple):
    """The best of some rows for each question: its exact score (-inf: there is none) and its row (-1)."""

    scores: Floats
    rows: Rows

    def beat(self, others: _BestRows) -> _Bools:
        """Tell where these are better: of ties, the lower row is."""
        mine, theirs = self.scores.round(DECIMALS), others.scores.round(DECIMALS)
        better: _Bools = (mine > theirs) | ((mine == theirs) & (self.rows < others.rows))
        return better


def _judge(
    model: Model, questions: Sequence[AnalogyQuestion], method: Method, best_rows: Rows, lowest: float, stop: int
) -> Solved:
    """Compare the expected words with the best of the wrong ones, which are ``best_rows`` by float32 scores."""
    expected = _best(model, questions, method, [question.expected for question in questions])
    wrong = _best(model, questions, method, [{int(row)} - {-1} for row in best_rows])
    factor, summand = ANALOGY_SCORES[method].tolerance(cosine_error(model.facts.vector_size), lowest)
    with np.errstate(invalid="ignore"):  # an infinite factor, and a score of 0
        certain = (expected.scores < wrong.scores) | (expected.scores > wrong.scores * factor + summand)
    doubtful = np.flatnonzero(~certain).tolist()
    again = [questions[at] for at in doubtful]
    answers = _ask_again(model, again, method, stop)
    best_wrong = [
        [row for row in rows if row not in question.expected][:1] for rows, question in zip(answers, again, strict=True)
    ]
    for of_all, of_doubtful in zip(wrong, _best(model, again, method, best_wrong), strict=True):
        of_all[doubtful] = of_doubtful
    has_answer = np.ones(len(questions), dtype=np.bool_)
    has_answer[doubtful] = list(map(bool, answers))
    right = expected.beat(wrong) & has_answer
    query_words = _best(model, questions, method, [question.left_out - question.expected for question in questions])
    # An expected word that is itself left out can be no answer, unless query words are allowed.
    correct = right & np.array([question.expected.isdisjoint(question.left_out) for question in questions])
    predicted = np.where(correct, expected.rows, np.where(has_answer, wrong.rows, -1))
    return Solved(correct, right & expected.beat(query_words), predicted)


def _best(
    model: Model, questions: Sequence[AnalogyQuestion], method: Method, candidates: Sequence[Collection[int]]
) -> _BestRows:
    """Return the best of the ``candidates``, which are rows, for each question by exact scores."""
    best = _BestRows(np.full(len(questions), -np.inf), np.full(len(questions), -1, dtype=np.int64))
    pairs = np.array([(at, row) for at, rows in enumerate(candidates) for row in rows], dtype=np.int64).reshape(-1, 2)
    asked = np.array([question[:3] for question in questions], dtype=np.int64).reshape(-1, 3)
    for first in range(0, len(pairs), _PAIRS_AT_ONCE):
        at, rows = pairs[first : first + _PAIRS_AT_ONCE].T
        units = _units(model, rows)
        a, b, c = (np.einsum("ij,ij->i", _units(model, terms), units) for terms in asked[at].T)
        scores: Floats = ANALOGY_SCORES[method](a, b, c).astype(np.float64)
        order = np.lexsort((rows, -scores.round(DECIMALS), at))
        at, rows, scores = at[order], rows[order], scores[order]
        tops = np.flatnonzero(np.diff(at, prepend=-1))
        here = _BestRows(scores[tops], rows[tops])
        so_far = _BestRows(best.scores[at[tops]], best.rows[at[tops]])
        better = here.beat(so_far)
        best.scores[at[tops[better]]] = here.scores[better]
        best.rows[at[tops[better]]] = here.rows[better]
    return best


def _units(model: Model, rows: Rows) -> Floats:
    """Return the unit vectors of ``rows``, each read once though it may come many times."""
    distinct, places = np.unique(rows, return_inverse=True)
    units: Floats = unit(model.vectors[distinct].astype(np.float64))[places]
    return units


def _ask_again(model: Model, questions: Sequence[AnalogyQuestion], method: Method, stop: int) -> list[list[int]]:
    """Return the rows that answer each question, best first: at least one more than may be expected.

    There are no rows where the words asked cancel out.
    """
    answers: list[list[int]] = []
    for first in range(0, len(questions), _QUESTIONS_AT_ONCE):
        some = questions[first : first + _QUESTIONS_AT_ONCE]
        topn = max(len(question.left_out | question.expected) for question in some) + 1
        words = model.words
        queries = [Query([words[b], words[c]], [words[a]], method) for a, b, c, *_ in some]
        for question, found in zip(some, answer_all(model, queries, topn, stop), strict=True):
            if isinstance(found, NoDirection):
                answers.append([])
                continue
            if isinstance(found, W2vError):
                raise found
            rows = (words.exact_row(neighbour.word) for neighbour in found)
            answers.append([row for row in rows if row is not None and row not in question.left_out])
    return answers
