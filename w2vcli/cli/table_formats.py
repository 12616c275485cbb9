r"""Rows as CSV, and tables as Markdown and LaTeX.

word,similarity           | word  | similarity |      \begin{tabular}{lr}
"a, b",0.5389012          | :---- | ---------: |      \toprule
| a, b  |     0.5389 |      word & similarity \\
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence

import click

from w2vcli.cli.tables import TableColumn, cells_of
from w2vcli.escaping import escape_unseen

# What would be markup in a cell. An underscore between letters is none, but one at the edge of a word is.
_MARKDOWN = re.compile(r"[\\`*<\[\]|&~]|(?<![^\W_])_|_(?![^\W_])")
_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
    # Two of these become one sign, and these two at the beginning of a row would be read as its options.
    **{character: f"{{{character}}}" for character in "-`'[*"},
}
_LATEX_SPECIAL = re.compile("|".join(map(re.escape, _LATEX)))
_LEAST = 3  # dashes in the line below the headings


class CsvLines:
    """Prints lines of CSV: a comma between the cells, and quotes around those that have commas, quotes or breaks.

    The text of a cell stays as it is, but for characters that a terminal would obey. So a word such as ``=1+1`` stays,
    too, which a spreadsheet takes for a formula.
    """

    def __init__(self) -> None:
        self._writer = csv.writer(self, lineterminator="\n")

    def print(self, cells: Sequence[str]) -> None:
        """Print a line."""
        self._writer.writerow([escape_unseen(cell, keep="\t\n\r") for cell in cells])

    def write(self, line: str) -> None:
        """Print what the module csv has written."""
        click.echo(line, nl=False)


def markdown(columns: Sequence[TableColumn], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a pipe table."""
    headings = [_as_markdown(column.heading) for column in columns]
    cells = [list(map(_as_markdown, row)) for row in rows]
    widths = [max(_LEAST, *map(cells_of, texts)) for texts in zip(headings, *cells, strict=True)]

    def line(texts: Sequence[str]) -> str:
        padded = []
        for text, column, width in zip(texts, columns, widths, strict=True):
            blanks = " " * (width - cells_of(text))
            padded.append(blanks + text if column.right else text + blanks)
        return f"| {' | '.join(padded)} |"

    yield line(headings)
    dashes = ((column, "-" * (width - 1)) for column, width in zip(columns, widths, strict=True))
    yield line([f"{rule}:" if column.right else f":{rule}" for column, rule in dashes])
    yield from map(line, cells)


def latex(columns: Sequence[TableColumn], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a tabular with the rules of the package booktabs."""
    yield rf"\begin{{tabular}}{{{''.join('r' if column.right else 'l' for column in columns)}}}"
    yield r"\toprule"
    yield _latex_row([_as_latex(column.heading) for column in columns])
    yield r"\midrule"
    for row in rows:
        yield _latex_row(
            [_as_number(text) if column.right else _as_latex(text) for text, column in zip(row, columns, strict=True)]
        )
    yield r"\bottomrule"
    yield r"\end{tabular}"


def _as_markdown(text: str) -> str:
    return _MARKDOWN.sub(lambda found: f"\\{found[0]}", text)


def _latex_row(cells: Sequence[str]) -> str:
    return f"{' & '.join(cells)} \\\\"


def _as_latex(text: str) -> str:
    return _LATEX_SPECIAL.sub(lambda found: _LATEX[found[0]], text)


def _as_number(text: str) -> str:
    """Return a number with the minus of mathematics. A mark behind it takes no room, so that digits stay in line."""
    digits, mark, _ = text.partition(" ?")
    digits = digits.strip(" ")
    sign = "$-$" if digits.startswith("-") else ""
    return sign + _as_latex(digits.removeprefix("-")) + (r"\rlap{ ?}" if mark else "")
