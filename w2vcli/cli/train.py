"""``w2v train``."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import click

from w2vcli.cli import options
from w2vcli.cli.options import Command
from w2vcli.cli.output import print_facts
from w2vcli.models.registry import model_name, path_for_new, set_default, suggested_name
from w2vcli.reporting import Reporter
from w2vcli.training.settings import Settings


def _setting(flag: str, kind: Any, text: str) -> Callable[[Command], Command]:
    """Return the option of a setting, whose default stands in `Settings`."""
    name = flag.lstrip("-").replace("-", "_")
    return click.option(flag, name, type=kind, default=getattr(Settings, name), show_default=True, help=text)


class _Epochs(click.IntRange):
    """A number of epochs, or ``auto``."""

    name = "number|auto"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return None if value in {"auto", None} else super().convert(value, param, ctx)


class _Number(click.FloatRange):
    """A number in a range, which NaN is not."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        if math.isnan(found):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return found


_RATE = _Number(0, 1, min_open=True)  # gensim ends with a segmentation fault at 1e300
_SWITCH = click.IntRange(0, 1)


@click.command("train")
@click.argument("corpus", nargs=-1, required=True, metavar="CORPUS...", type=click.Path(allow_dash=True))
@click.option("-o", "--output", metavar="MODEL", help="Name or path of the model.  [default: name of the corpus]")
@click.option(
    "--tokenizer",
    type=click.Choice(["unicode", "whitespace"]),
    default="unicode",
    show_default=True,
    help="Words of letters of any script, or whatever stands between blanks.",
)
@click.option("--lowercase", is_flag=True, help="Train on lower-case words.")
@click.option(
    "--line-breaks",
    type=click.Choice(["auto", "end", "join"]),
    default="auto",
    show_default=True,
    help="Lines end a sentence, or are joined; auto joins hard-wrapped text.",
)
@options.encoding
@options.encoding_errors
@_setting("--vector-size", click.IntRange(1, 65536), "Numbers in a vector.")
@_setting("--window", click.IntRange(1, 10_000), "Words to each side that count as context.")
@_setting("--min-count", click.IntRange(min=1), "Leave out words less frequent than this.")
@_setting("--max-final-vocab", click.IntRange(min=1), "Raise --min-count until so many words are left.")
@_setting("--sg", _SWITCH, "1: skip-gram, 0: CBOW.")
@_setting("--hs", _SWITCH, "1: hierarchical softmax; set --negative 0 then.")
@_setting("--negative", click.IntRange(0, 10_000), "Noise words for each word; 0: no negative sampling.")
@_setting("--ns-exponent", _Number(-10, 10), "Exponent of the noise words' frequencies.")
@_setting("--cbow-mean", _SWITCH, "CBOW takes the mean (1) or the sum (0) of the context.")
@_setting("--alpha", _RATE, "Learning rate at the beginning.")
@_setting("--min-alpha", _RATE, "Learning rate at the end.")
@_setting("--sample", _Number(0, 1e12), "Thin out words above this frequency; 0: none.")
@click.option(
    "--shrink-windows/--no-shrink-windows",
    default=Settings.shrink_windows,
    show_default=True,
    help="Draw each window's size from 1 to --window.",
)
@click.option(
    "--epochs",
    type=_Epochs(min=1),
    default="auto",
    show_default=True,
    help="Passes over the corpus; auto: 5 to 50, by its size.",
)
@_setting("--workers", click.IntRange(1, 1024), "Threads; with 1 the result can be repeated to the byte.")
@_setting("--seed", click.IntRange(0, 2**32 - 1), "Seed of all random numbers.")
@options.force
@options.as_json
@options.reporting
def command(
    corpus: tuple[str, ...],
    output: str | None,
    tokenizer: str,
    lowercase: bool,
    line_breaks: str,
    encoding: str,
    encoding_errors: str,
    force: bool,
    as_json: bool,
    reporter: Reporter,
    **settings: Any,
) -> None:
    """Train word2vec on text.

    CORPUS is files, folders or - for standard input; gzip, bzip2, xz and zstd
    are read as they are. A sentence ends at a full stop, ? or ! before a blank,
    and at a line break. The model becomes the default one. What is printed is
    where every word that was read has gone.

    \b
    Examples:
      w2v train corpus.txt
      w2v train novels/ -o novels --lowercase --vector-size 200
      zcat text8.gz | w2v train - -o text8 --tokenizer whitespace
    """
    from w2vcli.corpus.numbers import Reading
    from w2vcli.training.train import train_model

    target = path_for_new(output or suggested_name(corpus[0]))
    reading = Reading(tokenizer, lowercase, line_breaks, encoding, encoding_errors)
    facts, receipt = train_model(corpus, target, reading, Settings(**settings), reporter, force=force)
    set_default(target)
    found = {"model": model_name(target), "words": facts.words, "vector_size": facts.vector_size}
    print_facts(found | asdict(receipt), as_json=as_json)
    reporter.note(f"{target} is now the default model; ask it with: w2v similar WORD")
