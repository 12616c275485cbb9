"""Tables of texts: CSV, TSV and their like, JSON Lines, JSON and Parquet.

The content decides which kind a table is, since a ``.csv`` may have semicolons, and a ``.txt`` may be JSON Lines. The
name decides only where the content leaves a doubt.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from w2vcli.compression import without_compression
from w2vcli.corpus.dialects import Dialect, find_layout, quoting_error
from w2vcli.corpus.json_tables import Json, JsonLines, is_json_lines, looks_like_json
from w2vcli.corpus.parquet import PARQUET_MAGIC, Parquet
from w2vcli.corpus.sources import SourceText
from w2vcli.corpus.table_rows import TextTable, lines_of
from w2vcli.errors import BadCorpus
from w2vcli.inputs import InputFile

PARQUET = ".parquet"
TABLE = "table"  # of a kind that its name does not say
_NOTE_OF_SPREADSHEETS = re.compile(r"\"?sep=.\"?(\r\n|\n|\r)", re.IGNORECASE)
_ENDINGS = {".csv", ".tsv", ".jsonl", ".ndjson", ".json", PARQUET}


def kind_of_table(name: str) -> str | None:
    """Return the ending that says a file is a table, such as ``.csv``. None for any other file."""
    ending = without_compression(Path(name)).suffix.lower()
    return ending if ending in _ENDINGS else None


def open_table(file: InputFile, text: SourceText, wanted: Collection[str] = ()) -> TextTable | None:
    """Open a table of any kind. ``text`` is of the same file. Return None if it does not look like a table.

    If ``wanted`` columns are named, a layout whose first row has them is preferred.

    Raises
    ------
    BadCorpus
        If it is a table that cannot be read.
    MissingExtra
        If it is Parquet and pyarrow is not installed.
    """
    ending = kind_of_table(file.name)
    if ending == PARQUET or file.stream.peek(4).startswith(PARQUET_MAGIC):
        return Parquet(file)
    head = _beginning(text)
    start = head.lstrip()[:1]
    if ending in {".jsonl", ".ndjson"} or (start == "{" and is_json_lines(head)):
        return JsonLines(text)
    if ending == ".json" or (start and start in "[{" and looks_like_json(head)):
        return Json(text)
    seen = find_layout(head, ending or "", wanted)
    is_named = ending is not None or any(name in row for row in seen.rows[:1] for name in wanted)
    if not is_named and not (seen.even and seen.width > 1 and len(seen.rows) > 1):
        return None
    return _Delimited(text, seen.layout, seen.rows)


def _beginning(text: SourceText) -> str:
    head = text.beginning().removeprefix("\ufeff")
    return head[_length_of_note(head) :]


def _length_of_note(head: str) -> int:
    """Return the length of a first line ``sep=,``, by which a spreadsheet knows the delimiter. 0 without one."""
    found = _NOTE_OF_SPREADSHEETS.match(head)
    return found.end() if found else 0


def is_bare_list(text: SourceText) -> bool:
    """Tell whether a text begins as a JSON array of strings, numbers or arrays, which has no columns to name."""
    head = _beginning(text).lstrip()
    return head[:1] == "[" and head[1:].lstrip()[:1] not in {"{", ""}


def has_column(text: SourceText, column: str) -> bool:
    """Tell whether a file without the name of a table begins as one that has a column of this name."""
    head = _beginning(text)
    if head.lstrip()[:1] in {"{", "["}:
        return f"{json.dumps(column)}:" in head.replace('" :', '":')
    return any(column in row for row in find_layout(head, "", [column]).rows[:1])


def open_column(file: InputFile, text: SourceText, column: str) -> TextTable:
    """Open a table that has a column of this name. ``text`` is of the open ``file``.

    Raises
    ------
    BadCorpus
        If it is no table, or there is no such column.
    MissingExtra
        If it is Parquet and pyarrow is not installed.
    """
    table = open_table(file, text, [column])
    if table is None:
        raise BadCorpus(f"{file.name} is no table that has a column {column} (--column)")
    table.require([column])
    return table


class _Delimited(TextTable):
    """CSV, TSV and what is like them."""

    def __init__(self, text: SourceText, layout: Dialect, first_rows: list[list[str]]) -> None:
        columns = first_rows[0] if first_rows else []
        name = "TSV" if layout.delimiter == "\t" else "CSV"
        super().__init__(text.name, f"{name}, {layout}", columns, first_rows)
        self._headed = True
        self._layout = layout
        self._text = text

    def number_columns(self) -> None:
        self.columns = [str(number) for number in range(1, len(self.columns) + 1)]
        self._headed = False

    def rows(self, columns: Sequence[str]) -> Iterator[list[str]]:
        places = [self.columns.index(column) for column in columns]
        width = len(self.columns)
        lines = _CountedLines(lines_of(self._text))
        note = 0
        if _length_of_note(self._text.beginning().removeprefix("\ufeff")):
            next(iter(lines))
            note = 1
        number, is_heading = 0, self._headed
        try:
            for number, row in enumerate(self._layout.rows(lines), 1):
                if not row or row == [""]:
                    continue
                if is_heading:  # lines without anything may stand above it
                    is_heading = False
                    continue
                where = f"{self.name}: row {number:,} has {len(row)} columns"
                short = next((at for at in places if len(row) <= at), None)
                if short is not None:
                    raise BadCorpus(f"{where}, {self.columns[short]} is number {short + 1}")
                if any(row[width:]):
                    raise BadCorpus(
                        f"{where}, the first row {width}: a text that holds what parts the columns "
                        "has to stand in quotation marks"
                    )
                self.row = number + note
                yield [row[at] for at in places]
        except csv.Error as error:
            raise quoting_error(self.name, number + 1, lines.count + 1, error) from error


class _CountedLines:
    """Counts the lines that pass."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.count = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.count += 1
            yield line
