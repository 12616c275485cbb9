"""Compressed files: gzip, bzip2, xz and zstd.

What is read is told by its first bytes, whatever its name. What is written is compressed as its name says::

    with open("a.txt.gz", "rb") as file:
        decompress(io.BufferedReader(file), "a.txt.gz").read()
    with new_output(Path("b.txt.zst"), force=False) as stream:
        stream.write(b"text")
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from w2vcli.atomic import new_file
from w2vcli.errors import DamagedInput
from w2vcli.streams import GuardedStream

_Opened = tuple[BinaryIO, tuple[type[Exception], ...]]  # the stream, and what it raises on bad data


def decompress(stream: io.BufferedReader[Any], name: str) -> GuardedStream | None:
    """Return the decompressed bytes of an open file, or None if it is not compressed.

    Reading them raises `DamagedInput`, with the ``name`` of the file, where the data breaks off or is damaged.
    """
    head = stream.peek(_MAGIC_BYTES)
    opener = next((opener for magic, opener in _COMPRESSIONS if head.startswith(magic)), None)
    if opener is None:
        return None
    decompressed, errors = opener(stream)
    return GuardedStream(decompressed, lambda: _damage_told(name, errors))


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


def _open_gzip(stream: BinaryIO) -> _Opened:
    """Open gzip to read."""
    from isal import igzip, isal_zlib  # twice as fast as Python's own

    opened = igzip.IGzipFile(fileobj=stream, mode="rb")  # type: ignore[no-untyped-call]
    return cast(BinaryIO, opened), (cast(type[Exception], isal_zlib.error),)


def _open_bzip2(stream: BinaryIO) -> _Opened:
    """Open bzip2 to read."""
    import bz2

    return cast(BinaryIO, bz2.BZ2File(stream)), ()


def _open_xz(stream: BinaryIO) -> _Opened:
    """Open xz to read."""
    import lzma

    return cast(BinaryIO, lzma.LZMAFile(stream)), (lzma.LZMAError,)


def _open_zstd(stream: BinaryIO) -> _Opened:
    """Open zstd to read."""
    zstd = zstd_module()
    return cast(BinaryIO, zstd.ZstdFile(stream)), (zstd.ZstdError,)


def _write_gzip(stream: BinaryIO) -> BinaryIO:
    """Open gzip to write."""
    import gzip

    # Without name and time, the same vectors make the same file.
    return cast(BinaryIO, gzip.GzipFile(filename="", fileobj=stream, mode="wb", mtime=0))


def _write_bzip2(stream: BinaryIO) -> BinaryIO:
    """Open bzip2 to write."""
    import bz2

    return cast(BinaryIO, bz2.BZ2File(stream, "wb"))


def _write_xz(stream: BinaryIO) -> BinaryIO:
    """Open xz to write."""
    import lzma

    return cast(BinaryIO, lzma.LZMAFile(stream, "wb"))


def _write_zstd(stream: BinaryIO) -> BinaryIO:
    """Open zstd to write."""
    return cast(BinaryIO, zstd_module().ZstdFile(stream, "wb"))


def zstd_module() -> Any:
    """Return Python's module, or before Python 3.14 the package that has the same under another name.

    The package `zstandard` takes a file that breaks off for a short one, without a word.
    """
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd


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
    """Turn what a decompressor raises on bad data into `DamagedInput`. ``errors`` are its own."""
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
