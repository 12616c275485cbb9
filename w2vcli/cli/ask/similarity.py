"""``w2v similarity``."""

from __future__ import annotations

import click

from w2vcli.cli import options
from w2vcli.cli.command import QuestionCommand
from w2vcli.cli.questions import answer, as_words, one_by_one, open_model
from w2vcli.errors import BadExpression


@click.command("similarity", cls=QuestionCommand)
@click.argument("words", nargs=-1, required=True, metavar="WORD1 WORD2")
@options.model
@options.as_json
def command(words: tuple[str, ...], model: str | None, as_json: bool) -> None:
    """Show how similar two words are: their cosine, -1 to 1.

    With - instead of words, each line of standard input has two words.

    \b
    Examples:
      w2v similarity girl boy
      w2v similarity - < pairs.txt
    """
    from w2vcli.queries.search import similarity

    opened = open_model(model)

    def ask(query: list[str]) -> list[dict[str, object]]:
        if len(query) != 2:
            raise BadExpression(f"two words are needed, {len(query)} given: {' '.join(query)}")
        word1, word2 = query
        return [{"word1": word1, "word2": word2, "similarity": similarity(opened, word1, word2)}]

    answer(words, as_words(one_by_one(ask), opened), ("word1", "word2", "similarity"), as_json=as_json)
