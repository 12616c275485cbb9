"""Intervals from a few values, such as a cosine in each variant of a training."""

from __future__ import annotations

import numpy as np
import pytest

from w2vcli.queries.intervals import spread_of

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
