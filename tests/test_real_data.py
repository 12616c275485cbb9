"""Facts about real corpora and true vectors, against which the commands are checked."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from tests.conftest import W2v, real_data
from tests.gensim_oracle import NEEDS_GENSIM, KeyedVectors
from w2vcli.models.registry import find_model

GOOGLE_NEWS = "googlenews/GoogleNews-subset-negative300.bin.gz"


def near(value: float) -> object:
    return pytest.approx(value, abs=1e-6)


WORDS = ("trained", "subsampled", "below_min_count", "held_out")


@pytest.fixture
def google_news(w2v: W2v) -> Path:
    path = real_data(GOOGLE_NEWS)
    assert w2v("load", path, "-o", "google").status == 0
    return path


@pytest.mark.usefixtures("google_news")
def test_the_lecture_s_answers_on_true_googlenews_vectors(w2v: W2v) -> None:
    found = {row["word"]: row["similarity"] for row in w2v("similar", "girl", "--json").json}
    assert list(found)[:2] == ["boy", "woman"]
    expected = {
        "boy": 0.8543272,
        "woman": 0.7494641,
        "daughter": 0.6489864,
        "mother": 0.6478164,
        "girls": 0.6154742,
    }
    assert {word: near(value) for word, value in expected.items()} == {word: found[word] for word in expected}
    assert w2v("analogy", "boy", "queen", "-", "girl", "--topn", "1", "--json").json == [
        {"word": "king", "similarity": near(0.7298422)}
    ]
    assert w2v("analogy", "king", "woman", "-", "man", "--topn", "1", "--json").json == [
        {"word": "queen", "similarity": near(0.7118193)}
    ]
    assert w2v("vector", "beautiful").out.startswith("-0.01831055 0.05566406 -0.01153564 0.07275391 ")


def test_googlenews_as_gensim_for_every_kind_of_question(w2v: W2v, google_news: Path) -> None:
    keyed = KeyedVectors.load_word2vec_format(str(google_news), binary=True)
    for words in (["girl"], ["king", "queen"], ["China", "Russia", "France"]):
        ours = w2v("similar", *words, "-n", 25, "--json").json
        assert [(row["word"], near(row["similarity"])) for row in ours] == keyed.most_similar(words, topn=25)
    ours = w2v("odd", "breakfast", "dinner", "lunch", "king", "--json").json
    assert ours[0]["word"] == keyed.doesnt_match(["breakfast", "dinner", "lunch", "king"])
    assert w2v("similarity", "man", "woman", "--json").json[0]["similarity"] == near(keyed.similarity("man", "woman"))


@pytest.mark.usefixtures("google_news")
def test_a_truncated_copy_and_a_broken_gzip_are_told(w2v: W2v, tmp_path: Path) -> None:
    data = real_data(GOOGLE_NEWS).read_bytes()
    (tmp_path / "broken.bin.gz").write_bytes(data[: len(data) // 2])
    (tmp_path / "short.bin").write_bytes(gzip.decompress(data)[:-1000])
    for name, message in (("broken.bin.gz", "breaks off"), ("short.bin", "promises 8,214 rows of 300 values")):
        run = w2v("load", tmp_path / name)
        assert (run.status, run.err.count("\n")) == (1, 1)
        assert message in run.err
    assert find_model().name == "google.w2v"


def test_glove_without_a_header(w2v: W2v) -> None:
    run = w2v("load", real_data("glove/glove.6B.50d.first16846.txt.gz"), "-o", "glove", "--json")
    assert (run.json[0]["words"], run.json[0]["vector_size"]) == (16_846, 50)
    assert w2v("similar", "king", "-n", 1).rows[0][0] in {"prince", "queen"}


def test_text8_is_one_line_and_every_word_is_accounted_for(w2v: W2v) -> None:
    text = gzip.decompress(real_data("text8/text8-first9MB.gz").read_bytes())
    options = ("--tokenizer", "whitespace", "-o", "t8", "--epochs", 1, "--vector-size", 10)
    (facts,) = w2v("train", "-", *options, "--json", stdin=text).json
    assert facts["read"] == 1_550_125 == facts["total"]
    assert facts["read"] == sum(facts[name] for name in WORDS)


def test_every_word_of_the_fairy_tales_is_accounted_for(w2v: W2v) -> None:
    path = real_data("fairy-tales/fairy-tales.txt.gz")
    shutil.copy(path, "tales.txt.gz")
    (facts,) = w2v("train", "tales.txt.gz", "--lowercase", "--epochs", 1, "--vector-size", 10, "--json").json
    assert facts["read"] == sum(facts[name] for name in WORDS)
    assert 1_350_000 < facts["read"] < 1_450_000


def test_korean_reviews_train(w2v: W2v) -> None:
    data = gzip.decompress(real_data("nsmc/nsmc-150k.tsv.gz").read_bytes()).decode()
    lines = [line.split("\t")[1] for line in data.splitlines()[1:20_001]]
    (facts,) = w2v(
        "train", "-", "-o", "nsmc", "--epochs", 1, "--vector-size", 10, "--json", stdin="\n".join(lines)
    ).json
    assert facts["sentences"] >= 19_000
    assert w2v("similar", "영화", "-n", 3).status == 0


@NEEDS_GENSIM  # these sets come with it
@pytest.mark.usefixtures("google_news")
def test_googlenews_on_the_test_sets(w2v: W2v) -> None:
    found = {(row["set"], row["section"], row["measure"]): row for row in w2v("evaluate", "--json").json}
    total = found["questions-words", "total", "3cosadd"]
    assert (total["covered"], total["correct"], total["questions"]) == (9_601, 8_023, 19_544)
    assert total["low"] < total["value"] < total["high"]
    spearman = found["wordsim353", "total", "spearman"]
    assert (spearman["covered"], round(spearman["value"], 4)) == (257, 0.7022)


@NEEDS_GENSIM  # this set comes with it
def test_glove_on_analogies_lower_cased(w2v: W2v) -> None:
    assert w2v("load", real_data("glove/glove.6B.50d.first16846.txt.gz"), "-o", "glove").status == 0
    [total] = [
        row
        for row in w2v("evaluate", "--set", "questions-words", "--json").json
        if (row["section"], row["measure"]) == ("total", "3cosadd")
    ]
    assert (total["covered"], total["correct"]) == (10_452, 5_639)


def test_korean_sets_on_korean_reviews(w2v: W2v, tmp_path: Path) -> None:
    reviews = gzip.decompress(real_data("nsmc/nsmc-150k.tsv.gz").read_bytes()).decode().splitlines()[1:30_001]
    (tmp_path / "reviews.txt").write_text("\n".join(line.split("\t")[1] for line in reviews))
    options = ("-o", "nsmc", "--vector-size", 20, "--epochs", 1, "--min-count", 2)
    assert w2v("train", tmp_path / "reviews.txt", *options).status == 0
    names = ("kor_analogy_semantic.txt", "kor_analogy_syntactic.txt", "kor_ws353.csv")
    sets = [argument for name in names for argument in ("--set", real_data(f"benchmarks/korean/{name}"))]
    run = w2v("evaluate", *sets, "--json")
    assert run.status == 0
    found = {(row["set"], row["measure"]): row for row in run.json if row["section"] == "total"}
    assert {key[0]: row["questions"] for key, row in found.items()} == dict(zip(names, (420, 840, 323), strict=True))
    spearman = found["kor_ws353.csv", "spearman"]
    assert spearman["covered"] > 30
    assert -1 < spearman["low"] < spearman["value"] < spearman["high"] < 1
