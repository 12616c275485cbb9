"""Tables for the eye. What one may copy, such as a name, stands on one line, whatever the width of the terminal.

    name                                     words  vector_size
    google-news                          3,000,000          300
        description: word2vec, Google News (about 100 B words)

Only running text is wrapped, at its blanks. Where that leaves too little room, it goes below its row. A row that is too
wide all the same is broken by the terminal, which copies it as one line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import click

GAP = 2
_INDENT = 4
_LEAST = 20  # fewer cells than this are too few for running text
_DEFAULT = (80, 24)


class TableColumn(NamedTuple):
    """A heading, and how what stands below it is set.

    Where a line has too little room, a column that ``wraps`` is broken at blanks, and one that ``moves`` goes below its
    row. The others are whole.
    """

    heading: str
    right: bool = False
    wraps: bool = False
    moves: bool = False


def terminal_width() -> int:
    """Return how many cells a line of the terminal has."""
    import shutil  # with what packs archives, 2 ms that an answer in a pipe need not pay

    return shutil.get_terminal_size(_DEFAULT).columns


def print_table(columns: Sequence[TableColumn], rows: Sequence[Sequence[str]], dim: Collection[int] = ()) -> None:
    """Print rows of texts below bold headings; those at the places ``dim`` are dim.

    A row may be shorter than there are columns. One with a single text among several columns is a bold title.
    """
    count = len(columns)
    rows = [row if len(row) in {1, count} else [*row, *[""] * (count - len(row))] for row in rows]
    widths, below = _set(columns, [row for row in rows if len(row) == count])
    _print_line(columns, widths, [column.heading for column in columns], bold=True)
    for place, row in enumerate(rows):
        if len(row) < count:
            click.secho(row[0], bold=True)
            continue
        _print_line(columns, widths, row, dim=place in dim)
        for at in below:
            _print_below(columns[at], row[at])


def _set(columns: Sequence[TableColumn], rows: Sequence[Sequence[str]]) -> tuple[dict[int, int], list[int]]:
    """Return the widths of the columns that stand beside each other, by their places, and the places of the others."""
    texts = zip(*([column.heading for column in columns], *rows), strict=True)
    natural = {at: max(map(cells_of, column)) for at, column in enumerate(texts)}
    width = terminal_width()
    if _sum(natural) <= width:
        return natural, []
    least = {at: _least(natural[at], rows, at) for at, column in enumerate(columns) if column.wraps}
    below: list[int] = []
    if _sum(natural | least) > width:
        below = [at for at, column in enumerate(columns) if column.moves]
    beside = {at: cells for at, cells in natural.items() if at not in below}
    narrow = beside | {at: cells for at, cells in least.items() if at not in below}
    return _spread(narrow, beside, width - _sum(narrow)), below


def _sum(widths: Mapping[int, int]) -> int:
    return sum(widths.values()) + GAP * (len(widths) - 1)


def _least(natural: int, rows: Sequence[Sequence[str]], at: int) -> int:
    """Return the width that a column of running text needs, in which no word is broken."""
    return min(natural, max([_LEAST, *(cells_of(word) for row in rows for word in row[at].split(" "))]))


def _spread(narrow: Mapping[int, int], natural: Mapping[int, int], room: int) -> dict[int, int]:
    """Return widths between ``narrow`` and ``natural``, with ``room`` cells more than the narrow ones."""
    if room < 0:  # a line is too long whatever is wrapped
        return dict(natural)
    widths = dict(narrow)
    wanting = sorted(widths, key=lambda at: natural[at] - narrow[at])
    for left, at in zip(range(len(wanting), 0, -1), wanting, strict=True):
        more = min(natural[at] - narrow[at], room // left)
        widths[at] += more
        room -= more
    return widths


def _print_line(
    columns: Sequence[TableColumn],
    widths: Mapping[int, int],
    texts: Sequence[str],
    *,
    bold: bool = False,
    dim: bool = False,
) -> None:
    """Print a row; a text that is wider than its column goes on in the next line."""
    parts = {at: list(wrapped(texts[at], width)) for at, width in widths.items()}
    for number in range(max(map(len, parts.values()))):
        cells = []
        for at, lines in parts.items():
            text = lines[number] if number < len(lines) else ""
            blanks = " " * (widths[at] - cells_of(text))
            cells.append(blanks + text if columns[at].right else text + blanks)
        line = (" " * GAP).join(cells).rstrip(" ")
        click.echo(click.style(line, bold=bold or None, dim=dim or None) if bold or dim else line)


def _print_below(column: TableColumn, text: str) -> None:
    """Print what had no room in its row, with its heading."""
    if text:
        whole = f"{column.heading}: {text}"
        for line in wrapped(whole, max(_LEAST, terminal_width() - _INDENT)) if column.wraps else [whole]:
            click.echo(" " * _INDENT + line)


def wrapped(text: str, width: int) -> Iterator[str]:
    """Yield lines of whole words. A word that is wider than ``width`` has a line of its own."""
    if cells_of(text) <= width:
        yield text
        return
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and cells_of(longer) > width:
            yield line
            longer = word
        line = longer
    yield line


def cells_of(text: str) -> int:
    """Return how many cells of a terminal a text takes: two for a syllable of Hangul."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
