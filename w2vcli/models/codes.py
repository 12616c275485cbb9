"""The unit vectors of a model in eight bits, and their halves of four bits, which lie in two files.

**The codes of a row, by hand.** The vector (3, 4, 0, 12) has the length 13, and 12 is its largest value::

    scaled  v * 127/12                  31.75   42.333...   0    127       its length is 13 * 127/12 = 137.583
    codes   rounded                     32      42          0    127
    scale   1 / 137.583 = 0.0072683
    unit    v / 13                      0.23077 0.30769     0    0.92308
    approx  codes * scale               0.23258 0.30527     0    0.92308
    error   |scaled - codes| * scale    |(-0.25, 0.333, 0, 0)| * 0.0072683 = 0.0030285
    norm    137.583 * 12/127            13

For a question u of length 1, Cauchy and Schwarz say that ``u · unit`` and ``u · approx`` differ by ``error`` at most.
For u = (0, 0.6, 0, 0.8) they are 0.92308 and 0.92162, so the true similarity lies within 0.92162 ± 0.0030285.

**The halves of these codes.** With 128 added, a code is a byte. Its upper half is a multiple of 16, which says most::

    bytes   codes + 128                 160     170         128  255
    upper   byte // 16                  10      10          8    15
    lower   byte % 16                   0       10          0    15
    middle  16 * upper - 120            40      40          8    120       what the upper half says of the code
    upper error  |scaled - middle| * scale      |(-8.25, 2.333, -8, 7)| * 0.0072683 = 0.099262

The two halves of a file's byte are values of one row: the first and the third, the second and the fourth::

    upper.npy   10 + 16 * 8 = 138, 10 + 16 * 15 = 250
    lower.npy   0 + 16 * 0 = 0, 10 + 16 * 15 = 250

`w2vcli.queries.one_by_codes` reads the upper halves of all rows, an eighth of the bytes of the vectors.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s
from w2vcli.models.arrays import RowsFile

Bytes = npt.NDArray[np.uint8]

ADDED = 128
"""What is added to a code to make it a byte."""
MIDDLE = 120
"""What is taken from 16 times the upper half of a byte: the code in the middle of those that have it."""

_LARGEST_CODE = 127
# A float32 sum of n products is off by at most about n * eps / 2 of their sizes (Higham, Accuracy and
# Stability of Numerical Algorithms, 3.1); the norm's error adds as much.
_ROUNDING = float(np.finfo(np.float32).eps)
# Values below this lose digits in float32 when they are scaled up.
_SMALL = 1e-30


class Quantized(NamedTuple):
    """Unit vectors in eight bits: row r is about ``scales[r] * codes[r]``.

    The length of the difference is at most ``errors[r]``, rounding included, and ``upper_errors[r]`` if of each code
    only its upper half is known. Rows without direction (of zeros, or with NaN or infinity) have NaN in ``scales`` and
    in both errors.
    """

    codes: npt.NDArray[np.int8]
    scales: Float32s
    errors: Float32s
    upper_errors: Float32s
    norms: Float32s


class Halves(NamedTuple):
    """Either half of all codes (words x half of the vector_size): mapped, and its file where that can be read."""

    mapped: Bytes
    file: RowsFile | None = None

    def rows(self, start: int, stop: int, space: Bytes) -> Bytes:
        """Return some rows, which are read into ``space`` if they come from a file that can be read so."""
        if self.file is None:
            return self.mapped[start:stop]
        rows = space[: stop - start]
        self.file.read(start, rows)
        return rows


class Codes(NamedTuple):
    """The codes of a model in their two halves, with what `Quantized` says of them, and how many a row has."""

    upper: Halves
    lower: Halves
    scales: Float32s
    errors: Float32s
    upper_errors: Float32s
    norms: Float32s
    size: int

    def whole(self, start: int, stop: int) -> npt.NDArray[np.int8]:
        """Return the codes of some rows."""
        codes = np.empty((stop - start, self.size), dtype=np.int8)
        self.read_whole(start, stop, self.space(stop - start), codes)
        return codes

    def space(self, rows: int) -> Bytes:
        """Return the memory that `read_whole` needs for up to so many rows, and that it can use again."""
        return np.empty((4, rows, half_size(self.size)), dtype=np.uint8)

    def read_whole(self, start: int, stop: int, space: Bytes, into: npt.NDArray[np.int8]) -> None:
        """Write the codes of some rows into the first rows and columns of ``into``."""
        upper, lower = self.upper.rows(start, stop, space[0]), self.lower.rows(start, stop, space[1])
        _join(upper, lower, space[2:], into[: stop - start, : self.size].view(np.uint8))


def split(codes: npt.NDArray[np.int8]) -> tuple[Bytes, Bytes]:
    """Return the upper and the lower halves of codes, as the files have them."""
    as_bytes = codes.view(np.uint8) ^ np.uint8(ADDED)
    first, second = np.hsplit(as_bytes, [half_size(codes.shape[1])])
    upper: Bytes = first >> np.uint8(4)
    lower: Bytes = first & np.uint8(15)
    upper[:, : second.shape[1]] |= second & 0xF0
    lower[:, : second.shape[1]] |= second * np.uint8(16)
    return upper, lower


def joined(upper: Bytes, lower: Bytes, size: int) -> npt.NDArray[np.int8]:
    """Return the codes, ``size`` in a row, whose halves are ``upper`` and ``lower``."""
    codes = np.empty((len(upper), size), dtype=np.uint8)
    _join(upper, lower, np.empty((2, *upper.shape), dtype=np.uint8), codes)
    return codes.view(np.int8)


def _join(upper: Bytes, lower: Bytes, space: Bytes, codes: Bytes) -> None:
    """Write the bytes of ``codes``, by way of ``space``: operations on whole arrays cost less than on parts of rows."""
    first, second = np.hsplit(codes, [upper.shape[1]])
    one, other = space[:, : len(upper)]
    np.multiply(upper, 16, out=one)  # numpy shifts bytes to the left one by one
    np.bitwise_and(lower, 15, out=other)
    one |= other
    one ^= ADDED
    first[:] = one
    np.bitwise_and(upper, 0xF0, out=one)
    np.right_shift(lower, 4, out=other)
    one |= other
    one ^= ADDED
    second[:] = one[:, : second.shape[1]]


def half_size(size: int) -> int:
    """Return how many bytes have one half of each of ``size`` codes."""
    return -(-size // 2)


def quantize(vectors: Float32s) -> Quantized:
    """Return the vectors in eight bits, each row scaled so that its largest value is 127.

    The module's docstring does one row by hand.
    """
    with np.errstate(all="ignore"):
        largest = np.maximum(vectors.max(axis=1), -vectors.min(axis=1))
        # Such a row would overflow or lose digits when it is scaled. To multiply by a power of two is exact.
        if np.any(largest < _SMALL):
            vectors = np.where((largest < _SMALL)[:, None], vectors * np.float32(2.0**100), vectors)
            raised = np.where(largest < _SMALL, 2.0**-100, 1.0)
            largest = np.maximum(vectors.max(axis=1), -vectors.min(axis=1))
        else:
            raised = np.ones(1)
        scaled = vectors * (_LARGEST_CODE / largest)[:, None]
        rounded = np.rint(scaled)
        lengths = np.sqrt(np.einsum("ij,ij->i", scaled, scaled))
        scaled -= rounded
        left_out = np.sqrt(np.einsum("ij,ij->i", scaled, scaled))
        # A row of zeros has the length 0, one with NaN or infinity has none.
        has_direction = np.isfinite(lengths) & (lengths > 0)
        if not has_direction.all():
            rounded[~has_direction] = 0
        codes = rounded.astype(np.int8)
        scaled += (codes & 15) - np.float32(ADDED - MIDDLE)  # the lower halves are left out, too
        upper_left_out = np.sqrt(np.einsum("ij,ij->i", scaled, scaled))
        scales = np.where(has_direction, 1 / lengths, np.nan)
        # The bound holds for float32 arithmetic too: n products and n sums, and eight operations for scale and norm.
        rounding = _ROUNDING * (vectors.shape[1] + 8)
        norms = lengths * largest.astype(np.float64) * raised / _LARGEST_CODE
        return Quantized(
            codes,
            scales.astype(np.float32),
            (left_out * scales + rounding).astype(np.float32),
            (upper_left_out * scales * (1 + rounding) + rounding).astype(np.float32),
            np.where(largest > 0, norms, np.abs(largest)).astype(np.float32),
        )
