"""The nearest neighbours of a few vectors among each other, by comparing each with each.

`w2vcli.queries.search` looks for neighbours in the whole vocabulary. A page shows some of its words, and the
neighbours of a word there are to be on the page too.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from w2vcli.queries.terms import unit

# 1,000 rows of cosines to 100,000 words are 400 MB.
_ROWS_AT_ONCE = 1_000


def nearest_among(vectors: npt.NDArray[np.float32], topn: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
    """Return for each vector the places of the ``topn`` others with the highest cosine, and these cosines.

    Both arrays are words x topn with the best first, or words x (words - 1) if that is less. Equal cosines are in
    the order of the vectors. The cosine with a vector of zeros is 0.
    """
    units = unit(vectors.astype(np.float64)).astype(np.float32)
    topn = min(topn, len(units) - 1)
    places, cosines = [], []
    for start in range(0, len(units), _ROWS_AT_ONCE):
        products = units[start : start + _ROWS_AT_ONCE] @ units.T
        at = np.arange(len(products))
        products[at, start + at] = -np.inf  # no word is its own neighbour
        best = np.sort(np.argpartition(-products, topn - 1, axis=1)[:, :topn], axis=1)
        found = np.take_along_axis(products, best, axis=1)
        order = np.argsort(-found, axis=1, kind="stable")
        places.append(np.take_along_axis(best, order, axis=1))
        cosines.append(np.take_along_axis(found, order, axis=1))
    return np.concatenate(places), np.concatenate(cosines)
