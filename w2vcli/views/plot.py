"""A picture of words as labelled points."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from w2vcli.errors import BadSettings
from w2vcli.escaping import visible
from w2vcli.views.fonts import families_for
from w2vcli.views.projection import Projection

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# The date in a file would make two files of the same picture differ.
_FORMATS: dict[str, dict[str, Any]] = {
    ".png": {"metadata": {"Software": None}},
    ".svg": {"metadata": {"Date": None}},
    ".pdf": {"metadata": {"CreationDate": None}},
}
_INCHES = 8
_DPI = 150


def require_format(path: Path) -> None:
    """Raise `BadSettings` if ``path`` does not end as a picture that can be written."""
    if path.suffix.lower() not in _FORMATS:
        raise BadSettings(f"{path}: a picture's name ends with {', '.join(_FORMATS)}")


def draw(projection: Projection, words: Sequence[str], *, on_screen: bool = False) -> Figure:
    """Return a figure of 8 x 8 inches with a point and a label for each word.

    Labels stand beside their points, so that they do not lie over each other where there is room.

    Raises
    ------
    MissingFont
        If no installed font has the characters of a word.
    """
    import matplotlib
    import textalloc

    labels = [visible(word) for word in words]
    with matplotlib.rc_context(
        {"font.family": families_for(labels), "axes.unicode_minus": False, "text.usetex": False}
    ):
        figure = _new_figure(on_screen)
        axes = figure.add_subplot()
        x, y = projection.points.T.tolist()
        axes.scatter(x, y, s=24)
        axes.margins(0.1)
        axes.set_xticks([])
        axes.set_yticks([])
        figure.tight_layout()
        textalloc.allocate(
            axes, x, y, labels, x_scatter=x, y_scatter=y, textsize=11, linecolor="lightgray", draw_all=True
        )
    return figure


def save(figure: Figure, stream: BinaryIO, path: Path) -> None:
    """Write a figure in the format that the ending of ``path`` names: PNG, SVG or PDF."""
    import matplotlib

    suffix = path.suffix.lower()
    with matplotlib.rc_context({"svg.hashsalt": "w2v"}):
        figure.savefig(stream, format=suffix[1:], dpi=_DPI, **_FORMATS[suffix])


def require_screen() -> None:
    """Raise `BadSettings` if matplotlib cannot open a window."""
    from matplotlib import pyplot

    if pyplot.get_backend().lower() == "agg":
        raise BadSettings("there is no screen to show the picture on; write it to a file with -o plot.png")


def show() -> None:
    """Show the figures that were drawn ``on_screen``, until their windows are closed."""
    from matplotlib import pyplot

    pyplot.show()


def _new_figure(on_screen: bool) -> Figure:
    size = (_INCHES, _INCHES)
    if on_screen:
        from matplotlib import pyplot

        return pyplot.figure(figsize=size)
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=size)
    FigureCanvasAgg(figure)
    return figure
