"""What variants say of an answer is what comes out when each of them is asked by brute force."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.conftest import MakeModel, W2v, require
from tests.test_models_variants import add_variants
from w2vcli.errors import BadExpression, NoDirection, UnknownWords
from w2vcli.models.directory import Model, open_model_directory
from w2vcli.models.variants import open_variants
from w2vcli.queries.answers import Answer, Query
from w2vcli.queries.asking import ask_analogies, ask_neighbours, ask_odd, ask_similarity
from w2vcli.queries.intervals import spread_of
from w2vcli.queries.search import answer_all
from w2vcli.queries.sure_answers import SureNeighbour, SureOdd, SurePair, SureScored
from w2vcli.queries.tokens import tokens_of
from w2vcli.queries.variant_answers import answer_all_with_variants

QUERIES = [
    Query(["w3"]),
    Query(["w3", "w50"]),
    Query(["w10", "w20"], ["w30"]),
    Query(["w10", "w20"], ["w30"], "3cosmul"),
    Query(["w7"], [], "3cosmul"),
]
# In how many documents each of 120 words is. Seven variants know little of what is in two of them.
UNITS = np.random.default_rng(4).integers(1, 300, size=120)


@pytest.fixture
def varied(make_model: MakeModel) -> Model:
    """120 words with counts, each in some documents, and seven variants that are like the model to some degree."""
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(120, 12)) * rng.uniform(0.5, 4, size=(120, 1))
    model = make_model([f"w{i}" for i in range(120)], vectors, counts=range(1000, 880, -1))
    add_variants(model, [vectors + rng.normal(size=vectors.shape) for _ in range(7)], units=UNITS)
    return model


def units_of(model: Model) -> list[npt.NDArray[np.float64]]:
    """Return the vectors of the variants as they are on disk, in float64 and scaled to length 1."""
    paths = sorted((model.path / "variants").glob("[0-9]*.npy"), key=lambda path: int(path.stem))
    arrays = [np.load(path).astype(np.float64) for path in paths]
    with np.errstate(invalid="ignore"):
        return [array / np.linalg.norm(array, axis=1, keepdims=True) for array in arrays]


def ranked(scores: npt.NDArray[Any], left_out: Sequence[int], topn: int) -> list[int]:
    """Return the rows of the best scores by sorting all of them, the lower row first where they are equal."""
    rows = [row for row in range(len(scores)) if row not in left_out and np.isfinite(scores[row])]
    return sorted(rows, key=lambda row: (-round(float(scores[row]), 12), row))[:topn]


def scores_of(query: Query, units: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], list[int]]:
    """Return the scores of all words by the formulas, and the rows that were asked."""
    positive, negative = ([int(word[1:]) for word in words] for words in (query.positive, query.negative))
    if query.method == "3cosadd":
        direction = units[positive].sum(axis=0) - units[negative].sum(axis=0)
        return units @ direction / np.linalg.norm(direction), positive + negative
    moved = (1 + units @ units.T) / 2
    return moved[positive].prod(axis=0) / (moved[negative].prod(axis=0) + 1e-6), positive + negative


def sure(answer: Answer) -> list[SureNeighbour | SureScored]:
    """Return the records of an answer that is no error."""
    assert isinstance(answer, list)
    return [one for one in answer if isinstance(one, SureNeighbour | SureScored)]


def expected(model: Model, query: Query, words: Sequence[str], topn: int, stop: int) -> list[tuple[float, ...]]:
    """Return low, high, again and first of each of ``words``."""
    rows = [int(word[1:]) for word in words]
    scores, lists = [], []
    for units in units_of(model):
        of_all, asked = scores_of(query, units)
        scores.append(of_all[rows])
        lists.append(ranked(of_all[:stop], asked, topn))
    fewest = np.array([min(UNITS[[*asked, row]]) for row in rows])
    least, most = (-1, 1) if query.method == "3cosadd" else (0, np.inf)
    spread = spread_of(np.array(scores), least, most, fewest)
    again = [sum(row in found for found in lists) / len(lists) for row in rows]
    first = [sum(found[0] == row for found in lists) / len(lists) for row in rows]
    return list(zip(spread.low.tolist(), spread.high.tolist(), again, first, strict=True))


@pytest.mark.parametrize("topn", [1, 5, 200])
@pytest.mark.parametrize("restrict_vocab", [None, 60])
@pytest.mark.parametrize("times", [1, 4])
def test_each_word_has_what_brute_force_finds(varied: Model, topn: int, restrict_vocab: int | None, times: int) -> None:
    variants, queries = open_variants(varied), QUERIES * times
    answers = answer_all_with_variants(varied, variants, queries, topn, restrict_vocab)
    for query, answer, plain in zip(queries, answers, answer_all(varied, queries, topn, restrict_vocab), strict=True):
        assert isinstance(answer, list) and isinstance(plain, list)
        assert [one.word for one in answer] == [one.word for one in plain]
        name = "similarity" if query.method == "3cosadd" else "score"
        assert [getattr(one, name) for one in answer] == [getattr(one, name) for one in plain]
        found = [(one.low, one.high, one.again, one.first) for one in sure(answer)]
        words = [one.word for one in answer]
        np.testing.assert_allclose(found, expected(varied, query, words, topn, restrict_vocab or 120), atol=1e-9)
        assert [one.count for one in sure(answer)] == [1000 - int(word[1:]) for word in words]


def test_shares_by_hand(make_model: MakeModel) -> None:
    near = np.array([[1, 0], [0.9, 0.1], [0.5, 0.5], [0, 1]])
    far = np.array([[1, 0], [0, 1], [0.9, 0.1], [0.8, 0.2]])
    model = make_model(["a", "b", "c", "d"], near)
    add_variants(model, [near, near, near, far, far])
    [answer] = answer_all_with_variants(model, open_variants(model), [Query(["a"])], topn=2)
    assert [(one.word, one.again, one.first, one.count) for one in sure(answer)] == [
        ("b", 0.6, 0.6, None),
        ("c", 1.0, 0.4, None),
    ]


def test_a_question_that_fails_keeps_its_place(varied: Model) -> None:
    notes: list[str] = []
    variants = open_variants(varied)
    first, unknown, last = ask_neighbours(varied, [["w1"], ["x"], ["w2"]], 3, None, notes.append, variants)
    assert isinstance(unknown, UnknownWords)
    assert isinstance(first, list) and isinstance(last, list)
    assert [first, last] == answer_all_with_variants(varied, variants, [Query(["w1"]), Query(["w2"])], 3)
    bad, good = ask_analogies(varied, [["w1", "-"], ["w1", "-", "w2"]], "3cosmul", 3, None, notes.append, variants)
    assert isinstance(bad, BadExpression)
    assert isinstance(good, list) and isinstance(good[0], SureScored)
    assert notes == []


def test_nothing_is_known_of_a_variant_in_which_a_question_has_no_direction(make_model: MakeModel) -> None:
    vectors = np.array([[1, 0], [0.9, 0.1], [0, 1]])
    model = make_model(["a", "b", "c"], vectors)
    add_variants(model, [vectors] * 4 + [np.array([[0, 0], [0.9, 0.1], [0, 1]])])
    answer, wrong = answer_all_with_variants(model, open_variants(model), [Query(["a"]), Query(["a"], ["a"])], topn=1)
    assert isinstance(answer, list) and isinstance(answer[0], SureNeighbour)
    assert (answer[0].again, answer[0].first) == (0.8, 0.8)
    assert np.isnan([answer[0].low, answer[0].high]).all()
    assert isinstance(wrong, NoDirection)


def test_intervals_of_pairs_are_those_of_their_cosines(varied: Model) -> None:
    rng = np.random.default_rng(1)
    rows = rng.integers(120, size=(300, 2))
    questions = [[f"w{a}", f"w{b}"] for a, b in rows.tolist()]
    answers = ask_similarity(varied, [*questions, ["w1"]], print, open_variants(varied))
    assert isinstance(answers[-1], BadExpression)
    cosines = np.array([(units[rows[:, 0]] * units[rows[:, 1]]).sum(axis=1) for units in units_of(varied)])
    spread = spread_of(cosines, -1, 1, UNITS[rows].min(axis=1))
    plain = ask_similarity(varied, questions, print)
    for at, (answer, before) in enumerate(zip(answers, plain, strict=False)):
        assert isinstance(answer, list) and isinstance(before, list)
        [pair], [old] = answer, before
        assert isinstance(pair, SurePair)
        assert (pair.word1, pair.word2, pair.similarity) == (old.word1, old.word2, old.similarity)
        assert (pair.low, pair.high) == pytest.approx((spread.low[at], spread.high[at]), abs=1e-9)


def test_a_pair_with_a_vector_of_zeros_has_no_interval(make_model: MakeModel) -> None:
    vectors = [[1, 0], [0, 0]]
    model = make_model(["a", "zero"], vectors)
    add_variants(model, [vectors] * 5)
    [[pair], [itself]] = ask_similarity(model, [["a", "zero"], ["a", "a"]], print, open_variants(model))  # type: ignore[misc]
    assert isinstance(pair, SurePair) and isinstance(itself, SurePair)
    assert np.isnan([pair.similarity, pair.low, pair.high]).all()
    assert (itself.low, itself.high) == pytest.approx((1, 1))


def test_the_odd_one_is_counted_in_the_variants(varied: Model) -> None:
    questions = [["w1", "w2", "w3"], ["w9", "w8", "w7", "w6", "w5"]]
    answers = ask_odd(varied, [questions[0], ["w1", "w2"], questions[1]], print, open_variants(varied))
    assert isinstance(answers[1], BadExpression)
    plain = ask_odd(varied, questions, print)
    for question, answer, before in zip(questions, (answers[0], answers[2]), plain, strict=True):
        assert isinstance(answer, list) and isinstance(before, list)
        assert [(one.word, one.similarity) for one in answer] == [(one.word, one.similarity) for one in before]
        rows = [int(word[1:]) for word in question]
        to_mean = {word: [] for word in question}  # type: dict[str, list[float]]
        odd = []
        for units in units_of(varied):
            mean = units[rows].mean(axis=0)
            cosines = units[rows] @ mean / np.linalg.norm(mean)
            odd.append(question[int(cosines.argmin())])
            for word, cosine in zip(question, cosines, strict=True):
                to_mean[word].append(cosine)
        for one in answer:
            assert isinstance(one, SureOdd)
            spread = spread_of(np.array(to_mean[one.word]), -1, 1, UNITS[int(one.word[1:])])
            assert (one.low, one.high) == pytest.approx((spread.low, spread.high), abs=1e-9)
            assert one.first == odd.count(one.word) / 7


def test_a_word_of_several_pieces_is_their_mean_with_the_model_s_lengths(w2v: W2v) -> None:
    require("tokenizers")
    Path("t.txt").write_text("the king and the queen went to the hill\na man met a woman and a boy\n" * 20)
    settings = "--min-count 1 --epochs 1 --vector-size 8 --workers 1 --sample 0 -q"
    run = w2v(*f"train t.txt -o ./m.w2v --tokenizer subwords --subword-vocabulary 30 {settings}".split())
    assert run.status == 0, run.err
    model = open_model_directory(Path("m.w2v").absolute())
    rng = np.random.default_rng(2)
    add_variants(model, [model.vectors[:] + 0.3 * rng.normal(size=model.vectors.shape) for _ in range(6)])
    word = "kinghill"
    rows = [model.words.row(piece) for piece in tokens_of(word, model)]
    assert len(rows) > 1
    other = model.words.row("▁the") or 0
    lengths = np.linalg.norm(model.vectors[rows], axis=1)  # type: ignore[index]
    cosines = []
    for units in units_of(model):
        made = lengths @ units[rows]  # type: ignore[index]
        cosines.append(made @ units[other] / np.linalg.norm(made))
    [[pair]] = ask_similarity(model, [[word, model.words[other]]], print, open_variants(model))  # type: ignore[misc]
    assert isinstance(pair, SurePair)
    spread = spread_of(np.array(cosines), -1, 1)
    assert (pair.low, pair.high) == pytest.approx((spread.low, spread.high), abs=1e-6)
