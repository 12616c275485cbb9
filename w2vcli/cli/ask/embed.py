"""``w2v embed``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click
from click.core import ParameterSource

from w2vcli.cli import options
from w2vcli.cli.columns import COLUMNS, MORE_COLUMNS
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.formats import JSON, fields, named_format
from w2vcli.cli.output import is_nested
from w2vcli.cli.questions import open_model
from w2vcli.cli.text_arguments import text_batches
from w2vcli.cli.vector_rows import vector_rows
from w2vcli.escaping import visible_json
from w2vcli.queries.weightings import Weighting
from w2vcli.reporting import Reporter

if TYPE_CHECKING:
    from w2vcli.array_types import Float32s
    from w2vcli.queries.sentence_vectors import Append

_MODES = (options.Mode(("force",), lambda values: values["output"] is not None, "without --output nothing is written"),)


@click.command("embed", cls=W2vCommand, columns=COLUMNS["embed"], more_columns=MORE_COLUMNS["embed"], modes=_MODES)
@click.argument("texts", nargs=-1, required=True, metavar="TEXT...|FILE|-")
@options.model
@click.option(
    "--weights",
    type=click.Choice(get_args(Weighting)),
    default="mean",
    help="Weights of the words: all the same, or less for frequent words, by counts (sif) or by ranks (zipf).",
)
@click.option(
    "--components",
    type=click.IntRange(min=0),
    help="Leave out so many principal components, which all texts have in common.  [default: 1 with sif, else 0]",
)
@click.option(
    "--normalize/--no-normalize",
    default=None,
    help="Scale vectors to length 1.  [default: as the library of static embeddings does, else not]",
)
@click.option(
    "-o", "--output", type=options.OutputFile(), help="Write into this file: .npy, .parquet, .jsonl or .json."
)
@options.force
@options.formats
@options.reporting
def command(
    texts: tuple[str, ...],
    model: str | None,
    weights: Weighting,
    components: int | None,
    normalize: bool | None,
    output: Path | None,
    force: bool,
    reporter: Reporter,
) -> None:
    """Make a vector of each text.

    \b
    Examples:
      w2v embed "the girl went to the castle"
      w2v embed reviews.txt -o reviews.npy
      w2v embed - --json < reviews.txt
      w2v embed reviews.txt --weights sif -o reviews.parquet

    It is the mean of the vectors of its words. A file and standard input have a
    text on each line. Texts are tokenized as that of the model was. Tokens out of
    vocabulary are left out and counted, and a text without any other has a vector
    of zeros.

    sif is that of Arora et al. (2017), which also leaves out what all texts have in
    common. zipf is that of model2vec.
    """
    opened = open_model(model, reporter)
    from w2vcli.queries import sentence_vectors

    if output is not None:
        _require_no_format()
        from w2vcli.queries.vector_files import require_vector_file

        require_vector_file(output, force=force)
    left_out = sentence_vectors.components_to_leave_out(opened, weights, components)
    embed = sentence_vectors.Embedder(opened, weights, normalize=normalize)
    sentence_vectors.tell_reading(opened, reporter)
    with _destination(output, embed.vector_size, force=force) as append:
        totals = sentence_vectors.embed_all(embed, text_batches(texts), left_out, append)
    sentence_vectors.tell_totals(totals, opened, reporter)


def _destination(output: Path | None, vector_size: int, *, force: bool) -> AbstractContextManager[Append]:
    """Return where vectors go: a file, or standard output."""
    if output is None:
        return _printed(vector_size)
    from w2vcli.queries.vector_files import new_vector_file

    return new_vector_file(output, vector_size, force=force)


@contextmanager
def _printed(vector_size: int) -> Iterator[Append]:
    """Print vectors as they come, but for the forms that need all of them."""
    if is_nested() and fields() is None:
        with _objects() as append:
            yield append
        return
    columns, printer = vector_rows("text", vector_size)
    with printer(columns) as out:

        def append_rows(texts: Sequence[str], vectors: Float32s) -> None:
            for text, vector in zip(texts, shortest_decimals(vectors), strict=True):
                out.add({"text": text, "vector": vector})
            out.flush()

        from w2vcli.queries.vector_files import shortest_decimals

        yield append_rows


@contextmanager
def _objects() -> Iterator[Append]:
    """Print an object of JSON for each text as it comes, on a line of its own or in a list.

    The numbers go from the array to the output without a Python number for each, which is five times as fast.
    """
    from w2vcli.queries.vector_files import number_lists

    is_list, is_first = named_format() == JSON, True

    def append(texts: Sequence[str], vectors: Float32s) -> None:
        nonlocal is_first
        objects = [
            f'{{"text": {visible_json(text)}, "vector": {numbers}}}'
            for text, numbers in zip(texts, number_lists(vectors), strict=True)
        ]
        if is_list:
            click.echo(("[" if is_first else ",\n ") + ",\n ".join(objects), nl=False)
        else:
            click.echo("\n".join(objects))
        is_first = False
        sys.stdout.flush()

    yield append
    if is_list:
        click.echo("[]" if is_first else "]")


def _require_no_format() -> None:
    """Refuse a format that is named beside a file, whose ending tells it."""
    context = click.get_current_context()
    if any(context.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in ("format", "json", "fields")):
        raise click.UsageError("the ending of --output says how it is written; no other format can be named.")
