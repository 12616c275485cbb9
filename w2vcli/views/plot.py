"""A picture of words as labelled points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from w2vcli.errors import BadSettings, NoScreen
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

# Marker and text size in points (a marker's squared), and how far from its point a label may stand, as a
# share of the picture: with many words, a long line to a label says less than no label.
_A_FEW_WORDS = 50
_FEW = (24, 11, 0.2)
_MANY = (6, 7, 0.06)


def require_format(path: Path) -> None:
    """Raise `BadSettings` if ``path`` does not end as a picture that can be written."""
    if path.suffix.lower() not in _FORMATS:
        raise BadSettings(f"{path}: a picture's name ends with {', '.join(_FORMATS)}")


@dataclass(frozen=True)
class Picture:
    """A figure of words as points, and those of them for whose label there was no room."""

    figure: Figure
    unlabelled: list[str]


def draw(projection: Projection, words: Sequence[str], *, on_screen: bool = False) -> Picture:
    """Return a picture of 8 x 8 inches with a point and a label for each word.

    Labels stand beside their points and not over each other; where they do not all fit, those that come
    first in ``words`` go first.

    Raises
    ------
    MissingFont
        If no installed font has the characters of a word.
    """
    import matplotlib
    import textalloc

    labels = [visible(word) for word in words]
    marker_size, text_size, longest_line = _FEW if len(words) <= _A_FEW_WORDS else _MANY
    with matplotlib.rc_context({"font.family": families_for(labels)}):
        figure = _new_figure(on_screen)
        axes = figure.add_subplot()
        x, y = projection.points.T.tolist()
        points = axes.scatter(x, y, s=marker_size)
        axes.margins(0.1)
        axes.set_xticks([])
        axes.set_yticks([])
        figure.tight_layout()
        textalloc.allocate(
            axes,
            x,
            y,
            labels,
            scatter_plot=points,
            textsize=text_size,
            margin=0.002,
            min_distance=0.007,
            max_distance=longest_line,
            linecolor="lightgray",
            draw_all=False,
            parse_math=False,  # a dollar sign is a dollar sign
        )
    labelled = {text.get_text() for text in axes.texts}
    return Picture(figure, [word for word, label in zip(words, labels, strict=True) if label not in labelled])


def save(figure: Figure, stream: BinaryIO, path: Path) -> None:
    """Write a figure in the format that the ending of ``path`` names: PNG, SVG or PDF."""
    import matplotlib

    suffix = path.suffix.lower()
    with matplotlib.rc_context({"svg.hashsalt": "w2v"}):
        figure.savefig(stream, format=suffix[1:], dpi=_DPI, **_FORMATS[suffix])


def require_screen() -> None:
    """Raise `NoScreen` if matplotlib cannot open a window."""
    from matplotlib import pyplot

    if pyplot.get_backend().lower() == "agg":
        raise NoScreen("there is no screen to show the picture on; write it to a file with -o plot.png")


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
