"""``w2v compare --plot``: the way of a word between two sides."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from w2vcli.atomic import new_file, require_absent
from w2vcli.cli import options
from w2vcli.reporting import Reporter
from w2vcli.speaking.language import language

if TYPE_CHECKING:
    from w2vcli.compare.comparison import ComparedSides
    from w2vcli.compare.differences import Differences

# More neighbours than in a table, whose lines are short.
_NEAR = 12


def require_picture(path: Path, words: int, *, force: bool) -> None:
    """Raise before all work if the picture cannot be written, or is not of one word."""
    from w2vcli.views.pictures import PAGE, require_format

    if words != 1:
        raise click.UsageError("--plot draws the way of one word: name one.")
    require_format(path, PAGE)
    require_absent(path, force=force)


def write_picture(
    compared: ComparedSides,
    differences: Differences,
    model: str,
    path: Path,
    *,
    near: int | None,
    seed: int,
    theme: str,
    force: bool,
    reporter: Reporter,
) -> None:
    """Draw the way of the first word of the differences; nothing if there is none, which is told elsewhere."""
    from w2vcli.compare.word_change import change_of
    from w2vcli.explorer.scene_page import write_scene_page
    from w2vcli.views.change import Verdict, compose_change
    from w2vcli.views.pictures import PAGE, keeps_text
    from w2vcli.views.plot import draw
    from w2vcli.views.scene import THEMES

    if not len(differences.rows):
        return
    change = change_of(compared, differences, 0, near or _NEAR)
    found = change.measured
    is_page, is_text = path.suffix.lower() == PAGE, keeps_text(path)
    scene = compose_change(
        model,
        found.word,
        change.sides,
        Verdict(found.difference, found.low, found.high, found.p),
        change.vectors,
        (found.near_a, found.near_b),
        [change.row, change.row, *change.rows],
        seed=seed,
        theme=THEMES[theme],
        keeps_text=is_page or is_text,
        reporter=reporter,
    )
    if not is_page:
        draw(scene, keeps_text=is_text, reporter=reporter).write(path, force=force)
        return
    with new_file(path, force=force) as stream:
        counts = [found.count_a, found.count_b, *change.counts]
        is_free = "theme" not in options.said(with_settings=True)
        write_scene_page(stream, scene, change.vectors, counts, language(), follows_system=is_free)
