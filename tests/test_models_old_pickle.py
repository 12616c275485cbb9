"""Pickles of gensim before version 4, made here with the names of its classes: read without running any code."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import numpy as np
import pytest

from tests.conftest import W2v
from w2vcli.models.formats.old_pickle import read_old_pickle

WORDS = ["왕", "여왕", "사과"]
VECTORS = np.arange(12, dtype=np.float32).reshape(3, 4)


class Vocab:
    __module__ = "gensim.models.word2vec"

    def __init__(self, **attributes: object) -> None:
        self.__dict__.update(attributes)


class Word2Vec(Vocab):
    __module__ = "gensim.models.word2vec"


class KeyedVectors(Vocab):
    __module__ = "gensim.models.keyedvectors"


@contextmanager
def gensims_names() -> Iterator[None]:
    """Give the classes the names that they had in gensim, for what pickles them."""
    names = ("gensim", "gensim.models", *(kind.__module__ for kind in (Word2Vec, KeyedVectors)))
    fakes = {name: ModuleType(name) for name in names}
    for kind in (Vocab, Word2Vec, KeyedVectors):
        setattr(fakes[kind.__module__], kind.__name__, kind)
    with mock.patch.dict(sys.modules, fakes):
        yield


def old_model(**attributes: object) -> Word2Vec:
    """Return what gensim 0.12 pickled: the vectors are in the model itself."""
    vocab = {word: Vocab(index=row, count=10 - row) for row, word in enumerate(WORDS)}
    return Word2Vec(**{"syn0": VECTORS, "index2word": WORDS, "vocab": vocab, "random": None} | attributes)


def write(path: Path, value: object, protocol: int = 2) -> Path:
    with gensims_names():
        path.write_bytes(pickle.dumps(value, protocol))
    return path


@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_a_model_of_gensim_becomes_a_model(tmp_path: Path, w2v: W2v, protocol: int) -> None:
    path = write(tmp_path / "ko.bin", old_model(), protocol)
    assert w2v("load", path).status == 0
    assert w2v("vector", "왕", "--json").json == [{"word": "왕", "vector": [0, 1, 2, 3]}]
    assert [row[2] for row in w2v("words").rows] == ["10", "9", "8"]


def test_vectors_may_be_in_a_file_beside_it_and_in_an_object_of_their_own(tmp_path: Path) -> None:
    inner = KeyedVectors(index2word=WORDS, vectors=None, __numpys=["vectors"])
    path = write(tmp_path / "w.model", Word2Vec(wv=inner))
    np.save(tmp_path / "w.model.wv.vectors.npy", VECTORS)
    found = read_old_pickle(path)
    assert found is not None
    assert (found.words, found.counts) == (WORDS, None)
    np.testing.assert_array_equal(found.vectors, VECTORS)


class _Hostile:
    def __init__(self, function: Any, *arguments: object) -> None:
        self._call = function, arguments

    def __reduce__(self) -> Any:
        return self._call


@pytest.mark.parametrize("place", ["alone", "in an attribute", "as a word"])
def test_a_hostile_pickle_runs_nothing_and_is_refused(tmp_path: Path, w2v: W2v, place: str) -> None:
    import os

    mark = tmp_path / "opened"
    hostile = _Hostile(os.mkdir, str(mark))
    value = {"alone": hostile, "in an attribute": old_model(hook=hostile), "as a word": old_model(index2word=[hostile])}
    path = write(tmp_path / "evil.bin", value[place])
    done = w2v("load", path)
    assert done.status == 1
    assert "is a Python pickle, which can run any code" in done.err
    assert not mark.exists()
    with gensims_names():
        pickle.loads(path.read_bytes())  # noqa: S301 - to see that it would have run
    assert mark.exists()


@pytest.mark.parametrize(
    "name", ["os system", "builtins eval", "builtins getattr", "builtins __import__", "numpy load", "posix system"]
)
def test_names_that_could_do_harm_stand_for_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / "evil.bin"
    path.write_bytes(b"\x80\x02c" + name.replace(" ", "\n").encode() + b"\n.")
    assert read_old_pickle(path) is None


def test_vectors_that_do_not_fit_their_words_are_damaged(tmp_path: Path, w2v: W2v) -> None:
    path = write(tmp_path / "ko.bin", old_model(syn0=VECTORS[:2]))
    assert "there is not one vector for each of its 3 words" in w2v("load", path).err
    path.write_bytes(path.read_bytes()[:-20])
    assert w2v("load", path).status == 1


def test_other_pickles_and_fasttext_are_refused_as_before(tmp_path: Path, w2v: W2v) -> None:
    for number, value in enumerate([{"a": 1}, old_model(bucket=100), old_model(index2word=None), [1, 2]]):
        assert "--trust-pickle" in w2v("load", write(tmp_path / f"{number}.bin", value)).err
