"""Outputs that appear whole or not at all: written under a temporary name, then renamed.

What is being written to ``m.w2v`` lies beside it, in ``.m.w2v.5f0c2a91.w2v-partial``. The process that writes it holds
the lock ``.m.w2v.5f0c2a91.w2v-lock``. A process that is killed leaves both there. The next one that writes into the
same folder finds that the lock is free and removes them.
"""

from __future__ import annotations

import atexit
import errno
import gc
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from w2vcli.errors import OutputExists, Unwritable
from w2vcli.locks import LOCK, Locked, locked

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_PARTIAL = ".w2v-partial"
_EARLIER = ".w2v-earlier"
_BUFFER = 1 << 18
# A write that fails so does not say where.
_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
# Windows renames and removes nothing that is open or mapped, and opens no folders. Its `os` has not this constant.
REPLACES_WHAT_IS_OPEN = hasattr(os, "O_DIRECTORY")
_AT_FDCWD = -100
_LINUX_EXCHANGE = 2
_MACOS_SWAP = 2


def require_absent(path: Path, *, force: bool, directory: bool = False) -> None:
    """Raise `OutputExists` if ``path`` is there and ``force`` does not allow to replace it.

    A file never replaces a folder. A ``directory`` may replace both. Nothing replaces a device, a pipe or a socket:
    root could rename a model over ``/dev/null``, and no program of that machine would find it from then on.
    """
    if _is_special(path):
        raise OutputExists(f"{path} is no file, but a device, a pipe or a socket; choose another name")
    if not directory and path.is_dir():
        raise OutputExists(f"{path} is a folder; choose another name")
    if not force and os.path.lexists(path):
        raise OutputExists(f"{path} exists already; use --force to replace it, or choose another name")


def _is_special(path: Path) -> bool:
    """Tell whether ``path`` is neither a file nor a folder, or is a link of the system, such as ``/dev/stdout``."""
    try:
        if path.is_symlink() and path.readlink().parts[:2] == ("/", "proc"):
            return True
        return path.exists() and not (path.is_file() or path.is_dir())
    except OSError:  # a name that is too long, or a folder that may not be read: the writing tells
        return False


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
        partials = [stack.enter_context(_claimed(path)) for path in paths]
        with ExitStack() as open_files:
            raws = [_Named(partial, path) for partial, path in zip(partials, paths, strict=True)]
            streams = tuple(open_files.enter_context(io.BufferedRandom(raw, _BUFFER)) for raw in raws)
            yield cast(tuple[BinaryIO, ...], streams)
            for stream in streams:
                stream.flush()
            for stream in streams:
                os.fsync(stream.fileno())
        _require_places(paths, force=force)
        for path in outdated:
            path.unlink(missing_ok=True)
        for partial, path in zip(partials, paths, strict=True):
            partial.replace(path)


class _Named(io.FileIO):
    """A file that says its name where it cannot be written."""

    def __init__(self, partial: Path, path: Path) -> None:
        # Opened by its number, since gzip writes the name of a file into it.
        super().__init__(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666), "r+")
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
    with scratch_directory(path) as partial:
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
    with _claimed(path) as partial:
        partial.mkdir()
        yield partial


@contextmanager
def temporary_directory() -> Iterator[Path]:
    """Make a directory among the system's temporary files that is removed when the block ends.

    Where a file is still mapped, and Windows does not remove it, that is done when the process ends.
    """
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(ignore_cleanup_errors=True) as name:
        yield Path(name)
    if os.path.lexists(name):
        atexit.register(_remove, Path(name))
        atexit.register(gc.collect)  # runs before: what refers to itself keeps its files mapped


def partial_name(path: Path) -> Path:
    """Return a temporary name next to ``path``. Leftovers are deleted by the next writer."""
    return path.parent / f".{path.name[:100]}.{os.urandom(4).hex()}{_PARTIAL}"


@contextmanager
def _claimed(path: Path) -> Iterator[Path]:
    """Yield a partial name beside ``path`` that is this process's, and remove what has that name at the end.

    A disk that is full is an error of ``path``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path.parent)
    partial = partial_name(path)
    with locked(partial.with_suffix(LOCK), wait=True):  # for the moment in which another process sweeps it away
        try:
            yield partial
        except OSError as error:
            if error.errno in _FULL and error.filename is None:
                error.filename = str(path)
            raise
        finally:
            _remove(partial)


def link_or_copy(source: str | Path, target: str | Path) -> None:
    """Give a file another name, or copy it where it cannot have two names, as on another file system."""
    import shutil  # with its archive formats, 4 ms that a question need not pay

    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _sweep(folder: Path) -> None:
    """Remove what killed processes left unfinished in ``folder``, and put back what they were about to replace."""
    left = {path.with_suffix(LOCK) for path in folder.glob(".*.w2v-*") if path.suffix in {_PARTIAL, _EARLIER, LOCK}}
    for lock in left:
        with suppress(Locked, OSError), locked(lock, wait=False):
            _put_back(lock.with_suffix(_EARLIER))
            _remove(lock.with_suffix(_PARTIAL))


def _put_back(earlier: Path) -> None:
    """Give what was about to be replaced its name again, or remove it where that was done."""
    name, _, _ = earlier.stem[1:].rpartition(".")
    if os.path.lexists(earlier) and not os.path.lexists(earlier.with_name(name)):
        earlier.rename(earlier.with_name(name))
    _remove(earlier)


def _remove(path: Path) -> None:
    """Remove a partial directory, or the file or link that now has its name: what it replaced."""
    import shutil  # with its archive formats, 4 ms that a question need not pay

    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    opens_folders = REPLACES_WHAT_IS_OPEN
    if path.is_dir() and not opens_folders:
        return
    # Windows waits only for what may be written.
    descriptor = os.open(path, os.O_RDONLY if opens_folders else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exchange(one: Path, other: Path) -> None:
    """Swap two names: in one step where the system can, otherwise by three renames.

    Between the renames there is a moment without ``other``. After a kill in it the next writer puts that back.

    Raises
    ------
    Unwritable
        If ``other`` cannot be renamed. Windows renames no folder of which a file is open.
    """
    if _swap(one, other):
        return
    earlier = one.with_suffix(_EARLIER)
    try:
        other.rename(earlier)
    except PermissionError as error:
        raise Unwritable(
            f"{other} cannot be replaced ({error.strerror}): another program may have a file of it open"
        ) from error
    try:
        one.rename(other)
    except OSError:
        earlier.rename(other)
        raise
    earlier.rename(one)


def _swap(one: Path, other: Path) -> bool:
    """Swap two names in one step, and tell whether the system can: Linux and macOS do."""
    import ctypes

    try:
        libc = ctypes.CDLL(None, use_errno=True)
    except (OSError, TypeError):  # on Windows
        return False
    names = os.fsencode(one), os.fsencode(other)
    if hasattr(libc, "renameat2"):
        return bool(libc.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _LINUX_EXCHANGE) == 0)
    if hasattr(libc, "renamex_np"):
        return bool(libc.renamex_np(*names, _MACOS_SWAP) == 0)
    return False
