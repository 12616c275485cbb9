"""Files of networks, in Keras's own format ``.keras``, from anybody: nothing but layers of w2v's own is accepted.

Such a file is a zip archive of a description of the layers, ``config.json``, and their weights. It could name code to
run, or make Keras take more memory than there is. So all of it is looked through before Keras opens it.
"""

from __future__ import annotations

import io
import math
import zipfile
from pathlib import Path
from typing import Any

from w2vcli.decoding import open_regular, parse_json
from w2vcli.errors import BadModel
from w2vcli.neural.keras_backend import KerasNetwork, import_keras

# All that may stand in a file. Anything else, such as a Lambda layer, could run code of whoever wrote it.
_KNOWN = {
    "keras": {"DTypePolicy", "Sequential"},
    "keras.initializers": {"GlorotUniform", "Orthogonal", "RandomUniform", "Zeros"},
    "keras.layers": {
        *("Bidirectional", "Dense", "Dropout", "Embedding", "Flatten", "GRU", "GlobalAveragePooling1D", "InputLayer"),
        *("LSTM", "SpatialDropout1D"),
    },
    "keras.losses": {"BinaryCrossentropy", "SparseCategoricalCrossentropy"},
    "keras.metrics": {"BinaryAccuracy", "SparseCategoricalAccuracy"},
    "keras.optimizers": {"Adam"},
}


def save_network(network: KerasNetwork, path: Path) -> None:
    """Write a network in Keras's own format, with the state of its optimizer, from which training is resumed."""
    network.save(path)


def load_network(path: Path) -> KerasNetwork:
    """Return the network in a file that `save_network` wrote. Nothing in it is run.

    Raises
    ------
    BadModel
        If it is damaged, or holds anything but the layers that w2v makes networks of.
    MissingExtra
        If Keras is not installed.
    """
    keras = import_keras()
    try:
        with open_regular(path) as file, zipfile.ZipFile(file) as archive:
            _require_plain_archive(archive, path)
            config = parse_json(archive.read("config.json"), path)
            _require_known_objects(config, path)
            _require_small_arrays(archive.read("model.weights.h5"), path)
            _require_few_weights(config, archive.getinfo("model.weights.h5").file_size, path)
    except FileNotFoundError as error:
        raise BadModel(f"{path} is missing: the model has no network") from error
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError, OSError) as error:
        raise BadModel(f"{path} is damaged: it is no network in Keras's format") from error
    try:
        return keras.saving.load_model(path, safe_mode=True)
    except (ValueError, TypeError, OSError, KeyError) as error:
        raise BadModel(f"{path} is damaged: {' '.join(str(error).split())[:200]}") from error


def _require_plain_archive(archive: zipfile.ZipFile, path: Path) -> None:
    """Refuse what could unpack to more than its file: Keras stores its three files without compression."""
    members = archive.infolist()
    names = sorted(member.filename for member in members)
    if names != ["config.json", "metadata.json", "model.weights.h5"]:
        raise BadModel(f"{path} is damaged: it is no network in Keras's format")
    if any(member.compress_type != zipfile.ZIP_STORED or member.flag_bits & 1 for member in members):
        raise BadModel(f"{path} is refused: it holds compressed files, which no network of w2v has")


def _require_small_arrays(data: bytes, path: Path) -> None:
    """Refuse arrays that are larger than the file that they are in, or that lie in other files.

    HDF5 compresses, and stores nothing of an array that was never filled: a terabyte of zeros takes a few bytes.
    """
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
    """Refuse layers that have more weights than are in the file, before Keras makes them.

    A weight takes four bytes, and a file holds at least those from each of a layer's inputs to each of its outputs.
    """
    for layer in config["config"]["layers"]:
        settings = layer["config"]
        sizes = [settings.get(name, 1) for name in ("input_dim", "output_dim", "units")]
        if layer["class_name"] == "Bidirectional":
            sizes = [settings["layer"]["config"]["units"]]
        shape = layer.get("build_config", {}).get("input_shape") or [1]
        # An embedding has input_dim x output_dim weights. Others have as many inputs as the layer before has outputs.
        if layer["class_name"] in {"Dense", "GRU", "LSTM", "Bidirectional"}:
            sizes.append(shape[-1])
        if not all(type(size) is int and size > 0 for size in sizes) or 4 * math.prod(sizes) > most:
            raise BadModel(f"{path} is refused: its layer {settings.get('name')} has more weights than the file holds")


def _require_known_objects(config: Any, path: Path) -> None:
    """Refuse whatever of Keras is not used here, at any depth of the description."""
    parts = config if isinstance(config, list) else []
    if isinstance(config, dict):
        parts = list(config.values())
        # A registered name is that of a class which somebody else's code brought.
        name, module = config.get("class_name"), str(config.get("module"))
        if name is not None and (name not in _KNOWN.get(module, set()) or config.get("registered_name") is not None):
            raise BadModel(f"{path} is refused: it holds {module}.{name}, which no network of w2v has")
    for part in parts:
        _require_known_objects(part, path)
