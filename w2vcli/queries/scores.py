"""How a score comes of cosines, by 3CosAdd and by 3CosMul, and how far rounding may move it.

Searching has three ways to look at many rows, and all of them need the same two things of a method: its score, and
an interval that the true score lies in where the cosines are known roughly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.queries.methods import Method

Scores = npt.NDArray[np.floating[Any]]

# As in `w2vcli.models.index`: the error of a float32 product of unit vectors of size n, in units of n.
ROUNDING = float(np.finfo(np.float32).eps)
# Scores that agree to this many decimals are ties. Vectors are float32, which has seven decimals.
DECIMALS = 12
NO_ERROR = np.zeros(1)
# Added to the denominator of 3CosMul, as in Levy and Goldberg (2014) and gensim.
COSMUL_EPSILON = 0.000001
# A generous bound on the relative error of a product of a few float32 numbers.
_COSMUL_ROUNDING = 1e-5


def cosine_error(vector_size: int) -> float:
    """Return how far the float32 product of two unit vectors may be from their cosine."""
    return ROUNDING * (vector_size + 8)


class Bounds(NamedTuple):
    """The true score is in [``low``, ``low + width``], up to a constant shared by all rows."""

    low: Scores
    width: Scores


# From cosines (terms x ... x rows) and the bound on their error (rows, or one for all) to the scores.
Score = Callable[[Scores, Scores], Bounds]


def cosine_score(cosines: Scores, error: Scores) -> Bounds:
    """Return the bounds of the first term's cosines: the score of neighbours, and of 3CosAdd after adding up."""
    # One error for all rows is a constant that they share, so it need not be subtracted.
    return Bounds(cosines[0] - error if error.size > 1 else cosines[0], 2 * error)


class ThreeCosMul:
    """The score of 3CosMul for a question whose first ``positive`` terms are added.

    That is equation 4 of Levy and Goldberg (2014). Cosines are moved to [0, 1], and the score
    is the product of the positive ones over that of the negative ones.
    """

    def __init__(self, positive: int) -> None:
        self.positive = positive

    def __call__(self, cosines: Scores, error: Scores) -> Bounds:
        """Return the bounds: the score is lowest where positive cosines are low and negative ones high."""
        least, most = np.clip(cosines - error, -1, 1), np.clip(cosines + error, -1, 1)
        rounding = _COSMUL_ROUNDING if np.any(error) else 0.0
        low = self._score(least, most) * (1 - rounding)
        return Bounds(low, self._score(most, least) * (1 + rounding) - low)

    def _score(self, positive: Scores, negative: Scores) -> Scores:
        """Return the scores, given what to take for the cosines of either side."""
        over: Scores = ((1 + positive[: self.positive]) / 2).prod(axis=0)
        under: Scores = ((1 + negative[self.positive :]) / 2).prod(axis=0)
        return over / (under + COSMUL_EPSILON)


class AnalogyScore(NamedTuple):
    """The score of one method for analogies of three words, in steps that many questions share.

    ``prepare`` is done once to all cosines, ``pair`` once to those of b and a, ``combine`` adds those of c.

    ``tolerance`` is given the bound on the error of a cosine and the lowest of all cosines. It returns a factor and a
    summand: a float32 score is the best for certain if it is above ``factor * other + summand`` for any other.
    """

    prepare: Callable[[Scores], Scores]
    pair: Callable[[Scores, Scores], Scores]
    combine: np.ufunc
    tolerance: Callable[[float, float], tuple[float, float]]

    def __call__(self, a: Scores, b: Scores, c: Scores) -> Scores:
        """Return the scores of words with the cosines ``a``, ``b`` and ``c`` to the words that are asked."""
        scores: Scores = self.combine(self.pair(self.prepare(b), self.prepare(a)), self.prepare(c))
        return scores


def _unchanged(cosines: Scores) -> Scores:
    return cosines


def _difference(b: Scores, a: Scores) -> Scores:
    return b - a


def _added_tolerance(error: float, _lowest: float) -> tuple[float, float]:
    """Return the tolerance of a sum: three cosines and four roundings on both sides of the comparison."""
    return 1.0, 2 * (3 * error + 4 * ROUNDING)


def _moved(cosines: Scores) -> Scores:
    return np.maximum((1 + cosines) / 2, 0)


def _ratio(b: Scores, a: Scores) -> Scores:
    quotients: Scores = b / (a + a.dtype.type(COSMUL_EPSILON))
    return quotients


def _multiplied_tolerance(error: float, lowest: float) -> tuple[float, float]:
    """Return the tolerance of a product, whose relative error is that of the three moved cosines.

    It grows where a cosine is near -1. There the moved cosine is near 0, and its rounding is a large share of it.
    """
    moved_error = error / 2 + ROUNDING
    share = 3 * (moved_error / max((1 + lowest) / 2 - moved_error, moved_error) + ROUNDING)
    return (1 + share) / (1 - share) if share < 1 else np.inf, 0.0


ANALOGY_SCORES: Mapping[Method, AnalogyScore] = {
    "3cosadd": AnalogyScore(_unchanged, _difference, np.add, _added_tolerance),
    "3cosmul": AnalogyScore(_moved, _ratio, np.multiply, _multiplied_tolerance),
}
