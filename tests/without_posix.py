"""What Windows does not have is taken from w2v, and its rules for open files are kept.

    python -m tests.without_posix similar girl

runs ``w2v similar girl`` so. This is no Windows: paths, the console, the end of a process and numpy are still those of
the system at hand. It shows that w2v reaches for nothing that is not there, and closes what it renames or removes.
"""

from __future__ import annotations

import builtins
import ctypes
import errno
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

# Modules and names that Unix alone has. Only w2v does not find them: libraries look at the name of the system, and have
# other code for Windows.
MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"}
OS = (
    "fork forkpty getuid geteuid getgid getegid getgroups getpgid getpgrp getpwuid getsid setsid setuid setgid killpg "
    "mkfifo mknod openpty ttyname nice uname sysconf confstr statvfs fstatvfs fchmod fchown chown lchown chroot "
    "sched_getaffinity sched_setaffinity posix_fadvise posix_fallocate pread preadv pwrite pwritev sendfile getloadavg "
    "initgroups wait wait3 wait4 fchdir lockf pipe2 memfd_create getxattr setxattr listxattr O_DIRECTORY O_NOCTTY "
    "O_NONBLOCK O_NOFOLLOW O_CLOEXEC O_SYNC O_DSYNC O_TMPFILE WNOHANG"
).split()
SIGNAL = (
    "SIGALRM SIGHUP SIGPIPE SIGKILL SIGQUIT SIGUSR1 SIGUSR2 SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGWINCH ITIMER_REAL alarm "
    "setitimer getitimer pause pthread_sigmask sigwait siginterrupt pthread_kill"
).split()


class _Poorer(ModuleType):
    """A module without some of its names, and with others."""

    def __init__(self, module: ModuleType, without: Sequence[str] = (), **others: object) -> None:
        super().__init__(module.__name__)
        self._module, self._without = module, frozenset(without)
        self.__dict__.update(others)

    def __getattr__(self, name: str) -> Any:
        if name in self._without:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return getattr(self._module, name)


def hide() -> None:
    """Take from w2v what Windows does not have, and refuse what Windows refuses. Call it before w2v is imported."""
    as_ever = builtins.__import__
    poorer = {"os": _Poorer(os, OS), "signal": _Poorer(signal, SIGNAL), "ctypes": _Poorer(ctypes, CDLL=_library)}

    def importing(name: str, *arguments: Any, **named: Any) -> ModuleType:
        caller = (arguments[0] if arguments else named.get("globals")) or {}
        if caller.get("__name__", "").partition(".")[0] == "w2vcli":
            if name in MODULES:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            if name in poorer:
                return poorer[name]
        return as_ever(name, *arguments, **named)

    builtins.__import__ = importing
    sys.addaudithook(_refuse)


def _library(name: str | None, **settings: Any) -> ctypes.CDLL:
    """Open a library as `ctypes.CDLL` does, but not Unix's own, which has no name."""
    if name is None:
        raise TypeError("LoadLibrary() argument 1 must be str, not None")
    return ctypes.CDLL(name, **settings)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse to rename, replace and remove what this process has open or mapped, and to open a folder."""
    if event in {"os.rename", "os.remove", "os.rmdir"}:
        for path in map(os.fsdecode, arguments[: 2 if event == "os.rename" else 1]):
            here = Path.cwd() / path
            held = next((held for held in _open_paths() if here == held or here in held.parents), None)
            if held is not None:
                error = errno.ENOTEMPTY if event == "os.rmdir" else errno.EACCES
                raise OSError(error, f"{held} is open or mapped", path)
    elif event == "open" and isinstance(arguments[0], str | Path) and arguments[2] & (os.O_WRONLY | os.O_RDWR) == 0:
        # Python itself opens folders here, and not on Windows, as when it removes a tree.
        by = Path(sys._getframe(1).f_code.co_filename).name
        if Path(arguments[0]).is_dir() and by not in {"shutil.py", "os.py"}:
            raise PermissionError(errno.EACCES, "a folder is not opened", os.fspath(arguments[0]))


def _open_paths() -> list[Path]:
    """Return the paths of all files that this process has open or mapped."""
    found = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # that of the listing itself
            found.add(descriptor.readlink())
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
        found |= {Path(line[line.index("/") :].rstrip("\n")) for line in maps if "/" in line}
    return [path for path in found if path.is_absolute()]


if __name__ == "__main__":
    hide()
    from w2vcli.cli.main import main

    main()
