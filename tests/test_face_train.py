"""Training from Python: files, sentences and texts, and what is refused instead of being trained on."""

from __future__ import annotations

import doctest
import json
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import w2vcli
from tests.conftest import ROOT, W2v
from tests.gensim_oracle import QUICK_ENGINE, LineSentence, Word2Vec
from w2vcli.corpus.reading import Reading
from w2vcli.errors import BadCorpus, BadModel, BadSettings, Offline, OutputExists
from w2vcli.face.training import TrainSettings
from w2vcli.models.registry import home as home_folder
from w2vcli.training.settings import Settings

QUICKLY: Any = {"vector_size": 8, "epochs": 1, "workers": 1, "sample": 0, "min_count": 1, "engine": QUICK_ENGINE}
SENTENCES = [["the", "king", "rules", "."], ["a", "queen", "rules", "2.5", "countries", "."]] * 20


def test_sentences_are_trained_on_as_they_are() -> None:
    model = w2vcli.train(SENTENCES, **QUICKLY)
    assert set(model) == {token for sentence in SENTENCES for token in sentence}
    counts = {found.word: found.count for found in model.words(topn=None)}
    assert (counts["."], counts["king"]) == (40, 20)


def test_a_generator_is_gone_through_once() -> None:
    once = w2vcli.train((sentence for sentence in SENTENCES), **QUICKLY)
    again = w2vcli.train(SENTENCES, **QUICKLY)
    np.testing.assert_array_equal(once.vectors, again.vectors)


def test_the_vectors_are_those_of_gensim() -> None:
    """By gensim's engine, with the settings that gensim is given."""
    settings: Any = {"vector_size": 8, "epochs": 2, "workers": 1, "sample": 0, "min_count": 1, "seed": 7, "sg": 1}
    theirs = Word2Vec(SENTENCES, **settings)
    ours = w2vcli.train(SENTENCES, **settings, engine="gensim", held_out=False)
    for word in theirs.wv.index_to_key:
        np.testing.assert_array_equal(ours[word], theirs.wv[word])


def test_texts_are_tokenized_as_a_command_does(w2v: W2v, tmp_path: Path) -> None:
    texts = ["The king rules. Long live the queen!", "A queen, too\nreigns."] * 20
    model = w2vcli.train(texts, lowercase=True, **QUICKLY)
    table = tmp_path / "texts.jsonl"
    table.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8", newline="\n")
    flags = [f"--{name.replace('_', '-')}={value}" for name, value in QUICKLY.items()]
    assert w2v("train", table, "--column", "text", "--lowercase", *flags, "-o", "same").status == 0
    same = w2vcli.load("same")
    assert list(model) == list(same)
    np.testing.assert_array_equal(model.vectors, same.vectors)


def test_a_column_of_pandas_is_texts() -> None:
    pandas = pytest.importorskip("pandas")
    model = w2vcli.train(pandas.Series(["the king rules"] * 20), **QUICKLY)
    assert set(model) == {"the", "king", "rules"}


def test_files_are_a_path_or_paths(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(f"the {name} word\n" * 20, encoding="utf-8", newline="\n")
    assert set(w2vcli.train(tmp_path / "a.txt", **QUICKLY)) == {"the", "a", "word"}
    assert w2vcli.train(str(tmp_path / "a.txt"), **QUICKLY).name == "a"
    both = w2vcli.train([tmp_path / "a.txt", tmp_path / "b.txt"], **QUICKLY)
    assert set(both) == {"the", "a", "b", "word"}
    with pytest.raises(BadCorpus, match="give files as Path objects"):
        w2vcli.train([str(tmp_path / "a.txt"), str(tmp_path / "b.txt")], **QUICKLY)


@pytest.mark.parametrize(
    ("corpus", "message"),
    [
        ([], "there are no sentences"),
        (iter([]), "a generator that was gone through before is empty"),
        ([["a b"]], "sentence 1 has the token 'a b'; a token is not empty and has no blanks"),
        ([["a"], ["b", ""]], "sentence 2 has the token ''"),
        ([["a\u00a0b"]], "has no blanks"),
        ([["a", 1]], "sentence 1 has a token that is no string, but int: 1"),
        ([["a"], "the king"], "sentence 2 is no list of tokens, but str: 'the king'"),
        (["the king", ["a"]], "text 2 is no string, as those before it, but list"),
        (["the king", None], r"text 2 is missing \(None\); leave it out, as with .dropna"),
        (["the king", float("nan")], "text 2 is missing"),
        ([["\ud800"]], "sentence 1 has half a character"),
        ([b"the king"], "sentence 1 is no list of tokens, but bytes"),
        ({"text": ["the king"]}, "a dict is no list of texts; give one of its columns"),
        (7, "a corpus is a path, or a list of sentences or texts, not int"),
        ("no-such-file", "no such file or folder"),
    ],
)
def test_what_is_no_corpus_is_refused_in_a_line(corpus: Any, message: str) -> None:
    with pytest.raises(BadCorpus, match=message):
        w2vcli.train(corpus, output="new", **QUICKLY)
    assert [*(home_folder() / "models").glob("*")] == []


def test_settings_are_those_of_the_flags() -> None:
    known = {*Reading.__dataclass_fields__, *Settings.__dataclass_fields__} - {"word_rules"}
    assert set(TrainSettings.__annotations__) == known


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"size": 100}, "there is no setting size; did you mean vector_size?"),
        ({"iter": 5}, "did you mean epochs?"),
        ({"vectorsize": 100}, "did you mean vector_size?"),
        ({"vector_size": 0}, "--vector-size 0 is not between 1 and 65536"),
        ({"tokenizer": "unicode"}, "tokenized already; leave --tokenizer out"),
        ({"column": "text"}, "give the column itself"),
        ({"stop_words": "the"}, "a list of words, not a string"),
    ],
)
def test_settings_that_do_not_fit_are_refused(settings: Any, message: str) -> None:
    with pytest.raises(BadSettings, match=message.replace("?", "[?]")):
        w2vcli.train(SENTENCES, output="new", **settings)
    assert [*(home_folder() / "models").glob("*")] == []


