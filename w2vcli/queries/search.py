"""Nearest neighbours and analogies, exact: gensim's answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from w2vcli.errors import NoDirection, W2vError
from w2vcli.models.directory import Model
from w2vcli.queries.scan import Bounds, Found, ScanQuery, Scores, best_rows, best_rows_of_many
from w2vcli.queries.terms import Floats, find_terms, unit

# Added to the denominator of 3CosMul, as in Levy and Goldberg (2014) and gensim.
COSMUL_EPSILON = 0.000001
# What the products of a few float32 numbers are off by, as a share; generous.
_COSMUL_ROUNDING = 1e-5
# Fewer questions are faster by the compact codes, one after the other.
_FEW = 8
# What an unknown word may mean takes half a second among three million words.
_MOST_WITH_HINTS = 20
# A sum of unit vectors in float64 that is shorter than this is rounding alone.
_CANCELLED = 1e-12


@dataclass(frozen=True)
class Neighbour:
    """A word and its cosine, in [-1, 1], to what was asked."""

    word: str
    similarity: float


@dataclass(frozen=True)
class Scored:
    """A word and its 3CosMul score, which is positive and no cosine."""

    word: str
    score: float


class Query(NamedTuple):
    """Words whose neighbours are asked: near ``positive``, far from ``negative``."""

    positive: Sequence[str]
    negative: Sequence[str] = ()
    method: str = "3cosadd"


Answer = list[Neighbour] | list[Scored] | W2vError


def most_similar(
    model: Model,
    positive: Sequence[str],
    negative: Sequence[str] = (),
    topn: int = 10,
    restrict_vocab: int | None = None,
) -> list[Neighbour]:
    """Return the ``topn`` words nearest to the sum of ``positive`` less ``negative``, best first.

    As gensim's ``most_similar`` and 3CosAdd: unit vectors are added, the words asked are left out,
    equal similarities are in row order. Words whose vector is zero or NaN are never neighbours.
    With ``restrict_vocab`` only the first so many words are.

    Raises
    ------
    UnknownWords
        If the model does not have all words.
    NoDirection
        If what is asked is a vector of zeros.
    """
    question = _question(model, Query(positive, negative))
    found = best_rows(model, question, topn, _stop(model, restrict_vocab))
    return [Neighbour(model.words[row], score) for row, score in found]


def most_similar_cosmul(
    model: Model,
    positive: Sequence[str],
    negative: Sequence[str] = (),
    topn: int = 10,
    restrict_vocab: int | None = None,
) -> list[Scored]:
    """Return the ``topn`` words by 3CosMul, best first (Levy and Goldberg 2014, equation 4).

    The score is the product of the cosines to ``positive`` over that of the cosines to ``negative``,
    all moved to [0, 1]; as gensim's ``most_similar_cosmul``. The words asked are left out. With
    ``restrict_vocab`` only the first so many words are looked at.

    Raises
    ------
    UnknownWords
        If the model does not have all words.
    """
    question = _question(model, Query(positive, negative, "3cosmul"))
    found = best_rows(model, question, topn, _stop(model, restrict_vocab))
    return [Scored(model.words[row], score) for row, score in found]


def answer_all(
    model: Model, queries: Sequence[Query], topn: int = 10, restrict_vocab: int | None = None
) -> list[Answer]:
    """Return what `most_similar` or `most_similar_cosmul` return for each query, or raise.

    Many questions take one pass over the vectors, which is much faster than one pass for each. What unknown
    words may mean is told for the first questions that have some.
    """
    answers: list[Answer] = [[]] * len(queries)
    alike: dict[tuple[str, int, int], list[tuple[int, ScanQuery]]] = {}
    failed = 0
    for at, query in enumerate(queries):
        try:
            question = _question(model, query, hints=failed < _MOST_WITH_HINTS)
        except W2vError as error:
            answers[at] = error
            failed += 1
        else:
            added = query.method == "3cosadd"
            kind = (query.method, 0 if added else len(query.positive), 0 if added else len(query.negative))
            alike.setdefault(kind, []).append((at, question))
    stop = _stop(model, restrict_vocab)
    for (method, *_), asked in alike.items():
        questions = [question for _, question in asked]
        if len(questions) < _FEW:
            found = [best_rows(model, question, topn, stop) for question in questions]
        else:
            found = best_rows_of_many(model, questions, topn, stop)
        for (at, _), rows in zip(asked, found, strict=True):
            answers[at] = _named(model, rows, method)
    return answers


def similarity(model: Model, word1: str, word2: str) -> float:
    """Return the cosine of two words, in [-1, 1]; NaN if one has a vector of zeros.

    Raises
    ------
    UnknownWords
        If the model does not have both.
    """
    vectors = find_terms(model, [word1, word2]).vectors
    lengths = np.linalg.norm(vectors, axis=1)
    with np.errstate(invalid="ignore"):
        return float(vectors[0] @ vectors[1] / lengths.prod())


def similarities(model: Model, words: Sequence[str]) -> Floats:
    """Return the cosines (words x words) of ``words`` with each other; 0 where one has a vector of zeros.

    Raises
    ------
    UnknownWords
        If the model does not have them all.
    """
    units = unit(find_terms(model, words).vectors)
    cosines: Floats = units @ units.T
    return cosines


def similarity_to_mean(model: Model, words: Sequence[str]) -> list[Neighbour]:
    """Return ``words`` with their cosine to the mean of them all, the odd one out first.

    As gensim's ``doesnt_match``, whose answer is the first word here.

    Raises
    ------
    UnknownWords
        If the model does not have them all.
    """
    units = unit(find_terms(model, words).vectors)
    cosines = units @ unit(units.mean(axis=0))
    return [Neighbour(words[at], float(cosines[at])) for at in np.argsort(cosines, kind="stable")]


def _question(model: Model, query: Query, *, hints: bool = True) -> ScanQuery:
    """Return what is asked in numbers.

    Raises
    ------
    UnknownWords
        If the model does not have all words.
    NoDirection
        If words are added up to a vector of zeros.
    """
    terms = find_terms(model, [*query.positive, *query.negative], hints=hints)
    units = unit(terms.vectors)
    if query.method == "3cosmul":
        return ScanQuery(units, _ThreeCosMul(len(query.positive)), terms.rows)
    direction = np.repeat([1.0, -1.0], [len(query.positive), len(query.negative)]) @ units
    if not np.linalg.norm(direction) > _CANCELLED:
        words = " ".join([*query.positive, *query.negative])
        raise NoDirection(f"{words}: the vectors are zero or cancel out, so nothing is near")
    return ScanQuery(unit(direction[np.newaxis]), _cosine, terms.rows)


def _cosine(cosines: Scores, error: Scores) -> Bounds:
    return Bounds(cosines[0] - error if error.size > 1 else cosines[0], 2 * error)


class _ThreeCosMul:
    """The score of 3CosMul, of which the first so many terms are positive."""

    def __init__(self, positive: int) -> None:
        self.positive = positive

    def __call__(self, cosines: Scores, error: Scores) -> Bounds:
        least, most = np.clip(cosines - error, -1, 1), np.clip(cosines + error, -1, 1)
        rounding = _COSMUL_ROUNDING if np.any(error) else 0.0
        low = self._score(least, most) * (1 - rounding)
        return Bounds(low, self._score(most, least) * (1 + rounding) - low)

    def _score(self, high: Scores, low: Scores) -> Scores:
        over: Scores = ((1 + high[: self.positive]) / 2).prod(axis=0)
        under: Scores = ((1 + low[self.positive :]) / 2).prod(axis=0)
        return over / (under + COSMUL_EPSILON)


def _named(model: Model, rows: list[Found], method: str) -> list[Neighbour] | list[Scored]:
    if method == "3cosmul":
        return [Scored(model.words[row], score) for row, score in rows]
    return [Neighbour(model.words[row], score) for row, score in rows]


def _stop(model: Model, restrict_vocab: int | None) -> int:
    return min(model.facts.words, restrict_vocab or model.facts.words)
