"""Where a table of PostgreSQL is: ``postgresql://user@host/db?table=news``, as libpq has it with some parameters more.

table            the name of the table, as it is: quotes and dots are parts of it
schema           the schema that it is in, by default the first of the search path
type             vector (float32, the default) or halfvec (float16, which takes half the room and loses digits)
index            hnsw (the default) or none
m                connections of a word in the index, 16 by default
ef_construction  words that are looked at for each word of the index, 64 by default

A password belongs into the variable ``PGPASSWORD`` or the file ``.pgpass``. One that stands in an address is used, and
is not shown: `TableAddress.shown` is the address without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode

from w2vcli.errors import BadSettings

SCHEMES = ("postgresql", "postgres")
TYPES = ("vector", "halfvec")
_INDEXES = ("hnsw", "none")
# What pgvector allows, and what PostgreSQL cuts a longer name to without an error.
_RANGES = {"m": (2, 100, 16), "ef_construction": (4, 1000, 64)}
_MOST_NAME_BYTES = 63
_OWN = ("table", "schema", "type", "index", *_RANGES)


@dataclass(frozen=True)
class TableAddress:
    """A table, ``shown`` without a password, and the ``parameters`` by which libpq reaches its database."""

    shown: str
    parameters: Mapping[str, str]
    table: str
    schema: str | None = None
    type: str = "vector"
    index: bool = True
    m: int = 16
    ef_construction: int = 64

    @property
    def on_this_machine(self) -> bool:
        """Whether it is reached by a socket in a folder, and not by the network."""
        return self.parameters.get("host", "").startswith("/")


def is_table(name: str | None) -> bool:
    """Tell whether ``name`` is an address of PostgreSQL."""
    return name is not None and name.startswith(tuple(f"{scheme}://" for scheme in SCHEMES))


def parse_address(address: str) -> TableAddress:
    """Return where the table of an address is.

    Raises
    ------
    BadSettings
        If it is none, names no table, or has a value that pgvector has not. A password is not in the message.
    """
    scheme, _, rest = address.partition("://")
    place, _, query = rest.partition("?")
    authority, _, database = place.partition("/")
    user, _, hosts = authority.rpartition("@")
    names, ports = _hosts_and_ports(hosts)
    # In a password, / ? # and @ would end it, and libpq would tell of the rest: as of a port, or of a database.
    if "@" in database + query or "#" in rest or not all(port.isdecimal() for port in ports if port):
        raise BadSettings(
            f"this is no address such as {scheme}://user@host/db?table=news (in names, / is written as %2F, ? as %3F, "
            "# as %23 and @ as %40); leave a password out, and put it into PGPASSWORD or .pgpass"
        )
    name, _, password = user.partition(":")
    pairs = parse_qsl(query, keep_blank_values=True)
    given = dict(pairs)
    for key in given:
        if (times := sum(each == key for each, _ in pairs)) > 1:
            raise BadSettings(f"{key}= is given {times} times; give it once")
    own = {key: given.pop(key) for key in _OWN if key in given}
    found = {"user": name, "password": password, "host": ",".join(names), "dbname": database}
    parameters = {key: unquote(value) for key, value in found.items() if value} | given
    if any(ports):
        parameters["port"] = ",".join(ports)
    where = f"{scheme}://{name}{'@' if name else ''}{hosts}/{database}"
    shown = f"{where}?{urlencode(own, quote_via=quote)}" if own else where
    _check(own, shown)
    numbers = {key: _number(key, own[key]) for key in _RANGES if key in own}
    m, construction = (numbers.get(key, default) for key, (_, _, default) in _RANGES.items())
    if construction < 2 * m:
        raise BadSettings(f"ef_construction={construction} has to be at least twice m={m} in pgvector")
    chosen = {key: own[key] for key in ("schema", "type") if key in own}
    return TableAddress(shown, parameters, own["table"], index=own.get("index") != "none", **chosen, **numbers)  # type: ignore[arg-type]


def _hosts_and_ports(hosts: str) -> tuple[list[str], list[str]]:
    """Return the names of machines, which may be several, and their ports, empty where none is given."""
    names, ports = [], []
    for host in hosts.split(","):
        name, colon, port = host.rpartition(":")
        if not colon or host.endswith("]"):  # an address of IPv6 has colons within its brackets
            name, port = host, ""
        names.append(name.removeprefix("[").removesuffix("]"))
        ports.append(port)
    return names, ports


def _check(own: Mapping[str, str], shown: str) -> None:
    """Raise `BadSettings` if no table is named, or what is chosen does not exist."""
    if not own.get("table"):
        raise BadSettings(f"{shown}: no table is named; name one, as in {shown.partition('?')[0]}?table=news")
    for key in ("table", "schema"):
        name = own.get(key, "")
        if "\0" in name or len(name.encode(errors="surrogateescape")) > _MOST_NAME_BYTES:
            raise BadSettings(
                f"{key}={name}: names in PostgreSQL have up to {_MOST_NAME_BYTES} bytes, and no zero byte"
            )
    for key, known in (("type", TYPES), ("index", _INDEXES)):
        if own.get(key, known[0]) not in known:
            raise BadSettings(f"{key}={own[key]}: there are {' and '.join(known)}")
    if "schema" in own and not own["schema"]:
        raise BadSettings(f"{shown}: the schema has no name; leave schema= out for the first of the search path")


def _number(key: str, text: str) -> int:
    """Return a setting of the index.

    Raises
    ------
    BadSettings
        If it is no number that pgvector takes.
    """
    least, most, _ = _RANGES[key]
    if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
        raise BadSettings(f"{key}={text}: pgvector takes numbers from {least} to {most:,}")
    return int(text)
