"""Streams of bytes that do something on the way: count and hash what passes, or translate what goes wrong."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, BinaryIO

from w2vcli.background import Background
from w2vcli.processors import processors

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from _typeshed import WriteableBuffer

_PIECE = 1 << 20
_BYTES_ALONE = 1 << 23  # as in `w2vcli.background`
_MOST_AHEAD = 4


class GuardedStream(io.RawIOBase):
    """Another stream, each read of which is made inside the block ``translating()``.

    What a library raises on bad data becomes an error of w2v there, and nowhere else.
    """

    def __init__(self, stream: BinaryIO, translating: Callable[[], AbstractContextManager[None]]) -> None:
        self._stream = stream
        self._translating = translating

    def readable(self) -> bool:
        """Tell that it can be read, as `io.BufferedReader` asks."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read up to as many bytes as ``buffer`` holds, and return how many came, 0 at the end."""
        view = memoryview(buffer)
        with self._translating():
            chunk = self._stream.read(len(view))
        view[: len(chunk)] = chunk
        return len(chunk)


class StreamAhead(io.RawIOBase):
    """Another stream, of which a thread reads some pieces ahead once it has given some megabytes.

    `stop` before what the stream reads from is closed, or asked about.
    """

    def __init__(self, stream: io.RawIOBase) -> None:
        self._stream = stream
        self._given = 0
        self._rest = memoryview(b"")
        self._pool: ThreadPoolExecutor | None = None
        self._ahead: deque[Future[bytes]] = deque()

    def readable(self) -> bool:
        """Tell that it can be read, as `io.BufferedReader` asks."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read up to as many bytes as ``buffer`` holds, and return how many came, 0 at the end."""
        view = memoryview(buffer)
        if not self._rest:
            self._rest = memoryview(self._next_piece())
        done = min(len(view), len(self._rest))
        view[:done] = self._rest[:done]
        self._rest = self._rest[done:]
        self._given += done
        return done

    def stop(self) -> None:
        """Wait for the piece that is being read, and begin no other."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
            self._ahead = deque(piece for piece in self._ahead if not piece.cancelled())

    def _next_piece(self) -> bytes:
        if self._given >= _BYTES_ALONE and processors() > 1:
            if self._pool is None:
                from concurrent.futures import ThreadPoolExecutor  # small files need not pay for it

                self._pool = ThreadPoolExecutor(1)
            while len(self._ahead) < _MOST_AHEAD:
                self._ahead.append(self._pool.submit(self._read_piece))
        return self._ahead.popleft().result() if self._ahead else self._read_piece()

    def _read_piece(self) -> bytes:
        return self._stream.read(_PIECE) or b""


class HashedStream(io.RawIOBase):
    """Another stream, whose bytes are counted (``count``) and hashed as they pass."""

    def __init__(self, stream: BinaryIO) -> None:
        import hashlib  # costs a question 3 ms

        self._stream = stream
        self.count = 0
        self._digest = hashlib.sha256()
        self._hashing = Background()

    def readable(self) -> bool:
        """Tell that it can be read, as `io.BufferedReader` asks."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill ``buffer``, and return how many bytes came, fewer only at the end."""
        view = memoryview(buffer)
        done = 0
        # One read of a pipe gives only what is in it now, and a short answer would be taken for the end.
        while done < len(view) and (chunk := self._stream.read(len(view) - done)):
            view[done : done + len(chunk)] = chunk
            done += len(chunk)
            self._hashing.call(self._digest.update, chunk, len(chunk))
        self.count += done
        return done

    def sha256(self) -> str:
        """Return the SHA-256 of the bytes that have passed, in hexadecimal."""
        self._hashing.finish()
        return self._digest.hexdigest()
