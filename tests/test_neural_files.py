"""Files of networks from anywhere: nothing in them takes more memory than they have bytes."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from w2vcli.errors import BadModel

pytest.importorskip("jax")

from w2vcli.neural.classifiers.classifier_network import build_classifier
from w2vcli.neural.keras_files import load_network, save_network
from w2vcli.neural.network_plans import ClassifierNetwork

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "network.keras"
    network = build_classifier(ClassifierNetwork(vector_size=4, dense=3, dropout=0.1), 12, 5, 3, 1e-3)
    network.optimizer.build(network.trainable_variables)
    save_network(network, path)
    return path


def changed(file: Path, change: Callable[[dict[str, bytes]], None], compression: int = zipfile.ZIP_STORED) -> Path:
    """Return a copy of ``file`` whose members were changed."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    path = file.with_name("changed.keras")
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def with_layer(number: int, **settings: Any) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        config = json.loads(members["config.json"])
        config["config"]["layers"][number]["config"] |= settings
        members["config.json"] = json.dumps(config).encode()

    return change


def with_large_array(members: dict[str, bytes]) -> None:
    import h5py  # type: ignore[import-untyped]

    stream = io.BytesIO(members["model.weights.h5"])
    with h5py.File(stream, "r+") as weights:
        weights.create_dataset("huge", (1 << 40,), dtype="f4")  # takes no place in the file
    members["model.weights.h5"] = stream.getvalue()


def test_a_network_is_loaded(file: Path) -> None:
    assert load_network(file).output_shape == (None, 3)
    assert load_network(changed(file, lambda _: None)).output_shape == (None, 3)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (with_layer(1, input_dim=10**9), "has more weights than the file holds"),
        (with_layer(1, output_dim=10**9), "has more weights than the file holds"),
        (with_layer(1, input_dim="12"), "has more weights than the file holds"),
        (with_layer(4, units=10**8), "has more weights than the file holds"),
        (with_large_array, "bytes of weights would become"),
        (lambda members: members.update(extra=b"x"), "no network in Keras's format"),
        (lambda members: members.pop("metadata.json"), "no network in Keras's format"),
        (lambda members: members.update({"config.json": b"[" * 100_000}), "nested too deeply"),
        (lambda members: members.update({"config.json": b"{}"}), "no network in Keras's format"),
        (lambda members: members.update({"model.weights.h5": b"x" * 99}), "no network in Keras's format"),
    ],
)
def test_a_network_that_would_take_more_than_its_file_is_refused(
    file: Path, change: Callable[[dict[str, bytes]], None], fault: str
) -> None:
    with pytest.raises(BadModel, match=rf"changed\.keras is .*{fault}"):
        load_network(changed(file, change))


def test_a_compressed_network_is_refused(file: Path) -> None:
    with pytest.raises(BadModel, match="it holds compressed files"):
        load_network(changed(file, lambda _: None, zipfile.ZIP_DEFLATED))


def test_a_network_broken_off_or_with_a_changed_byte_is_no_traceback(file: Path) -> None:
    whole = file.read_bytes()
    path = file.with_name("broken.keras")
    for at in range(0, len(whole), len(whole) // 12):
        path.write_bytes(whole[:at])
        with pytest.raises(BadModel):
            load_network(path)
