"""Matrices for the eye: as many columns as there is room for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

from w2vcli.escaping import visible

ELLIPSIS = "…"
_GAP = 2

MatrixColumn = Callable[[int], tuple[str, Sequence[str]]]


def print_matrix(
    corner: str, labels: Sequence[str], count: int, column: MatrixColumn, preferred: Sequence[int] = ()
) -> None:
    """Print a matrix with a line for each of ``labels``, below ``corner``, and ``count`` columns.

    ``column`` gives a column's heading and cells. What does not fit is left out, with an ellipsis in its place;
    the ``preferred`` columns come first, then the last one.
    """
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    width = max(cell_len(visible(text)) for text in (corner, *labels))
    chosen = _choose(count, preferred, console.width - width, cache(lambda at: _width(column(at))))
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(Text(visible(corner)), no_wrap=True)
    lines = [[Text(visible(label))] for label in labels]
    before = -1
    for at in chosen:
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


def _width(column: tuple[str, Sequence[str]]) -> int:
    from rich.cells import cell_len

    heading, cells = column
    return max(cell_len(visible(text)) for text in (heading, *cells))


def _choose(count: int, preferred: Sequence[int], room: int, width: Callable[[int], int]) -> list[int]:
    """Return the columns to show, in order: those that fit, but one at least."""
    chosen: set[int] = set()
    for at in dict.fromkeys([*preferred, *([count - 1] if count else []), *range(count)]):
        if at in chosen:
            continue
        now = sorted({*chosen, at})
        gaps = sum(after > before + 1 for before, after in pairwise([-1, *now, count]))
        if chosen and sum(width(shown) + _GAP for shown in now) + gaps * (len(ELLIPSIS) + _GAP) > room:
            break
        chosen.add(at)
    return sorted(chosen)
