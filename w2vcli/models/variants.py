"""``variants/``: the vectors of other trainings on the corpus of a model, see `w2vcli.training.variant_training`.

=============  ======================================================================================
variants.json  what the variants are of, how they were made, and the SHA-256 of each, see `VariantsMade`
units.npy      int32, words: in how many of the units that were weighted each word is
1.npy …        float16, words x vector_size: the unit vectors of the first variant, in the model's rows
=============  ======================================================================================

A variant is a file, and counts once its hash is in ``variants.json``. So a run that was killed goes on behind the last
one that is done. The process that adds variants has the lock ``.variants.w2v-lock`` beside the folder. A unit vector as
float16 gives cosines that are off by less than 0.001.
"""

from __future__ import annotations

import errno
import json
import shlex
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from w2vcli.array_types import Float32s, Integers
from w2vcli.atomic import new_file
from w2vcli.decoding import read_json
from w2vcli.errors import BadModel, UnfinishedTraining, Unwritable
from w2vcli.locks import LOCK, Locked, locked
from w2vcli.models.arrays import map_array, write_header
from w2vcli.models.directory import Model
from w2vcli.models.facts import Facts, read_facts
from w2vcli.models.model_parts import VARIANTS, VECTORS
from w2vcli.models.vectors import Vectors
from w2vcli.sealing import sha256_of

# Fewer tell too little of how far they spread.
LEAST_VARIANTS = 5
# Of less text there may be no blocks to weight.
_LEAST_WORDS = 2000
_MADE = "variants.json"
_UNITS = "units.npy"
_READ_ONLY = {errno.EACCES, errno.EPERM, errno.EROFS}


@dataclass(frozen=True)
class VariantsMade:
    """How the variants of a model were made.

    ``vectors`` is the SHA-256 of the model's ``vectors.npy``. ``units`` of its corpus were weighted, ``documents`` or
    ``blocks`` of sentences. Variant ``i`` was trained with the seed ``seed + i``, from 1, and has the hash
    ``sha256[i - 1]``. ``epochs`` are those of all of them. ``units_sha256`` is the hash of ``units.npy``.
    """

    vectors: str
    weighted: str
    units: int
    seed: int
    epochs: int
    sha256: tuple[str, ...] = ()
    units_sha256: str = ""


class VariantsFolder:
    """The folder ``variants/`` of the ``model`` at a path, to which variants are added one by one."""

    def __init__(self, model: Path) -> None:
        self.model = model
        self.path = model / VARIANTS

    def read(self) -> VariantsMade | None:
        """Return how the variants were made, None if there are none.

        Raises
        ------
        BadModel
            If that is damaged.
        """
        try:
            return read_json(self.path / _MADE, VariantsMade)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except BadModel as error:
            raise self.damaged(str(error)) from error

    def variant(self, number: int) -> Path:
        """Return the path of a variant, which counts from 1."""
        return self.path / f"{number}.npy"

    @contextmanager
    def to_oneself(self) -> Iterator[None]:
        """Hold the lock of the folder until the block ends.

        Raises
        ------
        UnfinishedTraining
            If another process holds it.
        Unwritable
            If nothing can be written into the model.
        """
        with ExitStack() as stack:
            try:
                stack.enter_context(locked(self.model / f".{VARIANTS}{LOCK}", wait=False))
            except Locked as error:
                raise UnfinishedTraining(
                    f"another process is training variants of {self.model}; wait until it has ended"
                ) from error
            except OSError as error:
                if error.errno not in _READ_ONLY:
                    raise
                raise Unwritable(
                    f"{self.model} cannot be written ({error.strerror}), and variants are kept in it; make a model that"
                    f" can be with: w2v rerun {self.model}"
                ) from error
            yield

    def begin(self, made: VariantsMade, units: Integers) -> VariantsMade:
        """Make the folder for variants, without those that were there, and return what is made now.

        ``units`` tells of each row of the model in how many units its word is.
        """
        self.path.mkdir(exist_ok=True)
        path = self.path / _UNITS
        with new_file(path, force=True) as stream:
            write_header(stream, "<i4", units.shape)
            stream.write(units.astype("<i4").data)
        made = replace(made, units_sha256=sha256_of(path))
        self._write(made)
        self.sweep(made)
        return made

    def sweep(self, made: VariantsMade) -> None:
        """Remove the variants that do not count: earlier ones, or one behind whose writing there was a kill."""
        counted = {self.path / _UNITS, *(self.variant(number) for number in range(1, len(made.sha256) + 1))}
        for file in self.path.glob("*.npy"):
            if file not in counted:
                file.unlink()

    def add(self, made: VariantsMade, vectors: Float32s) -> VariantsMade:
        """Write the next variant, from its vectors (words x vector_size), and return what is made now.

        Raises
        ------
        BadModel
            If another process has replaced the model, or changed the folder.
        """
        self.require(made)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        units = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0).astype("<f2")
        path = self.variant(len(made.sha256) + 1)
        with new_file(path, force=True) as stream:
            write_header(stream, "<f2", units.shape)
            stream.write(units.data)
        made = replace(made, sha256=(*made.sha256, sha256_of(path)))
        self._write(made)
        return made

    def require(self, made: VariantsMade) -> None:
        """Raise `BadModel` if the folder is not as ``made`` says, or is of another model by now."""
        if self.read() != made or read_facts(self.model).sha256.get(VECTORS) != made.vectors:
            raise BadModel(
                f"another process has replaced {self.model} while its variants were trained; run the same command again"
            )

    def bytes(self) -> int:
        """Return how many bytes the files of the folder take."""
        return sum(file.stat().st_size for file in self.path.glob("*") if file.is_file())

    def damaged(self, what: str) -> BadModel:
        """Return an error that says what is damaged, and how to mend it."""
        model = shlex.quote(str(self.model))
        return BadModel(f"{what}; make the variants again with: w2v stability {model} --again")

    def _write(self, made: VariantsMade) -> None:
        with new_file(self.path / _MADE, force=True) as stream:
            stream.write(f"{json.dumps(asdict(made), indent=1)}\n".encode())


