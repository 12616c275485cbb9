from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.text import Annotation
from PIL import Image

from w2vcli.errors import BadSettings, MissingFont
from w2vcli.views import fonts
from w2vcli.views.pictures import require_format, save
from w2vcli.views.plot import Picture, draw
from w2vcli.views.projection import Projection
from w2vcli.views.scene import MOST_GROUPS, THEMES, Scene

POINTS = np.array([[0, 0], [1, 1], [0.02, 0.01], [1, 0.98]], dtype=np.float32)
WORDS = ["man", "$apple_{", "woman", "a\tb"]


def scene(points: np.ndarray = POINTS, words: Sequence[str] = WORDS, **others: Any) -> Scene:
    projection = Projection(points, "pca", 42, "scikit-learn", explained_variance=(0.5, 0.25, 0.125)[: points.shape[1]])
    return Scene("toy", words, others.pop("rows", range(len(words))), projection, **others)


def written(name: str, **others: Any) -> bytes:
    stream = io.BytesIO()
    save(draw(scene(**others)).figure, stream, Path(name), "how it was made")
    return stream.getvalue()


def boxes_of(picture: Picture) -> list[Any]:
    picture.figure.canvas.draw()
    return [text.get_window_extent() for axes in picture.figure.axes for text in axes.texts if text.get_text()]


def test_every_word_is_a_label_at_its_point_and_none_lies_over_another() -> None:
    picture = draw(scene())
    figure = picture.figure
    axes = figure.axes[0]
    assert tuple(figure.get_size_inches()) == (8, 8)
    assert {text.get_text() for text in axes.texts} == {"man", "$apple_{", "woman", r"a\tb"}
    np.testing.assert_allclose(np.asarray(axes.collections[0].get_offsets(), dtype=float), POINTS.astype(float))
    assert picture.without_room == []
    boxes = boxes_of(picture)
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("count", [40, 200, 700])
def test_no_label_lies_over_another_however_many_words_there_are(count: int, dimensions: int) -> None:
    words = [f"word{number}" for number in range(count)]
    points = np.random.default_rng(1).normal(size=(count, dimensions)).astype(np.float32)
    picture = draw(scene(points, words))
    boxes = boxes_of(picture)
    assert len(boxes) == count - len(picture.without_room) > 30
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_labels_without_room_are_those_of_the_less_frequent_words() -> None:
    words = [f"a long word {number}" for number in range(100)]
    picture = draw(scene(np.full((100, 2), 0.5, dtype=np.float32), words, rows=range(200, 100, -1)))
    labelled = {text.get_text() for text in picture.figure.axes[0].texts}
    assert labelled == set(words[-len(labelled) :])
    assert set(picture.without_room) == set(words[: -len(labelled)]) != set()
    assert picture.without_room[-1] == words[0]  # the least frequent one


def test_words_that_no_font_can_write_have_a_point_and_no_label(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_installed_fonts", lambda: iter(()))
    picture = draw(scene(words=["man", "소녀", "woman", "boy"]))
    assert {text.get_text() for text in picture.figure.axes[0].texts} == {"man", "woman", "boy"}
    assert (picture.without_font, picture.missing, picture.without_room) == (["소녀"], frozenset("소녀"), [])
    assert len(np.asarray(picture.figure.axes[0].collections[0].get_offsets())) == 4
    with pytest.raises(MissingFont, match="소"):
        draw(scene(words=["소년", "소녀", "왕", "왕비"]))
    with pytest.raises(MissingFont, match="과"):
        draw(scene(groups=["과일", "", "", ""]))


def test_groups_differ_in_colour_and_marker_and_are_named() -> None:
    found = scene(groups=["people", "$fruit", "people", ""])
    assert len({(style.color, style.marker) for style in found.styles.values()}) == 2
    figure = draw(found).figure
    [legend] = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["people", "$fruit"]
    assert [len(np.asarray(points.get_offsets())) for points in figure.axes[0].collections] == [1, 2, 1]


def test_no_two_groups_look_alike_and_more_are_refused() -> None:
    names = [f"group {number}" for number in range(MOST_GROUPS)]
    for theme in THEMES.values():
        found = scene(groups=names, theme=theme)
        assert len({(style.color, style.marker) for style in found.styles.values()}) == MOST_GROUPS
        assert len({(style.color, style.symbol) for style in found.styles.values()}) == MOST_GROUPS
    with pytest.raises(BadSettings, match=f"{MOST_GROUPS + 1} groups cannot be told apart"):
        draw(scene(groups=[*names, "one more"]))


@pytest.mark.parametrize("points", [POINTS, np.column_stack([POINTS, POINTS[:, 0]])])
def test_arrows_lead_from_word_to_word(points: np.ndarray) -> None:
    axes = draw(scene(points, arrows=[(0, 1)])).figure.axes[-1]
    [arrow] = [text for text in axes.texts if isinstance(text, Annotation)]
    x, y = axes.transData.transform(np.array([arrow.xyann, arrow.xy])).T
    assert x[0] != x[1]
    assert y[0] != y[1]
    if points.shape[1] == 2:
        assert (arrow.xyann, arrow.xy) == ((0, 0), (1, 1))


def test_what_pca_explains_stands_at_its_axes_and_how_it_was_made_below() -> None:
    figure = draw(scene()).figure
    assert figure.axes[0].get_xlabel() == "PC 1 (50.0% of the variance)"
    assert figure.axes[0].get_ylabel() == "PC 2 (25.0% of the variance)"
    assert [text.get_text() for text in figure.texts] == ["PCA of 4 words of toy, seed 42, scikit-learn"]


def test_the_dark_theme_is_dark() -> None:
    light, dark = (
        np.asarray(Image.open(io.BytesIO(written("p.png", theme=THEMES[name]))).convert("L")).mean() for name in THEMES
    )
    assert light > 220
    assert dark < 50


def test_how_it_was_made_is_in_the_metadata_and_text_stays_text() -> None:
    assert Image.open(io.BytesIO(written("p.png"))).info["Description"] == "how it was made"
    svg = written("p.svg").decode()
    assert "how it was made" in svg
    assert ">woman</text>" in svg
    assert b"/Subject (how it was made)" in written("p.pdf")


@pytest.mark.parametrize(("name", "magic"), [("p.png", b"\x89PNG"), ("p.svg", b"<?xml"), ("p.PDF", b"%PDF")])
def test_formats_by_ending_and_the_same_bytes_twice(name: str, magic: bytes) -> None:
    data = written(name)
    assert data.startswith(magic)
    assert data == written(name)


def test_a_picture_has_something_on_it() -> None:
    image = np.asarray(Image.open(io.BytesIO(written("p.png"))).convert("L"))
    assert image.shape == (1200, 1200)
    assert (image < 128).sum() > 1000


def test_other_endings_are_refused() -> None:
    with pytest.raises(BadSettings, match=r"p.gif: a picture's name ends with .png, .svg, .pdf"):
        require_format(Path("p.gif"))
