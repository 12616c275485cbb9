"""Ctrl-C and kills: none is lost, and none breaks off what must not be broken off.

A signal is raised again until it is `was_seen`, and held back while a library is imported or code compiled. A process
that a signal ends waits for no thread.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import NoReturn

_SECONDS_UNTIL_AGAIN = 0.5
# SIGHUP and the timer of SIGALRM are of Unix. SIGBREAK is of Windows: a terminal's window that is closed.
_ENDS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
# The exit status of a process that a signal ended, as a shell has it.
ENDED_BY_SIGNAL = {128 + number for number in (signal.SIGINT, *_ENDS)}
_ALARM = [getattr(signal, name) for name in ("SIGALRM",) if hasattr(signal, name)]
_REAL_TIME = getattr(signal, "ITIMER_REAL", 0)


def heed_signals() -> None:
    """Raise what a signal asks for: `SystemExit` on a kill or a hang-up, so that nothing half-written is left.

    A compiled module that is being imported, or a callback of the garbage collector, may swallow what is raised. So
    it is raised again until it is on its way out, or `was_seen`, and Python does not write of what was swallowed.
    Windows has no timer for that, so there Ctrl-C is to be pressed again.
    """
    for number in _ENDS:
        if signal.getsignal(number) is signal.SIG_DFL:
            _raise_on(number, partial(SystemExit, 128 + number))
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        _raise_on(signal.SIGINT, KeyboardInterrupt)
    sys.unraisablehook = _write_of_swallowed


def _raise_on(number: signal.Signals, make: Callable[[], BaseException]) -> None:
    """Raise what ``make`` returns when a signal comes, and again until it is on its way out."""

    def leave(*_: object) -> None:
        for alarm in _ALARM:
            signal.signal(alarm, leave)
        _set_timer(_SECONDS_UNTIL_AGAIN)
        error = make()
        if not isinstance(sys.exc_info()[1], type(error)):
            raise error

    signal.signal(number, leave)


def _write_of_swallowed(swallowed: sys.UnraisableHookArgs) -> None:
    """Write of an exception that Python cannot raise, but not of a signal: that one is raised again."""
    if not issubclass(swallowed.exc_type, (KeyboardInterrupt, SystemExit)):
        sys.__unraisablehook__(swallowed)


def was_seen() -> None:
    """Cancel the timer that would raise the signal again."""
    _set_timer(0)


def end_process(status: int) -> NoReturn:
    """End the process that a signal broke off, without waiting for its threads.

    A signal that comes while a pool of threads starts one leaves it without an owner: the pool counts a thread only
    after its start (Python 3.11, ``concurrent/futures/thread.py``). At its end, Python would wait for it without end.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it, or it is closed
            stream.flush()
    os._exit(status)


def end_at_once(status: int) -> None:
    """End the process, unless Python has more to do at its end than to take itself apart.

    To take apart numpy and Click costs a question a fifth of its processor time. What was registered with `atexit` is
    done. The function returns where there are other threads or processes, where somebody looks on, such as a profiler,
    and where what was written cannot be flushed: Python says so at its end.
    """
    others = threading.active_count() > 1 or "multiprocessing" in sys.modules
    if others or sys.flags.inspect or sys.gettrace() is not None or sys.getprofile() is not None:
        return
    atexit._run_exitfuncs()
    try:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except (OSError, ValueError):
        return
    os._exit(status)


def _set_timer(seconds: float) -> None:
    """Let SIGALRM come in so many seconds, or not at all with 0."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(_REAL_TIME, seconds)


@contextmanager
def holding_signals() -> Iterator[None]:
    """Hold signals back until the block ends.

    A Ctrl-C that breaks off the import of a compiled module can come out of it as an ImportError, which
    libraries take for a module that is not there: they go on without it, and the Ctrl-C is lost. What is raised in
    the middle of LLVM's work leaves numba in disorder.
    """
    came: list[int] = []
    numbers = (signal.SIGINT, *_ENDS, *_ALARM)
    if threading.current_thread() is not threading.main_thread():  # others cannot say what a signal does
        yield
        return
    before = {number: signal.signal(number, lambda number, _: came.append(number)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for late in came:
            signal.raise_signal(late)
