"""Bars with their confidence intervals, for the figures of an evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from w2vcli.reporting import SILENT, Reporter
from w2vcli.views.fonts import Fonts, find_fonts_to_draw, label_of
from w2vcli.views.legend import add_legend, shortened
from w2vcli.views.pictures import drawing, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_INCHES_WIDE = 8.0
_INCHES_A_BAR = 0.14
_INCHES_A_LABEL = 0.12
_INCHES_A_PANEL = 0.8
_LONGEST_LABEL, _LONGEST_TITLE = 40, 70  # letters
# The bars of one label fill this much of the distance to the next label.
_FILLED = 0.8


class Bar(NamedTuple):
    """A value, and the ends of its confidence interval."""

    value: float
    low: float
    high: float


class Panel(NamedTuple):
    """Bars below a title: for each label one bar of each series, None where there is no value.

    Each of ``series`` has a name and as many bars as there are ``labels``. The axis of values is named ``unit`` and
    ends at ``most``. It begins at 0, or at the lowest interval if that is negative.
    """

    title: str
    unit: str
    most: float
    labels: Sequence[str]
    series: Mapping[str, Sequence[Bar | None]]


def draw_bars(panels: Sequence[Panel], reporter: Reporter = SILENT, *, keeps_text: bool = False) -> Figure:
    """Return a figure, 8 inches wide, of panels below each other. A series has the same colour in all of them.

    A character that no installed font has is warned of and escaped, unless the picture ``keeps_text``.
    """
    import matplotlib

    names = list(dict.fromkeys(name for panel in panels for name in panel.series))
    texts = [text for panel in panels for text in (panel.title, *panel.labels)] + names
    heights = [_height(panel) for panel in panels]
    fonts = find_fonts_to_draw(list(map(label_of, texts)), reporter, keeps_text=keeps_text)
    with drawing({"font.family": fonts.families}):
        figure = new_figure(_INCHES_WIDE, sum(heights), constrained=True)
        all_axes = figure.subplots(len(panels), squeeze=False, height_ratios=heights)[:, 0]
        for panel, axes in zip(panels, all_axes, strict=True):
            _draw(panel, axes, names, fonts)
        if len(names) > 1:
            handles = [matplotlib.patches.Patch(color=f"C{at}") for at in range(len(names))]
            add_legend(figure, handles, [_plain(name, fonts) for name in names], loc="outside upper right")
        figure.canvas.draw()  # fonts are looked up when text is drawn, so while they are those of the settings
    return figure


def _height(panel: Panel) -> float:
    """Return the height of a panel in inches."""
    return _INCHES_A_PANEL + len(panel.labels) * (_INCHES_A_LABEL + _INCHES_A_BAR * len(panel.series))


def _draw(panel: Panel, axes: Axes, names: Sequence[str], fonts: Fonts) -> None:
    """Draw a panel: the first label on top, and the bars of a label around its place on the axis.

    ``names`` are the series of all panels, which decide on the colours.
    """
    thickness = _FILLED / len(panel.series)
    for at, (name, bars) in enumerate(panel.series.items()):
        for place, bar in enumerate(bars):
            if bar is None:
                continue  # its place stays empty, so that the bars of a series line up
            y = place - _FILLED / 2 + thickness * (at + 0.5)
            axes.barh(y, bar.value, height=thickness * 0.9, color=f"C{names.index(name)}")
            axes.hlines(y, bar.low, bar.high, color="black", linewidth=0.8)
    axes.set_yticks(
        range(len(panel.labels)),
        [_plain(shortened(label, _LONGEST_LABEL), fonts) for label in panel.labels],
        fontsize=8,
    )
    axes.set_ylim(len(panel.labels) - 0.5, -0.5)
    lows = [bar.low for bars in panel.series.values() for bar in bars if bar is not None]
    axes.set_xlim(min([0, *lows]), panel.most)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_xlabel(panel.unit, fontsize=8)
    axes.set_title(_plain(shortened(panel.title, _LONGEST_TITLE), fonts), fontsize=10, loc="left")
    axes.tick_params(axis="x", labelsize=8)
    axes.grid(axis="x", linewidth=0.3)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _plain(text: str, fonts: Fonts) -> str:
    r"""Return a text as matplotlib draws it, with ``\$`` for a dollar sign, which would begin a formula."""
    return fonts.drawable(label_of(text)).replace("$", r"\$")
