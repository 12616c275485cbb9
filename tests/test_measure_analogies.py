"""The oracles are brute force in float64 and gensim's own evaluation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations

import numpy as np
import numpy.typing as npt
import pytest

from tests.conftest import MakeModel
from w2vcli.models.directory import Model
from w2vcli.queries import analogies, byte_kernel, many_by_codes
from w2vcli.queries.analogies import AnalogyQuestion, Solved, solve
from w2vcli.queries.methods import METHODS, Method
from w2vcli.queries.scores import ANALOGY_SCORES, cosine_error

Floats = npt.NDArray[np.float64]


def ask(model: Model, questions: list[AnalogyQuestion], method: Method, stop: int | None = None) -> Solved:
    [solved] = solve(model, questions, [method], stop or model.facts.words, lambda done: None)
    return solved


def question(a: int, b: int, c: int, expected: int) -> AnalogyQuestion:
    return AnalogyQuestion(a, b, c, frozenset({a, b, c}), frozenset({expected}))


def brute_force(vectors: Floats, asked: AnalogyQuestion, method: Method, stop: int) -> tuple[bool, bool, int]:
    with np.errstate(invalid="ignore"):
        units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    a, b, c = (units @ units[row] for row in asked[:3])
    if method == "3cosadd":
        scores = b - a + c
    else:
        a, b, c = ((1 + each) / 2 for each in (a, b, c))
        scores = b * c / (a + 0.000001)
    scores = np.where(np.isnan(scores), -np.inf, scores)[:stop]
    best_of_all = int(scores.argmax())
    scores[[row for row in asked.left_out if row < stop]] = -np.inf
    best = int(scores.argmax())
    return best in asked.expected, best_of_all in asked.expected, best


@pytest.fixture(params=["vectors", "codes"])
def searched(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let 3CosAdd search few rows by their vectors, and by their codes where the processor multiplies bytes."""
    way: str = request.param
    if way == "codes":
        if byte_kernel.load_byte_kernel() is None:
            pytest.skip("this processor has no VNNI")
        monkeypatch.setattr(analogies, "_FEWEST_ROWS_BY_CODES", 0)
        monkeypatch.setattr(many_by_codes, "_FEWEST_PRODUCTS", 0)
    return way


@pytest.fixture
def random_questions() -> Callable[[int], list[AnalogyQuestion]]:
    def make(words: int) -> list[AnalogyQuestion]:
        rng = np.random.default_rng(3)
        return [question(*map(int, rng.choice(words, 4, replace=False))) for _ in range(300)]

    return make


@pytest.mark.usefixtures("searched")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("words", "size"), [(40, 2), (60, 5), (3000, 30)])
def test_answers_are_those_of_brute_force(
    make_model: MakeModel,
    random_questions: Callable[[int], list[AnalogyQuestion]],
    monkeypatch: pytest.MonkeyPatch,
    method: Method,
    words: int,
    size: int,
) -> None:
    vectors = np.random.default_rng(1).normal(size=(words, size)).astype(np.float32)
    vectors[7] = 0
    vectors[11] = np.nan
    model = make_model([f"w{row}" for row in range(words)], vectors)
    questions = [each for each in random_questions(words) if not {7, 11} & {*each.left_out, *each.expected}]
    # Half of the questions have the right answer, so that both outcomes are many.
    for at in range(0, len(questions), 2):
        best = brute_force(vectors.astype(np.float64), questions[at], method, words)[2]
        questions[at] = questions[at]._replace(expected=frozenset({best}))
    monkeypatch.setattr(analogies, "_SCORES_AT_ONCE", 1000)
    for stop in (words, words - 13):
        asked = [each for each in questions if max(each.left_out | each.expected) < stop]
        solved = ask(model, asked, method, stop)
        found = list(zip(*map(np.ndarray.tolist, solved), strict=True))
        assert found == [brute_force(vectors.astype(np.float64), each, method, stop) for each in asked]
        assert 0.3 < solved.correct.mean() < 0.7


