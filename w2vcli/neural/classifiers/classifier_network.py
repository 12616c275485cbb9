"""The network of a classifier, in Keras: from ids to a logit for each label, or to one if there are two."""

from __future__ import annotations

from w2vcli.neural.keras_backend import KerasNetwork, import_keras
from w2vcli.neural.network_plans import ClassifierNetwork


def build_classifier(
    settings: ClassifierNetwork,
    rows: int,
    length: int | None,
    classes: int,
    learning_rate: float,
    *,
    frozen: bool = False,
) -> KerasNetwork:
    """Return the network, from ``length`` ids below ``rows`` to one logit (of the second class) or to one a class.

    With a length of None, texts may have any.

    Its loss is cross-entropy, its optimizer Adam, its measure accuracy. A ``frozen`` embedding is not trained.
    """
    keras = import_keras()
    layers = keras.layers
    # Keras draws a seed whenever a layer is made, so another order of these lines makes other weights.
    embedding = layers.Embedding(
        rows, settings.vector_size, mask_zero=settings.mask, trainable=not frozen, name="embedding"
    )
    drop = [layers.SpatialDropout1D(settings.dropout)] if settings.dropout else []
    if settings.network == "average":
        hidden = [layers.Dense(settings.dense, activation="relu")] if settings.dense else []
        middle = [layers.GlobalAveragePooling1D(), *hidden]
    else:
        cell = {"gru": layers.GRU, "lstm": layers.LSTM}[settings.cell]
        middle = [layers.Bidirectional(cell(settings.units))]
    last = [layers.Dropout(settings.dropout)] if settings.dropout else []
    output = layers.Dense(1 if classes == 2 else classes)
    network = keras.Sequential([layers.Input((length,), dtype="int32"), embedding, *drop, *middle, *last, output])
    if classes == 2:
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
        # A logit above 0 is a probability above one half.
        accuracy = keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")
    else:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        accuracy = keras.metrics.SparseCategoricalAccuracy(name="accuracy")
    network.compile(keras.optimizers.Adam(learning_rate), loss, metrics=[accuracy])
    return network
