"""The model directory ``NAME.w2v/``: what is in it, opening one, writing one.

============  =====================================================================================
model.json    the facts: format version, sizes, where it came from, how it was trained
vectors.npy   float32, words x vector_size, as trained or as loaded (not normalised)
words.txt     UTF-8, one word a line, in row order
counts.npy    int64, how often each word was seen, where that is known
============  =====================================================================================

No file is a pickle. The arrays are memory-mapped, so opening costs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from w2vcli.atomic import new_directory
from w2vcli.errors import BadModel
from w2vcli.models.registry import model_name
from w2vcli.models.words import Words, WordsWriter

FORMAT_VERSION = 1

Vectors = npt.NDArray[np.float32]


def _versions() -> dict[str, str]:
    import platform  # both cost 20 ms, which a question need not pay
    from importlib.metadata import version

    packages = ("w2vcli", "gensim", "numpy")
    return {"python": platform.python_version()} | {name: version(name) for name in packages}


@dataclass(frozen=True)
class Facts:
    """What ``model.json`` says of a model.

    ``source`` tells where the vectors came from; ``tokenizer`` and ``training`` are None for vectors
    that were not trained here. ``words_escaped`` says that ``words.txt`` has escapes.
    """

    words: int
    vector_size: int
    source: dict[str, Any]
    tokenizer: dict[str, Any] | None = None
    training: dict[str, Any] | None = None
    dtype: str = "float32"
    words_escaped: bool = False
    created: str = field(default_factory=lambda: datetime.now(timezone.utc).isoformat(timespec="seconds"))
    versions: dict[str, str] = field(default_factory=_versions)
    format_version: int = FORMAT_VERSION


@dataclass(frozen=True)
class Model:
    """An open model: mapped vectors (words x vector_size), words in row order, counts if known."""

    path: Path
    facts: Facts
    vectors: Vectors
    words: Words
    counts: npt.NDArray[np.int64] | None

    @property
    def name(self) -> str:
        """The name of the model: its directory's, without the suffix."""
        return model_name(self.path)


def read_facts(path: Path) -> Facts:
    """Return what ``model.json`` in the directory ``path`` says.

    Raises
    ------
    BadModel
        If there is no such model, it is damaged, or a newer version of w2v wrote it.
    """
    file = path / "model.json"
    try:
        found = json.loads(file.read_text(encoding="utf-8", errors="surrogateescape"))
        found_version = found["format_version"]
        if found_version > FORMAT_VERSION:
            raise BadModel(
                f"{path} has format version {found_version}, this w2v reads up to {FORMAT_VERSION}; update w2v"
            )
        facts = Facts(**found)
        if not all(isinstance(size, int) and size >= 0 for size in (facts.words, facts.vector_size)):
            raise ValueError("words and vector_size are no whole numbers")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BadModel(f"no model at {path}") from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadModel(f"{file} is damaged: {error}") from error
    return facts


def open_model_directory(path: Path) -> Model:
    """Open the model in the directory ``path``; nothing is read before it is asked for.

    Raises
    ------
    BadModel
        If there is no such model, or its files do not fit together.
    """
    facts = read_facts(path)
    vectors = _map(path / "vectors.npy", np.float32, (facts.words, facts.vector_size))
    counts = _map(path / "counts.npy", np.int64, (facts.words,)) if (path / "counts.npy").exists() else None
    try:
        words = Words(path / "words.txt", facts.words, escaped=facts.words_escaped)
    except FileNotFoundError as error:
        raise BadModel(f"{path} is damaged: words.txt is missing") from error
    return Model(path, facts, vectors, words, counts)


def _map(path: Path, dtype: type[np.generic], shape: tuple[int, ...]) -> npt.NDArray[Any]:
    try:
        # A mapped file cannot have a size of 0; a model without words has nothing to map.
        array: npt.NDArray[Any] = np.load(path, mmap_mode="r" if all(shape) else None, allow_pickle=False)
    except FileNotFoundError as error:
        raise BadModel(f"{path.parent} is damaged: {path.name} is missing") from error
    except (ValueError, EOFError) as error:
        raise BadModel(f"{path} is damaged: {error}") from error
    if not isinstance(array, np.ndarray):  # numpy opens an archive of arrays as well
        raise BadModel(f"{path} is damaged: it is no array")
    if array.shape != shape or array.dtype != dtype:
        raise BadModel(f"{path} is damaged: expected {np.dtype(dtype)} {shape}, found {array.dtype} {array.shape}")
    return array


class ModelWriter:
    """Writes the arrays of a model piece by piece, so that memory stays flat."""

    def __init__(self, directory: Path, vector_size: int) -> None:
        self.directory = directory
        self._vector_size = vector_size
        self._rows = 0
        self._words = WordsWriter(directory / "words.txt")
        self._vectors: BinaryIO = open(directory / "vectors.npy", "xb")  # noqa: SIM115 - closed by `finish`
        self._write_header()

    def append(self, words: Sequence[str], vectors: Vectors) -> None:
        """Write more rows: as many ``words`` as ``vectors`` has rows."""
        if vectors.shape != (len(words), self._vector_size):
            raise ValueError(f"expected {(len(words), self._vector_size)}, got {vectors.shape}")
        self._words.append(words)
        self._vectors.write(np.ascontiguousarray(vectors, dtype="<f4").data)
        self._rows += len(words)

    def finish(
        self,
        *,
        source: dict[str, Any],
        counts: npt.NDArray[np.int64] | None = None,
        tokenizer: dict[str, Any] | None = None,
        training: dict[str, Any] | None = None,
    ) -> Facts:
        """Write the counts and the facts, and return these."""
        self.close()
        if counts is not None:
            np.save(self.directory / "counts.npy", counts.astype("<i8"), allow_pickle=False)
        facts = Facts(
            words=self._rows,
            vector_size=self._vector_size,
            source=source,
            tokenizer=tokenizer,
            training=training,
            words_escaped=self._words.escaped,
        )
        text = json.dumps(asdict(facts), ensure_ascii=False, indent=2)
        (self.directory / "model.json").write_text(text + "\n", encoding="utf-8", errors="surrogateescape")
        return facts

    def close(self) -> None:
        """Close the files; the number of rows in their header is then right."""
        if self._vectors.closed:
            return
        self._vectors.seek(0)
        self._write_header()
        self._vectors.close()
        self._words.close()

    def _write_header(self) -> None:
        # numpy pads the header so that a longer first axis fits into the same bytes.
        header = {"descr": "<f4", "fortran_order": False, "shape": (self._rows, self._vector_size)}
        np.lib.format.write_array_header_1_0(self._vectors, header)


@contextmanager
def new_model(path: Path, vector_size: int, *, force: bool = False) -> Iterator[ModelWriter]:
    """Write a model that appears at ``path`` when the block ends well; the block calls ``finish``.

    Raises
    ------
    OutputExists
        If ``path`` exists and ``force`` is false.
    """
    with new_directory(path, force=force) as directory:
        writer = ModelWriter(directory, vector_size)
        try:
            yield writer
        finally:
            writer.close()
