"""Two spaces of vectors compared, one for each side: turned onto each other, or by the neighbours of a word in each.

Two trainings put the same words into other places, even on the same text. A turn of the whole space makes them alike
as far as it can: *orthogonal Procrustes*, R = U V^T of the singular value decomposition of A^T B. What is left is the
difference of a word: 1 - the cosine of its two vectors (Hamilton et al. 2016).

Neighbours need no turn. Of the thousand words that "girl" is nearest to on each side, how many are only there on one
(Gonen et al. 2020)? Both measures have no zero: of the same text trained twice, they differ from it, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2vcli.array_types import Float32s, Floats, Integers

_ANCHORS = 3000
_NEAREST = 1000
_SHARE_NEAREST = 10  # of fewer words than ten thousand, a tenth are near
_ROWS_AT_ONCE = 256


@dataclass(frozen=True)
class TwoSpaces:
    """Unit vectors of the same words in two spaces, the most frequent word first.

    ``rows`` are the words' rows in the text that is compared, in ascending order. Both spaces may have other
    dimensions (words x vector_size).
    """

    rows: Integers
    first: Float32s
    second: Float32s

    def places_of(self, rows: Integers) -> Integers:
        """Return where words are among the ``rows`` here, -1 if they are not in both spaces."""
        at = np.minimum(np.searchsorted(self.rows, rows), len(self.rows) - 1)
        return np.where(self.rows[at] == rows, at, -1)


def join_spaces(
    words: Sequence[str], first: tuple[Sequence[str], Float32s], second: tuple[Sequence[str], Float32s]
) -> TwoSpaces:
    """Return the vectors of those ``words`` that both spaces have, which are given as their words and vectors."""
    places = [{word: at for at, word in enumerate(known)} for known, _ in (first, second)]
    rows = [row for row, word in enumerate(words) if all(word in known for known in places)]
    spaces = [
        _units(np.asarray(vectors[[known[words[row]] for row in rows]], dtype=np.float32))
        for known, (_, vectors) in zip(places, (first, second), strict=True)
    ]
    return TwoSpaces(np.array(rows, dtype=np.int64), spaces[0], spaces[1])


def turned_apart(spaces: TwoSpaces, rows: Integers) -> Floats:
    """Return 1 - the cosine of each word in one space with itself in the other, turned by the 3,000 first words.

    Both spaces are centred first. A word that is not in both has none (NaN).
    """
    one, other = (_units(vectors - vectors.mean(axis=0)) for vectors in (spaces.first, spaces.second))
    left, _, right = np.linalg.svd(one[:_ANCHORS].T.astype(np.float64) @ other[:_ANCHORS])
    at = spaces.places_of(rows)
    distance: Floats = 1 - np.einsum("wd,wd->w", one[at] @ (left @ right), other[at])
    return np.where(at < 0, np.nan, distance)


def neighbours_apart(spaces: TwoSpaces, rows: Integers) -> Floats:
    """Return the share of a word's nearest neighbours in one space that are not among those in the other.

    A thousand words are near, or a tenth of all if that is less. A word that is not in both spaces has none (NaN).
    """
    at = spaces.places_of(rows)
    near = max(1, min(_NEAREST, len(spaces.rows) // _SHARE_NEAREST))
    apart = np.full(len(rows), np.nan)
    known = np.flatnonzero(at >= 0)
    for start in range(0, len(known), _ROWS_AT_ONCE):
        some = known[start : start + _ROWS_AT_ONCE]
        both = [_nearest(vectors, at[some], near) for vectors in (spaces.first, spaces.second)]
        apart[some] = [1 - len(np.intersect1d(one, other)) / near for one, other in zip(*both, strict=True)]
    return apart


def _nearest(vectors: Float32s, rows: Integers, near: int) -> Integers:
    cosines = vectors[rows] @ vectors.T
    cosines[np.arange(len(rows)), rows] = -np.inf
    found: Integers = np.argpartition(-cosines, near - 1, axis=1)[:, :near]
    return found


def _units(vectors: Float32s) -> Float32s:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    found: Float32s = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return found
