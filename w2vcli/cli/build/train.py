"""``w2v train``."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.options import CommandFunction
from w2vcli.cli.output import print_facts
from w2vcli.corpus.tokenizer_names import SUBWORDS
from w2vcli.inputs import read_text
from w2vcli.models.registry import (
    cache_folder,
    find_model,
    home,
    model_name,
    offer_default,
    path_for_new,
    require_writable,
    suggested_name,
)
from w2vcli.reporting import Reporter
from w2vcli.training.engines.table import ENGINES
from w2vcli.training.settings import NOT_ZERO, RANGES, Settings

if TYPE_CHECKING:
    from w2vcli.training.advice import Advice


def _setting(flag: str, text: str) -> Callable[[CommandFunction], CommandFunction]:
    """Return the option of a setting, whose default and range stand in `w2vcli.training.settings`."""
    name = flag.lstrip("-").replace("-", "_")
    least, most = RANGES[name]
    is_real = isinstance(getattr(Settings, name), float)
    kind = _Number(least, most, min_open=name in NOT_ZERO) if is_real else click.IntRange(least, most)
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


def _begins(values: Mapping[str, Any]) -> bool:
    """Tell whether a training takes nothing from one before it, which may have other settings than these."""
    return not values["resume"] and values["start_from"] is None


_MODES = (
    options.Mode(
        ("start_from", "dry_run", "cache"), lambda values: not values["resume"], "--resume goes on with what was begun"
    ),
    options.Mode(("output", "force"), lambda values: not values["dry_run"], "--dry-run writes no model"),
    options.Mode(
        ("phrase_threshold", "phrase_min_count", "phrase_passes", "connector_words"),
        lambda values: values["phrases"] or not _begins(values),
        "there are no phrases without --phrases",
    ),
    options.Mode(
        ("subword_vocabulary",),
        lambda values: values["tokenizer"] == SUBWORDS or not _begins(values),
        "only --tokenizer subwords learns pieces",
    ),
    options.Mode(
        ("min_n", "max_n", "bucket"),
        lambda values: values["model_type"] == "fasttext" or not _begins(values),
        "only --model-type fasttext has n-grams",
    ),
    options.Mode(
        ("ns_exponent",), lambda values: values["negative"] or not _begins(values), "--negative 0 draws no noise words"
    ),
    options.Mode(("cbow_mean",), lambda values: not values["sg"] or not _begins(values), "only --sg 0 is CBOW"),
)


@click.command("train", cls=W2vCommand, modes=_MODES)
@click.argument("corpus", nargs=-1, metavar="CORPUS...", type=click.Path(allow_dash=True))
@click.option("-o", "--output", metavar="MODEL", help="Name or path of the new model.  [default: name of the corpus]")
@click.option("--dry-run", is_flag=True, help="Show what the training would take and what to consider; write no model.")
@click.option("--resume", is_flag=True, help="Resume a training that was interrupted.")
@click.option(
    "--start-from",
    type=options.ModelName(),
    metavar="MODEL",
    help="Train a model further: for more epochs, or on a new corpus.",
)
@options.tokenizer
@click.option("--lowercase", is_flag=True, help=options.LOWERCASE)
@click.option(
    "--keep-numbers/--drop-numbers", default=True, show_default=True, help="Train on numbers too, or leave them out."
)
@click.option(
    "--stop-words",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File of words to leave out, one a line.",
)
@click.option(
    "--phrases",
    type=click.Choice(["default", "npmi"]),
    help="Join words that often come together, as in new_york, by this score of gensim.",
)
@click.option("--phrase-threshold", type=float, help="Lowest score of a phrase.  [default: 10; npmi: 0.5]")
@click.option(
    "--phrase-min-count",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="Leave out phrases seen fewer times than this.",
)
@click.option(
    "--phrase-passes",
    type=click.IntRange(1, 9),
    default=1,
    show_default=True,
    help="1: phrases of two words; 2: also of three and four.",
)
@click.option(
    "--connector-words",
    metavar="english|FILE",
    help="Words that a phrase may contain, but not begin or end with, as in bank_of_england.",
)
@click.option(
    "--subword-vocabulary",
    type=click.IntRange(1, 10_000_000),
    default=8000,
    show_default=True,
    help="How many subword units --tokenizer subwords learns.",
)
@options.column
@options.line_breaks
@options.encoding
@options.encoding_errors
@click.option(
    "--model-type",
    type=click.Choice(["word2vec", "fasttext"]),
    default=Settings.model_type,
    show_default=True,
    help="fasttext also has vectors for words out of vocabulary, from their n-grams.",
)
@_setting("--vector-size", "Dimensions of the vectors.")
@_setting("--window", "Words on each side that are context.")
@_setting("--min-count", options.MIN_COUNT)
@_setting("--max-final-vocab", "Raise --min-count until at most this many words are left.")
@_setting("--sg", "1: skip-gram; 0: CBOW.")
@_setting("--hs", "1: hierarchical softmax, with --negative 0.")
@_setting("--negative", "Noise words for each example; 0: no negative sampling.")
@_setting("--ns-exponent", "Noise words are drawn by count ** this.")
@_setting("--cbow-mean", "CBOW takes the mean (1) or the sum (0) of the context.")
@_setting("--alpha", "Learning rate at the start of training.")
@_setting("--min-alpha", "Learning rate at the end of training.")
@_setting("--sample", "Subsample words above this frequency; 0: none.")
@click.option(
    "--shrink-windows/--no-shrink-windows",
    default=Settings.shrink_windows,
    show_default=True,
    help="Draw the size of each window from 1 to --window.",
)
@click.option(
    "--epochs",
    type=_Epochs(*RANGES["epochs"]),
    default="auto",
    show_default=True,
    help="Passes over the corpus; auto: 5 to 50, by its size.",
)
@_setting("--min-n", "fastText: characters in the shortest n-grams.")
@_setting("--max-n", "fastText: characters in the longest n-grams.")
@_setting("--bucket", "fastText: how many vectors all n-grams share.")
@click.option(
    "--held-out/--no-held-out",
    default=Settings.held_out,
    show_default=True,
    help="Hold out 1 % of the sentences, at most 20,000 words, to measure the loss.",
)
@click.option("--cache/--no-cache", default=True, show_default=True, help="Use the cache of encoded corpora.")
@click.option(
    "--engine",
    type=click.Choice(["auto", *ENGINES]),
    default="auto",
    show_default=True,
    help="What trains: our compiled loop (numba) or gensim; auto: gensim for fastText and for small corpora.",
)
@_setting("--workers", "Threads; with 1 the result can be repeated to the byte.")
@_setting("--seed", options.SEED)
@options.force
@options.as_json
@options.reporting
def command(
    corpus: tuple[str, ...],
    output: str | None,
    dry_run: bool,
    resume: bool,
    start_from: str | None,
    cache: bool,
    force: bool,
    as_json: bool,
    reporter: Reporter,
    **given: Any,
) -> None:
    """Train word2vec on text.

    CORPUS is files, folders, addresses (https://, s3://, gs://) or - for standard
    input; gzip, bzip2, xz and zstd are read as they are, zip and tar file by file,
    and of CSV, TSV, JSON Lines and Parquet the --column named. The model becomes
    the default one. What is printed is where every word that was read has gone.

    \b
    The tokenizers cut text into:
      unicode      words of letters, digits and marks of any script
      whitespace   what stands between blanks, for text that is cut already
      korean       morphemes; verbs and adjectives as in a dictionary
      korean-tags  the same with parts of speech, as in 영화/NNG
      chinese, japanese  words
      characters   each letter or digit with its marks, for scripts without blanks
      subwords     pieces of words, learnt on the corpus
    A sentence ends at a full stop, ? or ! before a blank, and at a line break.

    Each epoch is kept: after a Ctrl-C, a kill or a full disk, --resume goes on.

    \b
    Examples:
      w2v train corpus.txt
      w2v train novels/ -o novels --lowercase --vector-size 200
      zcat text8.gz | w2v train - -o text8 --tokenizer whitespace
      w2v train reviews.csv --column text --tokenizer korean
      w2v train --resume
      w2v train more.txt --start-from novels -o novels-2
    """
    from w2vcli.training import plans
    from w2vcli.training.train import advise_training, resume_training, train_model
    from w2vcli.training.unfinished import read_plan

    given["stop_words"] = _words(given["stop_words"])
    given["connector_words"] = _connector_words(given["connector_words"])
    engine, said = given.pop("engine"), options.said()
    wanted = {name: value for name, value in given.items() if name in said}
    if resume:
        target = _unfinished(output, corpus)
        plans.require_same(read_plan(target), corpus, wanted | ({"engine": engine} if "engine" in said else {}))
        facts, receipt = resume_training(target, reporter, force=force)
    else:
        if start_from is not None:
            plan = plans.plan_to_continue(find_model(start_from), corpus, wanted, engine)
        elif corpus:
            plan = plans.plan_training(corpus, given, engine)
        else:
            raise click.UsageError("Missing argument 'CORPUS...'.")
        kept = cache_folder() if cache else None
        if dry_run:
            _print_advice(advise_training(plan, kept, reporter), reporter, as_json=as_json)
            return
        target = path_for_new(output or start_from or suggested_name(corpus[0]))
        require_writable(target)
        facts, receipt = train_model(plan, target, kept, reporter, force=force)
    is_default = offer_default(target, reporter)
    loss = facts.runs[-1].loss
    found = {"model": model_name(target), "words": facts.words, "vector_size": facts.vector_size}
    words = {name: value for name, value in asdict(receipt).items() if as_json or _is_worth_a_line(name, value)}
    print_facts(found | words | {"loss": loss if as_json else loss and round(loss[-1], 4)}, as_json=as_json)
    if is_default:
        reporter.note(f"{target} is now the default model; ask it with: w2v similar WORD")


def _unfinished(output: str | None, corpus: Sequence[str]) -> Path:
    """Return where the model is to be whose training is gone on with: the one named, or the latest at home."""
    from w2vcli.training.unfinished import find_unfinished

    if output or corpus:
        return path_for_new(output or suggested_name(corpus[0]))
    return find_unfinished(home() / "models")


def _print_advice(advice: Advice, reporter: Reporter, *, as_json: bool) -> None:
    facts = asdict(advice)
    if not as_json:
        for line in facts.pop("consider"):
            reporter.note(f"consider {line}")
        for name in ("memory", "disk", "checkpoint"):
            facts[name] = f"{facts[name] / 1e6:,.0f} MB"
        facts["seconds"] = round(facts["seconds"])
    print_facts(facts, as_json=as_json)


def _connector_words(named: str | None) -> tuple[str, ...]:
    from w2vcli.corpus.phrases import ENGLISH_CONNECTOR_WORDS

    if named == "english":
        return tuple(sorted(ENGLISH_CONNECTOR_WORDS))
    if named is not None and not Path(named).is_file():
        raise click.BadParameter(
            f"there is no file {named}; english names gensim's words", param_hint="--connector-words"
        )
    return _words(None if named is None else Path(named))


def _words(path: Path | None) -> tuple[str, ...]:
    if path is None:
        return ()
    return tuple(line.strip() for line in read_text(path, "a list of words, one a line").splitlines() if line.strip())


def _is_worth_a_line(name: str, value: Any) -> bool:
    return name != "per_epoch" and (bool(value) or name not in {"stop_words", "numbers", "joined"})
