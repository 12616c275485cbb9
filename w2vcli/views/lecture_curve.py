"""The curves of a network's training as lectures draw them: a figure for each measure, dots and a line.

Training is dots, validation a line of the same blue. `w2vcli.views.curve` draws several trainings in one figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from w2vcli.views.curve import VALIDATION, History
from w2vcli.views.pictures import drawing, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_WIDTH, _HEIGHT = 12, 9  # inches
_LEAST_ACCURACY = 0.5
# What the words of the lecture are, and where its legend stands.
_SHORT = {"accuracy": "acc"}
_PLACES: dict[str, Any] = {"accuracy": "lower right"}


def draw_as_lecture(history: History) -> dict[str, Figure]:
    """Return a figure of 12 x 9 inches for each measure by its name, the loss first.

    The axis of the accuracy is from .5 to 1, or from below .5 if an accuracy is.
    """
    measures = sorted((name for name in history.epochs[0] if not name.startswith(VALIDATION)), reverse=True)
    return {measure: _draw(history, measure) for measure in measures}


def _draw(history: History, measure: str) -> Figure:
    epochs = range(1, history.length + 1)
    trained, validated = ([epoch[f"{prefix}{measure}"] for epoch in history.epochs] for prefix in ("", VALIDATION))
    short = _SHORT.get(measure, measure)
    settings: Any = {"font.family": ["DejaVu Sans"]}
    with drawing(settings):
        figure = new_figure(_WIDTH, _HEIGHT)
        axes = figure.add_subplot()
        axes.plot(epochs, trained, "bo", label=f"Training {short}")
        axes.plot(epochs, validated, "b", label=f"Validation {short}")
        axes.set_title(f"Training and validation {measure}")
        axes.set_xlabel("Epochs")
        axes.set_ylabel(measure.capitalize())
        axes.legend(loc=_PLACES.get(measure, "best"))
        if measure == "accuracy":
            axes.set_ylim(min(_LEAST_ACCURACY, *trained, *validated), 1)
    return figure
