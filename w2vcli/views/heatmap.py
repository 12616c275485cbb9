"""Heat maps: a coloured cell for each value of a matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from w2vcli.errors import BadVocabulary
from w2vcli.escaping import decimals, visible
from w2vcli.models.directory import Model
from w2vcli.queries.search import similarities
from w2vcli.reporting import SILENT, Reporter
from w2vcli.views.fonts import find_fonts_to_draw, label_of
from w2vcli.views.legend import fitted, narrowed, renderer_of
from w2vcli.views.pictures import Picture, drawing, new_figure, settings_for
from w2vcli.views.scene import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# In inches: a cell with room for a number, one without, and all cells together, at least and at most.
_CELL, _SMALL_CELL = 0.6, 0.16
_LEAST_CELLS, _MOST_CELLS = 3.0, 18.4
# In inches, too: the longest name, the scale of colours, the small print, and the blank between two of them.
_LABELS = 1.6
_SCALE = 0.15
_SMALL_PRINT = 0.2
_GAP = 0.12
# More rows or columns than this are drawn in small cells, without numbers.
_MOST_WITH_NUMBERS = 20
# On cells darker than this share of the limit, numbers are white.
_DARK = 0.6
# Negative and positive differ in lightness at both ends, and in a hue that all kinds of colour vision tell apart.
_COLORS = "PuOr_r"


def draw_similarities(
    model: Model,
    words: Sequence[str],
    theme: Theme,
    *,
    on_screen: bool = False,
    keeps_text: bool = False,
    reporter: Reporter = SILENT,
) -> Picture:
    """Return a picture of the cosines of ``words`` with each other.

    A character that no installed font has is warned of and escaped, unless the picture ``keeps_text``.

    Raises
    ------
    BadVocabulary
        If there are no words.
    UnknownWords
        If the model does not have them all.
    """
    if not words:
        raise BadVocabulary("there is no word to draw")
    caption = f"cosines of {len(words):,} words of {visible(model.name)}"
    values = similarities(model, words)
    figure = draw_heatmap(
        values,
        words,
        words,
        "similarity",
        caption,
        theme,
        on_screen=on_screen,
        keeps_text=keeps_text,
        reporter=reporter,
    )
    return Picture(figure, caption)


def draw_features(
    model: Model,
    values: npt.NDArray[np.floating],
    words: Sequence[str],
    axes: Sequence[str],
    theme: Theme,
    *,
    keeps_text: bool = False,
    reporter: Reporter = SILENT,
) -> Picture:
    """Return a picture of ``values`` (words x axes): the cosines that `queries.axes.place` found.

    A character that no installed font has is warned of and escaped, unless the picture ``keeps_text``.
    """
    caption = f"words of {visible(model.name)} by features: cosine with the mean difference of pairs"
    figure = draw_heatmap(values, words, axes, "cosine", caption, theme, keeps_text=keeps_text, reporter=reporter)
    return Picture(figure, caption)


def draw_heatmap(
    values: npt.NDArray[np.floating],
    rows: Sequence[str],
    columns: Sequence[str],
    what: str,
    caption: str,
    theme: Theme,
    *,
    on_screen: bool = False,
    keeps_text: bool = False,
    reporter: Reporter = SILENT,
) -> Figure:
    """Return a figure of ``values`` (rows x columns), with numbers in the cells of matrices up to 20 x 20.

    The colours run from -m to m, where m is the largest absolute value, so 0 is always in their middle. ``what``
    names the values beside the scale of colours.

    A character that no installed font has is warned of and escaped, unless the picture ``keeps_text``.
    """
    row_names, column_names = list(map(label_of, rows)), list(map(label_of, columns))
    limit = float(np.abs(values).max(initial=0)) or 1.0  # a scale from 0 to 0 has no colours
    has_numbers = max(len(rows), len(columns)) <= _MOST_WITH_NUMBERS
    width, height = _size_of_cells(len(rows), len(columns), square=has_numbers)
    small_print = label_of(caption)
    fonts = find_fonts_to_draw([*row_names, *column_names, small_print], reporter, keeps_text=keeps_text)
    settings: Any = settings_for(theme, fonts.families) | {"xtick.color": theme.text, "ytick.color": theme.text}
    with drawing(settings):
        figure = new_figure(width, height, on_screen=on_screen)
        axes = figure.add_axes((0, 0, 1, 1))
        image = axes.imshow(values, cmap=_COLORS, vmin=-limit, vmax=limit, aspect="auto")
        size = 10 if has_numbers else 7
        row_names, column_names = (
            [narrowed(figure, fonts.drawable(name), size, _LABELS) for name in names]
            for names in (row_names, column_names)
        )
        # Names of columns stand above and slant to the right, since long ones would run into each other.
        axes.set_xticks(range(len(columns)), column_names, rotation=45, ha="left", rotation_mode="anchor", size=size)
        axes.set_yticks(range(len(rows)), row_names, size=size)
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        if has_numbers:
            for at, value in np.ndenumerate(values):
                color = "#ffffff" if abs(value) > _DARK * limit else "#1a1a1a"
                text = decimals(float(value), 2)
                axes.text(at[1], at[0], text, ha="center", va="center", color=color, size=9)
        scale = figure.colorbar(image, cax=figure.add_axes((0, 0, 1, 1)))
        scale.set_label(what, size=8)
        scale.outline.set_visible(False)
        scale.ax.tick_params(labelsize=8)
        _arrange(figure, axes, scale.ax, width, height)
        figure.text(0.01, 0.008, fitted(figure, fonts.drawable(small_print), 6.5), size=6.5, color=theme.faint)
        figure.canvas.draw()  # fonts are looked up when text is drawn, so while they are those of the settings
    return figure


def _size_of_cells(rows: int, columns: int, *, square: bool) -> tuple[float, float]:
    """Return the width and the height of all cells together, in inches. Cells with numbers are ``square``."""
    side = _CELL if square else _SMALL_CELL
    width, height = (min(_MOST_CELLS, max(_LEAST_CELLS, side * count)) for count in (columns, rows))
    if square:
        side = min(width / max(columns, 1), height / max(rows, 1))
        return side * columns, side * rows
    return width, height


def _arrange(figure: Figure, axes: Axes, scale: Axes, width: float, height: float) -> None:
    """Give a figure the size that its parts need, and put them at their places.

    The cells take ``width`` x ``height`` inches. The names around them take what they take, whatever the size of the
    figure: matplotlib's own layouts shrink square cells after they made room for the names, and cut the names off.
    """
    figure.canvas.draw()  # before that, matplotlib does not know where the names are
    (cells, named), (bar, numbers) = (_boxes(figure, part) for part in (axes, scale))
    left, top, over_right = (max(0.0, over) for over in (cells.x0 - named.x0, named.y1 - cells.y1, named.x1 - cells.x1))
    # The scale is lower than the cells, so a slanting name may reach out above it.
    scale_right = 2 * _GAP + _SCALE + numbers.x1 - bar.x1
    left, top = left + _GAP, top + _GAP
    total = (left + width + max(over_right, scale_right) + _GAP, top + height + _GAP + _SMALL_PRINT)
    figure.set_size_inches(*total)
    bottom = total[1] - top - height
    for part, (x, y, wide, high) in (
        (axes, (left, bottom, width, height)),
        (scale, (left + width + 2 * _GAP, bottom + 0.15 * height, _SCALE, 0.7 * height)),
    ):
        part.set_position((x / total[0], y / total[1], wide / total[0], high / total[1]))


def _boxes(figure: Figure, axes: Any) -> tuple[Any, Any]:
    """Return where ``axes`` are, in inches: without the names around them, and with them."""
    renderer, inches = renderer_of(figure), figure.dpi_scale_trans.inverted()
    return (
        axes.get_window_extent(renderer).transformed(inches),
        axes.get_tightbbox(renderer).transformed(inches),
    )
