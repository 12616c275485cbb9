"""``w2v compare --collocations``: what stands near words on both sides."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from w2vcli.cli.output import Column, print_rows

if TYPE_CHECKING:
    from w2vcli.compare.comparison import ComparedSides

_COLUMNS = (
    *("word", "context"),
    *(Column(name, 2) for name in ("log_likelihood", "log_ratio")),
    *("count_a", "count_b"),
    *(Column(name, 1) for name in ("log_dice_a", "log_dice_b")),
)


def require_words(words: int) -> None:
    """Raise before all work if no word is named."""
    if not words:
        raise click.UsageError("--collocations shows what stands near words: name one or more.")


def print_collocations(compared: ComparedSides, rows: list[int], topn: int) -> None:
    """Print what stands near the words of some rows, ``topn`` contexts of each."""
    from w2vcli.compare.collocations import find_collocations

    print_rows(map(asdict, find_collocations(compared, rows, topn)), _COLUMNS)
