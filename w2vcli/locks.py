"""Locks between processes. A lock is a file of its own, which nobody reads: ``.m.unfinished.w2v-lock``.

The system gives a lock back when its process ends, however that ends. The file of a process that was killed is left,
and whoever takes that lock next removes it in the end.

What is locked is never locked itself. Windows cannot lock folders, lets nobody read a file that is locked, and renames
nothing that is open.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None  # type: ignore[assignment]

LOCK = ".w2v-lock"


class Locked(Exception):
    """Another process has the lock."""


@contextmanager
def locked(path: Path, *, wait: bool) -> Iterator[None]:
    """Hold the lock of which ``path`` is the file until the block ends.

    Raises
    ------
    Locked
        If another process has it, and ``wait`` is false.
    OSError
        If the file cannot be made.
    """
    descriptor = _take(path, wait=wait)
    try:
        yield
    finally:
        _give_back(path, descriptor)


def _take(path: Path, *, wait: bool) -> int:
    """Return the descriptor of a lock that is now this process's."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if not _lock(descriptor, wait=wait):
                raise Locked(path)
            # Whoever had it has removed the file, perhaps between opening and locking it here.
            if _is_still(path, descriptor):
                return descriptor
        except BaseException:  # an interruption while it waits, too: an open descriptor would keep the lock
            os.close(descriptor)
            raise
        os.close(descriptor)


def _lock(descriptor: int, *, wait: bool) -> bool:
    """Lock an open file, and tell whether that was done."""
    if sys.platform == "win32" or fcntl is None:
        from filelock import lock_descriptor  # takes 30 ms, which no question need pay

        return lock_descriptor(descriptor, blocking=wait)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _give_back(path: Path, descriptor: int) -> None:
    """Remove the file while it is locked. Windows removes no open file, so there it is removed once it is closed."""
    try:
        if _is_still(path, descriptor):  # else its folder was replaced
            path.unlink()
    except PermissionError:
        os.close(descriptor)
        with suppress(OSError):  # by now another process has it
            path.unlink()
    else:
        os.close(descriptor)
