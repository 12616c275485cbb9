"""How commands answer questions: those on the command line, or one a line from standard input."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from w2vcli.cli.everywhere import given
from w2vcli.cli.failures import tell_of_line
from w2vcli.cli.output import Row, RowPrinter, note
from w2vcli.errors import W2vError
from w2vcli.inputs import STDIN, open_stdin
from w2vcli.models.model_parts import VARIANTS
from w2vcli.models.registry import find_model, is_named_elsewhere
from w2vcli.queries.expression import SIGNS, split_words, weighed

if TYPE_CHECKING:
    from pathlib import Path

    from _typeshed import DataclassInstance

    from w2vcli.models.directory import Model
    from w2vcli.reporting import Reporter

# What a model answers to each of several questions; an error in its place is told, and the others are answered.
AskAll = Callable[[list[list[str]]], "Sequence[Sequence[DataclassInstance] | W2vError]"]

_MOST_AT_ONCE = 1 << 14
_BYTES_AT_ONCE = 1 << 20
# A word that was seen fewer times has neighbours of which most are chance.
_SELDOM = 100
# So many questions are looked at for such words, which takes a share of the time of an answer.
_MOST_LOOKED_AT = 20


def open_model(name: str | None, reporter: Reporter | None = None, *, with_weights: bool = False) -> Model:
    """Open the model that a question is put to; without a ``reporter``, warnings go to stderr."""
    from w2vcli.models.directory import open_model_directory

    return open_model_directory(find_model(name), reporter or _warnings(), with_weights=with_weights)


def open_model_for_search(name: str | None) -> Model:
    """Open the model that is to be searched, as `open_model` does, before numpy has been imported."""
    from w2vcli.queries.openblas import open_to_search

    return open_to_search(find_model(name), _warnings())


def tell_default(path: Path, reporter: Reporter) -> None:
    """Say that a model is the default one now, and how it is asked."""
    if is_named_elsewhere():
        reporter.note(
            f"{path} is now the default model; W2V_MODEL or a file of settings names another, so say: -m {path}"
        )
    else:
        reporter.note(f"{path} is now the default model; ask it with: w2v similar WORD")


def _warnings() -> Reporter:
    from w2vcli.cli.reporter import StderrReporter

    return StderrReporter(quiet=bool(given("quiet")), verbose=False)


class HowSure:
    """How sure the answers of a model are: what its ``variants`` say, or a note that a word which was asked is rare.

    ``typed`` is what was typed for the model. If that is not ``wanted``, there are neither variants nor notes.
    """

    def __init__(self, model: Model, typed: str | None, *, wanted: bool = True) -> None:
        self.variants: Sequence[Model] = ()
        self._model = model
        self._typed = typed
        self._told = False
        self._looks = _MOST_LOOKED_AT if wanted and model.facts.training and model.counts is not None else 0
        if wanted and (model.path / VARIANTS).exists():  # else the modules that it needs are not imported
            from w2vcli.cli.how_sure import open_variants

            self.variants = open_variants(model, typed)
            self._looks = 0

    def columns(self, kind: type[DataclassInstance], without: str = "") -> list[str]:
        """Return the columns of records of a class, as they are shown."""
        from w2vcli.queries.answers import columns_of

        columns = columns_of(kind, without)
        if not self.variants:
            return columns
        from w2vcli.cli.how_sure import short

        return short(columns)

    def rows(self, records: Sequence[DataclassInstance]) -> Iterable[Row]:
        """Yield the records of an answer as rows. Of those with variants, what is noise is marked."""
        from w2vcli.queries.answers import as_row

        rows = map(as_row, records)
        if not self.variants:
            return rows
        from w2vcli.cli.how_sure import marked

        return marked(rows)

    def tell(self, out: RowPrinter, questions: Sequence[Sequence[str]]) -> None:
        """Tell once what the intervals in a table mean, or that a word of one of the ``questions`` is rare."""
        if self.variants and out.for_people and out.has_rows and "low" in out.columns and not self._told:
            from w2vcli.cli.how_sure import legend

            self._told = True
            note(legend(out, len(self.variants)))
        for question in questions[: self._looks]:
            self._looks -= 1
            if rare := self._rare(question):
                self._looks = 0
                note(rare)
                return

    def _rare(self, question: Sequence[str]) -> str | None:
        """Return a note on a rare word in a question, if there is one and variants can be made."""
        from w2vcli.queries.tokens import row_of

        counts = self._model.counts
        for typed in question:
            word = typed if (found := weighed(typed)) is None else found.word
            row = None if word in SIGNS else row_of(self._model, word)
            if row is not None and counts is not None and counts[row] < _SELDOM:
                from w2vcli.cli.how_sure import advice

                return advice(self._model, self._typed, word, int(counts[row]))
        return None


def answer(
    words: Sequence[str],
    ask_all: AskAll,
    columns: Sequence[str],
    *,
    rows: type[RowPrinter] = RowPrinter,
    how_sure: HowSure | None = None,
) -> None:
    """Print what is answered to ``words``, records with ``columns``; ``-`` asks each line of standard input.

    A line that cannot be answered is told on stderr, and in JSON and CSV it also has its place among the answers. The
    others are answered all the same, and the exit status is 1.
    """
    from w2vcli.queries.answers import as_row

    def add(records: Sequence[DataclassInstance], **query: str) -> None:
        for row in map(as_row, records) if how_sure is None else how_sure.rows(records):
            out.add({**query, **row})

    if list(words) != [STDIN]:
        [found] = ask_all([list(words)])
        if isinstance(found, W2vError):
            found.query = " ".join(words)
            raise found
        with rows(columns) as out:
            add(found)
        if how_sure is not None:
            how_sure.tell(out, [words])
        return
    if open_stdin().isatty():
        raise click.UsageError("- reads lines from a pipe or a file, and this is a terminal; ask there with: w2v shell")
    failed = False
    looked_at: list[list[str]] = []
    with rows(["query", *columns], with_errors=True) as out:
        for lines in _waiting_lines(blank=True):
            questions = [split_words(line) for _, line in lines if line]
            looked_at += questions[: _MOST_LOOKED_AT - len(looked_at)]
            answers = iter(ask_all(questions))
            for number, line in lines:
                if not line:
                    out.skip()
                    continue
                found = next(answers)
                if isinstance(found, W2vError):
                    failed = True
                    out.add_error(number, line, tell_of_line(found, number, line))
                    continue
                add(found, query=line)
            out.flush()
    if how_sure is not None:
        how_sure.tell(out, looked_at)
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
