"""``w2v vector``."""

from __future__ import annotations

import click

from w2vcli.cli import completing, options
from w2vcli.cli.columns import COLUMNS, MORE_COLUMNS
from w2vcli.cli.command import QuestionCommand
from w2vcli.cli.output import note
from w2vcli.cli.questions import answer, open_model
from w2vcli.cli.vector_rows import vector_rows


@click.command("vector", cls=QuestionCommand, columns=COLUMNS["vector"], more_columns=MORE_COLUMNS["vector"])
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
    from w2vcli.queries.asking import ask_vectors

    columns, rows = vector_rows("word", opened.facts.vector_size)
    answer(words, lambda questions: ask_vectors(opened, questions, note), columns, rows=rows)
