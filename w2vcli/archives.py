"""The files within a zip or tar archive, one after another as streams.

Nothing is written to disk but a copy of a zip archive that comes through a pipe: its list of files is at its end.
"""

from __future__ import annotations

import io
import lzma
import re
import stat
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from w2vcli.errors import DamagedInput
from w2vcli.escaping import listed, visible
from w2vcli.inputs import InputFile, read_at_most
from w2vcli.reporting import Reporter
from w2vcli.streams import GuardedStream

ZIP, TAR = "zip", "tar"
MOST_BYTES_AT_ONCE = 1 << 26
_BLOCK = tarfile.BLOCKSIZE
_BUFFER = 1 << 18
_MOST_HEADER_BYTES = 1 << 20
_LONGEST_REASON = 100
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_NESTED = re.compile(r"\.(zip|7z|rar|tgz|tbz2?|txz|tar(\.\w+)?)$", re.IGNORECASE)
_END = cast(type[Exception], tarfile.EOFHeaderError)  # type: ignore[attr-defined]
# A long name, and what else is read whole before the file that it belongs to.
_HEADERS = {
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
}


@dataclass(frozen=True)
class Member:
    """A file in an archive: its ``name`` there, with ``/`` between folders, and its bytes.

    ``size`` is what the archive promises, which may not be so. ``stream`` can be read once, before the next member
    is asked for. The name is only a name: it may be absolute, or have ``..`` in it.
    """

    archive: str
    name: str
    size: int
    stream: BinaryIO

    @property
    def full_name(self) -> str:
        """The archive and the name, as messages call the member."""
        return f"{self.archive}: {visible(self.name)}"

    def open(self) -> InputFile:
        """Return the member as an open file, whose compression, if any, is told by its content."""
        return InputFile(self.full_name, self.stream, self.size)

    def read(self, most: int = MOST_BYTES_AT_ONCE) -> bytes:
        """Return all bytes of the member.

        Raises
        ------
        DamagedInput
            If there are more than ``most``, or the archive is damaged.
        """
        found = read_at_most(self.stream, most)
        if len(found) > most:
            raise DamagedInput(f"{self.full_name} is larger than {most >> 20:,} MiB, too large to be read at once")
        return found


def archive_kind(file: InputFile) -> str | None:
    """Return ``zip`` or ``tar`` if an open file is such an archive, by its first bytes, or None for any other file."""
    return _kind(file.stream.peek(_BLOCK))


def read_members(file: InputFile, reporter: Reporter) -> Iterator[Member]:
    """Yield the files of an archive in its order. At the end all of ``file`` is read.

    Folders, links and devices are passed over, and so are hidden files and ``__MACOSX``. Archives within the
    archive are passed over with a warning, and so is told which encoding of names was guessed.

    Raises
    ------
    DamagedInput
        If the file is no archive, is damaged, breaks off, is encrypted, or is compressed as Python cannot read it.
    """
    kind = archive_kind(file)
    if kind is None:
        raise DamagedInput(f"{file.name} is neither a zip nor a tar archive")
    names = _Names()
    nested = []
    for member in (_in_zip if kind == ZIP else _in_tar)(file, names):
        if _is_hidden(member.name):
            continue
        if _NESTED.search(member.name) or _kind(cast(io.BufferedReader, member.stream).peek(_BLOCK)):
            nested.append(visible(member.name))
        else:
            yield member
    while file.stream.read(_BUFFER):
        pass
    if names.guessed:
        reporter.note(f"{file.name}: names of files were read as {' and '.join(sorted(names.guessed))}")
    if nested:
        left_out = listed(nested, most=1)
        reporter.warn(f"{file.name}: archives within the archive were left out: {left_out}; unpack them first")


def _kind(head: bytes) -> str | None:
    """Return ``zip`` or ``tar`` if a file that begins with ``head`` is such an archive, else None."""
    if head.startswith(_ZIP_MAGIC):
        return ZIP
    try:
        tarfile.TarInfo.frombuf(head[:_BLOCK], "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return None
    return TAR


def _is_hidden(name: str) -> bool:
    """Tell whether a file is hidden, lies in a hidden folder, or is what macOS puts into archives."""
    parts = PurePosixPath(name).parts
    return any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in parts)


class _Names:
    """Decodes names whose encoding the archive does not say, and keeps what was guessed."""

    def __init__(self) -> None:
        self.guessed: set[str] = set()

    def decode(self, name: bytes) -> str:
        """Return a name as text: as UTF-8, else as EUC-KR, else as CP437.

        EUC-KR is taken only if all that is not ASCII becomes Hangul. Korean programs write it without saying so.
        """
        try:
            return name.decode()
        except UnicodeDecodeError:
            pass
        try:
            found = name.decode("euc_kr")  # of CP949 the syllables in use; the others look like Western letters
        except UnicodeDecodeError:
            found = ""
        encoding = "EUC-KR" if re.fullmatch(r"[\x00-\x7f\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]+", found) else "CP437"
        self.guessed.add(encoding)
        return found if encoding == "EUC-KR" else name.decode("cp437")


