from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.conftest import MakeModel
from tests.gensim_oracle import KeyedVectors
from w2vcli.errors import BadSettings, NoDirection, UnknownWords, W2vError
from w2vcli.models import vectors as stored_vectors
from w2vcli.models.directory import Model, new_model, open_model_directory
from w2vcli.queries import one_by_codes, scan
from w2vcli.queries.answers import Neighbour, Query, Searched
from w2vcli.queries.row_blocks import in_threads
from w2vcli.queries.scan import ScanQuery
from w2vcli.queries.scores import cosine_score
from w2vcli.queries.search import (
    answer_all,
    most_similar,
    most_similar_cosmul,
    similarity,
    similarity_to_mean,
)


def pairs(found: list[Neighbour]) -> list[tuple[str, object]]:
    return [(neighbour.word, pytest.approx(neighbour.similarity)) for neighbour in found]


def as_gensim(model: Model) -> KeyedVectors:
    keyed = KeyedVectors(model.facts.vector_size)
    keyed.add_vectors(list(model.words), model.vectors[:])
    return keyed


@pytest.fixture
def random_model(make_model: MakeModel) -> Model:
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(500, 40)) * rng.uniform(0.1, 9, size=(500, 1))
    vectors[100:120] = vectors[0:20] * 2  # ties
    return make_model([f"w{i}" for i in range(500)], vectors)


def test_neighbours_by_hand(toy: Model) -> None:
    root = math.sqrt(0.5)
    assert pairs(most_similar(toy, ["king"], topn=3)) == [("man", root), ("boy", root), ("orange", 0.6 * root)]
    assert pairs(most_similar(toy, ["apple"], topn=2)) == [("orange", 0.8), ("man", 0.0)]


def test_the_lecture_s_analogy_by_hand(toy: Model) -> None:
    assert most_similar(toy, ["king", "woman"], ["man"], topn=1)[0].word == "queen"
    assert most_similar(toy, ["boy", "queen"], ["girl"], topn=1)[0].word == "king"


def test_ties_come_in_row_order(toy: Model) -> None:
    assert [found.word for found in most_similar(toy, ["queen"], topn=2)] == ["woman", "girl"]


def test_words_that_were_asked_are_left_out_and_topn_is_clipped(toy: Model) -> None:
    found = [neighbour.word for neighbour in most_similar(toy, ["king", "queen"], topn=99)]
    assert sorted(found) == ["apple", "boy", "girl", "man", "orange", "woman"]


def test_one_word_has_no_neighbours(make_model: MakeModel) -> None:
    model = make_model(["only"], [[1, 2]])
    assert most_similar(model, ["only"]) == []


def test_unknown_words_are_all_named_with_suggestions(toy: Model) -> None:
    with pytest.raises(UnknownWords, match=r"kingg .did you mean king.., xyzzy"):
        most_similar(toy, ["kingg", "man"], ["xyzzy"])


def test_vectors_without_direction_are_never_neighbours_and_cannot_be_asked(make_model: MakeModel) -> None:
    model = make_model(["a", "zero", "nan", "b", "inf"], [[1, 0], [0, 0], [np.nan, 1], [0, 1], [np.inf, 1]])
    assert [found.word for found in most_similar(model, ["a"])] == ["b"]
    assert [found.word for found in most_similar_cosmul(model, ["a"])] == ["b"]
    with pytest.raises(NoDirection, match="zero"):
        most_similar(model, ["zero"])
    with pytest.raises(NoDirection):
        most_similar(model, ["nan"])
    with pytest.raises(NoDirection):
        most_similar(model, ["inf"])


def test_words_that_cancel_out(toy: Model) -> None:
    with pytest.raises(NoDirection, match="cancel out"):
        most_similar(toy, ["man", "woman"])


def test_very_long_and_very_short_vectors(make_model: MakeModel) -> None:
    model = make_model(["a", "huge", "tiny"], [[1, 1], [1e30, 1e30], [1e-30, 0]])
    assert pairs(most_similar(model, ["a"])) == [("huge", 1.0), ("tiny", math.sqrt(0.5))]


@pytest.mark.parametrize("topn", [1, 10, 1000])
def test_as_gensim(random_model: Model, topn: int) -> None:
    keyed = as_gensim(random_model)
    rng = np.random.default_rng(0)
    for _ in range(20):
        positive = [f"w{i}" for i in rng.integers(500, size=2)]
        negative = [f"w{i}" for i in rng.integers(500, size=rng.integers(2))]
        ours = most_similar(random_model, positive, negative, topn)
        gensims = dict(keyed.most_similar(positive, negative, topn=topn))
        # gensim leaves ties in no order: the words may differ where the similarities are the same.
        assert [found.similarity for found in ours] == pytest.approx([*gensims.values()], abs=1e-6)
        assert all(
            found.similarity == pytest.approx(gensims.get(found.word, found.similarity), abs=1e-6) for found in ours
        )


