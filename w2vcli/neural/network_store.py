"""What is kept of a trained network in the directory of its model: two networks, and a record of all else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np

from w2vcli.decoding import MOST_JSON, convert, parse_json, read_regular
from w2vcli.errors import BadModel
from w2vcli.models.facts import check_hashes, read_facts
from w2vcli.neural.keras_backend import KerasNetwork
from w2vcli.neural.keras_files import load_network, save_network
from w2vcli.neural.network_epochs import FitProgress
from w2vcli.neural.network_records import FORMAT_VERSION, PRESENT_NAMES, ClassifierRecord, LanguageRecord, NetworkRecord

_KEPT, _LAST = "network.keras", "last.keras"

R = TypeVar("R", bound=NetworkRecord)


class NetworkStore(Generic[R]):
    """How one kind of network is kept: in a folder of its model's directory.

    For the ``name`` classifier and its type of ``record`` the model imdb has::

        imdb.w2v/classifier/classifier.json    the record
        imdb.w2v/classifier/network.keras      the network of the epoch that is kept, which is asked
        imdb.w2v/classifier/last.keras         that of the last epoch, from which training is resumed

    ``missing`` says what a model without such a network is, and how to make one.
    """

    def __init__(self, name: str, record: type[R], missing: str) -> None:
        self._name = name
        self._record = record
        self._missing = missing

    def folder(self, model: Path) -> Path:
        """Return the folder in the directory ``model``."""
        return model / self._name

    def has(self, model: Path) -> bool:
        """Tell whether the model in the directory ``model`` has such a network."""
        return self._file(model).exists()

    def read(self, model: Path) -> R:
        """Return the record in the directory ``model``.

        Raises
        ------
        BadModel
            If there is none, or it is damaged.
        """
        file = self._file(model)
        try:
            data = read_regular(file, MOST_JSON)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise BadModel(f"{model} is {self._missing}") from error
        found = parse_json(data, file, infinite=True)  # a loss may be no number
        version = found.get("format_version") if isinstance(found, dict) else None
        if isinstance(version, int) and version > FORMAT_VERSION:
            raise BadModel(f"{file} has format version {version}, this w2v reads up to {FORMAT_VERSION}; update w2v")
        return convert(_with_present_names(found) if version == 1 else found, self._record, file)

    def read_unchanged(self, model: Path) -> R:
        """Return the record in the directory ``model``, all of whose files have to be those that were written.

        Raises
        ------
        BadModel
            If there is none, or a file was changed: a training that is resumed from it would keep the damage.
        """
        record = self.read(model)
        check_hashes(read_facts(model), model)
        return record

    def network(self, model: Path) -> KerasNetwork:
        """Return the network of the epoch that is kept."""
        return load_network(self.folder(model) / _KEPT)

    def resume(self, model: Path, record: R) -> tuple[KerasNetwork, FitProgress]:
        """Return the network of the last epoch, and how far its training has come."""
        kept = [np.array(weights) for weights in self.network(model).get_weights()]
        progress = FitProgress(list(record.history), record.best_epoch, kept)
        return load_network(self.folder(model) / _LAST), progress

    def write(self, record: R, model: Path, networks: Path) -> Path:
        """Write the record and the two networks that lie in ``networks``, and return their new folder."""
        folder = self.folder(model)
        folder.mkdir()
        for name in (_LAST, _KEPT):
            shutil.copyfile(networks / name, folder / name)
        # Measures that a kind of network does not have are left out, as they always were.
        facts = asdict(record) | {"history": [epoch.as_row() for epoch in record.history]}
        text = json.dumps(facts, ensure_ascii=False, indent=2)
        self._file(model).write_text(f"{text}\n", encoding="utf-8", newline="\n")
        return folder

    def _file(self, model: Path) -> Path:
        return self.folder(model) / f"{self._name}.json"


CLASSIFIERS = NetworkStore("classifier", ClassifierRecord, "no classifier; make one with: w2v classify train DATA")
LANGUAGE_MODELS = NetworkStore(
    "language-model", LanguageRecord, "no language model; make one with: w2v language-model train CORPUS"
)


def _with_present_names(found: Any) -> Any:
    """Return a record of format version 1 with the names that its fields have now.

    No label is taken for a field: only the record itself and the parts that were renamed in are looked at.
    """
    renamed = {PRESENT_NAMES.get(name, name): value for name, value in found.items()}
    for part in ("texts", "data"):
        if isinstance(value := renamed.get(part), dict):
            renamed[part] = {PRESENT_NAMES.get(name, name): each for name, each in value.items()}
    return renamed


@contextmanager
def saved_at_kept(network: KerasNetwork, progress: FitProgress, folder: Path) -> Iterator[None]:
    """Save the last weights and those to keep in ``folder``. Inside the block, the network has the latter."""
    save_network(network, folder / _LAST)
    last = network.get_weights()
    network.set_weights(progress.kept_weights)
    save_network(network, folder / _KEPT)
    yield
    network.set_weights(last)
