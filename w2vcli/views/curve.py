"""What was measured after each epoch of a training, drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from w2vcli.views.legend import add_legend_of_lines, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

_LONGEST_NAME = 30


class Curve(NamedTuple):
    """A model's name and its loss after each epoch; ``begins`` are the epochs before which a training began anew."""

    name: str
    loss: Sequence[float]
    begins: Sequence[int] = ()


def draw_curves(curves: Sequence[Curve]) -> Figure:
    """Return a picture of loss against epoch, a line for each model.

    Raises
    ------
    MissingFont
        If no installed font has the characters of a name.
    """
    import matplotlib
    from matplotlib.figure import Figure

    from w2vcli.views.fonts import families_for, label_of

    names = [shortened(label_of(curve.name), _LONGEST_NAME) for curve in curves]
    with matplotlib.rc_context({"font.family": families_for(names), "text.parse_math": False}):
        figure = Figure(figsize=(8, 5), layout="constrained")
        axes = figure.add_subplot()
        lines = []
        for curve, name in zip(curves, names, strict=True):
            epochs = range(1, len(curve.loss) + 1)
            [line] = axes.plot(epochs, curve.loss, marker="o", markersize=4)
            lines.append((line, f"{name}: {curve.loss[-1]:.3f}"))
            for begin in curve.begins:
                axes.axvline(begin + 0.5, color=line.get_color(), linestyle=":", linewidth=1)
        _finish(axes, "mean loss of a held-out pair (nats)", max(len(curve.loss) for curve in curves), lines)
    return figure


class History(NamedTuple):
    """A network's name, and its measures after each epoch: loss, accuracy, and both on validation (``val_``)."""

    name: str
    epochs: Sequence[Mapping[str, float]]


def draw_histories(histories: Sequence[History]) -> Figure:
    """Return a picture with a panel for each measure, and in it two lines for each network: training, validation.

    Raises
    ------
    MissingFont
        If no installed font has the characters of a name.
    """
    import matplotlib
    from matplotlib.figure import Figure

    from w2vcli.views.fonts import families_for, label_of

    names = [shortened(label_of(history.name), _LONGEST_NAME) for history in histories]
    measured = {name for history in histories for name in history.epochs[0] if not name.startswith(_VALIDATION)}
    measures = sorted(measured, key=lambda name: (name != "loss", name))
    longest = max(len(history.epochs) for history in histories)
    with matplotlib.rc_context({"font.family": families_for(names), "text.parse_math": False}):
        figure = Figure(figsize=(1 + 5 * len(measures), 5), layout="constrained")
        for axes, measure in zip(figure.subplots(1, len(measures), squeeze=False)[0], measures, strict=True):
            lines = []
            for history, name in zip(histories, names, strict=True):
                epochs = range(1, len(history.epochs) + 1)
                trained, validated = (
                    [epoch.get(f"{prefix}{measure}", float("nan")) for epoch in history.epochs]
                    for prefix in ("", _VALIDATION)
                )
                [line] = axes.plot(epochs, trained, marker="o", markersize=4, linestyle="--")
                [other] = axes.plot(epochs, validated, marker="o", markersize=4, color=line.get_color())
                lines += [(line, f"{name}, training"), (other, f"{name}, validation: {validated[-1]:.3f}")]
            _finish(axes, measure, longest, lines)
    return figure


_VALIDATION = "val_"


def _finish(axes: Axes, what: str, epochs: int, lines: Sequence[tuple[Line2D, str]]) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_xlabel("epoch")
    axes.set_ylabel(what)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.3)
    axes.set_xlim(0.5, epochs + 0.5)
    add_legend_of_lines(axes, [line for line, _ in lines], [name for _, name in lines])
