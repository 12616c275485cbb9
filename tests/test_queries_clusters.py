from __future__ import annotations

import numpy as np
import pytest

from w2vcli.errors import BadSettings
from w2vcli.queries.clusters import find_clusters


def test_clusters_are_by_cosine_and_called_by_their_most_frequent_words() -> None:
    vectors = np.array([[1, 0], [9, 1], [0, 1], [1, 9], [5, 0], [0.01, 0], [0, 0]], dtype=np.float32)
    words = ["a", "b", "c", "d", "e", "f", "zero"]
    found = find_clusters(vectors, words, [6, 5, 4, 3, 2, 1, 0], 3, seed=1)
    assert found == ["f, e, b…", "f, e, b…", "d, c", "d, c", "f, e, b…", "f, e, b…", "zero"]
    with pytest.raises(BadSettings, match="--clusters 8 is more than the number of words, 7"):
        find_clusters(vectors, words, range(7), 8, seed=1)


def test_more_clusters_than_vectors_that_differ_are_refused() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1], [0, 2]], dtype=np.float32)
    with pytest.raises(BadSettings, match="--clusters 3 is more than the number of words whose vectors differ, 2"):
        find_clusters(vectors, ["a", "b", "c", "d"], [0, 1, 2, 3], 3, seed=1)
