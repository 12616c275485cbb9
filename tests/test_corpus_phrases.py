from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import W2v
from tests.gensim_oracle import GENSIMS_CONNECTOR_WORDS, Phrases
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.phrases import ENGLISH_CONNECTOR_WORDS, Phrasing, _learn, join_phrases, read_phrases, write_phrases
from w2vcli.corpus.reading import Reading, read_corpus
from w2vcli.errors import BadModel, BadSettings
from w2vcli.reporting import SILENT

SENTENCES = [["in", "new", "york", "city", "today"], ["new", "york", "city"], ["a", "new", "day", "in", "york"]] * 40


def read(folder: Path, **reading: object) -> EncodedCorpus:
    (folder / "t").write_text("\n".join(map(" ".join, SENTENCES)))
    (folder / "numbers").mkdir()
    return read_corpus([str(folder / "t")], folder / "numbers", Reading("whitespace", **reading), SILENT)  # type: ignore[arg-type]


@given(st.lists(st.sampled_from("abcd"), max_size=12), st.sets(st.sampled_from(["a_b", "b_c", "c_c", "d_a", "a_b_c"])))
def test_words_are_joined_as_gensim_joins_them(tokens: list[str], phrases: set[str]) -> None:
    model = Phrases([["x"]], min_count=1, threshold=0.1).freeze()
    model.phrasegrams = dict.fromkeys(phrases, 1.0)
    assert join_phrases(tokens, dict.fromkeys(phrases, 1.0)) == model[tokens]


@given(
    st.lists(st.sampled_from("abof"), max_size=12),
    st.sets(st.sampled_from(["a_b", "a_o_b", "a_o_f_b", "b_f_b", "a_a", "o_a"])),
)
def test_connector_words_are_within_phrases_where_gensim_has_them(tokens: list[str], phrases: set[str]) -> None:
    model = Phrases([["x"]], min_count=1, threshold=0.1, connector_words=frozenset("of")).freeze()
    model.phrasegrams = dict.fromkeys(phrases, 1.0)
    assert join_phrases(tokens, dict.fromkeys(phrases, 1.0), frozenset("of")) == model[tokens]


def test_connector_words_neither_begin_nor_end_a_phrase(tmp_path: Path) -> None:
    text = [["the", "bank", "of", "england", "is", "old"], ["a", "glass", "of", "water"], ["glass", "is", "old"]] * 40
    (tmp_path / "t").write_text("\n".join(map(" ".join, text)))
    (tmp_path / "numbers").mkdir()
    reading = Reading(
        "whitespace", phrases="npmi", phrase_threshold=0.7, connector_words=tuple(sorted(ENGLISH_CONNECTOR_WORDS))
    )
    corpus = read_corpus([str(tmp_path / "t")], tmp_path / "numbers", reading, SILENT)
    model = Phrases(text, min_count=5, threshold=0.7, scoring="npmi", connector_words=GENSIMS_CONNECTOR_WORDS)
    assert list(corpus.sentences(100)) == [model[sentence] for sentence in text]
    assert "bank_of_england" in corpus.words
    assert GENSIMS_CONNECTOR_WORDS == ENGLISH_CONNECTOR_WORDS


def test_phrases_that_begin_with_articles_are_told_with_the_option_that_keeps_them_out(w2v: W2v) -> None:
    text = "he saw a glass here\nshe broke a glass there\nthey found the door open\nwe left the door shut\n" * 30
    Path("t").write_text(text)
    asked = ["train", "t", "-o", "m", "--epochs", 1, "--sample", 0, "--phrases", "npmi", "--phrase-threshold", 0.6]
    first = w2v(*asked)
    assert "of the phrases begin or end with a word such as a, of or the" in first.err
    assert w2v("similar", "a glass").status == 0
    second = w2v(*asked, "--connector-words", "english", "--force")
    assert "begin or end" not in second.err
    assert w2v("similar", "a_glass").status == 3
    Path("words").write_text("a\nthe\n")
    assert w2v(*asked, "--connector-words", "words", "--force").status == 0
    assert w2v(*asked, "--connector-words", "nothing", "--force").status == 2


def test_a_phrase_with_a_connector_word_is_joined_in_a_question(w2v: W2v) -> None:
    Path("t").write_text("we saw bank of england here\nbank of england is old\nold men saw\n" * 30)
    asked = ["--phrases", "npmi", "--phrase-threshold", 0.6, "--connector-words", "english"]
    assert w2v("train", "t", "-o", "m", "--epochs", 1, "--sample", 0, *asked).status == 0
    assert w2v("similar", "bank of england").out == w2v("similar", "bank_of_england").out


