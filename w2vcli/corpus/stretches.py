r"""A large text file in stretches, which several processes read, so that their pieces in a row are those of one reader.

A file is read in blocks of 256 KiB. Of a piece, only what stands behind the last blank of a block goes over into the
next one (see `w2vcli.corpus.sentences.pieces`). So what was before decides about the pieces from a block on in three
things:

- the text behind the last blank of the block before, which can be read again,
- the beginning of a character or of a line break that the block before breaks off in, which lies there, too,
- the encoding, and whether lines are joined, which the beginning of the file tells, and each process reads that.

Therefore a stretch may begin at each block before which there is a block with a blank and, behind it, something else. A
blank is one byte of UTF-8 that is part of no other character. Where a border is asked for and the block before it has
no such blank, both the stretch before and the one behind take the next border that is one. A word, a sentence or a
paragraph may go over it as over any other block.

That holds for plain UTF-8 alone. What is compressed, archived, a table or in another encoding is read as a whole: its
first stretch has all of it, and the others nothing.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from w2vcli.archives import archive_kind
from w2vcli.corpus.encoded import FileRead
from w2vcli.corpus.reading import Reading, SourceReader, Texts
from w2vcli.corpus.sentences import Piece, pieces
from w2vcli.corpus.sources import BLOCK_BYTES, Source, SourceText, looks_binary
from w2vcli.corpus.tokenizers import WHOLE_TEXTS
from w2vcli.errors import BadCorpus
from w2vcli.inputs import InputFile
from w2vcli.reporting import Reporter
from w2vcli.text_encodings import settle


@dataclass(frozen=True)
class Stretch:
    """The blocks of a file from ``start`` to before ``stop``, or to its end if that is None."""

    start: int
    stop: int | None


@dataclass
class StretchLines:
    """The lines of a stretch, whose first and last one may go on in the stretches beside it.

    ``breaks`` are its line breaks, and ``empty`` the lines between two of them with nothing to see. Something is to be
    seen before the first break if ``first_seen``, and behind the last one if ``last_seen``, where there are characters
    at all if ``running``. Without a break these are about the same characters.
    """

    breaks: int = 0
    empty: int = 0
    first_seen: bool = False
    last_seen: bool = False
    running: bool = False

    def count_in(self, parts: Iterable[str]) -> Iterator[str]:
        """Yield the parts of the stretch unchanged."""
        for part in parts:
            *whole, rest = part.split("\n")
            for line in whole:
                self._see(line)
                self._end_line()
            self._see(rest)
            yield part

    def _see(self, text: str) -> None:
        if text:
            self.running = True
            seen = not text.isspace()
            self.last_seen |= seen
            self.first_seen |= seen and not self.breaks

    def _end_line(self) -> None:
        self.empty += bool(self.breaks) and not self.last_seen
        self.breaks += 1
        self.last_seen = self.running = False

    def extend(self, after: StretchLines) -> None:
        """Add the lines of the stretch behind this one."""
        if not after.breaks:
            self.running |= after.running
            self.last_seen |= after.last_seen
            self.first_seen |= after.first_seen and not self.breaks
            return
        if self.breaks:
            self.empty += after.empty + (not (self.last_seen or after.first_seen))
        else:
            self.first_seen |= after.first_seen
            self.empty = after.empty
        self.breaks += after.breaks
        self.last_seen, self.running = after.last_seen, after.running

    def totals(self) -> tuple[int, int]:
        """Return how many lines there are, and how many of them are empty, if this is the whole text."""
        empty = self.empty + (self.breaks > 0 and not self.first_seen) + (self.running and not self.last_seen)
        return self.breaks + self.running, empty


@dataclass
class StretchRead:
    """What was read of a file in a stretch: its bytes, and what is known of them and of its lines."""

    path: str
    text_bytes: int
    undecodable_bytes: int
    joined_lines: bool
    lines: StretchLines


def join_stretches(stretches: Sequence[StretchRead], size: int, sha256: str) -> FileRead:
    """Return the record of a file that was read in these stretches, with its bytes on disk and their hash.

    Raises
    ------
    BadCorpus
        If the stretches are not all of the file.
    """
    first, lines = stretches[0], StretchLines()
    for stretch in stretches:
        lines.extend(stretch.lines)
    if sum(stretch.text_bytes for stretch in stretches) != size:
        raise BadCorpus(f"{first.path} has changed while it was read; read it again")
    count, empty = lines.totals()
    undecodable = sum(stretch.undecodable_bytes for stretch in stretches)
    return FileRead(first.path, size, sha256, undecodable, count, empty, first.joined_lines, text_bytes=size)


def can_be_cut(source: Source, reading: Reading) -> bool:
    """Tell whether a file can be read in stretches: it is plain text in UTF-8, and no column is read."""
    if source.size is None or reading.column is not None:
        return False
    with source.open() as file:
        if file.compressed or archive_kind(file) is not None or looks_binary(file, reading.encoding):
            return False
        return settle(reading.encoding, file.stream.peek()).encoding in {"utf-8", "utf-8-sig"}


class StretchReader(SourceReader):
    """Reads a stretch of one file that `can_be_cut`, and keeps in ``read`` what was read of it.

    ``learnt`` has no file then, since nobody knows it before all stretches are read.
    """

    def __init__(self, source: Source, stretch: Stretch, reading: Reading, reporter: Reporter) -> None:
        super().__init__([source], reading, reporter)
        self._stretch = stretch
        self._lines = StretchLines()
        self._has_text = False
        self.read: StretchRead | None = None

    def _pieces(
        self, file: InputFile, text: SourceText, kind: str | None, read: Texts, *, join_lines: bool
    ) -> Iterator[Piece]:
        with open(file.name, "rb") as stream:
            start = border(stream, text, self._stretch.start)
            stop = None if self._stretch.stop is None else border(stream, text, self._stretch.stop)
            if start is None or start == stop:
                return
            before, parts = text.from_block(stream, start, stop)
            yield from pieces(
                self._lines.count_in(parts),
                join_lines=join_lines,
                last_word_apart=self.reading.word_rules < WHOLE_TEXTS,
                before=before,
                goes_on=stop is not None,
            )
            read.bytes -= start * BLOCK_BYTES  # to which all that was decoded is added
            self._has_text = True

    def _end_file(self, source: Source, file: InputFile, read: Texts) -> None:
        size = read.bytes if self._has_text else 0
        path = str(Path(source.name).absolute())
        self.read = StretchRead(path, size, read.undecodable_bytes, read.joined_lines, self._lines)


def border(stream: BinaryIO, text: SourceText, block: int) -> int | None:
    """Return the first block from ``block`` on at which a stretch may begin, or None if the file ends before."""
    size = stream.seek(0, io.SEEK_END)
    while 0 < block * BLOCK_BYTES < size:
        before, _ = text.from_block(stream, block, block)
        if any(piece.text for piece in pieces([before], goes_on=True)):
            return block
        block += 1
    return 0 if block == 0 else None
