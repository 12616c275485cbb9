"""The figures of an evaluation as a table for the eye.

One model has a row for each figure with its coverage and interval. Several models stand side by side, and below them
are their differences on what both cover.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from w2vcli.cli.tables import TableColumn, print_table, terminal_width
from w2vcli.escaping import visible
from w2vcli.speaking.language import heading

if TYPE_CHECKING:
    from w2vcli.measure.figures import Figure

_INTERVAL = "95 % interval"
# The longest name of a section of questions-words, and a value with its interval.
_LABEL_WIDTH, _CELL_WIDTH = 29, 25
_WIDTH_WITH_VARIANTS = 106  # a table of all columns, of which that with query words is left out first


def print_figures(found: Sequence[Figure]) -> None:
    """Print the figures of one model with all that is known of them, those of several models side by side."""
    names = list(dict.fromkeys(figure.model for figure in found))
    if len(names) == 1:
        _print_one_model(found)
        return
    # Where intervals do not fit, the values are more use than a table that is folded.
    intervals = terminal_width() >= _LABEL_WIDTH + _CELL_WIDTH * len(names)
    _print_several(found, names, intervals=intervals)
    click.echo()
    _print_differences(found)


def _print_one_model(found: Sequence[Figure]) -> None:
    """Print a table with a column for each property of a figure."""
    from w2vcli.measure.figure_rows import figure_blocks, shown, shown_for_other_documents, shown_interval
    from w2vcli.measure.figures import SureFigure

    has_analogies = any(figure.allows_query_words for figure in found)
    has_variants = any(isinstance(figure, SureFigure) for figure in found)
    names = ["covered", "value", _INTERVAL, *(["other documents"] if has_variants else [])]
    has_room = not has_variants or terminal_width() >= _WIDTH_WITH_VARIANTS
    has_query_words = has_analogies and has_room
    names += ["with query words"] if has_query_words else []
    columns = _columns(list(map(heading, names)))
    rows: list[list[str]] = []
    for block in figure_blocks(found):
        rows.append([visible(block.title)])
        for row in block.rows:
            [figure] = row.figures.values()
            values = [f"{figure.covered:,}/{figure.questions:,}", shown(figure), shown_interval(figure)]
            values += [shown_for_other_documents(figure)] if isinstance(figure, SureFigure) else []
            more = map(shown, row.with_query_words.values() if has_query_words else ())
            rows.append([visible(f"  {row.label}"), *values, *more])
    print_table(columns, rows)


def _print_several(found: Sequence[Figure], names: Sequence[str], *, intervals: bool) -> None:
    """Print a table with a column for each model, and with ``intervals`` in them if that is asked for."""
    from w2vcli.measure.figure_rows import figure_blocks, shown, shown_interval

    def cell(figure: Figure) -> str:
        has_interval = figure.is_share or figure.is_correlation
        return f"{shown(figure)} ({shown_interval(figure)})" if intervals and has_interval else shown(figure)

    columns = _columns(names)
    rows: list[list[str]] = []
    for block in figure_blocks(found):
        rows.append([visible(block.title)])
        rows += ([visible(f"  {row.label}"), *(cell(row.figures[name]) for name in names)] for row in block.rows)
        last = block.rows[-1].figures  # of the whole set, and so is its coverage
        rows.append(
            [
                visible(f"  {heading('covered')}"),
                *(f"{last[name].covered:,}/{last[name].questions:,}" for name in names),
            ]
        )
    print_table(columns, rows)


def _print_differences(found: Sequence[Figure]) -> None:
    """Print a table of the differences of each two models, over all questions of each set."""
    from w2vcli.measure.figure_rows import shown, shown_interval
    from w2vcli.measure.figures import TOTAL

    columns = _columns(list(map(heading, ("covered by both", "difference", _INTERVAL))))
    rows: list[list[str]] = []
    totals = [figure for figure in found if figure.section == TOTAL and not figure.allows_query_words]
    for model, minus in dict.fromkeys((figure.model, figure.minus) for figure in found if figure.minus is not None):
        rows.append([visible(f"{model} - {minus}")])
        for figure in totals:
            if (figure.model, figure.minus) == (model, minus):
                values = [f"{figure.covered:,}", shown(figure), shown_interval(figure)]
                rows.append([visible(f"  {figure.set}, {figure.measure}"), *values])
    print_table(columns, rows)


def _columns(headings: Sequence[str]) -> list[TableColumn]:
    """Return the columns of a table whose first one names its rows."""
    return [TableColumn(""), *(TableColumn(visible(name), right=True) for name in headings)]
