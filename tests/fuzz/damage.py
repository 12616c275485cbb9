"""Damage to bytes, to text and to JSON."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
import re
from collections.abc import Callable, Sequence
from typing import Any

from w2vcli.compression import zstd_module

# What a damaged number may be: around each power of two that some program takes for a limit, and lies.
NUMBERS = [sign * (1 << bits) - off for bits in (0, 7, 16, 31, 32, 40, 62, 63) for sign in (1, -1) for off in (0, 1)]
COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": lambda data: gzip.compress(data, 1, mtime=0),
    ".bz2": lambda data: bz2.compress(data, 1),
    ".xz": lambda data: lzma.compress(data, preset=0),
    ".zst": zstd_module().compress,
}
ENCODINGS = [
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "latin-1", "cp949"),
    *("gb18030", "shift_jis", "cp1251", "cp1252", "utf-7", "big5", "euc_kr"),
]
# Characters that some program takes for something else than a letter.
ODD = "\0\x01\x1b\x7f\x85\xa0\xad\t\n\r\x0b\x0c\x1c \u2028\u2029\u200b\u200c\u200d\u202e\ufeff\ufffe\ufe0f\u0301"
ODD += "\"'`\\/:;,.+-−–_#%$*?!()[]{}<>|&=@^~0123456789eEnŃ소녀が中ß İıſ🏳️‍🌈👩‍🌾"

Damage = Callable[[bytes, bytes, random.Random], bytes]


def _place(data: bytes, rng: random.Random) -> int:
    """Return where to damage: half the time near the beginning or the end, where what is promised stands."""
    near = min(len(data), 400)
    return rng.choice([rng.randint(0, len(data)), rng.randint(0, near), len(data) - rng.randint(0, near)])


def _piece(data: bytes, rng: random.Random) -> tuple[int, int]:
    start = _place(data, rng)
    return start, min(len(data), start + rng.choice([1, 2, 4, 8, rng.randint(1, 300)]))


def truncate(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    return data[: _place(data, rng)]


def flip(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data or b"\0")
    for _ in range(rng.choice([1, 1, 2, 8])):
        changed[min(_place(data, rng), len(changed) - 1)] ^= 1 << rng.randrange(8)
    return bytes(changed)


def insert(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    at = _place(data, rng)
    what = rng.choice([rng.randbytes(rng.randint(1, 20)), b" ", b"\n", b"\t", b"\0", b"\xff", b"a" * 70_000])
    return data[:at] + what + data[at:]


def delete(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    start, stop = _piece(data, rng)
    return data[:start] + data[stop:]


def duplicate(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    start, stop = _piece(data, rng)
    return data[:stop] + data[start:stop] * rng.choice([1, 1, 2, 50]) + data[stop:]


def splice(data: bytes, other: bytes, rng: random.Random) -> bytes:
    one, two = data[: _place(data, rng)], other[_place(other, rng) :]
    return one + two if rng.random() < 0.7 else two + one


def digits(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    """Exchange two numbers of the first thousand or of the last thousand bytes, or write another for one."""
    ends = [(match.start(), match.end()) for match in re.finditer(rb"-?\d+", data)]
    ends = [end for end in ends if end[0] < 1000 or end[0] > len(data) - 1000]
    if not ends:
        return data
    (start, stop), (other_start, other_stop) = rng.choice(ends), rng.choice(ends)
    new = data[other_start:other_stop] if rng.random() < 0.4 else str(rng.choice(NUMBERS)).encode()
    return data[:start] + new + data[stop:]


def integer(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    """Write another number of four or eight bytes."""
    width = rng.choice([4, 8])
    at = _place(data, rng) // 4 * 4 if rng.random() < 0.5 else _place(data, rng)
    number = rng.choice(NUMBERS) % (1 << 8 * width)
    return data[:at] + number.to_bytes(width, "little") + data[at + width :]


DAMAGES: list[Damage] = [truncate, flip, insert, delete, duplicate, splice, digits, integer]


def damaged(data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    """Return the data after one to three kinds of damage; pieces of others may come into it."""
    for _ in range(rng.choice([1, 1, 2, 3])):
        data = rng.choice(DAMAGES)(data, rng.choice(others), rng)
    return data


def odd_text(rng: random.Random, longest: int = 12) -> str:
    """Return a few characters, most of them odd."""
    found = [
        chr(rng.choice([rng.randrange(0x80), rng.randrange(0xD800), rng.randrange(0xE000, 0x110000)]))
        if rng.random() < 0.2
        else rng.choice(ODD)
        for _ in range(rng.randint(0, longest))
    ]
    return "".join(found)


def damaged_text(text: str, rng: random.Random) -> str:
    """Return the text with a few odd characters in it, or characters lost or moved."""
    for _ in range(rng.choice([1, 1, 2, 4])):
        at, to = sorted((rng.randint(0, len(text)), rng.randint(0, len(text))))
        to = min(to, at + 20)
        change = rng.randrange(4)
        if change == 0:
            text = text[:at] + odd_text(rng, 4) + text[at:]
        elif change == 1:
            text = text[:at] + text[to:]
        elif change == 2:
            text = text[:to] + text[at:to] * rng.choice([1, 1, 30]) + text[to:]
        else:
            text = text[:at] + rng.choice(ODD) + text[at + 1 :]
    return text


def any_json(rng: random.Random, depth: int = 2) -> Any:
    """Return a value of JSON of any type, with numbers and texts that are odd."""
    simple = [None, True, False, 0, -1, 1, 1.5, -0.0, 1e308, float("nan"), float("inf"), 10**30, "", "a", "../x", "/"]
    simple += ["/dev/zero", "a\0b", "\x1b[31m", "\ud800", "x" * 5000, "é", *NUMBERS]
    kind = rng.randrange(12)
    if kind == 0 and depth:
        return [any_json(rng, depth - 1) for _ in range(rng.choice([0, 1, 3]))]
    if kind == 1 and depth:
        return {odd_text(rng, 5): any_json(rng, depth - 1) for _ in range(rng.choice([0, 1, 3]))}
    return rng.choice(simple)


def damaged_json(value: Any, rng: random.Random) -> Any:
    """Return a value of JSON with another value somewhere in it, or something missing, doubled or added."""
    if isinstance(value, dict) and value and rng.random() < 0.85:
        changed = dict(value)
        name = rng.choice(list(changed))
        change = rng.randrange(8)
        if change == 0:
            del changed[name]
        elif change == 1:
            changed[odd_text(rng, 6)] = any_json(rng)
        elif change == 2:
            changed[rng.choice(list(changed))] = changed[name]
        else:
            changed[name] = damaged_json(changed[name], rng)
        return changed
    if isinstance(value, list) and value and rng.random() < 0.85:
        items = list(value)
        at = rng.randrange(len(items))
        change = rng.randrange(6)
        if change == 0:
            del items[at]
        elif change == 1:
            items.insert(at, any_json(rng))
        elif change == 2:
            items *= rng.choice([2, 100])
        else:
            items[at] = damaged_json(items[at], rng)
        return items
    return any_json(rng)
