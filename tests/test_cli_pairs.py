from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import W2v, on_a_terminal

FOX = "The quick brown fox jumps over the lazy dog."
PATRIOTS = "New England Patriots win 14th straight regular-season game at home."


def test_the_pairs_of_the_lecture_in_its_order(w2v: W2v) -> None:
    run = w2v("pairs", FOX, "--window", 2)
    assert run.out.startswith(
        "target\tcontext\nthe\tquick\nthe\tbrown\nquick\tthe\nquick\tbrown\nquick\tfox\nbrown\tthe\n"
    )
    assert len(run.rows) == 30
    assert run.err == "1 sentences; 9 words; 30 pairs\n"


def test_the_five_gram_around_patriots(w2v: W2v) -> None:
    rows = w2v("pairs", PATRIOTS, "--no-lowercase").rows
    assert [context for target, context in rows if target == "Patriots"] == ["New", "England", "win", "14th"]


def test_a_terminal_shows_the_window_move() -> None:
    shown = on_a_terminal("pairs", FOX, NO_COLOR="1", TERM="dumb")
    lines = shown.splitlines()
    assert lines[0] == "[the](quick)(brown) fox  jumps  over  the  lazy  dog   (the, quick) (the, brown)"
    assert lines[1] == "(the)[quick](brown)(fox) jumps  over  the  lazy  dog   (quick, the)"
    assert lines[2].split() == ["(quick,", "brown)"]
    assert all(len(line) <= 80 for line in lines)
    assert [line.split() for line in lines[-4:]] == [
        ["property", "value"],
        ["sentences", "1"],
        ["words", "9"],
        ["pairs", "30"],
    ]


def test_a_long_sentence_is_shown_around_the_target() -> None:
    shown = on_a_terminal("pairs", " ".join(f"word{n}" for n in range(30)), NO_COLOR="1", TERM="dumb")
    at = next(line for line in shown.splitlines() if "[word15]" in line)
    assert at.startswith("… ")
    assert "(word13)(word14)[word15](word16)(word17)" in at
    assert all(len(line) <= 80 for line in shown.splitlines())


def test_hangul_keeps_the_columns_straight() -> None:
    from rich.cells import cell_len

    shown = on_a_terminal("pairs", "소녀 가 바나나 를 먹었다", NO_COLOR="1", TERM="dumb").splitlines()
    assert {cell_len(line[: line.index("(", line.index("  "))]) for line in shown[1:3]} == {32}


def test_colours_are_used_where_there_are_some() -> None:
    assert "\x1b[1;7m[the]" in on_a_terminal("pairs", FOX)
    assert "\x1b[" not in on_a_terminal("pairs", FOX, NO_COLOR="1", TERM="dumb")


def test_of_many_sentences_a_terminal_shows_the_first_and_counts_all() -> None:
    Path("t.txt").write_text("a b c\n" * 50)
    shown = on_a_terminal("pairs", "t.txt", NO_COLOR="1", TERM="dumb")
    assert shown.count("[a]") == 10
    assert "the first 10 sentences" in shown
    assert shown.split("pairs")[-1].split() == ["300"]


def test_json_and_labels(w2v: W2v) -> None:
    assert w2v("pairs", 'a "b"', "c", "--json").json == [
        {"target": "a", "context": "b"},
        {"target": "b", "context": "a"},
    ]
    assert w2v("pairs", "a", "--json").json == []
    found = w2v("pairs", FOX, "--negative", 5, "--json").json
    assert [pair for pair in found if pair["label"] == 1] == [
        {"target": target, "context": context, "label": 1} for target, context in w2v("pairs", FOX).rows
    ]
    noise = [pair for pair in found if pair["label"] == 0]
    assert 100 < len(noise) <= 150
    rows = w2v("pairs", FOX, "--negative", 5).rows
    assert rows == [[pair["target"], pair["context"], str(pair["label"])] for pair in found]


def test_counts_alone(w2v: W2v) -> None:
    Path("t.txt").write_text("a b c\na b\nd\n")
    facts = w2v("pairs", "t.txt", "--min-count", 2, "--counts", "--json").json
    assert facts == [{"sentences": 3, "words": 6, "below_min_count": 2, "pairs": 4}]


def test_shrinking_and_thinning_out_leave_fewer_pairs(w2v: W2v) -> None:
    Path("t.txt").write_text("a b c d e f g h\n" * 200)
    assert len(w2v("pairs", "t.txt", "--window", 5).rows) == 200 * 50
    assert len(w2v("pairs", "t.txt", "--window", 5, "--shrink-windows").rows) < 200 * 40
    assert len(w2v("pairs", "t.txt", "--window", 5, "--sample", 0.01).rows) < 200 * 20


def test_pairs_stream(process: W2v) -> None:
    Path("t.txt").write_text("the cat sat on the mat with the hat\n" * 40_000)
    run = process("pairs", "t.txt", "-q", "--line-breaks", "end")
    assert run.status == 0
    assert run.out.count("\n") == 1 + 40_000 * 30
    found = process("pairs", "t.txt", "-q", "--line-breaks", "end", "--json").out
    assert len(json.loads(found)) == 40_000 * 30


def test_a_sentence_without_pairs_is_no_first_of_many() -> None:
    shown = on_a_terminal("pairs", "x", NO_COLOR="1", TERM="dumb")
    assert "first" not in shown
    assert ["pairs", "0"] in [line.split() for line in shown.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["nothing.txt"], 2, "nothing.txt: no such file; a text would have blanks"),
        (["..."], 1, "there are no words in"),
        (["a b", "--min-count", "5"], 1, "no word comes 5 times or more"),
        (["a b", "--window", "0"], 2, "--window"),
    ],
    ids=str,
)
def test_what_has_no_pairs_is_one_line(w2v: W2v, arguments: list[str], status: int, message: str) -> None:
    run = w2v("pairs", *arguments)
    assert (run.status, run.out) == (status, "")
    assert message in run.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["!!!"], "there are no words in the text"),
        ([""], "there are no words in the text"),
        (["!!!", "?"], "there are no words in the text, the text"),
        (["-"], "there are no words in standard input"),
        (["a\udcff b"], "a text on the command line has to be UTF-8"),
    ],
)
def test_an_error_names_what_was_typed(w2v: W2v, arguments: list[str], said: str) -> None:
    run = w2v("pairs", *arguments)
    assert run.status in {1, 2}
    assert said in run.err
    assert "/tmp" not in run.err.splitlines()[-1]
