"""``w2v similarity``."""

from __future__ import annotations

import click

from w2vcli.cli import completing, options
from w2vcli.cli.command import QuestionCommand
from w2vcli.cli.output import note
from w2vcli.cli.questions import HowSure, answer, open_model


@click.command("similarity", cls=QuestionCommand, columns=("word1", "word2", "similarity", "low", "high"))
@click.argument("words", nargs=-1, type=completing.Word(), required=True, metavar="WORD1 WORD2")
@options.model
@options.variants
@options.formats_and_file
def command(words: tuple[str, ...], model: str | None, variants: bool) -> None:
    """Show how similar two words are: their cosine, -1 to 1.

    \b
    Examples:
      w2v similarity girl boy
      w2v similarity - < pairs.txt

    With - instead of words, each line of standard input has two words.

    A model with variants (w2v stability) also shows low and high, the 95 % interval
    for other documents of the same kind.
    """
    opened = open_model(model)
    from w2vcli.queries.answers import WordPair
    from w2vcli.queries.asking import ask_similarity
    from w2vcli.queries.sure_answers import SurePair

    how_sure = HowSure(opened, model, wanted=variants)
    answer(
        words,
        lambda questions: ask_similarity(opened, questions, note, how_sure.variants),
        how_sure.columns(SurePair if how_sure.variants else WordPair),
        how_sure=how_sure,
    )
