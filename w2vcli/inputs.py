"""Input files, plain or compressed, as one stream of bytes that knows how far it has come.

with open_input("corpus.txt.gz") as file:
for line in file.stream:  # decompressed
...                   # file.consumed of file.size bytes are read
file.sha256()                 # of the bytes on disk
"""

from __future__ import annotations

import io
import os
import stat
import sys
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from w2vcli.compression import decompress
from w2vcli.errors import DamagedInput
from w2vcli.streams import HashedStream, StreamAhead

STDIN = "-"
_BUFFER = 1 << 20
# What a stream shows ahead of its reading at first: less only where the whole input is shorter.
HEAD_BYTES = _BUFFER - len(BOM_UTF8)
_MOST_BYTES_AT_ONCE = 1 << 26


class InputFile:
    """An open input: its decompressed ``stream`` and what is known of the file behind it.

    ``size`` is the number of bytes on disk, None for a pipe. ``compressed`` tells whether the file was. With
    ``ahead``, a thread decompresses beside the one that reads: then `stop` before ``raw`` is closed.
    """

    def __init__(self, name: str, raw: BinaryIO, size: int | None, *, ahead: bool = False) -> None:
        self.name = name
        self.size = size
        self._hashed = HashedStream(raw)
        head = io.BufferedReader(self._hashed, _BUFFER)
        decompressed = decompress(head, name)
        self.compressed = decompressed is not None
        self._ahead = StreamAhead(decompressed) if decompressed is not None and ahead else None
        self.stream: io.BufferedReader[Any] = (
            head if decompressed is None else io.BufferedReader(self._ahead or decompressed, _BUFFER)
        )

    @property
    def consumed(self) -> int:
        """Bytes read from the file so far, before decompression."""
        return self._hashed.count

    def sha256(self) -> str:
        """Return the SHA-256 of the bytes on disk that were read so far, in hexadecimal."""
        self.stop()
        return self._hashed.sha256()

    def stop(self) -> None:
        """Read nothing ahead until more is asked for."""
        if self._ahead is not None:
            self._ahead.stop()


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
    """Open a file, or standard input for ``-``. Gzip, bzip2, xz and zstd are told by their content.

    Reading raises `DamagedInput` where compressed data breaks off or is damaged.
    """
    if str(path) == STDIN:
        yield InputFile("standard input", open_stdin(), None)
        return
    with open(path, "rb", buffering=0) as raw:
        status = os.fstat(raw.fileno())
        size = status.st_size if stat.S_ISREG(status.st_mode) else None  # a pipe's is not known
        # A thread that waits for a pipe could not be stopped.
        file = InputFile(str(path), cast(BinaryIO, raw), size, ahead=size is not None)
        try:
            yield file
        finally:
            file.stop()


def read_text(path: str | Path, needed: str, encoding: str | None = None) -> str:
    """Return the text of a file that is read at once. ``needed`` says in a message what it should be.

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
    """Return what is left of a stream, or more than ``most`` bytes of it. Memory grows with what there is."""
    pieces = []
    size = 0
    while size <= most and (piece := stream.read(_BUFFER)):  # a great number is allocated before it is read
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)
