"""How many of a word's nearest neighbours come again in the variants of a model: whether its place means anything."""

from __future__ import annotations

from collections.abc import Sequence

from w2vcli.errors import W2vError
from w2vcli.models.directory import Model
from w2vcli.queries.answers import Answer, Query
from w2vcli.queries.search import answer_all


def shares_again(model: Model, variants: Sequence[Model], words: Sequence[str], topn: int = 10) -> list[float]:
    """Return for each word the share of its ``topn`` nearest neighbours that are among those of a variant, in the mean.

    If three of ten come again in one variant and five in another, that is .4. It is 0 for a word without neighbours.
    """
    queries = [Query([word]) for word in words]
    nearest = [_words(answer) for answer in answer_all(model, queries, topn)]
    found = [0] * len(words)
    for variant in variants:
        for at, answer in enumerate(answer_all(variant, queries, topn)):
            found[at] += len(nearest[at] & _words(answer))
    return [count / (len(near) * len(variants)) if near else 0.0 for count, near in zip(found, nearest, strict=True)]


def _words(answer: Answer) -> set[str]:
    return set() if isinstance(answer, W2vError) else {found.word for found in answer}
