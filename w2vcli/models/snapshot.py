"""A directory that another process may replace while it is read: what is read comes from one of the two alone."""

from __future__ import annotations

import os
from collections.abc import Callable
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
    """A directory that is held open, so that no other can have its inode number."""

    path: Path
    descriptor: int

    def is_there(self) -> bool:
        """Tell whether it still is the one at its path."""
        try:
            now = self.path.stat()
        except OSError:
            return False
        then = os.fstat(self.descriptor)
        return (now.st_dev, now.st_ino) == (then.st_dev, then.st_ino)

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
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        held = Held(path, descriptor)
        try:
            found = read(held)
            if held.is_there():
                return found
        # If it is another directory now, whatever failed may be due to that.
        except (W2vError, OSError, Replaced):
            if held.is_there():
                raise
        finally:
            os.close(descriptor)
    raise BadModel(f"{path} is being replaced again and again by another process; ask again")
