"""Lines of words over the slices of a text: their places on axes, with 95 % intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from w2vcli.reporting import SILENT, Reporter
from w2vcli.views.fonts import find_fonts_to_draw, label_of
from w2vcli.views.legend import add_legend_of_lines, shortened
from w2vcli.views.pictures import Picture, drawing, new_figure, settings_for
from w2vcli.views.scene import THEMES, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

_INCHES_WIDE, _INCHES_A_PANEL = 8.0, 3.6
_LONGEST_NAME = 30  # letters
_MOST_TICKS = 12
_SHIFT = 0.06  # of the distance of two slices, so that the intervals of words do not hide each other
_CAPTION = "bars: 95 % intervals for other documents of the same slice; the axis is that of all the text of {model}"


class SlicePoint(NamedTuple):
    """A place and the ends of its interval, NaN where the word comes too seldom."""

    place: float
    low: float
    high: float


def draw_slices(
    model: str,
    column: str,
    slices: Sequence[str],
    panels: Mapping[str, Mapping[str, Sequence[SlicePoint]]],
    theme: Theme = THEMES["light"],
    *,
    keeps_text: bool = False,
    reporter: Reporter = SILENT,
) -> Picture:
    """Return a picture with a panel for each axis, in it a line for each word over the slices, in their order.

    Slices that are numbers stand as far apart as these. Where a word has no place, its line has a gap. A character that
    no installed font has is warned of and escaped, unless the picture ``keeps_text``.
    """
    words = list(dict.fromkeys(word for of_words in panels.values() for word in of_words))
    caption = _CAPTION.format(model=model)
    texts = [label_of(text) for text in (*panels, *words, *slices, column, caption)]
    fonts = find_fonts_to_draw(texts, reporter, keeps_text=keeps_text)

    def plain(text: str) -> str:
        return fonts.drawable(label_of(shortened(text, _LONGEST_NAME)))

    settings = {
        **settings_for(theme, fonts.families),
        **{f"{letter}tick.color": theme.text for letter in "xy"},
        "axes.facecolor": theme.background,
        "axes.edgecolor": theme.line,
    }
    places = _places_of(slices)
    with drawing(settings):
        figure = new_figure(_INCHES_WIDE, _INCHES_A_PANEL * len(panels), constrained=True)
        for (axis, lines), axes in zip(panels.items(), figure.subplots(len(panels), squeeze=False)[:, 0], strict=True):
            handles = [
                _draw_line(axes, places, points, theme.groups[at % len(theme.groups)], at - (len(lines) - 1) / 2)
                for at, points in enumerate(lines.values())
            ]
            axes.axhline(0, color=theme.line, linewidth=0.8, zorder=0)
            axes.set_ylabel(plain(axis), size=9)
            step = -(-len(slices) // _MOST_TICKS)
            axes.set_xticks(places[::step], [plain(one) for one in slices[::step]], fontsize=8)
            axes.tick_params(axis="y", labelsize=8)
            axes.spines[["top", "right"]].set_visible(False)
            add_legend_of_lines(axes, handles, [plain(word) for word in lines])
        axes.set_xlabel(plain(column), size=9)
        figure.supxlabel(fonts.drawable(label_of(caption)), size=6.5, color=theme.faint)
        figure.canvas.draw()  # fonts are looked up when text is drawn, so while they are those of the settings
    return Picture(figure, caption)


def _places_of(slices: Sequence[str]) -> list[float]:
    """Return where slices stand: at their numbers, or one by one where they are none."""
    try:
        return [float(one) for one in slices]
    except ValueError:
        return [float(at) for at in range(len(slices))]


def _draw_line(axes: Axes, places: Sequence[float], points: Sequence[SlicePoint], color: str, shift: float) -> Line2D:
    least = min((after - before for before, after in pairwise(places)), default=1.0)
    x = [place + shift * _SHIFT * least for place in places]
    below = [point.place - point.low for point in points]
    above = [point.high - point.place for point in points]
    [line] = axes.plot(x, [point.place for point in points], marker="o", markersize=4, color=color)
    axes.errorbar(x, [point.place for point in points], [below, above], fmt="none", ecolor=color, elinewidth=1)
    return line
