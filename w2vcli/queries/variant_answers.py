"""Answers with what the variants of a training say to the same questions: an interval, and how often it comes again.

    word    similarity   low  high  again  count
    prince      0.6421  .512  .677   1.00    612    among the nearest in all variants
    flounce     0.5837  .168  .449   0.08      7    in one of twelve

What a variant is, `w2vcli.training.variants` tells, and what the interval is for, `w2vcli.queries.intervals`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from w2vcli.array_types import Floats
from w2vcli.errors import W2vError
from w2vcli.models.directory import Model
from w2vcli.queries.answers import Answer, Neighbour, Query, Scored, SureNeighbour, SureScored
from w2vcli.queries.intervals import spread_of
from w2vcli.queries.methods import Method
from w2vcli.queries.scores import NO_ERROR
from w2vcli.queries.search import answer_all, scan_query
from w2vcli.queries.terms import unit

# Beyond these there is no score of a method.
_BOUNDS: Mapping[Method, tuple[float, float]] = {"3cosadd": (-1, 1), "3cosmul": (0, math.inf)}


def answer_all_with_variants(
    model: Model,
    variants: Sequence[Model],
    queries: Sequence[Query],
    topn: int = 10,
    restrict_vocab: int | None = None,
) -> list[Answer]:
    """Return for each query what `answer_all` returns, with what the variants of the model say of each word.

    ``again`` is the share of variants in which the word is among the ``topn``, ``first`` that in which it is the first.
    ``low`` and ``high`` are the ends of the 95 % interval of `spread_of`, of the similarity or the score.
    """
    answers = answer_all(model, queries, topn, restrict_vocab)
    good = {at: answer for at, answer in enumerate(answers) if not isinstance(answer, W2vError) and answer}
    asked = [queries[at] for at in good]
    in_variants = [answer_all(variant, asked, topn, restrict_vocab) for variant in variants]
    for (at, answer), query, *lists in zip(good.items(), asked, *in_variants, strict=True):
        answers[at] = _sure(model, variants, query, answer, lists)
    return answers


def _sure(
    model: Model,
    variants: Sequence[Model],
    query: Query,
    answer: Sequence[Neighbour | Scored],
    lists: Sequence[Answer],
) -> Answer:
    """Return the records of an answer with what the variants say, from the list of each variant."""
    words = [found.word for found in answer]
    rows = [row for row in map(model.words.row, words) if row is not None]
    spread = spread_of(np.stack([_scores(variant, query, rows) for variant in variants]), *_BOUNDS[query.method])
    named = [[found.word for found in one] if not isinstance(one, W2vError) else [] for one in lists]
    again = [sum(word in one for one in named) / len(variants) for word in words]
    first = [sum(one[:1] == [word] for one in named) / len(variants) for word in words]
    counts = [None] * len(words) if model.counts is None else model.counts[rows].tolist()
    columns = (spread.low.tolist(), spread.high.tolist(), again, first, counts)
    sure: list[Neighbour | Scored] = []
    for found, *values in zip(answer, *columns, strict=True):
        if isinstance(found, Neighbour):
            sure.append(SureNeighbour(found.word, found.similarity, *values))
        else:
            sure.append(SureScored(found.word, found.score, *values))
    return sure


def _scores(variant: Model, query: Query, rows: Sequence[int]) -> Floats:
    """Return the scores of ``rows`` in a variant."""
    question = scan_query(variant, query)
    cosines = question.targets @ unit(variant.vectors[rows].astype(np.float64)).T
    return np.asarray(question.score(cosines, NO_ERROR).low, dtype=np.float64)
