from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.conftest import MakeModel, W2v
from tests.test_training_train import planted
from w2vcli.errors import BadModel
from w2vcli.views.curve import Curve, History, draw_curves, draw_trainings


def test_a_line_for_each_model_goes_through_its_losses() -> None:
    figure = draw_curves([Curve("one", [3.0, 2.5, 2.25]), Curve("$x_1$", [4.0], [1]), Curve("_" * 200, [4.5])])
    [axes] = figure.axes
    lines = [line for line in axes.lines if len(np.asarray(line.get_xdata())) != 2 or line.get_linestyle() != ":"]
    assert [list(line.get_ydata()) for line in lines] == [[3.0, 2.5, 2.25], [4.0], [4.5]]  # type: ignore[arg-type]
    assert list(lines[0].get_xdata()) == [1, 2, 3]  # type: ignore[arg-type]
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["one: 2.250", "$x_1$: 4.000", f"{'_' * 29}…: 4.500"]


def test_the_curve_of_a_training(w2v: W2v, make_model: MakeModel) -> None:
    text = planted(Path("t.txt"))
    assert w2v("train", text, "--epochs", 3, "--vector-size", 4, "--workers", 1).status == 0
    losses = w2v("info", "t", "--json").json[0]["training"][0]["loss"]
    run = w2v("plot", "--curve", "t", "--json")
    assert run.json == [{"output": "t-curve.png", "model": "t", "epochs": 3, "loss": losses[-1]}]
    assert Path("t-curve.png").read_bytes().startswith(b"\x89PNG")
    assert w2v("plot", "--curve", "t").status == 1
    make_model(["a", "b"], [[1, 2], [1, 3]], name="loaded")
    assert "has no loss to draw" in w2v("plot", "--curve", "loaded").err


@pytest.mark.parametrize("arguments", [[], ["-o", "x.png"]])
def test_nothing_to_draw_is_wrong_usage(w2v: W2v, arguments: list[str]) -> None:
    assert w2v("plot", *arguments).status == 2


def test_trainings_of_two_kinds_have_no_picture_in_common() -> None:
    network = History("n", [{"loss": 1.0, "val_loss": 1.5}])
    assert (network.length, network.last_loss) == (1, 1.5)
    assert [len(draw_trainings([one]).axes) for one in (network, Curve("c", [2.0]))] == [1, 1]
    with pytest.raises(BadModel, match="no loss in common"):
        draw_trainings([network, Curve("c", [2.0])])
