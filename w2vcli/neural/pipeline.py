"""The one way from texts to a trained network: prepare, build, train, and publish a model after each epoch.

What differs from one kind of network to another is a `NetworkTask`:

    train_network(ClassifierTask(plan_classifier(Path("aclImdb.tar.gz"))), Path("imdb.w2v"), SILENT)
"""

from __future__ import annotations

import hashlib
import shutil
from abc import ABC, abstractmethod
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s
from w2vcli.corpus.bpe import BPE_FILE
from w2vcli.errors import BadSettings
from w2vcli.models.directory import Model, new_model
from w2vcli.models.housekeeping import require_place
from w2vcli.neural.examples import Examples
from w2vcli.neural.ids import IdArray, NetworkIds
from w2vcli.neural.initial_vectors import vectors_of_model
from w2vcli.neural.keras_backend import KerasNetwork, embedding_of, import_keras, seed_everything, summary_of
from w2vcli.neural.network_epochs import FitProgress, fit
from w2vcli.neural.network_plans import FitSettings, TextSettings
from w2vcli.neural.network_records import ExampleCounts, NetworkRecord
from w2vcli.neural.network_store import NetworkStore, saved_at_kept
from w2vcli.neural.tokenized_texts import tokenizer_facts
from w2vcli.reporting import Reporter


@dataclass(frozen=True)
class Material:
    """What a network is trained on: examples, and the words that its ids stand for, each with its ``counts``.

    ``sha256`` is that of the examples, by which a resumed training knows that its texts are the same.
    """

    ids: NetworkIds
    counts: npt.NDArray[np.int64]
    training: Examples
    validation: Examples
    sha256: str

    def counted(self) -> ExampleCounts:
        """Return how many examples there are."""
        return ExampleCounts(len(self.training), len(self.validation))


M = TypeVar("M", bound=Material)
R = TypeVar("R", bound=NetworkRecord)


class NetworkTask(ABC, Generic[M, R]):
    """What differs from one kind of network to another, for one plan.

    ``name`` is what messages call the texts of the plan, and ``source`` what ``model.json`` says of them.
    """

    store: NetworkStore[R]
    texts: TextSettings
    fitting: FitSettings
    vectors: Model | None
    name: str
    source: dict[str, Any]

    @abstractmethod
    def prepare(self, folder: Path, reporter: Reporter) -> M:
        """Return what to train on. A tokenizer of subword units that is learnt is written into ``folder``."""

    @abstractmethod
    def build(self, material: M) -> KerasNetwork:
        """Return the network before its first epoch, compiled."""

    def first_vectors(self, material: M, reporter: Reporter) -> Float32s | None:
        """Return the embedding matrix to begin with, None to let Keras draw it."""
        if self.vectors is None:
            return None
        return vectors_of_model(self.vectors, material.ids, self.fitting.seed, reporter)

    @abstractmethod
    def record(self, material: M, network: KerasNetwork, trained: NetworkRecord) -> R:
        """Return all that is to be kept, with what is ``trained`` so far. The ``network`` has the weights to keep."""

    @abstractmethod
    def write_more(self, material: M, folder: Path) -> None:
        """Write what else belongs to the network into its ``folder`` in the model."""


def train_network(task: NetworkTask[M, R], target: Path, reporter: Reporter, *, force: bool = False) -> R:
    """Train a network and write it as the model ``target``, anew after each epoch. Return its record.

    Raises
    ------
    BadCorpus
        If there is too little text, or there are no two labels.
    OutputExists
        If ``target`` exists and ``force`` is false.
    MissingExtra
        If Keras or the tokenizer's library is not installed.
    """
    _require_libraries(task.texts)
    require_place(target, force=force)
    seed_everything(task.fitting.seed)
    with TemporaryDirectory() as name:
        material = task.prepare(Path(name), reporter)
        network = task.build(material)
        if (vectors := task.first_vectors(material, reporter)) is not None:
            network.get_layer("embedding").set_weights([vectors])
        return _Pipeline(task, material, target, Path(name)).run(network, FitProgress([], 0, []), reporter)


def resume_network(task: NetworkTask[M, R], target: Path, reporter: Reporter) -> R:
    """Resume the training of the network in the model ``target``, where ``task`` has the plan of its record.

    Raises
    ------
    BadModel
        If there is no such network, or it was changed.
    BadSettings
        If the texts are not those it began with.
    """
    _require_libraries(task.texts)
    record = task.store.read_unchanged(target)
    with TemporaryDirectory() as name:
        material = task.prepare(Path(name), reporter)
        if material.sha256 != record.sha256:
            raise BadSettings(f"{task.name} does not hold the texts that {target} was trained on")
        network, progress = task.store.resume(target, record)
        return _Pipeline(task, material, target, Path(name)).run(network, progress, reporter)


def _require_libraries(texts: TextSettings) -> None:
    """Raise `MissingExtra` if a library is missing, before texts are read for minutes in vain."""
    import_keras()
    tokenizer_facts(texts)


@dataclass(frozen=True)
class _Pipeline(Generic[M, R]):
    """A training under way, whose files lie in ``folder`` until they are copied into the model ``target``."""

    task: NetworkTask[M, R]
    material: M
    target: Path
    folder: Path

    def run(self, network: KerasNetwork, progress: FitProgress, reporter: Reporter) -> R:
        """Train ``network`` to its last epoch, and publish each. Return the record."""
        for line in summary_of(network):
            reporter.note(line)
        material, record = self.material, None
        trainer = material.training.trainer(network)
        for _ in fit(trainer, material.training, material.validation, self.task.fitting, progress, reporter):
            record = self._publish(network, progress)
        return record or self.task.store.read(self.target)

    def _publish(self, network: KerasNetwork, progress: FitProgress) -> R:
        """Write the model: the embedding, the network of the epoch to keep, and the last one to resume from."""
        task, material = self.task, self.material
        with saved_at_kept(network, progress, self.folder):
            vectors = embedding_of(network)[material.ids.rows]
            trained = NetworkRecord(
                fitting=task.fitting,
                examples=material.counted(),
                sha256=material.sha256,
                parameters=int(network.count_params()),
                history=list(progress.history),
                best_epoch=progress.best_epoch,
                keras=version("keras"),
                backend=str(import_keras().backend.backend()),
            )
            record = task.record(material, network, trained)
        # Replaced as a whole: who asks the model meanwhile, or stops the training, has this epoch or the one before.
        with new_model(self.target, vectors.shape[1], force=True) as writer:
            writer.append(material.ids.words, vectors, material.counts)
            task.write_more(material, task.store.write(record, writer.directory, self.folder))
            if (self.folder / BPE_FILE).exists():
                shutil.copyfile(self.folder / BPE_FILE, writer.directory / BPE_FILE)
            writer.finish(source=task.source, tokenizer=tokenizer_facts(task.texts))
        return record


def sha256_of_arrays(*arrays: IdArray) -> str:
    """Return the SHA-256 of the ids in arrays, one after the other."""
    found = hashlib.sha256()
    for array in arrays:
        found.update(array.tobytes())
    return found.hexdigest()
