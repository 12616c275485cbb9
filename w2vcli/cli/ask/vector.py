"""``w2v vector``."""

from __future__ import annotations

import click

from w2vcli.cli import completing, options
from w2vcli.cli.command import QuestionCommand
from w2vcli.cli.formats import TABLE, fields, named_format
from w2vcli.cli.output import Column, Row, RowPrinter, is_nested, note
from w2vcli.cli.questions import answer, open_model
from w2vcli.escaping import visible

_NUMBERS_A_LINE = 6  # 12 characters each and a blank between them: 77, where a terminal has 80 at least


@click.command("vector", cls=QuestionCommand)
@click.argument("words", nargs=-1, type=completing.Word(), required=True, metavar="WORD...")
@options.model
@options.formats_and_file
def command(words: tuple[str, ...], model: str | None) -> None:
    """Show the numbers of a word's vector.

    \b
    Examples:
      w2v vector beautiful
      w2v vector king queen --json

    Each vector is a line of values with eight decimals, as they are in the model.
    --json has every digit. Other formats have a column for each value: 1, 2, ...

    With - as the only WORD, each line of standard input is a word. A line without
    an answer is left empty.
    """
    opened = open_model(model)
    from w2vcli.queries.answers import WordVector, columns_of
    from w2vcli.queries.asking import ask_vectors

    columns, rows = columns_of(WordVector), _Numbers if named_format() in {None, TABLE} else RowPrinter
    if not is_nested() and (fields() is not None or rows is RowPrinter):
        values = (Column(str(at + 1), 8, own=True) for at in range(opened.facts.vector_size))
        columns, rows = ["word", *values], _Values
    answer(words, lambda questions: ask_vectors(opened, questions, note), columns, rows=rows)


class _Values(RowPrinter):
    """Vectors with a column for each value, called 1, 2 and so on."""

    def add(self, row: Row) -> None:
        """Print or keep a vector."""
        super().add({**row, **{str(at): value for at, value in enumerate(row["vector"], 1)}})


class _Numbers(RowPrinter):
    """Vectors where no format is named: a vector a line in a pipe, a few lines under its word on a terminal."""

    def begin(self) -> None:
        """Print no header."""

    def skip(self) -> None:
        """Leave a line empty, so that those behind it stay in line with their questions."""
        if self.format != TABLE:
            click.echo()

    def add(self, row: Row) -> None:
        """Print a vector."""
        numbers = [f"{value:.8f}" for value in row["vector"]]
        if self.format != TABLE:
            click.echo(" ".join(numbers))
            return
        click.echo(visible(row["word"]))
        for start in range(0, len(numbers), _NUMBERS_A_LINE):
            click.echo(" ".join(f"{number:>12}" for number in numbers[start : start + _NUMBERS_A_LINE]))
