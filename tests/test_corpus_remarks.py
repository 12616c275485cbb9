"""Notes that name the tokenizer which fits a text, and the reason why words were left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT, W2v, real_data
from tests.test_corpus_encoded import Told, read
from w2vcli.corpus.remarks import looks_tokenized, markup_of

TRAIN = ("-o", "m", "--epochs", 1, "--vector-size", 4, "--workers", 1)
CHINESE = "".join(
    f"{first}今天去{second}看书，然后{third}吃饭。\n"
    for first in ("我", "你", "他", "她们", "老师", "学生")
    for second in ("图书馆", "学校", "公园", "家里")
    for third in ("一起", "自己", "跟朋友", "在外面")
)


@pytest.mark.parametrize(
    ("text", "tokenizer"),
    [
        (CHINESE, "chinese"),
        ("昨日友達と図書館に行った。本を借りて読んだ。\n" * 6, "japanese"),
        ("เมื่อวานฉันไปห้องสมุดกับเพื่อน\n" * 6, "characters"),
        ("소녀는 소년을 만났다. 여왕은 왕과 함께 갔다.\n" * 6, "korean"),
    ],
)
def test_the_tokenizer_that_a_language_needs_is_named_and_works(w2v: W2v, text: str, tokenizer: str) -> None:
    Path("t").write_text(text, encoding="utf-8")
    run = w2v("train", "t", *TRAIN)
    assert f"--tokenizer {tokenizer} " in run.err + " " or run.status == 1
    if tokenizer == "characters":
        again = w2v("train", "t", *TRAIN, "--tokenizer", tokenizer, "--force")
        assert again.status == 0
        assert "--tokenizer" not in again.err


@pytest.mark.parametrize(("name", "is_told"), [("korean.txt", False), ("korean-raw.txt", True)])
def test_korean_whose_particles_are_cut_off_is_not_told_to_cut_them_off(w2v: W2v, name: str, is_told: bool) -> None:
    run = w2v("train", ROOT / "data" / name, *TRAIN)
    assert ("--tokenizer korean " in run.err) == is_told


def test_chinese_without_its_tokenizer_is_not_blamed_on_subsampling(w2v: W2v) -> None:
    Path("t").write_text(CHINESE + "今天\n" * 20, encoding="utf-8")
    run = w2v("train", "t", *TRAIN)
    assert run.status == 0
    assert "no blanks between them: --tokenizer chinese finds them" in run.err
    assert "of the words came less than 5 times and were left out; another tokenizer keeps more" in run.err
    good = w2v("train", "t", *TRAIN, "--tokenizer", "characters", "--force")
    assert "came less than" not in good.err


def test_english_that_loses_words_to_min_count_is_told_so_with_the_option(w2v: W2v) -> None:
    Path("t").write_text("the king saw the queen\n" * 20 + " ".join(f"rare{n}" for n in range(60)))
    run = w2v("train", "t", *TRAIN, "--sample", 0)
    assert "38% of the words came less than 5 times and were left out; a lower --min-count keeps more" in run.err
    assert "came less" not in w2v("train", "t", *TRAIN, "--sample", 0, "--min-count", 1, "--force").err
    assert "a higher --max-final-vocab" in w2v("train", "t", *TRAIN, "--max-final-vocab", 2, "--force").err


def test_a_text_that_is_tokenized_already_is_told_with_the_tokenizer_that_keeps_it(w2v: W2v) -> None:
    text = " The <unk> was a well @-@ known king , who ruled in 1 @,@ 200 towns . \n" * 20
    Path("wiki.tokens").write_text(text)
    assert looks_tokenized(text)
    run = w2v("train", "wiki.tokens", *TRAIN, "--sample", 0)
    assert "--tokenizer whitespace takes them as they are" in run.err
    again = w2v("train", "wiki.tokens", *TRAIN, "--sample", 0, "--tokenizer", "whitespace", "--force")
    assert "--tokenizer whitespace" not in again.err
    assert w2v("similar", "<unk>").status == 0


@pytest.mark.parametrize(
    "line", ["the ki@@ ng and the qu@@ een", "the ki ##ng and the qu ##een", "\u2581the \u2581ki ng \u2581and"]
)
def test_parts_of_words_look_tokenized(line: str) -> None:
    assert looks_tokenized(f"{line}\n" * 3)


def test_running_text_does_not_look_tokenized() -> None:
    import gzip

    assert not looks_tokenized("The king, who ruled, was well-known. He said: `no'.\n" * 100)
    with gzip.open(real_data("fairy-tales/fairy-tales.txt.gz"), "rt", encoding="utf-8") as file:
        assert not looks_tokenized(file.read(1 << 18))
    with gzip.open(real_data("nsmc/nsmc-150k.tsv.gz"), "rt", encoding="utf-8") as file:
        assert not looks_tokenized(file.read(1 << 18))


CONLLU = "# text = The king\n1\tThe\tthe\tDET\tDT\t_\t2\tdet\t_\t_\n2-3\tking\t_\t_\t_\t_\t_\t_\t_\t_\n" * 2


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("<!DOCTYPE html>\n<html><body>The king</body></html>", "HTML"),
        ('\n<?xml version="1.0"?>\n<!-- saved -->\n<HTML lang="en">', "HTML"),
        (CONLLU, "CoNLL-U"),
        ("The tag <html> begins a page.", None),
        ("A review.<br /><br />It was <b>good</b>.", None),
        ("<htmlish> text", None),
        ("1\tThe king\tgood\n2\tThe queen\tbad\n3\tThe boy\tgood\n", None),
        ("", None),
        ("<!--" * 20_000, None),
        ("<!-- a -->\n" * 2_000, None),
    ],
)
def test_pages_and_annotated_sentences_are_recognised(text: str, markup: str | None) -> None:
    assert markup_of(text) == markup


def test_markup_that_is_read_as_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><body>The king</body></html>")
    (tmp_path / "b.conllu").write_text(CONLLU)
    told = Told()
    read(tmp_path, tmp_path / "a.html", tmp_path / "b.conllu", told=told)
    for markup, name in (("HTML", "a.html"), ("CoNLL-U", "b.conllu")):
        message = f"this looks like {markup}, whose tags are read as words: {tmp_path / name}; save its text alone"
        assert message in told.messages
