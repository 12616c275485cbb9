"""A page of a few words as points: those of `Scene`, with their groups, arrows and neighbours, in one file.

It is the page of ``w2v explore`` (see `w2vcli.explorer.page`) with the places that the scene has.
"""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s, Integers
from w2vcli.atomic import new_file
from w2vcli.escaping import visible
from w2vcli.explorer.packets import pack
from w2vcli.explorer.page import page_of
from w2vcli.explorer.sent_page import answers_of
from w2vcli.explorer.word_map import WORLD
from w2vcli.models.directory import Model
from w2vcli.queries.terms import unit
from w2vcli.views.scene import THEMES, Scene, require_few_groups

NO_GROUP = 255
_NEIGHBOURS = 10
_LARGEST = 2**32 - 1


def scene_packet(scene: Scene, vectors: Float32s, counts: Sequence[int] | None = None) -> bytes:
    """Return what a page shows of a scene: its words, the most frequent first, with all that is known of them.

    ``vectors`` (words x vector_size) and ``counts`` are those of the words of the scene. A word's neighbours are the
    nearest among these words, not those of the whole vocabulary.
    """
    order = np.argsort(np.asarray(scene.rows), kind="stable")
    place = np.argsort(order)  # where each word of the scene is in the page
    names = scene.group_names
    groups = scene.groups if scene.groups is not None else [""] * len(scene.words)
    known, arrays = answers_of(unit(vectors.astype(np.float64)).astype(np.float32)[order], _NEIGHBOURS)
    arrays |= _places(scene, order)
    arrays["rows"] = np.asarray(scene.rows)[order].astype(np.uint32)
    arrays["group_of"] = np.array([names.index(group) if group else NO_GROUP for group in groups], np.uint8)[order]
    if counts is not None:
        arrays["counts"] = np.minimum(np.asarray(counts)[order], _LARGEST).astype(np.uint32)
    if scene.again is not None:
        arrays["again"] = np.asarray(scene.again.shares, np.float32)[order]
        arrays["opacities"] = np.rint(100 * np.array([scene.point_opacities, scene.label_opacities])[:, order]).astype(
            np.uint8
        )
    head = {
        "words": "\n".join(visible(scene.words[at]) for at in order),
        "count": len(order),
        "method": "scene",
        "caption": visible(scene.caption),
        "groups": _groups(scene),
        "arrows": [[int(place[start]), int(place[end])] for start, end in scene.arrows],
        "is_sure": scene.is_sure,
        "axis_names": scene.axis_names,
        "variants": scene.again.variants if scene.again else 0,
    }
    return pack(known | head | {"version": 1, "improving": False}, arrays, shuffled=True)


def _places(scene: Scene, order: Integers | npt.NDArray[np.intp]) -> dict[str, npt.NDArray[Any]]:
    """Return the points of the scene: in the plane as places, in space from -1 to 1. All directions have one scale."""
    points = scene.projection.points.astype(np.float64)[order]
    low, high = points.min(axis=0), points.max(axis=0)
    centred = (points - (low + high) / 2) / (float((high - low).max()) or 1.0)
    if points.shape[1] == 2:
        return {"places": np.rint((0.5 + 0.96 * centred) * WORLD).astype(np.uint16)}
    return {"space": (centred / max(float(np.linalg.norm(centred, axis=1).max()), 1e-9)).astype(np.float32)}


def _groups(scene: Scene) -> list[dict[str, object]]:
    """Return the name, the shape and the colours of each group. The reader can switch between light and dark."""
    return [
        {
            "name": visible(name),
            "shape": style.marker,
            "colors": {theme: colors.groups[at % len(colors.groups)] for theme, colors in THEMES.items()},
        }
        for at, (name, style) in enumerate(scene.styles.items())
    ]


def write_scene_page(
    stream: BinaryIO,
    scene: Scene,
    vectors: Float32s,
    counts: Sequence[int] | None = None,
    language: str = "en",
    *,
    follows_system: bool = False,
) -> None:
    """Write the page of a scene to ``stream`` (see `scene_packet`).

    It opens in the theme of the scene, or, if it ``follows_system``, as light or dark as its reader's system is.

    Raises
    ------
    BadSettings
        If there are more groups than can be told apart.
    """
    require_few_groups(len(scene.group_names))
    title = scene.title or f"{len(scene.words):,} words of {scene.model}"
    facts = {
        "model": scene.model,
        "words": len(scene.words),
        "vector_size": vectors.shape[1],
        "theme": None if follows_system else next(name for name, theme in THEMES.items() if theme is scene.theme),
    }
    packed = gzip.compress(scene_packet(scene, vectors, counts), mtime=0)
    page = page_of(visible(title.replace("\n", "; ")), facts, language, packed)
    stream.write(page.text.encode("utf-8", "backslashreplace"))


def save_scene_page(
    model: Model,
    scene: Scene,
    path: Path,
    language: str = "en",
    *,
    follows_system: bool = False,
    force: bool = False,
) -> None:
    """Write the page of a scene of ``model`` to a file, whole or not at all (see `write_scene_page`).

    Raises
    ------
    OutputExists
        If there is such a file, unless ``force`` is set.
    """
    rows = list(scene.rows)
    counts = None if model.counts is None else model.counts[rows].tolist()
    with new_file(path, force=force) as stream:
        write_scene_page(stream, scene, model.vectors[rows], counts, language, follows_system=follows_system)
