"""``w2v pairs``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import is_for_the_eye, print_facts
from w2vcli.cli.text_arguments import is_path, require_text
from w2vcli.corpus.remote import is_remote
from w2vcli.errors import BadCorpus
from w2vcli.escaping import visible, visible_json
from w2vcli.inputs import STDIN
from w2vcli.reporting import SILENT, Reporter

if TYPE_CHECKING:
    from w2vcli.lessons.pairs import Pairs

# What is drawn on a terminal.
_MOST_SENTENCES, _MOST_TARGETS = 10, 200


def _is_source(text: str) -> bool:
    """Tell whether an argument is read, and no text as it is."""
    return text == STDIN or is_remote(text) or is_path(text)


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


@click.command("pairs", cls=W2vCommand, modes=_MODES, aliases=_ALIASES)
@click.argument("texts", nargs=-1, required=True, metavar="TEXT|FILE...")
@click.option(
    "--window",
    type=click.IntRange(1, 10_000),
    default=2,
    show_default=True,
    help="Words on each side that are context.",
)
@click.option(
    "--shrink-windows/--no-shrink-windows",
    default=False,
    show_default=True,
    help="Draw the size of each window from 1 to --window.",
)
@click.option(
    "--sample",
    type=click.FloatRange(0, 1e12),
    default=0.0,
    show_default=True,
    help="Subsample words above this frequency; 0: none.",
)
@click.option("--min-count", type=click.IntRange(min=1), default=1, show_default=True, help=options.MIN_COUNT)
@click.option(
    "--negative",
    type=click.IntRange(0, 1000),
    default=0,
    show_default=True,
    help="Noise words for each example; 0: no negative sampling.",
)
@options.seed
@options.tokenizer
@options.lowercase
@options.column
@options.line_breaks
@options.encoding
@options.encoding_errors
@click.option("--counts", is_flag=True, help="Print only the numbers of sentences, words and pairs.")
@options.as_json
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
    as_json: bool,
    reporter: Reporter,
    **reading: Any,
) -> None:
    """Show the (target, context) pairs that skip-gram learns from.

    Each word of a sentence is the target once, and paired with each word of its
    window. On a terminal the window is drawn as it moves: [target], (context).
    In a pipe all pairs are written, a line for each, however many there are; with
    --negative, each is followed by its noise words, and the label tells which is
    which. Noise words are drawn by count ** 0.75; one that is the context is left
    out.

    \b
    Examples:
      w2v pairs "The quick brown fox jumps over the lazy dog." --window 2
      w2v pairs "the cat sat on the mat" --negative 5
      w2v pairs novel.txt --window 5 --shrink-windows --sample 0.001 > pairs.tsv
      w2v pairs novel.txt --counts
    """
    from tempfile import TemporaryDirectory

    from w2vcli.corpus.reading import Reading, read_corpus
    from w2vcli.corpus.tokenizers import WORD_RULES
    from w2vcli.lessons.pairs import Pairs, PairSettings

    settings = PairSettings(window, shrink_windows, sample, min_count, negative, seed=seed)
    with TemporaryDirectory() as name:
        folder = Path(name)
        corpus_folder = folder / "corpus"
        corpus_folder.mkdir()
        names = list(_sources(texts, folder))
        told = SILENT if all(Path(name).parent == folder for name in names) else reporter
        try:
            corpus = read_corpus(names, corpus_folder, Reading(**reading, word_rules=WORD_RULES), told)
        except BadCorpus as error:
            own = "|".join(re.escape(name) for name in names if Path(name).parent == folder)
            raise BadCorpus(re.sub(own, "the text", str(error)) if own else str(error)) from error
        pairs = Pairs(corpus, settings)
        if counts:
            for _ in pairs.blocks():
                pass
            print_facts(_known(pairs), as_json=as_json)
        elif as_json:
            _print_json(pairs, labelled=bool(negative))
        elif is_for_the_eye():
            _draw(pairs)
        else:
            _print_tsv(pairs, labelled=bool(negative))
            reporter.note("; ".join(f"{value:,} {name.replace('_', ' ')}" for name, value in _known(pairs).items()))


def _sources(texts: Sequence[str], folder: Path) -> Iterator[str]:
    """Yield the names of files; a text is written into one."""
    for number, text in enumerate(texts):
        if _is_source(text):
            yield text
            continue
        require_text(text)
        if not text.isprintable() and any("\ud800" <= character <= "\udfff" for character in text):
            raise click.UsageError(f"{text}: a text on the command line has to be UTF-8; put it into a file.")
        path = folder / f"{number}.txt"
        path.write_text(text, encoding="utf-8")
        yield str(path)


def _known(pairs: Pairs) -> dict[str, Any]:
    """Return what was counted, but for what there was none of by the settings."""
    optional = {"below_min_count", "subsampled", "noise"}
    return {name: value for name, value in asdict(pairs.tally).items() if value or name not in optional}


def _lines(pairs: Pairs, names: Sequence[str], before: str, between: str, after: Sequence[str]) -> Iterator[str]:
    """Yield each pair as text, block by block; ``after`` ends one that was there, and one with noise."""
    end, noise_end = after
    first = [f"{before}{name}{between}" for name in names]
    second = [f"{name}{end}" for name in names]
    noise = [f"{name}{noise_end}" for name in names]
    for block in pairs.blocks():
        targets = map(first.__getitem__, block.rows[block.targets].tolist())
        contexts = map(second.__getitem__, block.rows[block.contexts].tolist())
        if not block.noise.shape[1]:
            yield "".join(chain.from_iterable(zip(targets, contexts, strict=True)))
            continue
        found: list[str] = []
        for target, context, drawn in zip(targets, contexts, block.noise.tolist(), strict=True):
            found += target, context
            for row in drawn:
                if row >= 0:
                    found += target, noise[row]
        yield "".join(found)


def _print_tsv(pairs: Pairs, *, labelled: bool) -> None:
    click.echo("target\tcontext\tlabel" if labelled else "target\tcontext")
    names = list(map(visible, pairs.words))
    for text in _lines(pairs, names, "", "\t", ("\t1\n", "\t0\n") if labelled else ("\n", "")):
        click.echo(text, nl=False)


def _print_json(pairs: Pairs, *, labelled: bool) -> None:
    names = [visible_json(word) for word in pairs.words]
    ends = (', "label": 1},\n ', ', "label": 0},\n ') if labelled else ("},\n ", "")
    comma = len(",\n ")
    last = "["
    for text in _lines(pairs, names, '{"target": ', ', "context": ', ends):
        if text:
            click.echo(f"{last}{text[:-comma]}", nl=False)
            last = ",\n "
    click.echo("]" if last != "[" else "[]")


def _draw(pairs: Pairs) -> None:
    """Draw the first sentences, and count the pairs of all."""
    from w2vcli.cli.learn.windows import draw_windows

    drawn = 0
    for block in pairs.blocks():
        if not drawn:
            drawn = draw_windows(block, pairs.words, _MOST_SENTENCES, _MOST_TARGETS)
    facts = _known(pairs)
    if drawn < pairs.tally.sentences:
        click.echo(f"\n… the first {drawn:,} sentences; in a pipe all pairs are written")
    click.echo()
    print_facts(facts, as_json=False)
