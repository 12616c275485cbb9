"""Tables of PostgreSQL with pgvector: written whole or not at all, and read back.

What is written::

    row (integer)   word (text)   count (bigint)   vector (vector(3))
    0               king          120              [1,2,3]

All of it is one transaction. Whoever reads an earlier table of that name goes on reading it until the new one is there,
with its index. A writer that is killed leaves the earlier one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from w2vcli.errors import BadSettings, DatabaseFailed, OutputExists
from w2vcli.escaping import listed
from w2vcli.models.formats.postgres import statements
from w2vcli.models.formats.postgres.address import TableAddress, parse_address
from w2vcli.models.formats.postgres.comment import facts_as_comment, facts_of_comment
from w2vcli.models.formats.postgres.connection import connected, full_name, require_psycopg, schema_of_vectors
from w2vcli.models.formats.postgres.packing import COPY_END, COPY_HEAD, VALUE_BYTES, RowPacker
from w2vcli.models.formats.sinks import AS_THEY_ARE, Append, RowFacts
from w2vcli.reporting import Reporter

if TYPE_CHECKING:
    import psycopg

NAME = "PostgreSQL"
_MOST_INDEXED = {"vector": 2000, "halfvec": 4000}
_MOST_VALUES = 16_000
_MOST_MEMORY_KB = 1 << 21
_BETWEEN_LOCKS = 0.5  # seconds


@dataclass(frozen=True)
class PostgresSink:
    """A table that rows are written into: a `w2vcli.models.formats.sinks.Sink`."""

    address: TableAddress
    force: bool
    name = NAME
    spelling = AS_THEY_ARE
    files: tuple[Path, ...] = ()
    of_training = False
    has_tokenizer = False

    def require_free(self) -> None:
        """Raise `OutputExists` if there is something of that name that may not be replaced."""
        with connected(self.address) as connection:
            _require_free(connection, self.address, force=self.force)

    def open(self, rows: RowFacts, reporter: Reporter) -> AbstractContextManager[Append]:
        """Begin to write."""
        return _written(self.address, rows, reporter, force=self.force)


def find_table(address: str, force: bool) -> PostgresSink:
    """Return the table at an address as a place for rows.

    Raises
    ------
    BadSettings
        If it is no address of a table.
    MissingExtra
        If psycopg is not installed.
    """
    require_psycopg()
    return PostgresSink(parse_address(address), force)


def _require_free(connection: psycopg.Connection[Any], address: TableAddress, *, force: bool) -> int | None:
    """Return the number of an earlier table that may be replaced, None if there is none.

    Raises
    ------
    OutputExists
        If one may not be replaced: without ``force``, if it is none that was written here, or if a view, a policy, a
        trigger or a foreign key hangs on it.
    """
    found = connection.execute(
        statements.FIND,
        full_name(connection, address),
    ).fetchone()
    if found is None:
        return None
    number, kind, comment = found
    if kind != "r" or facts_of_comment(comment) is None:
        raise OutputExists(f"{address.shown}: there is one that w2v has not written; choose another name")
    if not force:
        raise OutputExists(f"{address.shown} exists already; use --force to replace it, or choose another name")
    attached = [f"{what} {name}" for what, name in connection.execute(statements.ATTACHED, {"table": number})]
    if attached:
        raise OutputExists(
            f"{address.shown} has {listed(attached)}, which a new table would not have; drop that first and make it "
            "again afterwards, or choose another name"
        )
    return int(number)


@contextmanager
def _written(address: TableAddress, rows: RowFacts, reporter: Reporter, *, force: bool) -> Iterator[Append]:
    """Write rows into a table under another name, which is renamed when all is there."""
    _require_sizes(address, rows.vector_size)
    with connected(address) as connection:
        from psycopg import sql

        schema, table = full_name(connection, address)
        token = token_hex(4)
        short = table.encode()[:40].decode(errors="ignore")
        new = sql.Identifier(schema, f"{short}_{token}")
        _require_free(connection, address, force=force)
        vectors = _require_pgvector(connection, address)
        kind = sql.SQL(statements.TYPE).format(sql.Identifier(vectors, address.type), sql.Literal(rows.vector_size))
        connection.execute(sql.SQL(statements.CREATE).format(new, kind))
        with connection.cursor().copy(sql.SQL(statements.LOAD).format(new)) as copy:
            packer = RowPacker(address.type, rows.vector_size)
            copy.write(COPY_HEAD)
            yield lambda block: copy.write(packer.packed(block))
            copy.write(COPY_END)
        with reporter.phase("indexing"):
            _add_indexes(connection, address, rows, new, f"{short}_{token}", vectors)
        connection.execute(sql.SQL(statements.COMMENT).format(new, sql.Literal(facts_as_comment(rows, address))))
        connection.execute(sql.SQL(statements.ANALYZE).format(new))
        _take_name(connection, address, new, schema, reporter, force=force)


def _require_sizes(address: TableAddress, vector_size: int) -> None:
    """Raise `BadSettings` if pgvector has no room for so many values, or no index of them."""
    most = _MOST_INDEXED[address.type]
    if vector_size > _MOST_VALUES:
        raise BadSettings(f"vectors of {vector_size:,} values: pgvector has room for {_MOST_VALUES:,}")
    if address.index and vector_size > most:
        half = " or type=halfvec" if vector_size <= _MOST_INDEXED["halfvec"] else ""
        raise BadSettings(
            f"vectors of {vector_size:,} values: pgvector indexes those of type {address.type} up to {most:,}; "
            f"add index=none{half} to the address"
        )


def _require_pgvector(connection: psycopg.Connection[Any], address: TableAddress) -> str:
    """Return the schema of pgvector, which is brought into the database if it is on the server.

    Raises
    ------
    DatabaseFailed
        If it is not, may not be, or is too old for halfvec.
    """
    import psycopg

    if schema_of_vectors(connection) is None:
        try:
            connection.execute(statements.BRING_PGVECTOR)
        except psycopg.errors.InsufficientPrivilege as error:
            raise DatabaseFailed(
                f"{address.shown}: pgvector is not in this database, and you may not bring it in; "
                "ask for: CREATE EXTENSION vector"
            ) from error
        except (psycopg.errors.FeatureNotSupported, psycopg.errors.UndefinedFile) as error:
            raise DatabaseFailed(
                f"{address.shown}: pgvector is not on the server; install it there (Debian: postgresql-NN-pgvector)"
            ) from error
    schema = schema_of_vectors(connection) or "public"
    known = connection.execute(
        statements.TYPE_EXISTS,
        (schema, address.type),
    ).fetchone()
    if known is None:
        raise DatabaseFailed(
            f"{address.shown}: pgvector has no {address.type} before version 0.7; leave type={address.type} out"
        )
    return schema


def _add_indexes(
    connection: psycopg.Connection[Any], address: TableAddress, rows: RowFacts, new: Any, name: str, vectors: str
) -> None:
    """Index rows, words and, if it is wanted, vectors: after loading, which is much faster."""
    from psycopg import sql

    execute = connection.execute
    for column, statement in statements.KEYS.items():
        execute(sql.SQL(statement).format(new, sql.Identifier(f"{name}_{column}")))
    if address.index:
        needed = rows.words * (VALUE_BYTES[address.type] * rows.vector_size + 24 * address.m + 200)
        execute(statements.INDEX_MEMORY, (needed // 512, _MOST_MEMORY_KB))
        operators = sql.Identifier(vectors, f"{address.type}_cosine_ops")
        chosen = sql.Literal(address.m), sql.Literal(address.ef_construction)
        execute(sql.SQL(statements.INDEX).format(sql.Identifier(f"{name}_vector"), new, operators, *chosen))


def _take_name(
    connection: psycopg.Connection[Any],
    address: TableAddress,
    new: Any,
    schema: str,
    reporter: Reporter,
    *,
    force: bool,
) -> None:
    """Give the new table its name, in the place of an earlier one, from which it takes who may do what."""
    from psycopg import sql

    if _require_free(connection, address, force=force) is not None:
        _lock(connection, sql.Identifier(schema, address.table), address, reporter)
    earlier = _require_free(connection, address, force=force)  # it may have been changed until it was locked
    if earlier is not None:
        for role, privilege, column, may_pass_on in connection.execute(statements.RIGHTS, [earlier] * 2).fetchall():
            to = sql.SQL(statements.PUBLIC) if role is None else sql.Identifier(role)
            of = sql.Composed([]) if column is None else sql.SQL(statements.OF_COLUMN).format(sql.Identifier(column))
            grant = sql.SQL(statements.GRANT[may_pass_on])
            connection.execute(grant.format(sql.SQL(privilege), of, new, to))
        connection.execute(sql.SQL(statements.DROP).format(sql.Identifier(schema, address.table)))
    connection.execute(sql.SQL(statements.RENAME).format(new, sql.Identifier(address.table)))


def _lock(connection: psycopg.Connection[Any], table: Any, address: TableAddress, reporter: Reporter) -> None:
    """Wait until nobody else uses an earlier table, and keep it for this transaction.

    Whoever asks the table after this has begun to wait, waits behind it. So it waits for short whiles alone.
    """
    import psycopg
    from psycopg import sql

    is_told = False
    while True:
        try:
            with connection.transaction():
                connection.execute(statements.WAIT_SHORTLY)
                connection.execute(sql.SQL(statements.LOCK).format(table))
                return
        except psycopg.errors.LockNotAvailable:
            if not is_told:
                reporter.warn(f"{address.shown} is in use by another session; waiting until that ends")
                is_told = True
            time.sleep(_BETWEEN_LOCKS)
