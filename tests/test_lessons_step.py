from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.conftest import MakeModel, W2v
from tests.test_training_train import planted
from w2vcli.errors import BadModel, UnknownWords
from w2vcli.lessons.lookup import look_up, multiply
from w2vcli.lessons.step import settings_of, take_step
from w2vcli.models.directory import Model, open_model_directory
from w2vcli.models.registry import find_model


@pytest.fixture
def trained(w2v: W2v) -> Model:
    assert (
        w2v("train", planted(Path("t.txt")), "-o", "m", "--vector-size", 8, "--epochs", 3, "--alpha", 0.03).status == 0
    )
    return open_model_directory(find_model("m"), with_weights=True)


def test_a_step_on_a_trained_model_uses_what_its_training_kept(trained: Model) -> None:
    target, context = trained.words[3], trained.words[7]
    found = take_step(trained, target, context, negative=4, alpha=0.5, seed=2)
    weights = np.load(trained.path / "training" / "syn1neg.npy").astype(np.float64)
    rows = [trained.words.row(word) for word in found.words]
    vector = trained.vectors[[3]][0].astype(np.float64)
    assert (found.target, found.context, found.words[0]) == (target, context, context)
    assert (found.has_weights, found.has_counts, found.alpha) == (True, True, 0.5)
    np.testing.assert_array_equal(found.step.input, vector)
    np.testing.assert_allclose(found.step.scores, weights[rows] @ vector, rtol=1e-12)
    labels = np.array([1] + [0] * (len(rows) - 1))
    np.testing.assert_array_equal(found.step.labels, labels)
    errors = labels - 1 / (1 + np.exp(-weights[rows] @ vector))
    np.testing.assert_allclose(found.step.new_input, vector + 0.5 * errors @ weights[rows], rtol=1e-12)
    assert context not in found.words[1:]
    again = take_step(trained, target, context, negative=4, alpha=0.5, seed=2)
    assert again.words == found.words
    assert settings_of(trained).alpha == 0.03


def test_a_model_without_output_weights_is_as_training_begins(toy: Model) -> None:
    found = take_step(toy, "king", "queen", negative=3, alpha=0.1, seed=1)
    assert (found.has_weights, found.has_counts) == (False, False)
    assert set(found.step.scores) == {0.0}
    assert set(found.step.sigmoids) == {0.5}
    np.testing.assert_array_equal(found.step.new_input, found.step.input)
    np.testing.assert_allclose(found.step.new_outputs[0], 0.05 * np.array([1, 1, 0]))
    assert settings_of(toy).alpha == 0.025


def test_a_step_of_unknown_words_or_of_damaged_weights_is_an_error(trained: Model) -> None:
    with pytest.raises(UnknownWords, match="xyz"):
        take_step(trained, trained.words[0], "xyz", negative=1, alpha=0.1, seed=1)
    (trained.path / "training" / "syn1neg.npy").write_bytes(b"no array")
    with pytest.raises(BadModel, match=r"syn1neg\.npy is damaged"):
        open_model_directory(trained.path, with_weights=True)


@pytest.mark.parametrize("row", [0, 1234, 4999])
def test_the_matrix_times_a_one_hot_vector_is_the_row(make_model: MakeModel, row: int) -> None:
    vectors = np.random.default_rng(0).normal(size=(5000, 300)).astype(np.float32)  # more than one block
    model = make_model([f"w{n}" for n in range(5000)], vectors)
    one_hot = np.zeros(5000)
    one_hot[row] = 1
    found = look_up(model, f"w{row}")
    np.testing.assert_array_equal(found.product, vectors.T.astype(np.float64) @ one_hot)
    np.testing.assert_array_equal(found.vector, vectors[row].astype(np.float64))
    assert (found.row, found.largest_difference, found.multiplications) == (row, 0.0, 1_500_000)


def test_a_matrix_with_what_is_no_number_does_not_give_the_row(make_model: MakeModel) -> None:
    model = make_model(["a", "b"], [[1, 2], [np.inf, 3]])
    assert np.isnan(multiply(model, 0)[0])
    assert np.isnan(look_up(model, "a").largest_difference)
