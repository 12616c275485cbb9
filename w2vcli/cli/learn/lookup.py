"""``w2v lookup``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from w2vcli.cli import completing, options
from w2vcli.cli.columns import COLUMNS
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.matrix import ELLIPSIS, print_matrix
from w2vcli.cli.output import is_for_the_eye, is_nested, print_facts
from w2vcli.cli.questions import open_model
from w2vcli.escaping import decimals
from w2vcli.reporting import Reporter

if TYPE_CHECKING:
    from w2vcli.lessons.lookup import OneHotProduct
    from w2vcli.models.directory import Model

_FIRST_FEATURES, _LAST_FEATURES = 5, 1


@click.command("lookup", cls=W2vCommand, columns=COLUMNS["lookup"])
@click.argument("word", type=completing.Word())
@click.option("--time/--no-time", "timed", default=True, help="Measure how long each of the two ways takes.")
@options.model
@options.formats_and_file
@options.reporting
def command(word: str, timed: bool, model: str | None, reporter: Reporter) -> None:
    """Multiply the embedding matrix by a one-hot vector.

    \b
    Examples:
      w2v lookup king
      w2v lookup king --json

    E has a row for each feature and a column for each word. o is 1 in the column of
    WORD and 0 elsewhere. Their product E o is the vector e of WORD.

    Here the whole matrix is multiplied. The result is compared with the row that the
    model keeps. An embedding layer reads that row, and multiplies nothing.
    """
    from w2vcli.lessons.lookup import look_up, time_both

    opened = open_model(model, reporter)
    found = look_up(opened, word)
    facts = {
        "word": found.word,
        "row": found.row,
        "words": opened.facts.words,
        "vector_size": opened.facts.vector_size,
        "largest_difference": found.largest_difference,
        "multiplications": found.multiplications,
    }
    if timed:
        product, lookup = time_both(opened, found.row)
        facts |= {"product_seconds": _rounded(product), "lookup_seconds": _rounded(lookup)}
        facts["times_faster"] = round(product / lookup)
    if is_nested():
        print_facts(facts | {"product": found.product.tolist(), "vector": found.vector.tolist()})
        return
    if is_for_the_eye():
        _print_product(opened, found)
        click.echo()
    print_facts(facts)


def _rounded(seconds: float) -> float:
    return float(f"{seconds:.3g}")


def _print_product(model: Model, found: OneHotProduct) -> None:
    """Print E with the one-hot vector below it and the product at its side."""
    size, words = model.facts.vector_size, model.facts.words
    shown = sorted({*range(min(size, _FIRST_FEATURES)), *range(max(size - _LAST_FEATURES, 0), size)})
    is_cut = len(shown) < size
    labels = [str(at + 1) for at in shown]

    def column(at: int) -> tuple[str, list[str]]:
        if at == words:
            heading, cells, below = f"E o_{found.word}", [decimals(found.product[feature]) for feature in shown], ""
        else:
            vector = model.vectors[[at]][0]
            heading, cells = model.words[at], [decimals(float(vector[feature])) for feature in shown]
            below = str(int(at == found.row))
        return heading, [*_with_gap(cells, is_cut), below]

    print_matrix("E", [*_with_gap(labels, is_cut), f"o_{found.word}"], words + 1, column, (words, found.row))


def _with_gap(cells: list[str], is_cut: bool) -> list[str]:
    return [*cells[:_FIRST_FEATURES], ELLIPSIS, *cells[_FIRST_FEATURES:]] if is_cut else cells
