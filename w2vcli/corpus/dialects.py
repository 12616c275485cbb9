"""The dialect of a delimited table, found from its beginning: its delimiter, and what a quotation mark means in it.

Each delimiter is tried, with and without quotation marks. The dialect is right that gives all rows as many columns.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from w2vcli.errors import BadCorpus

MOST_CELL_CHARACTERS = 1 << 26
_DELIMITERS = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "vertical bar"}
_MOST_ROWS = 500
_HEAD_CHARACTERS = 1 << 17


@dataclass(frozen=True)
class Dialect:
    """How rows are split into cells: at a ``delimiter``, with cells in quotation marks or without.

    Within such a cell a quotation mark is doubled, or has an ``escape`` in front. ``skip_blanks`` leaves out blanks
    behind a delimiter, so that ``a, "b"`` has a cell in quotation marks.
    """

    delimiter: str
    quoted: bool = True
    escape: str | None = None
    skip_blanks: bool = False

    def rows(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Yield the cells of each row. An empty line is a row without cells.

        Raises
        ------
        csv.Error
            If quotation marks do not come in pairs: such a cell would swallow the rows behind it.
        """
        if not self.quoted:
            stripped = (line.rstrip("\n") for line in lines)
            return (line.split(self.delimiter) if line else [] for line in stripped)
        csv.field_size_limit(MOST_CELL_CHARACTERS)
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            escapechar=self.escape,
            skipinitialspace=self.skip_blanks,
            strict=True,
        )

    def __str__(self) -> str:
        """Return the dialect in words."""
        return f"columns parted by {_DELIMITERS[self.delimiter]}{'' if self.quoted else ', without quotation marks'}"


@dataclass(frozen=True)
class Seen:
    """The first ``rows`` of a table in a dialect. ``whole`` says that all of them could be split."""

    layout: Dialect
    rows: list[list[str]]
    whole: bool

    @property
    def width(self) -> int:
        """How many columns the first row has."""
        return len(self.rows[0]) if self.rows else 0

    @property
    def even(self) -> bool:
        """Whether all rows have as many columns."""
        return self.whole and all(len(row) == self.width for row in self.rows)


def find_layout(head: str, ending: str, wanted: Collection[str] = ()) -> Seen:
    """Return the dialect of a table that begins with ``head``, and its first rows.

    First comes a dialect whose first row has the columns ``wanted``, then one that makes the rows even, then the one
    that the name's ``ending`` says. In a TSV file (IANA text/tab-separated-values) a quotation mark is a character like
    any other, unless cells in quotation marks make the rows even.
    """
    first = "\t" if ending == ".tsv" else ","
    order = [first, *(delimiter for delimiter in _DELIMITERS if delimiter != first)]
    found = [_of_delimiter(head, delimiter, ending) for delimiter in order]

    def worth(seen: Seen) -> tuple[int, bool, bool]:
        named = sum(name in seen.rows[0] for name in wanted) if seen.rows else 0
        return named, seen.even and seen.width > 1, seen.width > 1

    return max(found, key=worth)


def _of_delimiter(head: str, delimiter: str, ending: str) -> Seen:
    plain = Dialect(delimiter, quoted=False)
    if '"' not in head:
        return _see(head, plain if delimiter == "\t" else Dialect(delimiter))
    quoted = [Dialect(delimiter), Dialect(delimiter, skip_blanks=True)]
    if '\\"' in head:
        quoted.append(Dialect(delimiter, escape="\\"))
    is_tsv = delimiter == "\t" and ending != ".csv" and not head.startswith('"')
    seen = [_see(head, layout) for layout in ([plain, *quoted] if is_tsv else [*quoted, plain])]
    return next((one for one in seen if one.even), seen[0])


def _see(head: str, layout: Dialect) -> Seen:
    head = head[:_HEAD_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n")
    lines = head.split("\n")
    complete = len(head) < _HEAD_CHARACTERS
    rows: list[list[str]] = []
    try:
        for row in layout.rows(f"{line}\n" for line in (lines if complete else lines[:-1])):
            if row:
                rows.append(row)
            if len(rows) == _MOST_ROWS:
                break
    except csv.Error as error:
        # The beginning of a file may end within a cell.
        return Seen(layout, rows, whole=not complete and "unexpected end" in str(error) and bool(rows))
    return Seen(layout, rows, whole=True)


def quoting_error(name: str, row: int, line: int, error: csv.Error) -> BadCorpus:
    """Return the error for quotation marks that do not come in pairs. It names the row and the line behind it."""
    if "field larger" in str(error):
        return BadCorpus(f"{name}: row {row:,} has a cell of more than {MOST_CELL_CHARACTERS:,} characters")
    return BadCorpus(
        f"{name}: row {row:,}, before line {line:,}: quotation marks are not in pairs, as CSV has them; "
        'write one within a cell as "", and the cell in quotation marks'
    )
