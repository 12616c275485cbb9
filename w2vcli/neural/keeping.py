"""What is kept of a trained network in the directory of its model: two networks, and a card that says all else."""

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
from w2vcli.neural.fitting import Measures, Progress
from w2vcli.neural.networks import load_network, save_network

_BEST, _LAST = "network.keras", "last.keras"

C = TypeVar("C")


class Keeping(Generic[C]):
    """How one kind of network is kept: in a folder ``name`` of the model's directory, with the card ``name.json``.

    ``card`` is the dataclass of the card, which has its ``format_version``; ``missing`` says what a model without one
    is, and how to make one.
    """

    def __init__(self, name: str, card: type[C], missing: str) -> None:
        self._name = name
        self._card = card
        self._missing = missing

    def folder(self, model: Path) -> Path:
        """Return the folder in the directory ``model``."""
        return model / self._name

    def has(self, model: Path) -> bool:
        """Tell whether the model in the directory ``model`` has such a network."""
        return self._file(model).exists()

    def read(self, model: Path) -> C:
        """Return the card in the directory ``model``.

        Raises
        ------
        BadModel
            If there is none, or it is damaged.
        """
        file, known = self._file(model), self._card.__dataclass_fields__["format_version"].default  # type: ignore[attr-defined]
        try:
            data = read_regular(file, MOST_JSON)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise BadModel(f"{model} is {self._missing}") from error
        found = parse_json(data, file, infinite=True)  # a loss may be no number
        version = found.get("format_version") if isinstance(found, dict) else None
        if isinstance(version, int) and version > known:
            raise BadModel(f"{file} has format version {version}, this w2v reads {known}; update w2v")
        return convert(found, self._card, file)

    def read_unchanged(self, model: Path) -> C:
        """Return the card in the directory ``model``, all of whose files have to be those that were written.

        Raises
        ------
        BadModel
            If there is none, or a file was changed: a training that goes on from it would keep the damage.
        """
        card = self.read(model)
        check_hashes(read_facts(model), model)
        return card

    def network(self, model: Path) -> Any:
        """Return the network of the best epoch."""
        return load_network(self.folder(model) / _BEST)

    def resume(self, model: Path, history: list[Measures], best_epoch: int) -> tuple[Any, Progress]:
        """Return the network of the last epoch, and how far its training has come."""
        best = [np.array(weights) for weights in self.network(model).get_weights()]
        return load_network(self.folder(model) / _LAST), Progress(list(history), best_epoch, best)

    def write(self, card: C, model: Path, networks: Path) -> Path:
        """Write the card and the two networks that lie in the folder ``networks``; return the folder they are in."""
        folder = self.folder(model)
        folder.mkdir()
        for name in (_LAST, _BEST):
            shutil.copyfile(networks / name, folder / name)
        text = json.dumps(asdict(card), ensure_ascii=False, indent=2)  # type: ignore[call-overload]
        self._file(model).write_text(f"{text}\n", encoding="utf-8")
        return folder

    def _file(self, model: Path) -> Path:
        return self.folder(model) / f"{self._name}.json"


@contextmanager
def at_its_best(network: Any, progress: Progress, folder: Path) -> Iterator[None]:
    """Save a network in ``folder`` as it is, and as in its best epoch, whose weights it has meanwhile."""
    save_network(network, folder / _LAST)
    now = network.get_weights()
    network.set_weights(progress.best_weights)
    save_network(network, folder / _BEST)
    yield
    network.set_weights(now)
