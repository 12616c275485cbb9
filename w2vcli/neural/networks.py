"""The networks, built with Keras: layers from settings, and what a file of them may hold.

Keras is imported here, with the backend JAX unless ``KERAS_BACKEND`` names another.
"""

from __future__ import annotations

import io
import math
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np
import numpy.typing as npt

from w2vcli.decoding import open_regular, parse_json
from w2vcli.errors import BadModel, MissingExtra

# All that may stand in a network's file: anything else could run code of whoever wrote it.
_PARTS = {
    "keras": {"DTypePolicy", "Sequential"},
    "keras.initializers": {"GlorotUniform", "Orthogonal", "RandomUniform", "Zeros"},
    "keras.layers": {
        "Bidirectional",
        "Dense",
        "Dropout",
        "Embedding",
        "Flatten",
        "GRU",
        "GlobalAveragePooling1D",
        "InputLayer",
        "LSTM",
        "SpatialDropout1D",
    },
    "keras.losses": {"BinaryCrossentropy", "SparseCategoricalCrossentropy"},
    "keras.metrics": {"BinaryAccuracy", "SparseCategoricalAccuracy"},
    "keras.optimizers": {"Adam"},
}


def import_keras() -> Any:
    """Return Keras.

    Raises
    ------
    MissingExtra
        If it, or the backend that was chosen, is not installed.
    """
    os.environ.setdefault("KERAS_BACKEND", "jax")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # XLA tells of processors that it would rather have
    try:
        with catch_warnings():
            simplefilter("ignore")
            import keras
    except ImportError as error:
        if error.name != os.environ["KERAS_BACKEND"] and error.name != "keras":
            raise
        raise MissingExtra(f"neural networks with the backend {os.environ['KERAS_BACKEND']}", "neural") from error
    return keras


@dataclass(frozen=True)
class Network:
    """The settings of a classifier's network, under Keras's names where it has one.

    ``network`` is ``average``, the mean of the vectors, or ``rnn``, the last state of a bidirectional ``cell`` (gru or
    lstm) with ``units`` each way. ``vector_size`` is that of the embedding, ``dense`` that of the hidden layer of the
    average network. ``dropout`` is the share of the embedding's columns, and of what the last layer
    sees, that are left out at random. Without ``mask`` padding counts as a word.
    """

    network: str = "average"
    cell: str = "gru"
    vector_size: int = 16
    units: int = 32
    dense: int = 16
    dropout: float = 0.0
    mask: bool = True


def build_classifier(
    settings: Network,
    rows: int,
    length: int,
    classes: int,
    vectors: npt.NDArray[np.float32] | None = None,
    *,
    frozen: bool = False,
) -> Any:
    """Return the network of a classifier, from ``length`` numbers below ``rows`` to a logit (2 classes) or several.

    ``vectors`` (rows x vector_size) are those that the embedding begins with; ``frozen`` ones are not trained.
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


def compile_classifier(network: Any, classes: int, learning_rate: float) -> None:
    """Give a network its loss, cross-entropy from logits, its optimizer, Adam, and its measure, accuracy."""
    keras = import_keras()
    if classes == 2:
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
        accuracy = keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")
    else:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        accuracy = keras.metrics.SparseCategoricalAccuracy(name="accuracy")
    network.compile(keras.optimizers.Adam(learning_rate), loss, metrics=[accuracy])


def embedding_of(network: Any) -> npt.NDArray[np.float32]:
    """Return the embedding of a network (rows x vector_size); row 0 is padding."""
    [table] = network.get_layer("embedding").get_weights()
    found: npt.NDArray[np.float32] = np.asarray(table, dtype=np.float32)
    return found


def summary_of(network: Any) -> list[str]:
    """Return the layers and their numbers of parameters, as Keras shows them, in lines."""
    lines: list[str] = []
    network.summary(line_length=80, print_fn=lambda text, **_: lines.extend(str(text).splitlines()))
    return [line for line in lines if line.strip()]


def save_network(network: Any, path: Path) -> None:
    """Write a network in Keras's own format, with its optimizer."""
    network.save(path)


