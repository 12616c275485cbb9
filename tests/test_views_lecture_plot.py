"""The picture of the lecture, beside one that the calls of its cell draw."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from w2vcli.views.lecture_plot import draw_as_lecture
from w2vcli.views.plot import PointsPicture
from w2vcli.views.projection import Projection, project
from w2vcli.views.scene import Scene

WORDS = "boy girl man woman king queen banana apple mango fruit coconut orange".split()
VECTORS = np.random.default_rng(7).normal(size=(12, 20)).astype(np.float32)


def picture_of(projection: Projection, words: list[str] = WORDS) -> PointsPicture:
    return draw_as_lecture(Scene("toy", words, range(len(words)), projection))


def of_the_cell(points: np.ndarray, words: list[str] = WORDS) -> Figure:
    """Return what the cell draws: matplotlib's own settings, one call of scatter and one of annotate for each word."""
    figure = Figure(figsize=(8, 8))
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for i in range(len(words)):
        x, y = points[i]
        axes.scatter(x, y)
        axes.annotate(words[i], xy=(x, y), xytext=(2, 2), textcoords="offset points", ha="right", va="bottom")
    return figure


def pixels(figure: Any) -> np.ndarray:
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())


def test_it_is_the_picture_of_the_cell_to_the_pixel() -> None:
    from sklearn.manifold import TSNE

    found = project(VECTORS, "tsne", seed=42)
    assert found.perplexity == 3
    points = TSNE(perplexity=3, n_components=2, init="pca", random_state=42).fit_transform(VECTORS)
    np.testing.assert_allclose(found.points, points, rtol=1e-4)
    with mpl.rc_context():
        np.testing.assert_array_equal(pixels(picture_of(found).figure), pixels(of_the_cell(found.points)))


def test_each_word_has_the_next_colour_of_the_cycle_and_its_label_to_the_left_above() -> None:
    picture = picture_of(Projection(VECTORS[:, :2], "pca", 1, "scikit-learn"))
    [axes] = picture.figure.axes
    cycle = [mpl.colors.to_hex(f"C{at % 10}") for at in range(12)]  # so the eleventh word has the colour of the first
    colors = [mpl.colors.to_hex(drawn.get_facecolors()[0]) for drawn in axes.collections]  # type: ignore[attr-defined]
    assert colors == cycle
    labels: list[Any] = [text for text in axes.texts if isinstance(text, Annotation)]
    assert [label.get_text() for label in labels] == WORDS
    np.testing.assert_array_equal(np.array([label.xy for label in labels], dtype=np.float32), VECTORS[:, :2])
    assert {(label.xyann, label.get_ha(), label.get_va()) for label in labels} == {((2, 2), "right", "bottom")}
    assert len(axes.get_xticks()) > 3
    assert tuple(picture.figure.get_size_inches()) == (8, 8)
    assert (picture.labels, picture.without_room) == (12, [])


@pytest.mark.usefixtures("only_matplotlibs_font")
def test_a_word_that_no_font_can_write_has_a_point_and_no_label() -> None:
    points = np.array([[0, 0], [1, 1], [2, 0]], dtype=np.float32)
    picture = picture_of(Projection(points, "pca", 1, "scikit-learn"), ["man", "소녀", "$a_"])
    assert [text.get_text() for text in picture.figure.axes[0].texts] == ["man", "$a_"]
    assert (picture.labels, picture.without_font, len(picture.figure.axes[0].collections)) == (2, ["소녀"], 3)