class _Damaged:
    """Turns what the libraries raise on a bad archive into `DamagedInput`."""

    _ERRORS = (
        tarfile.TarError,
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        struct.error,
        EOFError,
        ValueError,
        OverflowError,
        IndexError,
    )

    @staticmethod
    @contextmanager
    def told(name: str) -> Iterator[None]:
        """Raise `DamagedInput` for what a library raises in the block. ``name`` is what was read."""
        try:
            yield
        except EOFError as error:
            raise DamagedInput(f"{name}: the archive breaks off before its end") from error
        except _Damaged._ERRORS as error:
            raise DamagedInput(f"{name}: the archive is damaged or breaks off ({_line(error)})") from error
        except NotImplementedError as error:
            raise DamagedInput(f"{name}: w2v cannot unpack it ({_line(error)}); use another tool") from error
        except MemoryError as error:
            raise DamagedInput(f"{name}: the archive asks for more memory than there is") from error
        except OSError as error:
            if error.filename is not None:  # the disk's trouble, not the archive's
                raise
            raise DamagedInput(f"{name}: the archive is damaged ({_line(error)})") from error


def _line(error: BaseException) -> str:
    """Return an error on one line, without the header that zipfile shows whole."""
    return visible(" ".join(str(error).split())[:_LONGEST_REASON])  # zipfile shows whole headers


def _member(archive: str, name: str, size: int, stream: BinaryIO) -> Member:
    """Return a member whose bytes are guarded and buffered."""
    full_name = f"{archive}: {visible(name)}"
    guarded = GuardedStream(stream, lambda: _Damaged.told(full_name))
    buffered = io.BufferedReader(guarded, max(_BLOCK, min(size, _BUFFER)))
    return Member(archive, name, size, cast(BinaryIO, buffered))


def _in_zip(file: InputFile, names: _Names) -> Iterator[Member]:
    """Yield the files of a zip archive in the order of its list."""
    with _seekable(file) as seekable:
        with _Damaged.told(file.name):
            archive = zipfile.ZipFile(seekable)
        with archive:
            # A .docx or .xlsx is a zip archive, and its XML would be read as text.
            _require_no_document(archive, file.name)
            for info in archive.infolist():
                mode = info.external_attr >> 16
                if info.filename.endswith("/") or (stat.S_IFMT(mode) and not stat.S_ISREG(mode)):
                    continue
                # Python decodes a name without the flag of UTF-8 as CP437, so its bytes can be had back.
                name = info.filename
                if not info.flag_bits & _UTF8_NAME and not name.isascii():
                    name = names.decode(name.encode("cp437"))
                if "/" not in name:  # as Windows' own programs once wrote them
                    name = name.replace("\\", "/")
                where = f"{file.name}: {visible(name)}"
                if info.flag_bits & _ENCRYPTED:
                    raise DamagedInput(f"{where} is encrypted; unpack the archive with its password first")
                with _Damaged.told(where):
                    stream = archive.open(info)
                with stream:
                    yield _member(file.name, name, info.file_size, cast(BinaryIO, stream))


def _require_no_document(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse documents of office programs, which are zip archives of XML within."""
    names = archive.namelist()
    # The first is in what Microsoft's programs write, the second first in LibreOffice's and in e-books.
    if "[Content_Types].xml" in names or names[:1] == ["mimetype"]:
        raise DamagedInput(f"{name} is a document of an office program; save its text as .txt, or its table as .csv")


@contextmanager
def _seekable(file: InputFile) -> Iterator[BinaryIO]:
    """Open a zip archive a second time, since its list of files is at its end.

    What comes through a pipe or a compression is copied into a temporary file first.
    """
    if not file.compressed and file.size is not None and Path(file.name).is_file():
        with open(file.name, "rb") as found:
            yield found
        return
    with tempfile.TemporaryFile() as copy:
        while chunk := file.stream.read(_BUFFER):
            copy.write(chunk)
        copy.seek(0)
        yield cast(BinaryIO, copy)


class _BadHeader(tarfile.ReadError):
    """A header of a tar archive that is damaged, cut off or missing."""


class _Header(tarfile.TarInfo):
    """A header of a tar archive that is refused if it is damaged.

    Python takes a damaged header behind others for the end of the archive: the rest would be lost without a word.
    """

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> _Header:
        """Read a header, and raise `_BadHeader` where Python would end."""
        try:
            return super().fromtarfile(archive)
        except _END:
            raise
        except tarfile.HeaderError as error:
            raise _BadHeader(str(error)) from error

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Header:
        """Decode a header, and refuse one whose size cannot be read into memory."""
        found = super().frombuf(buf, encoding, errors)
        if found.size < 0 or (found.type in _HEADERS and found.size > _MOST_HEADER_BYTES):
            raise _BadHeader(f"a header of {found.size:,} bytes")
        return found


def _in_tar(file: InputFile, names: _Names) -> Iterator[Member]:
    """Yield the files of a tar archive in its order, then see that nothing but zeros follows its end."""
    with _Damaged.told(file.name):
        archive = tarfile.open(  # noqa: SIM115 (closed below)
            fileobj=file.stream, mode="r|", tarinfo=_Header, encoding="utf-8", errors="surrogateescape"
        )
    with archive:
        while True:
            with _Damaged.told(file.name):
                info = archive.next()
            if info is None:
                break
            archive.members.clear()  # type: ignore[attr-defined]  # or it keeps them all
            name = names.decode(info.name.encode("utf-8", "surrogateescape"))
            stream = archive.extractfile(info) if info.isreg() else None
            if stream is not None:
                yield _member(file.name, name, info.size, cast(BinaryIO, stream))
        rest = cast(BinaryIO, archive.fileobj)
        while chunk := rest.read(_BUFFER):
            if any(chunk):
                raise DamagedInput(f"{file.name}: there is more behind the end of the archive; unpack it first")
