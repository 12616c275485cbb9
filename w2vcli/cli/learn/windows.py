"""The window of skip-gram in colours, for ``w2v pairs`` on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from w2vcli.cli.styles import console

if TYPE_CHECKING:
    from w2vcli.lessons.pairs import PairBlock

_STYLES = {"target": "bold reverse", "context": "bold underline", "": ""}


def draw_windows(block: PairBlock, names: Sequence[str], sentences: int, targets: int) -> int:
    """Draw the first ``sentences`` of a block, of at most ``targets`` targets in all. Return how many were drawn.

    ``names`` are the words of the vocabulary. The target stands in square brackets, its context in round ones.
    """
    from rich.cells import cell_len
    from rich.text import Text

    from w2vcli.lessons.windows import lay_out_windows

    screen = console()
    drawn = 0
    for lines in lay_out_windows(block, names, sentences, targets, screen.width, cell_len):
        if drawn:
            screen.print()
        drawn += 1
        for line in lines:
            cells = [(cell.text, _STYLES[cell.role]) for cell in line.cells]
            screen.print(Text.assemble(*cells, line.pairs), soft_wrap=True)
    return drawn
