"""Files that anybody may have written: opened, bounded and decoded in one place, so that none is trusted.

A file is opened only if it is a regular one, and read only up to a bound. msgspec decodes JSON into a frozen dataclass,
with the types of its annotations: a number is never made of a text. What does not fit raises the caller's error:
``model.json is damaged: training[0].loss[1]: expected float, got str``.
"""

from __future__ import annotations

import json
import math
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from w2vcli.errors import BadModel, W2vError
from w2vcli.escaping import visible

T = TypeVar("T")
# From the text of an error to the error.
Error = Callable[[str], W2vError]

MOST_JSON = 1 << 26
_PIECE_BYTES = 1 << 20
# A pipe would be waited for without O_NONBLOCK, which means nothing to regular files. Windows has neither.
_NO_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
# What is written here is four deep; beyond a few hundred, Python's own functions give up.
_DEEPEST = 32
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def open_regular(path: str | Path, error: Error = BadModel) -> BinaryIO:
    """Open a file to read. What is no regular file, such as a pipe, is refused and never waited for.

    Raises
    ------
    BadModel
        Or another ``error``: if it is something else than a file.
    OSError
        If it does not exist or cannot be opened.
    """

    def opener(name: str, flags: int) -> int:
        descriptor = os.open(name, flags | _NO_WAITING)
        kind = stat.S_IFMT(os.fstat(descriptor).st_mode)
        if kind != stat.S_IFREG:
            os.close(descriptor)
            raise error(f"{path} is damaged: it is {_KINDS.get(kind, 'something else')}, not a file")
        return descriptor

    return open(path, "rb", opener=opener)


def read_regular(path: str | Path, most: int, error: Error = BadModel) -> bytes:
    """Return what is in a regular file of at most ``most`` bytes.

    Raises
    ------
    OSError
        If it does not exist or cannot be read.
    """
    with open_regular(path, error) as file:
        return read_open(file, path, most, error)


def read_open(file: BinaryIO, path: str | Path, most: int, error: Error = BadModel) -> bytes:
    """Return what is in an open file of at most ``most`` bytes. ``path`` is told if it has more."""
    size, data = os.fstat(file.fileno()).st_size, b""
    # In pieces: room for ``most`` bytes would be taken at once, and the size may be no true one, as in /proc.
    while max(size, len(data)) <= most and (piece := file.read(_PIECE_BYTES)):
        data += piece
    if max(size, len(data)) > most:
        raise error(f"{path} is damaged: it has more than {most:,} bytes")
    return data


def read_json(
    path: str | Path,
    kind: type[T],
    error: Error = BadModel,
    *,
    most: int = MOST_JSON,
    infinite: bool = False,
    unknown: bool = False,
) -> T:
    """Return what is in a JSON file, as `decode_json` does.

    Raises
    ------
    OSError
        If it does not exist or cannot be read.
    """
    return decode_json(read_regular(path, most, error), kind, path, error, infinite=infinite, unknown=unknown)


def decode_json(
    data: bytes,
    kind: type[T],
    name: str | Path,
    error: Error = BadModel,
    *,
    infinite: bool = False,
    unknown: bool = False,
) -> T:
    """Return JSON as a ``kind``, such as a dataclass. ``name`` is told if it does not fit.

    Bytes that are not UTF-8 become surrogates, as in paths. ``infinite`` allows NaN and infinity, ``unknown``
    fields that a dataclass does not have. They are left out.
    """
    return convert(parse_json(data, name, error, infinite=infinite), kind, name, error, unknown=unknown)


def parse_json(data: bytes, name: str | Path, error: Error = BadModel, *, infinite: bool = False) -> Any:
    """Return JSON as dictionaries and lists, up to 32 deep: for what must be looked at before it is converted.

    Bytes that are not UTF-8 become surrogates, as in paths. NaN and infinity are refused unless ``infinite`` is true.
    """
    try:
        found = json.loads(data.decode(errors="surrogateescape"))
    except RecursionError as cause:
        raise error(f"{name} is damaged: it is nested too deeply") from cause
    except ValueError as cause:
        raise error(f"{name} is damaged: it is no JSON: {cause}") from cause
    if fault := _fault(found, "", infinite=infinite):
        raise error(f"{name} is damaged: {visible(fault)}")
    return found


