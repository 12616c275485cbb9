"""Legends that stay within the picture, however many names they have and however long those are.

matplotlib draws a legend as large as its names need it, also beyond the edges. Here ever smaller arrangements are
tried until one fits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend

# Tried in this order: first whole names in smaller and smaller type, then names with fewer and fewer letters.
_SIZES = (9, 8, 7, 6)  # points
_COLUMNS = (4, 3, 2, 1)
_LETTERS = (60, 40, 30, 20, 14, 10, 6)
_MOST_COLUMNS = 8
_WIDTH = 0.98  # of the picture
_SMALLEST = 4.5  # points


def add_legend(
    figure: Figure, handles: Sequence[Artist], names: Sequence[str], *, loc: str, most_height: float = 0.3
) -> Legend:
    """Add a legend that is no wider than the picture and no higher than ``most_height`` of it, and return it.

    ``handles`` are the markers before the names. A name that is too long ends with an ellipsis.
    """
    legend = None
    for letters, columns, size in _trials(names):
        if legend is not None:
            legend.remove()
        legend = _legend(figure, handles, [shortened(name, letters) for name in names], columns, size, loc)
        box = legend.get_window_extent(renderer_of(figure))
        if box.width <= _WIDTH * figure.bbox.width and box.height <= most_height * figure.bbox.height:
            break
    assert legend is not None  # noqa: S101  (there is always a trial)
    return legend


def add_legend_of_lines(axes: Axes, lines: Sequence[Artist], names: Sequence[str]) -> None:
    """Add a legend within ``axes``, where matplotlib finds room for it. Every name has an entry."""
    # The names are set afterwards, since matplotlib leaves out those that begin with "_".
    legend = axes.legend(lines, [str(at) for at in range(len(names))], frameon=False, fontsize=9)
    for text, name in zip(legend.get_texts(), names, strict=True):
        text.set_text(name)


def _trials(names: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """Yield arrangements, the most readable first: letters of a name at most, columns, size of the type."""
    longest = max(map(len, names), default=0)
    for size in _SIZES:
        for columns in _COLUMNS:
            if columns <= max(len(names), 1):
                yield longest, columns, size
    for letters in _LETTERS:
        for columns in range(1, min(_MOST_COLUMNS, len(names)) + 1):
            yield letters, columns, _SIZES[-1]
    yield _LETTERS[-1], _MOST_COLUMNS, _SMALLEST


def _legend(
    figure: Figure, handles: Sequence[Artist], names: Sequence[str], columns: int, size: float, loc: str
) -> Legend:
    """Return a legend of all names, also of those that begin with "_" (see `add_legend_of_lines`)."""
    settings: Any = {"loc": loc, "ncols": columns, "frameon": False, "fontsize": size, "columnspacing": 1.2}
    legend = figure.legend(handles, [str(at) for at in range(len(names))], **settings)
    for text, name in zip(legend.get_texts(), names, strict=True):
        text.set_text(name)
    return legend


def shortened(text: str, letters: int) -> str:
    """Return a text of at most ``letters`` characters, the last one an ellipsis if there were more."""
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def fitted(figure: Figure, text: str, size: float) -> str:
    """Return a text that fits on one line of the picture in type of ``size`` points, shortened in its middle.

    Captions are shortened so: their beginning names the method, and their end the seed and the library.
    """
    width, most = _width(figure, text, size), _WIDTH * figure.bbox.width
    if width <= most:
        return text
    half = max(1, int(len(text) * most / width / 2) - 2)
    return f"{text[:half]}…{text[-half:]}"


def narrowed(figure: Figure, text: str, size: float, inches: float) -> str:
    """Return a text that is at most ``inches`` wide in type of ``size`` points, shortened at its end."""
    most = inches * figure.dpi
    text = shortened(text, int(inches * 72))  # no letter is narrower than a point
    while len(text) > 2 and (width := _width(figure, text, size)) > most:
        text = shortened(text, min(len(text) - 1, max(2, int(len(text) * most / width))))
    return text


def _width(figure: Figure, text: str, size: float) -> float:
    """Return the width of a text in pixels, measured by drawing it."""
    line = figure.text(0, 0, text, size=size)
    width = float(line.get_window_extent(renderer_of(figure)).width)
    line.remove()
    return width


def renderer_of(figure: Figure) -> Any:
    """Return the renderer of a figure, which knows how large a text will be."""
    return figure.canvas.get_renderer()  # type: ignore[attr-defined]
