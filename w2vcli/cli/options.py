"""Options that several commands have, each a decorator, and the rule that none is passed over in silence."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from w2vcli.cli.everywhere import given
from w2vcli.cli.formats import fields_option, force_option, format_option, json_option, output_option
from w2vcli.corpus.tokenizer_names import TOKENIZER_NAMES
from w2vcli.escaping import visible
from w2vcli.models import registry

if TYPE_CHECKING:
    _TypeOfRanks = click.ParamType[int | range]
else:  # it cannot be subscripted in earlier versions of Click
    _TypeOfRanks = click.ParamType

CommandFunction = TypeVar("CommandFunction", bound=Callable[..., Any])


class ModelName(click.types.StringParamType):
    """The name or the path of a model; the shell completes names."""

    names_model = True

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the names of the models at home."""
        names = map(registry.model_name, registry.model_paths())
        return [CompletionItem(name) for name in names if name.startswith(incomplete) and name == visible(name)]


class ModelOrFile(ModelName):
    """The name or the path of a model, or a file; the shell completes both."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the names of the models at home, else files."""
        return super().shell_complete(ctx, param, incomplete) or [CompletionItem(incomplete, type="file")]


class NameOrFile(click.types.StringParamType):
    """A file, or a name that means something to the option. In a file of settings a path begins at its folder."""

    names_file = True


class Ranks(_TypeOfRanks):
    """So many words from the first, or those of a range of ranks: ``101-5000``, or ``101-`` up to the last."""

    name = "ranks"
    may_be_number = True

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | range:
        """Return a number of words, or a range of rows."""
        first, dash, last = value.partition("-") if isinstance(value, str) else ("", "", "")
        if dash and first.isdecimal() and (last.isdecimal() or not last):
            rows = range(int(first) - 1, int(last) if last else sys.maxsize)
            if rows.start < 0 or not rows:
                self.fail(f"{value!r} is no range of ranks, as 101-5000 is; the first word has rank 1.", param, ctx)
            return rows
        if isinstance(value, range):
            return value
        try:
            number = int(value)
        except ValueError:
            number = 0
        if number < 1:
            self.fail(f"{value!r} is neither a number of words nor a range of ranks, as 101-5000 is.", param, ctx)
        return number


class OutputFile(click.Path):
    """A path to write to."""

    writes = True

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)


class Mode(NamedTuple):
    """Parameters that a command heeds only in some of its modes.

    ``is_heeded`` is given the values of all parameters by name. Where it is false, the parameters called ``names`` are
    refused for the ``reason``. So ``words --all --topn 3`` is refused by

        Mode(("topn",), lambda values: not values["all_words"], "--all shows every word")
    """

    names: tuple[str, ...]
    is_heeded: Callable[[Mapping[str, Any]], object]
    reason: str


def said(*, with_settings: bool = False) -> set[str]:
    """Return the names of the parameters that were given on the command line; ``with_settings`` also by a setting."""
    context = click.get_current_context()
    sources = {ParameterSource.COMMANDLINE, *([ParameterSource.DEFAULT_MAP] if with_settings else [])}
    names = {str(parameter.name) for parameter in context.command.params}
    return {name for name in names if context.get_parameter_source(name) in sources}


def refuse(names: Iterable[str], reason: str) -> None:
    """Refuse parameters that would be passed over in silence.

    Raises
    ------
    click.UsageError
        If one of them was given on the command line; it begins with ``reason``.
    """
    given = said().intersection(names)
    found = [typed(one).partition("/")[0] for one in click.get_current_context().command.params if one.name in given]
    if found:
        raise click.UsageError(f"{reason}; leave {', '.join(found)} out.")


def refuse_unheeded(modes: Iterable[Mode], values: Mapping[str, Any]) -> None:
    """Refuse what a command does not heed with these values of its parameters.

    Raises
    ------
    click.UsageError
        If a parameter of one of the ``modes`` was given that is not heeded.
    """
    for mode in modes:
        if not mode.is_heeded(values):
            refuse(mode.names, mode.reason)


def typed(parameter: click.Parameter) -> str:
    """Return how a parameter is typed: ``WORD``, ``--topn``, or ``--cache/--no-cache``."""
    if isinstance(parameter, click.Argument):
        return parameter.human_readable_name
    return "/".join(max(names, key=len) for names in (parameter.opts, parameter.secondary_opts) if names)


def _known_encoding(_context: click.Context, _parameter: click.Parameter, encoding: str) -> str:
    """Return the name that Python has for an encoding of text."""
    import codecs

    try:
        "a".encode(encoding)  # base64 and such are codecs, but none of text
        name = codecs.lookup(encoding).name
        if name in {"idna", "punycode"}:  # these two write the names of machines
            raise LookupError
        return name
    except (LookupError, UnicodeError) as error:
        raise click.BadParameter(f"Python knows no encoding of text called {encoding}.") from error


