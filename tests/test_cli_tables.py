"""Tables for the eye: what gives way where there is little room, and what never does."""

from __future__ import annotations

import pytest

from tests.conftest import MakeModel, W2v, on_a_terminal
from w2vcli.cli.tables import TableColumn, print_table

NAME = TableColumn("name")
TEXT = TableColumn("text", wraps=True)
MOVING = TableColumn("text", wraps=True, moves=True)
COMMAND = TableColumn("command", moves=True)
FOX = "the quick brown fox jumps over the lazy dog"


def printed(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    width: int,
    columns: list[TableColumn],
    *rows: list[str],
) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(width))
    print_table(columns, rows)
    return capsys.readouterr().out.replace("\x1b[1m", "").replace("\x1b[0m", "").splitlines()


def test_a_number_stands_right_and_hangul_takes_two_cells(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = [NAME, TableColumn("n", right=True), TableColumn("x")]
    assert printed(capsys, monkeypatch, 80, columns, ["소녀", "1", "a"], ["b", "1,000", ""]) == [
        "name      n  x",
        "소녀      1  a",
        "b     1,000",
    ]


@pytest.mark.parametrize("width", [10, 40, 80])
def test_a_name_is_never_broken_whatever_the_width(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    name = "한글이름" * 30 + " with a blank"
    lines = printed(capsys, monkeypatch, width, [NAME, TableColumn("words", right=True), MOVING], [name, "7", FOX])
    assert [line for line in lines if name in line] == [f"{name}      7"]


def test_running_text_wraps_at_blanks_beside_its_row_where_there_is_room(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert printed(capsys, monkeypatch, 30, [NAME, MOVING], ["a", FOX], ["b", "dog"]) == [
        "name  text",
        "a     the quick brown fox",
        "      jumps over the lazy dog",
        "b     dog",
    ]


def test_running_text_goes_below_its_row_where_there_is_too_little(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert printed(capsys, monkeypatch, 30, [NAME, MOVING], ["a" * 20, FOX], ["b", ""]) == [
        "name",
        "a" * 20,
        "    text: the quick brown fox",
        "    jumps over the lazy dog",
        "b",
    ]


def test_a_command_moves_but_stays_on_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert printed(capsys, monkeypatch, 30, [TEXT, COMMAND], [FOX, f"w2v {FOX}"]) == [
        "text",
        "the quick brown fox jumps over",
        "the lazy dog",
        f"    command: w2v {FOX}",
    ]


def test_what_can_neither_wrap_nor_move_makes_the_line_longer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "/a" * 30
    assert printed(capsys, monkeypatch, 40, [NAME, TEXT], ["path", path], ["text", FOX]) == [
        "name  text",
        f"path  {path}",
        f"text  {FOX}",
    ]


def test_a_row_of_one_text_is_a_title_that_no_column_has_to_hold(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert printed(capsys, monkeypatch, 80, [NAME, NAME], [FOX], ["a", "b"]) == ["name  name", FOX, "a     b"]


def test_room_that_is_left_goes_to_all_columns_that_wrap(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = printed(capsys, monkeypatch, 68, [NAME, MOVING, MOVING], ["a", FOX, FOX])
    assert max(map(len, lines)) <= 68
    assert lines[1:] == [
        "a     the quick brown fox jumps over  the quick brown fox jumps over",
        "      the lazy dog                    the lazy dog",
    ]


@pytest.mark.parametrize("width", [40, 80])
def test_names_of_models_and_of_vectors_can_be_copied(make_model: MakeModel, w2v: W2v, width: int) -> None:
    name = "아주-긴-이름의-모델-" * 4
    make_model(["a", "b"], [[1, 2], [2, 1]], name=name)
    assert name in on_a_terminal("models", columns=width)
    known = w2v("load", "--list").rows
    lines = on_a_terminal("load", "--list", columns=width).splitlines()
    assert [line.split()[0] for line in lines[1:] if not line.startswith(" ")] == [row[0] for row in known]


@pytest.mark.usefixtures("make_model")
def test_a_word_of_an_answer_is_never_broken(make_model: MakeModel) -> None:
    word = "a" * 100
    make_model(["a", word], [[1, 2], [2, 1]])
    assert f"{word}      0.8000" in on_a_terminal("similar", "a", columns=40)
