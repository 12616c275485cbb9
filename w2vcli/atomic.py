"""Outputs that appear whole or not at all: written under a temporary name, then renamed.

What is being written to ``m.w2v`` lies beside it, in ``.m.w2v.5f0c2a91.w2v-partial``, and is locked by the process that
writes it. A process that is killed leaves it there without its lock. The next one that writes into the same folder
finds that the lock is free and removes it.
"""

from __future__ import annotations

import errno
import fcntl
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from w2vcli.errors import OutputExists

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_SUFFIX = ".w2v-partial"
_BUFFER = 1 << 18
# A write that fails so does not say where.
_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def require_absent(path: Path, *, force: bool, directory: bool = False) -> None:
    """Raise `OutputExists` if ``path`` is there and ``force`` does not allow to replace it.

    A file never replaces a folder. A ``directory`` may replace both.
    """
    if not directory and path.is_dir():
        raise OutputExists(f"{path} is a folder; choose another name")
    if not force and os.path.lexists(path):
        raise OutputExists(f"{path} exists already; use --force to replace it, or choose another name")


@contextmanager
def new_file(path: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """Open a file that takes the name ``path`` when the block ends without an exception.

    Raises
    ------
    OutputExists
        If ``path`` exists and ``force`` is false, at the beginning or by the end, or is a folder.
    """
    with new_files(path, force=force) as (stream,):
        yield stream


@contextmanager
def new_files(*paths: Path, force: bool = False, outdated: Iterable[Path] = ()) -> Iterator[tuple[BinaryIO, ...]]:
    """Open files that belong together, which take the names ``paths`` when the block ends without an exception.

    No name is taken before all files are whole and on the disk. Then the files ``outdated`` are removed, which would
    tell of earlier ones, and the names are taken in the order given. So a file that tells whether the others belong
    together must be the first: after a kill between two renames it does not fit the others, and they are refused.

    Raises
    ------
    OutputExists
        If one of ``paths`` exists and ``force`` is false, at the beginning or by the end, or is a folder.
    """
    _require_places(paths, force=force)
    with ExitStack() as stack:
        claims = [stack.enter_context(_claimed(path, directory=False)) for path in paths]
        with ExitStack() as open_files:
            raws = [_Named(os.dup(descriptor), path) for path, (_, descriptor) in zip(paths, claims, strict=True)]
            streams = tuple(open_files.enter_context(io.BufferedRandom(raw, _BUFFER)) for raw in raws)
            yield cast(tuple[BinaryIO, ...], streams)
            for stream in streams:
                stream.flush()
            for stream in streams:
                os.fsync(stream.fileno())
        _require_places(paths, force=force)
        for path in outdated:
            path.unlink(missing_ok=True)
        for path, (partial, _) in zip(paths, claims, strict=True):
            partial.replace(path)


class _Named(io.FileIO):
    """A file that says its name where it cannot be written."""

    def __init__(self, descriptor: int, path: Path) -> None:
        super().__init__(descriptor, "r+")
        self._path = path

    def write(self, data: ReadableBuffer, /) -> int:
        """Write as a file does. An error gets the name of the file if it has none."""
        try:
            return super().write(data)
        except OSError as error:
            if error.filename is None:
                error.filename = str(self._path)
            raise


def _require_places(paths: Iterable[Path], *, force: bool) -> None:
    """Raise `OutputExists` if one of several files is there and may not be replaced."""
    for path in paths:
        require_absent(path, force=force)


@contextmanager
def new_directory(path: Path, *, force: bool = False) -> Iterator[Path]:
    """Make a directory that takes the name ``path`` when the block ends without an exception.

    An earlier directory of that name stays whole until the new one is, and is then removed.

    Raises
    ------
    OutputExists
        If ``path`` exists and ``force`` is false, at the beginning or by the end.
    """
    require_absent(path, force=force, directory=True)
    with _claimed(path, directory=True) as (partial, _):
        yield partial
        for file in partial.rglob("*"):
            _sync(file)
        require_absent(path, force=force, directory=True)
        # A directory that is not empty cannot be renamed over another: their names are swapped.
        if os.path.lexists(path):
            _exchange(partial, path)  # the earlier one now has the partial name, and goes with it
        else:
            partial.rename(path)


@contextmanager
def scratch_directory(path: Path) -> Iterator[Path]:
    """Make a directory beside ``path`` that is removed when the block ends."""
    with _claimed(path, directory=True) as (partial, _):
        yield partial


def partial_name(path: Path) -> Path:
    """Return a temporary name next to ``path``. Leftovers are deleted by the next writer."""
    return path.parent / f".{path.name[:100]}.{os.urandom(4).hex()}{_SUFFIX}"


@contextmanager
def _claimed(path: Path, *, directory: bool) -> Iterator[tuple[Path, int]]:
    """Make a locked partial file or directory beside ``path``, and remove what is left of it at the end.

    A disk that is full is an error of ``path``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path.parent)
    with ExitStack() as stack:
        # Between making the file and locking it, another process may sweep it away.
        while True:
            partial = partial_name(path)
            if directory:
                partial.mkdir()
                stack.callback(_remove, partial)
            else:
                partial.touch(exist_ok=False)
                stack.callback(partial.unlink, missing_ok=True)
            descriptor = _lock(partial, os.O_RDONLY if directory else os.O_RDWR)
            if descriptor is not None:
                break
        stack.callback(os.close, descriptor)
        try:
            yield partial, descriptor
        except OSError as error:
            if error.errno in _FULL and error.filename is None:
                error.filename = str(path)
            raise


def link_or_copy(source: str | Path, target: str | Path) -> None:
    """Give a file another name, or copy it where it cannot have two names, as on another file system."""
    import shutil  # with its archive formats, 4 ms that a question need not pay

    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _sweep(folder: Path) -> None:
    """Remove what killed processes left unfinished in ``folder``."""
    for partial in folder.glob(f".*{_SUFFIX}"):
        descriptor = _lock(partial, os.O_RDONLY)
        if descriptor is None:
            continue
        _remove(partial)
        os.close(descriptor)


def _remove(path: Path) -> None:
    """Remove a partial directory, or the file or link that now has its name: what it replaced."""
    import shutil  # with its archive formats, 4 ms that a question need not pay

    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def lock(descriptor: int, *, wait: bool) -> bool:
    """Lock an open file or folder against other processes, and tell whether that was done.

    The lock is gone once the descriptor and all its copies are closed, so also when the process is killed.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


@contextmanager
def locked(descriptor: int) -> Iterator[None]:
    """Lock an open file or folder until the block ends, and wait while another process has it locked."""
    lock(descriptor, wait=True)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def _lock(partial: Path, flags: int) -> int | None:
    """Return a locked descriptor of ``partial``, or None if another process has it or removed it."""
    try:
        descriptor = os.open(partial, flags)
    except (FileNotFoundError, PermissionError):
        return None
    # It may have been removed between opening and locking.
    if lock(descriptor, wait=False) and os.path.lexists(partial):
        return descriptor
    os.close(descriptor)
    return None


def _sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exchange(one: Path, other: Path) -> None:
    """Swap two names: in one step where the system can (Linux), otherwise by three renames.

    Between the renames there is a moment without ``other``.
    """
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "renameat2"):
        names = (_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other))
        if libc.renameat2(*names, _RENAME_EXCHANGE) == 0:
            return
    aside = one.with_name(one.name.removesuffix(_SUFFIX) + ".old" + _SUFFIX)
    other.rename(aside)
    one.rename(other)
    aside.rename(one)
