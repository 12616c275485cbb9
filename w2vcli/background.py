"""Work that a thread does while the one who asked for it goes on: hashing, writing, decompressing.

    background = Background()
    for piece in pieces:
        background.call(digest.update, piece, len(piece))   # soon, and one after the other
    background.finish()                                     # all of them are done

Python runs one thread at a time, but hashing, decompressing, reading, writing and most of numpy run beside it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from w2vcli.processors import processors

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")
# What a thread costs to begin with, in bytes that are hashed or written meanwhile.
_BYTES_ALONE = 1 << 23
_MOST_WAITING = 2


class Background:
    """Makes calls one after the other, in a thread of its own once they are about many bytes.

    At most two wait, so that memory stays flat: who asks for more waits too. A process that has one processor makes
    each at once.
    """

    def __init__(self) -> None:
        self._bytes = 0
        self._pool: ThreadPoolExecutor | None = None
        self._waiting: deque[Future[object]] = deque()

    def call(self, function: Callable[[T], object], argument: T, size: int) -> None:
        """Call a function with an argument of ``size`` bytes, which nobody may change from now on.

        What an earlier call raised is raised here, or by `finish`.
        """
        self._bytes += size
        if self._bytes <= _BYTES_ALONE or processors() == 1:
            function(argument)
            return
        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor  # small files need not pay for it

            self._pool = ThreadPoolExecutor(1)
        while len(self._waiting) >= _MOST_WAITING:
            self._waiting.popleft().result()
        self._waiting.append(self._pool.submit(function, argument))

    def finish(self) -> None:
        """Wait until all calls are made, end the thread, and raise what one of them raised."""
        try:
            while self._waiting:
                self._waiting.popleft().result()
        finally:
            if self._pool is not None:
                self._pool.shutdown()
                self._pool = None
