"""``w2v train``."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2vcli.cli import options
from w2vcli.cli.columns import COLUMNS
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.options import CommandFunction, Mode
from w2vcli.cli.output import is_nested, print_facts
from w2vcli.cli.questions import tell_default
from w2vcli.cli.reading_options import MODES, field, read_lists, reading_options
from w2vcli.models import registry
from w2vcli.reporting import Reporter
from w2vcli.training.engines.table import BLOCKS, ENGINES, SEGMENTS
from w2vcli.training.settings import NOT_ZERO, RANGES, Settings

if TYPE_CHECKING:
    from w2vcli.models.facts import Facts
    from w2vcli.models.runs import Receipt
    from w2vcli.training.advice import Advice
    from w2vcli.training.plans import TrainingPlan


def _setting(flag: str, text: str) -> Callable[[CommandFunction], CommandFunction]:
    """Return the option of a setting of training, whose range stands in `w2vcli.training.settings`."""
    name = flag.lstrip("-").replace("-", "_")
    least, most = RANGES[name]
    is_real = isinstance(getattr(Settings, name), float)
    kind = _Number(least, most, min_open=name in NOT_ZERO) if is_real else click.IntRange(least, most)
    return field(flag, getattr(Settings, name), kind, text)


class _Epochs(click.IntRange):
    """A number of epochs, or ``auto``."""

    name = "number|auto"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return None if value in {"auto", None} else super().convert(value, param, ctx)


class _Number(click.FloatRange):
    """A number in a range, which NaN is not."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        if math.isnan(found):  # it is neither below the least nor above the most
            self.fail(f"{value!r} is not a number.", param, ctx)
        return found


def _at_the_start(names: tuple[str, ...], is_heeded: Callable[[Mapping[str, Any]], object], reason: str) -> Mode:
    """Return a mode that goes by settings, which a training that continues another takes from that one."""
    return Mode(names, lambda given: given["resume"] or given["start_from"] is not None or is_heeded(given), reason)


_MODES = (
    Mode(("frozen",), lambda given: given["vectors"] is not None, "--frozen is said of --vectors"),
    Mode(
        ("vectors", "frozen"),
        lambda given: given["start_from"] is None,
        "--start-from goes on with the vectors of that model",
    ),
    Mode(
        ("start_from", "vectors", "frozen", "dry_run", "cache", "if_changed"),
        lambda given: not given["resume"],
        "--resume goes on with what was begun",
    ),
    Mode(
        ("if_changed",),
        lambda given: given["start_from"] is None,
        "--start-from trains a model further each time it is called",
    ),
    Mode(("if_changed",), lambda given: not given["dry_run"], "--dry-run trains nothing"),
    Mode(("output", "force"), lambda given: not given["dry_run"], "--dry-run writes no model"),
    *(_at_the_start(*each) for each in MODES),
    _at_the_start(
        ("min_n", "max_n", "bucket"),
        lambda given: given["model_type"] == "fasttext",
        "only --model-type fasttext has n-grams",
    ),
    _at_the_start(("ns_exponent",), lambda given: given["negative"], "--negative 0 draws no noise words"),
    _at_the_start(("cbow_mean",), lambda given: not given["sg"], "only --sg 0 is CBOW"),
    _at_the_start(
        ("blocks", "segments"), lambda given: given["engine"] == "spark", "only --engine spark trains in blocks"
    ),
    Mode(
        ("on",), lambda given: given["engine"] == "spark" or given["resume"], "only --engine spark trains on a cluster"
    ),
    Mode(("dry_run",), lambda given: given["engine"] != "spark", "--dry-run tries this machine, not a cluster"),
)