def test_a_model_without_a_name_goes_and_a_saved_one_stays() -> None:
    model = w2vcli.train(SENTENCES, **QUICKLY)
    folder = model.path.parent
    kept = model.save("kept")
    assert folder.exists()
    del model
    import gc

    gc.collect()
    assert not folder.exists()
    assert "king" in w2vcli.load("kept")
    assert kept.path.with_suffix(".sentences.jsonl").exists()


def test_a_model_with_a_name_stays_with_its_sentences_and_is_not_replaced(home: Path) -> None:
    model = w2vcli.train(SENTENCES, output="named", **QUICKLY)
    assert model.path == home / "models" / "named.w2v"
    assert (home / "models" / "named.sentences.jsonl").exists()
    with pytest.raises(OutputExists):
        w2vcli.train(SENTENCES, output="named", **QUICKLY)
    w2vcli.train(SENTENCES[:10], output="named", force=True, **QUICKLY)
    assert w2vcli.load("named").words()[0].count == 10


def test_a_model_is_trained_further(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("the king rules\n" * 20, encoding="utf-8", newline="\n")
    settings = QUICKLY | {"engine": "numba"}  # which keeps the weights
    model = w2vcli.train(file, tokenizer="whitespace", **settings)
    more = w2vcli.train(SENTENCES, start_from=model, workers=1, epochs=1, engine="numba")
    assert set(more) == {"the"} | {token for sentence in SENTENCES for token in sentence}
    longer = w2vcli.train(start_from=model, epochs=2, workers=1, engine="numba")
    assert set(longer) == set(model)
    assert not np.array_equal(longer.vectors, model.vectors)
    with pytest.raises(BadModel):
        w2vcli.train(SENTENCES, start_from="nothing")
    with pytest.raises(BadSettings, match="name a corpus"):
        w2vcli.train()


def test_training_begins_with_the_vectors_of_a_model() -> None:
    given = w2vcli.train(SENTENCES, **QUICKLY)
    quickly = {name: value for name, value in QUICKLY.items() if name != "vector_size"}
    more = [*SENTENCES, ["the", "new", "king"]]
    frozen = w2vcli.train(more, vectors=given, frozen=True, **quickly)
    tuned = w2vcli.train(more, vectors=given.path, **quickly)
    assert set(frozen) - set(given) == {"new"}
    for word in given:
        np.testing.assert_array_equal(frozen[word], given[word])
    assert not np.array_equal(tuned["king"], given["king"])
    with pytest.raises(BadSettings, match="has vectors of 8 dimensions"):
        w2vcli.train(more, vectors=given, vector_size=9)
    with pytest.raises(BadSettings, match="leave vectors and frozen out"):
        w2vcli.train(more, vectors=given, start_from=given)
    with pytest.raises(BadSettings, match="frozen is said of vectors"):
        w2vcli.train(more, frozen=True)


@pytest.mark.parametrize("value", ["1", "true", "yes"])
def test_the_network_is_ruled_out_by_the_variable(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("W2V_OFFLINE", value)
    with pytest.raises(Offline, match="is in the network"):
        w2vcli.load("google-news")
    with pytest.raises(Offline, match="is in the network"):
        w2vcli.train("https://example.org/corpus.txt")


def test_the_sentences_of_gensim_are_sentences(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("the king rules\n" * 20, encoding="utf-8", newline="\n")
    assert set(w2vcli.train(LineSentence(str(file)), **QUICKLY)) == {"the", "king", "rules"}


def test_a_warning_points_at_the_line_of_the_user() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        w2vcli.train(SENTENCES, **QUICKLY | {"sample": 1e-3})
    assert [(one.filename, one.category) for one in caught] == [(__file__, w2vcli.W2vWarning)]
    assert "left out by --sample" in str(caught[0].message)


def test_nothing_is_written_to_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    w2vcli.train(SENTENCES, **QUICKLY)
    assert capfd.readouterr() == ("", "")


def test_notes_are_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="w2vcli"):
        w2vcli.train(SENTENCES, **QUICKLY | {"epochs": None})
    assert any("50 epochs" in message for message in caplog.messages)


def test_the_examples_of_the_docstrings(w2v: W2v) -> None:
    pytest.importorskip("gensim")  # by whose engine english.txt is trained on quickly
    assert w2v("train", ROOT / "data" / "english.txt", "--workers", 1).status == 0
    for name in ("w2vcli", *(f"w2vcli.face.{name}" for name in ("model", "opening", "questions", "table", "training"))):
        result = doctest.testmod(import_module(name), optionflags=doctest.ELLIPSIS)
        assert result.attempted
        assert result.failed == 0
