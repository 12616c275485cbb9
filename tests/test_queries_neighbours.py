from __future__ import annotations

import numpy as np

from w2vcli.queries.neighbours import nearest_among

RNG = np.random.default_rng(0)


def test_neighbours_are_those_of_brute_force() -> None:
    vectors = RNG.normal(size=(2500, 8)).astype(np.float32)
    vectors[7] = 0
    places, cosines = nearest_among(vectors, 5)
    units = vectors / np.where(vectors.any(axis=1), np.linalg.norm(vectors, axis=1), 1)[:, np.newaxis]
    for at in (0, 7, 999, 1000, 2499):
        expected = units @ units[at]
        expected[at] = -2
        np.testing.assert_allclose(cosines[at], np.sort(expected)[::-1][:5], atol=1e-6)
        assert at not in places[at]
    assert nearest_among(vectors[:2], 5)[0].tolist() == [[1], [0]]
