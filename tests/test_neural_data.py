from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from w2vcli.errors import BadCorpus, DamagedInput
from w2vcli.neural.classifiers.baseline import fit_baseline, load_baseline
from w2vcli.neural.ids import NetworkIds
from w2vcli.neural.labelled_texts.label_files import Columns, Labelled
from w2vcli.neural.labelled_texts.labelled import read_labelled
from w2vcli.neural.labelled_texts.parts import TEST, TRAIN
from w2vcli.neural.language_models.trigrams import KneserNey, split_sentences
from w2vcli.neural.network_plans import RowShape, TextSettings
from w2vcli.neural.tokenized_texts import TokenizedTexts, frequent_words, to_ids, to_rows, tokenize_texts
from w2vcli.reporting import SILENT

WHITESPACE = TextSettings(tokenizer="whitespace", lowercase=False)
FILES = {
    "x/train/pos/1.txt": "good film",
    "x/train/pos/2.txt": "great film",
    "x/train/neg/1.txt": "bad film",
    "x/train/unsup/1.txt": "some film",
    "x/train/labels.feat": "0 1 2",
    "x/test/pos/1.txt": "fine film",
    "x/test/neg/1.txt": "awful film",
    "x/README": "read me",
}


def as_folder(path: Path) -> Path:
    for name, text in FILES.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return path / "x"


def as_tar(path: Path) -> Path:
    with tarfile.open(path / "x.tar.gz", "w:gz") as archive:
        for name, text in FILES.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return path / "x.tar.gz"


def as_zip(path: Path) -> Path:
    with zipfile.ZipFile(path / "x.zip", "w") as archive:
        for name, text in FILES.items():
            archive.writestr(name, text)
    return path / "x.zip"


@pytest.mark.parametrize("make", [as_folder, as_tar, as_zip])
def test_a_folder_for_each_label(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path)
    train = read_labelled(path, TRAIN, Columns(), SILENT)
    assert sorted(zip(train.labels, train.texts, strict=True)) == [
        ("neg", "bad film"),
        ("pos", "good film"),
        ("pos", "great film"),
    ]
    test = read_labelled(path, TEST, Columns(), SILENT)
    assert sorted(zip(test.labels, test.texts, strict=True)) == [("neg", "awful film"), ("pos", "fine film")]


def test_a_folder_without_parts_is_read_for_both(tmp_path: Path) -> None:
    for label, text in (("a", "one"), ("b", "two")):
        (tmp_path / "d" / label).mkdir(parents=True)
        (tmp_path / "d" / label / "1.txt").write_text(text)
    for part in (TRAIN, TEST):
        assert read_labelled(tmp_path / "d", part, Columns(), SILENT) == Labelled(["one", "two"], ["a", "b"])


def test_tables(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('stars,review\n5,"good, very"\n1,bad\n,none\n')
    columns = Columns(text="review", label="stars")
    found = Labelled(["good, very", "bad"], ["5", "1"])
    assert read_labelled(tmp_path / "t.csv", TRAIN, columns, SILENT) == found
    (tmp_path / "t.tsv").write_text("review\tstars\ngood, very\t5\nbad\t1\n")
    assert read_labelled(tmp_path / "t.tsv", TRAIN, columns, SILENT) == found
    (tmp_path / "t.jsonl").write_text('{"review": "good, very", "stars": 5}\n{"stars": "1", "review": "bad"}\n')
    assert read_labelled(tmp_path / "t.jsonl", TRAIN, columns, SILENT) == found


def test_what_has_no_labelled_texts_is_an_error(tmp_path: Path) -> None:
    def error(path: Path, columns: Columns | None = None) -> str:
        with pytest.raises((BadCorpus, DamagedInput)) as raised:
            read_labelled(path, TRAIN, columns or Columns(), SILENT)
        return str(raised.value)

    assert "no such file" in error(tmp_path / "nothing")
    (tmp_path / "empty").mkdir()
    assert "no labelled texts" in error(tmp_path / "empty")
    (tmp_path / "t.csv").write_text("text,x\na,1\n")
    assert "has no column label; it has: text, x" in error(tmp_path / "t.csv")
    (tmp_path / "t.txt").write_text("text")
    assert "neither a folder, nor" in error(tmp_path / "t.txt")
    archive = as_tar(tmp_path)
    archive.write_bytes(archive.read_bytes()[:-60])
    assert "breaks off" in error(archive)
    for label in "ab":
        (tmp_path / "d" / label).mkdir(parents=True)
        (tmp_path / "d" / label / "1.txt").write_bytes(b"\xff")
    assert "byte 0 is not UTF-8" in error(tmp_path / "d")
    (tmp_path / "e" / "test" / "a").mkdir(parents=True)
    (tmp_path / "e" / "test" / "a" / "1.txt").write_text("x")
    assert "there is no part train in it, only test" in error(tmp_path / "e")


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=6), min_size=1, max_size=6), st.integers(1, 7))
def test_rows_hold_the_beginning_or_the_end_of_texts(texts: list[list[str]], length: int) -> None:
    tokens = tokenize_texts([" ".join(text) for text in texts], WHITESPACE)
    number = {"a": 1, "b": 2, "c": 3, "d": 3}
    truncatings: tuple[Literal["pre", "post"], ...] = ("pre", "post")
    for truncating in truncatings:
        rows = to_rows(to_ids(tokens, NetworkIds(["a", "b"]), RowShape(length, truncating)), length)
        for row, text in zip(rows.tolist(), texts, strict=True):
            kept = [number[word] for word in (text[-length:] if truncating == "pre" else text[:length])] or [3]
            assert row == kept + [0] * (length - len(kept))


