"""What all readers of vector files share: blocks of rows, how a file is to be read, bounds against lies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from w2vcli.errors import DamagedInput
from w2vcli.inputs import InputFile
from w2vcli.models.records import TokenizerFacts
from w2vcli.models.subwords import Subwords

# Bounds against headers that lie: what lies beyond is taken for damage, before memory is asked for.
MAX_VECTOR_SIZE = 1 << 16
MAX_WORD_BYTES = 1 << 16
BLOCK_BYTES = 1 << 22
_MOST_DIGITS = 18


class Block(NamedTuple):
    """Consecutive rows: their words, their vectors (words x vector_size), and their counts where known."""

    words: list[str]
    vectors: npt.NDArray[np.float32]
    counts: npt.NDArray[np.int64] | None = None


class Trained(NamedTuple):
    """What a file has of a training besides vectors: its ``settings``, and the weights that it goes on with.

    The settings have gensim's names. ``weights`` (each words x vector_size) have those of `TrainingFolder`.
    """

    settings: dict[str, Any]
    weights: dict[str, npt.NDArray[np.float32]]


@dataclass(frozen=True)
class ReadOptions:
    """How a file is to be read: what the options of ``w2v load`` and ``w2v convert`` say.

    At most ``limit`` rows are read. ``encoding`` and ``encoding_errors`` tell how the bytes of words become text.
    ``vocabulary`` is the file of words that belongs to a file of vectors alone. ``trust_pickle`` allows to run
    what a pickle says. ``skip_bad_rows`` leaves out lines of text that are no rows.
    """

    limit: int | None = None
    encoding: str = "utf-8"
    encoding_errors: str = "strict"
    vocabulary: Path | None = None
    trust_pickle: bool = False
    skip_bad_rows: bool = False


class RowReader(Protocol):
    """The rows of an open vector file.

    ``promised`` is the number of rows that the file says it has, None if it does not say. ``subwords``
    are the vectors of n-grams, where the file has them. ``notes`` say what was guessed, once all is read.
    ``unread`` was taken from the file and lies behind the rows. ``left_out`` are the numbers of lines that
    were no rows. ``trained`` is what the file has of a training, where it has all. Iterating raises
    `DamagedInput` where the file holds something else than its format says.
    """

    @property
    def vector_size(self) -> int:
        """The number of values in a row."""

    @property
    def promised(self) -> int | None:
        """The number of rows that the file says it has."""

    @property
    def subwords(self) -> Subwords | None:
        """The vectors of n-grams."""

    @property
    def notes(self) -> list[str]:
        """What was guessed."""

    @property
    def unread(self) -> bytes:
        """What lies behind the rows, as far as it was taken from the file."""

    @property
    def left_out(self) -> Sequence[int]:
        """The numbers of lines that were no rows."""

    @property
    def trained(self) -> Trained | None:
        """What a training goes on with."""

    def __iter__(self) -> Iterator[Block]:
        """Yield the rows in blocks, in order, at most ``Reading.limit`` of them."""


@dataclass(frozen=True)
class RowStream:
    """Rows that some function yields: a `RowReader` of parts."""

    vector_size: int
    promised: int | None
    blocks: Callable[[], Iterator[Block]]
    subwords: Subwords | None = None
    notes: list[str] = field(default_factory=list)
    trained: Trained | None = None
    tokenizer: TokenizerFacts | None = None
    unread = b""
    left_out = ()

    def __iter__(self) -> Iterator[Block]:
        """Yield the rows in blocks."""
        return self.blocks()


def rows_to_read(promised: int, reading: ReadOptions) -> int:
    """Return how many of the promised rows are wanted."""
    return promised if reading.limit is None else min(promised, reading.limit)


def keep_freed_blocks() -> None:
    """Let the C library keep the memory of blocks that are freed for those that follow.

    glibc gives blocks of this size back to the system, which then has to clear each page of the next one. It keeps
    those that are no larger than one which was freed before, up to 32 MB (mallopt(3), M_MMAP_THRESHOLD). So a large
    one is freed here, and never touched.
    """
    np.empty(4 * BLOCK_BYTES, dtype=np.uint8)


def block_rows(vector_size: int) -> int:
    """Return how many rows make a block."""
    return max(1, BLOCK_BYTES // (4 * vector_size))


def known_counts(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64] | None:
    """Return counts of words, or None if one is below zero, as a number too large for an int64 becomes."""
    return None if (counts < 0).any() else counts


def plain_path(file: InputFile) -> Path:
    """Return the path of a file whose format needs to be read at several places at once.

    Raises
    ------
    DamagedInput
        If it is compressed, or standard input.
    """
    if file.compressed or file.size is None or not Path(file.name).is_file():  # or in an archive
        raise DamagedInput(f"{file.name}: this format is read at several places at once; unpack it into a file first")
    return Path(file.name)


def require_vector_size(vector_size: int, name: str) -> int:
    """Return ``vector_size`` if vectors can have it.

    Raises
    ------
    DamagedInput
        If it is below 1 or above 65,536.
    """
    if not 1 <= vector_size <= MAX_VECTOR_SIZE:
        raise DamagedInput(
            f"{name}: the header promises {vector_size:,} values a row; 1 to {MAX_VECTOR_SIZE:,} can be read, "
            "so the file is damaged or in another format"
        )
    return vector_size


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
    require_vector_size(header.vector_size, file.name)
    return header


def decode_words(raws: Sequence[bytes], reading: ReadOptions, where: Callable[[int], str]) -> list[str]:
    """Return words as text. ``where`` says of the number of a word how its row is called in messages.

    Raises
    ------
    DamagedInput
        As `decode_word` does.
    """
    if (reading.encoding, reading.encoding_errors) == ("utf-8", "strict"):
        with suppress(UnicodeDecodeError):  # which word it is in is found below
            words = b"\n".join(raws).decode().split("\n")  # at once, which takes a fifth of the time
            if len(words) == len(raws):  # else there are no words, or one has a newline in it
                return words
    return [decode_word(raw, reading, where(at)) for at, raw in enumerate(raws)]


def decode_word(raw: bytes, reading: ReadOptions, where: str) -> str:
    """Return a word as text.

    Raises
    ------
    DamagedInput
        If its bytes are no text in ``reading.encoding`` and ``reading.encoding_errors`` is strict.
    """
    try:
        return raw.decode(reading.encoding, reading.encoding_errors)
    except UnicodeDecodeError as error:
        if any(byte < 32 for byte in raw):  # replaced, it would be a word all the same
            raise DamagedInput(f"{where}: {raw[:40]!r} is no word; the file is damaged, or not one of words") from error
        raise DamagedInput(
            f"{where}: the word {raw[:40]!r} is not {reading.encoding}; "
            "try --encoding-errors replace, or another --encoding"
        ) from error
