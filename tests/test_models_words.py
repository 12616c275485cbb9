from __future__ import annotations

import unicodedata
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vcli.models.words import Words, WordsWriter, index_words, keep_lines

ODD_WORDS = [
    "",
    " ",
    "\u00a0",
    "a b",
    "\t",
    "new\nline",
    "back\\slash",
    "\\n",
    "👩‍🌾",
    "소녀",
    "\r",
    "\ufeff",
    "x" * 200,
]
any_words = st.lists(st.one_of(st.text(max_size=8), st.sampled_from(ODD_WORDS)), unique=True, max_size=12)


def stored(path: Path, words: list[str], pieces: int = 1) -> Words:
    writer = WordsWriter(path)
    size = -(-len(words) // pieces) or 1
    for start in range(0, len(words), size):
        writer.append(words[start : start + size])
    writer.close()
    return Words(path, index_words(path), escaped=writer.escaped)


@given(any_words, st.integers(1, 4))
def test_any_words_come_back(tmp_path_factory: pytest.TempPathFactory, words: list[str], pieces: int) -> None:
    found = stored(tmp_path_factory.mktemp("words") / "words.txt", words, pieces)
    assert len(found) == len(words)
    assert list(found) == words
    assert [found[row] for row in range(len(words))] == words
    assert [found.row(word) for word in words] == list(range(len(words)))


@given(any_words, st.text(max_size=8))
def test_a_word_that_is_not_there_is_not_found(
    tmp_path_factory: pytest.TempPathFactory, words: list[str], word: str
) -> None:
    found = stored(tmp_path_factory.mktemp("words") / "words.txt", words)
    forms = [word, unicodedata.normalize("NFC", word), unicodedata.normalize("NFD", word)]
    assert found.row(word) == next((words.index(form) for form in forms if form in words), None)


def test_a_part_of_a_word_is_not_found(tmp_path: Path) -> None:
    words = stored(tmp_path / "w", ["king", "kingdom", "viking"])
    assert [words.row(word) for word in ("king", "kin", "ing", "dom", "viking", "king\nkingdom", "\n")] == [
        0,
        None,
        None,
        None,
        2,
        None,
        None,
    ]


def test_a_word_is_found_in_whatever_form_its_letters_are_written(tmp_path: Path) -> None:
    composed, decomposed = (unicodedata.normalize(form, "소녀") for form in ("NFC", "NFD"))
    assert stored(tmp_path / "c", ["a", composed]).row(decomposed) == 1
    assert stored(tmp_path / "d", ["a", decomposed]).row(composed) == 1
    assert stored(tmp_path / "b", [composed, decomposed]).row(decomposed) == 1


def test_bytes_of_the_command_line_that_are_no_text_are_no_word(tmp_path: Path) -> None:
    assert stored(tmp_path / "w", ["a"]).row("\udcff") is None


def test_only_words_with_newlines_make_the_file_escaped(tmp_path: Path) -> None:
    stored(tmp_path / "plain", ["a\\b", "c"])
    assert (tmp_path / "plain").read_bytes() == b"a\\b\nc\n"
    stored(tmp_path / "escaped", ["a\\b", "c\nd"])
    assert (tmp_path / "escaped").read_bytes() == b"a\\\\b\nc\\nd\n"


@given(any_words, st.data())
def test_lines_are_kept_by_row(tmp_path_factory: pytest.TempPathFactory, words: list[str], data: st.DataObject) -> None:
    keep = data.draw(st.lists(st.booleans(), min_size=len(words), max_size=len(words)))
    path = tmp_path_factory.mktemp("words") / "words.txt"
    writer = WordsWriter(path)
    writer.append(words)
    writer.close()
    if words:
        keep_lines(path, index_words(path), np.array(keep, dtype=np.bool_))
    kept = [word for word, stays in zip(words, keep, strict=True) if stays]
    assert list(Words(path, index_words(path), escaped=writer.escaped)) == kept


def test_words_that_come_again_are_found(tmp_path: Path) -> None:
    words = stored(tmp_path / "w", ["a", "b", "a", "c", "b", "a"])
    assert words.repeated_rows().tolist() == [2, 4, 5]


def test_words_of_equal_hash_are_told_apart(tmp_path: Path) -> None:
    first, second = "plumless", "buckeroo"  # the best known collision of CRC-32 among English words
    assert zlib.crc32(first.encode()) == zlib.crc32(second.encode())
    words = stored(tmp_path / "w", ["x", first, second, first])
    assert words.row(second) == 2
    assert words.row(first) == 1
    assert words.repeated_rows().tolist() == [3]
    assert stored(tmp_path / "v", [first]).row(second) is None


def test_words_by_their_beginning(tmp_path: Path) -> None:
    words = stored(tmp_path / "w", ["king", "a", "kin", "viking", "kingdom"])
    assert words.starting_with("kin", 9) == ["king", "kin", "kingdom"]
    assert words.starting_with("kin", 2) == ["king", "kin"]
    assert words.starting_with("z", 2) == []
    assert stored(tmp_path / "e", []).starting_with("a", 2) == []


@given(any_words, st.integers(-2, 14), st.integers(-2, 14))
def test_words_between_rows_are_those_of_each_row(
    tmp_path_factory: pytest.TempPathFactory, words: list[str], start: int, stop: int
) -> None:
    found = stored(tmp_path_factory.mktemp("words") / "words.txt", words)
    assert found.between(start, stop) == words[max(0, start) : max(0, stop)]
