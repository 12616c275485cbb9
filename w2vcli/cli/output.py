"""Answers on stdout: a table for the eye on a terminal, tab-separated rows in a pipe, other forms on request.

A command says its rows and their columns. What ``--format`` and ``--fields`` ask for is done here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import click

from w2vcli.cli.everywhere import given
from w2vcli.cli.formats import (
    CSV,
    ERROR,
    FORMATS,
    JSON,
    JSONL,
    MARKDOWN,
    TABLE,
    TSV,
    chosen,
    fields,
    has_file,
    named_format,
)
from w2vcli.cli.log import log
from w2vcli.cli.tables import TableColumn, print_table
from w2vcli.escaping import decimals, visible, visible_json, visible_message
from w2vcli.reporting import FOR_THE_EYE
from w2vcli.speaking.language import heading, translated

Row = Mapping[str, Any]

_DECIMALS = 4
_DOUBT = " ?"


class Column(str):
    """The name of a column with how it is shown in a table for the eye.

    Its real numbers have ``decimals``; None shows all there are. Where a line has too little room, running text
    ``wraps``, and what is long ``moves`` below its row. A name and all else that one may copy is never broken. One
    that is ``own`` is a word or a number, and is called so in all languages.
    """

    decimals: int | None
    wraps: bool
    moves: bool
    own: bool

    def __new__(
        cls,
        name: str,
        decimals: int | None = _DECIMALS,
        *,
        wraps: bool = False,
        moves: bool = False,
        own: bool = False,
    ) -> Column:
        """Return the name, which also knows how it is shown."""
        column = super().__new__(cls, name)
        column.decimals = decimals
        column.wraps, column.moves, column.own = wraps, moves, own
        return column


class Doubtful(float):
    """A share so small that what stands in its row is noise. A table for the eye shows it as ``0.08 ?``, and dimly."""


def long_text(name: str) -> Column:
    """Return a column of running text, which wraps and moves below its row."""
    return Column(name, wraps=True, moves=True)


class RowPrinter:
    """Prints the rows of an answer under ``columns``, in the form that was asked for.

    Use it as a context manager: a table for people and JSON are printed at its end, since the width of a column
    depends on all rows. In other forms each row is printed at once. ``with_errors`` there may be questions that have no
    answer: CSV has a column for their errors then.
    """

    def __init__(self, columns: Sequence[str], *, choose: bool = True, with_errors: bool = False) -> None:
        from w2vcli.queries.answers import plain  # help need not pay for it

        self.format = _format()
        if with_errors and self.format == CSV:
            columns = [*columns, ERROR]
        self.columns = chosen(columns) if choose else columns
        self._plain = plain
        self._objects: list[str] = []
        self.for_people = FORMATS[self.format].for_people
        self._kept: list[list[Any]] = []
        self._print = self._printer()
        self.begin()

    def begin(self) -> None:
        """Print what stands above the rows."""
        if self.format in {TSV, CSV} and self._print is not None:
            self._print(self.columns)

    def add(self, row: Row) -> None:
        """Print a row, or keep it until the end."""
        self.add_values([row.get(ERROR) if column == ERROR else row[column] for column in self.columns])

    def add_values(self, values: Iterable[Any]) -> None:
        """Print a row that has a value for each column, or keep it until the end."""
        plain = list(map(self._plain, values))
        if self._print is None:
            self._kept.append(plain)
        else:
            self._print(plain)

    @property
    def doubtful(self) -> bool:
        """Tell whether a row that is kept has a `Doubtful` share."""
        return any(isinstance(value, Doubtful) for row in self._kept for value in row)

    @property
    def has_rows(self) -> bool:
        """Tell whether rows are kept for a table."""
        return bool(self._kept)

    def add_error(self, line: int, query: str, error: Mapping[str, str | None]) -> None:
        """Print in place of a row that a question has no answer: as an object, or with its code in a cell."""
        if FORMATS[self.format].nested:
            self._print_object({"line": line, "query": query, ERROR: dict(error)})
        elif ERROR in self.columns:
            self.add({**dict.fromkeys(self.columns), "query": query, ERROR: error["code"]})
        else:
            self.skip()

    def skip(self) -> None:
        """Note that a question has no answer. Forms that do not name the question print an empty line here."""

    def flush(self) -> None:
        """Let the reader of a pipe have what was printed so far."""
        sys.stdout.flush()

    def __enter__(self) -> RowPrinter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self.format == JSON:
            lines = ",\n ".join(self._objects)
            click.echo(f"[{lines}]")
        elif self.for_people and self._kept:
            _print_for_people(self.format, self.columns, self._kept)

    def _printer(self) -> Callable[[Sequence[Any]], None] | None:
        """Return what prints a row at once; None in a form that needs all of them."""
        if self.format == TSV:
            return lambda values: click.echo("\t".join(visible(_text(value)) for value in values))
        if FORMATS[self.format].nested:
            return lambda values: self._print_object(dict(zip(self.columns, values, strict=True)))
        if self.format == CSV:
            from w2vcli.cli.table_formats import CsvLines

            lines = CsvLines()
            return lambda values: lines.print(list(map(_text, values)))
        return None

    def _print_object(self, found: Mapping[str, Any]) -> None:
        """Print an object, or keep it for the list."""
        if self.format == JSONL:
            click.echo(visible_json(found))
        else:
            self._objects.append(visible_json(found))


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
    log(message)
    click.echo(told_line(message), err=True)


def note(message: str) -> None:
    """Print a line on stderr that the reader may like to know, and that -q leaves out."""
    if not given("quiet"):
        tell(message)
    else:
        log(message)


def is_for_the_eye() -> bool:
    """Tell whether answers are as on a terminal: that is what was asked for, or where they go.

    Not so if fields are asked for, which are those of the rows that a program gets.
    """
    return _format() == TABLE and fields() is None


def is_nested() -> bool:
    """Tell whether values may be lists and objects, as in JSON."""
    return FORMATS[_format()].nested


def _format() -> str:
    """Return the format that was asked for; else a table on a terminal, or what is to be as one, and elsewhere TSV."""
    if (named := named_format()) is not None:
        return named
    return TABLE if not has_file() and (sys.stdout.isatty() or FOR_THE_EYE in os.environ) else TSV


def print_rows(rows: Iterable[Row], columns: Sequence[str]) -> None:
    """Print the rows of an answer: for people with four decimals, or as a `Column` says, else with all."""
    with RowPrinter(columns) as out:
        for row in rows:
            out.add(row)


def print_facts(facts: Row) -> None:
    """Print one thing: its properties below each other, or as JSON one object. Fields are its properties."""
    shown = {name: facts[name] for name in chosen(list(facts))}
    if is_nested():
        with RowPrinter(list(shown)) as out:
            out.add(shown)
        return
    say = heading if FORMATS[_format()].for_people else str
    with RowPrinter(("property", Column("value", None, wraps=True)), choose=False) as out:
        for name, value in shown.items():
            out.add({"property": say(name), "value": value})


def _text(value: Any) -> str:
    """Return a value as text. A list has commas between."""
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    if isinstance(value, dict):
        return visible_json(value)
    return "" if value is None else str(value)


def _print_for_people(form: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    headings = [
        TableColumn(
            visible(str(column) if column.own else heading(column)),
            all(isinstance(row[at], int | float) for row in rows),
            column.wraps,
            column.moves,
        )
        for at, column in enumerate(map(_as_column, columns))
    ]
    shown = [list(map(_for_the_eye, columns, row)) for row in rows]
    doubts = [[isinstance(value, Doubtful) for value in row] for row in rows]
    for at in {at for row in doubts for at, is_doubtful in enumerate(row) if is_doubtful}:
        for texts, row in zip(shown, doubts, strict=True):
            texts[at] += _DOUBT if row[at] else " " * len(_DOUBT)
    if form == TABLE:
        print_table(headings, shown, dim={at for at, row in enumerate(doubts) if any(row)})
        return
    from w2vcli.cli import table_formats

    for line in (table_formats.markdown if form == MARKDOWN else table_formats.latex)(headings, shown):
        click.echo(line)


def _as_column(name: str) -> Column:
    return name if isinstance(name, Column) else Column(name)


def _for_the_eye(column: str, value: Any) -> str:
    if isinstance(value, float):
        places = _as_column(column).decimals
        return str(value) if places is None else decimals(value, places)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return visible(_text(value))
