"""How commands answer questions: those on the command line, or one a line from standard input."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

import click

from w2vcli.cli.output import Rows
from w2vcli.compression import STDIN
from w2vcli.errors import W2vError
from w2vcli.escaping import visible
from w2vcli.models.registry import find_model

if TYPE_CHECKING:
    from w2vcli.models.directory import Model

Ask = Callable[[list[str]], Iterable[Any]]


def open_model(name: str | None) -> Model:
    """Open the model that a question is put to."""
    from w2vcli.models.directory import open_model_directory

    return open_model_directory(find_model(name))


def answer(words: Sequence[str], ask: Ask, columns: Sequence[str], *, as_json: bool, rows: type[Rows] = Rows) -> None:
    """Print what ``ask`` answers to ``words``, as rows of ``columns``; ``-`` asks each line of standard input.

    A line that cannot be answered is told on stderr; the others are answered all the same, and the
    exit status is 1.
    """
    if list(words) != [STDIN]:
        found = [as_row(row) for row in ask(list(words))]
        with rows(columns, as_json=as_json) as out:
            for row in found:
                out.add(row)
        return
    failed = False
    with rows(["query", *columns], as_json=as_json) as out:
        for number, line in input_lines():
            try:
                for row in ask(split_words(line)):
                    out.add({"query": line} | as_row(row))
            except W2vError as error:
                failed = True
                click.echo(f"Error: line {number}: {visible(str(error))}", err=True)
    if failed:
        click.get_current_context().exit(1)


def as_row(found: Any) -> dict[str, Any]:
    """Return a result as a row of a table: a dataclass by the names of its fields."""
    return asdict(found) if is_dataclass(found) and not isinstance(found, type) else dict(found)


def input_lines() -> Iterator[tuple[int, str]]:
    """Yield the lines of standard input that are not empty, with their numbers from 1."""
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        line = raw.decode("utf-8-sig" if number == 1 else "utf-8", "backslashreplace").strip(" \t\r\n")
        if line:
            yield number, line


def split_words(line: str) -> list[str]:
    """Return the words of a line; only blanks and tabs separate them, since a word may be U+00A0."""
    return re.split(r"[ \t]+", line)
