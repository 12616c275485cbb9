"""What is told of the epochs of a network once it is trained."""

from __future__ import annotations

from collections.abc import Sequence

from w2vcli.reporting import Reporter


def tell_of_training(history: Sequence[object], best_epoch: int, epochs: int, again: str, reporter: Reporter) -> None:
    """Tell if a network has not stopped learning: its last epoch was the best one of as many as were allowed.

    ``again`` is the command that goes on.
    """
    if best_epoch == len(history) >= epochs:
        reporter.note(
            f"the last epoch was the best: it has not stopped learning; go on with: {again} --epochs {2 * epochs}"
        )
