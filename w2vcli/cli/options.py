"""Options and arguments that several commands share; each is a decorator."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from w2vcli.escaping import visible
from w2vcli.models import registry

CommandFunction = TypeVar("CommandFunction", bound=Callable[..., Any])


class ModelName(click.types.StringParamType):
    """The name or the path of a model; the shell completes names."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the names of the models at home."""
        names = map(registry.model_name, registry.model_paths())
        return [CompletionItem(name) for name in names if name.startswith(incomplete) and name == visible(name)]


class ModelOrFile(ModelName):
    """The name or the path of a model, or a file; the shell completes both."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the names of the models at home, and files."""
        return super().shell_complete(ctx, param, incomplete) or [CompletionItem(incomplete, type="file")]


class OutputFile(click.Path):
    """A path to write to."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)


def _known_encoding(_context: click.Context, _parameter: click.Parameter, encoding: str) -> str:
    import codecs

    try:
        "a".encode(encoding)  # not every codec is one of text
        name = codecs.lookup(encoding).name
        if name in {"idna", "punycode"}:  # of names of machines
            raise LookupError
        return name
    except (LookupError, UnicodeError) as error:
        raise click.BadParameter(f"Python knows no encoding of text called {encoding}.") from error


def said() -> set[str]:
    """Return the names of the parameters that were given on the command line."""
    context = click.get_current_context()
    return {name for name in context.params if context.get_parameter_source(name) is ParameterSource.COMMANDLINE}


def refuse(names: Iterable[str], reason: str) -> None:
    """Refuse parameters that would be passed over in silence.

    Raises
    ------
    click.UsageError
        If one of them was given on the command line; it begins with ``reason``.
    """
    given = said().intersection(names)
    parameters = [parameter for parameter in click.get_current_context().command.params if parameter.name in given]
    if parameters:
        raise click.UsageError(f"{reason}; leave {', '.join(map(_title, parameters))} out.")


def _title(parameter: click.Parameter) -> str:
    """Return how a parameter is typed."""
    return max(parameter.opts, key=len) if isinstance(parameter, click.Option) else parameter.human_readable_name


class Mode(NamedTuple):
    """Parameters that a command heeds in some of its modes only.

    ``is_heeded`` tells it from the values of all parameters; where it is false, they are refused, and the
    ``reason`` is told.
    """

    names: tuple[str, ...]
    is_heeded: Callable[[Mapping[str, Any]], object]
    reason: str


def refuse_unheeded(modes: Iterable[Mode], values: Mapping[str, Any]) -> None:
    """Refuse parameters that none of the ``modes`` in which a command was called would heed.

    Raises
    ------
    click.UsageError
        If there are some.
    """
    for mode in modes:
        if not mode.is_heeded(values):
            refuse(mode.names, mode.reason)


class _LongChoice(click.Choice[str]):
    """One of some names that are too many for the left side of a help; the right side lists them."""

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return what stands for the value in help."""
        return "NAME"


TOKENIZER = _LongChoice(
    ["unicode", "whitespace", "korean", "korean-tags", "chinese", "japanese", "characters", "subwords"]
)
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
topn = click.option("-n", "--topn", type=_NUMBER, default=10, show_default=True, help="How many words to show.")
restrict_vocab = click.option("--restrict-vocab", type=_NUMBER, help="Search only this many words, the most frequent.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print a JSON list of objects.")
force = click.option("--force", is_flag=True, help="Replace an output that exists.")
seed = click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=1, show_default=True, help=SEED)
theme = click.option(
    "--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True, help="Colours of the picture."
)
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
    show_default=True,
    help="Lines end a sentence, or are joined; auto joins hard-wrapped text.",
)
encoding = click.option(
    "--encoding",
    type=str,
    default="utf-8",
    show_default=True,
    callback=_known_encoding,
    help="Encoding of the text.",
)
encoding_errors = click.option(
    "--encoding-errors",
    type=click.Choice(["strict", "replace", "ignore"]),
    default="strict",
    show_default=True,
    help="What to do with bytes that cannot be decoded.",
)
tokenizer = click.option("--tokenizer", type=TOKENIZER, default="unicode", show_default=True, help=TOKENIZED)
lowercase = click.option("--lowercase/--no-lowercase", default=True, show_default=True, help=LOWERCASE)


def require_text(argument: str) -> None:
    """Refuse an argument that was meant as a file and is none, where a text may be given as well."""
    if not any(map(str.isspace, argument)) and ("/" in argument or Path(argument).suffix.strip(".")):
        raise click.UsageError(f"{argument}: no such file; a text would have blanks")


def reporting(command: CommandFunction) -> CommandFunction:
    """Add ``-q`` and ``-v``, and pass a ``reporter`` that keeps to them."""

    @click.option("-q", "--quiet", is_flag=True, help="Print no progress and no notes, only warnings.")
    @click.option("-v", "--verbose", is_flag=True, help="Print the logs of the libraries, too.")
    @functools.wraps(command)
    def wrapped(*args: Any, quiet: bool, verbose: bool, **kwargs: Any) -> Any:
        import logging

        from w2vcli.cli.reporter import StderrReporter

        logging.getLogger("gensim").addHandler(logging.NullHandler())  # else its warnings go to stderr by themselves
        return command(*args, reporter=StderrReporter(quiet=quiet, verbose=verbose), **kwargs)

    return wrapped  # type: ignore[return-value]
