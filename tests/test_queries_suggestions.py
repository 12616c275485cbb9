from __future__ import annotations

import pytest

from tests.conftest import MakeModel
from w2vcli.queries.suggestions import suggest

WORDS = ["the", "king", "ring", "kings", "Paris", "new_york", "shepherdess", "소녀", "real", "NATO", ""]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("King", ["king"]),
        ("paris", ["Paris"]),
        ("nato", ["NATO"]),
        ("new york", ["new_york"]),
        ("kingg", ["king", "kings"]),
        ("sheperdes", ["shepherdess"]),
        ("소녀를", ["소녀"]),
        ("cereal", []),  # real is two edits away, but begins otherwise
        ("xyzzyxyzzy", []),
    ],
)
def test_what_may_have_been_meant(make_model: MakeModel, word: str, meant: list[str]) -> None:
    model = make_model(WORDS, [[i, 1] for i in range(len(WORDS))])
    assert suggest(word, model.words) == meant


def test_a_phrase_is_found_from_its_parts(make_model: MakeModel) -> None:
    model = make_model(["new_york", "New_York", "new", "city"], [[i, 1] for i in range(4)])
    assert suggest("york", model.words, asked=["new", "york"]) == ["new_york", "New_York"]
    assert suggest("york", model.words, asked=["york", "city"]) == []


def test_no_more_than_asked(make_model: MakeModel) -> None:
    model = make_model(["ba", "ca", "da", "fa"], [[1, 1]] * 4)
    assert suggest("aa", model.words, most=2) == ["ba", "ca"]
