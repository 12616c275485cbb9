"""Batches that are padded to their longest text, beside Keras on exactly such batches; skipped without Keras."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from w2vcli.errors import MissingExtra
from w2vcli.neural.classifiers.classifier_network import build_classifier
from w2vcli.neural.examples import TextExamples, fill_up, logits_of_texts
from w2vcli.neural.ids import IdArray
from w2vcli.neural.keras_backend import import_keras, seed_everything
from w2vcli.neural.keras_files import load_network, save_network
from w2vcli.neural.network_plans import ClassifierNetwork

try:
    keras = import_keras()
except MissingExtra as missing:
    pytest.skip(str(missing), allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
RNG = np.random.default_rng(5)
TEXTS = [RNG.integers(1, 12, size=length).astype(np.int32) for length in (3, 70, 1, 5)]
CLASSES = np.array([0, 1, 1, 0], dtype=np.int32)
NETWORKS = {
    "average": ClassifierNetwork(vector_size=4, dense=3, mask=False),
    "no hidden layer": ClassifierNetwork(vector_size=4, dense=0, mask=False),
    "masked": ClassifierNetwork(vector_size=4, dense=3, mask=True),
    "rnn": ClassifierNetwork(network="rnn", vector_size=4, units=3, mask=False),
}
each_network = pytest.mark.parametrize("name", NETWORKS)


def built(settings: ClassifierNetwork, classes: int = 2) -> Any:
    seed_everything(7)
    network = build_classifier(settings, 12, None, classes, 0.05)
    # Keras draws vectors that are almost zero, of which no mistake would be seen.
    network.get_layer("embedding").set_weights([np.random.default_rng(1).normal(size=(12, 4))])
    return network


def padded(texts: list[IdArray]) -> IdArray:
    longest = max(map(len, texts))
    return np.array([[*text.tolist(), *[0] * (longest - len(text))] for text in texts], dtype=np.int32)


def test_filling_is_not_padding() -> None:
    ids, counts = fill_up([np.array([2, 3, 1]), np.array([4]), np.array([5, 6])], 2)
    assert (ids.shape, counts.shape) == ((3, 64), (3, 64))
    assert ids[:, :4].tolist() == [[2, 3, 1, 0], [4, 0, 0, 0], [5, 6, 0, 0]]
    assert counts[:, :4].tolist() == [[True, True, True, False], [True, True, True, False], [True, True, False, False]]
    assert not ids[:, 4:].any()
    assert not counts[:, 4:].any()
    assert fill_up([np.ones(65, dtype=np.int32)], 1)[0].shape == (1, 256)


@pytest.mark.parametrize(("name", "classes"), [("average", 2), ("masked", 3), ("rnn", 2)])
def test_training_is_that_of_batches_without_filling(name: str, classes: int) -> None:
    targets = CLASSES + (np.arange(4) == 2) * np.int32(classes - 2)
    ours, theirs = built(NETWORKS[name], classes), built(NETWORKS[name], classes)
    examples = TextExamples(TEXTS, targets, NETWORKS[name].mask)
    order = np.array([3, 2, 0, 1])
    examples.fit(examples.trainer(ours), order, 2, keras.callbacks.Callback())
    for places in (order[:2], order[2:]):
        theirs.train_on_batch(padded([TEXTS[place] for place in places]), targets[places, np.newaxis])
    for mine, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-3, atol=1e-4)


@each_network
def test_measures_are_those_of_batches_without_filling(name: str) -> None:
    network = built(NETWORKS[name])
    examples = TextExamples(TEXTS, CLASSES, NETWORKS[name].mask)
    found = examples.measure(examples.trainer(network), 2)
    logits = np.concatenate([np.asarray(network(padded(TEXTS[start : start + 2])))[:, 0] for start in (0, 2)]).astype(
        np.float64
    )
    losses = np.log1p(np.exp(np.where(CLASSES, -logits, logits)))
    assert found["loss"] == pytest.approx(losses.mean(), rel=1e-4)
    assert found["accuracy"] == pytest.approx(((logits > 0) == CLASSES).mean())


@each_network
def test_an_answer_depends_on_no_other_text(name: str) -> None:
    network = built(NETWORKS[name])
    alone = [np.asarray(network(text[np.newaxis]))[0, 0] for text in TEXTS]
    np.testing.assert_allclose(logits_of_texts(network, TEXTS)[:, 0], alone, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(logits_of_texts(network, TEXTS[:1])[:, 0], alone[:1], rtol=1e-3, atol=1e-5)


def test_the_optimizer_is_saved_and_goes_on(tmp_path: Any) -> None:
    examples = TextExamples(TEXTS, CLASSES, mask=False)
    ours, theirs = built(NETWORKS["average"]), built(NETWORKS["average"])
    order = np.arange(4)
    trainer = examples.trainer(theirs)
    for _ in range(2):
        examples.fit(trainer, order, 4, keras.callbacks.Callback())
    examples.fit(examples.trainer(ours), order, 4, keras.callbacks.Callback())
    save_network(ours, tmp_path / "n.keras")
    resumed = load_network(tmp_path / "n.keras")
    assert int(np.asarray(resumed.optimizer.iterations)) == 1
    examples.fit(examples.trainer(resumed), order, 4, keras.callbacks.Callback())
    for mine, other in zip(resumed.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, other)


def test_arrays_are_all_that_the_inputs_consist_of() -> None:
    flat, lengths = TextExamples(TEXTS, CLASSES, mask=False).arrays()
    assert np.split(flat, np.cumsum(lengths)[:-1])[3].tolist() == TEXTS[3].tolist()
    assert (len(flat), lengths.tolist()) == (79, [3, 70, 1, 5])
