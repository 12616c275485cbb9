"""The picture of words as lectures draw it: matplotlib as it is, with one call of scatter for each word.

So each word has the next colour of matplotlib's cycle, axes have ticks, and labels may lie over each other. `plot`
draws the same points without that.
"""

from __future__ import annotations

from typing import Any

from w2vcli.reporting import SILENT, Reporter
from w2vcli.views.fonts import find_label_fonts, label_of
from w2vcli.views.pictures import drawing, new_figure
from w2vcli.views.plot import PointsPicture
from w2vcli.views.scene import Scene

_INCHES = 8
_OFFSET = (2, 2)  # points, from the word's point to the right lower corner of its label


def draw_as_lecture(
    scene: Scene, *, on_screen: bool = False, keeps_text: bool = False, reporter: Reporter = SILENT
) -> PointsPicture:
    """Return a picture of 8 x 8 inches with a point of its own colour and a label for each word.

    The scene has two dimensions, and its groups, arrows and theme are not drawn. A word that no installed font can
    write has a point without a label, unless the picture ``keeps_text``. `compose` has warned of it before.
    """
    labels = [label_of(word) for word in scene.words]
    fonts = find_label_fonts(scene.words, [scene.caption], keeps_text=keeps_text)
    settings: Any = {"font.family": fonts.families, "text.parse_math": False}
    with drawing(settings), reporter.phase("drawing"):
        figure = new_figure(_INCHES, _INCHES, on_screen=on_screen)
        axes = figure.add_subplot()
        for label, (x, y) in zip(labels, scene.projection.points.tolist(), strict=True):
            axes.scatter(x, y)
            if fonts.can_draw(label):
                axes.annotate(label, (x, y), xytext=_OFFSET, textcoords="offset points", ha="right", va="bottom")
        figure.canvas.draw()  # fonts are looked up when text is drawn, so while they are those of the settings
    without_font = [word for word, label in zip(scene.words, labels, strict=True) if not fonts.can_draw(label)]
    return PointsPicture(
        figure,
        scene.caption,
        without_font=without_font,
        missing=fonts.missing,
        labels=len(labels) - len(without_font),
    )
