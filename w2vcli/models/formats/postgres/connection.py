"""A connection to PostgreSQL: one transaction, whose errors are lines without a password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from w2vcli.errors import DatabaseFailed, MissingExtra
from w2vcli.models.formats.postgres import statements
from w2vcli.models.formats.postgres.address import TableAddress
from w2vcli.network import require_network

if TYPE_CHECKING:
    import psycopg


def require_psycopg() -> None:
    """Raise `MissingExtra` with the command that installs it if psycopg or its C library is missing."""
    try:
        import psycopg  # noqa: F401 (it looks for libpq)
    except ImportError as error:
        raise MissingExtra("tables of PostgreSQL", "postgres") from error


@contextmanager
def connected(address: TableAddress, *, reads: bool = False) -> Iterator[psycopg.Connection[Any]]:
    """Open a transaction, which ends with the block: in all that was done, or if it fails, in nothing.

    Raises
    ------
    DatabaseFailed
        If the database cannot be reached, or refuses.
    Offline
        If the network is ruled out.
    """
    require_psycopg()
    import psycopg

    if not address.on_this_machine:
        require_network(address.shown)
    defaults = {"connect_timeout": "10", "application_name": "w2v", "client_encoding": "UTF8"}
    try:
        with psycopg.connect(**defaults | dict(address.parameters)) as connection:  # type: ignore[arg-type]
            if reads:
                connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                connection.read_only = True
            encoding = connection.execute(statements.ENCODING).fetchone()
            if encoding != ("UTF8",):
                raise DatabaseFailed(
                    f"{address.shown}: the database keeps text as {encoding and encoding[0]}, which has not all words; "
                    "make one with ENCODING 'UTF8'"
                )
            yield connection
    except psycopg.Error as error:
        raise DatabaseFailed(f"{address.shown}: PostgreSQL says: {_told(error)}") from error


def _told(error: psycopg.Error) -> str:
    """Return what the database says, and how to go on where that is known."""
    import psycopg

    said = error.diag.message_primary or str(error)
    hints = {
        psycopg.errors.DependentObjectsStillExist: f" ({error.diag.message_detail})",
        psycopg.errors.DiskFull: " (an index is built in shared memory; index=none in the address makes none)",
    }
    return " ".join((said + next((hint for kind, hint in hints.items() if isinstance(error, kind)), "")).split())


def schema_of_vectors(connection: psycopg.Connection[Any]) -> str | None:
    """Return the schema in which pgvector's types are, None if it is not there."""
    found = connection.execute(statements.SCHEMA_OF_PGVECTOR).fetchone()
    return None if found is None else str(found[0])


def full_name(connection: psycopg.Connection[Any], address: TableAddress) -> tuple[str, str]:
    """Return the schema and the name of the table.

    Raises
    ------
    DatabaseFailed
        If there is no such schema.
    """
    schema = address.schema
    if schema is None:
        found = connection.execute(statements.SCHEMA).fetchone()
        schema = found and found[0]
    elif connection.execute(statements.SCHEMA_EXISTS, [schema]).fetchone() is None:
        schema = None
    if schema is None:
        raise DatabaseFailed(f"{address.shown}: there is no such schema; make it with CREATE SCHEMA, or name another")
    return schema, address.table
