"""A model that another process replaces while it is opened: the answer is that of one of the two, and no error."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import w2vcli
from tests.conftest import TOY, MakeModel
from tests.gensim_oracle import NEEDS_GENSIM
from tests.test_corpus_encoded import Told
from w2vcli.errors import BadModel
from w2vcli.models.directory import Model, open_model_directory, open_without_index
from w2vcli.models.model_parts import INDEX
from w2vcli.models.registry import find_model
from w2vcli.models.snapshot import read_snapshot
from w2vcli.queries.search import most_similar

_AT: list[Callable[[str], None]] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _AT and isinstance(arguments[0], str | os.PathLike):
        _AT[0](os.fspath(arguments[0]))


sys.addaudithook(_hook)  # which cannot be removed, so it does nothing without `_AT`


@contextmanager
def at_opening(number: int, below: Path, act: Callable[[], None]) -> Iterator[list[str]]:
    """Call ``act`` right before the file of that number in the folder ``below`` is opened; yield the names opened."""
    opened: list[str] = []

    def look(path: str) -> None:
        if path.startswith(str(below)):
            opened.append(path)
            if len(opened) == number + 1:
                _AT.clear()
                act()
                _AT.append(look)

    _AT.append(look)
    try:
        yield opened
    finally:
        _AT.clear()


@pytest.fixture
def pair(make_model: MakeModel, tmp_path: Path) -> tuple[Path, Path]:
    """Return the models `a`, with words in its order, and `b`, where all is turned round, each with 300 words."""
    rng = np.random.default_rng(1)
    words = [f"w{number}" for number in range(300)]
    one = make_model(words, rng.normal(size=(300, 8)).astype(np.float16), name="a", counts=[9] * 300)
    other = make_model(words[::-1], rng.normal(size=(300, 8)).astype(np.float16), name="b")
    return one.path, other.path


def exchange(one: Path, other: Path) -> None:
    """Put ``other`` in the place of ``one``, and remove that, as a command with --force does."""
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    shutil.rmtree(aside)


def answer(model: Model) -> list[tuple[str, float]]:
    return [(found.word, found.similarity) for found in most_similar(model, ["w5"], topn=5)]


@pytest.mark.parametrize("open_model", [open_model_directory, open_without_index])
@pytest.mark.parametrize("with_index", [True, False])
def test_a_model_replaced_at_any_moment_of_its_opening_answers_as_one_of_the_two(
    pair: tuple[Path, Path], tmp_path: Path, open_model: Callable[[Path], Model], with_index: bool
) -> None:
    one, other = pair
    answers = [answer(open_model(one)), answer(open_model(other))]
    moments = 100
    for moment in range(moments):
        a, b = tmp_path / f"{moment}.w2v", tmp_path / f"{moment}b.w2v"
        for source, target in ((one, a), (other, b)):
            shutil.copytree(source, target)
            open_model_directory(target)  # its index is made for its place
            if not with_index:
                shutil.rmtree(target / INDEX)
        told = Told()
        arguments = (a, told) if open_model is open_model_directory else (a,)
        with at_opening(moment, a, lambda a=a, b=b: exchange(a, b)) as opened:  # type: ignore[misc]
            found = open_model(*arguments)
        assert answer(found) in answers, (moment, opened)
        assert told.messages == []
        assert answer(open_model(a)) in answers  # and the next one finds nothing that the first left wrong
        for folder in (a, b):
            shutil.rmtree(folder, ignore_errors=True)
        if len(opened) <= moment:
            break
    assert 4 < moment < moments - 1


def test_an_index_deleted_at_any_moment_of_its_opening_is_made_again(pair: tuple[Path, Path]) -> None:
    path = pair[0]
    expected = answer(open_model_directory(path))
    for moment in range(100):
        told = Told()
        with at_opening(moment, path, lambda: shutil.rmtree(path / INDEX, ignore_errors=True)) as opened:
            assert answer(open_model_directory(path, told)) == expected
        assert not any("damaged" in message for message in told.messages), told.messages
        if len(opened) <= moment:
            break
    assert 8 < moment < 99


def test_an_index_that_is_deleted_again_and_again_is_done_without(pair: tuple[Path, Path]) -> None:
    path = pair[0]
    expected = answer(open_model_directory(path))

    def look(opened: str) -> None:
        if opened.endswith("norms.npy"):
            shutil.rmtree(path / INDEX, ignore_errors=True)

    _AT.append(look)
    try:
        model = open_model_directory(path)
    finally:
        _AT.clear()
    assert answer(model) == expected


def test_an_open_model_stays_what_it_is(pair: tuple[Path, Path]) -> None:
    one, other = pair
    (one / "dropped.tsv").write_text("word\tcount\nrare\t3\n")
    model = open_model_directory(one)
    expected = answer(model)
    exchange(one, other)
    assert answer(model) == expected
    assert model.texts["dropped.tsv"].read() == b"word\tcount\nrare\t3\n"
    assert model.counts is not None


@NEEDS_GENSIM
def test_vectors_for_gensim_are_those_of_the_model_that_was_opened(pair: tuple[Path, Path]) -> None:
    one, other = pair
    vectors = [np.array(open_model_directory(path).vectors[:]) for path in pair]
    for moment in range(100):
        a, b = one.with_name("x.w2v"), one.with_name("y.w2v")
        for source, target in ((one, a), (other, b)):
            shutil.copytree(source, target)
            open_model_directory(target)
        with at_opening(moment, a, lambda a=a, b=b: exchange(a, b)) as opened:  # type: ignore[misc]
            keyed = w2vcli.open_model(a)
        order = 0 if keyed.index_to_key[0] == "w0" else 1
        np.testing.assert_array_equal(keyed.vectors, vectors[order])
        for folder in (a, b):
            shutil.rmtree(folder, ignore_errors=True)
        if len(opened) <= moment:
            break
    assert 8 < moment < 99


def test_an_error_of_a_directory_that_stays_is_an_error(tmp_path: Path) -> None:
    calls = []

    def read(_: object) -> None:
        calls.append(1)
        raise BadModel("it is damaged")

    with pytest.raises(BadModel, match="it is damaged"):
        read_snapshot(tmp_path, read)
    assert calls == [1]


def test_what_is_replaced_again_and_again_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "m"
    path.mkdir()

    def read(_: object) -> None:
        (tmp_path / "new").mkdir()
        shutil.rmtree(path)
        (tmp_path / "new").rename(path)

    with pytest.raises(BadModel, match="replaced again and again"):
        read_snapshot(path, read)


def test_a_model_that_is_gone_is_told(make_model: MakeModel) -> None:
    make_model(list(TOY), list(TOY.values()))
    path = find_model("toy")
    shutil.rmtree(path)
    with pytest.raises(BadModel, match="no model at"):
        open_model_directory(path)
