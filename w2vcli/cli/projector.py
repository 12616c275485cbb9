"""``w2v projector``."""

from __future__ import annotations

from pathlib import Path

import click

from w2vcli.atomic import new_file
from w2vcli.cli import options
from w2vcli.cli.output import print_facts
from w2vcli.cli.questions import open_model
from w2vcli.reporting import Reporter

_ROWS_AT_ONCE = 1024


@click.command("projector")
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--top", type=click.IntRange(min=1), help="Write the first words only.")
@click.option(
    "--words", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Write the words in this file."
)
@options.model
@options.force
@options.as_json
@options.reporting
def command(
    directory: Path,
    top: int | None,
    words: Path | None,
    model: str | None,
    force: bool,
    as_json: bool,
    reporter: Reporter,
) -> None:
    """Write files for the Embedding Projector.

    Writes vecs.tsv and meta.tsv into DIR, to be loaded at
    https://projector.tensorflow.org with its button Load.

    \b
    Examples:
      w2v projector out/
      w2v projector out/ --top 10000
    """
    import numpy as np

    from w2vcli.models.formats import projector_tsv
    from w2vcli.views import projector
    from w2vcli.views.vocabulary import read_words, select

    opened = open_model(model, reporter)
    rows = np.arange(opened.facts.words)
    if words is not None:
        selection = select(opened, read_words(words))
        if selection.unknown:
            reporter.warn(f"not in the vocabulary, left out: {', '.join(selection.unknown)}")
        rows = np.array(selection.rows, dtype=np.intp)
    rows = rows[:top]
    projector.require_loadable(len(rows), opened.facts.vector_size)
    if len(rows) > projector.MOST_POINTS:
        reporter.warn(
            f"the Projector shows the first {projector.MOST_POINTS:,} of these {len(rows):,} words; see --top"
        )
    with (
        new_file(directory / "vecs.tsv", force=force) as vectors,
        new_file(directory / "meta.tsv", force=force) as metadata,
        reporter.phase("writing", len(rows), "words") as advance,
    ):
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            block = rows[start : start + _ROWS_AT_ONCE]
            projector_tsv.write_vectors(vectors, opened.vectors[block])
            projector_tsv.write_words(metadata, (opened.words[row] for row in block.tolist()))
            advance(start + len(block))
    facts = {"output": str(directory), "words": len(rows), "vector_size": opened.facts.vector_size}
    print_facts(facts, as_json=as_json)
