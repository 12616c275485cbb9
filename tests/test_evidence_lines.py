"""Lines with a word: each is in the text where it says, whatever the tokenizer, and they are spread over documents."""

from __future__ import annotations

import csv
import json
import re
import shutil
import tarfile
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import W2v, require
from tests.test_compare import draw_text, make_corpus
from w2vcli.cli.kwic import aligned, cut_left, cut_right
from w2vcli.cli.tables import cells_of
from w2vcli.corpus.concordance import original_texts
from w2vcli.corpus.reading import Reading, read_corpus
from w2vcli.corpus.sentences import Splitter
from w2vcli.corpus.spans import SpanFinder
from w2vcli.corpus.tokenizers import TOKENIZERS
from w2vcli.evidence.occurrences import blocks_of_any, look_through, place_blocks, spread
from w2vcli.evidence.text_lines import Line
from w2vcli.reporting import SILENT

SMALL = ("--min-count", 1, "--epochs", 1, "--vector-size", 2, "--workers", 1, "--sample", 0, "-q")
TALE = """The KING ruled.  He had a girl, a boy
and -- they say -- a Girl
more.

\u201cGirl,\u201d he said; the girls (all of them) came.
"""


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _lines(w2v: W2v, *arguments: object) -> list[dict[str, object]]:
    run = w2v("lines", *arguments, "--json")
    assert run.status == 0, run.err
    found: list[dict[str, object]] = run.json
    return found


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def test_every_line_is_in_its_file_at_its_line(w2v: W2v) -> None:
    Path("texts").mkdir()
    texts = {f"{name}.txt": TALE.replace("boy", name) * 3 for name in ("ann", "bob", "eve")}
    for name, text in texts.items():
        Path("texts", name).write_text(text, encoding="utf-8")
    assert w2v("train", "texts", "-o", "m", "--lowercase", *SMALL).status == 0
    found = _lines(w2v, "girl", "-m", "m", "--topn", 100)
    assert len(found) == sum(words_of(text).count("girl") for text in texts.values()) == 27
    seen: Counter[tuple[str, int]] = Counter()
    for line in found:
        text = texts[Path(str(line["file"])).name]
        assert str(line["word"]).lower() == "girl"
        assert str(line["word"]) in text.split("\n")[int(str(line["line"])) - 1]
        whole = f"{line['left']}{line['word']}{line['right']}"
        assert whole.strip() in _squeezed(text)
        seen[(str(line["file"]), int(str(line["line"])))] += 1
    expected: Counter[tuple[str, int]] = Counter()
    for name, text in texts.items():
        for number, words in enumerate(map(words_of, text.split("\n")), 1):
            expected[(str(Path("texts", name).absolute()), number)] += words.count("girl")
    assert seen == +expected


def test_lines_come_from_as_many_documents_as_there_are(w2v: W2v) -> None:
    Path("texts").mkdir()
    for name, times in (("a", 50), ("b", 1), ("c", 2)):
        Path("texts", f"{name}.txt").write_text("the girl slept\n" * times, encoding="utf-8")
    assert w2v("train", "texts", "-o", "m", *SMALL).status == 0
    drawn = [Path(str(line["file"])).stem for line in _lines(w2v, "girl", "-m", "m", "-n", 5)]
    assert Counter(drawn) == {"a": 2, "b": 1, "c": 2}
    one, same, other = (
        [line["line"] for line in _lines(w2v, "girl", "-m", "m", "-n", 5, "--seed", seed)] for seed in (1, 1, 2)
    )
    assert one == same != other
    run = w2v("lines", "girl", "-m", "m", "-n", 5)
    assert run.err == "5 of 53 occurrences of girl; documents with it: 3\n"


def test_places_are_drawn_from_one_document_after_the_other() -> None:
    documents = np.array([7, 7, 7, 7, 9, 11, 11])
    for most, expected in ((3, {7: 1, 9: 1, 11: 1}), (5, {7: 2, 9: 1, 11: 2}), (9, {7: 4, 9: 1, 11: 2})):
        chosen = spread(documents, most, seed=1)
        assert list(chosen) == sorted(set(chosen.tolist()))
        assert Counter(documents[chosen].tolist()) == expected


