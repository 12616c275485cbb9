"""How commands answer questions: those on the command line, or one a line from standard input."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from w2vcli.cli.everywhere import given
from w2vcli.cli.output import RowPrinter, tell
from w2vcli.errors import W2vError
from w2vcli.inputs import STDIN, open_stdin
from w2vcli.models.registry import find_model
from w2vcli.queries.expression import split_words

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from w2vcli.models.directory import Model
    from w2vcli.reporting import Reporter

# What a model answers to each of several questions; an error in its place is told, and the others are answered.
AskAll = Callable[[list[list[str]]], "Sequence[Sequence[DataclassInstance] | W2vError]"]

_MOST_AT_ONCE = 1 << 14
_BYTES_AT_ONCE = 1 << 20


def open_model(name: str | None, reporter: Reporter | None = None, *, with_weights: bool = False) -> Model:
    """Open the model that a question is put to; without a ``reporter``, warnings go to stderr."""
    from w2vcli.models.directory import open_model_directory

    return open_model_directory(find_model(name), reporter or _warnings(), with_weights=with_weights)


def open_model_for_search(name: str | None) -> Model:
    """Open the model that is to be searched, as `open_model` does, before numpy has been imported."""
    from w2vcli.queries.openblas import open_to_search

    return open_to_search(find_model(name), _warnings())


def _warnings() -> Reporter:
    from w2vcli.cli.reporter import StderrReporter

    return StderrReporter(quiet=bool(given("quiet")), verbose=False)


def answer(
    words: Sequence[str],
    ask_all: AskAll,
    kind: type[DataclassInstance],
    *,
    as_json: bool,
    rows: type[RowPrinter] = RowPrinter,
) -> None:
    """Print what is answered to ``words``, records of a class; ``-`` asks each line of standard input.

    A line that cannot be answered is told on stderr. The others are answered all the same, and the exit status is 1.
    """
    from w2vcli.queries.answers import as_row, columns_of

    columns = columns_of(kind)
    if list(words) != [STDIN]:
        [found] = ask_all([list(words)])
        if isinstance(found, W2vError):
            raise found
        with rows(columns, as_json=as_json) as out:
            for row in found:
                out.add(as_row(row))
        return
    failed = False
    with rows(["query", *columns], as_json=as_json) as out:
        for lines in _waiting_lines(blank=True):
            answers = iter(ask_all([split_words(line) for _, line in lines if line]))
            for number, line in lines:
                if not line:
                    out.skip()
                    continue
                found = next(answers)
                if isinstance(found, W2vError):
                    failed = True
                    tell(f"Error: line {number}: {found}")
                    out.skip()
                    continue
                for row in found:
                    out.add({"query": line} | as_row(row))
            out.flush()
    if failed:
        click.get_current_context().exit(1)


def input_lines() -> Iterator[tuple[int, str]]:
    """Yield the lines of standard input that are not empty, with their numbers from 1."""
    for lines in _waiting_lines():
        yield from lines


def _waiting_lines(*, blank: bool = False) -> Iterator[list[tuple[int, str]]]:
    """Yield the lines of standard input with their numbers, as many as wait to be read; ``blank`` ones if asked for.

    So a program that asks one line at a time has its answer, and a long file is answered in batches.
    """
    stream = open_stdin()
    rest = b""
    number = 0
    while True:
        piece = stream.read1(_BYTES_AT_ONCE)
        *raws, rest = (rest + piece).split(b"\n")
        if not piece:
            raws, rest = [rest] if rest else [], b""
        lines = []
        for raw in raws:
            number += 1
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8", "backslashreplace").strip(" \t\r\n")
            if line or blank:
                lines.append((number, line))
        for at in range(0, len(lines), _MOST_AT_ONCE):
            yield lines[at : at + _MOST_AT_ONCE]
        if not piece:
            return
