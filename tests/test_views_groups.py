from __future__ import annotations

from pathlib import Path

import pytest

from w2vcli.errors import BadVocabulary
from w2vcli.views.groups import read_groups


def test_a_word_and_its_group_on_each_line_or_a_file_for_each_group() -> None:
    Path("groups.tsv").write_text("king\tpeople\r\napple\tfruit\n\n사과\tfruit\n")
    Path("colours.old.txt").write_text("red\nblue\nNew York\n")
    found = read_groups([Path("groups.tsv"), Path("colours.old.txt")])
    assert found.of_word == {
        "king": "people",
        "apple": "fruit",
        "사과": "fruit",
        "red": "colours",
        "blue": "colours",
        "New York": "colours",
    }
    assert found.doubled == []


def test_a_word_in_two_groups_is_in_the_first_and_told() -> None:
    Path("a.tsv").write_text("apple\tfruit\napple\tcompany\nking\tpeople\nking\tpeople\n")
    found = read_groups([Path("a.tsv")])
    assert found.of_word == {"apple": "fruit", "king": "people"}
    assert found.doubled == ["apple"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n \n", "there are no words in it"),
        ("king\tpeople\napple\n", "line 2: a line is a word, a tab and its group"),
        ("king\napple\tfruit\n", "line 2: a line is a word"),
        ("king\t\n", "line 1: a line is a word"),
        ("king\tpeople\tmore\n", "line 1: a line is a word"),
    ],
)
def test_what_is_no_file_of_groups(text: str, message: str) -> None:
    Path("a.tsv").write_text(text)
    with pytest.raises(BadVocabulary, match=message):
        read_groups([Path("a.tsv")])


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_way(line_end: str) -> None:
    Path("groups.tsv").write_bytes(line_end.join(["king\tpeople", "apple\tfruit", ""]).encode())
    assert read_groups([Path("groups.tsv")]).of_word == {"king": "people", "apple": "fruit"}
