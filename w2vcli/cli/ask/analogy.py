"""``w2v analogy``."""

from __future__ import annotations

import click

from w2vcli.cli import completing, options
from w2vcli.cli.command import QuestionCommand, require_no_minus, require_no_word
from w2vcli.cli.output import note
from w2vcli.cli.questions import HowSure, answer, open_model_for_search
from w2vcli.queries.methods import METHODS, Method


@click.command(
    "analogy", cls=QuestionCommand, columns=("word", "similarity", "score", "low", "high", "again", "first", "count")
)
@click.argument("terms", nargs=-1, type=completing.Word(), required=True, metavar="TERM...")
@click.option("--method", type=click.Choice(METHODS), default="3cosadd", help=options.METHOD)
@options.model
@options.topn
@options.ranks_searched
@options.variants
@options.formats_and_file
def command(
    terms: tuple[str, ...],
    method: Method,
    model: str | None,
    topn: int,
    restrict_vocab: int | range | None,
    variants: bool,
) -> None:
    """Add and subtract words: boy queen - girl is about king.

    \b
    Examples:
      w2v analogy boy queen - girl
      w2v analogy boy + queen - girl --method 3cosmul
      w2v analogy 'king*2 - man + woman'

    Words are added. Words after a - are subtracted, until a +. The words asked are
    never the answer. With - as the only TERM, each line of standard input is a
    question.

    In king*2 the word king counts twice. If the vocabulary has a word that is spelt
    king*2, it is that word, and king*2.0 is the weight. Quotes keep the shell from
    taking * for names of files. 3cosmul has no weights.

    Put blanks around both signs. In king-man the sign is glued: it is a sign if
    the vocabulary has king and man, but not king-man. So -m and -n are options
    only with a blank before their value, or as -n5.

    A model with variants (w2v stability) has the columns of w2v similar, and first:
    the share of variants in which the word is the answer.
    """
    opened = open_model_for_search(model)
    require_no_word(opened.words)
    require_no_minus(opened.words, terms)
    from w2vcli.queries.answers import Answer
    from w2vcli.queries.asking import ask_analogies
    from w2vcli.queries.kinds_of_answers import kind_of_answer

    how_sure = HowSure(opened, model, wanted=variants)

    def ask_all(questions: list[list[str]]) -> list[Answer]:
        return ask_analogies(opened, questions, method, topn, restrict_vocab, note, how_sure.variants)

    columns = how_sure.columns(kind_of_answer(opened, method, how_sure.variants))
    answer(terms, ask_all, columns, how_sure=how_sure)
