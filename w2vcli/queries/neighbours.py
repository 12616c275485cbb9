"""The nearest neighbours of a few vectors among each other, by comparing each with each.

`w2vcli.queries.search` looks for neighbours in the whole vocabulary. A page shows some of its words, and the
neighbours of a word there are to be on the page too.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from w2vcli.queries.terms import unit
from w2vcli.reporting import SILENT, Reporter

# So many cosines are held at once: 100 MB, and some times that while they are sorted.
_COSINES_AT_ONCE = 25_000_000


def nearest_among(
    vectors: npt.NDArray[np.float32], topn: int, reporter: Reporter = SILENT
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
    """Return for each vector the places of the ``topn`` others with the highest cosine, and these cosines.

    Both arrays are words x topn with the best first, or words x (words - 1) if that is less. Equal cosines are in
    the order of the vectors. The cosine with a vector of zeros is 0.
    """
    units = unit(vectors.astype(np.float64)).astype(np.float32)
    topn = min(topn, len(units) - 1)
    places, cosines = [], []
    step = max(1, _COSINES_AT_ONCE // len(units))
    with reporter.phase("neighbours", len(units), "words") as advance:
        for start in range(0, len(units), step):
            products = units[start : start + step] @ units.T
            at = np.arange(len(products))
            products[at, start + at] = -np.inf  # no word is its own neighbour
            best = np.sort(np.argpartition(-products, topn - 1, axis=1)[:, :topn], axis=1)
            found = np.take_along_axis(products, best, axis=1)
            order = np.argsort(-found, axis=1, kind="stable")
            places.append(np.take_along_axis(best, order, axis=1))
            cosines.append(np.take_along_axis(found, order, axis=1))
            advance(start + len(products))
    return np.concatenate(places), np.concatenate(cosines)
