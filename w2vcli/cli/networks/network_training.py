"""What training a classifier and training a language model have in common at the command line.

Their options follow from the settings: ``batch_size``, 128 by default and 64 for ``rnn``, is shown as

    --batch-size INTEGER RANGE      Examples in one step of training.  [default: 128; rnn: 64]  [x>=1]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from w2vcli.cli import options
from w2vcli.cli.exit_statuses import INTERRUPTED
from w2vcli.cli.failures import tell_interrupted
from w2vcli.models.registry import model_name, offer_default, path_for_new, require_writable
from w2vcli.neural.network_plans import CHOICES, NOT_ZERO, RANGES, Setting, values_of
from w2vcli.reporting import Reporter
from w2vcli.signals import was_seen

if TYPE_CHECKING:
    from w2vcli.neural.network_records import NetworkRecord
    from w2vcli.neural.pipeline import Material, NetworkTask

    M = TypeVar("M", bound=Material)
    R = TypeVar("R", bound=NetworkRecord)

# What each setting is, in the order of help. A command has those that its networks have.
_HELP = {
    "--network": "Kind of network.",
    "--cell": "Recurrent cell of --network rnn.",
    "--window": "Words that are seen at once.",
    "--units": "Units of the hidden layer.",
    "--dense": "Units of the hidden layer of --network average; 0: no such layer.",
    "--vector-size": "Dimensions of the vectors.",
    "--dropout": "Share of the units left out at random.",
    "--mask/--no-mask": "Do not count padding as words.",
    "--pretrain/--no-pretrain": "Begin with word2vec of the same texts.",
    "--frozen": "Do not train the vectors of --vectors.",
    "--tokenizer": options.TOKENIZED,
    "--lowercase/--no-lowercase": options.LOWERCASE,
    "--vocabulary-size": "Most words that the network knows, the most frequent.",
    "--min-count": options.MIN_COUNT,
    "--length": "Words in each text: longer texts are shortened, shorter ones padded.",
    "--truncating": "Shorten texts at the beginning (pre) or at the end (post).",
    "--pad-to": "Pad texts to --length, or to the longest of their batch.",
    "--epochs": "Most passes over the corpus.",
    "--patience": "Stop after this many epochs without a better one; 0: never.",
    "--keep": "Keep the epoch with the least loss on validation (best), or the last one.",
    "--batch-size": "Examples in one step of training.",
    "--learning-rate": "Learning rate of Adam.",
    "--validation": "Share of the texts that is held out to validate on.",
    "--seed": options.SEED,
}


def settings_of(
    defaults: Mapping[str, Any], **own: str
) -> Callable[[options.CommandFunction], options.CommandFunction]:
    """Add an option for each setting that some networks have, by the tables of `w2vcli.neural.network_plans`.

    ``own`` is the help of settings that are something else in this command.
    """

    def add(function: options.CommandFunction) -> options.CommandFunction:
        # Click lists the option last that was added first.
        function = _VECTORS(_RESUME(function))
        for flag, text in reversed(_HELP.items()):
            name = flag.partition("/")[0].lstrip("-").replace("-", "_")
            values = {network: values_of(settings).get(name) for network, settings in defaults.items()}
            if None not in values.values():
                function = _option(flag, name, own.get(name, text), values)(function)
        return function

    return add


_VECTORS = click.option(
    "--vectors", type=options.ModelName(), metavar="MODEL", help="Begin with the vectors of this model."
)
_RESUME = click.option(
    "--resume", is_flag=True, help="Resume a training that was interrupted, or train for more --epochs."
)


def _option(flag: str, name: str, text: str, values: Mapping[str, Any]) -> Callable[[Any], Any]:
    """Return the option of a setting. If networks differ in its default, it has none, and help shows that of each."""
    first, *others = values.values()
    kind: click.ParamType[Any] | None = None
    if name == "tokenizer":
        kind = options.TOKENIZER
    elif isinstance(first, str):
        kind = click.Choice(CHOICES.get(name) or list(values))
    elif not isinstance(first, bool):
        least, most = RANGES[name]
        number = click.FloatRange if isinstance(first, float) else click.IntRange
        kind = number(least, most, min_open=name in NOT_ZERO)  # type: ignore[arg-type]
    # The network itself differs between networks, and modes of the command ask for it: the first is its default.
    if name == "network" or {first} == {*others}:
        has_no = isinstance(first, bool) and "/" not in flag
        return click.option(flag, type=kind, is_flag=has_no or None, default=first, show_default=not has_no, help=text)
    shown = [_shown(first), *(f"{network}: {_shown(value)}" for network, value in list(values.items())[1:])]
    return click.option(flag, type=kind, default=None, help=f"{text}  [default: {'; '.join(shown)}]")


def _shown(value: Setting) -> str:
    """Return a default as help shows it: yes, no, 0.5 or 16."""
    return ("no", "yes")[value] if isinstance(value, bool) else f"{value:g}"


def resuming(defaults: Mapping[str, Any], *more: str) -> options.Mode:
    """Return the mode in which a training is resumed: of the settings it heeds ``--epochs`` alone."""
    names = values_of(next(iter(defaults.values()))).keys() - {"epochs", "word_rules", "validate_on_test"}
    reason = "--resume goes on with the settings it began with"
    return options.Mode((*sorted(names), *more, "vectors", "force"), lambda values: not values["resume"], reason)


def said_of(settings: Mapping[str, Setting], *, begins: bool) -> dict[str, Setting]:
    """Return the settings that were given on the command line, which go before those of a preset.

    What files and variables say counts where a training ``begins``, unless a preset was typed.
    """
    said = options.said(with_settings=begins and "preset" not in options.said())
    return {name: value for name, value in settings.items() if name in said}


def new_target(name: str) -> Path:
    """Return where a new model is to be written, before hours of training show that it cannot be."""
    target = path_for_new(name)
    require_writable(target)
    return target


def run_training(task: NetworkTask[M, R], target: Path, reporter: Reporter, *, resume: bool, force: bool) -> R:
    """Train a network, or resume its training. Its model becomes the default one."""
    from w2vcli.neural.pipeline import resume_network, train_network

    with _telling_what_is_kept(target):
        resumed = resume_network(task, target, reporter) if resume else None
        record = resumed or train_network(task, target, reporter, force=force)
    offer_default(target, reporter)
    return record


def tell_of_training(record: NetworkRecord, again: str, reporter: Reporter) -> None:
    """Tell if a network was still learning: of as many epochs as were allowed, the last one was the best.

    ``again`` is the command that resumes the training.
    """
    if record.best_epoch == len(record.history) >= record.fitting.epochs:
        reporter.note(
            "the last epoch was the best: it has not stopped learning; "
            f"go on with: {again} --epochs {2 * record.fitting.epochs}"
        )


@contextmanager
def _telling_what_is_kept(target: Path) -> Iterator[None]:
    """Say after a Ctrl-C that the epochs which were done are kept, if there was one."""
    before = _written(target)
    try:
        yield
    except KeyboardInterrupt:
        if _written(target) == before:  # no epoch was done, so what main says is right: nothing has changed
            raise
        was_seen()
        click.echo(err=True)  # behind what the terminal shows of Ctrl-C
        tell_interrupted(f"Interrupted; what was trained so far is kept; --resume -o {model_name(target)} goes on.")
        click.get_current_context().exit(INTERRUPTED)


def _written(model: Path) -> int | None:
    """Return when a model was written, in nanoseconds, None if there is none."""
    try:
        return (model / "model.json").stat().st_mtime_ns
    except FileNotFoundError:
        return None
