"""Signals that wait while a library is imported, or code compiled."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def holding_signals() -> Iterator[None]:
    """Hold signals back until the block ends.

    A Ctrl-C that breaks off the import of a compiled module can come out of it as an ImportError, which
    libraries take for a module that is not there: they go on without it, and the Ctrl-C is lost. What is raised in
    the middle of LLVM's work leaves numba in disorder.
    """
    came: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)
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
