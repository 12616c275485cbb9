"""Questions of gensim's `KeyedVectors` and `Word2Vec`: gensim's own answers, brute force, and answers by hand."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest

import w2vcli
from tests.conftest import MakeModel
from tests.gensim_oracle import NEEDS_GENSIM, KeyedVectors, Word2Vec
from w2vcli.errors import BadModel, BadSettings, NoDirection, UnknownWords
from w2vcli.models.directory import Model
from w2vcli.queries.answers import Query
from w2vcli.queries.predicting import predict_word
from w2vcli.queries.ranks import closer_than, rank
from w2vcli.queries.search import answer_all, similar_by_vector
from w2vcli.queries.word_sets import mover_distance, set_similarity

WORDS = [f"w{row}" for row in range(200)]


@pytest.fixture
def model(make_model: MakeModel) -> Model:
    rng = np.random.default_rng(4)
    return make_model(WORDS, rng.normal(size=(len(WORDS), 12)) * rng.uniform(0.1, 9, size=(len(WORDS), 1)))


@pytest.fixture
def keyed(model: Model) -> Any:
    made = KeyedVectors(12)
    made.add_vectors(WORDS, model.vectors[:])
    return made


def test_ranks_of_the_toy_by_hand(toy: Model) -> None:
    """To king are near man and boy (0.71) and orange (0.42); queen and apple are across (0)."""
    assert rank(toy, "king", "man").rank == 1
    assert rank(toy, "king", "boy").rank == 1  # as near as man
    assert rank(toy, "king", "queen").rank == 4
    assert [near.word for near in closer_than(toy, "king", "queen")] == ["man", "boy", "orange"]
    assert closer_than(toy, "king", "boy") == []
    assert rank(toy, "king", "man", topn=2).relative == pytest.approx(0.5)


@pytest.mark.parametrize("other", ["w1", "w50", "w199"])
def test_ranks_and_closer_words_are_gensims(model: Model, keyed: Any, other: str) -> None:
    found = rank(model, "w7", other)
    assert found.rank == keyed.rank("w7", other)
    assert found.relative == pytest.approx(keyed.relative_cosine_similarity("w7", other), rel=1e-5)
    assert {near.word for near in closer_than(model, "w7", other)} == set(keyed.closer_than("w7", other))
    near = closer_than(model, "w7", other)
    assert [one.similarity for one in near] == sorted((one.similarity for one in near), reverse=True)


def test_a_word_without_a_direction_has_no_rank(make_model: MakeModel) -> None:
    made = make_model(["a", "b", "c"], [[1, 0], [0, 0], [1, 1]])
    with pytest.raises(NoDirection, match="b: its vector is zero"):
        rank(made, "a", "b")
    assert rank(made, "a", "c").rank == 1
    with pytest.raises(UnknownWords):
        rank(made, "a", "d")


def test_the_similarity_of_lists_is_gensims(model: Model, keyed: Any) -> None:
    one, other = ["w1", "w2", "w3", "w2"], ["w4", "w5"]
    assert set_similarity(model, one, other) == pytest.approx(keyed.n_similarity(one, other), rel=1e-5)
    assert set_similarity(model, one, one) == pytest.approx(1)


def test_the_distance_of_movers_by_brute_force(model: Model) -> None:
    """Of as many words on both sides, one way to pair them up is the cheapest."""
    one, other = ["w1", "w2", "w3", "w4"], ["w5", "w6", "w7", "w1"]
    units = {
        word: model.vectors[[WORDS.index(word)]][0] / np.linalg.norm(model.vectors[[WORDS.index(word)]])
        for word in (*one, *other)
    }
    least = min(
        sum(float(np.linalg.norm(units[a] - units[b])) for a, b in zip(one, order, strict=True)) / 4
        for order in permutations(other)
    )
    assert mover_distance(model, one, other) == pytest.approx(least, abs=1e-6)
    assert mover_distance(model, one, one[::-1]) == pytest.approx(0, abs=1e-9)


def test_a_word_that_comes_twice_has_two_shares(model: Model) -> None:
    """Two thirds of "w1 w1 w2" are w1, and one of "w1" has nowhere else to go."""
    once = mover_distance(model, ["w2"], ["w1"])
    assert mover_distance(model, ["w1", "w1", "w2"], ["w1"]) == pytest.approx(once / 3)


def test_the_distance_of_movers_is_gensims(model: Model, keyed: Any) -> None:
    pytest.importorskip("ot", reason="gensim's wmdistance needs POT")
    one, other = ["w1", "w2", "w3", "w3"], ["w5", "w6"]
    assert mover_distance(model, one, other) == pytest.approx(keyed.wmdistance(one, other), abs=1e-6)


def test_empty_lists_are_refused(model: Model) -> None:
    with pytest.raises(BadSettings, match="not of 0"):
        mover_distance(model, [], ["w1"])


def test_weights_are_gensims(model: Model, keyed: Any) -> None:
    query = Query(["w1", "w2"], ["w3"], weights=[2.0, 0.5, 1.5])
    [found] = answer_all(model, [query], 5)
    theirs = keyed.most_similar(positive=[("w1", 2.0), ("w2", 0.5)], negative=[("w3", -1.5)], topn=5)
    assert not isinstance(found, Exception)
    assert [near.word for near in found] == [word for word, _ in theirs]
    [refused] = answer_all(model, [query._replace(method="3cosmul")], 5)
    assert isinstance(refused, BadSettings)


def test_words_near_a_vector_are_gensims(model: Model, keyed: Any) -> None:
    vector = model.vectors[[1]][0] + model.vectors[[2]][0]
    found = similar_by_vector(model, vector, 5, restrict_vocab=100)
    assert [near.word for near in found] == [
        word for word, _ in keyed.similar_by_vector(vector, topn=5, restrict_vocab=100)
    ]
    with pytest.raises(BadSettings, match="have 12 values"):
        similar_by_vector(model, [1.0, 2.0])
    with pytest.raises(NoDirection):
        similar_by_vector(model, np.zeros(12))


def test_a_model_without_output_weights_predicts_nothing(model: Model) -> None:
    with pytest.raises(BadModel, match="has no output weights"):
        predict_word(model, ["w1"])


@NEEDS_GENSIM
@pytest.mark.parametrize("settings", [{"sg": 1}, {"sg": 0}, {"sg": 0, "cbow_mean": 0}])
def test_likely_words_are_gensims(settings: Any) -> None:
    rng = np.random.default_rng(1)
    sentences = [[f"w{number}" for number in rng.zipf(1.5, 12) if number < 40] for _ in range(300)]
    known: Any = {"vector_size": 8, "epochs": 3, "workers": 1, "sample": 0, "min_count": 3, "seed": 2} | settings
    theirs = Word2Vec(sentences, **known)
    ours = w2vcli.train(sentences, engine="gensim", held_out=False, **known)
    context = ["w1", "w2", "w3"]
    expected = theirs.predict_output_word(context, topn=5)
    found = ours.predict(*context, topn=5)
    assert [one.word for one in found] == [word for word, _ in expected]
    assert [one.probability for one in found] == pytest.approx([float(value) for _, value in expected], rel=1e-3)
