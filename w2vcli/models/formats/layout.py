"""How the rows of a text file of vectors are laid out, told by its first lines together.

One line alone may lie::

    7 1.0 2.0 3.0              a word may be a number
    new york 1.0 2.0 3.0       or hold blanks
    king 1.0 2.0               a row may have lost a value
    400000 300                 a header may be for other rows

So the number of values is what most lines have, and a file whose lines say otherwise is refused.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NoReturn

from w2vcli.errors import DamagedInput
from w2vcli.inputs import HEAD_BYTES
from w2vcli.models.formats.blocks import parse_header, require_vector_size

_MOST_LINES = 100
_BASE64 = b"B64:"
_MOST_DIGITS = 18
_SHOWN_BYTES = 40
# Fewer rows tell nothing of a column, and a value of a vector is smaller.
_ROWS_OF_COUNTS, _LEAST_COUNT = 5, 10
_ROWS_OF_DECIMALS = 3
# What Microsoft's older libraries write for what is no number.
_MICROSOFT = rb"1\.#(IND|INF|QNAN|SNAN)0*"
_NUMBER = re.compile(
    rb"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|nan(?:\(\w*\))?|inf(?:inity)?|%b)" % _MICROSOFT, re.IGNORECASE
)
_MICROSOFT_NUMBER = re.compile(rb"(?<!\S)([+-]?)%b(?!\S)" % _MICROSOFT, re.IGNORECASE)
# Spellings of one number that are not read: how each is called, and what to do.
_OTHER_NUMBERS = [
    (re.compile(pattern, re.IGNORECASE), told)
    for pattern, told in (
        (rb"[+-]?\d*,\d+(?:e[+-]?\d+)?", "has a decimal comma; write decimal points"),
        (rb"[+-]?\d{1,3}(?:,\d{3})+\.\d*", "has commas between thousands; leave them out"),
        (rb"[+-]?\d{1,3}(?:\.\d{3})+,\d*", "has a decimal comma; write decimal points"),
        (rb"[+-]?0x[\da-f]+\.?[\da-f]*(?:p[+-]?\d+)?", "is a hexadecimal number; write decimal ones"),
        (rb"[+-]?\d+\.?\d*d[+-]?\d+", "has Fortran's exponent; write e for its d"),
        (rb"\d+:[+-]?[\d.]+(?:e[+-]?\d+)?", "is a place and its value; a row needs all its values, zeros too"),
    )
]
_OTHER_LISTS = [
    (re.compile(pattern), told)
    for pattern, told in (
        (rb"[\[({].*\d.*", "begins with a bracket; leave the brackets out"),
        (rb".*\d[\])}]", "ends with a bracket; leave brackets and commas out"),
        (rb".*\d,.*", "has commas after values; write blanks for them"),
        (rb".*\d;.*", "has semicolons after values; write blanks for them"),
        (rb".*\d\|.*", "has bars after values; write blanks for them"),
    )
]
# How files begin that are taken for vectors by mistake, in lower case: what each is, and what to do.
_TOLD_BYTES = 1 << 10
_OTHER_FILES: list[tuple[tuple[bytes, ...], str]] = [
    ((b"version https://git-lfs",), "it is a pointer of Git LFS to the file: git lfs pull brings the file itself"),
    ((b"<!doctype html", b"<html"), "it is a web page; download the file itself"),
    ((b"<",), "it is XML or a web page, maybe a server's error; download the file itself"),
    ((b"{", b"["), "it seems to be JSON; write a line for each word: the word, blanks, its values"),
    ((b"%pdf-",), "it is a PDF"),
    ((b"\x89png", b"\xff\xd8\xff", b"gif8"), "it is a picture"),
    ((b"sqlite format 3",), "it is an SQLite database; write its vectors to a file first"),
    ((b"\x89hdf",), "it is HDF5, as Keras writes it; write its vectors as .npy, with the words in a .txt beside it"),
    ((b"\x1f\x8b", b"bzh", b"\xfd7zxz", b"\x28\xb5\x2f\xfd"), "it is compressed twice; unpack it once first"),
    ((b"7z\xbc\xaf", b"rar!"), "it is an archive that w2v does not open; unpack it first"),
]


@dataclass(frozen=True)
class Layout:
    """How the rows are laid out.

    ``before`` lines stand before the first row; ``rows`` are promised there, None where nothing is;
    ``notes`` say what was guessed. ``is_base64`` says that words are written so, as DL4J writes them.
    """

    before: int
    rows: int | None
    vector_size: int
    notes: tuple[str, ...] = ()
    is_base64: bool = False


def first_lines(head: bytes) -> list[bytes]:
    """Return the first lines of a file that begins with ``head``, without one that is cut."""
    lines = head.split(b"\n", _MOST_LINES)
    if len(lines) > _MOST_LINES or (len(lines) > 1 and len(head) >= HEAD_BYTES):
        lines.pop()
    return [line.rstrip() for line in lines]


def values_in(line: bytes) -> int:
    """Return how many numbers ``line`` ends with, after one field or more that may be a word.

    Where it begins with a blank, the word is empty. Spellings of numbers that are not read count as well.
    ``b"7 1 2"`` has 2: the first 7 is the word.
    """
    fields = line.split()
    values = 0
    while values < len(fields) and _is_number(fields[-1 - values]):
        values += 1
    return values if line[:1].isspace() or values < len(fields) else max(values - 1, 0)


def usual_size(sizes: Iterable[int]) -> int:
    """Return the most usual of ``sizes``: of equally usual ones the largest, and 0 if there are none."""
    counts = Counter(sizes)
    return max(counts, key=lambda size: (counts[size], size), default=0)


def is_text(sample: bytes) -> bool:
    """Tell whether ``sample`` is text rather than numbers as they are in memory, whatever its encoding."""
    if not sample or sum(byte < 32 and byte not in b"\t\n\v\f\r" for byte in sample) * 100 > len(sample):
        return False
    try:
        sample.decode()
    except UnicodeDecodeError as error:
        if error.end < len(sample):  # or else a character is cut
            return sum(32 <= byte < 127 or byte in b"\t\n\r" for byte in sample) * 5 > 4 * len(sample)
    return True


def is_whole_binary(data: bytes, rows: int, vector_size: int) -> bool:
    """Tell whether ``data`` is just so many rows of float32 as word2vec writes them, with a value that is no text.

    A short file of long words looks like text all over: ``wwwwwwww`` and four bytes.
    """
    at, values = 0, bytearray()
    for _ in range(min(rows, len(data))):
        start = data.find(b" ", at) + 1
        at = start + 4 * vector_size
        if not start or at > len(data):
            return False
        values += data[start:at]
        at += data[at : at + 1] == b"\n"
    return at == len(data) and any(byte > 126 or (byte < 32 and byte not in b"\t\n\r") for byte in values)


def layout_with_header(head: bytes, name: str) -> Layout:
    """Return the layout of a text file that begins with word2vec's header.

    Raises
    ------
    DamagedInput
        If the rows have more values than the header says.
    """
    first, *lines = first_lines(head)
    header = parse_header(first)
    if header is None:
        raise DamagedInput(f"{name}: line 1 should be the numbers of rows and of values, as in word2vec files")
    require_vector_size(header.vector_size, name)
    sizes = [values_in(line) for line in lines if line]
    _require_size(sizes, header.vector_size, f"{name}: line 1 says that rows have", "correct line 1")
    return _with_words(Layout(1, header.rows, header.vector_size), [line for line in lines if line], name)


def layout_without_header(head: bytes, name: str) -> Layout:
    """Return the layout of a text file of rows alone, or after comments or a header of another kind.

    Raises
    ------
    DamagedInput
        If the rows do not have the same number of values.
    """
    lines = first_lines(head)
    sizes = [values_in(line) if line else 0 for line in lines]
    vector_size = usual_size(filter(None, sizes))
    require_vector_size(vector_size, name)
    before, promised, notes = 0, None, []
    while before < len(lines) and (sizes[before] < vector_size or _counts_rows(lines[before:], vector_size)):
        line = lines[before]
        numbers = [int(field) for field in line.lstrip(b"#").split() if parse_header(b"1 " + field)]
        if line and not line.startswith(b"#") and vector_size not in numbers[:2]:
            break  # told with its number when it is read
        if len(numbers) > 1 and numbers[1] == vector_size:
            promised = numbers[0]
        before += 1
        if line:
            notes.append(f"{name}: line {before:,} is taken for a heading: {_shown(line)}")
    _require_size(
        list(filter(None, sizes[before:])), vector_size, f"{name}: most rows have", "correct those that have more"
    )
    rows = [line for line in lines[before:] if line]
    _refuse_counts(rows, vector_size, name)
    return _with_words(Layout(before, promised, vector_size, tuple(notes)), rows, name)


def has_decimals_alone(lines: list[bytes]) -> bool:
    """Tell whether most lines are numbers alone, and begin with one that is not whole, as words hardly are."""
    rows = [line.split() for line in lines]
    alone = sum(
        len(row) > 1 and not line[:1].isspace() and not row[0].isdigit() and all(map(_NUMBER.fullmatch, row))
        for line, row in zip(lines, rows, strict=True)
    )
    return len(rows) >= _ROWS_OF_DECIMALS and alone > 0.75 * len(rows)


def told_text(head: bytes) -> str:
    """Return what a file seems to be that has no rows of numbers, and what to do, or an empty text."""
    begin = head[:_TOLD_BYTES].lstrip().lower()
    for beginnings, told in _OTHER_FILES:
        if begin.startswith(beginnings):
            return told
    if not is_text(head[: 1 << 12]):
        return ""
    rest = head.partition(b"\n")[2] or head  # the first line may be a heading
    line = rest.partition(b"\n")[0]
    spelling = told_field(line.split()[-1:])
    if spelling and "is no number" not in spelling:
        return f"a value such as {spelling}"
    return "it is text without rows of a word and two numbers or more; w2v train learns vectors from text"


def told_field(fields: list[bytes]) -> str | None:
    """Return what is wrong with the first of ``fields`` that is no number, None if all are numbers."""
    for field in fields:
        if not _NUMBER.fullmatch(field):
            spellings = (told for spelling, told in (*_OTHER_NUMBERS, *_OTHER_LISTS) if spelling.fullmatch(field))
            return f"{_shown(field)} {next(spellings, 'is no number')}"
    return None


def with_usual_spellings(values: bytes) -> bytes:
    """Return ``values`` with Microsoft's spellings of NaN and infinity, such as ``-1.#IND``, as others write them."""
    return _MICROSOFT_NUMBER.sub(lambda found: found[1] + (b"inf" if b"INF" in found[2].upper() else b"nan"), values)


