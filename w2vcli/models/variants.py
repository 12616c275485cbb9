"""``variants/``: the vectors of other trainings on the corpus of a model, see `w2vcli.training.variants`.

=============  ======================================================================================
variants.json  what the variants are of, how they were made, and the SHA-256 of each, see `VariantsMade`
1.npy …        float16, words x vector_size: the unit vectors of the first variant, in the model's rows
=============  ======================================================================================

A variant is a file, and counts once its hash is in ``variants.json``. So a run that was killed goes on behind the last
one that is done. A unit vector as float16 gives cosines that are off by less than 0.001.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from w2vcli.array_types import Float32s
from w2vcli.atomic import new_file
from w2vcli.decoding import read_json
from w2vcli.errors import BadModel
from w2vcli.models.arrays import map_array, write_header
from w2vcli.models.directory import Model
from w2vcli.models.facts import Facts
from w2vcli.models.model_parts import VARIANTS, VECTORS
from w2vcli.models.vectors import Vectors
from w2vcli.sealing import sha256_of

# Fewer tell too little of how far they spread.
LEAST_VARIANTS = 5
_MADE = "variants.json"


@dataclass(frozen=True)
class VariantsMade:
    """How the variants of a model were made.

    ``vectors`` is the SHA-256 of the model's ``vectors.npy``. ``units`` of its corpus were weighted, ``documents`` or
    ``blocks`` of sentences. Variant ``i`` was trained with the seed ``seed + i``, from 1, and has the hash
    ``sha256[i - 1]``. ``epochs`` are those of all of them.
    """

    vectors: str
    weighted: str
    units: int
    seed: int
    epochs: int
    sha256: tuple[str, ...] = ()


class VariantsFolder:
    """The folder ``variants/`` of the model at a path, to which variants are added one by one."""

    def __init__(self, model: Path) -> None:
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

    def variant(self, number: int) -> Path:
        """Return the path of a variant, which counts from 1."""
        return self.path / f"{number}.npy"

    def begin(self, made: VariantsMade) -> None:
        """Make the folder for variants, without those that were there."""
        self.path.mkdir(exist_ok=True)
        self._write(made)
        for file in self.path.glob("*.npy"):
            file.unlink()

    def add(self, made: VariantsMade, vectors: Float32s) -> VariantsMade:
        """Write the next variant, from its vectors (words x vector_size), and return what is made now.

        Raises
        ------
        BadModel
            If the folder is no longer as ``made`` says: another process has changed it, or replaced the model.
        """
        if self.read() != made:
            raise BadModel(f"{self.path} was changed by another process; w2v stability goes on with what is there")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        units = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0).astype("<f2")
        path = self.variant(len(made.sha256) + 1)
        with new_file(path, force=True) as stream:
            write_header(stream, "<f2", units.shape)
            stream.write(units.data)
        made = replace(made, sha256=(*made.sha256, sha256_of(path)))
        self._write(made)
        return made

    def _write(self, made: VariantsMade) -> None:
        with new_file(self.path / _MADE, force=True) as stream:
            stream.write(f"{json.dumps(asdict(made), indent=1)}\n".encode())


def open_variants(model: Model) -> Sequence[Model]:
    """Return the variants of a model, each as a model with other vectors: all that asks a model can ask them.

    There are none if fewer than `LEAST_VARIANTS` were made, or they are of other vectors.

    Raises
    ------
    BadModel
        If they are damaged.
    """
    folder = VariantsFolder(model.path)
    made = folder.read()
    if made is None or len(made.sha256) < LEAST_VARIANTS or made.vectors != model.facts.sha256.get(VECTORS):
        return []
    shape = (model.facts.words, model.facts.vector_size)
    paths = map(folder.variant, range(1, len(made.sha256) + 1))
    mapped = (Vectors(map_array(path, "<f2", shape), "float16") for path in paths)
    return [replace(model, vectors=vectors, codes=None, weights={}) for vectors in mapped]


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
        raise BadModel(f"{folder.path} is of other vectors; w2v stability makes it again")
    for number, sha256 in enumerate(made.sha256, 1):
        path = folder.variant(number)
        try:
            now = sha256_of(path, BadModel)
        except FileNotFoundError as error:
            raise BadModel(f"{folder.path} is damaged: {path.name} is missing; w2v stability makes it again") from error
        if now != sha256:
            raise BadModel(
                f"{path} is damaged: its SHA-256 is not the one in {_MADE}; w2v stability --again makes it again"
            )
