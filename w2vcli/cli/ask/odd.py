"""``w2v odd``."""

from __future__ import annotations

import click

from w2vcli.cli import options
from w2vcli.cli.command import QuestionCommand
from w2vcli.cli.questions import answer, as_words, one_by_one, open_model
from w2vcli.errors import BadExpression


@click.command("odd", cls=QuestionCommand)
@click.argument("words", nargs=-1, required=True, metavar="WORD...")
@options.model
@options.as_json
def command(words: tuple[str, ...], model: str | None, as_json: bool) -> None:
    """Find the odd one out: the word least like the others.

    Shows each word's similarity to the mean of them all; the first one is the
    odd one. With - as the only WORD, each line of standard input is a question.

    \b
    Examples:
      w2v odd apple banana king mango
    """
    from w2vcli.queries.search import similarity_to_mean

    opened = open_model(model)

    def ask(query: list[str]) -> list[object]:
        if len(query) < 3:
            raise BadExpression(f"at least three words are needed, {len(query)} given: {' '.join(query)}")
        return [*similarity_to_mean(opened, query)]

    answer(words, as_words(one_by_one(ask), opened), ("word", "similarity"), as_json=as_json)
