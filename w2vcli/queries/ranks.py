"""How near a word is to another one among all words: its rank, the words that are closer, its share of the nearest.

If the nearest words of king are prince (0.8), queen (0.6) and duke (0.6), then queen has rank 2, prince is closer, and
the relative similarity of queen among the nearest two is ``0.6 / (0.8 + 0.6)``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from w2vcli.array_types import Floats, Integers
from w2vcli.errors import NoDirection
from w2vcli.models.directory import Model
from w2vcli.queries.answers import Neighbour
from w2vcli.queries.search import most_similar
from w2vcli.queries.terms import find_rows, unit

# Cosines that differ by less are the same: the same vector may have been rounded in another way.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class RankedPair:
    """Two words, their cosine, and how near the second is to the first among all words.

    ``rank`` is 1 for the nearest word. ``relative`` is the cosine over the sum of those of the nearest words, of which
    a synonym has 0.1 or more if they are ten (Leeuwenberg et al. 2016).
    """

    word1: str
    word2: str
    similarity: float
    rank: int
    relative: float


def rank(model: Model, word1: str, word2: str, topn: int = 10) -> RankedPair:
    """Return how near ``word2`` is to ``word1``: gensim's ``rank`` and ``relative_cosine_similarity``.

    Raises
    ------
    UnknownWords
        If the model does not have both in its vocabulary.
    NoDirection
        If one has a vector of zeros.
    """
    cosines, first, second = _cosines(model, word1, word2)
    similarity = float(cosines[second])
    nearest = most_similar(model, [word1], topn=topn)
    relative = similarity / sum(near.similarity for near in nearest) if nearest else 1.0
    closer = _closer(cosines, first, second)
    return RankedPair(word1, word2, similarity, len(closer) + 1, relative)


def closer_than(model: Model, word1: str, word2: str) -> list[Neighbour]:
    """Return the words that are closer to ``word1`` than ``word2`` is, the nearest first: gensim's ``closer_than``.

    Raises
    ------
    UnknownWords, NoDirection
        As `rank` does.
    """
    cosines, first, second = _cosines(model, word1, word2)
    rows = _closer(cosines, first, second)
    order = rows[np.argsort(-cosines[rows], kind="stable")]
    return [Neighbour(model.words[int(row)], float(cosines[row])) for row in order]


def _cosines(model: Model, word1: str, word2: str) -> tuple[Floats, int, int]:
    """Return the cosines of all words with ``word1``, NaN for vectors of zeros, and the rows of both."""
    first, second = find_rows(model, [word1, word2])
    target = unit(model.vectors[[first]].astype(np.float64))[0]
    cosines = np.empty(model.facts.words)
    for start, block in model.vectors.blocks():
        units = unit(block.astype(np.float64))
        found = units @ target
        found[~units.any(axis=1)] = np.nan
        cosines[start : start + len(block)] = found
    for word, row in ((word1, first), (word2, second)):
        if not np.isfinite(cosines[row]):
            raise NoDirection(f"{word}: its vector is zero, so it is near nothing")
    return cosines, first, second


def _closer(cosines: Floats, first: int, second: int) -> Integers:
    """Return the rows whose cosine is above that of the second word, without that of the first."""
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero(cosines > cosines[second] + _ROUNDING)
    others: Integers = rows[rows != first]
    return others
