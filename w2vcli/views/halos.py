"""Outlines in the colour of the background, which keep labels readable where they stand on points.

This module imports matplotlib at its top, so others import it inside the functions that draw.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.patheffects import Stroke
from matplotlib.text import Text

_WIDTH = 2  # points
_BEHIND = 2.9  # texts are drawn at 3


class Halos(Artist):
    """The outlines of ``texts``, drawn behind them as an artist of its own.

    matplotlib can give a text an outline as a path effect, but then it draws the text itself as a path. Nobody could
    search such a text or copy it. In SVG even the outlines would be wrong, since the reader's fonts differ from
    ours. There the rule of `as_style` draws them.
    """

    def __init__(self, texts: Sequence[Text], color: str) -> None:
        super().__init__()
        self._texts = texts
        self._color = color
        self.set_zorder(_BEHIND)
        self.set_in_layout(False)
        for at, text in enumerate(texts):
            text.set_gid(f"label{at}")

    def draw(self, renderer: RendererBase) -> None:
        """Draw the outlines, without the texts."""
        if not self.get_visible():
            return
        for text in self._texts:
            text.set_path_effects([Stroke(linewidth=_WIDTH, foreground=self._color)])
            text.draw(renderer)
            text.set_path_effects([])  # the text itself is drawn later, as text

    def as_style(self) -> str:
        """Return a rule for the style sheet of an SVG, which draws the outlines of these texts.

        The texts are found by the ids that the constructor gave them: ``label0``, ``label1`` and so on.
        """
        return f'g[id^="label"] text {{paint-order: stroke; stroke: {self._color}; stroke-width: {_WIDTH}px}}'
