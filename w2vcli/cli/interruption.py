"""Ctrl-C and kills: that none is lost, and what is left of a training that writes its model after each epoch."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from w2vcli.models.registry import model_name

_SECONDS_UNTIL_AGAIN = 0.5


def raise_on(number: signal.Signals, make: Callable[[], BaseException]) -> None:
    """Raise what is made when a signal comes, and again until it is on its way out, or `was_seen`.

    A compiled module that is being imported, or a callback of the garbage collector, may swallow it.
    """

    def leave(*_: object) -> None:
        signal.signal(signal.SIGALRM, leave)
        signal.setitimer(signal.ITIMER_REAL, _SECONDS_UNTIL_AGAIN)
        error = make()
        if not isinstance(sys.exc_info()[1], type(error)):
            raise error

    signal.signal(number, leave)


def was_seen() -> None:
    """Say that what a signal raised was caught, and need not come again."""
    signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def telling_what_is_kept(target: Path) -> Iterator[None]:
    """Say after a Ctrl-C that the epochs which were done are kept, if any was."""
    before = _written(target)
    try:
        yield
    except KeyboardInterrupt:
        if _written(target) == before:
            raise
        was_seen()
        click.echo(f"\nInterrupted; the best epoch so far is kept; --resume -o {model_name(target)} goes on.", err=True)
        click.get_current_context().exit(130)


def _written(model: Path) -> int | None:
    """Return when a model was written; None if there is none."""
    try:
        return (model / "model.json").stat().st_mtime_ns
    except FileNotFoundError:
        return None
