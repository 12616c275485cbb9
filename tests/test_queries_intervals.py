"""Intervals from a few values, such as a cosine in each variant of a training."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conftest import require
from w2vcli.queries.intervals import SPREAD, deviations, spread_of, student

COSINES = np.array([[0.31], [0.42], [0.35], [0.28], [0.39]])


def test_the_interval_is_the_mean_and_as_far_as_one_and_a_half_deviations_and_students_t_say() -> None:
    found = spread_of(COSINES)
    half = 2.776445 * 1.5 * COSINES.std(ddof=1)
    assert found.mean == pytest.approx(0.35)
    assert [*found.low, *found.high] == pytest.approx([0.35 - half, 0.35 + half])


def test_an_interval_of_cosines_ends_at_those_of_equal_and_opposite_vectors() -> None:
    found = spread_of(np.array([[0.5, -0.5], [1, -1], [0, 0]]), -1, 1)
    assert [*found.low] == [-1, -1]
    assert [*found.high] == [1, 1]


@pytest.mark.parametrize("variants", [5, 12, 25])
def test_an_interval_holds_what_other_documents_give_where_variants_spread_as_corpora_do(variants: int) -> None:
    rng = np.random.default_rng(variants)
    corpora = rng.normal(size=4000)  # what each says, around a truth of 0
    values = corpora + rng.normal(size=(variants, 4000))
    found = spread_of(values)
    elsewhere = rng.normal(size=4000)
    held = ((found.low <= elsewhere) & (elsewhere <= found.high)).mean()
    assert 0.94 < held < 0.98


def test_a_word_in_few_documents_has_a_wider_interval_by_the_formulas() -> None:
    require("scipy")
    from scipy.special import stdtrit

    units = np.array([3, 4, 10, 50, 1000])
    degrees = 1 / (1 / (units - 1) + 1 / 11)
    expected = SPREAD * stdtrit(degrees, 0.975) * np.sqrt((units + 1) / (units - 1))
    assert deviations(12, units) == pytest.approx(expected, rel=0.03)
    assert deviations(12, np.array([2**31 - 1])) == pytest.approx(student(11) * SPREAD)
    found = spread_of(np.repeat(COSINES, 2, axis=1), units=np.array([4, 2**31 - 1]))
    assert found.mean == pytest.approx([0.35, 0.35])
    assert found.low[0] < found.low[1]


def test_of_a_word_in_one_document_hardly_anything_is_known() -> None:
    found = spread_of(np.repeat(COSINES, 2, axis=1), -1, 1, np.array([1, 2]))
    assert [*found.low] == [-1, -1]
    assert [*found.high] == [1, 1]


@pytest.mark.parametrize("documents", [3, 5, 10, 40])
def test_an_interval_of_a_mean_of_few_documents_holds_as_often(documents: int) -> None:
    """Each document says a value, a model the mean of them, and a variant their mean by exponential weights."""
    rng = np.random.default_rng(documents)
    texts = rng.normal(size=(3000, documents))
    weights = rng.exponential(size=(12, 3000, documents))
    means = (weights * texts).sum(axis=2) / weights.sum(axis=2)
    elsewhere = rng.normal(size=(3000, documents)).mean(axis=1)
    wide, narrow = (spread_of(means, units=units) for units in (np.full(3000, documents), None))
    held, without = (((one.low <= elsewhere) & (elsewhere <= one.high)).mean() for one in (wide, narrow))
    assert 0.94 < held < 0.98
    assert documents > 5 or without < 0.93
