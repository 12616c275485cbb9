"""A model as gensim's ``KeyedVectors``, over the mapped files.

The words, vectors and norms stay on disk until they are asked for, so opening three million words
takes milliseconds.

gensim needs float32. Where ``vectors.npy`` is bfloat16 or float16, the same vectors are written once more into
``float32-HASH.npy`` in the model's folder. HASH is the beginning of the SHA-256 of the ``vectors.npy`` it was made
of, so a file that belongs to other vectors is never used. It can be deleted at any time.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import ItemsView, Iterator, KeysView, MutableMapping, MutableSequence, ValuesView
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from gensim.models import KeyedVectors

from w2vcli.array_types import Float32s
from w2vcli.atomic import new_file
from w2vcli.errors import BadModel, OutputExists
from w2vcli.models.arrays import map_array, write_header
from w2vcli.models.directory import Model, open_model_directory, read_model
from w2vcli.models.model_parts import VECTORS
from w2vcli.models.snapshot import Held
from w2vcli.models.vectors import Vectors
from w2vcli.models.words import Words
from w2vcli.reporting import Silent

# Reading one row from the file takes about ten times as long as reading it with all others.
_ROW_TO_ALL = 10


class MappedKeyedVectors(KeyedVectors):  # type: ignore[misc]
    """gensim's ``KeyedVectors`` over mapped arrays, which cannot be written.

    It is pickled and saved as a plain ``KeyedVectors``, so whoever loads it needs gensim alone.
    """

    vectors: Float32s
    norms: Float32s | None

    def __setattr__(self, name: str, value: Any) -> None:
        # gensim goes on with the norms of before when it adds or sorts vectors.
        if name == "vectors" and value is not self.__dict__.get(name, value):
            self.norms = None
        super().__setattr__(name, value)

    def unit_normalize_all(self) -> None:
        """Scale all vectors to unit length, in memory."""
        self._copy_vectors()
        super().unit_normalize_all()

    def intersect_word2vec_format(self, *args: Any, **kwargs: Any) -> None:
        """Take the vectors of known words from a file, in memory."""
        self._copy_vectors()
        self.norms = None
        super().intersect_word2vec_format(*args, **kwargs)

    def __reduce__(self) -> tuple[Any, ...]:
        return KeyedVectors, (self.vector_size,), self.__dict__

    def _copy_vectors(self) -> None:
        """Take the vectors into memory, where gensim may change them."""
        if not self.vectors.flags.writeable:
            norms = self.norms
            self.vectors = self.vectors.copy()
            self.norms = norms


class LazyKeys(MutableSequence[str]):
    """gensim's ``index_to_key``: a list of words by row.

    It is read from the file until somebody changes it. Then it becomes a list in memory.
    """

    def __init__(self, words: Words) -> None:
        self._words: Words | list[str] = words

    def __len__(self) -> int:
        return len(self._words)

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __contains__(self, key: object) -> bool:
        if isinstance(self._words, list):
            return key in self._words
        return isinstance(key, str) and self._words.exact_row(key) is not None

    def __getitem__(self, at: Any) -> Any:
        if isinstance(self._words, list):
            return self._words[at]
        rows = range(len(self))[at]
        if isinstance(rows, int):
            return self._words[rows]
        if len(rows) > len(self) // _ROW_TO_ALL:
            return list(self)[at]
        return [self._words[row] for row in rows]

    def __setitem__(self, at: Any, key: Any) -> None:
        self._list()[at] = key

    def __delitem__(self, at: Any) -> None:
        del self._list()[at]

    def insert(self, index: int, value: str) -> None:
        """Insert a key before ``index``."""
        self._list().insert(index, value)

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, list | LazyKeys) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (), None, iter(self)

    def _list(self) -> list[str]:
        """Return the list that it becomes when it is changed."""
        if not isinstance(self._words, list):
            self._words = list(self._words)
        return self._words


class LazyRows(MutableMapping[str, int]):
    """gensim's ``key_to_index``, looked up in the index of the words until it is changed, then a dict.

    To look up one word takes about ten times as long as in a dict, so it also becomes one when it is
    asked for as a whole: by ``keys``, ``values`` or ``items``, as ``dict()`` does.
    """

    def __init__(self, words: Words) -> None:
        self._rows: Words | dict[str, int] = words

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __getitem__(self, key: str) -> int:
        if isinstance(self._rows, dict):
            return self._rows[key]
        row = self._rows.exact_row(key) if isinstance(key, str) else None
        if row is None:
            raise KeyError(key)
        return row

    def __setitem__(self, key: str, row: int) -> None:
        self._dict()[key] = row

    def __delitem__(self, key: str) -> None:
        del self._dict()[key]

    def keys(self) -> KeysView[str]:
        """Return all keys."""
        return self._dict().keys()

    def values(self) -> ValuesView[int]:
        """Return all rows."""
        return self._dict().values()

    def items(self) -> ItemsView[str, int]:
        """Return all keys, each with its row."""
        return self._dict().items()

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (), None, None, iter(self.items())

    def _dict(self) -> dict[str, int]:
        """Return the dictionary that it becomes when it is changed."""
        if not isinstance(self._rows, dict):
            self._rows = {word: row for row, word in enumerate(self._rows)}
        return self._rows


class _Warnings(Silent):
    """Tells what is odd about a model by Python's own warnings, as a library does."""

    def warn(self, message: str) -> None:
        warnings.warn(message, stacklevel=2)


