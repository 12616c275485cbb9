"""The loss of a training over its epochs, drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from w2vcli.escaping import visible

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
    from matplotlib.ticker import MaxNLocator

    from w2vcli.views.fonts import families_for

    names = [visible(curve.name) for curve in curves]
    with matplotlib.rc_context({"font.family": families_for(names), "text.parse_math": False}):
        figure = Figure(figsize=(8, 5), layout="constrained")
        axes = figure.add_subplot()
        for curve, name in zip(curves, names, strict=True):
            epochs = range(1, len(curve.loss) + 1)
            label = f"{name}: {curve.loss[-1]:.3f}"
            [line] = axes.plot(epochs, curve.loss, marker="o", markersize=4, label=label)
            for begin in curve.begins:
                axes.axvline(begin + 0.5, color=line.get_color(), linestyle=":", linewidth=1)
        axes.set_xlabel("epoch")
        axes.set_ylabel("mean loss of a held-out pair (nats)")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]))
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", alpha=0.3)
        axes.set_xlim(0.5, max(len(curve.loss) for curve in curves) + 0.5)
        axes.legend(frameon=False)
    return figure
