"""The network of a language model, in Keras, what it learns from, and its perplexity."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import log_softmax

from w2vcli.neural.examples import RowExamples
from w2vcli.neural.ids import END, IdArray
from w2vcli.neural.keras_backend import KerasNetwork, import_keras
from w2vcli.neural.network_plans import LanguageNetwork

_BATCH = 64


def build_language_network(
    settings: LanguageNetwork, rows: int, learning_rate: float, *, frozen: bool = False
) -> KerasNetwork:
    """Return the network from ids below ``rows`` to a logit for each of them, with its loss and optimizer."""
    keras = import_keras()
    layers = keras.layers
    # Two layers of one kind: a layer draws its own random numbers, and cannot stand in a network twice.
    drop, last = ([layers.Dropout(settings.dropout)] if settings.dropout else [] for _ in range(2))
    if settings.network == "feed-forward":
        first = layers.Input((settings.window,), dtype="int32")
        middle = [layers.Flatten(), *drop, layers.Dense(settings.units, activation="tanh")]
    else:
        first = layers.Input((None,), dtype="int32")
        middle = [*drop, layers.GRU(settings.units, return_sequences=True)]
    embedding = layers.Embedding(rows, settings.vector_size, trainable=not frozen, name="embedding")
    network = keras.Sequential([first, embedding, *middle, *last, layers.Dense(rows)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(learning_rate), loss)
    return network


def to_examples(text: IdArray, settings: LanguageNetwork) -> RowExamples:
    """Return what the network learns from: the ``window`` ids before each word, or rows and what follows in them.

    ``text`` is the ids of sentences, one after the other, each with `END` behind it. With a window of two, the
    feed-forward network is given these examples of the sentence 5 6 0: 0 0 → 5, 0 5 → 6, 5 6 → 0. It does not see
    beyond the beginning of a sentence. The recurrent network begins anew with each row of ``window`` ids.
    """
    window = settings.window
    if settings.network == "recurrent":
        # 5 6 0 7 0 in rows of three: inputs 0 5 6 and 0 7 0, targets 5 6 0 and 7 0 0, each input's next id.
        padded = np.concatenate([[END], text, np.full(-len(text) % window, END, dtype=np.int32)]).astype(np.int32)
        return RowExamples(padded[:-1].reshape(-1, window), padded[1:].reshape(-1, window))
    places = np.arange(len(text))
    ends = np.concatenate([[-1], np.flatnonzero(text == END)])
    begins = ends[np.searchsorted(ends, places) - 1] + 1  # where the sentence of each word begins
    before = places[:, np.newaxis] - np.arange(window, 0, -1)
    inputs = np.where(before >= begins[:, np.newaxis], text[np.maximum(before, 0)], END)
    return RowExamples(inputs.astype(np.int32), text.astype(np.int32))


def perplexity_of(network: KerasNetwork, text: IdArray, settings: LanguageNetwork) -> float:
    """Return the perplexity of a text, exp of the network's mean loss on its ids, and NaN for no text.

    A network that gives each of n ids the same probability has the perplexity n.
    """
    examples = to_examples(text, settings)
    # The last row of a recurrent network is filled up behind the text, which does not count.
    row = examples.targets[:1].size
    total = 0.0
    for start in range(0, len(examples), _BATCH):
        inputs, targets = examples.inputs[start : start + _BATCH], examples.targets[start : start + _BATCH]
        logs = log_softmax(np.asarray(network.predict_on_batch(inputs), dtype=np.float64), axis=-1)
        chosen = np.take_along_axis(logs, targets[..., np.newaxis].astype(np.int64), axis=-1)
        total -= float(chosen.ravel()[: len(text) - start * row].sum())
    return math.exp(total / len(text)) if len(text) else float("nan")
