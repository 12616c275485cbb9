"""``w2v read``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2vcli.cli import options
from w2vcli.cli.columns import COLUMNS
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import print_facts
from w2vcli.cli.reading_options import MODES, read_lists, reading_options
from w2vcli.reporting import Reporter

if TYPE_CHECKING:
    from w2vcli.corpus.encoded import EncodedCorpus
    from w2vcli.corpus.reading import Reading


@click.command("read", cls=W2vCommand, columns=COLUMNS["read"], modes=MODES)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCES...", type=click.Path(allow_dash=True))
@click.option(
    "-o", "--output", required=True, metavar="FOLDER", type=click.Path(path_type=Path), help="The new corpus."
)
@click.option(
    "--on",
    metavar="SPARK",
    help="Let Spark tokenize: local[2], sc://host:15002, spark://host:7077, yarn or k8s://...",
)
@reading_options
@options.force
@options.formats
@options.reporting
def command(
    sources: tuple[str, ...], output: Path, on: str | None, force: bool, reporter: Reporter, **given: Any
) -> None:
    """Read text once, and keep it as a corpus to train on.

    SOURCES are files, folders and addresses, as for w2v train, which then takes the
    corpus in their place. It has the same bytes wherever it was read: here, or by
    Spark with --on. In a job of Spark, such as below spark-submit, the session that
    is there is taken without --on.

    A corpus has token ids, words, counts, where sentences and documents end, and
    how it was read. w2v lines and w2v rerun go back to SOURCES.

    \b
    Examples:
      w2v read novels/ -o corpus --lowercase
      w2v read s3://bucket/news/ -o corpus --on sc://host:15002
      w2v train corpus -o news --epochs 3
    """
    from w2vcli.corpus.folders import write_corpus
    from w2vcli.corpus.reading import Reading
    from w2vcli.corpus.tokenizers import WORD_RULES
    from w2vcli.training.plans import absolute_sources

    read_lists(given)
    reading = Reading(word_rules=WORD_RULES, **given)
    make = _maker(sources, reading, on, reporter)
    read = write_corpus(absolute_sources(sources), reading, output, make, force=force)
    print_facts({"corpus": str(output)} | asdict(read))


def _maker(
    sources: Sequence[str], reading: Reading, on: str | None, reporter: Reporter
) -> Callable[[Path], EncodedCorpus]:
    """Return what writes the corpus into a folder: this machine, or Spark."""
    from w2vcli.spark.session import is_within_spark

    if on is None and not is_within_spark():
        from w2vcli.corpus.reading import read_corpus

        return lambda folder: read_corpus(sources, folder, reading, reporter)
    from w2vcli.atomic import scratch_directory
    from w2vcli.spark.reading import read_on_spark

    def make(folder: Path) -> EncodedCorpus:
        with scratch_directory(folder.parent / "spark") as scratch:
            return read_on_spark(sources, folder, reading, reporter, on=on, scratch=scratch)

    return make
