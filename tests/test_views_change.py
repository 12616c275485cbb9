"""The picture of a word's way: where the points are, what stands above, what the arrow says."""

from __future__ import annotations

import numpy as np
import pytest

from tests.test_explorer_map import unpack
from w2vcli.array_types import Float32s
from w2vcli.explorer.scene_page import scene_packet
from w2vcli.views.change import ChangeScene, Verdict, compose_change, plane_of
from w2vcli.views.plot import draw

NEAR = (["mud", "river", "both"], ["both", "money"])


def units(count: int, size: int = 12, seed: int = 1) -> Float32s:
    drawn = np.random.default_rng(seed).normal(size=(count, size))
    found: Float32s = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)
    return found


def scene(p: float = 0.001, vectors: Float32s | None = None) -> ChangeScene:
    found = units(6) if vectors is None else vectors
    return compose_change(
        "toy", "bank", ("old", "새 글"), Verdict(0.6, 0.4, 0.8, p), found, NEAR, [5, 5, *range(4)], seed=1
    )


def test_the_arrow_is_as_long_as_the_way_and_no_other_distance_is_longer_than_it_is() -> None:
    vectors = units(9)
    points = plane_of(vectors, 1).points.astype(float)
    true = np.linalg.norm(vectors[:, None].astype(float) - vectors[None], axis=2)
    drawn = np.linalg.norm(points[:, None] - points[None], axis=2)
    assert drawn[0, 1] == pytest.approx(true[0, 1], abs=1e-6)
    assert (drawn <= true + 1e-6).all()
    np.testing.assert_allclose(points[0], -points[1], atol=1e-6)  # the middle is at 0, and the way along the first axis
    assert points[0, 1] == pytest.approx(0, abs=1e-6)
    # A place on the first axis is the vector along the way, by the formula.
    way = (vectors[1] - vectors[0]).astype(float) / true[0, 1]
    np.testing.assert_allclose(points[:, 0], (vectors - vectors[:2].mean(axis=0)) @ way, atol=1e-6)


def test_the_second_axis_is_the_first_component_of_what_the_way_leaves() -> None:
    vectors = units(9).astype(float)
    way = vectors[1] - vectors[0]
    way /= np.linalg.norm(way)
    rest = vectors[2:] - np.outer(vectors[2:] @ way, way)
    values = np.linalg.eigvalsh(np.cov(rest.T))
    drawn = plane_of(units(9), 1).points[2:, 1]
    assert drawn.var(ddof=1) == pytest.approx(values[-1], rel=1e-4)


def test_the_word_its_neighbours_and_the_figures_are_in_the_picture() -> None:
    found = scene()
    assert found.words == ["bank (old)", "bank (새 글)", "mud", "river", "both", "money"]
    assert found.groups == ["bank", "bank", "near in old", "near in old", "near in old and 새 글", "near in 새 글"]
    assert found.group_names == ["bank", "near in old", "near in 새 글", "near in old and 새 글"]
    assert found.title == "bank: old → 새 글\ndifference 0.600 (95 %: 0.400 to 0.800), p 0.001"
    assert found.arrows == [(0, 1)]
    assert found.axis_names is not None
    assert found.axis_names[0].startswith("from old to 새 글 (")
    figure = draw(found, keeps_text=True).figure
    assert figure.axes[0].get_title() == found.title
    page = unpack(scene_packet(found, units(6)))
    words = page["words"].split("\n")  # the most frequent first: mud is in row 0
    assert [[words[at] for at in arrow] for arrow in page["arrows"]] == [["bank (old)", "bank (새 글)"]]
    assert (words[0], page["axis_names"]) == ("mud", found.axis_names)


def test_what_may_be_chance_is_said_and_dotted() -> None:
    found = scene(p=0.3)
    assert found.title.endswith("p 0.3: chance alone may do as much")
    styles = [
        draw(one, keeps_text=True).figure.axes[0].texts[0].arrow_patch.get_linestyle()  # type: ignore[attr-defined]
        for one in (found, scene())
    ]
    assert styles[0] != styles[1]


def test_a_word_that_has_not_moved_has_no_arrow() -> None:
    vectors = units(6)
    vectors[1] = vectors[0]
    found = scene(0.9, vectors)
    assert not found.arrows
    np.testing.assert_array_equal(found.projection.points[0], found.projection.points[1])
    assert found.axis_names is not None
    assert found.axis_names[0].startswith("where the neighbours vary most (")
    draw(found, keeps_text=True)
