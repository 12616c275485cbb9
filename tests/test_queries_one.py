"""One question by halves of codes: the same answers as every score in float64 gives."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from tests.conftest import MakeModel
from tests.test_queries_many import by_brute_force, hard_vectors, questions_of
from w2vcli.models.codes import MIDDLE
from w2vcli.queries import one_by_codes, scan
from w2vcli.queries.one_by_codes import _Target
from w2vcli.queries.scan import ScanQuery
from w2vcli.queries.scores import ThreeCosMul


@pytest.fixture(params=[0, 40, 1 << 13], ids=["whole codes", "whole codes where many are left", "upper halves"])
def most_left(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Let whole codes be read for different numbers of rows that are left."""
    monkeypatch.setattr(one_by_codes, "_MOST_LEFT", request.param)
    monkeypatch.setattr(one_by_codes, "_ROWS_PER_BLOCK", 1 << 10)  # several blocks, and several reads of one
    monkeypatch.setattr(one_by_codes, "_BYTES_READ", 5_000)
    number: int = request.param
    return number


@pytest.mark.parametrize("size", [1, 2, 3, 50, 65])
def test_answers_are_those_of_every_cosine(size: int, most_left: int, make_model: MakeModel) -> None:
    rng = np.random.default_rng(size)
    vectors = hard_vectors(rng, 2500, size)
    model = make_model([f"w{at}" for at in range(len(vectors))], vectors)
    for topn in (1, 7, 300, 3000):
        for question in questions_of(rng, vectors, 12):
            found = scan.best_rows(model, question, topn, range(2500))
            expected = by_brute_force(vectors, question, topn)
            assert [row for row, _ in found] == [row for row, _ in expected]
            assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-12)


def scores_of_3cosmul(units: npt.NDArray[np.float64], question: ScanQuery, positive: int) -> npt.NDArray[np.float64]:
    """Return equation 4 of Levy and Goldberg (2014) for each row, in float64."""
    moved = (1 + np.clip(units @ question.targets.T, -1, 1)) / 2
    scores: npt.NDArray[np.float64] = moved[:, :positive].prod(axis=1) / (moved[:, positive:].prod(axis=1) + 0.000001)
    return scores


@pytest.mark.parametrize("size", [3, 50])
def test_3cosmul_among_some_rows(size: int, most_left: int, make_model: MakeModel) -> None:
    rng = np.random.default_rng(size)
    vectors = rng.normal(size=(3000, size)).astype(np.float32)
    vectors[1500:] = vectors[:1500] + rng.normal(size=(1500, size)) * np.float32(0.01)
    model = make_model([f"w{at}" for at in range(3000)], vectors)
    units = vectors.astype(np.float64)
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    for _ in range(8):
        rows = rng.choice(3000, size=3, replace=False)
        question = ScanQuery(units[rows], ThreeCosMul(2), rows.tolist())
        scores = scores_of_3cosmul(units, question, 2)
        scores[rows] = -np.inf
        scores[:1100], scores[2900:] = -np.inf, -np.inf
        found = scan.best_rows(model, question, 9, range(1100, 2900))
        assert [row for row, _ in found] == np.argsort(-scores, kind="stable")[:9].tolist()


@pytest.mark.parametrize("rows", [1, 5, 40])
def test_models_with_few_rows_or_directions(rows: int, most_left: int, make_model: MakeModel) -> None:
    rng = np.random.default_rng(rows)
    vectors = np.zeros((3 * rows, 4), dtype=np.float32)
    vectors[::3] = rng.normal(size=(rows, 4))
    model = make_model([f"w{at}" for at in range(3 * rows)], vectors)
    for question in questions_of(rng, vectors, 6):
        found = scan.best_rows(model, question, 8, range(3 * rows))
        assert [row for row, _ in found] == [row for row, _ in by_brute_force(vectors, question, 8)]


def test_vectors_too_long_for_sums_in_float32(most_left: int, make_model: MakeModel) -> None:
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(60, 2 * one_by_codes._MOST_IN_FLOAT32)).astype(np.float32)
    vectors[:, 0] *= 1000
    model = make_model([f"w{at}" for at in range(60)], vectors)
    for question in questions_of(rng, vectors, 6):
        found = scan.best_rows(model, question, 3, range(60))
        assert [row for row, _ in found] == [row for row, _ in by_brute_force(vectors, question, 3)]


def test_products_by_halves_are_those_of_whole_numbers(make_model: MakeModel) -> None:
    rng = np.random.default_rng(6)
    vectors = rng.normal(size=(50, 7)).astype(np.float32)
    codes = make_model([f"w{at}" for at in range(50)], vectors).codes
    assert codes is not None
    targets = vectors[:3].astype(np.float64)
    targets /= np.linalg.norm(targets, axis=1, keepdims=True)
    target, asked = _Target(targets), codes.whole(0, 3).astype(int)
    upper = (codes.whole(0, 50).astype(int) + 128) // 16 * 16 - MIDDLE
    by_upper = target.by_upper(codes.upper, 0, 50)
    np.testing.assert_allclose(by_upper, codes.scales[:3, None] * (asked @ upper.T), rtol=1e-6, atol=1e-7)
    rows = np.array([3, 4, 40])
    whole = by_upper[:, rows] + target.by_lower(codes.lower, rows)
    expected = codes.scales[:3, None] * (asked @ codes.whole(0, 50)[rows].astype(int).T)
    np.testing.assert_allclose(whole, expected, rtol=1e-6, atol=1e-6)


def test_the_example_is_what_the_products_do() -> None:
    assert (3 + 128, 7 + 128) == (16 * 8 + 3, 16 * 8 + 7)
    assert ((16 * 8 + 3) * 8 - 128 * 8, (16 * 8 + 3) * 7 - 128 * 7) == (24, 21)
    assert (16 * (24 - 3 * MIDDLE / 16) + (21 - 3 * (128 - MIDDLE)), 16 * (24 - 3 * MIDDLE / 16)) == (3 * 7, 24)
    assert "= 21, and by the upper half alone 16 * (24 - 3 * 7.5) = 24" in (one_by_codes.__doc__ or "")