def convert(found: Any, kind: type[T], name: str | Path, error: Error = BadModel, *, unknown: bool = False) -> T:
    """Return what `parse_json` gave as a ``kind``, such as a dataclass.

    A field that the dataclass does not have is refused, unless ``unknown`` allows to leave it out.

    Raises
    ------
    BadModel
        Or another ``error``, with the ``name`` of the file and the path in it: if it does not fit.
    """
    import msgspec  # 4 ms, which help need not pay

    try:
        converted = msgspec.convert(found, kind)
    except msgspec.ValidationError as cause:
        raise error(f"{name} is damaged: {visible(_as_told(str(cause)))}") from cause
    except UnicodeEncodeError as cause:
        raise error(f"{name} is damaged: {cause.object!r} is no name of a field") from cause
    except W2vError as cause:  # the dataclass itself refuses it
        raise error(f"{name} is damaged: {cause}") from cause
    if not unknown and (field := _unknown_field(found, converted, "")) is not None:
        raise error(f"{name} is damaged: {visible(field)}: this version of w2v knows no such field")
    return converted


def is_plain_name(name: str) -> bool:
    """Tell whether ``name`` is that of a file inside a folder: it neither leaves it nor has control characters."""
    if os.sep != "/" and not {os.sep, ":"}.isdisjoint(name):  # on Windows
        return False
    parts = name.split("/")
    return name.isprintable() and not {"", ".", ".."}.intersection(parts)


def _fault(found: Any, path: str, *, infinite: bool, depth: int = 0) -> str | None:
    """Return what is wrong with JSON of any kind: too deep, or not a finite number."""
    if isinstance(found, float):
        return None if infinite or math.isfinite(found) else f"{path}: {found} is no number"
    if not isinstance(found, dict | list) or not found:
        return None
    if depth == _DEEPEST:
        return f"{path[:80]}: it is nested too deeply"
    inside = found.items() if isinstance(found, dict) else enumerate(found)
    for at, value in inside:
        if isinstance(value, dict | list | float):
            fault = _fault(value, _join(path, at), infinite=infinite, depth=depth + 1)
            if fault:
                return fault
    return None


def _unknown_field(found: Any, converted: Any, path: str) -> str | None:
    """Return the path of the first field that is no field of the dataclass it was converted to."""
    if fields := getattr(type(converted), "__dataclass_fields__", None):
        pairs = [(name, value, getattr(converted, name, None)) for name, value in found.items()]
        unknown = next((name for name in found if name not in fields), None)
        if unknown is not None:  # a name may be empty
            return _join(path, unknown)
    elif isinstance(converted, dict):
        pairs = [(name, found.get(name), value) for name, value in converted.items()]
    elif isinstance(converted, list | tuple):
        pairs = [(at, *pair) for at, pair in enumerate(zip(found, converted, strict=False))]
    else:
        return None
    inside = (_unknown_field(was, now, _join(path, at)) for at, was, now in pairs)
    return next((field for field in inside if field is not None), None)


def _join(path: str, at: str | int) -> str:
    """Return the path of what is at ``at`` inside ``path``: ``training[0]``, ``machine.cores``."""
    if isinstance(at, int):
        return f"{path}[{at}]"
    return f"{path}.{at}" if path else at


def _as_told(fault: str) -> str:
    """Return msgspec's ``Expected `int`, got `str` - at `$.a.b``` as ``a.b: expected int, got str``."""
    what, _, path = fault.partition(" - at `")
    what = what.replace("`", "")
    what = what[:1].lower() + what[1:]
    where = re.sub(r"^\$\.?", "", path.removesuffix("`"))
    return f"{where}: {what}" if where else what
