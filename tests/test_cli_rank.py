"""`w2v rank`, `w2v distance` and `w2v predict`: answers by hand on the toy, in a batch, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

import w2vcli
from tests.conftest import W2v
from tests.gensim_oracle import QUICK_ENGINE

pytestmark = pytest.mark.usefixtures("toy")
QUICKLY: Any = {"vector_size": 8, "epochs": 2, "workers": 1, "sample": 0, "min_count": 1, "engine": QUICK_ENGINE}


def test_the_rank_of_a_word(w2v: W2v) -> None:
    """To king are near man and boy (0.71) and orange (0.42); queen is across (0)."""
    [found] = w2v("rank", "king", "queen", "--json").json
    assert (found["word1"], found["word2"], found["rank"]) == ("king", "queen", 4)
    assert w2v("rank", "king", "queen", "--closer").rows == [
        ["man", "0.7071068"],
        ["boy", "0.7071068"],
        ["orange", "0.4242641"],
    ]
    assert [row[0] for row in w2v("rank", "king", "queen", "--closer", "-n1").rows] == ["man"]


def test_ranks_of_pairs_on_standard_input(w2v: W2v) -> None:
    done = w2v("rank", "-", stdin="king man\nking kingg\nking\n")
    assert done.rows[0][:1] == ["king man"]
    assert done.rows[0][4] == "1"
    assert "line 2: not in the vocabulary: kingg" in done.err
    assert "line 3: two words are needed, 1 given: king" in done.err
    assert done.status == 1


def test_topn_is_of_the_words_that_are_shown(w2v: W2v) -> None:
    done = w2v("rank", "king", "queen", "-n3")
    assert done.status == 2
    assert "only --closer shows words; leave --topn out" in done.err


def test_the_distance_of_two_lists(w2v: W2v) -> None:
    """A right angle is moved over the root of two."""
    [found] = w2v("distance", "man", "apple", "--json").json
    assert found == {"similarity": pytest.approx(0), "distance": pytest.approx(2**0.5)}
    [found] = w2v("distance", "man apple", " boy  apple", "--json").json
    assert found["distance"] == pytest.approx(0, abs=1e-9)
    assert "did you mean man" in w2v("distance", "mann", "apple").err


def test_likely_words_are_those_of_the_function(w2v: W2v) -> None:
    sentences = [["the", "king", "rules", "his", "land"], ["a", "queen", "sat", "there"]] * 30
    model = w2vcli.train(sentences, output="small", **QUICKLY)
    found = w2v("predict", "the", "rules", "-m", "small", "-n3", "--json").json
    assert [row["word"] for row in found] == [one.word for one in model.predict("the", "rules", topn=3)]
    assert "has no output weights" in w2v("predict", "king", "-m", "toy").err
