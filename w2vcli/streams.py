"""Streams of bytes that do something on the way: count and hash what passes, or translate what goes wrong."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, BinaryIO

from w2vcli.background import Background

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


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
