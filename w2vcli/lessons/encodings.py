"""Texts as numbers: one-hot vectors, integers, embeddings; all texts padded to one length.

0 stands for padding, ``n`` for the word ``n`` of the vocabulary, counted from 1, and the number behind the last one
for a word that the vocabulary does not have.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s, Floats, Integers
from w2vcli.errors import BadSettings
from w2vcli.models.directory import Model

PADDING, UNKNOWN = "<PAD>", "<UNK>"

# More numbers than this are no lesson, but a full disk.
_MOST_NUMBERS = 1 << 31


@dataclass(frozen=True)
class OneHotVocabulary:
    """Words in an order: ``number`` gives the place of one from 0, or None; ``word`` the one at a place.

    ``is_own`` says that these are the words of the encoded texts, so that none can be unknown.
    """

    size: int
    number: Callable[[str], int | None]
    word: Callable[[int], str]
    is_own: bool = False


def vocabulary_of(words: Sequence[str], *, is_own: bool = False) -> OneHotVocabulary:
    """Return the vocabulary of ``words`` in their order; of one that comes twice, the first place counts."""
    distinct = list(dict.fromkeys(words))
    numbers = {word: number for number, word in enumerate(distinct)}
    return OneHotVocabulary(len(distinct), numbers.get, distinct.__getitem__, is_own)


def own_vocabulary(texts: Sequence[Sequence[str]]) -> OneHotVocabulary:
    """Return the vocabulary of the words of ``texts``, sorted."""
    return vocabulary_of(sorted({word for text in texts for word in text}), is_own=True)


def vocabulary_of_model(model: Model) -> OneHotVocabulary:
    """Return the vocabulary of a model, in row order."""
    return OneHotVocabulary(model.facts.words, model.words.row, model.words.__getitem__)


@dataclass(frozen=True)
class Encoding:
    """Texts as ``integers`` (texts x length) of the words of ``vocabulary``; ``tokens`` are their words, padded."""

    vocabulary: OneHotVocabulary
    tokens: list[list[str]]
    integers: Integers

    @property
    def columns(self) -> int:
        """How many numbers a one-hot vector has: one for each word, and one for unknown ones if there can be any."""
        return self.vocabulary.size + (not self.vocabulary.is_own)

    @property
    def used(self) -> list[int]:
        """The numbers of the words that come, in order."""
        return [int(integer) for integer in np.unique(self.integers) if integer]

    @property
    def unknown(self) -> int:
        """How many words the vocabulary does not have."""
        return int((self.integers > self.vocabulary.size).sum())

    @property
    def padding(self) -> int:
        """How many places are padding."""
        return int((self.integers == 0).sum())

    def label(self, integer: int) -> str:
        """Return the word of a number of `integers`."""
        if integer == 0:
            return PADDING
        return UNKNOWN if integer > self.vocabulary.size else self.vocabulary.word(integer - 1)


def encode(
    texts: Sequence[Sequence[str]], vocabulary: OneHotVocabulary, length: int | None = None, *, pad_before: bool = False
) -> Encoding:
    """Return the numbers of ``texts``, which are cut or padded to ``length``, that of the longest if None."""
    width = max(map(len, texts), default=0) if length is None else length
    tokens, integers = [], np.zeros((len(texts), width), dtype=np.int64)
    for at, text in enumerate(texts):
        kept = list(text[:width])
        numbers = [vocabulary.number(word) for word in kept]
        place = slice(width - len(kept), width) if pad_before else slice(0, len(kept))
        integers[at, place] = [vocabulary.size + 1 if number is None else number + 1 for number in numbers]
        missing = [PADDING] * (width - len(kept))
        tokens.append([*missing, *kept] if pad_before else [*kept, *missing])
    return Encoding(vocabulary, tokens, integers)


def one_hot(encoding: Encoding) -> npt.NDArray[np.uint8]:
    """Return one-hot vectors (texts x length x columns): 1 in the column of the word; padding is all zeros.

    Raises
    ------
    BadSettings
        If that is too large to be held.
    """
    size = encoding.integers.size * encoding.columns
    if size > _MOST_NUMBERS:
        raise BadSettings(f"one-hot vectors would be {size:,} numbers; write --as integer, which hold the same")
    found = np.zeros((*encoding.integers.shape, encoding.columns), dtype=np.uint8)
    texts, places = np.nonzero(encoding.integers)
    found[texts, places, encoding.integers[texts, places] - 1] = 1
    return found


def embed(
    encoding: Encoding, vectors: Callable[[Integers], Float32s], unknown: Callable[[str], Float32s | None]
) -> Float32s:
    """Return the vector of each word (texts x length x size); padding is zeros.

    ``vectors`` gives those (numbers x size) of the words at places of the vocabulary, from 0; ``unknown`` that of
    a word that it does not have, or None, which becomes zeros.
    """
    distinct, where = np.unique(encoding.integers, return_inverse=True)
    is_known = (distinct > 0) & (distinct <= encoding.vocabulary.size)
    of_known = vectors(distinct[is_known] - 1)
    table = np.zeros((len(distinct), of_known.shape[1]), dtype=np.float32)
    table[is_known] = of_known
    found: Float32s = table[where.reshape(encoding.integers.shape)]
    for text, place in np.argwhere(encoding.integers > encoding.vocabulary.size).tolist():
        vector = unknown(encoding.tokens[text][place])
        if vector is not None:
            found[text, place] = vector
    return found


def untrained_vectors(words: int, vector_size: int, seed: int) -> Float32s:
    """Return vectors (words x vector_size) as word2vec.c begins with them: even between -0.5 and 0.5, over the size."""
    rng = np.random.default_rng(seed)
    return ((rng.random((words, vector_size), dtype=np.float32) - 0.5) / vector_size).astype(np.float32)


@dataclass(frozen=True)
class Comparison:
    """How far two words are from each other, and the cosine of their vectors: as one-hot vectors, as embeddings."""

    word1: str
    word2: str
    one_hot_distance: float
    one_hot_similarity: float
    distance: float
    similarity: float


def compare(words: Sequence[str], vectors: npt.NDArray[Any]) -> list[Comparison]:
    """Return what tells each two of ``words`` apart; ``vectors`` (words x size) are their embeddings."""
    one_hots = np.eye(len(words))  # in the columns of other words they are all 0
    pairs = combinations(words, 2)
    numbers = zip(*distances_and_similarities(one_hots), *distances_and_similarities(vectors), strict=True)
    return [Comparison(*pair, *map(float, found)) for pair, found in zip(pairs, numbers, strict=True)]


def distances_and_similarities(vectors: npt.NDArray[Any]) -> tuple[Floats, Floats]:
    """Return the distance of each two of ``vectors`` (rows), and their cosine, which is NaN with one of zeros."""
    found = vectors.astype(np.float64)
    lengths = np.linalg.norm(found, axis=1)
    one, other = np.triu_indices(len(found), 1)
    with np.errstate(invalid="ignore"):
        cosines = np.einsum("ij,ij->i", found[one], found[other]) / (lengths[one] * lengths[other])
    return np.linalg.norm(found[one] - found[other], axis=1), cosines