def open_keyed_vectors(path: Path) -> KeyedVectors:
    """Open the model in the directory ``path`` as gensim's ``KeyedVectors``.

    Raises
    ------
    BadModel
        If there is no such model, or its files do not fit together.
    """

    def read(held: Held) -> tuple[Model, Float32s]:
        model = open_model_directory(path, _Warnings())
        return model, _float32(model, held)

    model, vectors = read_model(path, read)
    keyed = MappedKeyedVectors(model.facts.vector_size)
    keyed.index_to_key = LazyKeys(model.words)
    keyed.key_to_index = LazyRows(model.words)
    keyed.next_index = len(model.words)
    keyed.vectors = np.asarray(vectors)
    if model.codes is not None:
        keyed.norms = np.asarray(model.codes.norms)
    if model.counts is not None:
        keyed.expandos["count"] = np.array(model.counts)  # a copy, for `set_vecattr` to write
    return keyed


def _float32(model: Model, held: Held) -> Float32s:
    """Return the vectors as float32, mapped.

    They are in memory where the file that could be mapped cannot be written.
    """
    if model.vectors.dtype == "float32":
        return model.vectors.stored
    path = _float32_path(model)
    try:
        with suppress(BadModel):
            return map_array(path, "<f4", model.vectors.shape)
        with suppress(OutputExists):  # another process was faster
            _write_float32(model.vectors, path)
        return map_array(path, "<f4", model.vectors.shape)
    except OSError as error:
        held.require_there()
        _Warnings().warn(
            f"no float32 vectors can be written into {model.path} ({error.strerror}), "
            f"so they take {4 * model.vectors.stored.size / 1e9:,.1f} GB of memory"
        )
        return model.vectors[:]


def _float32_path(model: Model) -> Path:
    """Return the path of the copy, which has the hash of the vectors in its name."""
    sha256 = str(model.facts.sha256.get(VECTORS))
    if not re.fullmatch("[0-9a-f]{64}", sha256):  # each version that wrote anything but float32 wrote it
        raise BadModel(f"{model.path} is damaged: model.json has no SHA-256 of vectors.npy")
    return model.path / f"float32-{sha256[:16]}.npy"


def _write_float32(vectors: Vectors, path: Path) -> None:
    """Write the vectors once more, block by block."""
    with new_file(path, force=path.exists()) as file:
        write_header(file, "<f4", vectors.shape)
        for _, block in vectors.blocks():
            file.write(block.data)
