"""``w2v pairs``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from w2vcli.cli import completing, options
from w2vcli.cli.columns import COLUMNS
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.formats import JSON, TSV, fields, named_format
from w2vcli.cli.output import is_for_the_eye, is_nested, print_facts, print_rows
from w2vcli.cli.text_arguments import is_path, require_text
from w2vcli.corpus.remote import is_remote, local_path
from w2vcli.inputs import STDIN
from w2vcli.reporting import Reporter
from w2vcli.speaking.language import translated

if TYPE_CHECKING:
    from w2vcli.lessons.pairs import GivenText, Pairs

# What is drawn on a terminal.
_MOST_SENTENCES, _MOST_TARGETS = 10, 200


def _is_source(text: str) -> bool:
    """Tell whether an argument is read, and no text as it is."""
    return text == STDIN or is_remote(text) or is_path(local_path(text))


_MODES = (
    options.Mode(
        ("column", "encoding", "encoding_errors"),
        lambda values: any(map(_is_source, values["texts"])),
        "a text that is given as it is needs no reading",
    ),
    options.Mode(
        ("seed",),
        lambda values: values["shrink_windows"] or values["sample"] or values["negative"],
        "without --shrink-windows, --sample and --negative nothing is drawn",
    ),
)


_ALIASES = {
    "--negatives": "--negative",
    "--shrink": "--shrink-windows",
    "--no-shrink": "--no-shrink-windows",
}


@click.command("pairs", cls=W2vCommand, columns=COLUMNS["pairs"], modes=_MODES, aliases=_ALIASES)
@click.argument("texts", nargs=-1, type=completing.TextOrFile(), required=True, metavar="TEXT|FILE...")
@click.option("--window", type=click.IntRange(1, 10_000), default=2, help="Words on each side that are context.")
@click.option(
    "--shrink-windows/--no-shrink-windows", default=False, help="Draw the size of each window from 1 to --window."
)
@click.option(
    "--sample", type=click.FloatRange(0, 1e12), default=0.0, help="Subsample words above this frequency; 0: none."
)
@click.option("--min-count", type=click.IntRange(min=1), default=1, help=options.MIN_COUNT)
@click.option(
    "--negative", type=click.IntRange(0, 1000), default=0, help="Noise words for each example; 0: no negative sampling."
)
@options.seed
@options.tokenizer
@options.lowercase
@options.column
@options.line_breaks
@options.encoding
@options.encoding_errors
@click.option("--counts", is_flag=True, help="Print only the numbers of sentences, words and pairs.")
@options.formats_and_file
@options.reporting
def command(
    texts: tuple[str, ...],
    window: int,
    shrink_windows: bool,
    sample: float,
    min_count: int,
    negative: int,
    seed: int,
    counts: bool,
    reporter: Reporter,
    **reading: Any,
) -> None:
    """Show the (target, context) pairs that skip-gram learns from.

    \b
    Examples:
      w2v pairs "The quick brown fox jumps over the lazy dog." --window 2
      w2v pairs "the cat sat on the mat" --negative 5
      w2v pairs novel.txt --window 5 --shrink-windows --sample 0.001 > pairs.tsv
      w2v pairs novel.txt --counts

    Each word of a sentence is the target once. It is paired with each word of its
    window. A terminal shows the window as it moves: [target], (context). A pipe gets
    all pairs, one a line.

    With --negative each pair is followed by its noise words, and a label tells which
    is which. Noise words are drawn by count ** 0.75. One that is the context is left
    out.
    """
    from w2vcli.corpus.reading import Reading
    from w2vcli.corpus.tokenizers import WORD_RULES
    from w2vcli.lessons.pairs import PairSettings, open_pairs, pairs_as_json, pairs_as_rows, pairs_as_tsv

    settings = PairSettings(window, shrink_windows, sample, min_count, negative, seed=seed)
    sources = [text if _is_source(text) else _given(text) for text in texts]
    with open_pairs(sources, settings, Reading(**reading, word_rules=WORD_RULES), reporter) as pairs:
        if counts:
            for _ in pairs.blocks():
                pass
            print_facts(pairs.tally.as_row())
        elif is_for_the_eye():
            _draw(pairs)
        else:
            quick = {None: pairs_as_tsv, TSV: pairs_as_tsv, JSON: pairs_as_json}.get(named_format())
            if quick is None or fields() is not None:
                columns = ("target", "context", *(["label"] if pairs.has_noise else []))
                print_rows(pairs_as_rows(pairs), columns)
            else:
                for text in quick(pairs):
                    click.echo(text, nl=False)
            if not is_nested():
                tally = pairs.tally.as_row().items()
                reporter.note("; ".join(f"{value:,} {name.replace('_', ' ')}" for name, value in tally))


def _given(text: str) -> GivenText:
    """Return a text of the command line, unless it looks like the name of a file or is no text."""
    from w2vcli.lessons.pairs import GivenText

    require_text(text)
    # Bytes of the command line that are not UTF-8 are surrogates in Python.
    if not text.isprintable() and any("\ud800" <= character <= "\udfff" for character in text):
        raise click.UsageError(f"{text}: a text on the command line has to be UTF-8; put it into a file.")
    return GivenText(text)


def _draw(pairs: Pairs) -> None:
    """Draw the first sentences, and count the pairs of all."""
    from w2vcli.cli.learn.windows import draw_windows

    drawn = 0
    for block in pairs.blocks():
        if not drawn:
            drawn = draw_windows(block, pairs.words, _MOST_SENTENCES, _MOST_TARGETS)
    facts = pairs.tally.as_row()
    if 0 < drawn < pairs.tally.sentences:
        click.echo()
        click.echo(translated(f"… the first {drawn:,} sentences; in a pipe all pairs are written"))
    click.echo()
    print_facts(facts)
