"""Columns of a table as texts: CSV, TSV, JSON Lines and Parquet."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from w2vcli.compression import without_compression
from w2vcli.corpus.sources import Source, Text
from w2vcli.errors import BadCorpus, MissingExtra

PARQUET = ".parquet"


def kind_of_table(name: str) -> str | None:
    """Return the ending that says a file is a table, such as ``.csv``; None for any other file."""
    ending = without_compression(Path(name)).suffix.lower()
    return ending if ending in _READERS or ending == PARQUET else None


def column_texts(kind: str, text: Text, column: str) -> Iterator[str]:
    """Yield the texts in a column of a CSV, TSV or JSON Lines file, one a row; empty ones too.

    Raises
    ------
    BadCorpus
        If there is no such column, or a line is not one of such a table.
    """
    for [found] in table_rows(kind, text, [column]):
        yield found


def table_rows(kind: str, text: Text, columns: Sequence[str]) -> Iterator[list[str]]:
    """Yield what stands in ``columns`` of a CSV, TSV or JSON Lines file, one list a row.

    In JSON Lines, the first column has to hold text; in the others, a number is as good as its digits.

    Raises
    ------
    BadCorpus
        If a column is missing, or a line is not one of such a table.
    """
    return _READERS[kind](_lines(text), columns, text.name)


def parquet_texts(source: Source, column: str) -> Iterator[str]:
    """Yield the texts in a column of a Parquet file, one a row.

    Raises
    ------
    BadCorpus
        If there is no such column, or it does not hold text.
    MissingExtra
        If pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtra("Parquet files", "arrow") from error
    try:
        with parquet.ParquetFile(source.name) as table:
            _require(column, table.schema_arrow.names, source.name)
            for batch in table.iter_batches(columns=[column]):
                for value in batch.column(0).cast(pa.string()).to_pylist():
                    yield value or ""
    except pa.ArrowException as error:
        raise BadCorpus(f"{source.name}: cannot be read as Parquet: {' '.join(str(error).split())}") from error


def _csv_rows(lines: Iterable[str], columns: Sequence[str], name: str) -> Iterator[list[str]]:
    csv.field_size_limit(sys.maxsize)  # a cell may hold a book
    return _delimited(csv.reader(lines), columns, name)


def _tsv_rows(lines: Iterable[str], columns: Sequence[str], name: str) -> Iterator[list[str]]:
    # In TSV (IANA text/tab-separated-values) a quotation mark is a character like any other.
    return _delimited((line.rstrip("\n").split("\t") for line in lines), columns, name)


def _delimited(rows: Iterator[list[str]], columns: Sequence[str], name: str) -> Iterator[list[str]]:
    try:
        heading = next(rows, [])
        for column in columns:
            _require(column, heading, name)
        places = [heading.index(column) for column in columns]
        for number, row in enumerate(rows, 2):
            if not row or row == [""]:
                continue
            for at in places:
                if len(row) <= at:
                    raise BadCorpus(f"{name}: row {number:,} has {len(row)} columns, {heading[at]} is number {at + 1}")
            yield [row[at] for at in places]
    except csv.Error as error:
        raise BadCorpus(f"{name}: this is no CSV: {error}") from error


def _json_rows(lines: Iterable[str], columns: Sequence[str], name: str) -> Iterator[list[str]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadCorpus(f"{name}: line {number:,} is no JSON: {error}") from error
        if not isinstance(row, dict):
            raise BadCorpus(f"{name}: line {number:,} is no JSON object")
        found = []
        for column in columns:
            if column not in row:
                _require(column, list(row), f"{name}: line {number:,}")
            value = row[column]
            if isinstance(value, int | float) and column != columns[0]:
                value = json.dumps(value)
            if value is not None and not isinstance(value, str):
                raise BadCorpus(f"{name}: line {number:,}: {column} is no text but {json.dumps(value)[:40]}")
            # JSON can name half of a surrogate pair, which is no character.
            found.append((value or "").encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
        yield found


def _require(column: str, columns: list[str], name: str) -> None:
    if column not in columns:
        raise BadCorpus(f"{name} has no column {column}; it has: {', '.join(columns) or 'none'} (--column)")


def _lines(texts: Iterable[str]) -> Iterator[str]:
    rest = ""
    for text in texts:
        *whole, rest = (rest + text).split("\n") if "\n" in text else (rest + text,)
        for line in whole:
            yield f"{line}\n"
    if rest:
        yield rest


_READERS: dict[str, Callable[[Iterable[str], Sequence[str], str], Iterator[list[str]]]] = {
    ".csv": _csv_rows,
    ".tsv": _tsv_rows,
    ".jsonl": _json_rows,
    ".ndjson": _json_rows,
}
