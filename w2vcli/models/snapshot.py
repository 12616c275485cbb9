"""A directory that another process may replace while it is read: what is read comes from one of the two alone."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from w2vcli.errors import BadModel, W2vError

T = TypeVar("T")
# Replacing a model takes longer than opening one, so the second time nearly always is the last.
_MOST_TRIES = 100


class Replaced(Exception):
    """The directory has been replaced since it was held."""


@dataclass(frozen=True)
class Held:
    """A directory, and what it was when it was looked at first."""

    path: Path
    then: os.stat_result

    def is_there(self) -> bool:
        """Tell whether it still is the one at its path."""
        try:
            return os.path.samestat(self.path.stat(), self.then)
        except OSError:
            return False

    def require_there(self) -> None:
        """Raise `Replaced` if another directory has its path."""
        if not self.is_there():
            raise Replaced


def read_snapshot(path: Path, read: Callable[[Held], T]) -> T:
    """Return what ``read`` makes of the directory at ``path``. It is called again if that was replaced meanwhile.

    A directory that was replaced never comes back to its path, so one look at the end is enough. What fails
    while it is being replaced, such as opening a file that is gone, is not an error of the model.

    Raises
    ------
    BadModel
        If it is replaced again and again.
    """
    for _ in range(_MOST_TRIES):
        with _held(path) as held:
            try:
                found = read(held)
                if held.is_there():
                    return found
            # If it is another directory now, whatever failed may be due to that.
            except (W2vError, OSError, Replaced):
                if held.is_there():
                    raise
    raise BadModel(f"{path} is being replaced again and again by another process; ask again")


@contextmanager
def _held(path: Path) -> Iterator[Held]:
    """Hold a directory open, so that no other can have its inode number.

    Windows opens no directories. It gives each file and directory a number that no later one has.
    """
    if not hasattr(os, "O_DIRECTORY"):
        held = Held(path, path.stat())
        if not stat.S_ISDIR(held.then.st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))
        yield held
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield Held(path, os.fstat(descriptor))
    finally:
        os.close(descriptor)
