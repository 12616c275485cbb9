"""Input files, plain or compressed, as one stream of bytes that knows how far it has come."""

from __future__ import annotations

import io
import os
import stat
import sys
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from w2vcli.atomic import new_file
from w2vcli.errors import DamagedInput
from w2vcli.streams import GuardedStream, HashedStream

STDIN = "-"
_BUFFER = 1 << 20
# What a stream shows ahead of its reading at first: less only where the whole input is shorter.
HEAD_BYTES = _BUFFER - len(BOM_UTF8)
_MOST_BYTES_AT_ONCE = 1 << 26


class InputFile:
    """An open input: its decompressed ``stream`` and what is known of the file behind it.

    ``size`` is the number of bytes on disk, None for a pipe; ``consumed`` counts those read so far.
    """

    def __init__(self, name: str, raw: BinaryIO, size: int | None) -> None:
        self.name = name
        self.size = size
        self._counted = HashedStream(raw)
        head = io.BufferedReader(self._counted, _BUFFER)
        opener = _opener(head.peek(_MAGIC_BYTES))
        self.compressed = opener is not None
        self.stream: io.BufferedReader[Any] = head
        if opener is not None:
            decompressed, errors = opener(head)
            guarded = GuardedStream(decompressed, lambda: _damage_told(name, errors))
            self.stream = io.BufferedReader(guarded, _BUFFER)

    @property
    def consumed(self) -> int:
        """Bytes read from the file so far, before decompression."""
        return self._counted.count

    def sha256(self) -> str:
        """Return the SHA-256 of the bytes on disk that were read so far, in hexadecimal."""
        return self._counted.digest.hexdigest()


def open_stdin() -> io.BufferedReader:
    """Return standard input.

    Raises
    ------
    DamagedInput
        If it was closed by who started this.
    """
    if sys.stdin is None:
        raise DamagedInput("standard input is closed; give w2v something to read, as in: w2v ... < FILE")
    return cast(io.BufferedReader, sys.stdin.buffer)


@contextmanager
def open_input(path: str | Path) -> Iterator[InputFile]:
    """Open a file, or standard input for ``-``; gzip, bzip2, xz and zstd are told by their content.

    Reading raises `DamagedInput` where compressed data breaks off or is damaged.
    """
    if str(path) == STDIN:
        yield InputFile("standard input", open_stdin(), None)
        return
    with open(path, "rb", buffering=0) as raw:
        status = os.fstat(raw.fileno())
        size = status.st_size if stat.S_ISREG(status.st_mode) else None  # a pipe's is not known
        yield InputFile(str(path), cast(BinaryIO, raw), size)


def read_text(path: str | Path, needed: str, encoding: str | None = None) -> str:
    """Return the text of a file that is read at once; ``needed`` says in a message what it should be.

    A byte-order mark says the encoding and is left out. ``encoding`` is None for a command without the option
    ``--encoding``, which reads UTF-8.

    Raises
    ------
    DamagedInput
        If the file is larger than 64 MiB or is no text in the encoding.
    """
    from w2vcli.text_encodings import UTF8, remedy, remedy_by_hand, settle

    with open_input(path) as file:
        data = file.stream.read(_MOST_BYTES_AT_ONCE + 1)
        name = file.name
    if len(data) > _MOST_BYTES_AT_ONCE:
        raise DamagedInput(f"{name} is larger than {_MOST_BYTES_AT_ONCE >> 20} MiB; {needed} is needed")
    asked = encoding or UTF8
    settled = settle(asked, data)
    try:
        if settled.instead and not settled.marked:  # a guess that nobody would be told of
            raise UnicodeError
        return data.decode(settled.encoding)
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = data.count(b"\n", 0, start) + 1
        remedied = remedy(data, asked, start, tolerant=False) if encoding else remedy_by_hand(data, start)
        raise DamagedInput(f"{name}: line {line:,} is not {asked.upper()}; {needed} is needed: {remedied}") from error