@pytest.mark.parametrize(
    ("scoring", "threshold", "reason"),
    [
        ("npmi", 10, "from -1 to 1"),
        ("npmi", -1.5, "from -1 to 1"),
        ("npmi", "nan", "from -1 to 1"),
        ("default", 0, "above 0"),
        ("default", -5, "above 0"),
        ("default", "inf", "above 0"),
        ("default", "nan", "above 0"),
    ],
)
def test_a_threshold_that_is_no_score_is_refused(w2v: W2v, scoring: str, threshold: object, reason: str) -> None:
    Path("t").write_text("new york is big\n" * 20)
    run = w2v("train", "t", "--phrases", scoring, "--phrase-threshold", threshold)
    assert run.status == 2
    assert reason in run.err
    assert len(run.err.strip().splitlines()) == 1


@pytest.mark.parametrize(("scoring", "threshold"), [("default", 0.05), ("npmi", 0.2)])
def test_phrases_are_those_that_gensim_finds(tmp_path: Path, scoring: str, threshold: float) -> None:
    corpus = read(tmp_path, phrases=scoring, phrase_threshold=threshold)
    model = Phrases(SENTENCES, min_count=5, threshold=threshold, scoring=scoring)
    assert list(corpus.sentences(100)) == [model[sentence] for sentence in SENTENCES]
    assert "new_york" in corpus.words
    [found] = read_phrases((corpus.folder / "phrases.tsv").read_bytes(), Path("p"))
    assert found == pytest.approx(model.export_phrases(), rel=1e-5)


@pytest.mark.parametrize(("scoring", "threshold"), [("default", 0.3), ("npmi", 0.05), ("npmi", -0.5)])
@pytest.mark.parametrize("most", [40_000_000, 25], ids=["all counted", "the rarest forgotten"])
@given(data=st.data())
def test_the_scores_of_any_sentences_are_gensims(
    scoring: str, threshold: float, most: int, data: st.DataObject
) -> None:
    words = st.lists(st.sampled_from([*"abcde", "of", "a_b", "b_of_c", "_", "a_", "c_d_e"]), max_size=12)
    sentences = data.draw(st.lists(words, max_size=20))
    connectors = frozenset(data.draw(st.sets(st.sampled_from(["of", "a"]))))
    least = data.draw(st.integers(1, 3))
    model = Phrases(sentences, least, threshold, max_vocab_size=most, scoring=scoring, connector_words=connectors)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("w2vcli.corpus.phrases._MOST_COUNTED", most)
        found = _learn(iter(sentences), Phrasing(scoring, threshold, least, 1, connectors))
    assert found == model.export_phrases()


def test_a_second_pass_joins_three_words_and_every_word_is_counted(tmp_path: Path) -> None:
    corpus = read(tmp_path, phrases="default", phrase_threshold=0.05, phrase_passes=2)
    assert any(word.count("_") > 1 for word in corpus.words)
    words = sum(map(len, SENTENCES))
    assert (corpus.read.words, corpus.read.tokens + corpus.read.joined) == (words, words)
    assert corpus.read.joined == sum(word.count("_") * n for word, n in zip(corpus.words, corpus.counts, strict=True))
    assert not (corpus.folder / "words").exists()


def test_phrases_are_written_and_read(tmp_path: Path) -> None:
    passes = [{"가_나": 2.5, "a_b": 10.0}, {}, {"a_b_c": 0.125}]
    write_phrases(passes, tmp_path / "p")
    assert read_phrases((tmp_path / "p").read_bytes(), Path("p")) == passes
    assert (tmp_path / "p").read_text().splitlines()[:2] == ["pass\tphrase\tscore", "1\ta_b\t10"]


HEADING = "pass\tphrase\tscore\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "heading"),
        ("1\ta_b\t10\n", "heading"),
        (HEADING + "1\ta_b\t10", "breaks off"),
        (HEADING + "1\ta_b\n", "line 2 is no pass, phrase and score"),
        (HEADING + "1\ta_b\t10\n1000000000000\ta_c\t1\n", "line 3 is no pass"),
        (HEADING + "2\ta_b\t10\n1\ta_c\t1\n", "line 3 is no pass"),
        (HEADING + "0\ta_b\t10\n", "line 2 is no pass"),
        (HEADING + "x\ta_b\tten\n", "line 2 is no pass"),
    ],
)
def test_a_damaged_list_of_phrases_is_told_with_its_line(text: str, fault: str) -> None:
    with pytest.raises(BadModel, match=rf"phrases\.tsv is damaged: .*{fault}"):
        read_phrases(text.encode(), Path("phrases.tsv"))
    with pytest.raises(BadModel, match="byte 0 is not UTF-8"):
        read_phrases(b"\xff", Path("phrases.tsv"))


def test_phrases_of_pieces_are_refused() -> None:
    with pytest.raises(BadSettings, match="--phrases joins words"):
        Reading("subwords", phrases="npmi")
