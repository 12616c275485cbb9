"""``w2v similarity``."""

from __future__ import annotations

import click

from w2vcli.cli import completing, options
from w2vcli.cli.command import QuestionCommand
from w2vcli.cli.output import note
from w2vcli.cli.questions import answer, open_model


@click.command("similarity", cls=QuestionCommand)
@click.argument("words", nargs=-1, type=completing.Word(), required=True, metavar="WORD1 WORD2")
@options.model
@options.as_json
def command(words: tuple[str, ...], model: str | None, as_json: bool) -> None:
    """Show how similar two words are: their cosine, -1 to 1.

    \b
    Examples:
      w2v similarity girl boy
      w2v similarity - < pairs.txt

    With - instead of words, each line of standard input has two words.
    """
    opened = open_model(model)
    from w2vcli.queries.answers import WordPair
    from w2vcli.queries.asking import ask_similarity

    answer(words, lambda questions: ask_similarity(opened, questions, note), WordPair, as_json=as_json)
