"""``w2v distance``."""

from __future__ import annotations

from dataclasses import asdict

import click

from w2vcli.cli import options
from w2vcli.cli.columns import COLUMNS
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import print_rows
from w2vcli.cli.questions import open_model


@click.command("distance", cls=W2vCommand, columns=COLUMNS["distance"])
@click.argument("words1", metavar="WORDS1")
@click.argument("words2", metavar="WORDS2")
@options.model
@options.formats_and_file
def command(words1: str, words2: str, model: str | None) -> None:
    """Show how near two lists of words are.

    \b
    Examples:
      w2v distance "king apple" "queen pear"

    A list is words with blanks between, in quotation marks.

    \b
      similarity  cosine of the means of both lists, -1 to 1
      distance    Word Mover's Distance: how far the words of one list have to be
                  moved to become the other, from 0 to 2
    """
    opened = open_model(model)
    from w2vcli.queries.answers import columns_of
    from w2vcli.queries.expression import split_words
    from w2vcli.queries.word_sets import ListDistance, list_distance

    found = list_distance(opened, *(split_words(words.strip()) for words in (words1, words2)))
    print_rows([asdict(found)], columns_of(ListDistance))