@pytest.mark.filterwarnings("ignore:Call to deprecated `init_sims`")
def test_cosmul_as_gensim(random_model: Model) -> None:
    keyed = as_gensim(random_model)
    ours = most_similar_cosmul(random_model, ["w1", "w2"], ["w3"], 20)
    gensims = keyed.most_similar_cosmul(["w1", "w2"], ["w3"], topn=20)
    assert [found.score for found in ours] == pytest.approx([score for _, score in gensims], abs=1e-5)
    assert {found.word for found in ours} == {word for word, _ in gensims}


def test_similarity_and_the_odd_one_as_gensim(random_model: Model) -> None:
    keyed = as_gensim(random_model)
    for start in range(0, 100, 5):
        words = [f"w{i}" for i in range(start, start + 5)]
        assert similarity(random_model, *words[:2]) == pytest.approx(keyed.similarity(*words[:2]), abs=1e-6)
        assert similarity_to_mean(random_model, words)[0].word == keyed.doesnt_match(words)


def test_the_odd_one_by_hand(toy: Model) -> None:
    found = similarity_to_mean(toy, ["man", "boy", "apple", "king"])
    assert found[0].word == "apple"
    mean = np.array([1 + 1 + math.sqrt(0.5), math.sqrt(0.5), 1])
    assert found[0].similarity == pytest.approx(1 / np.linalg.norm(mean))