def read_variants(model: Path, facts: Facts) -> VariantsMade | None:
    """Return how the variants of the model at a path were made, None if it has none of its vectors.

    Raises
    ------
    BadModel
        If that is damaged.
    """
    made = VariantsFolder(model).read()
    return made if made is not None and made.sha256 and made.vectors == facts.sha256.get(VECTORS) else None


def facts_of_variants(model: Path, facts: Facts) -> dict[str, Any] | None:
    """Return what is to be known of the variants of the model at a path, None if it has none."""
    made = read_variants(model, facts)
    if made is None:
        return None
    found = asdict(made)
    shown = {name: found[name] for name in ("weighted", "units", "seed", "epochs")}
    return {"variants": len(made.sha256)} | shown | {"bytes": VariantsFolder(model).bytes()}


def open_variants(model: Model) -> Sequence[Model]:
    """Return the variants of a model, each as a model with other vectors: all that asks a model can ask them.

    There are none if fewer than `LEAST_VARIANTS` were made, or they are of other vectors.

    Raises
    ------
    BadModel
        If they are damaged.
    """
    folder = VariantsFolder(model.path)
    made = read_variants(model.path, model.facts)
    if made is None or len(made.sha256) < LEAST_VARIANTS:
        return []
    shape = (model.facts.words, model.facts.vector_size)
    paths = map(folder.variant, range(1, len(made.sha256) + 1))
    try:
        arrays = [map_array(path, "<f2", shape) for path in paths]
    except BadModel as error:
        if folder.read() != made:  # another process makes them again, or replaced the model
            return open_variants(model)
        raise folder.damaged(str(error)) from error
    mapped = (Vectors(array, "float16") for array in arrays)
    return [replace(model, vectors=vectors, codes=None, weights={}) for vectors in mapped]


def units_with(model: Model) -> Integers:
    """Return in how many of the units that its variants weight each word of a model is, in its rows.

    Raises
    ------
    BadModel
        If that is damaged.
    """
    folder = VariantsFolder(model.path)
    try:
        return map_array(folder.path / _UNITS, "<i4", (model.facts.words,)).astype(np.int64)
    except BadModel as error:
        raise folder.damaged(str(error)) from error


def can_be_made(facts: Facts) -> bool:
    """Tell whether variants of a model can be made, as far as it says itself, without decoding its trainings.

    It was trained here once, by word2vec, on text that can be read again and is no toy.
    """
    trainings = facts.training or []
    if len(trainings) != 1 or facts.subwords is not None or VECTORS not in facts.sha256:
        return False
    [run] = trainings
    paths = [source.get("path", "") for source in run.get("sources") or ()]
    words = (run.get("receipt") or {}).get("read", 0)
    is_known = all(run.get(name) for name in ("reading", "settings", "engine", "started", "sources"))
    is_there = all("://" in path or Path(path).exists() for path in paths)
    return is_known and is_there and words >= _LEAST_WORDS


def check_variants(directory: Path, facts: Facts) -> None:
    """Compare the variants of a model with their hashes.

    Raises
    ------
    BadModel
        If one was changed or is missing, or they are of another model.
    """
    folder = VariantsFolder(directory)
    made = folder.read()
    if made is None:
        return
    if made.vectors != facts.sha256.get(VECTORS):
        raise folder.damaged(f"{folder.path} is of other vectors")
    hashes = {folder.path / _UNITS: made.units_sha256}
    hashes |= {folder.variant(number): sha256 for number, sha256 in enumerate(made.sha256, 1)}
    for path, sha256 in hashes.items():
        try:
            now = sha256_of(path, BadModel)
        except FileNotFoundError as error:
            raise folder.damaged(f"{folder.path} is damaged: {path.name} is missing") from error
        if now != sha256:
            raise folder.damaged(f"{path} is damaged: its SHA-256 is not the one in {_MADE}")