def read_at_most(stream: BinaryIO, most: int) -> bytes:
    """Return what is left of a stream, or more than ``most`` bytes of it; memory grows with what there is."""
    pieces = []
    size = 0
    while size <= most and (piece := stream.read(_BUFFER)):  # a great number is allocated before it is read
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    import hashlib  # costs a question 3 ms

    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while chunk := file.read(_BUFFER):
            digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def new_output(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """Open a file that appears at ``path`` when the block ends well, compressed as its name says.

    Raises
    ------
    OutputExists
        If ``path`` exists and ``force`` is false.
    """
    with new_file(path, force=force) as raw:
        compressor = _COMPRESSORS.get(path.suffix)
        if compressor is None:
            yield raw
            return
        with compressor(raw) as stream:
            yield stream


def without_compression(path: Path) -> Path:
    """Return ``path`` without the ending of a compression."""
    return path.with_suffix("") if path.suffix in _COMPRESSORS else path


_Opened = tuple[BinaryIO, tuple[type[Exception], ...]]  # the stream, and what it raises on bad data


def _opener(head: bytes) -> Callable[[BinaryIO], _Opened] | None:
    return next((opener for magic, opener in _COMPRESSIONS if head.startswith(magic)), None)


def _open_gzip(stream: BinaryIO) -> _Opened:
    from isal import igzip, isal_zlib  # twice as fast as Python's own

    opened = igzip.IGzipFile(fileobj=stream, mode="rb")  # type: ignore[no-untyped-call]
    return cast(BinaryIO, opened), (cast(type[Exception], isal_zlib.error),)


def _open_bzip2(stream: BinaryIO) -> _Opened:
    import bz2

    return cast(BinaryIO, bz2.BZ2File(stream)), ()


def _open_xz(stream: BinaryIO) -> _Opened:
    import lzma

    return cast(BinaryIO, lzma.LZMAFile(stream)), (lzma.LZMAError,)


def _open_zstd(stream: BinaryIO) -> _Opened:
    # The package `zstandard` takes a file that breaks off for a short one, without a word.
    from backports import zstd

    return cast(BinaryIO, zstd.ZstdFile(stream)), (zstd.ZstdError,)


def _write_gzip(stream: BinaryIO) -> BinaryIO:
    import gzip

    # Without name and time, the same vectors make the same file.
    return cast(BinaryIO, gzip.GzipFile(filename="", fileobj=stream, mode="wb", mtime=0))


def _write_bzip2(stream: BinaryIO) -> BinaryIO:
    import bz2

    return cast(BinaryIO, bz2.BZ2File(stream, "wb"))


def _write_xz(stream: BinaryIO) -> BinaryIO:
    import lzma

    return cast(BinaryIO, lzma.LZMAFile(stream, "wb"))


def _write_zstd(stream: BinaryIO) -> BinaryIO:
    from backports import zstd

    return cast(BinaryIO, zstd.ZstdFile(stream, "wb"))


_COMPRESSORS: dict[str, Callable[[BinaryIO], BinaryIO]] = {
    ".gz": _write_gzip,
    ".bz2": _write_bzip2,
    ".xz": _write_xz,
    ".zst": _write_zstd,
}
_MAGIC_BYTES = 8
_COMPRESSIONS: tuple[tuple[bytes, Callable[[BinaryIO], _Opened]], ...] = (
    (b"\x1f\x8b", _open_gzip),
    (b"BZh", _open_bzip2),
    (b"\xfd7zXZ\x00", _open_xz),
    (b"\x28\xb5\x2f\xfd", _open_zstd),
)


@contextmanager
def _damage_told(name: str, errors: tuple[type[Exception], ...]) -> Iterator[None]:
    """Turn what a decompressor raises on bad data into `DamagedInput`; ``errors`` are its own."""
    try:
        yield
    except EOFError as error:
        raise DamagedInput(
            f"{name}: the compressed data breaks off before its end, or is followed by something else"
        ) from error
    except errors as error:
        raise DamagedInput(f"{name}: the compressed data is damaged ({error})") from error
    except MemoryError as error:  # xz: its header says how much is needed
        raise DamagedInput(f"{name}: the compressed data asks for more memory than there is") from error
    except OSError as error:
        if error.errno is not None:  # the disk's trouble, not the data's
            raise
        raise DamagedInput(f"{name}: the compressed data is damaged ({error})") from error
