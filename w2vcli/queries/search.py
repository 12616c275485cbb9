"""Nearest neighbours, analogies and similarities of words, exact: gensim's answers.

>>> most_similar(model, ["boy", "queen"], ["girl"], topn=1)
[Neighbour(word='king', similarity=0.86)]
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Floats
from w2vcli.errors import BadSettings, NoDirection, W2vError
from w2vcli.models.directory import Model
from w2vcli.queries.answers import ANSWERS, COUNTED, Answer, Neighbour, Query, Scored, Searched
from w2vcli.queries.methods import Method
from w2vcli.queries.scan import Found, ScanQuery, best_rows, best_rows_of_many
from w2vcli.queries.scores import ThreeCosMul, cosine_score
from w2vcli.queries.terms import find_terms, unit

# Fewer questions than this are faster by the compact codes, one after the other.
_FEW = 8
# What an unknown word may mean takes half a second to find among three million words.
_MOST_WITH_HINTS = 20
# A sum of unit vectors in float64 that is shorter than this is nothing but rounding.
_CANCELLED = 1e-12


def most_similar(
    model: Model,
    positive: Sequence[str],
    negative: Sequence[str] = (),
    topn: int = 10,
    restrict_vocab: Searched = None,
) -> list[Neighbour]:
    """Return the ``topn`` words nearest to the sum of ``positive`` minus ``negative``, best first.

    This is gensim's ``most_similar`` and 3CosAdd: unit vectors are added, and the words asked are left out. Equal
    similarities are in row order. A word whose vector is zero or NaN is never a neighbour. With ``restrict_vocab``
    only that many words from the first are searched, or the rows of a range.

    Raises
    ------
    UnknownWords
        If the model does not have all words.
    NoDirection
        If the words add up to a vector of zeros.
    """
    [found] = _search(model, [scan_query(model, Query(positive, negative))], topn, restrict_vocab)
    return [Neighbour(model.words[row], score) for row, score in found]


def most_similar_cosmul(
    model: Model,
    positive: Sequence[str],
    negative: Sequence[str] = (),
    topn: int = 10,
    restrict_vocab: Searched = None,
) -> list[Scored]:
    """Return the ``topn`` words by 3CosMul, best first (Levy and Goldberg 2014, equation 4).

    This is gensim's ``most_similar_cosmul``. The score is the product of the cosines to ``positive`` over that of the
    cosines to ``negative``, all moved to [0, 1]. The words asked are left out. ``restrict_vocab`` is that of
    `most_similar`.

    Raises
    ------
    UnknownWords
        If the model does not have all words.
    """
    [found] = _search(model, [scan_query(model, Query(positive, negative, "3cosmul"))], topn, restrict_vocab)
    return [Scored(model.words[row], score) for row, score in found]


def answer_all(model: Model, queries: Sequence[Query], topn: int = 10, restrict_vocab: Searched = None) -> list[Answer]:
    """Return for each query what `most_similar` or `most_similar_cosmul` would return, or the error it would raise.

    The records have counts where the model knows them.

    Many questions take one pass over the vectors together, which is much faster than one pass for each. What unknown
    words may mean is told for the first 20 questions that have some.
    """
    found = search_all(model, scan_queries(model, queries), topn, restrict_vocab)
    return [
        rows if isinstance(rows, W2vError) else _records(model, query.method, rows)
        for query, rows in zip(queries, found, strict=True)
    ]


def _records(model: Model, method: Method, rows: Sequence[Found]) -> list[Neighbour | Scored]:
    """Return what was found as records, with counts where the model knows them."""
    if model.counts is None:
        return [ANSWERS[method](model.words[row], score) for row, score in rows]
    return [COUNTED[method](model.words[row], score, int(model.counts[row])) for row, score in rows]


def similarity(model: Model, word1: str, word2: str) -> float:
    """Return the cosine of two words, in [-1, 1], or NaN if one has a vector of zeros.

    Raises
    ------
    UnknownWords
        If the model does not have both.
    """
    vectors = find_terms(model, [word1, word2]).vectors
    lengths = np.linalg.norm(vectors, axis=1)
    with np.errstate(invalid="ignore"):
        return float(vectors[0] @ vectors[1] / lengths.prod())


def similar_by_vector(
    model: Model, vector: npt.ArrayLike, topn: int = 10, restrict_vocab: Searched = None
) -> list[Neighbour | Scored]:
    """Return the ``topn`` words nearest to a vector, best first: gensim's ``similar_by_vector``.

    Raises
    ------
    BadSettings
        If it has not as many values as the vectors of the model.
    NoDirection
        If it is zero, or has NaN or infinity.
    """
    array = np.asarray(vector, dtype=np.float64)
    if array.shape != (model.facts.vector_size,):
        raise BadSettings(f"the vectors of {model.name} have {model.facts.vector_size} values, not {array.shape}")
    target = unit(array[np.newaxis])
    if not target.any():
        raise NoDirection("the vector is zero, or is not all numbers, so nothing is near")
    [found] = _search(model, [ScanQuery(target, cosine_score, ())], topn, restrict_vocab)
    return _records(model, "3cosadd", found)


def similarities(model: Model, words: Sequence[str]) -> Floats:
    """Return the cosines (words x words) of ``words`` with each other: 0 where one has a vector of zeros.

    Raises
    ------
    UnknownWords
        If the model does not have them all.
    """
    units = unit(find_terms(model, words).vectors)
    cosines: Floats = units @ units.T
    return cosines


def similarity_to_mean(model: Model, words: Sequence[str]) -> list[Neighbour]:
    """Return ``words`` with their cosine to the mean of them all, the lowest first: the odd one out.

    The first word is the answer of gensim's ``doesnt_match``.

    Raises
    ------
    UnknownWords
        If the model does not have them all.
    """
    units = unit(find_terms(model, words).vectors)
    cosines = units @ unit(units.mean(axis=0))
    return [Neighbour(words[at], float(cosines[at])) for at in np.argsort(cosines, kind="stable")]


def scan_query(model: Model, query: Query, *, hints: bool = True) -> ScanQuery:
    """Return a question of words as one of vectors.

    Raises
    ------
    UnknownWords
        If the model does not have all words.
    NoDirection
        If words are added up to a vector of zeros.
    """
    terms = find_terms(model, [*query.positive, *query.negative], hints=hints)
    return as_scan_query(query, unit(terms.vectors), terms.rows)


def scan_queries(model: Model, queries: Sequence[Query]) -> list[ScanQuery | W2vError]:
    """Return for each query what `scan_query` returns, or the error that it raises; the first 20 errors have hints."""
    questions: list[ScanQuery | W2vError] = []
    failed = 0
    for query in queries:
        try:
            questions.append(scan_query(model, query, hints=failed < _MOST_WITH_HINTS))
        except W2vError as error:
            questions.append(error)
            failed += 1
    return questions


def as_scan_query(query: Query, units: Floats, left_out: Sequence[int]) -> ScanQuery:
    """Return a question whose words have the unit vectors ``units``, first those of ``positive``.

    Raises
    ------
    NoDirection
        If words are added up to a vector of zeros.
    BadSettings
        If words have weights, and the cosines are multiplied.
    """
    if query.method == "3cosmul":
        if query.weights:
            raise BadSettings("3cosmul multiplies cosines, which no weights change; leave them out, or --method")
        return ScanQuery(units, ThreeCosMul(len(query.positive)), left_out)
    signs = np.repeat([1.0, -1.0], [len(query.positive), len(query.negative)])
    direction = (signs * query.weights if query.weights else signs) @ units
    if not np.linalg.norm(direction) > _CANCELLED:
        words = " ".join([*query.positive, *query.negative])
        raise NoDirection(f"{words}: the vectors are zero or cancel out, so nothing is near")
    return ScanQuery(unit(direction[np.newaxis]), cosine_score, left_out)


def search_all(
    model: Model, questions: Sequence[ScanQuery | W2vError], topn: int, restrict_vocab: Searched
) -> list[list[Found] | W2vError]:
    """Return the best rows for each question, in whichever way is faster. Errors stay in their places."""
    answers: list[list[Found] | W2vError] = [one if isinstance(one, W2vError) else [] for one in questions]
    # Questions of one shape share a pass.
    alike: dict[tuple[int, int], dict[int, ScanQuery]] = {}
    for at, question in enumerate(questions):
        if isinstance(question, ScanQuery):
            alike.setdefault(_shape(question), {})[at] = question
    for asked in alike.values():
        for at, found in zip(asked, _search(model, list(asked.values()), topn, restrict_vocab), strict=True):
            answers[at] = found
    return answers


def _shape(question: ScanQuery) -> tuple[int, int]:
    """Return how many terms a question has, and how many of them are multiplied. 3CosAdd has one: the sum."""
    multiplied = question.score.positive if isinstance(question.score, ThreeCosMul) else -1
    return len(question.targets), multiplied


def _search(model: Model, questions: Sequence[ScanQuery], topn: int, restrict_vocab: Searched) -> list[list[Found]]:
    """Return the best rows for each of some questions of one shape, in whichever way is faster."""
    rows = rows_searched(model, restrict_vocab)
    if len(questions) < _FEW and model.codes is not None:
        return [best_rows(model, question, topn, rows) for question in questions]
    return best_rows_of_many(model, questions, topn, rows)


def rows_searched(model: Model, restrict_vocab: Searched) -> range:
    """Return the rows that are searched: all of them, or those of ``restrict_vocab`` that there are.

    Raises
    ------
    BadSettings
        If it is a range that begins after the last word.
    """
    rows = range(model.facts.words)
    if not isinstance(restrict_vocab, range):
        return rows[:restrict_vocab]
    if restrict_vocab.start >= len(rows):
        raise BadSettings(f"{model.name} has {len(rows):,} words, so none of rank {restrict_vocab.start + 1:,} or more")
    return rows[restrict_vocab.start : restrict_vocab.stop]
