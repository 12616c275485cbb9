"""``w2v why``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from w2vcli.cli import completing, options
from w2vcli.cli.columns import COLUMNS
from w2vcli.cli.command import QuestionCommand, require_no_minus, require_no_word
from w2vcli.cli.formats import TABLE, fields, named_format
from w2vcli.cli.output import Column, is_for_the_eye, is_nested, note, print_rows
from w2vcli.cli.questions import open_model
from w2vcli.cli.tables import terminal_width
from w2vcli.reporting import Reporter
from w2vcli.speaking.language import heading

if TYPE_CHECKING:
    from w2vcli.evidence.reasons import Explanation

_COLUMNS = ("context", Column("share", 3), "count1", "count2")
_MEASURES = tuple(Column(name, 1) for name in ("pmi1", "pmi2", "log_dice1", "log_dice2"))
_ROOM_FOR_MEASURES = 70  # cells of a line
# A word that comes fewer times than this has thin evidence. So has a similarity of which less is accounted for.
_FEW, _LITTLE = 20, 0.5
_NEAR = 0.1
# From here on a share is shown as more than 100%.
_ABOVE_ALL = 1.005


@click.command("why", cls=QuestionCommand, columns=COLUMNS["why"])
@click.argument("terms", nargs=-1, type=completing.Word(), required=True, metavar="TERM...")
@options.model
@click.option("-n", "--topn", type=click.IntRange(min=1), default=1, help="How many neighbours or answers to explain.")
@click.option("--contexts", type=click.IntRange(min=0), default=10, help="How many contexts to show.")
@click.option("--lines", type=click.IntRange(min=0), default=20, help="How many lines to show.")
@options.moved_to
@click.option("--cache/--no-cache", default=True, help="Use the cache of encoded corpora.")
@options.formats_and_file
@options.reporting
def command(
    terms: tuple[str, ...],
    model: str | None,
    topn: int,
    contexts: int,
    lines: int,
    moved_to: tuple[str, ...],
    cache: bool,
    reporter: Reporter,
) -> None:
    """Show what in the text makes words near.

    \b
    Examples:
      w2v why girl queen
      w2v why girl
      w2v why king - man + woman --lines 6

    Two words are explained by the words that stand near both, their contexts. One
    word is explained with its nearest neighbour, and an analogy with its answer.

    \b
      share      part of the similarity that is due to the context
      count      how often it stands within the window of the first, the second
      pmi        how much more often than by chance, in powers of two
      log_dice   how closely both go together (Rychlý): 14 at most

    Below are lines of the text with these contexts, best first: half of them of
    each word, and those in which both stand. --lines 0 leaves them out, and
    --contexts 0 the table. On the text: w2v lines --help.
    """
    opened = open_model(model, reporter)
    require_no_word(opened.words)
    require_no_minus(opened.words, terms)
    from w2vcli.evidence.asked import explain_terms
    from w2vcli.models.registry import cache_folder

    kept = cache_folder() if cache else None
    found = explain_terms(opened, terms, topn, contexts, lines, kept, reporter, moved_to)
    if is_nested():
        rows = [asdict(each) for each in found]
        print_rows(rows, list(rows[0]) if rows else ())
        return
    if named_format() not in {None, TABLE} or fields() is not None:
        _print_rows(found, contexts)
        return
    for number, each in enumerate(found):
        if number:
            click.echo()
        _print(each, contexts, lines)


def _print_rows(found: Sequence[Explanation], contexts: int) -> None:
    """Print a single table: the contexts of all explanations, or their lines where no contexts are wanted."""
    from w2vcli.cli.kwic import COLUMNS

    if not contexts:
        print_rows([vars(line) for each in found for line in (*each.lines, *each.lines_together)], COLUMNS)
        return
    words = ("word1", "word2")
    rows = [
        dict(zip(words, (each.word1, each.word2), strict=True)) | vars(context)
        for each in found
        for context in each.contexts
    ]
    print_rows(rows, (*words, *_COLUMNS, *_MEASURES))


def _print(found: Explanation, contexts: int, lines: int) -> None:
    """Print an explanation: the sums in words on stderr, tables and lines on stdout."""
    from w2vcli.cli.kwic import print_lines

    eye = is_for_the_eye()
    shown = sum(context.share for context in found.contexts)
    one, other, cosine = found.word1, found.word2, found.similarity
    note(f"{one} and {other}: similarity {cosine:.3f}; within one window: {found.together:,} times")
    accounted, shared = f"{found.accounted:.0%}", f"{found.shared:.0%}"
    note(f"contexts account for {accounted} of the similarity, those of both for {shared}, those below for {shown:.0%}")
    if max(found.accounted, found.shared, shown) >= _ABOVE_ALL:
        note("other contexts push the two apart, so that those that bring them together come to more than 100%")
    for word, count, documents in (
        (found.word1, found.occurrences1, found.documents1),
        (found.word2, found.occurrences2, found.documents2),
    ):
        if count < _FEW:
            note(f"thin evidence: {word} comes {count:,} times in the text; documents with it: {documents:,}")
    if cosine < _NEAR:
        note(f"{one} and {other} are hardly near, so that shares of their similarity say little")
    elif found.accounted < _LITTLE:
        note("thin evidence: most of the similarity is not due to contexts, and may be chance")
    if contexts:
        of_words = {} if eye else {"word1": one, "word2": other}
        measures = _MEASURES if not eye or terminal_width() >= _ROOM_FOR_MEASURES else ()
        rows = [of_words | vars(context) for context in found.contexts]
        print_rows(rows, [*of_words, *_COLUMNS, *measures])
    for title, some in (("lines", found.lines), ("lines with both", found.lines_together)):
        if lines and some:
            if contexts or eye:
                click.echo()
            if eye:
                click.secho(heading(title), bold=True)
            print_lines(some)