@pytest.mark.usefixtures("searched")
@pytest.mark.parametrize("method", METHODS)
def test_words_in_several_cases_are_left_out_and_accepted(make_model: MakeModel, method: Method) -> None:
    rng = np.random.default_rng(2)
    vectors = np.repeat(rng.normal(size=(100, 8)), 2, axis=0) + rng.normal(scale=0.01, size=(200, 8))
    model = make_model([f"w{row // 2}{'aA'[row % 2]}" for row in range(200)], vectors)
    stored = model.vectors[:].astype(np.float64)
    questions = []
    for a, b, c, d in rng.choice(100, (200, 4)).tolist():
        left_out = frozenset(row for word in (a, b, c) for row in (2 * word, 2 * word + 1))
        plain = AnalogyQuestion(2 * a, 2 * b, 2 * c, left_out, frozenset({2 * d, 2 * d + 1}))
        best = brute_force(stored, plain, method, 200)[2] // 2
        questions += [plain, plain._replace(expected=frozenset({2 * best, 2 * best + 1}))]
    solved = ask(model, questions, method)
    expected = [brute_force(stored, each, method, 200) for each in questions]
    assert list(zip(*map(np.ndarray.tolist, solved[:2]), strict=True)) == [each[:2] for each in expected]


@pytest.mark.usefixtures("searched")
@pytest.mark.parametrize("method", METHODS)
def test_equal_vectors_are_won_by_the_lower_row(make_model: MakeModel, method: Method) -> None:
    vectors = np.random.default_rng(4).normal(size=(50, 6))
    vectors[49] = vectors[20]
    model = make_model([f"w{row}" for row in range(50)], vectors)
    stored = model.vectors[:].astype(np.float64)
    questions = [
        question(a, b, c, expected)
        for a, b, c in permutations(range(8), 3)
        if brute_force(stored, question(a, b, c, 0), method, 50)[2] == 20
        for expected in (20, 49)
    ]
    assert questions
    assert ask(model, questions, method).correct.tolist() == [each.expected == {20} for each in questions]


@pytest.mark.usefixtures("searched")
@pytest.mark.parametrize("method", METHODS)
def test_words_that_cancel_out(make_model: MakeModel, method: Method) -> None:
    """a = b + c: by 3CosAdd nothing is near; 3CosMul looks at each word by itself."""
    model = make_model(["a", "b", "c", "d", "e"], [[1, 1, 0], [1, 0, -1], [0, 1, 1], [0, 0, 1], [1, 0, 0]])
    solved = ask(model, [question(0, 1, 2, 3)], method)
    if method == "3cosadd":
        assert [each.tolist() for each in solved] == [[False], [False], [-1]]
    else:
        assert solved.predicted.tolist() == [4]


def test_an_expected_word_that_was_asked_is_never_right(toy: Model) -> None:
    asked = AnalogyQuestion(0, 1, 2, frozenset({0, 1, 2}), frozenset({2}))
    solved = ask(toy, [asked], "3cosadd")
    assert not solved.correct[0]
    assert solved.predicted[0] == 3


def test_the_rows_done_are_told(make_model: MakeModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analogies, "_MOST_ROWS", 64)
    model = make_model([f"w{row}" for row in range(1000)], np.random.default_rng(5).normal(size=(1000, 3)))
    told: list[int] = []
    solve(model, [question(0, 1, 2, 3)], METHODS, 900, told.append)
    assert told == sorted(told)
    assert told[-1] == 900


def test_the_example_of_the_analogies_is_what_they_do(make_model: MakeModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table in the docstring of `w2vcli.queries.analogies`: queen is ahead by more than twice the error."""
    words = ["man", "king", "woman", "queen", "tower", "river"]
    vectors = np.array([[1, 0], [0.8, 0.6], [0.6, 0.8], [0.28, 0.96], [0, 1], [-0.8, 0.6]])
    model = make_model(words, vectors)
    rule = ANALOGY_SCORES["3cosadd"]
    scores = rule(*(vectors @ vectors[row] for row in (0, 1, 2)))
    assert scores[3:] == pytest.approx([1.456, 1.4, 0.52])
    factor, summand = rule.tolerance(cosine_error(2), -0.8)
    assert (f"{cosine_error(2):.1e}", factor, f"{summand:.1e}") == ("1.2e-06", 1, "8.1e-06")
    assert 1.4 + summand < 1.456 < 1.455999 + summand
    asked_again: list[int] = []
    ask_again = analogies._ask_again

    def counted(model: Model, questions: Sequence[AnalogyQuestion], method: Method, stop: int) -> list[list[int]]:
        asked_again.append(len(questions))
        return ask_again(model, questions, method, stop)

    monkeypatch.setattr(analogies, "_ask_again", counted)
    solved = ask(model, [question(0, 1, 2, 3)], "3cosadd")
    assert [each.tolist() for each in solved] == [[True], [True], [3]]
    assert asked_again == [0]
