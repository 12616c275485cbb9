"""``w2v compare``: models and sides, the table, JSON and what is refused."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import W2v
from w2vcli.compare.document_sides import sides_by_column, sides_by_files, sides_by_name
from w2vcli.corpus.reading import Reading, read_corpus
from w2vcli.errors import BadCorpus
from w2vcli.reporting import SILENT
from w2vcli.requirements import has_gensim

SMALL = "--vector-size 8 --min-count 3 --epochs 6 --workers 1 --sample 0 -q".split()
ROYAL, RIVER = ([f"{kind}{letter}" for letter in "abcdefghijklmnopqrst"] for kind in ("royal", "river"))


def sentence(rng: random.Random, *, bank_is_royal: bool) -> str:
    """Return eight words about a court or a river, with *bank* among those of one of them."""
    royal = rng.random() < 0.5
    words = rng.choices(ROYAL if royal else RIVER, k=6) + rng.choices(["the", "of", "and"], k=2)
    if royal == bank_is_royal and rng.random() < 0.5:
        words[rng.randrange(6)] = "bank"
    rng.shuffle(words)
    return " ".join(words)


def bank_of(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the row of *bank*, which differs."""
    [found] = [row for row in rows if row["word"] == "bank"]
    assert found["fdr"] < 0.05
    assert found["low"] > 0
    return found