def numbers_in_word(word: bytes) -> int:
    """Return how many fields of ``word`` after the first are numbers."""
    return sum(map(_is_number, word.split()[1:]))


def from_base64(word: bytes) -> bytes | None:
    """Return the word that DL4J has written as ``B64:`` and its base64, or None if it is something else."""
    if not word.startswith(_BASE64):
        return None
    try:
        found = base64.b64decode(word[len(_BASE64) :], validate=True)
        found.decode()
    except ValueError:
        return None
    return found


def _with_words(found: Layout, rows: list[bytes], name: str) -> Layout:
    """Return the layout with what the words of the first rows tell together.

    Raises
    ------
    DamagedInput
        If they are the numbers of the rows and the words behind them.
    """
    fields = [row.rsplit(None, found.vector_size)[0].split() for row in rows if len(row.split()) > found.vector_size]
    if len(fields) >= _ROWS_OF_COUNTS and all(len(word) > 1 and word[0].isdigit() for word in fields):
        numbers = [int(word[0][:_MOST_DIGITS]) for word in fields]
        if numbers == list(range(numbers[0], numbers[0] + len(numbers))):
            raise DamagedInput(f"{name}: rows begin with their numbers, before the words; leave that column out")
    if len(fields) >= _ROWS_OF_COUNTS and all(row[:1].isspace() for row in rows) and all(fields):
        raise DamagedInput(
            f"{name}: all rows begin with blanks, which would be parts of the words; leave them out "
            "(sed 's/^[[:blank:]]*//' FILE | w2v load - -o NAME)"
        )
    words = [word[0] for word in fields if word]
    if words and all(from_base64(word) is not None for word in words):
        note = f"{name}: the words are in base64, as DL4J writes them, and were decoded"
        return replace(found, notes=(*found.notes, note), is_base64=True)
    if len(words) >= _ROWS_OF_COUNTS and all(len(word) > 1 and word[:1] == word[-1:] in {b"'", b'"'} for word in words):
        return replace(found, notes=(*found.notes, f"{name}: all words are in quotation marks, which were kept"))
    last = {word[-1][-1:] for word in fields if word}
    if len(words) >= _ROWS_OF_COUNTS and last in ({b":"}, {b"="}):
        return replace(found, notes=(*found.notes, f"{name}: all words end with {last.pop().decode()}, which was kept"))
    return found