def load_network(path: Path) -> Any:
    """Return the network in a file that `save_network` wrote; nothing in it is run.

    Raises
    ------
    BadModel
        If it is damaged, or holds anything but layers of which this program makes networks.
    """
    try:
        with open_regular(path) as file, zipfile.ZipFile(file) as archive:
            _require_plain_archive(archive, path)
            config = parse_json(archive.read("config.json"), path)
            _require_known_parts(config, path)
            _require_small_arrays(archive.read("model.weights.h5"), path)
            _require_few_weights(config, archive.getinfo("model.weights.h5").file_size, path)
    except FileNotFoundError as error:
        raise BadModel(f"{path} is missing: the model has no network") from error
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError, OSError) as error:
        raise BadModel(f"{path} is damaged: it is no network in Keras's format") from error
    try:
        return import_keras().saving.load_model(path, safe_mode=True)
    except (ValueError, TypeError, OSError, KeyError) as error:
        raise BadModel(f"{path} is damaged: {' '.join(str(error).split())[:200]}") from error


def _require_plain_archive(archive: zipfile.ZipFile, path: Path) -> None:
    """Refuse what could unpack to more than its file: Keras stores its three files as they are."""
    members = archive.infolist()
    names = sorted(member.filename for member in members)
    if names != ["config.json", "metadata.json", "model.weights.h5"]:
        raise BadModel(f"{path} is damaged: it is no network in Keras's format")
    if any(member.compress_type != zipfile.ZIP_STORED or member.flag_bits & 1 for member in members):
        raise BadModel(f"{path} is refused: it holds compressed files, which no network of w2v has")


def _require_small_arrays(data: bytes, path: Path) -> None:
    """Refuse arrays that are larger than the file that they are in, or that lie elsewhere."""
    import h5py  # type: ignore[import-untyped]  # comes with Keras

    sizes: list[int] = []

    def look(_: str, found: Any) -> None:
        if isinstance(found, h5py.Dataset):
            sizes.append(found.nbytes)
            if found.external or found.is_virtual:
                raise BadModel(f"{path} is refused: it refers to other files")

    with h5py.File(io.BytesIO(data), "r") as file:
        file.visititems(look)
    if sum(sizes) > len(data):
        raise BadModel(f"{path} is refused: its {len(data):,} bytes of weights would become {sum(sizes):,}")


def _require_few_weights(config: Any, most: int, path: Path) -> None:
    """Refuse layers that have more weights than are in the file, before Keras makes them."""
    for layer in config["config"]["layers"]:
        settings = layer["config"]
        sizes = [settings.get(name, 1) for name in ("input_dim", "output_dim", "units")]
        if layer["class_name"] == "Bidirectional":
            sizes = [settings["layer"]["config"]["units"]]
        shape = layer.get("build_config", {}).get("input_shape") or [1]
        if layer["class_name"] in {"Dense", "GRU", "LSTM", "Bidirectional"}:
            sizes.append(shape[-1])
        if not all(type(size) is int and size > 0 for size in sizes) or 4 * math.prod(sizes) > most:
            raise BadModel(f"{path} is refused: its layer {settings.get('name')} has more weights than the file holds")


def _require_known_parts(config: Any, path: Path) -> None:
    """Refuse whatever is not a part of Keras that is used here."""
    parts = config if isinstance(config, list) else []
    if isinstance(config, dict):
        parts = list(config.values())
        name, module = config.get("class_name"), str(config.get("module"))
        if name is not None and (name not in _PARTS.get(module, set()) or config.get("registered_name") is not None):
            raise BadModel(f"{path} is refused: it holds {module}.{name}, which no network of w2v has")
    for part in parts:
        _require_known_parts(part, path)
