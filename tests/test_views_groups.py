from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from w2vcli.errors import BadSettings, BadVocabulary
from w2vcli.views.groups import find_clusters, read_groups


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


def test_clusters_are_by_cosine_and_called_by_their_most_frequent_words() -> None:
    vectors = np.array([[1, 0], [9, 1], [0, 1], [1, 9], [5, 0], [0.01, 0], [0, 0]], dtype=np.float32)
    words = ["a", "b", "c", "d", "e", "f", "zero"]
    found = find_clusters(vectors, words, [6, 5, 4, 3, 2, 1, 0], 3, seed=1)
    assert found == ["f, e, b…", "f, e, b…", "d, c", "d, c", "f, e, b…", "f, e, b…", "zero"]
    with pytest.raises(BadSettings, match="--clusters 8 is more than the number of words, 7"):
        find_clusters(vectors, words, range(7), 8, seed=1)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_way(line_end: str) -> None:
    Path("groups.tsv").write_bytes(line_end.join(["king\tpeople", "apple\tfruit", ""]).encode())
    assert read_groups([Path("groups.tsv")]).of_word == {"king": "people", "apple": "fruit"}


def test_more_clusters_than_vectors_that_differ_are_refused() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1], [0, 2]], dtype=np.float32)
    with pytest.raises(BadSettings, match="--clusters 3 is more than the number of words whose vectors differ, 2"):
        find_clusters(vectors, ["a", "b", "c", "d"], [0, 1, 2, 3], 3, seed=1)
