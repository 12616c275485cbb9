"""``w2v predict``."""

from __future__ import annotations

import click

from w2vcli.cli import completing, options
from w2vcli.cli.columns import COLUMNS
from w2vcli.cli.command import QuestionCommand
from w2vcli.cli.output import note
from w2vcli.cli.questions import answer, open_model


@click.command("predict", cls=QuestionCommand, columns=COLUMNS["predict"])
@click.argument("words", nargs=-1, type=completing.Word(), required=True, metavar="WORD...")
@options.model
@options.topn
@options.formats_and_file
def command(words: tuple[str, ...], model: str | None, topn: int) -> None:
    """Show the words that are likely in the middle of others.

    \b
    Examples:
      w2v predict the king on his throne
      w2v predict - < contexts.txt

    It goes by the output weights of a training with negative sampling, which learns
    no probabilities: the order says more than the numbers. With - as the only WORD,
    each line of standard input is a question.
    """
    opened = open_model(model, with_weights=True)
    from w2vcli.queries.answers import columns_of
    from w2vcli.queries.asking import ask_likely
    from w2vcli.queries.predicting import LikelyWord

    answer(words, lambda questions: ask_likely(opened, questions, topn, note), columns_of(LikelyWord))
