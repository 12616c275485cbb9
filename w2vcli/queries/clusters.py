"""Clusters of words: which words lie together, found by k-means among their vectors."""

from __future__ import annotations

from collections.abc import Sequence
from warnings import catch_warnings, simplefilter

import numpy as np
import numpy.typing as npt

from w2vcli.errors import BadSettings
from w2vcli.queries.terms import unit

_WORDS_IN_A_NAME = 3
# k-means finds a local optimum. The best of this many starts is kept.
_STARTS = 10


def find_clusters(
    vectors: npt.NDArray[np.float32], words: Sequence[str], rows: Sequence[int], clusters: int, seed: int
) -> list[str]:
    """Return the name of the cluster of each word, such as ``"king, queen, prince…"``.

    The clusters are those of scikit-learn's k-means among unit vectors, so near means a high cosine. A cluster is
    named by its most frequent words, which are those with the lowest ``rows``. ``vectors`` (words x vector_size),
    ``words`` and ``rows`` are in the same order.

    Raises
    ------
    BadSettings
        If there are fewer words than clusters, or fewer vectors that differ.
    """
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    if clusters > len(words):
        raise BadSettings(f"--clusters {clusters} is more than the number of words, {len(words)}")
    units = unit(vectors.astype(np.float64))
    # While other programs keep the cores busy, several threads would mostly wait for each other.
    with threadpool_limits(1, user_api="openmp"), catch_warnings():
        simplefilter("ignore", ConvergenceWarning)  # raised when too few vectors differ, which is an error below
        labels = KMeans(clusters, n_init=_STARTS, random_state=seed).fit_predict(units)
    different = len(np.unique(labels))
    if different < clusters:
        raise BadSettings(f"--clusters {clusters} is more than the number of words whose vectors differ, {different}")
    names = {}
    for label in set(labels.tolist()):
        members = sorted(np.flatnonzero(labels == label).tolist(), key=lambda at: rows[at])
        more = "…" if len(members) > _WORDS_IN_A_NAME else ""
        names[label] = ", ".join(words[at] for at in members[:_WORDS_IN_A_NAME]) + more
    return [names[label] for label in labels.tolist()]
