"""``w2v lines``."""

from __future__ import annotations

import click

from w2vcli.cli import completing, options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.questions import open_model
from w2vcli.reporting import Reporter

# Fewer lines than this say little of a word.
_FEW = 10


@click.command("lines", cls=W2vCommand, columns=("file", "line", "left", "word", "right"))
@click.argument("words", nargs=-1, type=completing.Word(), required=True, metavar="WORD...")
@options.model
@click.option("-n", "--topn", type=click.IntRange(min=1), default=20, help="How many lines to show.")
@options.moved_to
@options.seed
@click.option("--cache/--no-cache", default=True, help="Use the cache of encoded corpora.")
@options.formats_and_file
@options.reporting
def command(
    words: tuple[str, ...],
    model: str | None,
    topn: int,
    moved_to: tuple[str, ...],
    seed: int,
    cache: bool,
    reporter: Reporter,
) -> None:
    """Show lines of the model's text that have a word.

    \b
    Examples:
      w2v lines girl
      w2v lines new york --topn 50
      w2v lines girl --seed 2 --json > girl.json

    The lines are as they stand in the text, below each other on the word. They are
    drawn at random, from as many documents as there are: another --seed draws
    others. Several words are found where they follow each other. In a table, line
    is the row, and the header is row 1.

    The text has to be where it was when the model was trained, or --text names
    where it is now. A file is taken for unchanged if its size and its times are.
    """
    from w2vcli.cli.kwic import print_lines
    from w2vcli.evidence.line_choice import find_concordance
    from w2vcli.evidence.source import open_source
    from w2vcli.models.registry import cache_folder

    opened = open_model(model, reporter)
    word = " ".join(words)
    with open_source(opened, cache_folder() if cache else None, reporter, moved_to) as text:
        found = find_concordance(opened, text, word, topn, seed)
    print_lines(found.lines)
    if found.count < _FEW and found.documents == 1:
        reporter.note(f"occurrences of {word}: {found.count:,}, all from {found.lines[0].file}; that is thin evidence")
    else:
        shown = len(found.lines)
        reporter.note(f"{shown:,} of {found.count:,} occurrences of {word}; documents with it: {found.documents:,}")
