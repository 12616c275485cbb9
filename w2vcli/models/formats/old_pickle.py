"""What gensim saved before version 4: a pickle, which is read here without running any code.

A pickle names classes and functions, and calls them when it is opened. Here a name stands for an array of numpy, for an
empty object that keeps what it is given, or for nothing: then the file is refused. So a pickle that names ``os.system``
is refused before anything is called.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.errors import DamagedInput

_BROKEN = (
    *(pickle.UnpicklingError, AttributeError, EOFError, ValueError, TypeError, KeyError, IndexError),
    *(MemoryError, RecursionError, OverflowError, ImportError),
)


class _Kept:
    """An object of a class that is not there. It keeps its attributes, and what is put into it."""

    items: dict[Any, Any]

    def __new__(cls, *_: object) -> _Kept:
        made = super().__new__(cls)
        made.items = {}
        return made

    def __init__(self, *_: object) -> None:
        pass

    def __setitem__(self, key: Any, value: Any) -> None:
        self.items[key] = value


def _keep(*_: object, **__: object) -> _Kept:
    return _Kept()


_INERT_MODULES = ("gensim.models.", "gensim.utils", "numpy.random")
_INERT_NAMES = {
    *((module, name) for module in ("__builtin__", "builtins") for name in ("object", "set", "frozenset", "xrange")),
    *(("collections", name) for name in ("OrderedDict", "defaultdict")),
    *((module, "scalar") for module in ("numpy.core.multiarray", "numpy._core.multiarray")),
}


class _Unpickler(pickle.Unpickler):
    """Reads a pickle whose names stand for arrays and inert objects."""

    def find_class(self, module: str, name: str) -> Any:
        """Return what a name stands for, or refuse the file."""
        if (module, name) == ("_codecs", "encode"):
            return _encoded
        if module == "numpy" and name in {"ndarray", "dtype"}:
            return getattr(np, name)
        if module in {"numpy.core.multiarray", "numpy._core.multiarray"} and name == "_reconstruct":
            return _empty_array
        if (module, name) not in _INERT_NAMES and not module.startswith(_INERT_MODULES):
            raise _ForbiddenName(module, name)
        return _keep if name.startswith("_") or name == "scalar" else _Kept

    def persistent_load(self, pid: Any) -> Any:
        """Refuse what is kept elsewhere."""
        raise _ForbiddenName(pid)


class _ForbiddenName(Exception):
    """A name that no pickle of gensim's vectors has."""


def _encoded(text: str, encoding: str = "latin1") -> bytes:
    """Return the bytes of an array, as Python 3 has them in a pickle for Python 2."""
    return text.encode("latin1" if encoding == "latin1" else "utf-8")


def _empty_array(*_: object) -> npt.NDArray[Any]:
    """Return the array into which the pickle puts shape, type and bytes."""
    return np.zeros(0, dtype=np.bool_)


class OldVectors(NamedTuple):
    """The words, vectors (words x vector_size) and counts, None where they are not known, in a pickle."""

    words: list[str]
    vectors: npt.NDArray[np.float32]
    counts: npt.NDArray[np.int64] | None


def read_old_pickle(path: Path) -> OldVectors | None:
    """Return the vectors that gensim saved before version 4, or None if the file has something else.

    Large arrays are in files beside it, as in ``ko.bin.syn0.npy``.

    Raises
    ------
    DamagedInput
        If it has vectors, but not one for each word.
    """
    try:
        with path.open("rb") as stream:
            model = _Unpickler(stream, encoding="latin1").load()
    except (_ForbiddenName, *_BROKEN):
        return None
    keyed = getattr(model, "wv", model)
    owners = [(keyed, f"{path}.wv" if keyed is not model else str(path)), (model, str(path))]
    words = _first(owners, ("index2word", "index2entity"))
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words) or _has_ngrams(owners):
        return None
    stored = _first(owners, ("vectors", "syn0"))
    if not isinstance(stored, np.ndarray) or stored.ndim != 2 or stored.dtype.kind != "f" or len(stored) != len(words):
        raise DamagedInput(f"{path}: there is not one vector for each of its {len(words):,} words")
    found = getattr(keyed, "vocab", None) or getattr(model, "vocab", None)
    counts = [getattr(found.get(word), "count", None) for word in words] if isinstance(found, dict) else [None]
    are_known = all(type(count) is int and 0 <= count < 1 << 62 for count in counts)
    return OldVectors(words, stored, np.array(counts, dtype=np.int64) if are_known else None)


def _first(owners: Sequence[tuple[Any, str]], names: Sequence[str]) -> Any:
    """Return the first attribute of these names, from the pickle or from the file beside it."""
    for owner, path in owners:
        for name in names:
            found = getattr(owner, name, None)
            if found is not None:
                return found
            file = Path(f"{path}.{name}.npy")
            if name in (getattr(owner, "__numpys", None) or ()) and file.is_file():
                try:
                    return np.load(file, mmap_mode="r", allow_pickle=False)
                except (OSError, ValueError) as error:
                    raise DamagedInput(f"{file}: this is no array of numpy: {error}") from error
    return None


def _has_ngrams(owners: Sequence[tuple[Any, str]]) -> bool:
    """Tell whether these are vectors of fastText, which words out of vocabulary need, too."""
    return any(hasattr(owner, name) for owner, _ in owners for name in ("bucket", "hash2index", "syn0_ngrams"))
