"""What all readers of vector files share: blocks of rows, the limits, the words' encoding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from w2vcli.compression import InputFile
from w2vcli.errors import DamagedInput

# Bounds against headers that lie: what lies beyond is taken for damage, before memory is asked for.
MAX_VECTOR_SIZE = 1 << 16
MAX_WORD_BYTES = 1 << 16
BLOCK_BYTES = 1 << 22
_MOST_DIGITS = 18


class Block(NamedTuple):
    """Consecutive rows of a file: their words and their vectors (words x vector_size)."""

    words: list[str]
    vectors: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Reading:
    """How a file is to be read: at most ``limit`` rows; how the bytes of words become text."""

    limit: int | None = None
    encoding: str = "utf-8"
    encoding_errors: str = "strict"


class RowReader(Protocol):
    """The rows of an open vector file.

    ``promised`` is the number of rows that the file says it has, None if it does not say. Iterating
    raises `DamagedInput` where the file holds something else than its format says.
    """

    vector_size: int
    promised: int | None

    def __iter__(self) -> Iterator[Block]:
        """Yield the rows in blocks, in order, at most ``Reading.limit`` of them."""


@dataclass(frozen=True)
class Header:
    """The first line of word2vec's formats: how many rows, how many values in each."""

    rows: int
    vector_size: int


def parse_header(line: bytes) -> Header | None:
    """Return the header that ``line`` is, or None if it is something else."""
    fields = line.split()
    if len(fields) != 2 or not all(field.isdigit() and len(field) <= _MOST_DIGITS for field in fields):
        return None
    return Header(*map(int, fields))


def read_header(file: InputFile) -> Header:
    """Read the header of a word2vec file and check that it can be true.

    Raises
    ------
    DamagedInput
        If the first line is no header, or promises vectors of no values or of more than 65,536.
    """
    header = parse_header(file.stream.readline(1000))
    if header is None:
        raise DamagedInput(f"{file.name}: line 1 should be the numbers of rows and of values, as in word2vec files")
    if not 1 <= header.vector_size <= MAX_VECTOR_SIZE:
        raise DamagedInput(
            f"{file.name}: the header promises {header.vector_size:,} values a row; "
            f"1 to {MAX_VECTOR_SIZE:,} can be read, so the file is damaged or no word2vec file"
        )
    return header


def decode_word(raw: bytes, reading: Reading, where: str) -> str:
    """Return a word as text.

    Raises
    ------
    DamagedInput
        If its bytes are no text in ``reading.encoding`` and ``reading.encoding_errors`` is strict.
    """
    try:
        return raw.decode(reading.encoding, reading.encoding_errors)
    except UnicodeDecodeError as error:
        raise DamagedInput(
            f"{where}: the word {raw[:40]!r} is not {reading.encoding}; "
            "try --encoding-errors replace, or another --encoding"
        ) from error
