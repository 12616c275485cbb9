"""``w2v similar``."""

from __future__ import annotations

import click

from w2vcli.cli import options
from w2vcli.cli.questions import answer, open_model


@click.command("similar")
@click.argument("words", nargs=-1, required=True, metavar="WORD...")
@options.model
@options.topn
@options.as_json
def command(words: tuple[str, ...], model: str | None, topn: int, as_json: bool) -> None:
    """Show the nearest neighbours of a word, or of several.

    Several words are asked as their mean. With - as the only WORD, each line of
    standard input is a question.

    \b
    Examples:
      w2v similar girl
      w2v similar king queen --topn 5
      w2v similar - --json < words.txt
    """
    from w2vcli.queries.search import most_similar

    opened = open_model(model)
    answer(words, lambda query: most_similar(opened, query, topn=topn), ("word", "similarity"), as_json=as_json)
