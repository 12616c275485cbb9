from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vcli.corpus import sentences
from w2vcli.corpus.sentences import Splitter, is_hard_wrapped
from w2vcli.corpus.sentences import pieces as cut
from w2vcli.corpus.tokenizers import TOKENIZERS

WRAPPED = "\n".join(
    [
        "Once upon a time there lived a king, whose queen was so fair that",
        "all the world spoke of her beauty, and of her",
    ]
    + ["kindness too. The king went hunting, as he did on every morning,"] * 5
)


def split(
    *parts: str, tokenizer: str = "unicode", lowercase: bool = False, join_lines: bool = False
) -> list[list[str]]:
    """Return the sentences of a text that comes in pieces, those without tokens left out."""
    found: list[list[str]] = [[]]
    splitter, tokenize = Splitter(TOKENIZERS[tokenizer], lowercase=lowercase), TOKENIZERS[tokenizer].compile()
    for piece in cut(parts, join_lines=join_lines):
        texts, stops = splitter.split(piece)
        assert len(texts) == len(stops)
        for number, text in enumerate(texts, 1):
            found[-1] += next(iter(tokenize([text])))
            if number < len(texts) or piece.ends:
                found.append([])
    assert found[-1] == []  # the last sentence ended
    return [sentence for sentence in found if sentence]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", [["One"], ["Two"], ["Three"], ["Four"]]),
        ('"Go," said he. "Now."', [["Go", "said", "he"], ["Now"]]),
        ("(So it was.) Then…", [["So", "it", "was"], ["Then"]]),
        ("version 2.5 of a.b", [["version", "2", "5", "of", "a", "b"]]),
        ("하나다. 둘이다. 셋", [["하나다"], ["둘이다"], ["셋"]]),
        ("一つ。二つ！三つ", [["一つ"], ["二つ"], ["三つ"]]),
        ("a line\nanother", [["a", "line"], ["another"]]),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_where_sentences_end(text: str, expected: list[list[str]]) -> None:
    assert split(text) == expected


def test_joined_lines_end_at_an_empty_line_only() -> None:
    text = "the king\nand the\nqueen\n \t\nthe boy"
    assert split(text, join_lines=True) == [["the", "king", "and", "the", "queen"], ["the", "boy"]]


def test_whitespace_keeps_full_stops_and_ends_at_lines() -> None:
    assert split("a b. c\nd", tokenizer="whitespace") == [["a", "b.", "c"], ["d"]]


def test_letters_are_brought_to_one_form_in_running_text_only() -> None:
    decomposed = unicodedata.normalize("NFD", "소녀 é")
    assert split(decomposed) == [["소녀", "é"]]
    assert split(decomposed, tokenizer="whitespace") == [decomposed.split()]


def test_lowercase() -> None:
    assert split("The KING", lowercase=True) == [["the", "king"]]


@given(
    st.text(alphabet="ab.!\n\t 가。'\"", max_size=60),
    st.lists(st.integers(0, 60), max_size=6),
    st.booleans(),
    st.sampled_from(["unicode", "whitespace"]),
)
def test_it_does_not_matter_where_pieces_are_cut(text: str, cuts: list[int], join: bool, tokenizer: str) -> None:
    bounds = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in pairwise(bounds)]
    assert split(*pieces, tokenizer=tokenizer, join_lines=join) == split(text, tokenizer=tokenizer, join_lines=join)


def test_a_run_without_blanks_is_cut_at_what_is_no_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "_LONGEST_RUN", 8)
    assert split("ab,cd,e", "f,gh") == [["ab", "cd", "ef", "gh"]]
    assert split("abcdefghij", "kl") == [["abcdefghij", "kl"]]


def test_a_long_text_with_other_blanks_is_cut_at_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "_LONGEST_RUN", 16)
    text = "\u3000".join(f"a-{number}" for number in range(40))
    assert split(*text, tokenizer="whitespace") == [text.split("\u3000")]


@pytest.mark.parametrize("text", ["." * 200_000 + "a", "\n" * 2_000_000, ".) " * 200_000, "a.b" * 200_000])
@pytest.mark.parametrize("join_lines", [True, False])
def test_runs_of_marks_and_blanks_end_in_time(text: str, join_lines: bool) -> None:
    """Each took minutes when every mark of a run was tried."""
    assert len(split(*(text[at : at + 2**18] for at in range(0, len(text), 2**18)), join_lines=join_lines)) <= 1


@pytest.mark.parametrize(
    ("text", "wrapped"),
    [
        (WRAPPED, True),
        ("one short line\n" * 20, False),
        ("Great film.\nI did not like it at all, since it was far too long for me.\nSo so.\n" * 20, False),
        ("a very long line that goes on and on " * 20 + "\n" + "x" * 70, False),
        ("", False),
    ],
)
def test_hard_wrapped_text_is_recognised(text: str, wrapped: bool) -> None:
    assert is_hard_wrapped(text) is wrapped


def test_long_runs_of_marks_are_cut_so_that_normalising_them_takes_no_n_times_n_steps() -> None:
    splitter = Splitter(TOKENIZERS["unicode"])
    marks = "\u0301\u0323\U0001d165"
    assert splitter.normalise("a" + marks * 10) == unicodedata.normalize("NFC", "a" + marks * 10)
    found = splitter.normalise("x" + marks * 20_000 + "b ....... e\u0301")
    assert found.endswith("b ....... é")
    run = 0
    for character in found:
        run = run + 1 if unicodedata.combining(character) else 0
        assert run <= 30
    assert len(found.replace("\u034f", "")) == len("xb ....... é") + 3 * 20_000


def test_the_last_word_of_a_text_is_in_its_last_piece_but_by_earlier_rules_is_one_of_its_own() -> None:
    found = [piece.text for piece in cut(["a bc", "d e f"])]
    assert found == ["a ", "bcd e f"]
    assert [piece.text for piece in cut(["a bc", "d e f"], last_word_apart=True)] == ["a ", "bcd e ", "f"]
    assert [piece.text for piece in cut([])] == [""]
    assert [piece.ends for piece in cut(["a b\n"])] == [True]
