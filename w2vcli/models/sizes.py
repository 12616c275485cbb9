"""How many bytes vectors take: in memory by the type of their numbers, and on disk as a model keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from w2vcli.errors import BadModel, UnknownPretrained
from w2vcli.models.catalogue import find_pretrained
from w2vcli.models.directory import read_model
from w2vcli.models.facts import Facts, read_facts
from w2vcli.models.registry import find_model

# The bytes of a number in each type that vectors are kept in, here or elsewhere.
_BYTES = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "int8": 1}


@dataclass(frozen=True)
class Size:
    """The bytes of something. ``dtype`` is the type of its numbers, None where it has several or none."""

    what: str
    dtype: str | None
    bytes: int


def find_sizes(name: str | None) -> tuple[list[Size], bool]:
    """Return what the vectors of a model take, and whether the model is here, with the sizes of its files.

    The size of vectors that can be downloaded is known without them, and so is that of the download.

    Raises
    ------
    BadModel
        If neither a model nor vectors to download have this name.
    """
    try:
        path = find_model(name)
    except BadModel as error:
        try:
            entry = find_pretrained(name or "")
        except UnknownPretrained:
            raise error from None
        return [Size("download", None, entry.bytes), *sizes_of_matrix(entry.words, entry.vector_size)], False

    def read(_: object) -> list[Size]:
        facts = read_facts(path)
        return [*sizes_of_matrix(facts.words, facts.vector_size), *sizes_of_files(path, facts)]

    return read_model(path, read), True


def sizes_of_matrix(words: int, vector_size: int) -> list[Size]:
    """Return what words x vector_size numbers take in memory, by type."""
    return [Size(f"{words:,} x {vector_size:,}", dtype, words * vector_size * each) for dtype, each in _BYTES.items()]


def sizes_of_files(model: Path, facts: Facts) -> list[Size]:
    """Return what the files of a model take on disk, and all of them together."""
    found = list(_parts(model, facts))
    return [*found, Size("all files", None, sum(size.bytes for size in found))]


def _parts(model: Path, facts: Facts) -> Iterator[Size]:
    """Yield the size of each file and folder of a model, by name."""
    for path in sorted(model.iterdir()):
        if path.is_dir():
            yield Size(f"{path.name}/", None, sum(file.stat().st_size for file in path.rglob("*") if file.is_file()))
        else:
            yield Size(path.name, facts.dtype if path.name == "vectors.npy" else None, path.stat().st_size)