def write_sides(folder: Path, documents: int = 60) -> None:
    """Write documents in which a bank is of a river, into ``old``, and of a court, into ``new``; and a table of all."""
    rng = random.Random(1)
    rows = ["text,year,rating"]
    for name in ("old", "new"):
        (folder / name).mkdir()
        for number in range(documents):
            lines = [sentence(rng, bank_is_royal=name == "new") for _ in range(12)]
            (folder / name / f"{number}.txt").write_text("\n".join(lines), encoding="utf-8")
            rows.append(f"{' . '.join(lines)},{name},{number % 3 or ''}")
            rows.append(f",{name},1")  # a document without words is none
    (folder / "all.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with both sides, and models ``old``, ``new`` and ``both`` of them."""
    monkeypatch.chdir(tmp_path)
    write_sides(tmp_path)
    for name, sources in {"old": ["old"], "new": ["new"], "both": ["old", "new"]}.items():
        assert w2v("train", *sources, "-o", name, *SMALL).status == 0
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_one_model_is_split_by_folders(w2v: W2v) -> None:
    found = w2v("compare", "both", "--sides", "old", "new", "-n", 50, "--json")
    assert found.status == 0
    bank = bank_of(found.json)
    assert set(bank["near_a"][:3]) <= set(RIVER)
    assert set(bank["near_b"][:3]) <= set(ROYAL)
    assert min(bank["count_a"], bank["count_b"]) > 100
    assert "side a is old: 5,760 words in documents: 60" in found.err
    assert "documents shuffled: 120" in found.err
    least = w2v("compare", "both", "--sides", "old", "new", "--json", "--least").json
    assert least[0]["word"] != "bank"
    assert least[0]["high"] == min(row["high"] for row in least)


@pytest.mark.usefixtures("folder")
def test_two_models_are_compared_by_one_of_both_texts(w2v: W2v) -> None:
    found = w2v("compare", "old", "new", "bank", "the")
    assert found.status == 0
    assert "one model is trained on both texts, 11,520 words" in found.err
    rows = found.rows
    assert {row[0] for row in rows} == {"bank", "the"}
    assert rows[0][0] == "bank"


@pytest.mark.usefixtures("folder")
def test_words_are_counted_on_both_sides(w2v: W2v) -> None:
    found = w2v("compare", "old", "new", "bank", "the", "--keyness", "--json")
    assert "one model is trained" not in found.err
    [first, second] = sorted(found.json, key=lambda row: str(row["word"]))
    assert first["word"] == "bank"
    assert first["per_million_a"] == pytest.approx(first["count_a"] / 5760 * 1e6)
    assert abs(second["log_ratio"]) < 0.5
    rows = w2v("compare", "both", "--sides", "old", "new", "--keyness", "-n", 3).rows
    assert len(rows) == 3
    likelihoods = [float(row[1]) for row in rows]
    assert likelihoods == sorted(likelihoods, reverse=True)


@pytest.mark.usefixtures("folder")
def test_what_stands_near_a_word_is_shown_of_both_sides(w2v: W2v) -> None:
    found = w2v("compare", "old", "new", "bank", "--collocations", "--json", "-n", 60)
    assert found.status == 0, found.err
    assert "one model is trained" not in found.err
    rows = found.json
    assert {row["word"] for row in rows} == {"bank"}
    assert "bank" not in {row["context"] for row in rows}
    likelihoods = [row["log_likelihood"] for row in rows]
    assert likelihoods == sorted(likelihoods, reverse=True)
    for row in rows:  # a river on the first side, a court on the second
        if row["context"] in RIVER:
            assert row["log_ratio"] > 0
            assert row["log_dice_b"] is None or row["log_dice_a"] > row["log_dice_b"]
            assert row["count_a"] > row["count_b"]
        if row["context"] in ROYAL:
            assert row["log_ratio"] < 0
    run = w2v("compare", "old", "new", "--collocations")
    assert run.status == 2
    assert "--collocations shows what stands near words: name one or more" in run.err


def test_a_table_is_split_by_a_column(folder: Path, w2v: W2v) -> None:
    assert w2v("train", "all.csv", "--column", "text", "-o", "table", *SMALL).status == 0
    found = w2v("compare", "table", "--by", "year", "-n", 50, "--json")
    assert found.status == 0, found.err
    by_year = found.json
    # The sides are new and old, in the order of the alphabet.
    assert set(bank_of(by_year)["near_a"][:3]) <= set(ROYAL)
    by_rating = w2v("compare", "table", "--by", "rating", "--json")
    assert "side a is 1" in by_rating.err
    assert sum(row["fdr"] < 0.05 for row in by_rating.json) <= 1


@pytest.mark.usefixtures("folder")
def test_asking_twice_trains_once(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    first = w2v("compare", "old", "new", "--json")
    again = w2v("compare", "old", "new", "--json")
    assert again.json == first.json
    assert "one model is trained" not in again.err
    assert "one model of both texts is taken from the cache" in again.err
    assert "one model is trained" in w2v("compare", "old", "new", "--no-cache").err
    [kept] = (Path(os.environ["W2V_HOME"]) / "cache").glob("*/joint-*.npz")
    kept.write_bytes(kept.read_bytes()[:2000])  # as after a full disk
    broken = w2v("compare", "old", "new", "--json")
    assert broken.json == first.json
    assert "one model is trained" in broken.err


@pytest.mark.usefixtures("folder")
def test_other_measures_are_columns_and_the_first_one_orders_the_words(w2v: W2v) -> None:
    plain = w2v("compare", "both", "--sides", "old", "new", "-n", 50, "--json").json
    found = w2v("compare", "both", "--sides", "old", "new", "-n", 50, "--measure", "all", "--json")
    assert found.status == 0, found.err
    names = ["procrustes", "overlap", "referencing", "compass", "regression", "regression_p"]
    assert [name for name in found.json[0] if name not in plain[0]] == names
    assert [{name: row[name] for name in plain[0]} for row in found.json] == plain
    assert bank_of(found.json)["regression_p"] < 0.01
    by_compass = w2v("compare", "both", "--sides", "old", "new", "--measure", "compass", "-n", 2).rows
    assert float(by_compass[0][6]) == pytest.approx(max(row["compass"] for row in found.json))
    assert "bank" in [row[0] for row in by_compass]
    if has_gensim():  # by whose engine the words lie apart for certain
        assert by_compass[0][0] == "bank"
    assert len(by_compass) == 2
    least = w2v("compare", "both", "--sides", "old", "new", "--measure", "compass", "--json", "--least").json
    assert least[0]["compass"] == min(row["compass"] for row in found.json)
    # The two models themselves are the spaces, and nothing more is trained.
    pair = w2v("compare", "old", "new", "bank", "the", "--measure", "procrustes", "--measure", "overlap", "--json")
    assert {row["word"]: row["procrustes"] for row in pair.json}["bank"] > 0.3
    assert "a model is trained of the side" not in pair.err


@pytest.mark.usefixtures("folder")
def test_a_model_that_is_taken_as_a_word_is_told(w2v: W2v) -> None:
    assert w2v("train", "old", "-o", "the", *SMALL).status == 0
    found = w2v("compare", "both", "the", "--sides", "old", "new")
    assert found.status == 0
    assert "the is taken as a word, not as the model of that name" in found.err
    refused = w2v("compare", "both", "new", "--sides", "old", "new")
    assert refused.status == 2
    assert "new is a model, and --by and --sides split the text of one; leave new out" in refused.err


def test_short_sides_are_counted_though_they_are_too_short_to_be_shuffled(tmp_path: Path, w2v: W2v) -> None:
    for name in ("left", "right"):
        (tmp_path / name).write_text(f"{name} " + "the king sat on the hill\n" * 30, encoding="utf-8")
    assert w2v("train", tmp_path / "left", tmp_path / "right", "-o", "short", *SMALL).status == 0
    found = w2v("compare", "short", "--sides", "left", "right", "--keyness", "--json", "--min-count", 2)
    assert found.status == 0, found.err
    assert {row["word"]: row["count_a"] for row in found.json}["king"] == 30
    assert "shuffling needs 10 documents" in w2v("compare", "short", "--sides", "left", "right").err


REFUSED = {
    "name a second model, or how to split the text of this one": "both",
    "no document of the text is on the side newer; a side is a name of": "both --sides old newer",
    "is on both sides": "both --sides old old/3.txt",
    "the text was read without --column": "both --by year",
    "not in the vocabulary: bnak": "both --sides old new bnak",
    "the words that are named are all shown": "both --sides old new bank --least",
    "--text names the text of one model": "old new --text old",
    "is in the texts of both models": "both old",
    "--keyness counts words, and compares no meaning": "old new --keyness --least",
    "seen too seldom on a side": "both --sides old new bank --min-count 100000",
    "no word is seen 100000 times on each side": "both --sides old new --min-count 100000",
}


@pytest.mark.usefixtures("folder")
def test_what_cannot_be_compared_is_one_clear_line(w2v: W2v) -> None:
    for said, arguments in REFUSED.items():
        found = w2v("compare", *arguments.split(), "-q")
        assert found.status != 0
        assert said in found.err
        assert len(found.err.strip().splitlines()) <= 2  # of a wrong usage, the second says where help is


def test_two_ways_of_reading_and_a_document_that_is_gone_are_refused(folder: Path, w2v: W2v) -> None:
    assert w2v("train", "new", "-o", "other", *SMALL, "--lowercase").status == 0
    assert "--lowercase False, other with True: their words cannot be compared" in w2v("compare", "old", "other").err
    assert w2v("train", "new", "-o", "blanks", *SMALL, "--tokenizer", "whitespace").status == 0
    assert "--tokenizer unicode, blanks with whitespace: their words" in w2v("compare", "old", "blanks").err
    (folder / "new" / "7.txt").unlink()
    found = w2v("compare", "both", "--sides", "old", "new")
    assert found.status == 1
    assert "7.txt is gone" in found.err


def test_a_folder_and_a_table_are_refused_by_what_they_are(folder: Path, w2v: W2v) -> None:
    assert w2v("train", "all.csv", "--column", "text", "-o", "table", *SMALL).status == 0
    said = "old was trained on text files and table on a column of a table"
    assert said in w2v("compare", "old", "table").err
    assert said in w2v("compare", "table", "old").err


def test_models_of_other_dimensions_are_compared_by_the_settings_of_the_first(folder: Path, w2v: W2v) -> None:
    assert w2v("train", "new", "-o", "small", *SMALL, "--vector-size", "4").status == 2  # given twice
    options = [*SMALL[2:], "--vector-size", "4"]
    assert w2v("train", "new", "-o", "small", *options).status == 0
    found = w2v("compare", "old", "small", "-n", 50, "--json")
    assert found.status == 0
    assert "one model of both texts is trained with those of old" in found.err
    assert bank_of(found.json)
    refused = w2v("compare", "old", "small", "--measure", "procrustes")
    assert refused.status != 0
    assert "old has 8 dimensions and small 4, and procrustes needs as many in both" in refused.err
    every = w2v("compare", "old", "small", "--measure", "all", "--json", "-n", 3)
    assert "left out: old has 8 dimensions" in every.err
    assert every.json[0].keys() >= {"overlap", "compass"}
    assert "procrustes" not in every.json[0]


def test_documents_are_known_by_row_file_and_name(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "t.csv").write_text("t,year\none two. three,1900\n,1900\nfour,2000\nfive\u0301,\n", encoding="utf-8")
    corpus = read_corpus([str(tmp_path / "t.csv")], tmp_path / "corpus", Reading(column="t"), SILENT)
    found, names = sides_by_column(corpus, Reading(column="t"), "year")
    assert (found.tolist(), names) == ([0, 1, -1], ("1900", "2000"))
    assert sides_by_column(corpus, Reading(column="t"), "year", ["2000", "1900"])[0].tolist() == [1, 0, -1]
    with pytest.raises(BadCorpus, match=r"has no column decade.*\(--by\)"):
        sides_by_column(corpus, Reading(column="t"), "decade")
    with pytest.raises(BadCorpus, match=r"no document has 1950 as its year; there are: 1900 \(1\), 2000 \(1\)"):
        sides_by_column(corpus, Reading(column="t"), "year", ["1950", "2000"])
    with pytest.raises(BadCorpus, match=r"t has 3 values: .*; name two of them with --sides"):
        sides_by_column(corpus, Reading(column="t"), "t")

    texts = {"a/x.txt": "one", "a/y.txt": "two", "b/a.txt": "three", "c/empty.txt": " ", "c/z.txt": "four"}
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "files").mkdir()
    corpus = read_corpus([str(tmp_path / name) for name in "abc"], tmp_path / "files", Reading(), SILENT)
    assert sides_by_name(corpus, ["a", "c"]).tolist() == [0, 0, -1, 1]
    assert sides_by_name(corpus, [tmp_path.name, "c"]).tolist() == [-1, -1, -1, 1]
    assert sides_by_name(corpus, ["b/a.txt", str(tmp_path / "c")]).tolist() == [-1, -1, 0, 1]
    (tmp_path / "list").write_text("a/y.txt\n\nz.txt\n", encoding="utf-8")
    assert sides_by_name(corpus, [f"@{tmp_path / 'list'}", "b"]).tolist() == [-1, 0, 1, 0]
    assert sides_by_files(corpus, 2).tolist() == [0, 0, 1, 1]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("ending", ["png", "svg", "pdf", "html"])
def test_the_way_of_a_word_is_drawn(w2v: W2v, ending: str) -> None:
    path = Path(f"bank.{ending}")
    asked = ["compare", "both", "--sides", "old", "new", "bank", "--plot", str(path), "--theme", "dark"]
    found = w2v(*asked)
    assert found.status == 0, found.err
    assert found.rows[0][0] == "bank"
    drawn = path.read_bytes()
    assert len(drawn) > 1000
    if ending in {"svg", "html"}:
        assert "bank: old → new" in drawn.decode("utf-8")
    if ending == "svg":
        assert "near in old" in drawn.decode("utf-8")
    assert w2v(*asked).status != 0  # it is there
    assert w2v(*asked, "--force").status == 0
    assert path.read_bytes() == drawn


PICTURES_REFUSED = {
    "--plot draws the way of one word: name one": "both --sides old new --plot a.png",
    "--plot draws the way of one word": "both --sides old new bank the --plot a.png",
    "a picture's name ends with": "both --sides old new bank --plot a.gif",
    "without --plot nothing is drawn": "both --sides old new bank --theme dark",
    "--keyness counts words, and compares no meaning": "both --sides old new bank --keyness --plot a.png",
}


@pytest.mark.usefixtures("folder")
def test_what_cannot_be_drawn_is_refused_before_the_work(w2v: W2v) -> None:
    for said, arguments in PICTURES_REFUSED.items():
        found = w2v("compare", *arguments.split(), "-q")
        assert found.status == 2 or "gif" in arguments
        assert said in found.err
    assert not Path("a.png").exists()
