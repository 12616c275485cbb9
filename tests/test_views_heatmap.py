from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from w2vcli.views.heatmap import draw_heatmap
from w2vcli.views.scene import THEMES


@pytest.mark.parametrize("theme", THEMES)
def test_a_cell_for_each_value_with_its_number(theme: str) -> None:
    values = np.array([[1, -0.001, 0.25], [0.5, 0.1, -2]])
    axes, scale = draw_heatmap(values, ["$a", "b"], ["x", "y", "z"], "cosine", "caption", THEMES[theme]).axes
    np.testing.assert_array_equal(axes.images[0].get_array(), values)
    assert axes.images[0].get_clim() == (-2, 2)
    assert [text.get_text() for text in axes.texts] == ["1.00", "0.00", "0.25", "0.50", "0.10", "-2.00"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["$a", "b"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["x", "y", "z"]
    assert scale.get_ylabel() == "cosine"


def test_many_cells_have_no_numbers() -> None:
    names = [str(number) for number in range(30)]
    figure = draw_heatmap(np.zeros((30, 30)), names, names, "cosine", "caption", THEMES["light"])
    assert not figure.axes[0].texts
    assert max(figure.get_size_inches()) < 9


@pytest.mark.filterwarnings("error")
def test_long_words_and_captions_are_shortened_to_stay_within_the_picture() -> None:
    words = ["internationalization " * 6, "W" * 300, "_x", "\ufeffthe", "$x^2$"]
    figure = draw_heatmap(np.eye(5), words, words, "cosine", "of " + "m" * 500, THEMES["light"])
    assert len(figure.texts) == 1
    assert outside(figure) == []


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        (["a"] * 7 + ["W" * 40], ["gender", "royal", "age", "sex"]),
        (["a"] * 19 + ["W" * 40], ["gender", "royal", "age", "sex"]),
        (["king"] * 8, ["b"] * 11 + ["internationalization" * 3]),
        (["king"], ["internationalization"]),
        (["W" * 40] * 40, ["b"] * 12 + ["W" * 40]),
        (["W" * 40] * 2, ["W" * 40] * 21),
        (["b"] * 150, ["queen"]),
    ],
)
def test_no_name_is_cut_off_at_an_edge(rows: list[str], columns: list[str]) -> None:
    figure = draw_heatmap(np.ones((len(rows), len(columns))), rows, columns, "similarity", "caption", THEMES["light"])
    assert outside(figure) == []
    figure.set_dpi(150)  # as a file is written
    assert outside(figure) == []
    has_numbers = len(figure.axes[0].texts) > 0
    width, height = (float(size) for size in figure.axes[0].get_window_extent().size)
    if has_numbers:
        assert width / len(columns) == pytest.approx(height / len(rows))  # cells are square


def outside(figure: Any) -> list[str]:
    """Return the names, numbers and captions that are not wholly within a picture."""
    figure.canvas.draw()
    axes, scale = figure.axes
    labels = [*axes.get_xticklabels(), *axes.get_yticklabels(), *figure.texts, scale.yaxis.label]
    found = []
    for label in labels:
        box = label.get_window_extent()
        if not (figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1):
            found.append(f"{label.get_text()}: {box}")
        if not (figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1):
            found.append(f"{label.get_text()}: {box}")
    return found
