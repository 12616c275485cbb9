"""Curves of trainings, for ``w2v plot --curve``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from w2vcli.atomic import require_absent
from w2vcli.cli.output import print_rows
from w2vcli.models.registry import find_model, model_name
from w2vcli.reporting import Reporter

if TYPE_CHECKING:
    from w2vcli.views.curve import Curve, History


def plot_curves(names: Sequence[str], output: Path | None, reporter: Reporter, *, force: bool, as_json: bool) -> None:
    """Draw what was measured after each epoch of trainings."""
    from w2vcli.views.curve import draw_trainings
    from w2vcli.views.pictures import Picture, keeps_text, require_format

    paths = [find_model(name) for name in names]
    target = output or Path(f"{model_name(paths[0])}-curve.png")
    require_format(target)
    require_absent(target, force=force)
    trainings = [_training(path) for path in paths]
    Picture(draw_trainings(trainings, reporter, keeps_text=keeps_text(target))).write(target, force=force)
    rows = [
        {"output": str(target), "model": found.name, "epochs": found.length, "loss": found.last_loss}
        for found in trainings
    ]
    print_rows(rows, ("output", "model", "epochs", "loss"), as_json=as_json)


def _training(path: Path) -> Curve | History:
    """Return the history of a classifier or a language model, else the losses of word2vec."""
    from w2vcli.neural.network_store import CLASSIFIERS, LANGUAGE_MODELS
    from w2vcli.views.curve import History, read_curve

    for store in (CLASSIFIERS, LANGUAGE_MODELS):
        if store.has(path):
            return History(model_name(path), [epoch.as_row() for epoch in store.read(path).history])
    return read_curve(path)
