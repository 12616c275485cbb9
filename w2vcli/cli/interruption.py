"""Ctrl-C and kills: that none is lost, and what is left of a training that writes its model after each epoch."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from w2vcli.cli.output import tell
from w2vcli.models.registry import model_name

_SECONDS_UNTIL_AGAIN = 0.5


def heed_signals() -> None:
    """Raise what a signal asks for: `SystemExit` on a kill or a hang-up, so that nothing half-written is left.

    A compiled module that is being imported, or a callback of the garbage collector, may swallow what is raised. So
    it is raised again until it is on its way out, or `was_seen`, and Python does not write of what was swallowed.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            _raise_on(number, partial(SystemExit, 128 + number))
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        _raise_on(signal.SIGINT, KeyboardInterrupt)
    sys.unraisablehook = _write_of_swallowed


def _raise_on(number: signal.Signals, make: Callable[[], BaseException]) -> None:
    def leave(*_: object) -> None:
        signal.signal(signal.SIGALRM, leave)
        signal.setitimer(signal.ITIMER_REAL, _SECONDS_UNTIL_AGAIN)
        error = make()
        if not isinstance(sys.exc_info()[1], type(error)):
            raise error

    signal.signal(number, leave)


def _write_of_swallowed(swallowed: sys.UnraisableHookArgs) -> None:
    if not issubclass(swallowed.exc_type, (KeyboardInterrupt, SystemExit)):
        sys.__unraisablehook__(swallowed)


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
        click.echo(err=True)  # behind what the terminal shows of Ctrl-C
        tell(f"Interrupted; the best epoch so far is kept; --resume -o {model_name(target)} goes on.")
        click.get_current_context().exit(130)


def _written(model: Path) -> int | None:
    """Return when a model was written; None if there is none."""
    try:
        return (model / "model.json").stat().st_mtime_ns
    except FileNotFoundError:
        return None
