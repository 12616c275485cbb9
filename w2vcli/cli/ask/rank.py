"""``w2v rank``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from w2vcli.cli import completing, options
from w2vcli.cli.columns import COLUMNS
from w2vcli.cli.command import QuestionCommand
from w2vcli.cli.output import note
from w2vcli.cli.questions import answer, open_model

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from w2vcli.errors import W2vError

_MODES = (options.Mode(("topn",), lambda values: values["closer"], "only --closer shows words"),)


@click.command("rank", cls=QuestionCommand, columns=COLUMNS["rank"], modes=_MODES)
@click.argument("words", nargs=-1, type=completing.Word(), required=True, metavar="WORD1 WORD2")
@click.option("--closer", is_flag=True, help="Show the words that are closer to WORD1 than WORD2 is.")
@options.model
@options.topn
@options.formats_and_file
def command(words: tuple[str, ...], closer: bool, model: str | None, topn: int) -> None:
    """Show how near a word is to another one among all words.

    \b
    Examples:
      w2v rank king queen
      w2v rank king queen --closer
      w2v rank - < pairs.txt

    With - instead of words, each line of standard input has two words.

    \b
      rank      1 if WORD2 is the nearest neighbour of WORD1
      relative  the similarity over the sum of those of the ten nearest words:
                0.1 or more for a synonym
    """
    opened = open_model(model)
    from w2vcli.queries.answers import Neighbour, columns_of
    from w2vcli.queries.asking import ask_closer, ask_ranks
    from w2vcli.queries.ranks import RankedPair

    def ask_all(questions: list[list[str]]) -> Sequence[Sequence[DataclassInstance] | W2vError]:
        return ask_closer(opened, questions, topn, note) if closer else ask_ranks(opened, questions, note)

    answer(words, ask_all, columns_of(Neighbour if closer else RankedPair))
