from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gensim_oracle import gensim_engine
from tests.test_training_engines import run
from w2vcli.training import formulas
from w2vcli.training.engines.task import Epoch, State
from w2vcli.training.formulas import Step, log_logistic, negative_sampling_step, noise_probabilities
from w2vcli.training.settings import Settings

Floats = npt.NDArray[np.float64]


def sigmoid(x: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-x))
    return found


def loss(vector: Floats, outputs: Floats, labels: list[int]) -> float:
    """Return equation 4 of Mikolov et al. 2013, with its sign turned."""
    probabilities = sigmoid(outputs @ vector)
    return -float(sum(np.log(p if label else 1 - p) for p, label in zip(probabilities, labels, strict=True)))


def example(seed: int = 0, words: int = 4, size: int = 5) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=size), rng.normal(size=(words, size))


def step_of(vector: Floats, outputs: Floats, labels: list[int], alpha: float = 0.1) -> Step:
    return negative_sampling_step(vector, outputs, range(len(labels)), labels, alpha)


@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 8))
def test_a_step_is_what_plain_numpy_computes(seed: int, words: int, size: int) -> None:
    vector, outputs = example(seed, words, size)
    labels = [1] + [0] * (words - 1)
    found = step_of(vector, outputs, labels, 0.3)
    errors = np.array(labels) - sigmoid(outputs @ vector)
    np.testing.assert_allclose(found.scores, outputs @ vector, rtol=1e-13)
    np.testing.assert_allclose(found.sigmoids, sigmoid(outputs @ vector), rtol=1e-12)
    np.testing.assert_allclose(found.errors, errors, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found.losses.sum(), loss(vector, outputs, labels), rtol=1e-10)
    np.testing.assert_allclose(found.new_outputs, outputs + 0.3 * np.outer(errors, vector), rtol=1e-12)
    np.testing.assert_allclose(found.new_input, vector + 0.3 * errors @ outputs, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found.new_losses.sum(), loss(found.new_input, found.new_outputs, labels), rtol=1e-9)


def test_the_gradients_are_those_of_the_loss() -> None:
    vector, outputs = example()
    labels = [1, 0, 0, 0]
    found = step_of(vector, outputs, labels)
    small = 1e-6
    for at in range(len(vector)):
        change = np.zeros(len(vector))
        change[at] = small
        slope = (loss(vector + change, outputs, labels) - loss(vector - change, outputs, labels)) / (2 * small)
        assert found.input_gradient[at] == pytest.approx(slope, rel=1e-6)
        for word in range(len(outputs)):
            shift = np.zeros(outputs.shape)
            shift[word, at] = small
            slope = (loss(vector, outputs + shift, labels) - loss(vector, outputs - shift, labels)) / (2 * small)
            assert found.output_gradients[word, at] == pytest.approx(slope, rel=1e-6)


def test_a_small_step_lowers_the_loss_and_what_was_given_stays() -> None:
    vector, outputs = example()
    before = vector.copy(), outputs.copy()
    found = step_of(vector, outputs, [1, 0, 0, 0], 0.01)
    assert found.new_losses.sum() < found.losses.sum()
    np.testing.assert_array_equal(vector, before[0])
    np.testing.assert_array_equal(outputs, before[1])


def test_a_noise_word_that_was_drawn_twice_is_moved_twice() -> None:
    vector, outputs = example(words=2)
    found = negative_sampling_step(vector, outputs, [0, 1, 1], [1, 0, 0], 0.1)
    np.testing.assert_array_equal(found.outputs[2], found.new_outputs[1])
    assert found.scores[2] < found.scores[1] or found.sigmoids[1] == 0
    moved = found.new_outputs[2] - found.outputs[1]
    assert np.linalg.norm(moved) > np.linalg.norm(found.new_outputs[1] - found.outputs[1])


def test_the_logistic_function_where_its_exponential_would_overflow() -> None:
    assert log_logistic(np.array([-1000.0, 0.0, 1000.0])).tolist() == [-1000.0, pytest.approx(-np.log(2)), 0.0]


def test_noise_words_are_drawn_by_count_to_the_exponent() -> None:
    assert noise_probabilities(np.array([16, 1]), 0.75).tolist() == [pytest.approx(8 / 9), pytest.approx(1 / 9)]
    assert noise_probabilities(np.array([16, 1]), 0.0).tolist() == [0.5, 0.5]


def noise_of_gensim(seed: int, counts: npt.NDArray[np.int64]) -> Iterator[int]:
    """Yield the noise words that gensim draws: the random numbers of word2vec.c over a table of count ** 0.75."""
    table = np.round(np.cumsum(noise_probabilities(counts, 0.75)) * (2**31 - 1)).astype(np.int64)
    random = np.random.RandomState(seed)
    state = 2**24 * int(random.randint(0, 2**24)) + int(random.randint(0, 2**24))
    while True:
        yield int(np.searchsorted(table, (state >> 16) % int(table[-1])))
        state = (state * 25214903917 + 11) & (2**48 - 1)


def log_of_gensims_table(x: Floats) -> Floats:
    """Return the log of the logistic function as word2vec.c looks it up: 1,000 values, 83 of them to each 1 of x.

    1000 / 6 / 2 is 83 in the whole numbers of C, so what is found is off by up to 0.01.
    """
    place = ((x + 6) * 83).astype(int)
    return np.asarray(log_logistic((place / 1000 * 2 - 1) * 6))


def test_the_engine_takes_these_steps_pair_by_pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formulas, "log_logistic", log_of_gensims_table)
    sentence = "a b c d a c e b a d".split()
    settings = Settings(
        vector_size=4,
        window=2,
        min_count=1,
        negative=3,
        sample=0.0,
        shrink_windows=False,
        alpha=0.1,
        min_alpha=0.1,
        workers=1,
        seed=5,
        held_out=False,
    )
    task, _ = run(tmp_path, [sentence], settings, 1)
    rng = np.random.default_rng(1)
    words = task.vocabulary.words
    vectors, weights = (rng.normal(0, 0.7, (len(words), 4)).astype(np.float32) for _ in range(2))
    found: list[Epoch] = []
    state = State({"vectors": vectors.copy(), "syn1neg": weights.copy()})
    gensim_engine(replace(task, state=state, on_epoch=found.append))

    ours, outputs = vectors.astype(np.float64), weights.astype(np.float64)
    noise = noise_of_gensim(5, task.vocabulary.counts)
    rows = [words.index(word) for word in sentence]
    for at, target in enumerate(rows):
        for context in [*rows[max(0, at - 2) : at], *rows[at + 1 : at + 3]]:
            drawn = [row for row in (next(noise) for _ in range(3)) if row != target]
            # gensim gives the vector of the context, and asks for the target.
            used = [target, *drawn]
            step = negative_sampling_step(ours[context], outputs, used, [1] + [0] * len(drawn), 0.1)
            ours[context] = step.new_input
            for place, row in enumerate(used):
                outputs[row] = step.new_outputs[place]
    [epoch] = found
    assert np.abs(ours - vectors).max() > 0.1
    np.testing.assert_allclose(epoch.state.arrays["vectors"], ours, atol=1e-5)
    np.testing.assert_allclose(epoch.state.arrays["syn1neg"], outputs, atol=1e-5)
