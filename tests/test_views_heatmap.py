from __future__ import annotations

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
    figure.canvas.draw()
    labels = [*figure.axes[0].get_xticklabels(), *figure.axes[0].get_yticklabels(), *figure.texts]
    assert len(labels) == 11
    for label in labels:
        box = label.get_window_extent()
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1, label.get_text()
        assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1, label.get_text()
