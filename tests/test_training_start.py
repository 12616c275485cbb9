"""``w2v train --start-from``: a model is trained on."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import MakeModel, W2v, require
from tests.gensim_oracle import NEEDS_GENSIM, FastText, LineSentence, Word2Vec
from tests.test_training_train import planted
from w2vcli.models.directory import Model, open_model_directory
from w2vcli.models.dropped import read_dropped
from w2vcli.models.facts import facts_as_json, read_facts, write_facts
from w2vcli.models.mapped_texts import open_text
from w2vcli.models.model_parts import DROPPED
from w2vcli.models.registry import find_model

QUICK = ("--epochs", 2, "--vector-size", 8, "--workers", 1, "-q")
MORE = ("--epochs", 2, "--workers", 1, "-q")
FASTTEXT = ("--model-type", "fasttext", "--bucket", 50)


@pytest.fixture
def text() -> Path:
    """Return a text with a word that comes three times, which is too seldom."""
    path = planted(Path("text.txt"))
    path.write_text(f"{path.read_text()}\ncomet comet comet")
    return path


@pytest.fixture
def new_text() -> Path:
    """Return another text, with words of the first one, new ones and the seldom one."""
    path = Path("new.txt")
    path.write_text("the cat saw a comet in the garden\na comet is no planet\n" * 4 + "the planet is a rock\n" * 40)
    return path


def opened(name: str) -> Model:
    return open_model_directory(find_model(name))


def counts(name: str) -> dict[str, int]:
    """Return how often the words of a model were seen, those below the minimum too."""
    model = opened(name)
    assert model.counts is not None
    return dict(zip(model.words, model.counts.tolist(), strict=True)) | read_dropped(model.texts.get(DROPPED))


def runs(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = facts_as_json(opened(name).facts)["training"] or []
    return found


@pytest.mark.parametrize(
    "changes", [(), ("--sg", 0), ("--hs", 1, "--negative", 0), pytest.param(FASTTEXT, marks=NEEDS_GENSIM)], ids=str
)
def test_more_epochs_on_the_same_text_leave_words_and_counts_as_they_are(
    w2v: W2v, text: Path, changes: tuple[object, ...]
) -> None:
    assert w2v("train", text, "-o", "first", *QUICK, *changes).status == 0
    assert w2v("train", "--start-from", "first", "-o", "second", *MORE).status == 0
    first, second = opened("first"), opened("second")
    assert list(second.words) == list(first.words)
    assert counts("second") == counts("first") == Counter(text.read_text().split())
    assert (second.vectors[:] != first.vectors[:]).any()
    similarity = (second.vectors[:] * first.vectors[:]).sum(axis=1) / np.linalg.norm(second.vectors[:], axis=1)
    assert (similarity / np.linalg.norm(first.vectors[:], axis=1)).mean() > 0.7, "it began anew"


def test_the_record_of_each_training_is_kept(w2v: W2v, text: Path, new_text: Path) -> None:
    w2v("train", text, "-o", "first", *QUICK, "--window", 3, "--seed", 9)
    w2v("train", new_text, "--start-from", "first", "-o", "second", *MORE, "--alpha", 0.01)
    assert len(runs("first")) == 1
    one, two = w2v("info", "second", "--json").json[0]["training"]
    assert one == runs("first")[0]
    assert (one["start_from"], two["start_from"]) == (None, str(find_model("first")))
    assert [run["sources"][0]["path"] for run in (one, two)] == [str(text.absolute()), str(new_text.absolute())]
    assert one["started"] < two["started"]
    assert two["settings"] == one["settings"] | {"alpha": 0.01}
    assert two["receipt"]["read"] == len(new_text.read_text().split())
    assert sorted(path.name for path in (find_model("second") / "training").glob("*.jsonl")) == [
        "sources-1.jsonl",
        "sources-2.jsonl",
    ]
    assert w2v("info", "second", "--check").status == 0


def test_new_text_adds_words_and_counts(w2v: W2v, text: Path, new_text: Path) -> None:
    w2v("train", text, "-o", "first", *QUICK)
    run = w2v("train", new_text, "--start-from", "first", "-o", "second", "--epochs", 2, "--workers", 1)
    assert run.status == 0
    first, second = opened("first"), opened("second")
    assert set(first.words) < set(second.words)
    assert set(second.words) - set(first.words) == {"comet", "planet", "is"}
    assert f"3 of {len(list(second.words))} words are new to the model" in run.err
    assert counts("second") == Counter(text.read_text().split()) + Counter(new_text.read_text().split())
    assert (np.diff(list(counts("second").values())[: len(list(second.words))]) <= 0).all()


def test_a_word_that_was_too_seldom_before_rises_above_min_count(w2v: W2v, text: Path) -> None:
    Path("more.txt").write_text("the comet ran\n" * 2)
    w2v("train", text, "-o", "first", *QUICK)
    assert "comet" not in set(opened("first").words)
    assert read_dropped(open_text(find_model("first") / DROPPED)) == {"comet": 3}
    w2v("train", "more.txt", "--start-from", "first", "-o", "second", *MORE)
    assert counts("second")["comet"] == 5
    assert "comet" in set(opened("second").words)
    assert read_dropped(open_text(find_model("second") / DROPPED)) == {}


def test_a_third_training_on_all_texts_counts_them_once(w2v: W2v, text: Path, new_text: Path) -> None:
    w2v("train", text, "-o", "m", *QUICK)
    w2v("train", new_text, "--start-from", "m", "-o", "m", "--force", *MORE)
    before = counts("m")
    for source in (text, new_text):
        assert w2v("train", source, "--start-from", "m", "-o", "m", "--force", *MORE).status == 0
    assert counts("m") == before
    assert len(runs("m")) == 4


def test_words_that_are_not_in_the_new_text_keep_their_vectors(w2v: W2v, text: Path, new_text: Path) -> None:
    w2v("train", text, "-o", "first", *QUICK)
    w2v("train", new_text, "--start-from", "first", "-o", "second", *MORE, "--no-held-out")
    vectors = {
        name: dict(zip(opened(name).words, opened(name).vectors[:].tolist(), strict=True))
        for name in ("first", "second")
    }
    unseen = set(vectors["first"]) - set(new_text.read_text().split())
    assert len(unseen) > 5
    assert all(vectors["first"][word] == vectors["second"][word] for word in unseen)
    assert vectors["first"]["the"] != vectors["second"]["the"]


def test_the_model_keeps_its_name_only_if_that_is_wanted(w2v: W2v, text: Path) -> None:
    w2v("train", text, "-o", "m", *QUICK)
    refused = w2v("train", "--start-from", "m", *MORE)
    assert (refused.status, len(runs("m"))) == (5, 1)
    assert "--force" in refused.err
    assert w2v("train", "--start-from", "m", "--force", *MORE).status == 0
    assert len(runs("m")) == 2


@NEEDS_GENSIM
def test_fasttext_goes_on_too_and_still_gives_unknown_words_vectors(w2v: W2v, text: Path, new_text: Path) -> None:
    w2v("train", text, "-o", "first", *QUICK, *FASTTEXT)
    assert w2v("train", new_text, "--start-from", "first", "-o", "second", *MORE).status == 0
    first, second = opened("first"), opened("second")
    assert set(second.words) > set(first.words)
    assert second.facts.subwords == first.facts.subwords
    assert counts("second") == Counter(text.read_text().split()) + Counter(new_text.read_text().split())
    assert first.subwords is not None
    assert second.subwords is not None
    assert (first.subwords.vectors[:] != second.subwords.vectors[:]).any()
    assert second.vector_of_unknown("rocks") is not None


@pytest.mark.parametrize(
    ("trained", "given", "message"),
    [
        ((), ("--vector-size", 9), "the model has --vector-size 8, which cannot become 9"),
        ((), ("--hs", 1), "the model has --hs 0, which cannot become 1"),
        (("--hs", 1), ("--negative", 0), "the model has --negative 5, which cannot become 0"),
        ((), FASTTEXT[:2], "the model has --model-type word2vec, which cannot become fasttext"),
        (FASTTEXT, ("--bucket", 51), "the model has --bucket 50, which cannot become 51"),
        (FASTTEXT, ("--min-n", 2), "the model has --min-n 3, which cannot become 2"),
        ((), ("--lowercase",), "was trained with --lowercase False, and goes on with it"),
        ((), ("--tokenizer", "whitespace"), "was trained with --tokenizer unicode, and goes on with it"),
    ],
    ids=str,
)
def test_what_a_model_cannot_become_is_refused(
    w2v: W2v, text: Path, home: Path, trained: tuple[object, ...], given: tuple[object, ...], message: str
) -> None:
    if "fasttext" in {*trained, *given}:
        require("gensim")
    w2v("train", text, "-o", "first", *QUICK, *trained)
    run = w2v("train", "--start-from", "first", "-o", "second", *MORE, *given)
    assert run.status == 2
    assert message in run.err.splitlines()[-1]
    assert [path.name for path in (home / "models").iterdir()] == ["first.w2v"]


def test_a_model_that_was_not_trained_here_is_refused(w2v: W2v, make_model: MakeModel, text: Path, home: Path) -> None:
    make_model(["cat", "dog"], [[1, 2], [2, 1]], name="loaded", counts=[2, 1])
    run = w2v("train", text, "--start-from", "loaded", "-o", "second", *MORE)
    assert run.status == 1
    assert run.err.startswith("Error: ")
    assert "was not made by w2v train" in run.err
    assert [path.name for path in (home / "models").iterdir()] == ["loaded.w2v"]


def test_a_model_without_the_weights_of_its_training_is_refused(w2v: W2v, text: Path, home: Path) -> None:
    w2v("train", text, "-o", "first", *QUICK)
    path = find_model("first")
    (path / "training" / "syn1neg.npy").unlink()
    run = w2v("train", "--start-from", "first", "-o", "second", *MORE)
    assert (run.status, "training/syn1neg.npy is missing" in run.err) == (1, True)
    facts = read_facts(path)
    del facts.sha256["training/syn1neg.npy"]
    write_facts(facts, path)
    run = w2v("train", "--start-from", "first", "-o", "second", *MORE)
    assert run.status == 1
    assert "has no weights of its training to go on with" in run.err
    assert [path.name for path in (home / "models").iterdir()] == ["first.w2v"]


def test_what_was_begun_is_the_same_with_the_same_seed(w2v: W2v, text: Path, new_text: Path) -> None:
    w2v("train", text, "-o", "first", *QUICK)
    for name in ("a", "b"):
        w2v("train", new_text, "--start-from", "first", "-o", name, *MORE)
    assert (find_model("a") / "vectors.npy").read_bytes() == (find_model("b") / "vectors.npy").read_bytes()


@pytest.mark.parametrize(("more", "is_new"), [("a a a b b b b c c c c c c c d d d d d d d d", True), ("a a b", False)])
def test_weights_of_the_tree_are_kept_where_the_tree_is(w2v: W2v, more: str, is_new: bool) -> None:
    """Huffman's trees: 10/8/4/2 and 12/9/4/2 are chains; 13/12/11/10 is balanced, with the words in the same order."""
    Path("one.txt").write_text("a b " * 8 + "a a c c c c d d")
    Path("two.txt").write_text(more)
    hs = ("--hs", 1, "--negative", 0, "--min-count", 1)
    assert w2v("train", "one.txt", "-o", "first", *QUICK, *hs).status == 0
    run = w2v("train", "two.txt", "--start-from", "first", "-o", "second", "--epochs", 1, "--workers", 1)
    assert run.status == 0
    assert list(opened("second").words) == list("abcd")
    assert ("the tree of hierarchical softmax is a new one" in run.err) is is_new


