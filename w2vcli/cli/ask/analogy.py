"""``w2v analogy``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from w2vcli.cli import options
from w2vcli.cli.command import QuestionCommand, require_no_word
from w2vcli.cli.output import tell
from w2vcli.cli.questions import answer, open_model_for_search
from w2vcli.errors import BadExpression
from w2vcli.queries.answers import ANSWERS, METHODS, Method, Query, columns_of

if TYPE_CHECKING:
    from w2vcli.models.directory import Model
    from w2vcli.queries.answers import Answer
    from w2vcli.queries.expression import Expression


@click.command("analogy", cls=QuestionCommand)
@click.argument("terms", nargs=-1, required=True, metavar="TERM...")
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default="3cosadd",
    show_default=True,
    help=options.METHOD,
)
@options.model
@options.topn
@options.restrict_vocab
@options.as_json
def command(
    terms: tuple[str, ...], method: Method, model: str | None, topn: int, restrict_vocab: int | None, as_json: bool
) -> None:
    """Add and subtract words: boy queen - girl is about king.

    Words are added; those after a - are subtracted, until a +. The words asked are
    never the answer. With - as the only TERM, each line of standard input is a
    question.

    Put blanks around both signs. A glued one, as in -girl or king-man, is a sign
    where the vocabulary has no word of that spelling but has the rest. So -m and
    -n are options only with a blank before their value, or as -n5.

    \b
    Examples:
      w2v analogy boy queen - girl
      w2v analogy boy + queen - girl --method 3cosmul
    """
    opened = open_model_for_search(model)
    require_no_word(opened.words)
    from w2vcli.queries.search import answer_all

    def ask_all(queries: list[list[str]]) -> list[Answer]:
        parsed = [_parsed(query, opened) for query in queries]
        good = [Query(*found, method) for found in parsed if not isinstance(found, BadExpression)]
        answers = iter(answer_all(opened, good, topn, restrict_vocab))
        return [found if isinstance(found, BadExpression) else next(answers) for found in parsed]

    answer(terms, ask_all, columns_of(ANSWERS[method]), as_json=as_json)


def _parsed(query: list[str], model: Model) -> Expression | BadExpression:
    from w2vcli.queries.signs import read_expression

    try:
        return read_expression(query, model, tell)
    except BadExpression as error:
        return error
