"""``w2v features --by``: where words lie on axes in each slice of a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING

from w2vcli.cli.output import Column, print_rows
from w2vcli.escaping import visible
from w2vcli.models.registry import cache_folder
from w2vcli.reporting import Reporter

if TYPE_CHECKING:
    from w2vcli.compare.slices import PlaceInSlice
    from w2vcli.models.directory import Model
    from w2vcli.queries.axes import Direction

_COLUMNS = ("word", "axis", "slice", *(Column(name, 3) for name in ("place", "low", "high")), "count")


def print_slices(
    model: Model,
    words: Sequence[str],
    directions: Sequence[Direction],
    column: str,
    moved_to: Sequence[str],
    output: Path | None,
    *,
    cache: bool,
    seed: int,
    theme: str,
    force: bool,
    reporter: Reporter,
) -> None:
    """Print a row for each word, axis and slice, and draw the lines of the words if there is an ``output``."""
    from w2vcli.compare.slices import find_places

    kept = cache_folder() if cache else None
    found = find_places(model, moved_to, column, words, directions, kept, seed=seed, reporter=reporter)
    if output is not None:
        _draw(model, column, found, output, theme, reporter, force=force)
    print_rows(map(asdict, found), _COLUMNS)


def _draw(
    model: Model,
    column: str,
    found: Sequence[PlaceInSlice],
    output: Path,
    theme: str,
    reporter: Reporter,
    *,
    force: bool,
) -> None:
    from w2vcli.views.pictures import keeps_text
    from w2vcli.views.scene import THEMES
    from w2vcli.views.slice_lines import SlicePoint, draw_slices

    panels: dict[str, dict[str, list[SlicePoint]]] = {}
    for one in found:
        points = panels.setdefault(one.axis, {}).setdefault(one.word, [])
        values = (nan if value is None else value for value in (one.place, one.low, one.high))
        points.append(SlicePoint(*values))
    slices = list(dict.fromkeys(one.slice for one in found))
    picture = draw_slices(
        visible(model.name), column, slices, panels, THEMES[theme], keeps_text=keeps_text(output), reporter=reporter
    )
    picture.write(output, force=force)
