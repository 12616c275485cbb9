"""``w2v stability``."""

from __future__ import annotations

from dataclasses import asdict

import click

from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import Column, print_rows
from w2vcli.models.registry import cache_folder, find_model, require_writable
from w2vcli.reporting import Reporter

_DECIMALS = 3


@click.command("stability", cls=W2vCommand)
@click.argument("model", required=False, type=options.ModelName())
@click.option("--variants", type=click.IntRange(min=5), default=12, help="How many variants to have.")
@click.option("--again", is_flag=True, help="Throw away the variants that were made before.")
@click.option(
    "--seed", type=click.IntRange(0, 2**31), help=f"{options.SEED}  [default: that of earlier variants, or 1]"
)
@click.option("--workers", type=click.IntRange(1, 1024), help="How many threads.  [default: those of the training]")
@click.option("--topn", "-n", type=click.IntRange(min=1), default=10, help="How many neighbours of a word to compare.")
@click.option("--cache/--no-cache", default=True, help="Use the cache of encoded corpora.")
@options.as_json
@options.reporting
def command(
    model: str | None,
    variants: int,
    again: bool,
    seed: int | None,
    workers: int | None,
    topn: int,
    cache: bool,
    as_json: bool,
    reporter: Reporter,
) -> None:
    """Find out how sure the answers of a model are.

    \b
    Examples:
      w2v stability novels
      w2v stability novels --variants 25

    It trains the model again on its corpus, several times: each variant has another
    seed, and documents of other weights. Where a corpus has fewer than 50
    documents, blocks of 500 words are weighted. A run that was interrupted goes on
    where it was.

    Then similar, analogy, similarity, odd, features, evaluate and plot know how
    sure their answers are. The table shows it for words by how often they were
    seen:

    \b
      again       share of neighbours that come again in a variant
      similarity  mean similarity of neighbours in the model
      mean        the same in the variants: what other documents would give
      half_width  half of the 95 % interval of one neighbour
    """
    from w2vcli.training.variants import make_variants

    path = find_model(model)
    require_writable(path)
    made = make_variants(
        path, variants, cache_folder() if cache else None, reporter, seed=seed, workers=workers, again=again
    )
    reporter.note(f"{len(made.sha256)} variants, {made.units:,} {made.weighted} weighted, {made.epochs} epochs each")
    from w2vcli.measure.stability import stability_by_count
    from w2vcli.models.directory import open_model_directory
    from w2vcli.models.variants import open_variants

    opened = open_model_directory(path, reporter)
    found = stability_by_count(opened, open_variants(opened), topn, made.seed)
    columns = ["least", "most", "words", *(Column(name, _DECIMALS) for name in ("again", "similarity", "mean"))]
    print_rows([asdict(each) for each in found], [*columns, Column("half_width", _DECIMALS)], as_json=as_json)
