from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vcli.escaping import escape_newlines, unescape_newlines, visible, visible_message


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("girl", "girl"),
        ("소녀", "소녀"),
        ("New York", "New York"),
        ("👩‍🌾", "👩‍🌾"),
        ("a\tb\nc\rd", r"a\tb\nc\rd"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\u00a0", r"\xa0"),
        ("\u3000\u00a0", r"\u3000\xa0"),
        ("a\u00a0b", "a\u00a0b"),
        ("a\u2028b", r"a\u2028b"),
        ("abc\u202edef", r"abc\u202edef"),
        ("\udc80", r"\udc80"),
        ("", ""),
    ],
)
def test_what_cannot_be_seen_is_shown_as_an_escape(word: str, shown: str) -> None:
    assert visible(word) == shown


@given(st.text())
def test_a_visible_word_stays_on_its_line_and_has_no_controls(word: str) -> None:
    shown = visible(word)
    assert not any(unicodedata.category(c) in {"Cc", "Zl", "Zp", "Cs"} for c in shown)
    assert not word or shown.strip()


@given(st.text())
def test_newlines_are_escaped_and_come_back(word: str) -> None:
    assert "\n" not in escape_newlines(word)
    assert unescape_newlines(escape_newlines(word)) == word


def test_a_message_of_any_length_is_a_line_that_can_be_read() -> None:
    assert visible_message("no column\nx") == "no column\\nx"
    shown = visible_message("begin " + "\x00" * 70_000 + " what to do")
    assert len(shown) < 1700
    assert shown.startswith("begin \\x00")
    assert " ... " in shown
    assert shown.endswith(" what to do")


def test_a_token_of_spark_is_not_shown() -> None:
    said = "sc://host:15002/;token=eyJ.a-b;user_id=me: there is no answer"
    assert visible_message(said) == "sc://host:15002/;token=***;user_id=me: there is no answer"
    said = "postgresql://me@host/db?password=a;b&table=x"
    assert visible_message(said) == "postgresql://me@host/db?password=***&table=x"
