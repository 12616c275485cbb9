"""How far words are from each other, as one-hot vectors and as embeddings.

Any two one-hot vectors have the distance √2 and the cosine 0, so the angle between them is 90°. Embeddings of similar
words are nearer to each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s, Floats
from w2vcli.errors import BadSettings
from w2vcli.lessons.encodings import Encoding, encode

# 1,000 words are 499,500 pairs.
MOST_COMPARED = 1000

Form = Literal["integer", "one-hot", "embedding"]


@dataclass(frozen=True)
class Comparison:
    """Two words: the distance, the cosine and the angle of their one-hot vectors, and those of their embeddings."""

    word1: str
    word2: str
    one_hot_distance: float
    one_hot_similarity: float
    one_hot_angle: float
    distance: float
    similarity: float
    angle: float


def compare_words(encoding: Encoding, embed: Callable[[Encoding], Float32s]) -> list[Comparison]:
    """Return how far the words of texts are from each other. Words out of vocabulary are left out.

    Raises
    ------
    BadSettings
        If there are more than 1,000 words.
    """
    words = [encoding.label(integer) for integer in encoding.used if integer <= encoding.vocabulary.size]
    if len(words) > MOST_COMPARED:
        raise BadSettings(f"there are {len(words):,} words to compare with each other; give at most {MOST_COMPARED:,}")
    return compare(words, embed(encode([words], encoding.vocabulary))[0])


def compare(words: Sequence[str], vectors: npt.NDArray[Any]) -> list[Comparison]:
    """Return the comparison of each two of ``words``, whose embeddings are ``vectors`` (words x vector_size)."""
    one_hots = np.eye(len(words))  # the columns of other words are 0 in all of them, and change no distance
    pairs = combinations(words, 2)
    numbers = zip(*_measures(one_hots), *_measures(vectors), strict=True)
    return [Comparison(*pair, *map(float, found)) for pair, found in zip(pairs, numbers, strict=True)]


def angles(similarities: Floats) -> Floats:
    """Return the angles in degrees, from 0 to 180, whose cosines are ``similarities``."""
    found: Floats = np.degrees(np.arccos(np.clip(similarities, -1, 1)))  # that of equal vectors may round to above 1
    return found


def _measures(vectors: npt.NDArray[Any]) -> tuple[Floats, Floats, Floats]:
    """Return the distance, the cosine and the angle of each two of ``vectors``, in the order of `combinations`."""
    distances, similarities = distances_and_similarities(vectors)
    return distances, similarities, angles(similarities)


def distances_and_similarities(vectors: npt.NDArray[Any]) -> tuple[Floats, Floats]:
    """Return the distance and the cosine of each two of ``vectors`` (rows), in the order of `combinations`.

    The cosine with a vector of zeros is NaN.
    """
    found = vectors.astype(np.float64)
    lengths = np.linalg.norm(found, axis=1)
    one, other = np.triu_indices(len(found), 1)
    with np.errstate(invalid="ignore"):
        cosines = np.einsum("ij,ij->i", found[one], found[other]) / (lengths[one] * lengths[other])
    return np.linalg.norm(found[one] - found[other], axis=1), cosines


@dataclass(frozen=True)
class ArrayFacts:
    """What is to be known of an array that texts became.

    ``vocabulary`` is how many words it has. ``unknown`` and ``padding`` are numbers of places, None of texts of ids.
    Integers have no ``numbers`` and ``zeros``. ``distance``, ``similarity`` and ``angle`` (in degrees) are the least
    and the greatest among the different words. They are None for less than two words, and for more than 1,000.
    """

    shape: list[int]
    vocabulary: int
    unknown: int | None
    padding: int | None
    numbers: int | None = None
    zeros: int | None = None
    distance: list[float] | None = None
    similarity: list[float] | None = None
    angle: list[float] | None = None

    def as_row(self) -> dict[str, Any]:
        """Return what is known, by name."""
        return {name: value for name, value in vars(self).items() if value is not None}


def describe_array(encoding: Encoding, array: npt.NDArray[Any], form: Form) -> ArrayFacts:
    """Return the facts of ``array``, which is ``encoding`` in one of its forms."""
    counts = (list(array.shape), encoding.vocabulary.size, encoding.unknown, encoding.padding)
    if form == "integer":
        return ArrayFacts(*counts)
    size, zeros = array.size, int((array == 0).sum())
    # The vector of a word stands wherever the word does. Its first place will do.
    integers, where = np.unique(encoding.integers, return_index=True)
    where = where[(integers > 0) & (integers <= encoding.vocabulary.size)]
    if not 2 <= len(where) <= MOST_COMPARED:
        return ArrayFacts(*counts, size, zeros)
    vectors = array.reshape(encoding.integers.size, -1)[where]
    if form == "one-hot":
        vectors = vectors[:, np.array(encoding.used) - 1]  # the other columns are all 0
    ranges = ([float(found.min()), float(found.max())] for found in _measures(vectors))
    return ArrayFacts(*counts, size, zeros, *ranges)
