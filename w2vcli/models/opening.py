"""Opening a vector file wherever it is: alone, in an archive, compressed, in UTF-16.

What comes out is one stream of bytes, of which the text is UTF-8.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from w2vcli.archives import ZIP, Member, archive_kind, read_members
from w2vcli.errors import DamagedInput, UnknownFormat
from w2vcli.escaping import listed, visible
from w2vcli.inputs import InputFile, open_input
from w2vcli.models.formats.blocks import ReadOptions
from w2vcli.models.formats.format_table import detect
from w2vcli.models.source_names import split_source
from w2vcli.reporting import SILENT, Reporter

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_SAMPLE_BYTES = 64
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
_MOST_NAMED = 20


@dataclass(frozen=True)
class Opened:
    """An open vector file, and how it is to be read.

    ``archive`` is the archive it is in, ``name`` its name there, ``others`` the members that are still to be looked at.
    """

    file: InputFile
    reading: ReadOptions
    archive: str | None = None
    name: str = ""
    others: Iterable[Member] = ()

    def require_only(self) -> None:
        """Read the archive to its end.

        Raises
        ------
        DamagedInput
            If there is another file of vectors in it, or it is damaged.
        """
        others = [member.name for member in self.others if _has_vectors(member.open(), self.reading)]
        if others and self.archive is not None:
            raise _several(self.archive, [self.name, *others])


@contextmanager
def open_vectors(source: Path, reading: ReadOptions, reporter: Reporter) -> Iterator[Opened]:
    """Open a vector file, standard input for ``-``, or a vector file within an archive.

    ``glove.zip:glove.50d.txt`` names a file within an archive. Without a name it must be the only one there.

    Raises
    ------
    DamagedInput
        If an archive has several files of vectors, none, or not the one that is named.
    """
    path, wanted = split_source(source)
    with open_input(path) as file:
        kind = archive_kind(file)
        if kind is None:
            if wanted is not None:
                raise DamagedInput(f"{path} is no archive, so there is no {visible(wanted)} in it")
            yield Opened(*_in_utf8(file, reading, reporter))
            return
        if wanted is None and kind == ZIP and not file.compressed and path.is_file():
            wanted = _only_member(path, reading)  # a zip archive can be looked through before it is read
        members = read_members(file, reporter)
        names = []
        for member in members:
            opened = member.open()
            names.append(member.name)
            # Without a name, the first file that has vectors is taken; the others are looked at in the end.
            if member.name != wanted if wanted is not None else not _has_vectors(opened, reading):
                continue
            reporter.note(f"{file.name}: the vectors are those in {visible(member.name)}")
            # With a limit, what lies behind is not read at all, so it cannot be looked for.
            is_all = wanted is None and reading.limit is None
            others: Iterable[Member] = members if is_all else ()
            yield Opened(*_in_utf8(opened, reading, reporter), file.name, member.name, others)
            return
        raise _no_member(file.name, wanted, names)


def _only_member(path: Path, reading: ReadOptions) -> str | None:
    """Return the name of the only member that is a file of vectors, None if none is.

    Raises
    ------
    DamagedInput
        If there are several.
    """
    with open_input(path) as file:
        names = [member.name for member in read_members(file, SILENT) if _has_vectors(member.open(), reading)]
    if len(names) > 1:
        raise _several(str(path), names)
    return names[0] if names else None


def _has_vectors(file: InputFile, reading: ReadOptions) -> bool:
    """Tell whether an open file is in a known vector format."""
    try:
        detect(_in_utf8(file, reading, SILENT)[0])
    except UnknownFormat:
        return False
    return True


def _several(archive: str, names: list[str]) -> DamagedInput:
    """Return the error of an archive with several files of vectors."""
    return DamagedInput(f"{archive} has {len(names):,} files of vectors; choose one of {_listed(archive, names)}")


def _no_member(archive: str, wanted: str | None, names: list[str]) -> DamagedInput:
    """Return the error of an archive without the file that is wanted."""
    there_is = f"there is: {', '.join(map(visible, names[:_MOST_NAMED])) or 'nothing'}"
    if wanted is None:
        return UnknownFormat(f"{archive} has no file of vectors in a known format; {there_is}")
    return DamagedInput(f"{archive} has no {visible(wanted)} in it; {there_is}")


def _listed(archive: str, names: list[str]) -> str:
    """Return the names of members as they can be given to w2v."""
    return listed([visible(f"{archive}:{name}") for name in names], _MOST_NAMED)


def _in_utf8(file: InputFile, reading: ReadOptions, reporter: Reporter) -> tuple[InputFile, ReadOptions]:
    """Return a file whose text is UTF-8 where it was UTF-16 or UTF-32, and how that is to be read."""
    head = file.stream.peek()
    is_wide = codecs.lookup(reading.encoding).name.startswith(("utf-16", "utf-32"))
    if not is_wide and not head.startswith(_MARKS) and not _looks_wide(head):
        return file, reading
    from w2vcli.text_encodings import settle

    settled = settle(reading.encoding, head)
    if not codecs.lookup(settled.encoding).name.startswith(("utf-16", "utf-32")):
        return file, reading
    if settled.instead and not settled.marked:
        reporter.note(f"{file.name}: there is no mark of its encoding, it seems to be {settled.encoding}")
    decoded = _Decoded(file.stream, settled.encoding, file.name)
    file.stream = io.BufferedReader(decoded, 1 << 20)
    return file, replace(reading, encoding="utf-8")


def _looks_wide(head: bytes) -> bool:
    """Tell whether a file begins as text does in which each character has two or four bytes."""
    sample = head[:_SAMPLE_BYTES]
    if b"\0" not in sample[:4]:
        return False
    for encoding in _WIDE:
        text = sample[: len(sample) // 4 * 4].decode(encoding, "replace")
        if text and sum(" " <= character <= "~" or character.isspace() for character in text) * 2 > len(text):
            return True
    return False


class _Decoded(io.RawIOBase):
    """The text of a stream as UTF-8, decoded as it is read."""

    def __init__(self, stream: BinaryIO, encoding: str, name: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._encoding = encoding
        self._name = name
        self._ready = b""

    def readable(self) -> bool:
        """Tell that it can be read, as `io.BufferedReader` asks."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read up to as many bytes as ``buffer`` holds.

        Raises
        ------
        DamagedInput
            If the text is not in the encoding.
        """
        view = memoryview(buffer)
        while len(self._ready) < len(view):
            piece = self._stream.read(len(view))
            try:
                self._ready += self._decoder.decode(piece, final=not piece).encode()
            except UnicodeDecodeError as error:
                raise DamagedInput(f"{self._name} is not {self._encoding.upper()}: {error.reason}") from error
            if not piece:
                break
        count = min(len(view), len(self._ready))
        view[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count