class _LongChoice(click.Choice[str]):
    """One of many names: help lists them on its right side, since the left side has no room."""

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return what stands for the value in help."""
        return "NAME"


# Options that a command has with a default or an end of its own take their words from here.
TOKENIZER = _LongChoice(list(TOKENIZER_NAMES))
TOKENIZED = f"How text is tokenized: {', '.join(TOKENIZER.choices)}."
METHOD = "3cosadd: add and subtract the vectors; 3cosmul: multiply and divide the cosines."
COLUMN = "Column of a table that holds the text."
SEED = "Seed of all random numbers."
LOWERCASE = "Make words lower-case."
MIN_COUNT = "Leave out words seen fewer times than this."

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NUMBER = click.IntRange(min=1)

model = click.option(
    "-m", "--model", type=ModelName(), help="Model, by name or path.  [default: $W2V_MODEL, or the latest]"
)
topn = click.option("-n", "--topn", type=_NUMBER, default=10, help="How many words to show.")
restrict_vocab = click.option("--restrict-vocab", type=_NUMBER, help="Search only this many words, the most frequent.")
ranks_searched = click.option(
    "--restrict-vocab",
    type=Ranks(),
    metavar="N|RANKS",
    help="Search only this many words, the most frequent, or those of ranks such as 101-5000.",
)
variants = click.option(
    "--variants/--no-variants",
    default=True,
    help="Show how sure an answer is, where the model has variants (w2v stability).",
)
moved_to = click.option(
    "--text",
    "moved_to",
    type=click.Path(),
    multiple=True,
    help="File or folder that holds the model's text now, if it has moved; may be repeated.",
)
dry_run = click.option("--dry-run", is_flag=True, help="Show what would be done, and sizes; write nothing.")
force = click.option("--force", is_flag=True, help="Replace an output that exists.")
seed = click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=1, help=SEED)
theme = click.option("--theme", type=click.Choice(["light", "dark"]), default="light", help="Colours of the picture.")
group_files = click.option(
    "--group",
    "group_files",
    type=_FILE,
    multiple=True,
    help="File of words and their groups with a tab between, or of the words of one group; may be repeated.",
)
limit = click.option("--limit", type=_NUMBER, help="Read only this many rows, the first.")
vocabulary_file = click.option("--vocabulary", type=_FILE, help="File of the words, one a line, in order.")
# What the option above was called where it is the file of the words of a file of vectors.
OLD_WORDS = {"--words": "--vocabulary"}
skip_bad_rows = click.option(
    "--skip-bad-rows", is_flag=True, help="Leave out lines that are not a word with its values, and report them."
)
trust_pickle = click.option(
    "--trust-pickle", is_flag=True, help="Open gensim's own files. They can run any code: trust who made them."
)
column = click.option("--column", metavar="NAME", help=COLUMN)
line_breaks = click.option(
    "--line-breaks",
    type=click.Choice(["auto", "end", "join"]),
    default="auto",
    help="Lines end a sentence, or are joined; auto joins hard-wrapped text.",
)
encoding = click.option("--encoding", type=str, default="utf-8", callback=_known_encoding, help="Encoding of the text.")
encoding_errors = click.option(
    "--encoding-errors",
    type=click.Choice(["strict", "replace", "ignore"]),
    default="strict",
    help="What to do with bytes that cannot be decoded.",
)
# How a file of vectors is read, but for its --limit: the names of fields of `w2vcli.models.formats.blocks.ReadOptions`.
READ_OPTIONS = ("vocabulary", "skip_bad_rows", "trust_pickle", "encoding", "encoding_errors")
tokenizer = click.option("--tokenizer", type=TOKENIZER, default="unicode", help=TOKENIZED)
lowercase = click.option("--lowercase/--no-lowercase", default=True, help=LOWERCASE)


def vector_file(command: CommandFunction) -> CommandFunction:
    """Add how a file of vectors is read: ``--limit`` and the `READ_OPTIONS`."""
    for option in (encoding_errors, encoding, trust_pickle, skip_bad_rows, vocabulary_file, limit):
        command = option(command)
    return command


def format_alone(command: CommandFunction) -> CommandFunction:
    """Add in which form answers are printed to a command that has answers of several kinds, so of several fields."""
    return _add(_add(command, format_option()), json_option())


def formats(command: CommandFunction) -> CommandFunction:
    """Add in which form the answer is printed. The command itself does not see it."""
    return format_alone(_add(command, fields_option()))


def formats_and_file(command: CommandFunction) -> CommandFunction:
    """Add in which form the answer is printed, and the file that it goes into. The command itself does not see it."""
    _add(command, force_option())
    _add(command, output_option())
    return formats(command)


def answer_file(command: CommandFunction) -> CommandFunction:
    """Add the file that the answer goes into, to a command that has a ``--force`` of its own."""
    return _add(command, output_option())


def _add(command: CommandFunction, option: click.Option) -> CommandFunction:
    """Add an option that is made, as `click.option` adds one."""
    command.__dict__.setdefault("__click_params__", []).append(option)
    return command


def reporting(command: CommandFunction) -> CommandFunction:
    """Add ``-v``, and pass a ``reporter`` that keeps to it and to ``-q``."""

    @click.option("-v", "--verbose", is_flag=True, help="Print the logs of the libraries, too.")
    @functools.wraps(command)
    def wrapped(*args: Any, verbose: bool, **kwargs: Any) -> Any:
        import logging

        from w2vcli.cli.reporter import StderrReporter

        # Without a handler of its own, gensim's warnings go to stderr by themselves.
        logging.getLogger("gensim").addHandler(logging.NullHandler())
        return command(*args, reporter=StderrReporter(quiet=bool(given("quiet")), verbose=verbose), **kwargs)

    return wrapped  # type: ignore[return-value]