def test_occurrences_are_those_of_brute_force_whatever_is_gone_through_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("w2vcli.evidence.occurrences.BLOCK", 37)
    ids = draw_text(2000)
    corpus = make_corpus(ids)
    ends = corpus.sentence_ends.tolist()

    def in_a_row(at: int) -> bool:
        return ids[at : at + 2].tolist() == [3, 5] and not set(ends) & {at + 1}

    pairs = [at for at in range(len(ids)) if in_a_row(at)]
    assert np.concatenate([*place_blocks(corpus, [3, 5])]).tolist() == pairs
    either = np.flatnonzero((ids == 3) | (ids == 12)).tolist()
    found = look_through(corpus, blocks_of_any(corpus, [3, 12]), len(ids), seed=1)
    assert found.places.tolist() == either
    assert (found.count, found.documents) == (len(either), len({at // 80 for at in either}))
    monkeypatch.setattr("w2vcli.evidence.occurrences._MOST_KEPT", 20)
    drawn = look_through(corpus, blocks_of_any(corpus, [3, 12]), len(either), seed=1)
    assert (drawn.count, drawn.documents) == (found.count, found.documents)
    assert 5 < len(drawn.places) < 40
    assert set(drawn.places.tolist()) < set(either)


def test_rows_of_a_table_and_members_of_an_archive_are_named(w2v: W2v) -> None:
    rows = [["id", "text"], ["1", ""], ["2", 'a girl,\n"so" tall'], ["3", "no one"], ["4", "one girl more"]]
    with Path("t.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    assert w2v("train", "t.csv", "--column", "text", "-o", "t", *SMALL).status == 0
    assert [(line["line"], line["left"], line["right"]) for line in _lines(w2v, "girl", "-m", "t")] == [
        (3, "a ", ', "so" tall'),
        (5, "one ", " more"),
    ]
    Path("a").mkdir()
    Path("a/x.txt").write_text("nothing\n\nthe girl\n", encoding="utf-8")
    Path("a/y.txt").write_text("girl\n", encoding="utf-8")
    shutil.copy("t.csv", "a/t.csv")
    with tarfile.open("a.tar.gz", "w:gz") as archive:
        for name in ("a/x.txt", "a/t.csv", "a/y.txt"):
            archive.add(name)
    assert w2v("train", "a.tar.gz", "--column", "text", "-o", "a", *SMALL).status == 0
    here = Path("a.tar.gz").absolute()
    assert [(line["file"], line["line"]) for line in _lines(w2v, "girl", "-m", "a")] == [
        (f"{here}: a/x.txt", 3),
        (f"{here}: a/t.csv", 3),
        (f"{here}: a/t.csv", 5),
        (f"{here}: a/y.txt", 1),
    ]


def test_phrases_and_consecutive_words_are_found_as_they_are_written(w2v: W2v) -> None:
    text = "We saw New  York. Old york is new.\nNEW\nYork!\n" * 20
    Path("t.txt").write_text(text, encoding="utf-8")
    reading = ("--lowercase", "--line-breaks", "join", "--phrases", "npmi", "--phrase-threshold", "0.3")
    assert w2v("train", "t.txt", "-o", "m", *reading, *SMALL).status == 0
    found = _lines(w2v, "new_york", "-m", "m", "-n", 100)
    assert Counter(line["word"] for line in found) == {"New York": 20, "NEW York": 20}
    assert [line["line"] for line in found[:3]] == [1, 2, 4]
    found = _lines(w2v, "old", "york", "-m", "m", "-n", 100)
    assert {line["word"] for line in found} == {"Old york"}


def test_words_of_subword_units_are_found_whole(w2v: W2v) -> None:
    require("tokenizers")
    Path("t.txt").write_text("low lower lowest\nthe lowest low\n" * 30, encoding="utf-8")
    units = ("--tokenizer", "subwords", "--subword-vocabulary", 14)
    assert w2v("train", "t.txt", "-o", "m", *units, *SMALL).status == 0
    for word, count in (("low", 60), ("lowest", 60), ("lower", 30)):
        found = _lines(w2v, word, "-m", "m", "-n", 100)
        assert [line["word"] for line in found] == [word] * count


def test_korean_morphemes_are_shown_as_they_are_written(w2v: W2v) -> None:
    require("kiwipiepy")
    text = "소녀는 영화를 봤다.\n소년이 소녀를 보았다\n" * 10
    Path("t.txt").write_text(unicodedata.normalize("NFD", text), encoding="utf-8")
    assert w2v("train", "t.txt", "-o", "m", "--tokenizer", "korean", *SMALL).status == 0
    girls = _lines(w2v, "소녀를", "-m", "m", "-n", 100)
    assert [unicodedata.normalize("NFC", str(line["word"])) for line in girls] == ["소녀"] * 20
    assert unicodedata.normalize("NFC", str(girls[1]["left"])) == "소녀는 영화를 봤다. 소년이 "
    assert {unicodedata.normalize("NFC", str(line["word"])) for line in _lines(w2v, "보다", "-m", "m")} <= {"봤", "보"}


@pytest.mark.parametrize("name", list(TOKENIZERS))
def test_tokens_are_found_where_the_tokenizer_took_them_from(name: str) -> None:
    """What stands at a span, tokenized by itself, is the token."""
    for package, needing in (("kiwipiepy", "korean"), ("jieba", "chinese"), ("sudachipy", "japanese")):
        if name.startswith(needing):
            require(package)
    if name == "subwords":
        pytest.skip("units are made of the words of unicode; a training on them is tested above")
    reading = Reading(tokenizer=name, lowercase=True, word_rules=2)
    text = "Cafe\u0301 l\u00b7l de\u00adfi\u00ad\n ned king\u2019s İstanbul 42 x_1 영화를 日本語 我爱北京 שלום عربى"
    tokenizer = TOKENIZERS[name]
    normalise = Splitter(tokenizer, lowercase=True).normalise
    [tokens] = tokenizer.compile_by(2)([normalise(text)])
    spans = SpanFinder(reading).spans(text, tokens)
    assert len(spans) == len(tokens) > 8
    last = 0
    for token, span in zip(tokens, spans, strict=True):
        assert span is not None, token
        assert last <= span.start < span.stop
        last = span.start if name.startswith("korean") else span.stop
        stands = normalise(text[span.start : span.stop])
        if name in ("unicode", "characters"):
            assert stands.replace("\u00ad\n ", "").replace("\u00ad", "") == token
        if name == "whitespace":
            assert stands == token


def test_korean_texts_of_a_table_are_tokenized_whole_and_found_so(tmp_path: Path) -> None:
    require("kiwipiepy")
    texts = [
        "일본판 다이하드",
        "신나게 웃었다",
        "척 배리스의 연기를 훌륭하게 소화한 샘 록웰! 그나마 첫장면땜에 2개 준다",
    ]
    (tmp_path / "t.csv").write_text("text\n" + "\n".join(texts) + "\n", encoding="utf-8")
    found = {}
    for rules in (2, 3):
        folder = tmp_path / str(rules)
        folder.mkdir()
        reading = Reading(tokenizer="korean", column="text", word_rules=rules)
        corpus = read_corpus([str(tmp_path / "t.csv")], folder, reading, SILENT)
        words, ends = corpus.words, corpus.sentence_ends.tolist()
        found[rules] = [
            [words[token] for token in corpus.ids[start:end].tolist()]
            for start, end in zip([0, *ends], ends, strict=False)
        ]
        originals = [one.text for one in original_texts(corpus, range(len(ends)), reading)]
    alone = TOKENIZERS["korean"].compile()(["일본판 다이하드", "신나게 웃었다"])
    assert found[3][:2] == list(alone)
    assert found[2][0] != found[3][0]  # 다이하드 was tokenized without what stands before it
    finder = SpanFinder(Reading(tokenizer="korean", column="text", word_rules=3))
    for original, tokens in zip(originals, found[3], strict=True):
        spans = finder.spans(original, tokens)
        places = [(span.start, span.stop) for span in spans if span is not None]
        assert len(places) == len(tokens)
        assert places == sorted(places)


def test_tokens_that_a_tokenizer_makes_otherwise_now_stand_between_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    finder = SpanFinder(Reading())
    text = "우정이 보기 좋았다"
    now = [("우정", 0, 2), ("이", 2, 3), ("보다", 4, 5), ("기", 5, 6), ("좋다", 7, 8), ("었", 8, 9), ("다", 9, 10)]
    monkeypatch.setattr(finder, "_words", lambda _: now)
    assert finder.spans(text, ["우정", "이", "보기", "좋다", "었", "다"])[2] == (4, 6)
    assert finder.spans(text, ["우정", "이", "보이다", "기", "좋다", "었", "다"])[2:4] == [(4, 5), (5, 6)]
    assert finder.spans(text, ["우정", "이", "보다", "기", "좋다", "ㅆ", "었", "다"])[5] == (7, 8)
    assert finder.spans(text, ["왕", "여왕"]) == [None, None]


def test_words_that_were_left_out_are_passed_over() -> None:
    reading = Reading(lowercase=True, keep_numbers=False, stop_words=("the",), word_rules=2)
    text = "The 7 theatres, the 8 there"
    assert SpanFinder(reading).spans(text, ["theatres_there"]) == [(6, 27)]
    assert SpanFinder(reading).spans(text, ["theatres", "there"]) == [(6, 14), (22, 27)]
    assert SpanFinder(reading).spans(text, ["king"]) == [None]


def test_rare_words_have_lines_and_unknown_ones_none(w2v: W2v) -> None:
    Path("t.txt").write_text("a king\n" * 9 + "one unicorn\n", encoding="utf-8")
    assert w2v("train", "t.txt", "-o", "m", "--min-count", 2, *SMALL[2:]).status == 0
    run = w2v("lines", "unicorn", "-m", "m")
    here = str(Path("t.txt").absolute())
    assert run.rows == [[here, "10", "a king " * 9 + "one ", "unicorn", ""]]
    assert run.err.endswith(f"occurrences of unicorn: 1, all from {here}; that is thin evidence\n")
    run = w2v("lines", "unicorn", "a", "-m", "m")
    assert (run.status, run.err) == (1, "Error: unicorn a: the text has these words, but never one after the other\n")
    run = w2v("lines", "dragon", "-m", "m")
    assert run.status == 3
    assert run.err.startswith("Error: not in the vocabulary: dragon")


def test_text_that_is_gone_moved_or_changed_is_told(w2v: W2v) -> None:
    Path("t.txt").write_text("a king\n" * 9, encoding="utf-8")
    assert w2v("train", "t.txt", "-o", "m", *SMALL).status == 0
    assert w2v("lines", "king", "-m", "m").status == 0
    Path("t.txt").rename("moved.txt")
    run = w2v("lines", "king", "-m", "m")
    assert (run.status, run.err.count("\n")) == (1, 1)
    assert "is not there any more; --text names where it is now" in run.err
    found = _lines(w2v, "king", "-m", "m", "--text", "moved.txt")
    assert {line["file"] for line in found} == {str(Path("moved.txt").absolute())}
    assert found == _lines(w2v, "king", "-m", "m", "--text", ".")  # the second time it is known by its stamp
    Path("moved.txt").write_text("a King\n" * 9, encoding="utf-8")
    run = w2v("lines", "king", "-m", "m", "--text", "moved.txt")
    assert (run.status, run.err.count("\n")) == (1, 1)
    assert "was trained on files that are not there, or have changed" in run.err


def test_what_is_known_of_files_is_forgotten_when_they_or_the_cache_change(w2v: W2v, home: Path) -> None:
    text = Path("t.txt")
    text.write_text("a king\n" * 9, encoding="utf-8")
    assert w2v("train", "t.txt", "-o", "m", *SMALL).status == 0
    expected = _lines(w2v, "king", "-m", "m")
    [entry] = (home / "cache").iterdir()
    (entry / "text.utf8").write_bytes(b"b wing\n" * 9)
    known = json.loads((entry / "known.json").read_bytes())
    known["corpus"]["text.utf8"][1] += 1
    (entry / "known.json").write_text(json.dumps(known), encoding="utf-8")
    assert _lines(w2v, "king", "-m", "m") == expected
    text.write_text("a ring\n" * 9, encoding="utf-8")
    run = w2v("lines", "king", "-m", "m")
    assert (run.status, run.out) == (1, "")
    assert run.err.endswith("t.txt has changed\n")


@pytest.mark.parametrize("width", [40, 80, 100])
def test_the_words_stand_below_each_other(width: int) -> None:
    lines = [
        Line("/texts/tales.txt", 120, "the old man said to the ", "king", " that he would go and never come back"),
        Line("/texts/tales.txt", 9, "", "KING", ""),
        Line(
            "/texts/영화.tsv",
            1_000_000,
            "이 영화는 정말 재미있었는데 그 ",
            "왕",
            "이 나오는 장면이 가장 좋았다고 생각합니다",
        ),
        Line("/texts/he.txt", 3, "זה היה ", "מלך", " טוב מאוד"),
    ]
    shown = [re.sub("\x1b\\[[0-9;]*m|[\u2068\u2069]", "", line) for line in aligned(lines, width)]
    assert all(cells_of(line) <= width for line in shown)
    if width == 40:
        assert shown[0] == "/texts/tales.txt:120"
        shown = shown[1::2]
    starts = {cells_of(text[: text.index(line.word)]) for line, text in zip(lines, shown, strict=True)}
    assert len(starts) == 1


def test_a_file_below_the_working_folder_is_called_as_from_there() -> None:
    line = Line(str(Path("texts/tale.txt").absolute()), 7, "the ", "king", " ruled")
    [shown] = aligned([line], 100)
    assert shown.startswith("\x1b[2mtexts/tale.txt:7\x1b[0m  ")


def test_text_is_cut_by_cells() -> None:
    assert [cut_left("한국 영화", cells) for cells in (9, 8, 4, 1, 0)] == [
        "한국 영화",
        "…국 영화"[0:1] + "국 영화",
        "…화",
        "…",
        "",
    ]
    assert [cut_right("한국 영화", cells) for cells in (9, 8, 3, 1, 0)] == ["한국 영화", "한국 영…", "한…", "…", ""]


def test_a_cache_that_cannot_be_written_is_no_obstacle(w2v: W2v, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("t.txt").write_text("a king\n" * 9, encoding="utf-8")
    assert w2v("train", "t.txt", "-o", "m", *SMALL).status == 0
    before = sorted(path.name for path in (home / "cache").rglob("*"))
    from w2vcli.atomic import new_file, new_files

    def refuse(*paths: Path, force: bool = False) -> object:
        if home / "cache" in paths[0].parents:
            raise PermissionError(13, "Permission denied", str(paths[0]))
        return new_files(*paths, force=force)

    monkeypatch.setattr("w2vcli.corpus.kept_text.new_files", refuse)
    monkeypatch.setattr("w2vcli.corpus.known_files.new_file", refuse)
    assert len(_lines(w2v, "king", "-m", "m")) == 9
    assert sorted(path.name for path in (home / "cache").rglob("*")) == before
    monkeypatch.setattr("w2vcli.corpus.known_files.new_file", new_file)
    assert len(_lines(w2v, "king", "-m", "m")) == 9
    assert len(_lines(w2v, "king", "-m", "m", "--no-cache")) == 9


def test_of_several_trainings_the_text_of_the_last_one_is_shown(w2v: W2v) -> None:
    Path("one.txt").write_text("a king ruled\n" * 9, encoding="utf-8")
    Path("two.txt").write_text("the king slept\n" * 7, encoding="utf-8")
    assert w2v("train", "one.txt", "-o", "m", *SMALL).status == 0
    again = ("train", "two.txt", "--start-from", "m", "-o", "m2", "--epochs", 1, "--workers", 1, "-q")
    assert w2v(*again).status == 0
    run = w2v("lines", "king", "-m", "m2", "--json")
    assert {line["right"].split()[0] for line in run.json} == {"slept"}
    assert run.err.count("m2 was trained 2 times; this is of the text of the last one") == 1
