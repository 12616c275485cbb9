"""Curves of trainings, for ``w2v plot --curve``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from w2vcli.atomic import require_absent
from w2vcli.cli.output import print_rows
from w2vcli.errors import BadSettings
from w2vcli.models.registry import find_model, model_name
from w2vcli.reporting import Reporter

if TYPE_CHECKING:
    from w2vcli.views.curve import Curve, History


def plot_curves(
    names: Sequence[str], output: Path | None, reporter: Reporter, *, as_lecture: bool, force: bool
) -> None:
    """Draw what was measured after each epoch of trainings, of one network ``as_lecture`` in a picture a measure."""
    if as_lecture:
        _plot_as_lecture(names, output, force=force)
        return
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
    print_rows(rows, ("output", "model", "epochs", "loss"))


def _plot_as_lecture(names: Sequence[str], output: Path | None, *, force: bool) -> None:
    """Draw the training of one network as the lecture does: a picture for each measure, named after it."""
    from w2vcli.views.curve import History
    from w2vcli.views.lecture_curve import draw_as_lecture
    from w2vcli.views.pictures import Picture, require_format

    if len(names) > 1:
        raise BadSettings("--style lecture draws the training of one network; say --curve once")
    path = find_model(names[0])
    target = output or Path(f"{model_name(path)}-curve.png")
    require_format(target)
    training = _training(path)
    if not isinstance(training, History):
        raise BadSettings("--style lecture draws trainings of networks, with their validation; leave it out")
    figures = draw_as_lecture(training)
    outputs = {measure: target.with_stem(f"{target.stem}-{measure}") for measure in figures}
    for each in outputs.values():
        require_absent(each, force=force)
    for measure, figure in figures.items():
        Picture(figure, f"{measure} of {training.name}").write(outputs[measure], force=force)
    last = training.epochs[-1]
    rows = [
        {
            "output": str(outputs[measure]),
            "model": training.name,
            "epochs": training.length,
            "measure": measure,
            "training": last[measure],
            "validation": last[f"val_{measure}"],
        }
        for measure in figures
    ]
    print_rows(rows, ("output", "model", "epochs", "measure", "training", "validation"))


def _training(path: Path) -> Curve | History:
    """Return the history of a classifier or a language model, else the losses of word2vec."""
    from w2vcli.neural.network_store import CLASSIFIERS, LANGUAGE_MODELS
    from w2vcli.views.curve import History, read_curve

    for store in (CLASSIFIERS, LANGUAGE_MODELS):
        if store.has(path):
            return History(model_name(path), [epoch.as_row() for epoch in store.read(path).history])
    return read_curve(path)
