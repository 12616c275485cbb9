"""Outlines behind labels that stand on points, of which the labels themselves stay text.

This module imports matplotlib, so others import it inside the functions that draw.
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
    """The outlines of ``texts``, which are drawn as paths behind them.

    With a path effect of its own, matplotlib would draw a text as paths too: nobody could search or copy it. In SVG
    `as_style` draws the outlines, since the reader's fonts are others.
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
        """Draw the outlines alone."""
        if not self.get_visible():
            return
        for text in self._texts:
            text.set_path_effects([Stroke(linewidth=_WIDTH, foreground=self._color)])
            text.draw(renderer)
            text.set_path_effects([])

    def as_style(self) -> str:
        """Return the rule of a style sheet that draws the outlines of these texts in SVG."""
        return f'g[id^="label"] text {{paint-order: stroke; stroke: {self._color}; stroke-width: {_WIDTH}px}}'
