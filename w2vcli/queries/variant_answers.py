"""Answers with what the variants of a training say to the same questions: an interval, and how often it comes again.

    word    similarity   low  high  again  count
    prince      0.6421  .512  .677   1.00    612    among the nearest in all variants
    flounce     0.5837  .168  .449   0.08      7    in one of twelve

What a variant is, `w2vcli.training.variant_training` tells, and what the interval is for, `w2vcli.queries.intervals`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain

import numpy as np

from w2vcli.array_types import Floats, Integers
from w2vcli.errors import NoDirection, W2vError
from w2vcli.models.directory import Model
from w2vcli.models.variants import units_with
from w2vcli.queries.answers import Answer, Neighbour, Query, Searched, WordPair
from w2vcli.queries.intervals import spread_of
from w2vcli.queries.methods import Method
from w2vcli.queries.scan import Found, ScanQuery
from w2vcli.queries.scores import NO_ERROR
from w2vcli.queries.search import as_scan_query, scan_queries, search_all
from w2vcli.queries.sure_answers import SURE, SureOdd, SurePair
from w2vcli.queries.terms import rows_of_parts, unit

# Beyond these there is no score of a method.
_BOUNDS: Mapping[Method, tuple[float, float]] = {"3cosadd": (-1, 1), "3cosmul": (0, math.inf)}
_PAIRS_AT_ONCE = 1 << 13


def answer_all_with_variants(
    model: Model,
    variants: Sequence[Model],
    queries: Sequence[Query],
    topn: int = 10,
    restrict_vocab: Searched = None,
) -> list[Answer]:
    """Return for each query what `answer_all` returns, with what the variants of the model say of each word.

    ``again`` is the share of variants in which the word is among the ``topn``, ``first`` that in which it is the first.
    ``low`` and ``high`` are the ends of the 95 % interval of `spread_of`, of the similarity or the score.
    """
    questions = scan_queries(model, queries)
    found = search_all(model, questions, topn, restrict_vocab)
    asked = [
        _Asked(query, question.left_out, rows)
        for query, question, rows in zip(queries, questions, found, strict=True)
        if isinstance(question, ScanQuery) and not isinstance(rows, W2vError)
    ]
    sure = iter(_ask_variants(model, variants, asked, topn, restrict_vocab))
    return [rows if isinstance(rows, W2vError) else next(sure) for rows in found]


class _Asked:
    """A question that the model has answered with the rows ``found``, and what the variants said of them so far.

    ``scores`` has those of the rows in each variant, ``again`` and ``first`` count the variants.
    """

    def __init__(self, query: Query, left_out: Sequence[int], found: Sequence[Found]) -> None:
        self.query = query
        self.left_out = left_out
        self.found = found
        self.rows = [row for row, _ in found]
        self.scores: list[Floats] = []
        self.again = [0] * len(found)
        self.first = [0] * len(found)

    def take(self, variant: Model, question: ScanQuery | W2vError, best: Sequence[Found] | W2vError) -> None:
        """Take what a variant answers to the question; in a variant in which it has no direction nothing is near."""
        if isinstance(question, W2vError) or isinstance(best, W2vError):
            self.scores.append(np.full(len(self.rows), np.nan))
            return
        cosines = question.targets @ unit(variant.vectors[self.rows].astype(np.float64)).T
        self.scores.append(np.asarray(question.score(cosines, NO_ERROR).low, dtype=np.float64))
        places = {row: place for place, (row, _) in enumerate(best)}
        for at, row in enumerate(self.rows):
            place = places.get(row)
            self.again[at] += place is not None
            self.first[at] += place == 0

    def answer(self, model: Model, units: Integers, fewest: int) -> Answer:
        """Return the records; ``units`` are those with each word of the model, ``fewest`` those with one asked."""
        if not self.found:
            return []
        kind, number = SURE[self.query.method], len(self.scores)
        spread = spread_of(np.stack(self.scores), *_BOUNDS[self.query.method], units[self.rows].clip(max=fewest))
        counts = [None] * len(self.rows) if model.counts is None else model.counts[self.rows].tolist()
        columns = zip(
            self.found, spread.low.tolist(), spread.high.tolist(), self.again, self.first, counts, strict=True
        )
        return [
            kind(model.words[row], score, low, high, again / number, first / number, count)
            for (row, score), low, high, again, first, count in columns
        ]


def _ask_variants(
    model: Model, variants: Sequence[Model], asked: Sequence[_Asked], topn: int, restrict_vocab: Searched
) -> list[Answer]:
    """Return the answers to questions, each variant asked all of them at once."""
    of_each = [[*one.query.positive, *one.query.negative] for one in asked]
    words = _Words(model, chain.from_iterable(of_each))
    places = list(map(words.places, of_each))
    for variant in variants if asked else ():
        units = words.units(variant)
        questions = [_in_variant(one.query, units[at], one.left_out) for one, at in zip(asked, places, strict=True)]
        for one, question, best in zip(
            asked, questions, search_all(variant, questions, topn, restrict_vocab), strict=True
        ):
            one.take(variant, question, best)
    seen_in = units_with(model)
    fewest = words.fewest(seen_in)
    return [one.answer(model, seen_in, int(fewest[at].min())) for one, at in zip(asked, places, strict=True)]


def _in_variant(query: Query, units: Floats, left_out: Sequence[int]) -> ScanQuery | W2vError:
    try:
        return as_scan_query(query, units, left_out)
    except NoDirection as error:
        return error


class _Words:
    """Words that were asked, all of which the model has, and where their vectors are in each variant.

    A word that is not in the vocabulary is the mean of its pieces. In the model these are of several lengths, and the
    vectors of a variant are of length 1, so the lengths are those of the model.
    """

    def __init__(self, model: Model, words: Iterable[str]) -> None:
        self._place = {word: at for at, word in enumerate(dict.fromkeys(words))}
        parts = [rows_of_parts(model, word) for word in self._place]
        self._rows = np.array(list(chain.from_iterable(parts)), dtype=np.int64)
        self._starts = np.array([0, *accumulate(map(len, parts))][:-1], dtype=np.int64)
        self._lengths: Floats | None = None
        if len(self._rows) > len(parts):
            self._lengths = np.linalg.norm(model.vectors[self._rows].astype(np.float64), axis=1, keepdims=True)

    def fewest(self, units: Integers) -> Integers:
        """Return in how many units each word is, by those of each row of the model; of several pieces, the fewest."""
        found: Integers = np.minimum.reduceat(units[self._rows], self._starts) if len(self._starts) else self._starts
        return found

    def places(self, words: Iterable[str]) -> list[int]:
        """Return the rows of `units` in which the vectors of ``words`` are."""
        return [self._place[word] for word in words]

    def units(self, variant: Model) -> Floats:
        """Return the unit vectors in a variant (words x vector_size)."""
        units = unit(variant.vectors[self._rows].astype(np.float64))
        if self._lengths is None:
            return units
        return unit(np.add.reduceat(units * self._lengths, self._starts, axis=0))

    def similarities(self, variants: Sequence[Model], firsts: Sequence[int], seconds: Sequence[int]) -> Floats:
        """Return the similarities of words at places in each variant (variants x pairs)."""
        cosines = np.empty((len(variants), len(firsts)))
        for row, variant in zip(cosines, variants, strict=True):
            units = self.units(variant)
            units[~units.any(axis=1)] = np.nan  # of a word with a vector of zeros there is no cosine
            row[:] = np.einsum("ij,ij->i", units[firsts], units[seconds])
        return cosines


def sure_pairs(model: Model, variants: Sequence[Model], pairs: Sequence[WordPair]) -> list[WordPair]:
    """Return pairs of words of the model with the 95 % interval of their similarity."""
    sure: list[WordPair] = []
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        some = pairs[start : start + _PAIRS_AT_ONCE]
        words = _Words(model, chain.from_iterable((pair.word1, pair.word2) for pair in some))
        fewest = words.fewest(units_with(model))
        firsts, seconds = words.places(pair.word1 for pair in some), words.places(pair.word2 for pair in some)
        cosines = words.similarities(variants, firsts, seconds)
        spread = spread_of(cosines, -1, 1, np.minimum(fewest[firsts], fewest[seconds]))
        sure += [
            SurePair(pair.word1, pair.word2, pair.similarity, low, high)
            for pair, low, high in zip(some, spread.low.tolist(), spread.high.tolist(), strict=True)
        ]
    return sure


def similarities_in_variants(model: Model, variants: Sequence[Model], pairs: Sequence[tuple[str, str]]) -> Floats:
    """Return the similarities of pairs of words of the model in each variant (variants x pairs)."""
    words = _Words(model, chain.from_iterable(pairs))
    return words.similarities(variants, *(words.places(column) for column in zip(*pairs, strict=True)))


def sure_odd(model: Model, variants: Sequence[Model], answers: Sequence[Sequence[Neighbour]]) -> list[list[Neighbour]]:
    """Return answers of `similarity_to_mean`, with what the variants say of each word.

    ``low`` and ``high`` are the ends of the 95 % interval of its similarity to the mean, and ``first`` is the share of
    variants in which it is the odd one.
    """
    words = _Words(model, [found.word for answer in answers for found in answer])
    places = [words.places(found.word for found in answer) for answer in answers]
    similarities = [np.empty((len(variants), len(answer))) for answer in answers]
    for at, variant in enumerate(variants):
        units = words.units(variant)
        for of_one, rows in zip(similarities, places, strict=True):
            of_one[at] = units[rows] @ unit(units[rows].mean(axis=0))
    fewest = words.fewest(units_with(model))
    return [
        _sure_odd(answer, of_one, fewest[rows])
        for answer, of_one, rows in zip(answers, similarities, places, strict=True)
    ]


def _sure_odd(answer: Sequence[Neighbour], similarities: Floats, units: Integers) -> list[Neighbour]:
    """Return an answer with what its similarities (variants x words) say, each word in so many ``units``."""
    spread = spread_of(similarities, -1, 1, units)
    first = (similarities.argmin(axis=1)[:, np.newaxis] == np.arange(len(answer))).mean(axis=0)
    columns = (spread.low.tolist(), spread.high.tolist(), first.tolist())
    return [SureOdd(found.word, found.similarity, *values) for found, *values in zip(answer, *columns, strict=True)]
