"""``w2v odd``."""

from __future__ import annotations

import click

from w2vcli.cli import completing, options
from w2vcli.cli.command import QuestionCommand
from w2vcli.cli.output import note
from w2vcli.cli.questions import answer, open_model


@click.command("odd", cls=QuestionCommand)
@click.argument("words", nargs=-1, type=completing.Word(), required=True, metavar="WORD...")
@options.model
@options.as_json
def command(words: tuple[str, ...], model: str | None, as_json: bool) -> None:
    """Find the odd one out: the word least like the others.

    \b
    Examples:
      w2v odd apple banana king mango

    The first word is the odd one. Each word has its similarity to the mean of all.
    With - as the only WORD, each line of standard input is a question.
    """
    opened = open_model(model)
    from w2vcli.queries.answers import Neighbour
    from w2vcli.queries.asking import ask_odd

    answer(words, lambda questions: ask_odd(opened, questions, note), Neighbour, as_json=as_json)
