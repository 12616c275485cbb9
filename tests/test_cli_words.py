"""`w2v words`: the vocabulary as a list."""

from __future__ import annotations

import pytest

from tests.conftest import MakeModel, W2v

WORDS = ["the", "king", "kings", "queen", "k*", "소녀", "소년"]


@pytest.fixture(autouse=True)
def model(make_model: MakeModel) -> None:
    make_model(WORDS, [[1, at] for at in range(len(WORDS))], counts=[70, 60, 50, 40, 30, 20, 10])


def test_words_are_listed_by_rank_with_their_counts(w2v: W2v) -> None:
    run = w2v("words", "--topn", 2)
    assert run.rows == [["1", "the", "70"], ["2", "king", "60"]]
    assert run.err == "The first 2 of 7 words; --all shows all that match.\n"


def test_a_pattern_matches_whole_words(w2v: W2v) -> None:
    assert [row[1] for row in w2v("words", "king*").rows] == ["king", "kings"]
    assert [row[1] for row in w2v("words", "k[*]").rows] == ["k*"]
    assert [row[1] for row in w2v("words", "소?").rows] == ["소녀", "소년"]


def test_a_pattern_in_parts_of_syllables_matches_too(w2v: W2v) -> None:
    """A file name typed on macOS comes in NFD."""
    assert [row[1] for row in w2v("words", "소*").rows] == ["소녀", "소년"]


def test_grep_finds_a_regular_expression_anywhere(w2v: W2v) -> None:
    assert [row[1] for row in w2v("words", "--grep", "e+").rows] == ["the", "queen"]
    assert [row[1] for row in w2v("words", "k*", "--grep", "s$").rows] == ["kings"]


def test_all_words_are_shown_on_request_and_nothing_is_said(w2v: W2v) -> None:
    run = w2v("words", "--all", "--json")
    assert [each["word"] for each in run.json] == WORDS
    assert run.err == ""
    assert w2v("words", "--all", "--topn", 3).status == 2


def test_no_match_and_no_regular_expression_are_errors(w2v: W2v) -> None:
    none = w2v("words", "zebra*")
    assert (none.status, none.out) == (3, "")
    assert "no word matches" in none.err
    wrong = w2v("words", "--grep", "(")
    assert wrong.status == 2
    assert "not a regular expression" in wrong.err
    assert w2v("words", "--grep", "a" * 10 + "{1000000000000}").status == 2


def test_counts_that_are_not_known_stay_empty(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["a", "b"], [[1, 0], [0, 1]])
    assert w2v("words").rows == [["1", "a", ""], ["2", "b", ""]]
    assert w2v("words", "--json").json[0]["count"] is None
