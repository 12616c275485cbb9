"""``w2v convert``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from w2vcli.cli import options
from w2vcli.cli.columns import COLUMNS
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import print_facts
from w2vcli.errors import BadSettings
from w2vcli.escaping import without_passwords
from w2vcli.inputs import STDIN
from w2vcli.models.registry import find_model
from w2vcli.models.source_names import is_source
from w2vcli.reporting import Reporter


def _is_file(values: Mapping[str, Any]) -> bool:
    """Tell whether IN is a file of vectors, and not a model, from the values of all parameters."""
    return is_source(values["source"])


_MODES = (
    options.Mode(("limit",), _is_file, "a model is written whole"),
    options.Mode(options.READ_OPTIONS, _is_file, "a model says how it is read"),
)


@click.command("convert", cls=W2vCommand, columns=COLUMNS["convert"], modes=_MODES, aliases=options.OLD_WORDS)
@click.argument("source", metavar="IN", type=options.ModelOrFile())
@click.argument("target", metavar="OUT", type=str)
@click.option(
    "--to", "ending", metavar="ENDING", help="Ending that stands for the format of OUT.  [default: that of its name]"
)
@options.vector_file
@options.force
@options.dry_run
@options.formats
@options.reporting
def command(
    source: str,
    target: str,
    ending: str | None,
    force: bool,
    dry_run: bool,
    reporter: Reporter,
    **reading: Any,
) -> None:
    """Write vectors in another format.

    \b
    Examples:
      w2v convert GoogleNews-vectors-negative300.bin.gz news.parquet
      w2v convert my-model my-model.txt.gz
      w2v convert cc.ko.300.bin korean.vec --limit 200000
      w2v convert my-model my-folder --to model2vec
      w2v convert my-model 'postgresql://user@host/db?table=news'

    IN is a file of vectors in any format that "w2v load" reads, or a model. The
    ending of OUT chooses the format, and .gz, .bz2, .xz or .zst after it compresses:

    \b
      .bin             word2vec binary
      .txt .vec        word2vec text, which is fastText's too
      .glove           GloVe text
      .kv              gensim's KeyedVectors
      .model           gensim's Word2Vec, which can be trained on there
      .npy             numpy array, with the words in a .txt
      .tsv             Embedding Projector, with the words in a second .tsv
      .parquet .arrow  tables for databases and dataframes (extra "arrow")
      .feather         the same as .arrow
      .safetensors     safetensors, with the words in a .txt
      .model2vec       folder for model2vec and sentence-transformers

    OUT may also be a table of PostgreSQL with pgvector (extra "postgres"), which
    appears whole, with its index, or not at all. Its address may have &schema=NAME,
    &type=halfvec, which takes half the room and loses digits, and &index=none. Put
    the password into PGPASSWORD or .pgpass.
    """
    from w2vcli.models.converting import convert_file, convert_model
    from w2vcli.models.formats.blocks import ReadOptions
    from w2vcli.models.formats.format_table import find_sink

    # The sink refuses an unknown ending or an output that exists before a long file is read.
    if target == STDIN:
        raise BadSettings("OUT is a file that appears when it is whole, so it cannot be standard output; name a file")
    sink = find_sink(target, ending, force=force)
    if dry_run:
        sink.require_free()
        from w2vcli.models.rehearsal import rehearse, rehearse_model

        if is_source(source):
            found = rehearse(source, ReadOptions(**reading), reporter)
        else:
            found = rehearse_model(find_model(source))
        sizes = {"words": found.words, "vector_size": found.vector_size, "vectors": found.vectors}
        print_facts({"output": without_passwords(target), "format": sink.name, **sizes})
        return
    if is_source(source):
        count = convert_file(Path(source), sink, ReadOptions(**reading), reporter)
    else:
        count = convert_model(find_model(source), sink, reporter)
    print_facts({"output": without_passwords(target), "format": sink.name, "words": count})
