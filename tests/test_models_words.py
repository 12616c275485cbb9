from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vcli.errors import BadModel
from w2vcli.models.words import Words, WordsWriter

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
    return Words(path, len(words), escaped=writer.escaped)


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


def test_a_file_with_too_few_words_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "w").write_bytes(b"one\ntwo\n")
    with pytest.raises(BadModel, match="expected 3 words, found 2"):
        Words(tmp_path / "w", 3, escaped=False)[0]
