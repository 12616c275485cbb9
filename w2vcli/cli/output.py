"""Answers on stdout: a table for the eye on a terminal, tab-separated rows in a pipe, JSON on request."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from w2vcli.cli.everywhere import given
from w2vcli.cli.language import heading, translated
from w2vcli.cli.tables import TableColumn, print_table
from w2vcli.escaping import decimals, visible, visible_json, visible_message
from w2vcli.reporting import FOR_THE_EYE

Row = Mapping[str, Any]

_DECIMALS = 4
_DOUBT = " ?"


class Column(str):
    """The name of a column with how it is shown in a table for the eye.

    Its real numbers have ``decimals``; None shows all there are. Where a line has too little room, running text
    ``wraps``, and what is long ``moves`` below its row. A name and all else that one may copy is never broken.
    """

    decimals: int | None
    wraps: bool
    moves: bool

    def __new__(
        cls, name: str, decimals: int | None = _DECIMALS, *, wraps: bool = False, moves: bool = False
    ) -> Column:
        """Return the name, which also knows how it is shown."""
        column = super().__new__(cls, name)
        column.decimals = decimals
        column.wraps, column.moves = wraps, moves
        return column


class Doubtful(float):
    """A share so small that what stands in its row is noise. A table for the eye shows it as ``0.08 ?``, and dimly."""


def long_text(name: str) -> Column:
    """Return a column of running text, which wraps and moves below its row."""
    return Column(name, wraps=True, moves=True)


class RowPrinter:
    """Prints the rows of an answer under ``columns``.

    Use it as a context manager: a table for the eye and JSON are printed at its end, since the width of a column
    depends on all rows.
    """

    def __init__(self, columns: Sequence[str], *, as_json: bool) -> None:
        from w2vcli.queries.answers import plain  # help need not pay for it

        self.columns = columns
        self._plain = plain
        self.as_json = as_json
        self.eye = not as_json and is_for_the_eye()
        self._kept: list[list[Any]] = []
        self.begin()

    def begin(self) -> None:
        """Print what stands above the rows."""
        if not self.as_json and not self.eye:
            click.echo("\t".join(map(visible, self.columns)))

    def add(self, row: Row) -> None:
        """Print a row, or keep it until the end."""
        values = [self._plain(row[column]) for column in self.columns]
        if self.as_json or self.eye:
            self._kept.append(values)
        else:
            click.echo("\t".join(visible(_text(value)) for value in values))

    @property
    def doubtful(self) -> bool:
        """Tell whether a row that is kept has a `Doubtful` share."""
        return any(isinstance(value, Doubtful) for row in self._kept for value in row)

    @property
    def has_rows(self) -> bool:
        """Tell whether rows are kept, for a table or for JSON."""
        return bool(self._kept)

    def skip(self) -> None:
        """Note that a question has no answer. Forms that do not name the question print an empty line here."""

    def flush(self) -> None:
        """Let the reader of a pipe have what was printed so far."""
        sys.stdout.flush()

    def __enter__(self) -> RowPrinter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self.as_json:
            objects = (dict(zip(self.columns, values, strict=True)) for values in self._kept)
            lines = ",\n ".join(visible_json(found) for found in objects)
            click.echo(f"[{lines}]")
        elif self.eye and self._kept:
            _print_table(self.columns, self._kept)


def told_line(message: str) -> str:
    """Return a message as a line in the language that is spoken, with control characters made visible.

    Of an error and a warning the first word is bold.
    """
    line = visible_message(translated(message))
    if not message.startswith(("Error: ", "Warning: ")):
        return line
    kind, colon, rest = line.partition(":")
    return click.style(kind + colon, bold=True) + rest


def tell(message: str) -> None:
    """Print a line on stderr: an error or a warning, which -q leaves in."""
    click.echo(told_line(message), err=True)


def note(message: str) -> None:
    """Print a line on stderr that the reader may like to know, and that -q leaves out."""
    if not given("quiet"):
        tell(message)


def is_for_the_eye() -> bool:
    """Tell whether standard output is a terminal, or is to be as on one."""
    return sys.stdout.isatty() or FOR_THE_EYE in os.environ


def print_rows(rows: Sequence[Row], columns: Sequence[str], *, as_json: bool) -> None:
    """Print the rows of an answer: on a terminal with four decimals, or as a `Column` says, else with all."""
    with RowPrinter(columns, as_json=as_json) as out:
        for row in rows:
            out.add(row)


def print_facts(facts: Row, *, as_json: bool) -> None:
    """Print one thing: its properties below each other, or as JSON a list of one object."""
    if as_json:
        print_rows([facts], list(facts), as_json=True)
    else:
        say = heading if is_for_the_eye() else str
        rows = [{"property": say(name), "value": value} for name, value in facts.items()]
        print_rows(rows, ("property", Column("value", None, wraps=True)), as_json=False)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    headings = [
        TableColumn(
            visible(heading(column)), all(isinstance(row[at], int | float) for row in rows), column.wraps, column.moves
        )
        for at, column in enumerate(map(_as_column, columns))
    ]
    shown = [list(map(_for_the_eye, columns, row)) for row in rows]
    doubts = [[isinstance(value, Doubtful) for value in row] for row in rows]
    for at in {at for row in doubts for at, is_doubtful in enumerate(row) if is_doubtful}:
        for texts, row in zip(shown, doubts, strict=True):
            texts[at] += _DOUBT if row[at] else " " * len(_DOUBT)
    print_table(headings, shown, dim={at for at, row in enumerate(doubts) if any(row)})


def _as_column(name: str) -> Column:
    return name if isinstance(name, Column) else Column(name)


def _for_the_eye(column: str, value: Any) -> str:
    if isinstance(value, float):
        places = _as_column(column).decimals
        return str(value) if places is None else decimals(value, places)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return visible(_text(value))
