"""What a room tells while it works.

Who listens, a terminal, a test or nobody, is not its business::

    with reporter.phase("reading", total=100, unit="words") as advance:
        advance(50)
    reporter.warn("3 words were left out")
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Advance = Callable[[int], None]

# With this variable, what is printed into a pipe is as on a terminal.
FOR_THE_EYE = "W2V_FOR_THE_EYE"


class Reporter(Protocol):
    """Takes the messages and the progress of a long piece of work."""

    def phase(self, name: str, total: int | None = None, unit: str = "") -> AbstractContextManager[Advance]:
        """Open a phase of ``total`` units (None: unknown), and call the result with the units done so far.

        Without a ``unit`` it is a job whose time goes by nothing that is counted: no rate is told of it.
        """

    def status(self, message: str) -> None:
        """Tell how a running phase is doing: beside its bar, or on a line of its own."""

    def note(self, message: str) -> None:
        """Tell something the user may like to know."""

    def warn(self, message: str) -> None:
        """Tell something the user should know: data left out, a limit met."""


class Silent:
    """A reporter that tells nobody."""

    @contextmanager
    def phase(self, name: str, total: int | None = None, unit: str = "") -> Iterator[Advance]:
        """Yield a function that does nothing."""
        yield lambda done: None

    def status(self, message: str) -> None:
        """Do nothing."""

    def note(self, message: str) -> None:
        """Do nothing."""

    def warn(self, message: str) -> None:
        """Do nothing."""


SILENT = Silent()
