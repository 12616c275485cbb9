"""A page of words as points that can be zoomed and searched: one file, which needs no network.

`page_data` makes all that the script of the page knows of a scene. `write_page` puts it into a file, together with
the script (page.js), the frame (page.html) and Plotly.
"""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, TypedDict

import numpy as np
import numpy.typing as npt

from w2vcli.atomic import new_file
from w2vcli.errors import MissingExtra
from w2vcli.escaping import visible
from w2vcli.models.directory import Model
from w2vcli.queries.neighbours import nearest_among
from w2vcli.views.scene import THEMES, Scene, require_few_groups

_NEIGHBOURS = 10


class PageGroup(TypedDict):
    """A group: its name, Plotly's symbol for its points, and its colour in each theme."""

    name: str
    symbol: str
    colors: dict[str, str]


class PageData(TypedDict):
    """What page.js draws, as JSON has it. A word is named by its place in ``words``.

    ``points`` has a list of coordinates for each dimension. ``group_of`` has the place of each word's group in
    ``groups``, -1 for none. ``neighbours`` and ``similarities`` have for each word up to ten others, the nearest first.
    ``counts`` are None if the model has none, ``axis_names`` if the axes mean nothing. ``again`` has for each word the
    share of its neighbours that come again in so many ``variants``, and ``opacities`` those of points and of labels.
    Both are None without variants.
    """

    words: list[str]
    rows: list[int]
    counts: list[int] | None
    points: list[list[float]]
    axis_names: list[str] | None
    group_of: list[int]
    groups: list[PageGroup]
    arrows: list[list[int]]
    neighbours: list[list[int]]
    similarities: list[list[float]]
    again: list[float] | None
    opacities: list[list[float]] | None
    variants: int
    theme: str
    themes: dict[str, dict[str, object]]


def page_data(scene: Scene, vectors: npt.NDArray[np.float32], counts: Sequence[int] | None = None) -> PageData:
    """Return what a page shows of a scene, ready to be written as JSON.

    ``vectors`` (words x vector_size) and ``counts`` are those of the words of the scene. A word's neighbours are the
    nearest among these words, not those of the whole vocabulary.
    """
    neighbours, similarities = nearest_among(vectors, _NEIGHBOURS)
    names = scene.group_names
    groups = scene.groups if scene.groups is not None else [""] * len(scene.words)
    return {
        "words": [visible(word) for word in scene.words],
        "rows": list(scene.rows),
        "counts": list(counts) if counts else None,
        # Five digits are finer than a pixel, and the page stays small.
        "points": [[float(f"{value:.5g}") for value in axis] for axis in scene.projection.points.T.tolist()],
        "axis_names": scene.axis_names,
        "group_of": [names.index(group) if group else -1 for group in groups],
        "groups": [
            {
                "name": visible(name),
                "symbol": style.symbol,
                # The reader can switch between light and dark, so the page has the colours of both.
                "colors": {theme: colors.groups[at % len(colors.groups)] for theme, colors in THEMES.items()},
            }
            for at, (name, style) in enumerate(scene.styles.items())
        ],
        "arrows": [list(arrow) for arrow in scene.arrows],
        "neighbours": neighbours.tolist(),
        "similarities": [[round(value, 4) for value in row] for row in similarities.tolist()],
        "again": scene.again and [round(share, 3) for share in scene.again.shares],
        "opacities": _opacities(scene),
        "variants": scene.again.variants if scene.again else 0,
        "theme": next(name for name, theme in THEMES.items() if theme is scene.theme),
        "themes": {
            name: {**theme._asdict(), "first": theme.groups[0], "groups": None} for name, theme in THEMES.items()
        },
    }


def _opacities(scene: Scene) -> list[list[float]] | None:
    """Return how opaque the points and the labels are, None where all are."""
    if scene.point_opacities is None or scene.label_opacities is None:
        return None
    return [[round(value, 2) for value in values] for values in (scene.point_opacities, scene.label_opacities)]


def require_plotly() -> None:
    """Raise `MissingExtra` if Plotly, whose script goes into the page, is not installed."""
    if find_spec("plotly") is None:
        raise MissingExtra("pages", "html")


def write_page(
    stream: BinaryIO, scene: Scene, vectors: npt.NDArray[np.float32], counts: Sequence[int] | None = None
) -> None:
    """Write the page of a scene to ``stream`` (see `page_data`).

    Raises
    ------
    BadSettings
        If there are more groups than can be told apart.
    MissingExtra
        If Plotly is not installed.
    """
    require_few_groups(len(scene.group_names))
    require_plotly()
    from plotly.offline import get_plotlyjs

    folder = files(__package__)
    title = scene.title or f"{len(scene.words):,} words of {scene.model}"
    content = json.dumps(page_data(scene, vectors, counts), ensure_ascii=False, separators=(",", ":"))
    pieces = {
        "TITLE": html.escape(visible(title.replace("\n", "; "))),
        "CAPTION": html.escape(visible(scene.caption)),
        "DATA": content.replace("<", "\\u003c"),  # else the word "</script>" would end the script
        "PLOTLY": get_plotlyjs(),
        "SCRIPT": (folder / "page.js").read_text(encoding="utf-8"),
    }
    # The frame has {{NAME}} where a piece belongs, so every second part of it is the name of a piece.
    for at, piece in enumerate((folder / "page.html").read_text(encoding="utf-8").replace("}}", "{{").split("{{")):
        stream.write((pieces[piece] if at % 2 else piece).encode("utf-8", "backslashreplace"))


def save_page(model: Model, scene: Scene, path: Path, *, force: bool = False) -> None:
    """Write the page of a scene of ``model`` to a file, whole or not at all (see `write_page`).

    Raises
    ------
    OutputExists
        If there is such a file, unless ``force`` is set.
    """
    rows = list(scene.rows)
    counts = None if model.counts is None else model.counts[rows].tolist()
    with new_file(path, force=force) as stream:
        write_page(stream, scene, model.vectors[rows], counts)
