"""Matrices for the eye: as many columns as there is room for.

      the cat … mat
    a   0   1 …   0

A column that is left out has an ellipsis in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

from w2vcli.escaping import visible

ELLIPSIS = "…"
_GAP = 2  # what rich puts between two columns

# What gives the heading and the cells of a column, by its place from 0.
MatrixColumn = Callable[[int], tuple[str, Sequence[str]]]


def print_matrix(
    corner: str, labels: Sequence[str], count: int, column: MatrixColumn, preferred: Sequence[int] = ()
) -> None:
    """Print a matrix with a line for each of ``labels``, below ``corner``, and ``count`` columns.

    Columns that do not fit are left out. The ``preferred`` ones are kept first, then the last one, then the others
    from the left. Only what may be printed is asked of ``column``, so a matrix of a million columns costs nothing.
    """
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    def width(at: int) -> int:
        heading, cells = column(at)
        return max(cell_len(visible(text)) for text in (heading, *cells))

    console = Console(highlight=False)
    room = console.width - max(cell_len(visible(text)) for text in (corner, *labels))
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(Text(visible(corner)), no_wrap=True)
    lines = [[Text(visible(label))] for label in labels]
    before = -1
    for at in _choose(count, preferred, room, cache(width)):
        if at > before + 1:
            table.add_column(Text(ELLIPSIS), no_wrap=True)
            for line in lines:
                line.append(Text(ELLIPSIS))
        heading, cells = column(at)
        table.add_column(Text(visible(heading)), justify="right", no_wrap=True)
        for line, cell in zip(lines, cells, strict=True):
            line.append(Text(visible(cell)))
        before = at
    for line in lines:
        table.add_row(*line)
    console.print(table)


def _choose(count: int, preferred: Sequence[int], room: int, width: Callable[[int], int]) -> list[int]:
    """Return the columns to show, in order: those that fit into ``room``, but one at least.

    Each run of columns that are left out takes the room of an ellipsis.
    """
    chosen: set[int] = set()
    for at in dict.fromkeys([*preferred, *([count - 1] if count else []), *range(count)]):
        now = sorted({*chosen, at})
        gaps = sum(after > before + 1 for before, after in pairwise([-1, *now, count]))
        if chosen and sum(width(shown) + _GAP for shown in now) + gaps * (len(ELLIPSIS) + _GAP) > room:
            break
        chosen.add(at)
    return sorted(chosen)
