"""Answers on stdout: a table for the eye on a terminal, tab-separated rows in a pipe, JSON on request."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from w2vcli.escaping import visible, visible_json, visible_message

Row = Mapping[str, Any]

# Vectors are float32, of whose cosines no more than seven decimals mean anything.
_COSINES = {"similarity", "score"}
_DECIMALS = 7
_DECIMALS_FOR_THE_EYE = {
    "similarity": 4,
    "score": 4,
    "distance": 4,
    "one_hot_similarity": 4,
    "one_hot_distance": 4,
    "sigmoid": 4,
    "loss": 4,
    "error": 4,
    "GiB": 2,
    "accuracy": 4,
    "precision": 4,
    "recall": 4,
    "f1": 4,
    "probability": 4,
    "share": 4,
    "share_of_pairs": 4,
    "share_of_words": 4,
    "p_value": 4,
}


class RowPrinter:
    """Rows of an answer under fixed columns; use as a context manager, since some forms print at the end.

    In a pipe and as JSON, similarities and scores are rounded to seven decimals, unless ``exact``.
    """

    def __init__(self, columns: Sequence[str], *, as_json: bool, exact: bool = False) -> None:
        self._columns = columns
        self._exact = exact
        self.as_json = as_json
        self.eye = not as_json and is_for_the_eye()
        self._kept: list[list[Any]] = []
        self.begin()

    def begin(self) -> None:
        """Print what stands above the rows."""
        if not self.as_json and not self.eye:
            click.echo("\t".join(map(visible, self._columns)))

    def add(self, row: Row) -> None:
        """Print a row, or keep it until the end."""
        values = [_finite(row[column], None if self._exact else column) for column in self._columns]
        if self.as_json or self.eye:
            self._kept.append(values)
        else:
            click.echo("\t".join(visible(_plain(value)) for value in values))

    def skip(self) -> None:
        """Take note that a question has no answer; a form that does not name the questions leaves its place."""

    def flush(self) -> None:
        """Let the reader of a pipe have what was printed so far."""
        sys.stdout.flush()

    def __enter__(self) -> RowPrinter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self.as_json:
            objects = (dict(zip(self._columns, values, strict=True)) for values in self._kept)
            lines = ",\n ".join(visible_json(found) for found in objects)
            click.echo(f"[{lines}]")
        elif self.eye and self._kept:
            _print_table(self._columns, self._kept)


def tell(message: str) -> None:
    """Print a line on stderr, with what a terminal would obey made visible."""
    click.echo(visible_message(message), err=True)


def is_for_the_eye() -> bool:
    """Tell whether standard output is a terminal."""
    return sys.stdout.isatty()


def print_rows(rows: Sequence[Row], columns: Sequence[str], *, as_json: bool, exact: bool = False) -> None:
    """Print the rows of an answer; ``exact`` leaves every digit to a similarity or a score, too."""
    with RowPrinter(columns, as_json=as_json, exact=exact) as out:
        for row in rows:
            out.add(row)


def print_facts(facts: Row, *, as_json: bool) -> None:
    """Print one thing: as JSON a list of one object, else its properties below each other."""
    if as_json:
        print_rows([facts], list(facts), as_json=True)
    else:
        rows = [{"property": name, "value": value} for name, value in facts.items()]
        print_rows(rows, ("property", "value"), as_json=False)


def _finite(value: Any, column: str | None) -> Any:
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        return None
    return round(value, _DECIMALS) if column in _COSINES else value


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for at, column in enumerate(columns):
        numeric = all(isinstance(row[at], int | float) for row in rows)
        table.add_column(Text(visible(column)), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, map(_for_the_eye, columns, row)))
    Console(highlight=False).print(table)


def _for_the_eye(column: str, value: Any) -> str:
    if isinstance(value, float) and column in _DECIMALS_FOR_THE_EYE:
        decimals = _DECIMALS_FOR_THE_EYE[column]
        return f"{round(value, decimals) + 0.0:.{decimals}f}"  # no -0.0000
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return visible(_plain(value))
