"""How the rows of a word2vec binary file lie: by which type of numbers its words come where words should be.

The format names no type and no byte order, and a blank ends a word: so what some programs write can be read only by
trying. A reading is right where words are text and values are such as vectors have.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.errors import DamagedInput
from w2vcli.inputs import HEAD_BYTES
from w2vcli.models.formats.blocks import Header

_MOST_ROWS = 50
_LEAST_VALUES = 30  # fewer may look by chance like those of another type
_LONGEST_WORD = 1000
_MOST_BLANKS_BYTES = 200
# Numbers read from a wrong place have any exponent, those of vectors have not; a vector may still have some.
_SMALLEST, _LARGEST = 1e-12, 1e8
_STILL_POSSIBLE = 1e-20, 1e15
_USUAL = "<f4"
_OTHERS = {"<f8": "float64", ">f4": "big-endian float32", ">f8": "big-endian float64", "<f2": "float16"}
_WIDEST_TRIED = 2048
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")


class Walk(NamedTuple):
    """The first rows of a file by some reading.

    How many there are and what share has words. Their values. Whether they end where the file does.
    """

    rows: int
    words: float
    values: npt.NDArray[np.float64]
    ends: bool

    def is_possible(self) -> bool:
        """Tell whether most rows are such as vectors may be."""
        return self.words > 0.8 and self.ends and _share_between(self.values, *_STILL_POSSIBLE) > 0.8

    def is_right(self) -> bool:
        """Tell whether all rows are such as vectors are, which cannot be by chance."""
        enough = self.values.size >= _LEAST_VALUES and 2 * np.unique(self.values).size > self.values.size
        return self.words == 1 and self.ends and enough and _share_of_usual(self.values) == 1


def dtype_of_values(head: bytes, header: Header, name: str) -> str:
    """Return numpy's name of the type of the values after a header. ``head`` is what follows it.

    Raises
    ------
    DamagedInput
        If rows have another number of values than the header says.
    """
    usual = _walk(head, header, _USUAL)
    if usual.is_possible():
        return _USUAL
    for dtype in _OTHERS:
        if _walk(head, header, dtype).is_right():
            return dtype
    if usual.words < 1 and usual.rows > 1:
        for vector_size in range(1, _WIDEST_TRIED):
            other = _walk(head, Header(header.rows, vector_size), _USUAL)
            if other.is_right() and other.rows > 2:
                raise DamagedInput(
                    f"{name}: line 1 says that rows have {header.vector_size:,} values, they seem to have "
                    f"{vector_size:,}; the header is wrong or the file is damaged"
                )
    return _USUAL


def name_of_type(dtype: str) -> str | None:
    """Return how a type is called, None for the usual one."""
    return _OTHERS.get(dtype)


def word_with_blanks(data: bytes, start: int, vector_size: int, dtype: str) -> int | None:
    """Return where the blank is that ends the word at ``start`` if it is a later one than the first.

    None if no later blank has better values after it, and a word behind them or the end of ``data``.
    """
    row_bytes = np.dtype(dtype).itemsize * vector_size
    blank = data.find(b" ", start)
    while 0 <= (blank := data.find(b" ", blank + 1)) <= start + _MOST_BLANKS_BYTES:
        end = blank + 1 + row_bytes
        if not is_word(data[start:blank]) or end > len(data):
            return None
        after = without_line_end(data[end : end + _LONGEST_WORD])
        values = np.frombuffer(data, dtype, vector_size, blank + 1)
        if _share_of_usual(values) == 1 and (not after or is_word(after.partition(b" ")[0])):
            return blank
    return None


def is_word(raw: bytes) -> bool:
    """Tell whether bytes are a word in UTF-8 without control characters. A newline may stand before it."""
    raw = without_line_end(raw)
    return 0 < len(raw) <= _LONGEST_WORD and not _CONTROL.search(raw) and is_utf8(raw)


def is_utf8(raw: bytes) -> bool:
    """Tell whether bytes are text in UTF-8."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def without_line_end(raw: bytes) -> bytes:
    """Return a word without the end of a line that some programs write after the row before it."""
    return raw[2:] if raw.startswith(b"\r\n") else raw.lstrip(b"\n")


def has_control_characters(raw: bytes) -> bool:
    """Tell whether there are control characters in a word."""
    return bool(_CONTROL.search(raw))


def odd_rows(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.intp]:
    """Return the rows that vectors hardly have: with very large values or NaN, or with very small ones alone."""
    rows = np.arange(len(vectors))
    # Most blocks have no large value, and then only rows that begin with a small one may be odd.
    if vectors.size and vectors.max() <= _LARGEST and vectors.min() >= -_LARGEST:
        rows = np.flatnonzero(np.abs(vectors[:, 0]) < _SMALLEST)
    largest = np.abs(vectors[rows]).max(axis=1)
    odd: npt.NDArray[np.intp] = rows[~(largest <= _LARGEST) | ((largest < _SMALLEST) & (largest > 0))]
    return odd


def _walk(head: bytes, header: Header, dtype: str) -> Walk:
    """Read the first rows by one reading: as ``dtype``, from where the header ends."""
    row_bytes = np.dtype(dtype).itemsize * header.vector_size
    whole = len(head) < HEAD_BYTES - 100  # a header has been taken from it
    at = words = 0
    values: list[npt.NDArray[np.floating]] = []
    ends = None
    while len(values) < min(header.rows, _MOST_ROWS):
        blank = head.find(b" ", at, at + _LONGEST_WORD)
        if blank < 0 or blank + 1 + row_bytes > len(head):
            ends = not whole and len(head) - at < _LONGEST_WORD + row_bytes
            break
        values.append(np.frombuffer(head, dtype, header.vector_size, blank + 1))
        words += is_word(head[at:blank])
        at = blank + 1 + row_bytes
    rows = len(values)
    if ends is None:
        ends = rows < header.rows or not whole or not head[at : at + _LONGEST_WORD].strip()
    with np.errstate(invalid="ignore"):  # numbers from a wrong place may be NaN of the kind that signals
        table = np.concatenate([np.zeros(0), *values]).astype(np.float64)
    return Walk(rows, words / max(rows, 1), table, ends)


def _share_of_usual(values: npt.NDArray[np.floating]) -> float:
    """Return the share of values that vectors usually have."""
    return _share_between(values, _SMALLEST, _LARGEST)


def _share_between(values: npt.NDArray[np.floating], smallest: float, largest: float) -> float:
    """Return the share of values that are 0 or between two sizes, or 1 if there are none."""
    with np.errstate(invalid="ignore"):
        size = np.abs(values.astype(np.float64))
    return float(np.mean((size == 0) | ((size >= smallest) & (size <= largest)))) if size.size else 1.0
