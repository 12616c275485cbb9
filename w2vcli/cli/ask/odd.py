"""``w2v odd``."""

from __future__ import annotations

import click

from w2vcli.cli import completing, options
from w2vcli.cli.command import QuestionCommand
from w2vcli.cli.output import note
from w2vcli.cli.questions import HowSure, answer, open_model


@click.command("odd", cls=QuestionCommand, columns=("word", "similarity", "low", "high", "first"))
@click.argument("words", nargs=-1, type=completing.Word(), required=True, metavar="WORD...")
@options.model
@options.variants
@options.formats_and_file
def command(words: tuple[str, ...], model: str | None, variants: bool) -> None:
    """Find the odd one out: the word least like the others.

    \b
    Examples:
      w2v odd apple banana king mango

    The first word is the odd one. Each word has its similarity to the mean of all.
    With - as the only WORD, each line of standard input is a question.

    A model with variants (w2v stability) also shows the 95 % interval of the
    similarity, and first: the share of variants in which the word is the odd one.
    """
    opened = open_model(model)
    from w2vcli.queries.answers import Neighbour
    from w2vcli.queries.asking import ask_odd
    from w2vcli.queries.sure_answers import SureOdd

    how_sure = HowSure(opened, model, wanted=variants)
    answer(
        words,
        lambda questions: ask_odd(opened, questions, note, how_sure.variants),
        how_sure.columns(SureOdd if how_sure.variants else Neighbour),
        how_sure=how_sure,
    )
