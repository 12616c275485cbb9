"""Vectors for words outside the vocabulary, made of their n-grams of characters, as fastText does.

Bojanowski et al. (2017), Enriching Word Vectors with Subword Information. With 3 to 4 characters, *cat* is marked as
``<cat>`` and has the n-grams ``<ca <cat cat cat> at>``. The hash of each, modulo ``bucket``, is its row in the
vectors of n-grams. The vector of the word is the mean of these rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s
from w2vcli.models.vectors import Vectors

_FNV_OFFSET = 2166136261
_FNV_PRIME = 16777619
_NGRAMS_AT_ONCE = 1 << 13  # so that a word of 60,000 characters takes no more memory than others


@dataclass(frozen=True)
class Subwords:
    """The vectors (bucket x vector_size) of n-grams of ``min_n`` to ``max_n`` characters."""

    min_n: int
    max_n: int
    vectors: Vectors

    def vector(self, word: str) -> Float32s | None:
        """Return the mean of the vectors of the n-grams of ``word``, or None if it has none."""
        [total], [count] = self._sums([word])
        if not count:
            return None
        with np.errstate(invalid="ignore"):
            mean: Float32s = (total / count).astype(np.float32)
        return mean

    def with_ngrams(self, words: Sequence[str], vectors: Float32s) -> Float32s:
        """Return for each word the mean of its own vector and those of its n-grams."""
        sums, counts = self._sums(words)
        with np.errstate(invalid="ignore"):
            mean: Float32s = ((sums + vectors) / (counts + 1)[:, None]).astype(np.float32)
        return mean

    def _sums(self, words: Sequence[str]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
        """Return for each word the sum of the vectors of its n-grams, and how many it has."""
        sums = np.zeros((len(words), self.vectors.shape[1]))
        counts = np.zeros(len(words), dtype=np.int64)
        for owners, lengths, rows in _pieces(words, self.min_n, self.max_n, len(self.vectors)):
            # The n-grams of all words lie one after the other: reduceat sums each word's own.
            firsts = np.cumsum([0, *lengths[:-1]])
            with np.errstate(invalid="ignore"):  # NaN and infinity are told by whoever reads them
                sums[owners] += np.add.reduceat(self.vectors[rows], firsts, axis=0, dtype=np.float64)
            counts[owners] += lengths
        return sums, counts


def ngram_rows(
    words: Sequence[str], min_n: int, max_n: int, bucket: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Return the rows of the n-grams of words among ``bucket`` vectors.

    Those of word ``i`` are ``rows[starts[i]:starts[i + 1]]``, in fastText's order.
    """
    counts, pieces = np.zeros(len(words) + 1, dtype=np.int64), [np.zeros(0, dtype=np.int32)]
    for owners, lengths, rows in _pieces(words, min_n, max_n, bucket):
        counts[1:][owners] += lengths
        pieces.append(rows.astype(np.int32))
    return np.cumsum(counts), np.concatenate(pieces)


def _pieces(
    words: Sequence[str], min_n: int, max_n: int, bucket: int
) -> Iterator[tuple[list[int], list[int], npt.NDArray[np.int64]]]:
    """Yield the rows of n-grams, about 8,192 at a time.

    Each time: which of the ``words`` they are of, how many are of each, and the rows.
    """
    first, some, most = 0, list[str](), 0
    for at, word in enumerate(words):
        size = len(word) + 2
        most_of_word = size * min(size, max_n)
        if some and most + most_of_word > _NGRAMS_AT_ONCE:
            yield from _of_short_words(first, some, min_n, max_n, bucket)
            some, most = [], 0
        if most_of_word > _NGRAMS_AT_ONCE:
            yield from _of_long_word(at, word, min_n, max_n, bucket)
            continue
        first = first if some else at
        some.append(word)
        most += most_of_word
    if some:
        yield from _of_short_words(first, some, min_n, max_n, bucket)


