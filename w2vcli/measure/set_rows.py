"""The rows of a test set's file: its fields, whatever separates them, and the sections and comments between them.

: capitals                              a section, as in questions-words
Athens Greece Oslo Norway               a row of four fields in it
# Word 1<TAB>Word 2<TAB>Human (mean)    a comment above the first row, which may be a heading
fruit: apple banana                     a list, if all lines are: two rows of one field in section fruit
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from w2vcli.errors import DamagedInput

PIPES = "pipes"
# Separators by what they are called. Of two that fit equally well, the earlier one is taken: semicolons
# before commas, since the commas of 7,35 stand in every line too.
_SEPARATORS = {"\t": "tabs", ";": "semicolons", ",": "commas", "|": PIPES}
_BLANKS = "blanks"
_MARKED = {":": re.compile(r":+(\s|\w|$)"), "#": re.compile(r"#+(\s|$)")}
# A name, and words behind it; a word has no colon.
_LIST = re.compile(r"([^:\t]+):\s+([^:]+)")
# Not str.splitlines, which also ends lines at U+2028 and others that may be in a word.
_LINE_ENDS = re.compile(r"\r\n|\r|\n")


class SetRow(NamedTuple):
    """A line with its number from 1, its fields, and the name of the section it stands in."""

    line: int
    fields: list[str]
    section: str


class SetRows(NamedTuple):
    """The rows of a file, what ``separator`` stands between their fields, and the ``comments`` above the first row."""

    rows: list[SetRow]
    separator: str
    comments: list[SetRow]


def split_rows(text: str, name: str, *, may_be_lists: bool = True) -> SetRows:
    """Return the rows of ``text``, whose lines end with LF, CRLF or CR.

    Fields stand between tabs, semicolons, commas or pipes if most lines have them, else between blanks. If most lines
    have several of these, the one is taken that gives the most lines the same number of fields.

    Lines that begin with ``:`` name sections. If there are none, those that begin with ``#`` do. With
    ``may_be_lists``, lines that each begin with another name and ``:`` are lists: each word behind the name is a row,
    and the name is its section.

    Raises
    ------
    DamagedInput
        If the text is a web page, JSON, or no table that can be cut into fields.
    """
    stripped = (line.strip(" \t\ufeff") for line in _LINE_ENDS.split(text))
    lines = [(number, line) for number, line in enumerate(stripped, 1) if line]
    _refuse_markup([line for _, line in lines], name)
    lists = _lists([line for line in lines if not _is_marked(line[1], "#")]) if may_be_lists else []
    if lists:
        return SetRows(lists, _BLANKS, [])
    mark = ":" if any(_is_marked(line, ":") for _, line in lines) else "#"
    separator = _separator([line for _, line in lines if not _is_marked(line, ":#")])
    found = SetRows([], _SEPARATORS.get(separator, _BLANKS), [])
    section = ""
    for number, line in lines:
        try:
            if not _is_marked(line, ":#"):
                found.rows.append(SetRow(number, _fields(line, separator), section))
            elif not found.rows and line.startswith("#"):
                found.comments.append(SetRow(number, _fields(line.lstrip("# "), separator), ""))
        except csv.Error as error:
            raise DamagedInput(f"{name}, line {number:,}: no fields between commas or semicolons: {error}") from error
        if _is_marked(line, mark):
            section = line.lstrip(mark).strip()
    _unquote([*found.comments, *found.rows])
    if found.rows and all(len(row.fields) > 1 and not row.fields[-1] for row in found.rows):
        for row in found.rows:  # a separator ends each line
            row.fields.pop()
    return found


def _lists(lines: Sequence[tuple[int, str]]) -> list[SetRow]:
    """Return a row for each word of lists that all begin with a name of their own, as in ``fruit: apple banana``."""
    found = [(number, _LIST.fullmatch(line)) for number, line in lines]
    lists = [(number, match[1].strip(), match[2]) for number, match in found if match]
    if len(lists) < len(lines) or len({name for _, name, _ in lists}) < len(lines):
        return []
    separator = r"\s*[,;]\s*" if all(re.search("[,;]", words) for _, _, words in lists) else r"[,;]?\s+"
    return [
        SetRow(number, [word], name)
        for number, name, words in lists
        for word in re.split(separator, words.strip(" ,;"))
    ]


def _is_marked(line: str, marks: str) -> bool:
    """Tell whether a line names a section or is a comment.

    Words may begin with the same characters: ``#metoo`` is no comment, and ``:)`` no section.
    """
    return any(mark in marks and pattern.match(line) for mark, pattern in _MARKED.items())


def _separator(lines: Sequence[str]) -> str:
    """Return a separator that most lines have, or a blank, since a word may have any of the others in it.

    Tabs win at once: no word has one.
    """
    best, most = " ", 0
    for separator in _SEPARATORS:
        counts = Counter(_count(line, separator) for line in lines)
        having = len(lines) - counts.pop(0, 0)
        same = max(counts.values(), default=0)
        if having > len(lines) / 2 and same > most:
            best, most = separator, same
        if best == "\t":
            break
    return best


def _count(line: str, separator: str) -> int:
    """Return how often a separator stands in a line. Decimal commas are none: ``tiger cat 7,35`` has no separator."""
    if separator == "," and not re.search(r"(?<!\d),|,(?!\d)", line):
        return 0
    return line.count(separator)


def _fields(line: str, separator: str) -> list[str]:
    """Return the fields of a line, without blanks around them; CSV may have separators between quotation marks."""
    if separator in {",", ";", "|"}:
        csv.field_size_limit(sys.maxsize)  # contexts may be longer than csv's limit of 131,072
        fields = next(csv.reader([line], delimiter=separator), [])
    else:
        fields = re.split(separator if separator == "\t" else r"[ \t]+", line)
    return [field.strip(" \ufeff") for field in fields]


def _unquote(rows: Sequence[SetRow]) -> None:
    """Take the quotation marks from the columns of tables that have them around each word, as R writes them."""
    width = max((len(row.fields) for row in rows), default=0)
    for column in range(width):
        having = [row.fields for row in rows if len(row.fields) > column and row.fields[column]]
        if all(len(fields[column]) > 1 and fields[column][0] == fields[column][-1] == '"' for fields in having):
            for fields in having:
                fields[column] = fields[column][1:-1]


def _refuse_markup(lines: Sequence[str], name: str) -> None:
    """Refuse what was saved from a browser: the page around a set, or JSON."""
    if lines and re.match(r"<(!doctype|html|\?xml)", lines[0], re.IGNORECASE):
        raise DamagedInput(f"{name} is a web page or XML, no test set; download the file itself ('Raw' on a code host)")
    if lines and re.match(r"\{\s*(\"|$)|\[\s*([{\[\"]|$)", lines[0]):
        raise DamagedInput(f"{name} is JSON, no test set; write it as a table (CSV) with a line of column names")
