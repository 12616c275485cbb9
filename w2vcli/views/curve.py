"""Curves of trainings: what was measured after each epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from w2vcli.errors import BadModel
from w2vcli.models.facts import read_facts
from w2vcli.models.registry import model_name
from w2vcli.reporting import SILENT, Reporter
from w2vcli.views.fonts import find_fonts_to_draw, label_of
from w2vcli.views.legend import add_legend_of_lines, shortened
from w2vcli.views.pictures import drawing, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

_LONGEST_NAME = 30  # letters
_INCHES = 5.0
VALIDATION = "val_"  # how Keras begins the names of what it measures on the validation part


class Curve(NamedTuple):
    """The ``loss`` of a word2vec model after each epoch.

    A model can be trained several times, each time starting from what it was. ``begins`` has the epochs after which
    a later training began.
    """

    name: str
    loss: Sequence[float]
    begins: Sequence[int] = ()

    @property
    def length(self) -> int:
        """How many epochs there were."""
        return len(self.loss)

    @property
    def last_loss(self) -> float:
        """The loss after the last epoch."""
        return self.loss[-1]


class History(NamedTuple):
    """What a network was measured by after each epoch: its loss, its accuracy, and both on validation (``val_``)."""

    name: str
    epochs: Sequence[Mapping[str, float]]

    @property
    def length(self) -> int:
        """How many epochs there were."""
        return len(self.epochs)

    @property
    def last_loss(self) -> float:
        """The loss on validation after the last epoch."""
        return self.epochs[-1]["val_loss"]


def read_curve(path: Path) -> Curve:
    """Return the losses of all trainings of the model at ``path``.

    Raises
    ------
    BadModel
        If there is no such model, or no loss was measured.
    """
    losses = [run.loss or [] for run in read_facts(path).runs]
    if not any(losses):
        raise BadModel(f"{path} has no loss to draw: it was not trained here, or with --no-held-out")
    begins = [sum(map(len, losses[:at])) for at in range(1, len(losses))]
    return Curve(model_name(path), [loss for run in losses for loss in run], begins)


def draw_trainings(
    trainings: Sequence[Curve | History], reporter: Reporter = SILENT, *, keeps_text: bool = False
) -> Figure:
    """Return a figure of trainings, either all of word2vec or all of networks.

    A character that no installed font has is warned of and escaped, unless the picture ``keeps_text``.

    Raises
    ------
    BadModel
        If there are both, since their losses measure different things.
    """
    curves = [training for training in trainings if isinstance(training, Curve)]
    histories = [training for training in trainings if isinstance(training, History)]
    if curves and histories:
        raise BadModel("the curve of a network and that of word2vec have no loss in common; draw them one by one")
    if curves:
        return draw_curves(curves, reporter, keeps_text=keeps_text)
    return draw_histories(histories, reporter, keeps_text=keeps_text)


def draw_curves(curves: Sequence[Curve], reporter: Reporter = SILENT, *, keeps_text: bool = False) -> Figure:
    """Return a figure of loss against epoch, with a line for each model and a dotted one where a training began.

    A character that no installed font has is warned of and escaped, unless the picture ``keeps_text``.
    """
    names = [shortened(label_of(curve.name), _LONGEST_NAME) for curve in curves]
    fonts = find_fonts_to_draw(names, reporter, keeps_text=keeps_text)
    names = list(map(fonts.drawable, names))
    with drawing({"font.family": fonts.families, "text.parse_math": False}):
        figure = new_figure(8, _INCHES, constrained=True)
        axes = figure.add_subplot()
        lines = []
        for curve, name in zip(curves, names, strict=True):
            [line] = axes.plot(range(1, curve.length + 1), curve.loss, marker="o", markersize=4)
            lines.append((line, f"{name}: {curve.last_loss:.3f}"))
            for begin in curve.begins:
                axes.axvline(begin + 0.5, color=line.get_color(), linestyle=":", linewidth=1)
        _finish(axes, "mean loss of a held-out pair (nats)", max(curve.length for curve in curves), lines)
    return figure


def draw_histories(histories: Sequence[History], reporter: Reporter = SILENT, *, keeps_text: bool = False) -> Figure:
    """Return a figure with a panel for each measure, the loss first.

    Each panel has two lines for each network: a dashed one for training, a solid one for validation.

    A character that no installed font has is warned of and escaped, unless the picture ``keeps_text``.
    """
    names = [shortened(label_of(history.name), _LONGEST_NAME) for history in histories]
    measured = {name for history in histories for name in history.epochs[0] if not name.startswith(VALIDATION)}
    measures = sorted(measured, key=lambda name: (name != "loss", name))
    longest = max(history.length for history in histories)
    fonts = find_fonts_to_draw(names, reporter, keeps_text=keeps_text)
    names = list(map(fonts.drawable, names))
    with drawing({"font.family": fonts.families, "text.parse_math": False}):
        figure = new_figure(1 + _INCHES * len(measures), _INCHES, constrained=True)
        for axes, measure in zip(figure.subplots(1, len(measures), squeeze=False)[0], measures, strict=True):
            lines = []
            for history, name in zip(histories, names, strict=True):
                epochs = range(1, history.length + 1)
                trained, validated = (
                    [epoch.get(f"{prefix}{measure}", float("nan")) for epoch in history.epochs]
                    for prefix in ("", VALIDATION)
                )
                [line] = axes.plot(epochs, trained, marker="o", markersize=4, linestyle="--")
                [other] = axes.plot(epochs, validated, marker="o", markersize=4, color=line.get_color())
                lines += [(line, f"{name}, training"), (other, f"{name}, validation: {validated[-1]:.3f}")]
            _finish(axes, measure, longest, lines)
    return figure


def _finish(axes: Axes, what: str, epochs: int, lines: Sequence[tuple[Line2D, str]]) -> None:
    """Name the axes, mark whole epochs only, and add the legend."""
    from matplotlib.ticker import MaxNLocator

    axes.set_xlabel("epoch")
    axes.set_ylabel(what)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.3)
    axes.set_xlim(0.5, epochs + 0.5)
    add_legend_of_lines(axes, [line for line, _ in lines], [name for _, name in lines])
