"""In which form a command prints its answer: ``--format``, ``--json``, ``--fields``, ``-o`` and ``--force``.

A command says its rows and their columns, and `w2vcli.cli.output` prints them as it was asked here. Nothing of this
reaches the function of the command: what was given stays with the context of Click, so it also holds for what a shell
or a command of a command prints.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from click.core import ParameterSource

_GIVEN = f"{__name__}.given"
# The columns that an answer to lines of standard input has besides.
QUERY, ERROR = OF_BATCHES = "query", "error"
_DONE, _NOT_ALL = 0, 1  # exit statuses with which there is an answer


class OutputFormat(NamedTuple):
    """A form of answers: the endings of files in it, and what its values are.

    One ``for_people`` has the numbers of a table on a terminal, and headings in the language that is spoken. In the
    ``nested`` ones a value may be a list or an object.
    """

    endings: tuple[str, ...]
    for_people: bool = False
    nested: bool = False


TABLE, TSV, CSV, JSON, JSONL, MARKDOWN, LATEX = "table", "tsv", "csv", "json", "jsonl", "markdown", "latex"
FORMATS = {
    TABLE: OutputFormat((), for_people=True),
    TSV: OutputFormat((".tsv",)),
    CSV: OutputFormat((".csv",)),
    JSON: OutputFormat((".json",), nested=True),
    JSONL: OutputFormat((".jsonl", ".ndjson"), nested=True),
    MARKDOWN: OutputFormat((".md", ".markdown"), for_people=True),
    LATEX: OutputFormat((".tex",), for_people=True),
}


class FormatOption(click.Option):
    """``--format NAME``, or an option such as ``--json`` that stands for one. Two of them may not differ."""

    def __init__(self, *names: str, means: str | None = None, **named: Any) -> None:
        super().__init__(names, expose_value=False, is_eager=True, callback=self._take, **named)
        self._means = means

    def take_early(self, ctx: click.Context, typed: str) -> None:
        """Keep a value before anything is parsed, for the form of the error if something is wrong."""
        if (name := self._means or typed) in FORMATS:
            _given(ctx).setdefault("early", name)

    def _take(self, ctx: click.Context, _option: click.Parameter, value: Any) -> None:
        if not value:
            return
        name = self._means or value
        other = _given(ctx).setdefault("format", name)
        # What is typed comes first. A setting that says something else is passed over.
        if other != name and ctx.get_parameter_source(str(self.name)) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"two formats are named, {other} and {name}; name one.", ctx)


class _Kept(click.Option):
    """An option whose value is kept for what prints the answer."""

    def __init__(self, *names: str, **named: Any) -> None:
        super().__init__(names, expose_value=False, callback=self._take, **named)

    def _take(self, ctx: click.Context, _option: click.Parameter, value: Any) -> None:
        if value is not None and value is not False:
            _given(ctx)[str(self.name)] = value


if TYPE_CHECKING:
    _TypeOfNames = click.ParamType[tuple[str, ...]]
else:  # before Click 8.4 it takes no type in brackets
    _TypeOfNames = click.ParamType


class _Fields(_TypeOfNames):
    """Names of columns with commas between."""

    name = "fields"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Return the names."""
        names = tuple(name.strip() for name in value.split(","))
        if "" in names:
            self.fail(f"{value!r} has an empty name; write, for example, word,similarity.", param, ctx)
        if len(set(names)) < len(names):
            self.fail(f"{value!r} names a field twice.", param, ctx)
        return names


def json_option() -> click.Option:
    """Return ``--json``, the short form of ``--format json``."""
    return FormatOption("--json", is_flag=True, means=JSON, help="Print a JSON list of objects: --format json.")


def format_option() -> click.Option:
    """Return ``--format``."""
    return FormatOption(
        "--format",
        type=click.Choice(list(FORMATS)),
        metavar="FORMAT",
        help=f"{', '.join(list(FORMATS)[:-1])} or {list(FORMATS)[-1]}.  [default: table, in a pipe tsv]",
    )