def _is_number(field: bytes) -> bool:
    """Tell whether a field is a number, in a spelling that is read or in one that is not."""
    return bool(_NUMBER.fullmatch(field) or any(spelling.fullmatch(field) for spelling, _ in _OTHER_NUMBERS))


def _counts_rows(lines: list[bytes], vector_size: int) -> bool:
    """Tell whether the first line, which could be a row of two values, is a header of three numbers that is true."""
    fields = lines[0].split()
    return (
        len(fields) == 3
        and all(parse_header(b"1 " + field) for field in fields)
        and vector_size == int(fields[1]) == 2
        and int(fields[0]) == sum(map(bool, lines)) - 1
    )


def _require_size(sizes: list[int], vector_size: int, told: str, advice: str) -> None:
    """Refuse a file in which more than a third of the rows have more values: those would be parts of words."""
    longer = [size for size in sizes if size > vector_size]
    if 3 * len(longer) > len(sizes):
        raise DamagedInput(
            f"{told} {vector_size:,} values, {len(longer):,} of the first {len(sizes):,} rows have more "
            f"({usual_size(longer):,} numbers after a word); {advice}, or leave out columns that are no values"
        )


def _refuse_counts(rows: list[bytes], vector_size: int, name: str) -> None:
    if len(rows) < _ROWS_OF_COUNTS or vector_size < 2:
        return
    table = [fields for row in rows if len(fields := row.split()[-vector_size:]) == vector_size]
    is_whole = [all(map(bytes.isdigit, column)) for column in zip(*table, strict=True)]
    for at in (0, vector_size - 1):
        if is_whole[at] and sum(is_whole) == 1 and max(int(fields[at]) for fields in table) >= _LEAST_COUNT:
            _tell_counts(at, vector_size, name)


def _tell_counts(at: int, vector_size: int, name: str) -> NoReturn:
    kept = "1,3-" if at == 0 else f"1-{vector_size}"
    raise DamagedInput(
        f"{name}: number {at + 1:,} of each row is a whole one, all others are not, so it may be a count; leave it out "
        f"(cut -d' ' -f{kept} FILE | w2v load - -o NAME), or put a line with the numbers of rows and of values first"
    )


def _shown(text: bytes) -> str:
    """Return the beginning of a field as messages show it."""
    cut = text if len(text) <= _SHOWN_BYTES else text[:_SHOWN_BYTES] + b"..."
    return repr(cut.decode(errors="replace"))
