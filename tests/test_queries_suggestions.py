from __future__ import annotations

import pytest

from tests.conftest import MakeModel, W2v
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


@pytest.mark.parametrize(
    ("words", "word", "meant"),
    [
        (["/c/en/boy", "/c/en/girl", "/c/fr/girl"], "girl", ["/c/en/girl", "/c/fr/girl"]),
        (["king", "ENTITY/Girl", "ENTITY/New_York"], "girl", ["ENTITY/Girl"]),
        (["king", "ENTITY/Girl", "ENTITY/New_York"], "new york", ["ENTITY/New_York"]),
        (["en:boy", "en:girl"], "Girl", ["en:girl"]),
        (["boy_NOUN", "girl_NOUN", "go_VERB"], "girl", ["girl_NOUN"]),
        (["소년/NNG", "소녀/NNG", "구원/NNG"], "소녀", ["소녀/NNG"]),
        (["/", "a/", "/a", ":"], "xyz", []),
    ],
)
def test_labels_of_the_vocabulary_are_known(
    make_model: MakeModel, words: list[str], word: str, meant: list[str]
) -> None:
    assert suggest(word, make_model(words, [[1, 1]] * len(words)).words) == meant


def test_the_error_names_the_word_with_its_label(make_model: MakeModel, w2v: W2v) -> None:
    make_model(["/c/en/boy", "/c/en/girl"], [[1, 1], [1, 2]])
    assert w2v("similar", "girl").err == "Error: not in the vocabulary: girl; did you mean /c/en/girl?\n"
    assert w2v("similar", "/c/en/girl").status == 0
