"""``w2v similar``."""

from __future__ import annotations

import click

from w2vcli.cli import completing, options
from w2vcli.cli.command import QuestionCommand, require_no_word
from w2vcli.cli.output import note
from w2vcli.cli.questions import HowSure, answer, open_model_for_search


@click.command("similar", cls=QuestionCommand, columns=("word", "similarity", "low", "high", "again", "count"))
@click.argument("words", nargs=-1, type=completing.Word(), required=True, metavar="WORD...")
@options.model
@options.topn
@options.ranks_searched
@options.variants
@options.formats_and_file
def command(
    words: tuple[str, ...], model: str | None, topn: int, restrict_vocab: int | range | None, variants: bool
) -> None:
    """Show the nearest neighbours of a word, or of several.

    \b
    Examples:
      w2v similar girl
      w2v similar king queen --topn 5
      w2v similar - --json < words.txt

    Several words are averaged. With - as the only WORD, each line of
    standard input is a question. Where it is known, count is how often the word
    was seen: those that were seen seldom are unsure.

    A model with variants (w2v stability) also shows how sure it is: low to high is
    the 95 % interval of the similarity for other documents of the same kind, and
    again the share of variants in which the word comes again.
    """
    opened = open_model_for_search(model)
    require_no_word(opened.words)  # -n5 may be a word
    from w2vcli.queries.answers import FIRST, Answer
    from w2vcli.queries.asking import ask_neighbours
    from w2vcli.queries.kinds_of_answers import kind_of_answer

    how_sure = HowSure(opened, model, wanted=variants)

    def ask_all(questions: list[list[str]]) -> list[Answer]:
        return ask_neighbours(opened, questions, topn, restrict_vocab, note, how_sure.variants)

    columns = how_sure.columns(kind_of_answer(opened, "3cosadd", how_sure.variants), without=FIRST)
    answer(words, ask_all, columns, how_sure=how_sure)
