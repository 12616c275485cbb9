"""``w2v words``."""

from __future__ import annotations

from itertools import islice

import click

from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import note, print_rows
from w2vcli.cli.questions import open_model
from w2vcli.errors import UnknownWords

_MODES = (options.Mode(("topn",), lambda values: not values["all_words"], "--all shows every word"),)


@click.command("words", cls=W2vCommand, modes=_MODES, aliases={"--top": "--topn"}, columns=("rank", "word", "count"))
@click.argument("pattern", required=False)
@options.model
@click.option("--grep", metavar="REGEX", help="Show the words that contain a match of this regular expression.")
@click.option("-n", "--topn", type=click.IntRange(min=1), default=20, help="How many words to show.")
@click.option("--all", "all_words", is_flag=True, help="Show all words that match.")
@options.formats_and_file
def command(pattern: str | None, model: str | None, grep: str | None, topn: int, all_words: bool) -> None:
    """List the words of a model, the most frequent first.

    \b
    Examples:
      w2v words
      w2v words 'king*' --topn 5
      w2v words --grep 'ing$' --all > ing.tsv

    Each word has its rank and its count. PATTERN matches whole words: * stands
    for any characters, ? for one. Quote it, so that the shell does not read it.
    """
    from w2vcli.queries.answers import as_row
    from w2vcli.queries.listing import list_words

    opened = open_model(model)
    found = list_words(opened, pattern, grep)
    shown = list(found if all_words else islice(found, topn))
    if not shown and (pattern or grep):
        raise UnknownWords({" ".join(filter(None, (pattern, grep))): "no word matches"})
    print_rows([as_row(entry) for entry in shown], ("rank", "word", "count"))
    if next(found, None) is not None:  # it is not worth reading all words to count the rest
        note(f"The first {len(shown):,} of {len(opened.words):,} words; --all shows all that match.")
