"""The network of a classifier, in Keras: from ids to a logit for each label, or to one if there are two."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.neural.keras_backend import KerasNetwork, import_keras
from w2vcli.neural.plans import ClassifierNetwork


def build_classifier(
    settings: ClassifierNetwork,
    rows: int,
    length: int,
    classes: int,
    vectors: npt.NDArray[np.float32] | None = None,
    *,
    frozen: bool = False,
) -> KerasNetwork:
    """Return the network, from ``length`` ids below ``rows`` to one logit (of the second class) or to one a class.

    ``vectors`` (rows x vector_size) are those that the embedding begins with. ``frozen`` ones are not trained.
    """
    layers = import_keras().layers
    embedding = layers.Embedding(
        rows, settings.vector_size, mask_zero=settings.mask, trainable=not frozen, name="embedding"
    )
    middle: list[Any] = [layers.SpatialDropout1D(settings.dropout)] if settings.dropout else []
    if settings.network == "average":
        middle += [layers.GlobalAveragePooling1D(), layers.Dense(settings.dense, activation="relu")]
    else:
        cell = {"gru": layers.GRU, "lstm": layers.LSTM}[settings.cell]
        middle.append(layers.Bidirectional(cell(settings.units)))
    middle += [layers.Dropout(settings.dropout)] if settings.dropout else []
    outputs = 1 if classes == 2 else classes
    network = import_keras().Sequential(
        [layers.Input((length,), dtype="int32"), embedding, *middle, layers.Dense(outputs)]
    )
    if vectors is not None:
        embedding.set_weights([vectors])
    return network


def compile_classifier(network: KerasNetwork, classes: int, learning_rate: float) -> None:
    """Give a network its loss, cross-entropy from logits, its optimizer, Adam, and its measure, accuracy."""
    keras = import_keras()
    if classes == 2:
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
        # A logit above 0 is a probability above one half.
        accuracy = keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")
    else:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        accuracy = keras.metrics.SparseCategoricalAccuracy(name="accuracy")
    network.compile(keras.optimizers.Adam(learning_rate), loss, metrics=[accuracy])
