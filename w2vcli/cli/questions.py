"""How commands answer questions: those on the command line, or one a line from standard input."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, is_dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from w2vcli.cli.output import RowPrinter, tell
from w2vcli.errors import W2vError
from w2vcli.inputs import STDIN, open_stdin
from w2vcli.models.registry import find_model
from w2vcli.queries.answers import plain

if TYPE_CHECKING:
    from w2vcli.models.directory import Model
    from w2vcli.reporting import Reporter

# The results of one question, or of each of several; an error in their place is told, and the others are answered.
Ask = Callable[[list[str]], Iterable[Any]]
AskAll = Callable[[list[list[str]]], Sequence["Iterable[Any] | W2vError"]]

_MOST_AT_ONCE = 1 << 14
_BYTES_AT_ONCE = 1 << 20


def open_model(name: str | None, reporter: Reporter | None = None, *, with_weights: bool = False) -> Model:
    """Open the model that a question is put to; without a ``reporter``, warnings go to stderr."""
    from w2vcli.models.directory import open_model_directory

    if reporter is None:
        from w2vcli.cli.reporter import StderrReporter

        reporter = StderrReporter(quiet=False, verbose=False)
    return open_model_directory(find_model(name), reporter, with_weights=with_weights)


def open_model_for_search(name: str | None) -> Model:
    """Open the model that is to be searched, as `open_model` does, before numpy has been imported."""
    # OpenBLAS would start threads of its own, which are in the way of those of the search.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    return open_model(name)


def one_by_one(ask: Ask) -> AskAll:
    """Return the function that asks several questions one after the other."""

    def ask_all(queries: list[list[str]]) -> list[Iterable[Any] | W2vError]:
        answers: list[Iterable[Any] | W2vError] = []
        for query in queries:
            try:
                answers.append(ask(query))
            except W2vError as error:
                answers.append(error)
        return answers

    return ask_all


def answer(
    words: Sequence[str], ask_all: AskAll, columns: Sequence[str], *, as_json: bool, rows: type[RowPrinter] = RowPrinter
) -> None:
    """Print what is answered to ``words``, as rows of ``columns``; ``-`` asks each line of standard input.

    A line that cannot be answered is told on stderr; the others are answered all the same, and the
    exit status is 1.
    """
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


def as_words(ask_all: AskAll, model: Model) -> AskAll:
    """Return the function that asks questions of words alone: those with a sign that would be lost are refused."""

    def ask_words(queries: list[list[str]]) -> list[Iterable[Any] | W2vError]:
        from w2vcli.queries.expression import SIGNS

        if SIGNS.isdisjoint(chain.from_iterable(chain.from_iterable(queries))):
            return list(ask_all(queries))
        from w2vcli.queries.signs import require_no_arithmetic

        wrong: dict[int, W2vError] = {}
        for at, query in enumerate(queries):
            try:
                require_no_arithmetic(query, model, tell)
            except W2vError as error:
                wrong[at] = error
        answers = iter(ask_all([query for at, query in enumerate(queries) if at not in wrong]))
        return [wrong[at] if at in wrong else next(answers) for at in range(len(queries))]

    return ask_words


def as_row(found: Any) -> dict[str, Any]:
    """Return a result as a row of a table: a dataclass by the names of its fields, cosines with seven decimals."""
    row = asdict(found) if is_dataclass(found) and not isinstance(found, type) else dict(found)
    return {name: plain(value, name) for name, value in row.items()}


def input_lines() -> Iterator[tuple[int, str]]:
    """Yield the lines of standard input that are not empty, with their numbers from 1."""
    for lines in _waiting_lines():
        yield from lines


def split_words(line: str) -> list[str]:
    """Return the words of a line; only blanks and tabs separate them, since a word may be U+00A0."""
    return re.split(r"[ \t]+", line)


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
