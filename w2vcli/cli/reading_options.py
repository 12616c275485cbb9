"""The options of how text is read, which ``w2v train`` and ``w2v read`` have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from w2vcli.cli import options
from w2vcli.cli.options import CommandFunction, Mode
from w2vcli.corpus.tokenizer_names import SUBWORDS
from w2vcli.inputs import read_text

_OF_PHRASES = ("phrase_threshold", "phrase_min_count", "phrase_passes", "connector_words")
MODES = (
    Mode(_OF_PHRASES, lambda given: given["phrases"], "there are no phrases without --phrases"),
    Mode(
        ("subword_vocabulary",),
        lambda given: given["tokenizer"] == SUBWORDS,
        "only --tokenizer subwords learns subword units",
    ),
)


def field(flag: str, default: object, kind: Any, text: str) -> Callable[[CommandFunction], CommandFunction]:
    """Return the option of a field, whose default is shown; ``flag`` may be ``--x/--no-x``."""
    name = flag.partition("/")[0].lstrip("-").replace("-", "_")
    return click.option(flag, name, type=kind, default=default, help=text)


_OPTIONS = (
    options.tokenizer,
    click.option("--lowercase", is_flag=True, help=options.LOWERCASE),
    field("--keep-numbers/--drop-numbers", True, None, "Train on numbers too, or leave them out."),
    click.option(
        "--stop-words",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="File of words to leave out, one a line.",
    ),
    click.option(
        "--phrases",
        type=click.Choice(["default", "npmi"]),
        help="Join words that often come together, as in new_york, by this score of gensim.",
    ),
    click.option("--phrase-threshold", type=float, help="Lowest score of a phrase.  [default: 10; npmi: 0.5]"),
    field("--phrase-min-count", 5, click.IntRange(min=1), "Leave out phrases seen fewer times than this."),
    field("--phrase-passes", 1, click.IntRange(1, 9), "1: phrases of two words; 2: also of three and four."),
    click.option(
        "--connector-words",
        type=options.NameOrFile(),
        metavar="english|FILE",
        help="Words that a phrase may contain, but not begin or end with, as in bank_of_england.",
    ),
    field(
        "--subword-vocabulary",
        8000,
        click.IntRange(1, 10_000_000),
        "How many subword units --tokenizer subwords learns.",
    ),
    options.column,
    options.line_breaks,
    options.encoding,
    options.encoding_errors,
)


def reading_options(command: CommandFunction) -> CommandFunction:
    """Give a command the options of how text is read."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read_lists(given: dict[str, Any]) -> None:
    """Replace the files of stop words and of connector words by their words."""
    given["stop_words"] = _words(given["stop_words"])
    given["connector_words"] = _connector_words(given["connector_words"])


def _connector_words(named: str | None) -> tuple[str, ...]:
    """Return gensim's words if ``english`` is named, else those of a file."""
    from w2vcli.corpus.phrases import ENGLISH_CONNECTOR_WORDS

    if named == "english":
        return tuple(sorted(ENGLISH_CONNECTOR_WORDS))
    if named is not None and not Path(named).is_file():
        raise click.BadParameter(
            f"there is no file {named}; english names gensim's words", param_hint="--connector-words"
        )
    return _words(None if named is None else Path(named))


def _words(path: Path | None) -> tuple[str, ...]:
    lines = [] if path is None else read_text(path, "a list of words, one a line").splitlines()
    return tuple(line.strip() for line in lines if line.strip())
