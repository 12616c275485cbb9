from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import MakeModel, W2v
from tests.test_training_train import planted
from w2vcli.errors import BadModel
from w2vcli.views.curve import Curve, History, draw_curves, draw_trainings
from w2vcli.views.lecture_curve import draw_as_lecture


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
    assert w2v("plot", "--curve", "t").status == 5
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


def test_the_lecture_draws_a_figure_for_each_measure() -> None:
    """The cell of the lecture, written out with matplotlib, has the same pixels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    losses, others, accuracies, more = [0.6, 0.4, 0.3], [0.5, 0.4, 0.35], [0.7, 0.8, 0.9], [0.75, 0.8, 0.85]
    rows = zip(losses, others, accuracies, more, strict=True)
    epochs = [{"loss": a, "val_loss": b, "accuracy": c, "val_accuracy": d} for a, b, c, d in rows]
    found = draw_as_lecture(History("n", epochs))
    assert list(found) == ["loss", "accuracy"]
    cell = Figure(figsize=(12, 9))
    FigureCanvasAgg(cell)
    axes = cell.add_subplot()
    axes.plot([1, 2, 3], accuracies, "bo", label="Training acc")
    axes.plot([1, 2, 3], more, "b", label="Validation acc")
    axes.set_title("Training and validation accuracy")
    axes.set_xlabel("Epochs")
    axes.set_ylabel("Accuracy")
    axes.legend(loc="lower right")
    axes.set_ylim((0.5, 1))
    pictures = [io.BytesIO(), io.BytesIO()]
    for figure, picture in zip((found["accuracy"], cell), pictures, strict=True):
        figure.savefig(picture, format="raw")
    assert pictures[0].getvalue() == pictures[1].getvalue()
    assert found["loss"].get_size_inches().tolist() == [12, 9]
    # Nothing is drawn outside the axis: of three labels an accuracy may be .4.
    low = draw_as_lecture(History("n", [{"loss": 1.0, "val_loss": 1.0, "accuracy": 0.4, "val_accuracy": 0.6}]))
    assert low["accuracy"].axes[0].get_ylim() == (0.4, 1)
    assert list(draw_as_lecture(History("language", [{"loss": 1.0, "val_loss": 1.5}]))) == ["loss"]


def test_only_one_network_is_drawn_as_the_lecture_does(w2v: W2v) -> None:
    text = planted(Path("t.txt"))
    assert w2v("train", text, "--epochs", 1, "--vector-size", 4, "--workers", 1).status == 0
    run = w2v("plot", "--curve", "t", "--style", "lecture")
    assert (run.status, "--style lecture draws trainings of networks" in run.err) == (2, True)
    run = w2v("plot", "--curve", "t", "--curve", "t", "--style", "lecture")
    assert (run.status, "say --curve once" in run.err) == (2, True)
    assert [path.name for path in Path().iterdir()] == ["t.txt"]
