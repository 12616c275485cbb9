"""Matrices for the eye: as many columns as there is room for.

      the cat … mat
    a   0   1 …   0

A column that is left out has an ellipsis in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

from w2vcli.cli.tables import GAP, TableColumn, cells_of, print_table, terminal_width
from w2vcli.escaping import visible
from w2vcli.speaking.language import heading as heading_of

ELLIPSIS = "…"

# What gives the heading and the cells of a column, by its place from 0.
MatrixColumn = Callable[[int], tuple[str, Sequence[str]]]


def print_matrix(
    corner: str, labels: Sequence[str], count: int, column: MatrixColumn, preferred: Sequence[int] = ()
) -> None:
    """Print a matrix with a line for each of ``labels``, below ``corner``, and ``count`` columns.

    Columns that do not fit are left out. The ``preferred`` ones are kept first, then the last one, then the others
    from the left. Only what may be printed is asked of ``column``, so a matrix of a million columns costs nothing.
    """
    corner = heading_of(corner)

    def width(at: int) -> int:
        heading, cells = column(at)
        return max(cells_of(visible(text)) for text in (heading, *cells))

    room = terminal_width() - max(cells_of(visible(text)) for text in (corner, *labels))
    columns = [TableColumn(visible(corner))]
    lines = [[visible(label)] for label in labels]
    before = -1
    for at in [*_choose(count, preferred, room, cache(width)), count]:
        if at > before + 1:
            columns.append(TableColumn(ELLIPSIS))
            for line in lines:
                line.append(ELLIPSIS)
        if at == count:
            break
        heading, cells = column(at)
        columns.append(TableColumn(visible(heading), right=True))
        for line, cell in zip(lines, cells, strict=True):
            line.append(visible(cell))
        before = at
    print_table(columns, lines)


def _choose(count: int, preferred: Sequence[int], room: int, width: Callable[[int], int]) -> list[int]:
    """Return the columns to show, in order: those that fit into ``room``, but one at least.

    Each run of columns that are left out takes the room of an ellipsis.
    """
    chosen: set[int] = set()
    for at in dict.fromkeys([*preferred, *([count - 1] if count else []), *range(count)]):
        now = sorted({*chosen, at})
        gaps = sum(after > before + 1 for before, after in pairwise([-1, *now, count]))
        if chosen and sum(width(shown) + GAP for shown in now) + gaps * (len(ELLIPSIS) + GAP) > room:
            break
        chosen.add(at)
    return sorted(chosen)