@click.command("train", cls=W2vCommand, columns=COLUMNS["train"], modes=_MODES)
@click.argument("corpus", nargs=-1, metavar="CORPUS...", type=click.Path(allow_dash=True))
@click.option("-o", "--output", metavar="MODEL", help="Name or path of the new model.  [default: name of the corpus]")
@click.option("--dry-run", is_flag=True, help="Show what the training would take and what to consider; write no model.")
@click.option("--resume", is_flag=True, help="Resume a training that was interrupted.")
@click.option(
    "--if-changed", is_flag=True, help="Train only if the text or a setting is not that of the model, and replace it."
)
@click.option(
    "--start-from",
    type=options.ModelName(),
    metavar="MODEL",
    help="Train a model further: for more epochs, or on a new corpus.",
)
@click.option("--vectors", type=options.ModelName(), metavar="MODEL", help="Begin with the vectors of this model.")
@click.option("--frozen", is_flag=True, default=False, help="Do not train the vectors of --vectors.")
@reading_options
@field(
    "--model-type",
    Settings.model_type,
    click.Choice(["word2vec", "fasttext"]),
    "fasttext also has vectors for words out of vocabulary, from their n-grams.",
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
@field(
    "--shrink-windows/--no-shrink-windows",
    Settings.shrink_windows,
    None,
    "Draw the size of each window from 1 to --window.",
)
@click.option(
    "--epochs",
    type=_Epochs(*RANGES["epochs"]),
    default="auto",
    help="Passes over the corpus; auto: 5 to 50, by its size.",
)
@_setting("--min-n", "fastText: characters in the shortest n-grams.")
@_setting("--max-n", "fastText: characters in the longest n-grams.")
@_setting("--bucket", "fastText: how many vectors all n-grams share.")
@field(
    "--held-out/--no-held-out",
    Settings.held_out,
    None,
    "Hold out 1 % of the sentences, at most 20,000 words, to measure the loss.",
)
@click.option("--cache/--no-cache", default=True, help="Use the cache of encoded corpora.")
@click.option(
    "--engine",
    type=click.Choice(["auto", *ENGINES]),
    default="auto",
    help=f"{'; '.join(f'{each.name}: {each.sentence}' for each in ENGINES.values())}; "
    "auto: the first one that suits the model and the size of the corpus.",
)
@click.option(
    "--on",
    metavar="SPARK",
    help="Where --engine spark trains: local[2], sc://host:15002, spark://host:7077, yarn or k8s://...",
)
@field("--blocks", BLOCKS, click.IntRange(1, 1024), "Spark: so many machines train at once, each with rows of its own.")
@field("--segments", SEGMENTS, click.IntRange(1, 100_000), "Spark: blocks are drawn anew so many times an epoch.")
@_setting("--workers", "Threads; with 1 the result can be repeated to the byte.")
@_setting("--seed", options.SEED)
@options.force
@options.formats
@options.reporting
def command(
    corpus: tuple[str, ...],
    output: str | None,
    dry_run: bool,
    resume: bool,
    if_changed: bool,
    start_from: str | None,
    vectors: str | None,
    frozen: bool,
    cache: bool,
    on: str | None,
    blocks: int,
    segments: int,
    force: bool,
    reporter: Reporter,
    **given: Any,
) -> None:
    """Train word2vec on text.

    CORPUS is files, folders, addresses (https://, s3://, gs://) or - for standard
    input, or what w2v read wrote. Compressed files (gzip, bzip2, xz, zstd) and archives (zip, tar) are read
    too. For tables (CSV, TSV, JSON Lines, Parquet), name the --column. The receipt
    says how many words were trained, subsampled, too rare or held out. The model
    becomes the default one.

    \b
    The tokenizers:
      unicode      words of letters, digits and marks of any script
      whitespace   what is between blanks, for text that is tokenized already
      korean       morphemes, with verbs and adjectives as in a dictionary
      korean-tags  the same with parts of speech, as in 영화/NNG
      chinese, japanese  words
      characters   each letter or digit with its marks, for scripts without blanks
      subwords     subword units, learnt from the corpus
    A sentence ends at a full stop, ? or ! before a blank, and at a line break.

    Each epoch is kept. After a Ctrl-C, a kill or a full disk, --resume continues.

    \b
    Examples:
      w2v train corpus.txt
      w2v train novels/ -o novels --lowercase --vector-size 200
      zcat text8.gz | w2v train - -o text8 --tokenizer whitespace
      w2v train reviews.csv --column text --tokenizer korean
      w2v train --resume
      w2v train more.txt --start-from novels -o novels-2
      w2v train reviews.txt --vectors google-news
    """
    from w2vcli.models.facts import read_facts
    from w2vcli.training import plans
    from w2vcli.training.kept_corpora import kept_corpus
    from w2vcli.training.train import advise_training, resume_training, train_model
    from w2vcli.training.unchanged import is_trained_already
    from w2vcli.training.unfinished import read_plan

    read_lists(given)
    engine, said = given.pop("engine"), options.said()
    # What was typed. A training that continues another has that one's settings for all else, not the defaults.
    wanted = {name: value for name, value in given.items() if name in said}
    read = kept_corpus(corpus)
    sources = corpus if read is None else read.origin.sources
    if resume:
        target = _unfinished(output, corpus)
        more = {"engine": engine, "blocks": blocks, "segments": segments}
        wanted |= {name: value for name, value in more.items() if name in said}
        plans.require_same(read_plan(target), sources, wanted)
        facts, receipt = resume_training(target, reporter, force=force, on=on)
    else:
        if read is not None:
            known = read.reading(wanted)
            given, wanted = given | known, wanted | known
        if start_from is not None:
            plan = plans.plan_to_continue(registry.find_model(start_from), sources, wanted, engine)
        elif corpus:
            plan = _plan(sources, given, said, engine, vectors, frozen=frozen)
        else:
            raise click.UsageError("Missing argument 'CORPUS...'.")
        if read is not None:
            read.require_same(plan)
            read.tell(reporter)
        folder = None if read is None else read.path
        if engine == "spark":
            plan = replace(plan, on=on, blocks=blocks, segments=segments)
        kept = registry.cache_folder() if cache else None
        if dry_run:
            _print_advice(advise_training(plan, kept, reporter, corpus=folder), reporter)
            return
        target = registry.path_for_new(output or start_from or registry.suggested_name(corpus[0]))
        registry.require_writable(target)
        if if_changed and is_trained_already(plan, target):
            reporter.note(f"{target} is of this text and these settings; nothing is to be done")
            if is_nested():  # a program waits for an object
                facts = read_facts(target)
                _print_model(target, facts, facts.runs[-1].receipt, changed=False)
            return
        facts, receipt = train_model(plan, target, kept, reporter, force=force, replaces=if_changed, corpus=folder)
    # The last line names the model that questions are now asked of, if that has changed.
    is_default = registry.offer_default(target, reporter)
    _print_model(target, facts, receipt, changed=True if if_changed else None)
    if is_default:
        tell_default(target, reporter)


def _print_model(target: Path, facts: Facts, receipt: Receipt | None, *, changed: bool | None) -> None:
    """Print what a training came to, and for a program whether there was one, where it asked to know."""
    loss = facts.runs[-1].loss
    found = {"model": registry.model_name(target), "words": facts.words, "vector_size": facts.vector_size}
    words = {} if receipt is None else asdict(receipt) if is_nested() else _as_lines(receipt)
    told = {"changed": changed} if is_nested() and changed is not None else {}
    print_facts(found | words | {"loss": loss if is_nested() else loss and round(loss[-1], 4)} | told)


def _plan(
    corpus: Sequence[str], given: dict[str, Any], said: set[str], engine: str, vectors: str | None, *, frozen: bool
) -> TrainingPlan:
    """Return the plan of a training from the beginning, or of one that begins with ``vectors``."""
    from w2vcli.training.given_vectors import plan_with_vectors
    from w2vcli.training.plans import plan_training

    if vectors is None:
        return plan_training(corpus, given, engine)

    wanted = {name: value for name, value in given.items() if name != "vector_size" or name in said}
    return plan_with_vectors(registry.find_model(vectors), corpus, wanted, engine, frozen=frozen)


def _unfinished(output: str | None, corpus: Sequence[str]) -> Path:
    """Return where the model will be whose training is resumed: the one named, or the latest at home."""
    from w2vcli.training.unfinished import find_unfinished

    if output or corpus:
        return registry.path_for_new(output or registry.suggested_name(corpus[0]))
    return find_unfinished(registry.home() / "models")


def _print_advice(advice: Advice, reporter: Reporter) -> None:
    """Print what a training would take; what to consider is a note of its own."""
    facts = asdict(advice)
    if not is_nested():
        for line in facts.pop("consider"):
            reporter.note(f"consider {line}")
        for name in ("memory", "disk", "checkpoint"):
            facts[name] = f"{facts[name] / 1e6:,.0f} MB"
        facts["seconds"] = round(facts["seconds"])
    print_facts(facts)


def _as_lines(receipt: Receipt) -> dict[str, Any]:
    """Return a receipt for a table: what there is none of, and what is not known, is left out or said."""
    facts = {name: "not known" if value is None else value for name, value in asdict(receipt).items()}
    empty = {name for name in ("stop_words", "numbers", "joined") if not facts[name]}
    return {name: value for name, value in facts.items() if name not in empty | {"per_epoch"}}
