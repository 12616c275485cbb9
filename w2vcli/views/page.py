"""A page of words as points that can be zoomed and searched: one file, which needs no network."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from importlib.resources import files
from importlib.util import find_spec
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from w2vcli.errors import MissingExtra
from w2vcli.escaping import visible
from w2vcli.queries.terms import unit
from w2vcli.views.scene import THEMES, Scene, require_few_groups

_NEIGHBOURS = 10
_ROWS_AT_ONCE = 1_000


def require_plotly() -> None:
    """Raise `MissingExtra` if Plotly, whose script goes into the page, is not installed."""
    if find_spec("plotly") is None:
        raise MissingExtra("pages", "html")


def write_page(
    stream: BinaryIO, scene: Scene, vectors: npt.NDArray[np.float32], counts: Sequence[int] | None = None
) -> None:
    """Write a page of a scene; ``vectors`` (words x vector_size) give each word its neighbours among the others.

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
    title = f"{len(scene.words):,} words of {scene.model}"
    content = json.dumps(_content(scene, vectors, counts), ensure_ascii=False, separators=(",", ":"))
    pieces = {
        "TITLE": html.escape(visible(title)),
        "CAPTION": html.escape(visible(scene.caption)),
        "DATA": content.replace("<", "\\u003c"),  # no word ends the script
        "PLOTLY": get_plotlyjs(),
        "SCRIPT": (folder / "page.js").read_text(encoding="utf-8"),
    }
    for at, piece in enumerate((folder / "page.html").read_text(encoding="utf-8").replace("}}", "{{").split("{{")):
        stream.write((pieces[piece] if at % 2 else piece).encode("utf-8", "backslashreplace"))


def nearest(vectors: npt.NDArray[np.float32], topn: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
    """Return for each vector the ``topn`` others of the highest cosine, best first, and those cosines.

    Both are words x topn. Equal cosines are in row order; the cosine of a vector of zeros is 0.
    """
    units = unit(vectors.astype(np.float64)).astype(np.float32)
    topn = min(topn, len(units) - 1)
    places, cosines = [], []
    for start in range(0, len(units), _ROWS_AT_ONCE):
        products = units[start : start + _ROWS_AT_ONCE] @ units.T
        at = np.arange(len(products))
        products[at, start + at] = -np.inf
        best = np.sort(np.argpartition(-products, topn - 1, axis=1)[:, :topn], axis=1)
        found = np.take_along_axis(products, best, axis=1)
        order = np.argsort(-found, axis=1, kind="stable")
        places.append(np.take_along_axis(best, order, axis=1))
        cosines.append(np.take_along_axis(found, order, axis=1))
    return np.concatenate(places), np.concatenate(cosines)


def _content(scene: Scene, vectors: npt.NDArray[np.float32], counts: Sequence[int] | None) -> dict[str, Any]:
    """Return what the script of the page draws."""
    neighbours, similarities = nearest(vectors, _NEIGHBOURS)
    names = scene.group_names
    groups = scene.groups if scene.groups is not None else [""] * len(scene.words)
    return {
        "words": [visible(word) for word in scene.words],
        "rows": list(scene.rows),
        "counts": counts and list(counts),
        "points": [[float(f"{value:.5g}") for value in axis] for axis in scene.projection.points.T.tolist()],
        "axis_names": scene.axis_names,
        "group_of": [names.index(group) if group else -1 for group in groups],
        "groups": [
            {
                "name": visible(name),
                "symbol": style.symbol,
                "colors": {theme: colors.groups[at % len(colors.groups)] for theme, colors in THEMES.items()},
            }
            for at, (name, style) in enumerate(scene.styles.items())
        ],
        "arrows": [list(arrow) for arrow in scene.arrows],
        "neighbours": neighbours.tolist(),
        "similarities": [[round(value, 4) for value in row] for row in similarities.tolist()],
        "theme": next(name for name, theme in THEMES.items() if theme is scene.theme),
        "themes": {
            name: {**theme._asdict(), "first": theme.groups[0], "groups": None} for name, theme in THEMES.items()
        },
    }
