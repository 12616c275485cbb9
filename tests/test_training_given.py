"""Trainings that begin with the vectors of another model, which are tuned or stay as they are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT, W2v
from tests.gensim_oracle import needing_gensim
from tests.static_folders import model2vec_folder, random_vectors, word_pieces
from w2vcli.models.directory import Model, open_model_directory
from w2vcli.models.registry import find_model
from w2vcli.training.engines.task import State
from w2vcli.training.progress import TrainingProgress
from w2vcli.training.unfinished import Unfinished

SMALL = ("--workers", 1, "--vector-size", 16, "--lowercase", "-q")
QUICK = ("--workers", 1, "--epochs", 1, "--lowercase", "-q")


@pytest.fixture
def given(w2v: W2v) -> Model:
    """A model of the first half of the fairy tales; the second half is in b.txt."""
    lines = (ROOT / "data" / "english.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    Path("a.txt").write_text("".join(lines[::2]), encoding="utf-8")
    Path("b.txt").write_text("".join(lines[1::2]), encoding="utf-8")
    assert w2v("train", "a.txt", "-o", "given", "--epochs", 6, *SMALL).status == 0
    return opened("given")


def opened(name: str) -> Model:
    return open_model_directory(find_model(name))


@pytest.mark.parametrize("layer", [(), ("--hs", 1), ("--sg", 0), ("--sg", 0, "--hs", 1, "--negative", 0)])
@pytest.mark.parametrize("engine", needing_gensim(["numba", "gensim"], "gensim"))
def test_frozen_vectors_are_equal_to_the_bit_and_the_others_move(
    w2v: W2v, given: Model, engine: str, layer: tuple[object, ...]
) -> None:
    for name, more in (("frozen", ["--frozen"]), ("tuned", [])):
        how = ("--vectors", "given", "--engine", engine, *more, *layer, *QUICK)
        assert w2v("train", "b.txt", "-o", name, *how).status == 0
    frozen, tuned = opened("frozen"), opened("tuned")
    known = [word for word in frozen.words if given.words.row(word) is not None]
    new = [word for word in frozen.words if given.words.row(word) is None]
    assert known
    assert new

    def of(model: Model, words: list[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return model.vectors[[row for word in words if (row := model.words.row(word)) is not None]]

    np.testing.assert_array_equal(of(frozen, known), of(given, known))
    assert (np.abs(of(tuned, known) - of(given, known)).max(axis=1) > 0).all()
    # A word that is not given has moved away from where it began: a uniform number within 1 / 32.
    assert np.abs(of(frozen, new)).max() > 1 / 32


def test_given_vectors_do_better_than_random_ones_on_a_small_corpus(w2v: W2v, given: Model) -> None:
    losses = {}
    for name, more in (("random", ["--vector-size", "16"]), ("begun", ["--vectors", "given"])):
        found = w2v("train", "b.txt", "-o", name, *more, *QUICK, "--json").json
        losses[name] = found[0]["loss"][-1]
    assert losses["begun"] < losses["random"]


def test_what_began_is_told_and_recorded(w2v: W2v, given: Model) -> None:
    again = ("train", "b.txt", "-o", "m", "--vectors", "given", "--workers", 1, "--epochs", 1, "--lowercase")
    run = w2v(*again, "--frozen")
    found = opened("m")
    known = sum(given.words.row(word) is not None for word in found.words)
    assert f"{known} of {len(found.words)} words have the vectors of given, which stay" in run.err
    [record] = w2v("info", "m", "--json").json
    assert record["training"][0]["vectors"] == {
        "model": str(given.path),
        "sha256": given.facts.sha256["vectors.npy"],
        "words": known,
        "frozen": True,
    }
    methods = w2v("info", "m", "--methods").out
    assert f"{known} of the words began with the vectors of given, which stayed as they were." in methods
    assert {row[1] for row in w2v("rerun", "m", "--check").rows} == {"True"}
    assert "nothing is to be done" in w2v(*again, "--frozen", "--if-changed").err
    assert "nothing is to be done" not in w2v(*again, "--if-changed").err
    assert "variants are made of a corpus that is all there is" in w2v("stability", "m").err


def test_what_cannot_begin_is_refused(w2v: W2v, given: Model) -> None:
    run = w2v("train", "b.txt", "--vectors", "given", "--vector-size", 20)
    assert (run.status, "given has vectors of 16 dimensions; leave --vector-size out" in run.err) == (2, True)
    assert (
        "fastText begins with no --vectors"
        in w2v("train", "b.txt", "--vectors", "given", "--model-type", "fasttext").err
    )
    Path("k.txt").write_text("소녀 소년 " * 40, encoding="utf-8")
    assert "given has none of the words of the corpus" in w2v("train", "k.txt", "--vectors", "given", "-q").err
    tokenizer = word_pieces()
    folder = model2vec_folder(Path("s"), {"embeddings": random_vectors(tokenizer.get_vocab_size())}, tokenizer)
    assert w2v("load", folder).status == 0
    assert "s has vectors of tokens, which are not those of words" in w2v("train", "b.txt", "--vectors", "s", "-q").err
    assert w2v("train", "b.txt", "-o", "m", "--vectors", "given", *QUICK).status == 0
    facts = json.loads((given.path / "model.json").read_text(encoding="utf-8"))
    assert w2v("train", "a.txt", "-o", "given", "--force", "--seed", 2, *SMALL, "--epochs", 1).status == 0
    assert facts["sha256"] != opened("given").facts.sha256
    assert "has other vectors than those that the training began with" in w2v("rerun", "m", "-o", "n").err


@pytest.mark.usefixtures("given")
@pytest.mark.parametrize("more", [(), ("--frozen",)], ids=["tuned", "frozen"])
def test_an_interrupted_training_goes_on_to_the_same_vectors(
    w2v: W2v, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    quick = ("--workers", 1, "--epochs", 2, "--lowercase", "-q")
    how = ("train", "b.txt", "--vectors", "given", "--engine", "numba", *more, *quick)
    assert w2v(*how, "-o", "whole").status == 0
    save = Unfinished.save

    def stop_after_the_first(self: Unfinished, state: State, progress: TrainingProgress) -> None:
        save(self, state, progress)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Unfinished, "save", stop_after_the_first)
        assert w2v(*how, "-o", "resumed").status == 130
    assert "leave --vectors out" in w2v("train", "--resume", "-o", "resumed", "--vectors", "given").err
    assert w2v("train", "--resume", "-o", "resumed", "-q").status == 0
    np.testing.assert_array_equal(opened("resumed").vectors[:], opened("whole").vectors[:])
    assert opened("resumed").facts.runs[0].vectors == opened("whole").facts.runs[0].vectors
