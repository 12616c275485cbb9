"""How sure the neighbours of a model's words are, by how often the words were seen.

From its variants, for words drawn from each class of counts::

    count         words  again  similarity  mean  half_width
    20-50           200   .31        .437   .341        .214

Of ten nearest neighbours, three come again in a variant. Their mean similarity is .437 in the model and .341 in the
variants, and the interval of one neighbour is its mean ± .214.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from w2vcli.errors import W2vError
from w2vcli.models.directory import Model
from w2vcli.queries.answers import Answer, Query
from w2vcli.queries.sure_answers import SureNeighbour
from w2vcli.queries.variant_answers import answer_all_with_variants, similarities_in_variants

# Of words that were seen less often, intervals are so wide that a mean of their widths says little.
LEAST_COUNT = 20
_LEAST = (1, 5, 20, 50, 200, 1000)
_WORDS = 200


@dataclass(frozen=True)
class ClassOfCounts:
    """Words that were seen ``least`` to ``most`` times (None: without end), and how sure their neighbours are.

    ``words`` were drawn. ``again`` is the mean share of their neighbours in the nearest of a variant. ``similarity`` is
    the mean of the neighbours' similarities, ``mean`` that over the variants, and ``half_width`` half of the mean width
    of their intervals.
    """

    least: int
    most: int | None
    words: int
    again: float
    similarity: float
    mean: float
    half_width: float


def stability_by_count(model: Model, variants: Sequence[Model], topn: int, seed: int) -> list[ClassOfCounts]:
    """Return how sure the ``topn`` neighbours of words are.

    Of each class up to 200 words are drawn by ``seed``. Classes without a word are left out, and so are words without a
    neighbour. The model has counts.
    """
    counts = np.asarray(model.counts)
    rng = np.random.default_rng(seed)
    bounds = list(zip(_LEAST, (*_LEAST[1:], None), strict=True))
    classes = []
    for least, end in bounds:
        rows = np.flatnonzero((counts >= least) & (counts < (end or np.inf)))
        classes.append(np.sort(rng.choice(rows, size=min(_WORDS, len(rows)), replace=False)).tolist())
    # All words in one pass over each variant.
    queries = [Query([model.words[row]]) for rows in classes for row in rows]
    answers = iter(answer_all_with_variants(model, variants, queries, topn))
    found = []
    for (least, end), rows in zip(bounds, classes, strict=True):
        lists = [
            (model.words[row], _sure(answer)) for row, answer in zip(rows, islice(answers, len(rows)), strict=True)
        ]
        pairs = [(word, near.word) for word, neighbours in lists for near in neighbours]
        if pairs:
            columns = [_columns(near) for _, neighbours in lists for near in neighbours]
            again, similarity, half_width = np.mean(columns, axis=0).tolist()
            # The middle of an interval that ends at 1 is another.
            mean = float(similarities_in_variants(model, variants, pairs).mean())
            most, words = None if end is None else end - 1, sum(map(bool, lists))
            found.append(ClassOfCounts(least, most, words, again, similarity, mean, half_width))
    return found


def _sure(answer: Answer) -> list[SureNeighbour]:
    """Return the neighbours in an answer: none of a word whose vector is zero, or that is the only one."""
    return [] if isinstance(answer, W2vError) else [each for each in answer if isinstance(each, SureNeighbour)]


def _columns(found: SureNeighbour) -> tuple[float, float, float]:
    return found.again, found.similarity, (found.high - found.low) / 2
