"""The figures of an evaluation as a table for the eye."""

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
    """Print the figures of one model with all that is known of them, those of several side by side."""
    from rich.console import Console

    console = Console(highlight=False)
    names = list(dict.fromkeys(figure.model for figure in found))
    if len(names) == 1:
        console.print(_of_one_model(found))
        return
    intervals = console.width >= _LABEL_WIDTH + _CELL_WIDTH * len(names)
    console.print(_of_several(found, names, intervals=intervals))
    console.print()
    console.print(_differences(found))


def _of_one_model(found: Sequence[Figure]) -> Table:
    from w2vcli.measure.figures import WITH_QUERY_WORDS
    from w2vcli.measure.report import blocks, shown, shown_interval

    with_query_words = {
        (figure.set, figure.section, figure.measure.removesuffix(WITH_QUERY_WORDS)): shown(figure)
        for figure in found
        if figure.measure.endswith(WITH_QUERY_WORDS)
    }
    columns = ["covered", "value", _INTERVAL] + (["with query words"] if with_query_words else [])
    table = _table(columns)
    for title, rows in blocks(found).items():
        _add(table, title)
        for label, row in rows.items():
            [figure] = row.values()
            values = [f"{figure.covered:,}/{figure.questions:,}", shown(figure)]
            key = (figure.set, figure.section, figure.measure)
            _add(
                table,
                f"  {label}",
                *values,
                shown_interval(figure),
                *([with_query_words.get(key, "")] if with_query_words else []),
            )
    return table


def _of_several(found: Sequence[Figure], names: Sequence[str], *, intervals: bool) -> Table:
    from w2vcli.measure.report import blocks, shown, shown_interval

    def cell(figure: Figure) -> str:
        return f"{shown(figure)} ({shown_interval(figure)})" if intervals else shown(figure)

    table = _table(names)
    for title, rows in blocks(found).items():
        _add(table, title)
        for label, row in rows.items():
            _add(table, f"  {label}", *(cell(row[name]) for name in names))
        last = list(rows.values())[-1]
        _add(table, "  covered", *(f"{last[name].covered:,}/{last[name].questions:,}" for name in names))
    return table


def _differences(found: Sequence[Figure]) -> Table:
    from w2vcli.measure.figures import TOTAL, WITH_QUERY_WORDS
    from w2vcli.measure.report import shown, shown_interval

    table = _table(["covered by both", "difference", _INTERVAL])
    pairs = dict.fromkeys((figure.model, figure.minus) for figure in found if figure.minus is not None)
    for model, minus in pairs:
        _add(table, f"{model} - {minus}")
        for figure in found:
            total = figure.section == TOTAL and not figure.measure.endswith(WITH_QUERY_WORDS)
            if (figure.model, figure.minus) == (model, minus) and total:
                values = [f"{figure.covered:,}", shown(figure)]
                _add(table, f"  {figure.set}, {figure.measure}", *values, shown_interval(figure))
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
    from rich.text import Text

    style = "" if values else "bold"
    table.add_row(Text(visible(label), style=style), *map(Text, values))
