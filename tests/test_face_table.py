"""Answers in Python: a sequence that is shown as a table, in a prompt, in a notebook and as a frame of pandas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pytest

from w2vcli.face.table import Table
from w2vcli.queries.answers import Neighbour


@dataclass(frozen=True)
class Found:
    word: str
    low: float | None
    count: int
    near: list[str]


class Named(NamedTuple):
    word: str
    value: float


ROWS = [Found("왕", 0.25, 1234, ["a", "b"]), Found("<b>\n", None, 1, [])]


def test_a_table_is_a_sequence_of_its_records() -> None:
    table = Table(ROWS, Found)
    assert (len(table), table[0], table[-1], list(table)) == (2, ROWS[0], ROWS[1], ROWS)
    assert table[1:] == ROWS[1:]
    assert isinstance(table[1:], Table)
    assert table == Table(ROWS, Found)
    assert table != Table(ROWS[:1], Found)
    assert ROWS[1] in table


def test_it_is_shown_with_numbers_at_the_right_and_two_cells_for_a_syllable() -> None:
    assert repr(Table(ROWS, Found)).splitlines() == [
        "word      low  count  near",
        "왕     0.2500  1,234  a, b",
        "<b>\\n              1",
    ]
    assert repr(Table([], Found)) == "word  low  count  near"
    assert repr(Table([Named("a", 1.0)], Named)).splitlines() == ["word   value", "a     1.0000"]


def test_a_notebook_shows_it_as_html_in_which_no_word_is_a_tag() -> None:
    html = Table(ROWS, Found)._repr_html_()
    assert "<b>" not in html
    assert html.count("<tr>") == 3
    assert "&lt;b&gt;\\n" in html


def test_of_a_long_answer_the_first_rows_are_shown_and_the_others_counted() -> None:
    table = Table([Neighbour(str(number), 0.5) for number in range(100)], Neighbour)
    assert repr(table).splitlines()[-1] == "... and 40 more"
    assert "and 40 more" in table._repr_html_()
    assert len(table) == 100


def test_a_column_may_be_left_out() -> None:
    assert Table(ROWS, Found, without="low").columns == ["word", "count", "near"]
    assert Table(ROWS, Found, without="low")[:1].rows() == [{"word": "왕", "count": 1234, "near": ["a", "b"]}]


def test_it_becomes_a_frame_of_pandas() -> None:
    pytest.importorskip("pandas")
    frame = Table(ROWS, Found).to_pandas()
    assert list(frame.columns) == ["word", "low", "count", "near"]
    assert frame["count"].tolist() == [1234, 1]
    assert list(Table([], Found).to_pandas().columns) == ["word", "low", "count", "near"]