@settings(max_examples=60)
@given(
    hnp.arrays(np.float32, st.tuples(st.integers(2, 30), st.just(3)), elements=st.integers(-2, 2).map(float)),
    st.integers(1, 40),
    st.integers(1, 9),
)
def test_as_brute_force_in_whatever_blocks(
    tmp_path_factory: pytest.TempPathFactory, vectors: np.ndarray, topn: int, rows_a_block: int
) -> None:
    """Small whole numbers make ties and zero vectors frequent."""
    words = [f"w{i}" for i in range(len(vectors))]
    path: Path = tmp_path_factory.mktemp("m") / "m.w2v"
    with new_model(path, 3) as writer:
        writer.append(words, vectors)
        writer.finish(source={})
    model = open_model_directory(path)
    lengths = np.linalg.norm(vectors.astype(float), axis=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(one_by_codes, "_ROWS_PER_BLOCK", 1 << rows_a_block)
        patch.setattr(one_by_codes, "_MOST_ROWS_PER_GROUP", 1 << rows_a_block // 2)
        patch.setattr(one_by_codes, "_MOST_LEFT", (0, 5, 50)[topn % 3])
        patch.setattr(stored_vectors, "_BLOCK_BYTES", 12 * rows_a_block)
        if not lengths[0]:
            with pytest.raises(NoDirection):
                most_similar(model, ["w0"], topn=topn)
            return
        found = most_similar(model, ["w0"], topn=topn)
    others = [row for row in range(1, len(vectors)) if lengths[row]]
    cosines = {row: round(float(vectors[row] @ vectors[0] / lengths[row] / lengths[0]), 9) for row in others}
    expected = sorted(others, key=lambda row: (-cosines[row], row))[:topn]
    assert [neighbour.similarity for neighbour in found] == pytest.approx([cosines[row] for row in expected], abs=1e-8)
    assert {n.word: pytest.approx(n.similarity, abs=1e-8) for n in found} == {
        n.word: cosines[words.index(n.word)] for n in found
    }


def random_queries(model: Model, count: int) -> list[Query]:
    rng = np.random.default_rng(1)
    words = list(model.words)
    queries = []
    for _ in range(count):
        positive = [words[i] for i in rng.integers(len(words), size=rng.integers(1, 4))]
        negative = [words[i] for i in rng.integers(len(words), size=rng.integers(3))]
        queries.append(Query(positive, negative, "3cosmul" if rng.random() < 0.3 else "3cosadd"))
    return queries


@pytest.mark.parametrize("topn", [1, 10, 1000])
@pytest.mark.parametrize("restrict_vocab", [None, 1, 77, range(33, 300)])
def test_many_questions_at_once_have_the_answers_of_each_alone(
    random_model: Model, topn: int, restrict_vocab: Searched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_vectors, "_BLOCK_BYTES", 4 * 40 * 64)
    queries = random_queries(random_model, 120)
    queries[5:8] = [Query(["nobody"]), Query(["w3"], ["w3"]), Query(["w4"])]
    answers = answer_all(random_model, queries, topn, restrict_vocab)
    for query, answer in zip(queries, answers, strict=True):
        alone = most_similar if query.method == "3cosadd" else most_similar_cosmul
        if isinstance(answer, W2vError):
            with pytest.raises(type(answer), match=re.escape(str(answer))):
                alone(random_model, query.positive, query.negative, topn, restrict_vocab)
        else:
            assert answer == alone(random_model, query.positive, query.negative, topn, restrict_vocab)
    assert [type(answers[at]) for at in (5, 6)] == [UnknownWords, NoDirection]


@pytest.mark.parametrize("topn", [1, 10, 1000])
def test_the_codes_and_the_vectors_give_the_same_answers(random_model: Model, topn: int) -> None:
    """Without codes, rows are scored on the vectors themselves."""
    plain = replace(random_model, codes=None)
    for query in random_queries(random_model, 60):
        search = most_similar if query.method == "3cosadd" else most_similar_cosmul
        assert search(plain, query.positive, query.negative, topn) == search(
            random_model, query.positive, query.negative, topn
        )


def test_restrict_vocab_is_gensim_s(random_model: Model) -> None:
    keyed = as_gensim(random_model)
    found = most_similar(random_model, ["w450"], topn=5, restrict_vocab=50)
    assert pairs(found) == [
        (word, pytest.approx(cosine, abs=1e-6))
        for word, cosine in keyed.most_similar("w450", topn=5, restrict_vocab=50)
    ]


@pytest.mark.parametrize("has_codes", [True, False])
@pytest.mark.parametrize(("start", "stop"), [(100, 300), (499, 500), (64, 10**6)])
def test_a_range_is_gensims_clip(random_model: Model, start: int, stop: int, has_codes: bool) -> None:
    keyed = as_gensim(random_model)
    model = random_model if has_codes else replace(random_model, codes=None)
    found = most_similar(model, ["w450"], topn=5, restrict_vocab=range(start, stop))
    theirs = keyed.most_similar("w450", topn=5, clip_start=start, clip_end=stop)
    assert pairs(found) == [(word, pytest.approx(cosine, abs=1e-6)) for word, cosine in theirs]


def test_a_range_without_a_word_is_refused(random_model: Model) -> None:
    with pytest.raises(BadSettings, match="so none of rank 100,001 or more"):
        most_similar(random_model, ["w450"], restrict_vocab=range(100_000, 200_000))


def test_directions_that_nearly_all_rows_share(make_model: MakeModel) -> None:
    """Where all cosines are nearly one, the codes can rule out few rows, and the order is still exact."""
    rng = np.random.default_rng(5)
    vectors = 100 + rng.normal(size=(3000, 20)).astype(np.float32)
    model = make_model([f"w{i}" for i in range(3000)], vectors)
    units = vectors.astype(np.float64)
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    cosines = units @ units[7]
    cosines[7] = -2
    expected = np.argsort(-cosines, kind="stable")[:10]
    assert [found.word for found in most_similar(model, ["w7"])] == [f"w{i}" for i in expected]


def test_of_many_unknown_words_the_first_have_hints(toy: Model) -> None:
    answers = answer_all(toy, [Query(["kingg"])] * 30)
    assert str(answers[0]) == "not in the vocabulary: kingg; did you mean king?"
    assert str(answers[-1]) == "not in the vocabulary: kingg"


def test_the_first_failure_in_a_thread_stops_the_others() -> None:
    begun: list[int] = []

    def work(start: int) -> None:
        begun.append(start)
        if start == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        in_threads(work, range(1_000_000))
    assert len(begun) < 1_000_000


def test_the_example_of_the_scan_is_what_it_does(make_model: MakeModel) -> None:
    """The table in the docstring of `w2vcli.queries.scan`, and what it says of rows 1, 2 and 3."""
    vectors = [[0.96, 0.28], [0.28, 0.96], [0.6, 0.8], [0.599, 0.80075]]
    model = make_model(["a", "b", "c", "d"], vectors)
    assert model.codes is not None
    assert model.codes.whole(0, 4).tolist() == [[127, 37], [37, 127], [95, 127], [95, 127]]
    assert model.codes.scales.round(4).tolist() == pytest.approx([0.0076, 0.0076, 0.0063, 0.0063])
    cosines = model.codes.scales * model.codes.whole(0, 4)[:, 0]
    errors = model.codes.errors
    shown = [[f"{value:.4f}" for value in row] for row in zip(errors, cosines - errors, cosines + errors, strict=True)]
    assert shown == [
        ["0.0003", "0.9597", "0.9603"],
        ["0.0003", "0.2794", "0.2800"],
        ["0.0016", "0.5968", "0.6000"],
        ["0.0000", "0.5990", "0.5990"],
    ]
    question = ScanQuery(np.array([[1.0, 0.0]]), cosine_score, [])
    best = scan.best_rows(model, question, 2, range(4))
    assert [row for row, _ in best] == [0, 2]
    assert [score for _, score in best] == pytest.approx([0.96, 0.6])
    assert all(row in (scan.__doc__ or "") for row in ("127,  37", "0.5968  0.6000", "0.5990  0.5990"))
