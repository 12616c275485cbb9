"""Vectors for words outside the vocabulary, made of their n-grams of characters, as fastText does.

Bojanowski et al. (2017), Enriching Word Vectors with Subword Information. A word between ``<`` and ``>``
has the n-grams of ``minn`` to ``maxn`` characters; the hash of each, modulo ``bucket``, is its row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from w2vcli.models.vectors import Float32s, Vectors

_FNV_OFFSET = 2166136261
_FNV_PRIME = 16777619


@dataclass(frozen=True)
class Subwords:
    """The vectors (bucket x vector_size) of n-grams of ``minn`` to ``maxn`` characters."""

    minn: int
    maxn: int
    vectors: Vectors

    def vector(self, word: str) -> Float32s | None:
        """Return the mean of the vectors of the n-grams of ``word``; None if it has none."""
        rows, [count] = self._rows([word])
        if not count:
            return None
        mean: Float32s = self.vectors[rows].mean(axis=0, dtype=np.float64).astype(np.float32)
        return mean

    def with_ngrams(self, words: Sequence[str], vectors: Float32s) -> Float32s:
        """Return for each word the mean of its own vector and those of its n-grams."""
        rows, counts = self._rows(words)
        sums = vectors.astype(np.float64)
        have = np.flatnonzero(counts)
        if have.size:
            firsts = np.concatenate([[0], np.cumsum(counts)[:-1]])
            sums[have] += np.add.reduceat(self.vectors[rows], firsts[have], axis=0, dtype=np.float64)
        mean: Float32s = (sums / (counts + 1)[:, None]).astype(np.float32)
        return mean

    def _rows(self, words: Sequence[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the rows of the n-grams of all words, and how many each word has."""
        found = [list(ngrams(word, self.minn, self.maxn)) for word in words]
        flat = [ngram.encode(errors="surrogatepass") for of_word in found for ngram in of_word]
        return _hashes(flat) % len(self.vectors), np.array([len(of_word) for of_word in found], dtype=np.int64)


def ngrams(word: str, minn: int, maxn: int) -> Iterator[str]:
    """Yield the n-grams of ``<word>``, but ``<`` and ``>`` alone, in fastText's order."""
    marked = f"<{word}>"
    last = len(marked) - 1
    for start in range(len(marked)):
        for stop in range(start + minn, min(start + maxn, len(marked)) + 1):
            if stop - start > 1 or 0 < start < last:
                yield marked[start:stop]


def _hashes(texts: Sequence[bytes]) -> npt.NDArray[np.int64]:
    """Return FNV-1a of 32 bits of each text; bytes are signed, as in fastText."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    letters = np.frombuffer(b"".join(texts), dtype=np.int8).astype(np.uint32)
    starts = np.cumsum(lengths) - lengths
    hashes = np.full(len(texts), _FNV_OFFSET, dtype=np.uint32)
    for at in range(int(lengths.max(initial=0))):
        longer = np.flatnonzero(lengths > at)
        hashes[longer] = (hashes[longer] ^ letters[starts[longer] + at]) * np.uint32(_FNV_PRIME)
    return hashes.astype(np.int64)
