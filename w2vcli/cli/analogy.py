"""``w2v analogy``."""

from __future__ import annotations

import click

from w2vcli.cli import options
from w2vcli.cli.questions import answer, open_model, split_words


@click.command("analogy")
@click.argument("terms", nargs=-1, required=True, metavar="TERM...")
@click.option(
    "--method",
    type=click.Choice(["3cosadd", "3cosmul"]),
    default="3cosadd",
    show_default=True,
    help="Add and subtract the vectors, or multiply and divide the cosines.",
)
@options.model
@options.topn
@options.as_json
def command(terms: tuple[str, ...], method: str, model: str | None, topn: int, as_json: bool) -> None:
    """Add and subtract words: boy queen - girl is about king.

    Words are added; those after a - are subtracted, until a +. Put blanks around
    both signs. The words asked are never the answer. With - as the only TERM, each line of standard input is
    a question.

    \b
    Examples:
      w2v analogy boy queen - girl
      w2v analogy boy + queen - girl --method 3cosmul
    """
    from w2vcli.queries.expression import parse_expression
    from w2vcli.queries.search import most_similar, most_similar_cosmul

    opened = open_model(model)
    search = most_similar if method == "3cosadd" else most_similar_cosmul
    column = "similarity" if method == "3cosadd" else "score"
    quoted = len(terms) == 1 and " " in terms[0]
    answer(
        split_words(terms[0].strip()) if quoted else terms,
        lambda query: search(opened, *parse_expression(query), topn=topn),
        ("word", column),
        as_json=as_json,
    )
