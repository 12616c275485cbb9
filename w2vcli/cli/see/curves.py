"""Curves of trainings, for ``w2v plot --curve``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from w2vcli.atomic import new_file, require_absent
from w2vcli.cli.output import print_rows
from w2vcli.errors import BadModel
from w2vcli.models.registry import find_model, model_name

if TYPE_CHECKING:
    from w2vcli.views.curve import Curve, History


def plot_curves(names: Sequence[str], output: Path | None, *, force: bool, as_json: bool) -> None:
    """Draw what was measured after each epoch of trainings."""
    from w2vcli.views.curve import draw_curves, draw_histories
    from w2vcli.views.pictures import require_format, save

    paths = [find_model(name) for name in names]
    histories = [_history(path) for path in paths]
    target = output or Path(f"{model_name(paths[0])}-curve.png")
    require_format(target)
    require_absent(target, force=force)
    if all(histories):
        known = [history for history in histories if history is not None]
        figure = draw_histories(known)
        last = [(history.name, len(history.epochs), history.epochs[-1]["val_loss"]) for history in known]
    elif any(histories):
        raise BadModel("the curve of a network and that of word2vec have no loss in common; draw them one by one")
    else:
        found = [_curve(path) for path in paths]
        figure = draw_curves(found)
        last = [(curve.name, len(curve.loss), curve.loss[-1]) for curve in found]
    with new_file(target, force=force) as stream:
        save(figure, stream, target)
    rows = [{"output": str(target), "model": name, "epochs": epochs, "loss": loss} for name, epochs, loss in last]
    print_rows(rows, ("output", "model", "epochs", "loss"), as_json=as_json)


def _history(path: Path) -> History | None:
    """Return the history of a classifier or a language model; None for any other model."""
    from w2vcli.neural.network_store import CLASSIFIERS, LANGUAGE_MODELS
    from w2vcli.views.curve import History

    for store in (CLASSIFIERS, LANGUAGE_MODELS):
        if store.has(path):
            return History(model_name(path), [epoch.as_row() for epoch in store.read(path).history])
    return None


def _curve(path: Path) -> Curve:
    from w2vcli.models.facts import read_facts
    from w2vcli.views.curve import Curve

    losses = [run.loss or [] for run in read_facts(path).runs]
    if not any(losses):
        raise BadModel(f"{path} has no loss to draw: it was not trained here, or with --no-held-out")
    begins = [sum(map(len, losses[:at])) for at in range(1, len(losses))]
    return Curve(model_name(path), [loss for run in losses for loss in run], begins)
