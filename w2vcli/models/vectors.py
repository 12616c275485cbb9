"""The vectors of a model: stored in the smallest lossless dtype, always float32 in memory.

``vectors.npy`` holds float32, float16 or bfloat16. A bfloat16 is the upper half of a float32, and stored as uint16
since numpy has no such type::

    float32   0 01111100 01000000000000000000000   = 0.15625, 0x3e200000
    bfloat16  0 01111100 0100000                   = 0x3e20: what is left out is zeros, so nothing is lost

All of Google's news vectors are bfloat16, so half their bytes hold them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s
from w2vcli.background import Background
from w2vcli.models.arrays import ArrayWriter, RowsFile
from w2vcli.models.records import Dtype

# What stands in the file for each dtype; where several lose nothing, the first is taken.
STORED: dict[Dtype, str] = {"bfloat16": "<u2", "float16": "<f2", "float32": "<f4"}
# Rows that fit a processor's cache together with what is computed from them.
_BLOCK_BYTES = 1 << 21


class Vectors:
    """Mapped vectors (words x vector_size), of which indexing with rows or a slice gives float32.

    ``stored`` is the array as it is in the ``file``, if there is one. ``dtype`` says what its numbers are.
    """

    def __init__(self, stored: npt.NDArray[Any], dtype: Dtype, file: RowsFile | None = None) -> None:
        self.stored = stored
        self.dtype = dtype
        self._file = file

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of words and of values in a row."""
        words, vector_size = self.stored.shape
        return words, vector_size

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice | Sequence[int] | npt.NDArray[np.integer[Any]]) -> Float32s:
        return decode(self.stored[rows], self.dtype)

    def at(self, rows: Sequence[int] | npt.NDArray[np.integer[Any]]) -> Float32s:
        """Return some rows that lie far apart, without what lies around them in the file."""
        if self._file is None:
            return self[rows]
        stored = np.empty((len(rows), self.shape[1]), dtype=self.stored.dtype)
        self._file.read_scattered(rows, stored)
        return decode(stored, self.dtype)

    def blocks(self, stop: int | None = None) -> Iterator[tuple[int, Float32s]]:
        """Yield the rows up to ``stop`` in blocks, each with its first row, which counts from 0."""
        words, vector_size = self.shape
        end = words if stop is None else min(stop, words)
        step = rows_a_block(vector_size)
        for start in range(0, end, step):
            yield start, self[start : min(start + step, end)]


class VectorsWriter:
    """Writes ``vectors.npy`` in pieces, in the smallest type that holds all of them without loss.

    It begins with the smallest. When a piece does not fit, the file is written again in the next one that fits all.
    ``dtype`` and ``sha256``, see `ArrayWriter`, are known when it is closed.
    """

    def __init__(self, path: Path, vector_size: int, expected: int | None = None) -> None:
        self._path = path
        self._vector_size = vector_size
        self._expected = expected
        self._background = Background()
        self._possible = list(STORED)
        self.dtype = self._possible[0]
        self._writer = self._open(self.dtype)

    def append(self, vectors: Float32s) -> None:
        """Write more rows, soon: nobody may change them from now on."""
        self._background.call(self._write, np.ascontiguousarray(vectors, dtype="<f4"), vectors.nbytes)

    def close(self) -> None:
        """Finish the file."""
        try:
            self._background.finish()
        finally:
            self._writer.close()

    @property
    def sha256(self) -> str | None:
        """The hash of the file once it is closed, None where it is not known."""
        return self._writer.sha256

    def _open(self, dtype: Dtype) -> ArrayWriter:
        """Begin the file."""
        return ArrayWriter(self._path, STORED[dtype], (self._vector_size,), self._expected)

    def _write(self, vectors: Float32s) -> None:
        """Write rows that lie one behind the other."""
        self._possible = [dtype for dtype in self._possible if is_lossless(vectors, dtype)]
        if self.dtype != self._possible[0]:
            self._rewrite(self._possible[0])
        self._writer.append(_encode(vectors, self.dtype))

    def _rewrite(self, dtype: Dtype) -> None:
        """Go on in another type, with what is written so far in that type too."""
        self._writer.close()
        rows = self._writer.rows
        narrow = self._path.with_name(f"{self._path.name}.narrow")
        self._path.rename(narrow)
        self._writer = self._open(dtype)
        if rows:  # which cannot be mapped if there are none
            for _, block in Vectors(np.load(narrow, mmap_mode="r"), self.dtype).blocks():
                self._writer.append(_encode(block, dtype))
            del block  # Windows removes no file that is mapped
        narrow.unlink()
        self.dtype = dtype


def rows_a_block(vector_size: int) -> int:
    """Return how many rows to take at a time, so that a block stays in a processor's cache."""
    return max(1, _BLOCK_BYTES // (4 * vector_size))


def decode(stored: npt.NDArray[Any], dtype: str) -> Float32s:
    """Return as float32 what was stored as ``dtype``."""
    if dtype == "bfloat16":
        widened: npt.NDArray[np.uint32] = np.left_shift(stored, 16, dtype=np.uint32)
        return widened.view(np.float32)
    return stored.astype(np.float32, copy=False)


def _encode(vectors: Float32s, dtype: Dtype) -> npt.NDArray[Any]:
    """Return float32 vectors as they are stored as ``dtype``. Those that do not fit lose digits."""
    if dtype == "bfloat16":
        narrow = np.empty(vectors.shape, dtype="<u2")
        np.right_shift(vectors.view(np.uint32), 16, out=narrow, casting="unsafe")
        return narrow
    with np.errstate(over="ignore"):
        return vectors.astype(STORED[dtype], copy=False)


def is_lossless(vectors: Float32s, dtype: Dtype) -> bool:
    """Tell whether ``vectors`` stored as ``dtype`` come back bit for bit.

    NaN and infinity count too: a NaN has bits that a smaller type may not hold.
    """
    if dtype == "float32":
        return True
    bits = vectors.view(np.uint32)
    if dtype == "bfloat16":
        return not int(np.bitwise_or.reduce(bits, axis=None)) & 0xFFFF
    return bool(np.array_equal(decode(_encode(vectors, dtype), dtype).view(np.uint32), bits))


def count_not_numbers(vectors: Float32s) -> int:
    """Return how many rows have NaN or infinity among their values."""
    with np.errstate(invalid="ignore"):  # a NaN may be of the kind that signals
        if not vectors.size or np.isfinite([vectors.min(), vectors.max()]).all():  # without a mark for each value
            return 0
    return int(np.count_nonzero(~np.isfinite(vectors).all(axis=1)))
