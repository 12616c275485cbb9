"""Lines of a text for the eye, one below the other, with the word in the same column.

    tales.txt:120  the old man said to the king that he would go
    tales.txt:984             and so the  king  rode away with her

Cells are counted, not characters: a syllable of Hangul has two. On a narrow terminal the place has a line of its own.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from w2vcli.cli.output import RowPrinter, is_for_the_eye
from w2vcli.cli.tables import cells_of, terminal_width
from w2vcli.escaping import visible

if TYPE_CHECKING:
    from w2vcli.evidence.text_lines import Line

COLUMNS = ("file", "line", "left", "word", "right")
_NARROW = 60
_GAP = "  "
_CUT = "…"
# Around what is read from right to left, so that a terminal does not turn the columns around.
_ISOLATE, _END = "\u2068", "\u2069"


def print_lines(lines: Sequence[Line]) -> None:
    """Print lines: aligned on the word on a terminal, else as rows of `COLUMNS`."""
    if is_for_the_eye():
        for shown in aligned(lines, terminal_width()):
            click.echo(shown)
        return
    with RowPrinter(COLUMNS) as out:
        for line in lines:
            out.add(vars(line))


def aligned(lines: Sequence[Line], width: int) -> list[str]:
    """Return the lines as they are printed on so many cells, with the words below each other in bold.

    A file below the working folder is called as from there.
    """
    here = f"{Path.cwd()}{os.sep}"
    places = [f"{visible(line.file.removeprefix(here))}:{line.line}" for line in lines]
    beside = width >= _NARROW
    cells = min(max(map(cells_of, places), default=0), width // 3) if beside else 0
    room = width - (cells + len(_GAP) if beside else 0)
    word = min(max((cells_of(line.word) for line in lines), default=0), room // 2)
    left = (room - word) // 2
    right = room - word - left
    found = []
    for place, line in zip(places, lines, strict=True):
        if not beside:
            found.append(click.style(cut_left(place, width), dim=True))
        start = cut_left(place, cells)
        begin = click.style(start + " " * (cells - cells_of(start)), dim=True) + _GAP if beside else ""
        shown = cut_right(visible(line.word), word)
        # Behind a word that is narrower than the others, the text goes on at once, as it does in the original.
        after = right + word - cells_of(shown)
        before = cut_left(_shown(line.left), left)
        found.append(
            begin
            + " " * (left - cells_of(before))
            + _isolated(before)
            + click.style(_isolated(shown), bold=True)
            + _isolated(cut_right(_shown(line.right), after))
        )
    return [line.rstrip(" ") for line in found]


def _shown(text: str) -> str:
    """Return text as it can be shown. Blanks at its ends stay blanks."""
    inner = text.strip(" ")
    return text.replace(inner, visible(inner)) if inner else text


def cut_left(text: str, cells: int) -> str:
    """Return the end of a text that fits into so many cells, with … where something is cut off."""
    if cells_of(text) <= cells:
        return text
    while text and cells_of(text) > cells - 1:
        text = text[max(1, (cells_of(text) - cells + 1) // 2) :]
    return (_CUT + text)[-max(cells, 0) :] if cells > 0 else ""


def cut_right(text: str, cells: int) -> str:
    """Return the beginning of a text that fits into so many cells, with … where something is cut off."""
    if cells_of(text) <= cells:
        return text
    while text and cells_of(text) > cells - 1:
        text = text[: -max(1, (cells_of(text) - cells + 1) // 2)]
    return text + _CUT if cells > 0 else ""


def _isolated(text: str) -> str:
    import unicodedata

    is_turned = any(unicodedata.bidirectional(character) in {"R", "AL", "AN"} for character in text)
    return f"{_ISOLATE}{text}{_END}" if is_turned else text
