"""How the rows of a word2vec binary file lie: by which type of numbers its words come where words should be.

The format names no type and no byte order, and a blank ends a word: so what some programs write can be read only by
trying. A reading is right where words are text and values are such as vectors have.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.compression import HEAD_BYTES
from w2vcli.errors import DamagedInput
from w2vcli.models.formats.rows import Header

_MOST_ROWS = 50
_LEAST_VALUES = 30  # fewer may look by chance like those of another type
_LONGEST_WORD = 1000
_MOST_BLANKS_BYTES = 200
# Numbers read from a wrong place have any exponent, those of vectors have not.
_SMALLEST, _LARGEST = 1e-12, 1e8
_USUAL = "<f4"
_OTHERS = {"<f8": "float64", ">f4": "big-endian float32", ">f8": "big-endian float64", "<f2": "float16"}
_WIDEST_TRIED = 2048
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")


class Walk(NamedTuple):
    """The first rows of a file by some reading: how many, what share is right, whether they end where the file does."""

    rows: int
    right: float
    ends: bool


def dtype_of_values(head: bytes, header: Header, name: str) -> str:
    """Return numpy's name of the type of the values after a header; ``head`` is what follows it.

    Raises
    ------
    DamagedInput
        If rows have another number of values than the header says.
    """
    usual = _walk(head, header, _USUAL)
    if usual.right > 0.8 and usual.ends:
        return _USUAL
    for dtype in _OTHERS:
        other = _walk(head, header, dtype)
        if other.right == 1 and other.ends and other.rows * header.vector_size >= _LEAST_VALUES:
            return dtype
    if usual.right < 0.5 and usual.rows > 1:
        for vector_size in range(1, _WIDEST_TRIED):
            other = _walk(head, Header(header.rows, vector_size), _USUAL)
            if other.right == 1 and other.rows > 2:
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
        after = data[end : end + _LONGEST_WORD].lstrip(b"\n")
        values = np.frombuffer(data, dtype, vector_size, blank + 1)
        if _share_of_usual(values) == 1 and (not after or is_word(after.partition(b" ")[0])):
            return blank
    return None


def is_word(raw: bytes) -> bool:
    """Tell whether bytes are a word in UTF-8 without control characters; a newline may stand before it."""
    raw = raw.lstrip(b"\n")
    return 0 < len(raw) <= _LONGEST_WORD and not _CONTROL.search(raw) and is_utf8(raw)


def is_utf8(raw: bytes) -> bool:
    """Tell whether bytes are text in UTF-8."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def has_control_characters(raw: bytes) -> bool:
    """Tell whether there are control characters in a word, apart from newlines before it."""
    return bool(_CONTROL.search(raw.lstrip(b"\n")))


def odd_rows(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.intp]:
    """Return the rows that vectors hardly have: with very large values or NaN, or with very small ones alone."""
    largest = np.abs(vectors).max(axis=1)
    return np.flatnonzero(~(largest <= _LARGEST) | ((largest < _SMALLEST) & (largest > 0)))


def _walk(head: bytes, header: Header, dtype: str) -> Walk:
    row_bytes = np.dtype(dtype).itemsize * header.vector_size
    at = rows = right = 0
    whole = len(head) < HEAD_BYTES - 100  # a header has been taken from it
    while rows < min(header.rows, _MOST_ROWS):
        blank = head.find(b" ", at, at + _LONGEST_WORD)
        if blank < 0 or blank + 1 + row_bytes > len(head):
            is_cut = not whole and len(head) - at < _LONGEST_WORD + row_bytes
            return Walk(rows, right / max(rows, 1), is_cut)
        values = np.frombuffer(head, dtype, header.vector_size, blank + 1)
        right += is_word(head[at:blank]) and _share_of_usual(values) > 0.5
        rows += 1
        at = blank + 1 + row_bytes
    ends = rows < header.rows or not whole or not head[at : at + _LONGEST_WORD].strip()
    return Walk(rows, right / max(rows, 1), ends)


def _share_of_usual(values: npt.NDArray[np.floating]) -> float:
    with np.errstate(invalid="ignore"):  # numbers from a wrong place may be NaN of the kind that signals
        size = np.abs(values.astype(np.float64))
    return float(np.mean((size == 0) | ((size >= _SMALLEST) & (size <= _LARGEST))))