def fields_option() -> click.Option:
    """Return ``--fields``."""
    return _Kept("--fields", type=_Fields(), metavar="A,B", help="Columns to print, in this order.")


def output_option() -> click.Option:
    """Return ``-o``, which names the file of the answer."""
    return _Kept(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
        metavar="FILE",
        help="File of the answer; its ending chooses the format.",
    )


def force_option() -> click.Option:
    """Return ``--force`` of commands in which it is for ``-o`` alone."""
    return _Kept("--force", is_flag=True, help="Replace an output that exists.")


# What tells the form before a command is known.
EARLY = (json_option(), format_option())


def forget(ctx: click.Context) -> None:
    """Forget what was given, before the same is parsed again."""
    for name in ("format", "fields", "output", "force"):
        _given(ctx).pop(name, None)


def named_format() -> str | None:
    """Return the format that was named, or that the file of ``-o`` has by its ending; None if neither was given."""
    given = _now()
    if (name := given.get("format")) is not None:
        return str(name)
    if (path := _file(given)) is not None:
        return next((name for name, found in FORMATS.items() if path.suffix.lower() in found.endings), None)
    return None


def has_file() -> bool:
    """Tell whether the answer goes into the file of ``-o``."""
    return _file(_now()) is not None


def has_json_errors() -> bool:
    """Tell whether an error is to be an object: ``--json``, ``--format json`` or ``jsonl`` was typed."""
    given = _now()
    return FORMATS[given.get("format", given.get("early", TABLE))].nested


def fields() -> tuple[str, ...] | None:
    """Return the fields that were asked for; None means all."""
    found: tuple[str, ...] | None = _now().get("fields")
    return found


def chosen(columns: Sequence[str], besides: Sequence[str] = ()) -> Sequence[str]:
    """Return those of the columns that were asked for, in the order of the question; those ``besides`` may be.

    Raises
    ------
    click.UsageError
        If there is no column of that name.
    """
    wanted = fields()
    if wanted is None:
        return columns
    known = {str(column): column for column in columns}
    if unknown := [name for name in wanted if name not in known and name not in besides]:
        raise click.UsageError(f"no field {unknown[0]!r} in this answer; its fields: {', '.join(known)}.")
    return [known.get(name, name) for name in wanted]


@contextmanager
def answer_in_its_place(ctx: click.Context) -> Iterator[None]:
    """Let what is printed go into the file of ``-o``, which appears when the command has ended without an error.

    Raises
    ------
    OutputExists
        If the file exists and ``--force`` was not given.
    click.UsageError
        If ``--force`` was given without ``-o``.
    """
    given = _given(ctx)
    path = _file(given)
    if path is None:
        if given.get("force") and ctx.get_parameter_source("force") is ParameterSource.COMMANDLINE:
            raise click.UsageError("--force replaces the file of -o; name one, or leave --force out.", ctx)
        yield
        return
    from w2vcli.atomic import new_file

    end: click.exceptions.Exit | None = None
    with new_file(path, force=bool(given.get("force") or ctx.params.get("force"))) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8", errors="backslashreplace", newline="\n")
        with redirect_stdout(text):
            try:
                yield
            except click.exceptions.Exit as error:
                if error.exit_code not in {_DONE, _NOT_ALL}:
                    raise
                end = error
        text.flush()
        text.detach()
    if end is not None:
        raise end


def _file(given: dict[str, Any]) -> Path | None:
    """Return the file of ``-o``; None means standard output."""
    path: Path | None = given.get("output")
    return None if path is None or str(path) == "-" else path


def _given(ctx: click.Context) -> dict[str, Any]:
    found: dict[str, Any] = ctx.meta.setdefault(_GIVEN, {})
    return found


def _now() -> dict[str, Any]:
    ctx = click.get_current_context(silent=True)
    return {} if ctx is None else _given(ctx)