@NEEDS_GENSIM
def test_the_engine_is_chosen_by_the_new_text(w2v: W2v, text: Path) -> None:
    w2v("train", text, "-o", "first", *QUICK, "--engine", "numba")
    w2v("train", "--start-from", "first", "-o", "second", *MORE)
    assert [run["engine"] for run in runs("second")] == ["numba", "gensim"]


ORDINARY = {"vector_size": 8, "epochs": 2, "workers": 1, "sg": 1}


@NEEDS_GENSIM
@pytest.mark.parametrize("changes", [{}, {"sg": 0}, {"hs": 1, "negative": 0}, {"hs": 1}, {"bucket": 50}], ids=str)
def test_a_model_of_gensim_goes_on_as_in_gensim(w2v: W2v, text: Path, changes: dict[str, Any]) -> None:
    """Its weights are gensim's, and so are its vectors when both have trained further on the same text."""
    kind = FastText if "bucket" in changes else Word2Vec
    theirs = kind(LineSentence(str(text)), **ORDINARY | changes)
    theirs.save("theirs.model")
    assert w2v("load", "theirs.model", "--trust-pickle", "-o", "first").status == 0
    first = open_model_directory(find_model("first"), with_weights=True)
    expected = {name for name in ("syn1neg", "syn1") if hasattr(theirs, name)}
    assert set(first.weights) == expected | ({"vectors_vocab"} if "bucket" in changes else set())
    for name in expected:
        np.testing.assert_array_equal(first.weights[name], getattr(theirs, name))
    if "bucket" in changes:
        np.testing.assert_array_equal(first.weights["vectors_vocab"], theirs.wv.vectors_vocab)
    alike = ("--tokenizer", "whitespace", "--engine", "gensim", "--no-held-out")
    done = w2v("train", text, "--start-from", "first", "-o", "second", *MORE, *alike)
    assert done.status == 0, done.err
    theirs.random = np.random.RandomState(1)
    theirs.train(LineSentence(str(text)), total_examples=theirs.corpus_count, epochs=2)
    np.testing.assert_array_equal(opened("second").vectors[:], theirs.wv.vectors)
    assert opened("second").facts.settings["window"] == theirs.window


