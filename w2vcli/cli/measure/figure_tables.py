"""The figures of an evaluation as a table for the eye.

One model has a row for each figure with its coverage and interval. Several models stand side by side, and below them
are their differences on what both cover.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from w2vcli.escaping import visible

if TYPE_CHECKING:
    from rich.table import Table

    from w2vcli.measure.figures import Figure

_INTERVAL = "95 % interval"
# The longest name of a section of questions-words, and a value with its interval.
_LABEL_WIDTH, _CELL_WIDTH = 29, 25


def print_figures(found: Sequence[Figure]) -> None:
    """Print the figures of one model with all that is known of them, those of several models side by side."""
    from rich.console import Console

    console = Console(highlight=False)
    names = list(dict.fromkeys(figure.model for figure in found))
    if len(names) == 1:
        console.print(_of_one_model(found))
        return
    # Where intervals do not fit, the values are more use than a table that is folded.
    intervals = console.width >= _LABEL_WIDTH + _CELL_WIDTH * len(names)
    console.print(_of_several(found, names, intervals=intervals))
    console.print()
    console.print(_differences(found))


def _of_one_model(found: Sequence[Figure]) -> Table:
    """Return a table with a column for each property of a figure."""
    from w2vcli.measure.figure_rows import figure_blocks, shown, shown_interval

    has_analogies = any(figure.allows_query_words for figure in found)
    table = _table(["covered", "value", _INTERVAL, *(["with query words"] if has_analogies else [])])
    for block in figure_blocks(found):
        _add(table, block.title)
        for row in block.rows:
            [figure] = row.figures.values()
            values = [f"{figure.covered:,}/{figure.questions:,}", shown(figure), shown_interval(figure)]
            more = map(shown, row.with_query_words.values())
            _add(table, f"  {row.label}", *values, *more)
    return table


def _of_several(found: Sequence[Figure], names: Sequence[str], *, intervals: bool) -> Table:
    """Return a table with a column for each model, and with ``intervals`` in them if that is asked for."""
    from w2vcli.measure.figure_rows import figure_blocks, shown, shown_interval

    def cell(figure: Figure) -> str:
        return f"{shown(figure)} ({shown_interval(figure)})" if intervals else shown(figure)

    table = _table(names)
    for block in figure_blocks(found):
        _add(table, block.title)
        for row in block.rows:
            _add(table, f"  {row.label}", *(cell(row.figures[name]) for name in names))
        last = block.rows[-1].figures  # of the whole set, and so is its coverage
        _add(table, "  covered", *(f"{last[name].covered:,}/{last[name].questions:,}" for name in names))
    return table


def _differences(found: Sequence[Figure]) -> Table:
    """Return a table of the differences of each two models, over all questions of each set."""
    from w2vcli.measure.figure_rows import shown, shown_interval
    from w2vcli.measure.figures import TOTAL

    table = _table(["covered by both", "difference", _INTERVAL])
    totals = [figure for figure in found if figure.section == TOTAL and not figure.allows_query_words]
    for model, minus in dict.fromkeys((figure.model, figure.minus) for figure in found if figure.minus is not None):
        _add(table, f"{model} - {minus}")
        for figure in totals:
            if (figure.model, figure.minus) == (model, minus):
                values = [f"{figure.covered:,}", shown(figure), shown_interval(figure)]
                _add(table, f"  {figure.set}, {figure.measure}", *values)
    return table


def _table(columns: Sequence[str]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", overflow="fold")
    for column in columns:
        table.add_column(Text(visible(column)), justify="right", overflow="fold")
    return table


def _add(table: Table, label: str, *values: str) -> None:
    """Add a row, or a title if there are no values."""
    from rich.text import Text

    style = "" if values else "bold"
    table.add_row(Text(visible(label), style=style), *map(Text, values))
