"""fastText's ``.bin``: settings, dictionary, and one matrix of the vectors of words and of n-grams.

As ``FastText::saveModel``, ``Args::save`` and ``Dictionary::save`` of fastText, version 12, write it::

    magic 793712314, version 12     two int32
    settings                        twelve int32 and a double, see `_Args`
    sizes of the dictionary         words and labels, words, labels, tokens, pruned n-grams
    each word                       its bytes, a zero, its count as int64, 0 for a word or 1 for a label
    is it quantized?                one byte, which must be 0
    rows, columns                   two int64: words + bucket, vector_size
    the matrix                      float32: first the words, then the n-grams by their hash

The vector that fastText gives for a word is the mean of its own row and of those of its n-grams. So is what is read.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.errors import DamagedInput
from w2vcli.inputs import InputFile
from w2vcli.models.formats.blocks import (
    MAX_WORD_BYTES,
    Block,
    ReadOptions,
    RowStream,
    block_rows,
    decode_words,
    plain_path,
    require_vector_size,
    rows_to_read,
)
from w2vcli.models.subwords import Subwords
from w2vcli.models.vectors import Vectors

MAGIC = struct.pack("<i", 793712314)
_VERSION = 12
_END_OF_SENTENCE = "</s>"  # fastText gives it no n-grams
_LONGEST_NGRAM = 1000
_COUNT_AND_KIND = struct.calcsize("<qb")
_WORDS_AT_ONCE = 512  # each with some tens of n-grams


class _Args(NamedTuple):
    """fastText's settings in the order of the file.

    Of them ``dim`` is the vector_size, ``bucket`` how many rows of n-grams there are, and ``minn`` and ``maxn`` their
    lengths. The others are of the training and not used.
    """

    dim: int
    ws: int
    epoch: int
    min_count: int
    neg: int
    word_ngrams: int
    loss: int
    model: int
    bucket: int
    minn: int
    maxn: int
    lr_update_rate: int
    sample: float


@dataclass(frozen=True)
class _Dictionary:
    """The words as bytes, in row order, and how often each was seen."""

    words: list[bytes]
    counts: npt.NDArray[np.int64]


def read_fasttext(file: InputFile, reading: ReadOptions) -> RowStream:
    """Return the rows of an open fastText model, each word's vector with those of its n-grams in it.

    Raises
    ------
    DamagedInput
        If it is of another version, a classifier, quantized or damaged.
    """
    with open(plain_path(file), "rb") as raw:
        # Mapped, since a model with two million n-grams may be larger than memory.
        data = mmap.mmap(raw.fileno(), 0, access=mmap.ACCESS_READ)
    fields = _Fields(data, file.name)
    _magic, version = fields.take("<2i")
    if version != _VERSION:
        raise DamagedInput(f"{file.name}: fastText's format version {version}; only {_VERSION} is read")
    args = _Args(*fields.take("<12id"))
    require_vector_size(args.dim, file.name)
    dictionary = _read_dictionary(fields)
    matrix = _read_matrix(fields, args, len(dictionary.words))
    ngram_vectors = matrix[len(dictionary.words) :]
    subwords = None
    if args.maxn >= max(args.minn, 1) and len(ngram_vectors):  # a maxn of 0 switches n-grams off, whatever minn is
        subwords = Subwords(args.minn, args.maxn, Vectors(ngram_vectors, "float32"))

    def blocks() -> Iterator[Block]:
        stop = rows_to_read(len(dictionary.words), reading)
        step = min(_WORDS_AT_ONCE, block_rows(args.dim))
        for start in range(0, stop, step):
            raws = dictionary.words[start : min(start + step, stop)]
            words = decode_words(raws, reading, partial(_place_of_word, file.name, start))
            own = np.asarray(matrix[start : start + len(words)], dtype=np.float32)
            vectors = own
            if subwords is not None:
                vectors = subwords.with_ngrams(words, own)
                # fastText returns the own vector of this one alone.
                for at in [at for at, word in enumerate(words) if word == _END_OF_SENTENCE]:
                    vectors[at] = own[at]
            yield Block(words, vectors, dictionary.counts[start : start + len(words)])

    return RowStream(args.dim, len(dictionary.words), blocks, subwords)


def _place_of_word(name: str, start: int, at: int) -> str:
    """Return how a message calls the word number ``at`` of those that begin with number ``start``."""
    return f"{name}, word {start + at + 1:,}"


class _Fields:
    """Takes numbers and words from the bytes of a file, one after the other."""

    def __init__(self, data: mmap.mmap, name: str) -> None:
        self.data = data
        self.name = name
        self.at = 0

    def take(self, layout: str) -> tuple[int, ...]:
        """Return the next numbers, which lie as ``layout`` says in the words of `struct`."""
        try:
            found = struct.unpack_from(layout, self.data, self.at)
        except struct.error as error:
            raise self._ended() from error
        self.at += struct.calcsize(layout)
        return found

    def take_words(self, count: int) -> _Dictionary:
        """Return the next words, each with a zero, its count and its kind behind it."""
        words, ends, at, size = [], [], self.at, len(self.data)
        for _ in range(count):
            end = self.data.find(b"\0", at, at + MAX_WORD_BYTES)
            if end < 0:
                raise DamagedInput(f"{self.name}: a word of the dictionary has no end; the file is damaged")
            words.append(self.data[at:end])
            ends.append(end)
            at = end + 1 + _COUNT_AND_KIND
            if at > size:
                raise self._ended()
        self.at = at
        if not words:
            return _Dictionary([], np.zeros(0, dtype=np.int64))
        # A view of the data with a number at every byte, of which numpy takes those behind the words.
        numbers = np.ndarray((size - 7,), "<i8", self.data, strides=(1,))
        return _Dictionary(words, numbers[np.array(ends) + 1].astype(np.int64, copy=False))

    def _ended(self) -> DamagedInput:
        """Return what tells that the file ends too early."""
        return DamagedInput(f"{self.name}: the file ends within its dictionary or settings")


def _read_dictionary(fields: _Fields) -> _Dictionary:
    """Return the words with their counts. Labels and pruned dictionaries are refused."""
    size, words, labels, _tokens, pruned = fields.take("<3i2q")
    if size != words + labels or words < 0 or labels < 0:
        raise DamagedInput(f"{fields.name}: {size:,} entries are not {words:,} words and {labels:,} labels")
    if labels or pruned > 0:
        raise DamagedInput(f"{fields.name} is a fastText classifier or is pruned; only models of word vectors are read")
    return fields.take_words(words)


def _read_matrix(fields: _Fields, args: _Args, words: int) -> npt.NDArray[np.float32]:
    """Return the vectors of words and those of n-grams, mapped."""
    (quantized,) = fields.take("<?")
    if quantized:
        raise DamagedInput(f"{fields.name} is quantized (.ftz); only models with all their values are read")
    rows, dim = fields.take("<2q")
    fits = dim == args.dim and rows == words + args.bucket and args.bucket >= 0
    if not fits or args.minn < 0 or not 0 <= args.maxn <= _LONGEST_NGRAM:
        raise DamagedInput(
            f"{fields.name}: a matrix of {rows:,} x {dim:,} does not fit {words:,} words, {args.bucket:,} buckets "
            f"and {args.dim:,} values (n-grams of {args.minn} to {args.maxn})"
        )
    if fields.at + 4 * rows * dim > len(fields.data):
        raise DamagedInput(
            f"{fields.name}: {rows:,} x {dim:,} values are promised, the file ends after "
            f"{(len(fields.data) - fields.at) // (4 * dim):,} rows"
        )
    return np.frombuffer(fields.data, "<f4", rows * dim, fields.at).reshape(rows, dim)
