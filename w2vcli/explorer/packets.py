"""Packets of words and numbers, which the page reads without parsing: see `unpack` in page/sources.js."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

# What a browser has typed arrays for.
KINDS = {"u1": "uint8", "i1": "int8", "u2": "uint16", "u4": "uint32", "f4": "float32"}
_ALIGNED = _LENGTH = 4
_NOT_KEPT = {code: code + 256 for code in (0, 10, 13, 60)}


def pack(head: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]], *, shuffled: bool = False) -> bytes:
    """Return a packet: the length of its head (four bytes, little endian), the head as JSON, then the arrays.

    The head has ``arrays`` besides: the name, the kind, the first byte and the number of values of each array. Each
    begins at a multiple of four bytes. A ``shuffled`` packet can be compressed better: of each array it has the first
    bytes of all values, then the second bytes, and so on.
    """
    flat = {name: np.ascontiguousarray(array).reshape(-1) for name, array in arrays.items()}
    told = [{"name": name, "kind": KINDS[array.dtype.str[1:]], "size": array.size} for name, array in flat.items()]
    # The head comes before the arrays, and its length shifts them. Room is left in it for their numbers.
    start = length = _padded(len(_json({**head, "shuffled": shuffled, "arrays": told})) + 32 * len(told))
    for each, array in zip(told, flat.values(), strict=True):
        each["start"] = _LENGTH + start
        start += _padded(array.nbytes)
    first = _json({**head, "shuffled": shuffled, "arrays": told}).ljust(length)
    pieces = [length.to_bytes(_LENGTH, "little"), first]
    for array in flat.values():
        values = array.astype(array.dtype.newbyteorder("<")).view(np.uint8).reshape(array.size, array.itemsize)
        pieces.append((values.T if shuffled else values).tobytes().ljust(_padded(array.nbytes), b"\0"))
    return b"".join(pieces)


def as_text(packet: bytes) -> str:
    """Return bytes as text that a page can hold: seven bits in a character, the highest first, the last ones padded.

    These are the characters from 0 to 127. Four of them a page would not keep, NUL, line feed, carriage return and <.
    They are written as the characters 256 above. So a page is smaller by a tenth than with base64.
    """
    bits = np.unpackbits(np.frombuffer(packet, np.uint8))
    sevens = np.pad(bits, (0, -len(bits) % 7)).reshape(-1, 7)
    return (np.packbits(sevens, axis=1) >> 1).tobytes().decode("ascii").translate(_NOT_KEPT)


def _json(head: Mapping[str, Any]) -> bytes:
    return json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def _padded(length: int) -> int:
    return -(-length // _ALIGNED) * _ALIGNED