@NEEDS_GENSIM
def test_what_is_not_known_of_a_model_of_gensim_is_said(w2v: W2v, text: Path, new_text: Path) -> None:
    Word2Vec(LineSentence(str(text)), **ORDINARY).save("theirs.model")
    w2v("load", "theirs.model", "--trust-pickle", "-o", "first")
    assert "does not keep on what text, so CORPUS is needed" in w2v("train", "--start-from", "first").err
    wide = w2v("train", new_text, "--start-from", "first", "-o", "second", "--vector-size", 9)
    assert "--vector-size 8, which cannot become 9" in wide.err
    assert w2v("train", new_text, "--start-from", "first", "-o", "second", *MORE).status == 0
    assert counts("second")["the"] > counts("first")["the"]
    assert "It all began with the model first, which was trained elsewhere." in w2v("info", "second", "--methods").out
    assert "whose own training is not known" in w2v("rerun", "second", "-o", "third").err
    assert "was trained 2 times" in w2v("stability", "second").err
    assert w2v("predict", "the", "cat", "-m", "first").status == 0
    w2v("convert", "first", "back.model", "-q")
    np.testing.assert_array_equal(Word2Vec.load("back.model").wv.vectors, opened("first").vectors[:])


@NEEDS_GENSIM
def test_a_part_of_a_model_of_gensim_has_vectors_alone(w2v: W2v, text: Path, new_text: Path) -> None:
    Word2Vec(LineSentence(str(text)), **ORDINARY).save("theirs.model")
    w2v("load", "theirs.model", "--trust-pickle", "-o", "first", "--limit", 3)
    assert "was not made by w2v train" in w2v("train", new_text, "--start-from", "first").err
