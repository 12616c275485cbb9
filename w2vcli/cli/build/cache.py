"""``w2v cache``."""

from __future__ import annotations

from dataclasses import asdict

import click

from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import Column, print_rows
from w2vcli.models.registry import cache_folder
from w2vcli.reporting import Reporter


@click.command("cache", cls=W2vCommand, columns=("source", "words", "bytes", "name"))
@click.option("--clear", is_flag=True, help="Delete all of them, and the compiled loop.")
@options.formats_and_file
@options.reporting
def command(clear: bool, reporter: Reporter) -> None:
    """List the encoded corpora in the cache.

    \b
    Examples:
      w2v cache
      w2v cache --clear

    `train` keeps a corpus that it has read as token ids, so that another training
    on it begins at once. You can delete them at any time. The same holds for the
    compiled loop of `train --engine numba`: what is missing is made again.
    """
    from w2vcli.corpus.cache import cached_corpora, clear_cache
    from w2vcli.training.engines.compiled import clear_compiled

    folder = cache_folder()
    # What was deleted is listed, as `w2v cache` would have done before.
    found = clear_cache(folder) if clear else cached_corpora(folder)
    if clear:
        clear_compiled(folder)
    print_rows(list(map(asdict, found)), ("source", "words", "bytes", Column("name", moves=True)))
    if clear:
        reporter.note(f"deleted: {sum(entry.bytes for entry in found):,} bytes in {folder}")
