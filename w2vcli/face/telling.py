"""What a library tells: warnings by Python's own, notes in the log ``w2vcli``, and a bar in a notebook alone."""

from __future__ import annotations

import logging
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from html import escape
from importlib import import_module
from types import FrameType, FunctionType
from typing import Any, TypeVar

from w2vcli.errors import W2vError
from w2vcli.face.checking import Checks
from w2vcli.reporting import Advance
from w2vcli.speaking.language import ENGLISH, known, language, translated

_LOG = logging.getLogger("w2vcli")
_LOG.addHandler(logging.NullHandler())
_SECONDS_BETWEEN_FRAMES = 0.2


_Function = TypeVar("_Function", bound=Callable[..., Any])
_Class = TypeVar("_Class", bound=type)


class W2vWarning(UserWarning):
    """What should be known of an answer or a training, such as words that were left out."""


class PythonReporter:
    """Tells who works in Python. Nothing is written to stderr but warnings, which Python's filters govern.

    ``logging.basicConfig(level=logging.INFO)`` shows notes, too.
    """

    def __init__(self) -> None:
        self._status = ""

    def status(self, message: str) -> None:
        """Show a message beside the bar."""
        self._status = known(message)

    def note(self, message: str) -> None:
        """Log a message."""
        _LOG.info("%s", translated(message))

    def warn(self, message: str) -> None:
        """Warn, at the line of the caller that is no part of this package."""
        warnings.warn(translated(message), W2vWarning, stacklevel=_level_of_caller())

    @contextmanager
    def phase(self, name: str, total: int | None = None, unit: str = "") -> Iterator[Advance]:
        """Show how far a phase has come, where this is a notebook."""
        name, unit = known(name), known(unit)
        started = shown = time.monotonic()
        handle = _display(_bar(name, 0, total, unit, ""))

        def advance(done: int) -> None:
            nonlocal shown
            now = time.monotonic()
            if handle is not None and now - shown >= _SECONDS_BETWEEN_FRAMES:
                shown = now
                handle.update(_Html(_bar(name, done, total, unit, self._status)))

        yield advance
        if handle is not None:
            handle.update(_Html(""))
        _LOG.info("%s: %.1f s%s", name, time.monotonic() - started, f"; {self._status}" if self._status else "")
        self._status = ""


def speaking(function: _Function) -> _Function:
    """Return the function with its values checked, and its errors in the language that is spoken, as of commands."""
    checks: list[Checks] = []  # made when it is called first

    @wraps(function)
    def told(*values: Any, **named: Any) -> Any:
        try:
            if not checks:
                checks.append(Checks(function))
            checks[0].require(values, named)
            return function(*values, **named)
        except W2vError as error:
            error.told = error.told or translated(str(error))
            raise
        except TypeError as error:  # such as a list where a word is meant
            if language() != ENGLISH:
                error.args = (translated(str(error)),)
            raise

    return told  # type: ignore[return-value]


def speaks(kind: _Class) -> _Class:
    """Make all methods of a class that are for users `speaking`."""
    for name, method in vars(kind).items():
        if isinstance(method, FunctionType) and (not name.startswith("_") or name == "__getitem__"):
            setattr(kind, name, speaking(method))
    return kind


class _Html:
    """HTML for a notebook, without its library."""

    def __init__(self, html: str) -> None:
        self._html = html

    def __repr__(self) -> str:
        return ""  # for what shows no HTML

    def _repr_html_(self) -> str:
        return self._html


def in_notebook() -> bool:
    """Tell whether this process is the kernel of a notebook, not a terminal."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return shell is not None and hasattr(shell, "kernel")


def _display(html: str) -> Any:
    """Show HTML that can be changed, and return its handle; None where there is no notebook."""
    if not in_notebook():
        return None
    return import_module("IPython.display").display(_Html(html), display_id=True)


def _bar(name: str, done: int, total: int | None, unit: str, status: str) -> str:
    """Return a bar of HTML."""
    of_all = f' value="{done}" max="{total}"' if total else ""
    amount = f" {done:,} {unit}" if unit else ""
    return f"{escape(name)} <progress{of_all}></progress>{escape(amount)} {escape(status)}"


def _level_of_caller() -> int:
    """Return how many frames up the first one is that is not of this package, as ``warnings.warn`` counts them."""
    frame = sys._getframe(1)
    level = 1
    while frame.f_back is not None and _is_ours(frame):
        frame = frame.f_back
        level += 1
    return level


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).partition(".")[0] in {"w2vcli", "contextlib"}
