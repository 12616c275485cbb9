"""Rows of a table of PostgreSQL, in order: see `w2vcli.models.formats.postgres.sink` for its columns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from w2vcli.errors import DamagedInput
from w2vcli.models.formats.blocks import Block, RowStream, block_rows, known_counts
from w2vcli.models.formats.postgres import statements
from w2vcli.models.formats.postgres.address import TableAddress
from w2vcli.models.formats.postgres.comment import tokenizer_of_comment
from w2vcli.models.formats.postgres.connection import connected, full_name
from w2vcli.models.formats.postgres.packing import DTYPES

if TYPE_CHECKING:
    import psycopg

_TEXTS = ("text", "varchar", "bpchar", "name")
_INTEGERS = ("int2", "int4", "int8")


@contextmanager
def open_table(address: TableAddress, limit: int | None = None) -> Iterator[RowStream]:
    """Open the rows of a table, at most ``limit``, as they are at this moment.

    They come by ``row``, or else the most frequent first. A column ``word`` and a column ``vector`` of pgvector's
    vector or halfvec are needed. ``row`` and ``count`` may be there.

    Raises
    ------
    DamagedInput
        If there is no such table, or a row of it has no word or no vector, or one of another size.
    DatabaseFailed
        If the database cannot be reached, or refuses.
    """
    with connected(address, reads=True) as connection:
        from psycopg import sql

        table = sql.Identifier(*full_name(connection, address))
        columns = _columns(connection, address)
        vector_size = _vector_size(connection, address, table)
        promised = connection.execute(sql.SQL(statements.COUNT).format(table)).fetchone()
        words = int(promised[0]) if promised else 0
        query = sql.SQL(statements.ROWS["count" in columns, "row" in columns]).format(table)
        if limit is not None:
            words = min(words, limit)
            query = sql.SQL(statements.LIMIT).format(query, sql.Literal(limit))

        def blocks() -> Iterator[Block]:
            with connection.cursor("w2v", binary=True) as cursor:
                cursor.execute(query)
                while rows := cursor.fetchmany(block_rows(vector_size)):
                    yield _block(rows, DTYPES[columns["vector"]], vector_size, address.shown)

        tokenizer = tokenizer_of_comment(_comment(connection, address), address.shown)
        yield RowStream(vector_size, words, blocks, tokenizer=tokenizer)


def _columns(connection: psycopg.Connection[Any], address: TableAddress) -> dict[str, str]:
    """Return the types of the columns of a table.

    Raises
    ------
    DamagedInput
        If there is no such table, or those that are needed are not there.
    """
    columns = dict(
        connection.execute(
            statements.COLUMNS,
            full_name(connection, address),
        ).fetchall()
    )
    if not columns:
        raise DamagedInput(f"{address.shown}: there is no such table")
    if columns.get("vector") not in DTYPES or columns.get("word") not in _TEXTS:
        found = ", ".join(f"{name} ({kind})" for name, kind in columns.items())
        raise DamagedInput(
            f"{address.shown}: a column word (text) and a column vector (vector or halfvec) are needed; "
            f"there is: {found}"
        )
    if columns.get("count", _INTEGERS[0]) not in _INTEGERS:
        raise DamagedInput(
            f"{address.shown}: the column count is {columns['count']}, and counts of words are integers; rename it, or "
            "change its type"
        )
    return columns


def _comment(connection: psycopg.Connection[Any], address: TableAddress) -> str | None:
    found = connection.execute(statements.FIND, full_name(connection, address)).fetchone()
    return None if found is None else found[2]


def _vector_size(connection: psycopg.Connection[Any], address: TableAddress, table: Any) -> int:
    """Return how many values the first vector has, which all must have."""
    from psycopg import sql

    row = connection.cursor(binary=True).execute(sql.SQL(statements.FIRST).format(table)).fetchone()
    if row is None:
        raise DamagedInput(f"{address.shown}: there are no rows in it")
    if row[0] is None:
        raise DamagedInput(f"{address.shown}: there are empty cells among the words or the values")
    return int.from_bytes(row[0][:2], "big")


def _block(rows: list[Any], dtype: str, vector_size: int, shown: str) -> Block:
    """Return rows of word, vector as pgvector sends it, and count.

    Raises
    ------
    DamagedInput
        If there is an empty cell, or sizes differ.
    """
    words, vectors, counts = zip(*rows, strict=True)
    if None in words or None in vectors:
        raise DamagedInput(f"{shown}: there are empty cells among the words or the values")
    # Two bytes for the number of values and two for nothing stand before the values.
    if any(len(data) != len(vectors[0]) for data in vectors) or int.from_bytes(vectors[0][:2], "big") != vector_size:
        sizes = sorted({int.from_bytes(data[:2], "big") for data in vectors})
        raise DamagedInput(f"{shown}: expected {vector_size:,} values in each vector, found {sizes}")
    values = np.frombuffer(b"".join(data[4:] for data in vectors), dtype).reshape(len(words), vector_size)
    known: npt.NDArray[np.int64] | None = None if None in counts else known_counts(np.array(counts, dtype=np.int64))
    return Block(list(words), values.astype(np.float32), known)