def test_frequent_words_are_in_the_order_of_their_counts() -> None:
    tokens = tokenize_texts(["b a a", "c c b a d"], TextSettings())
    words, counts = frequent_words(tokens.words, tokens.counts(), 3, 2)
    assert (words, counts.tolist()) == (["a", "b", "c"], [3, 2, 2])
    assert frequent_words(tokens.words, tokens.counts(), 2, 1)[0] == ["a", "b"]
    with pytest.raises(BadCorpus, match="no word comes 4 times or more"):
        frequent_words(tokens.words, tokens.counts(), 2, 4)


@pytest.mark.parametrize("classes", [2, 3])
def test_the_baseline_is_scikit_learn_s_and_survives_its_files(tmp_path: Path, classes: int) -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(classes, size=200).astype(np.int32)
    texts = [" ".join(f"w{rng.integers(20) + 5 * label}" for _ in range(12)) for label in labels]
    tokens = tokenize_texts(texts, WHITESPACE)
    fit_baseline(tokens, labels).save(tmp_path)
    ours = load_baseline(tmp_path)
    words = [word for word, count in zip(tokens.words, tokens.counts(), strict=True) if count >= 2]
    vectorizer = TfidfVectorizer(vocabulary=words, token_pattern=r"\S+")  # noqa: S106 - a pattern
    model = LogisticRegression(max_iter=1000).fit(vectorizer.fit_transform(texts), labels)
    others = [" ".join(f"w{number}" for number in rng.integers(30, size=9)) for _ in range(100)] + ["unknown", ""]
    told = ours.predict(tokenize_texts(others, WHITESPACE))
    np.testing.assert_array_equal(told, model.predict(vectorizer.transform(others)))


SENTENCES = [[1, 2, 3, 0], [1, 2, 0], [2, 3, 3, 0], [1, 2, 3, 0], [3, 0]]


def test_kneser_ney_probabilities_add_up_to_one_whatever_came_before() -> None:
    model = KneserNey(SENTENCES, 6)
    for context in ([0, 0], [0, 1], [1, 2], [3, 3], [5, 5], [4, 1]):
        found = model.probabilities(context)
        assert found.sum() == pytest.approx(1)
        assert (found > 0).all()


def test_kneser_ney_by_hand() -> None:
    """Of the trigrams, 0 1 2 and 1 2 3 and so on, those counted once are as many as n1, twice n2."""
    model = KneserNey([[1, 0], [1, 0], [2, 0]], 3)
    # trigrams: 001 x2, 010 x2, 002 x1, 020 x1; n1 = 2, n2 = 2, so the discount is 2 / 6
    # bigrams by contexts: 01:1, 10:1, 02:1, 20:1; all once: n1 = 4, n2 = 0, discount 1
    # unigrams by contexts: 1:1, 0:2, 2:1; n1 = 2, n2 = 1, discount 2 / 4
    unigram = (1 - 0.5) / 4 + 0.5 * 3 / 4 * (1 / 3)
    bigram = (1 - 1) / 2 + 1 * 2 / 2 * unigram
    trigram = (2 - 1 / 3) / 3 + (1 / 3) * 2 / 3 * bigram
    assert model.probability([0, 0], 1) == pytest.approx(trigram)


def test_the_perplexity_of_trigrams_is_the_inverse_of_the_geometric_mean() -> None:
    model = KneserNey(SENTENCES, 6)
    sentence = [1, 2, 5, 0]
    probabilities = [
        model.probability(context, word) for context, word in (([0, 0], 1), ([0, 1], 2), ([1, 2], 5), ([2, 5], 0))
    ]
    assert model.perplexity([sentence]) == pytest.approx(np.prod(probabilities) ** (-1 / 4))
    assert np.isnan(model.perplexity([]))


def test_sentences_of_numbers() -> None:
    assert split_sentences(np.array([1, 2, 0, 3, 0])) == [[1, 2, 0], [3, 0]]
    assert split_sentences(np.array([], dtype=np.int32)) == []


def test_tokens_without_texts_have_no_counts() -> None:
    assert TokenizedTexts(["a"], []).counts().tolist() == [0]


def test_what_a_language_model_learns_from() -> None:
    from w2vcli.neural.language_models.language_network import to_examples
    from w2vcli.neural.network_plans import LanguageNetwork

    text = np.array([5, 6, 7, 0, 8, 0], dtype=np.int32)
    found = to_examples(text, LanguageNetwork(window=2))
    assert found.targets.tolist() == text.tolist()
    assert found.inputs.tolist() == [[0, 0], [0, 5], [5, 6], [6, 7], [0, 0], [0, 8]]
    rows = to_examples(text, LanguageNetwork("recurrent", window=4))
    assert rows.inputs.tolist() == [[0, 5, 6, 7], [0, 8, 0, 0]]
    assert rows.targets.tolist() == [[5, 6, 7, 0], [8, 0, 0, 0]]