def _of_short_words(
    first: int, words: Sequence[str], min_n: int, max_n: int, bucket: int
) -> Iterator[tuple[list[int], list[int], npt.NDArray[np.int64]]]:
    """Yield what `_pieces` does of all these words, the first of which has the number ``first``."""
    hashes, counts = _hashes_of_ngrams(words, min_n, max_n)
    owners = np.flatnonzero(counts)
    if len(owners):
        yield (owners + first).tolist(), counts[owners].tolist(), hashes % bucket


def _of_long_word(
    at: int, word: str, min_n: int, max_n: int, bucket: int
) -> Iterator[tuple[list[int], list[int], npt.NDArray[np.int64]]]:
    """Yield what `_pieces` does of one word, some n-grams after the other."""
    of_word = ngrams(word, min_n, max_n)
    while some := list(islice(of_word, _NGRAMS_AT_ONCE)):
        yield [at], [len(some)], _hashes([ngram.encode(errors="surrogatepass") for ngram in some]) % bucket


def ngrams(word: str, min_n: int, max_n: int) -> Iterator[str]:
    """Yield the n-grams of ``<word>`` in fastText's order: by where they begin, then by length.

    ``<`` and ``>`` alone are none, so a ``min_n`` of 0 is taken for 1.
    """
    marked = f"<{word}>"
    last = len(marked) - 1
    for start in range(len(marked)):
        for stop in range(start + max(min_n, 1), min(start + max_n, len(marked)) + 1):
            if stop - start > 1 or 0 < start < last:
                yield marked[start:stop]


def _hashes(texts: Sequence[bytes]) -> npt.NDArray[np.int64]:
    """Return FNV-1a of 32 bits of each text, all texts at once.

    Bytes are signed, as in fastText: of a Korean letter each byte is negative, and widens to 32 bits of ones.
    """
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    letters = np.frombuffer(b"".join(texts), dtype=np.int8).astype(np.uint32)
    starts = np.cumsum(lengths) - lengths
    hashes = np.full(len(texts), _FNV_OFFSET, dtype=np.uint32)
    # Step by step over the positions in the texts, at each over all texts that are long enough.
    for at in range(int(lengths.max(initial=0))):
        longer = np.flatnonzero(lengths > at)
        hashes[longer] = (hashes[longer] ^ letters[starts[longer] + at]) * np.uint32(_FNV_PRIME)
    return hashes.astype(np.int64)


def _hashes_of_ngrams(
    words: Sequence[str], min_n: int, max_n: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return what `_hashes` does of the n-grams of all ``words``, in the order of `ngrams`, and how many each has.

    An n-gram begins with the one that is a character shorter, and so does its hash. So each step goes on by one
    character, from all characters of the words at once.
    """
    lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words)) + 2
    data = "".join([f"<{word}>" for word in words]).encode(errors="surrogatepass")
    signed = np.frombuffer(data, dtype=np.int8)
    letters = signed.astype(np.uint32)
    begins = np.flatnonzero(signed.view(np.uint8) & 0xC0 != 0x80)  # of characters: the other bytes go on with one
    widths = np.diff(begins, append=len(data))
    ends = np.cumsum(lengths)
    left = np.repeat(ends, lengths) - np.arange(len(begins))  # characters from here to the end of the word
    longest = min(max_n, int(lengths.max(initial=0)))
    table = np.full((len(begins), max(longest, 0)), _FNV_OFFSET, dtype=np.uint32)
    for size in range(longest):
        starts = np.flatnonzero(left > size)
        hashes = table[starts, max(size - 1, 0)]
        added = starts + size
        for byte in range(int(widths[added].max(initial=0))):
            wider = np.flatnonzero(widths[added] > byte)
            hashes[wider] = (hashes[wider] ^ letters[begins[added[wider]] + byte]) * np.uint32(_FNV_PRIME)
        table[starts, size] = hashes
    sizes = np.arange(1, table.shape[1] + 1)
    is_one = (sizes >= min_n) & (sizes <= left[:, None])
    is_one[ends - 1, :1] = is_one[ends - lengths, :1] = False  # "<" and ">" alone
    counts = np.add.reduceat(is_one.sum(axis=1), ends - lengths)
    return table[is_one].astype(np.int64), counts
