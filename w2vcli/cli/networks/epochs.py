"""What is told of the epochs of a network, once it is trained or interrupted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from w2vcli.cli.output import tell
from w2vcli.models.registry import model_name
from w2vcli.reporting import Reporter
from w2vcli.signals import was_seen


def tell_of_training(history: Sequence[object], best_epoch: int, epochs: int, again: str, reporter: Reporter) -> None:
    """Tell if a network has not stopped learning: its last epoch was the best one of as many as were allowed.

    ``again`` is the command that goes on.
    """
    if best_epoch == len(history) >= epochs:
        reporter.note(
            f"the last epoch was the best: it has not stopped learning; go on with: {again} --epochs {2 * epochs}"
        )


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
