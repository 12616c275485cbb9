"""Vectors as they are printed: numbers alone, a column for each value, or a list in JSON."""

from __future__ import annotations

import click

from w2vcli.cli.formats import TABLE, fields, named_format
from w2vcli.cli.output import Column, Row, RowPrinter, is_nested
from w2vcli.escaping import visible

_NUMBERS_A_LINE = 6  # 12 characters each and a blank between them: 77, where a terminal has 80 at least


def vector_rows(label: str, vector_size: int) -> tuple[list[str], type[RowPrinter]]:
    """Return the columns of rows that have a ``label`` and a ``vector``, and what prints them as it was asked for."""
    is_plain = named_format() in {None, TABLE} and fields() is None
    if is_nested():
        return [label, "vector"], RowPrinter
    if is_plain:
        return [label, "vector"], _Numbers
    return [label, *(Column(str(at + 1), 8, own=True) for at in range(vector_size))], _Values


class _Values(RowPrinter):
    """Vectors with a column for each value, called 1, 2 and so on."""

    def add(self, row: Row) -> None:
        """Print or keep a vector."""
        super().add({**row, **{str(at): value for at, value in enumerate(row["vector"], 1)}})


class _Numbers(RowPrinter):
    """Vectors where no format is named: a vector a line in a pipe, a few lines under its label on a terminal."""

    def begin(self) -> None:
        """Print no header."""

    def skip(self) -> None:
        """Leave a line empty, so that those behind it stay in line with their questions."""
        if self.format != TABLE:
            click.echo()

    def add(self, row: Row) -> None:
        """Print a vector."""
        vector = row["vector"]
        if self.format != TABLE:
            click.echo(" ".join(["%.8f"] * len(vector)) % tuple(vector))  # half the time of a text for each number
            return
        numbers = [f"{value:.8f}" for value in vector]
        click.echo(visible(row[self._label(row)]))
        for start in range(0, len(numbers), _NUMBERS_A_LINE):
            click.echo(" ".join(f"{number:>12}" for number in numbers[start : start + _NUMBERS_A_LINE]))

    def _label(self, row: Row) -> str:
        """Return the name of the column above whose vector it stands. Behind a question it is the second."""
        return next(column for column in reversed(self.columns) if column != "vector" and column in row)
