from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from w2vcli.errors import BadSettings
from w2vcli.views.plot import draw, require_format, save
from w2vcli.views.projection import Projection

POINTS = Projection(np.array([[0, 0], [1, 1], [0.02, 0.01], [1, 0.98]], dtype=np.float32), "pca", 42)
WORDS = ["man", "$apple_{", "woman", "a\tb"]


def written(name: str) -> bytes:
    stream = io.BytesIO()
    save(draw(POINTS, WORDS).figure, stream, Path(name))
    return stream.getvalue()


def test_every_word_is_a_label_at_its_point_and_none_lies_over_another() -> None:
    picture = draw(POINTS, WORDS)
    figure = picture.figure
    axes = figure.axes[0]
    assert tuple(figure.get_size_inches()) == (8, 8)
    assert [text.get_text() for text in axes.texts] == ["man", "$apple_{", "woman", r"a\tb"]
    np.testing.assert_allclose(np.asarray(axes.collections[0].get_offsets(), dtype=float), POINTS.points.astype(float))
    assert picture.unlabelled == []
    boxes = [text.get_window_extent() for text in axes.texts]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_labels_without_room_are_named_and_the_first_words_go_first() -> None:
    words = [f"a long word {number}" for number in range(100)]
    picture = draw(Projection(np.full((100, 2), 0.5, dtype=np.float32), "pca", 42), words)
    labelled = [text.get_text() for text in picture.figure.axes[0].texts]
    assert labelled == words[: len(labelled)]
    assert picture.unlabelled == words[len(labelled) :] != []


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
