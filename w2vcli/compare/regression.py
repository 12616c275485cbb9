"""The regression of contexts on the side they are on, as the R package conText does it.

The vector of an occurrence is that of its context, brought to the vectors of words by a linear map (Khodak et al.
2018). It is regressed on what is known of its document::

    vector of an occurrence = intercept + coefficient * (1 on the first side, 0 on the second) + rest

The squared length of the coefficient tells how far the sides lie apart (Rodriguez et al. 2023). It is too large, the
more so the fewer occurrences there are, since chance adds to each of its numbers. So the variance of each is taken
away (Green et al. 2025)::

    squared = sum of b^2      bias = sum of V(b)      debiased = squared - bias

The variances are robust, and of clusters: what one document says is one witness. A cluster of one occurrence each gives
what conText gives without clusters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s, Floats
from w2vcli.compare.shuffles import distances


@dataclass(frozen=True)
class Regression:
    """The ``coefficients`` of a regression and their ``variances`` (each regressors x vector_size)."""

    coefficients: Floats
    variances: Floats

    def squared(self) -> Floats:
        """Return the squared length of the coefficient of each regressor."""
        found: Floats = (self.coefficients**2).sum(axis=1)
        return found

    def debiased(self) -> Floats:
        """Return the squared lengths less what chance adds to them, which may be below 0."""
        found: Floats = self.squared() - self.variances.sum(axis=1)
        return found


def regress(sums: Floats, counts: Floats, design: Floats) -> Regression:
    """Return the least-squares regression of vectors on what is known of their clusters.

    ``sums`` (clusters x vector_size) are of ``counts`` vectors each. ``design`` (clusters x regressors) has a column of
    ones for the intercept, if there is to be one. There are more clusters than regressors.
    """
    clusters, size = design.shape
    inverse = np.linalg.inv(design.T @ (design * counts[:, None]))
    coefficients = inverse @ (design.T @ sums)
    rest = sums - counts[:, None] * (design @ coefficients)
    parts = design @ inverse
    # That of Stata, for few clusters: HC1 if each is one vector.
    total = counts.sum()
    few = clusters / (clusters - 1) * (total - 1) / (total - size)
    return Regression(coefficients, few * ((parts**2).T @ rest**2))


def side_regression(sums: Float32s, counts: Floats, is_first: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Return the debiased squared length of the coefficient of the side, and its p-value.

    ``sums`` (units x vector_size) and ``counts`` are of a word's units, and ``is_first`` (units x shuffles) says which
    are on the first side, in the first column as they are. ``p`` is the share of shuffles that lie as far apart.
    """
    design = np.column_stack([np.ones(len(counts)), is_first[:, 0]])
    found = regress(sums.astype(np.float64), counts, design)
    apart = distances(sums, counts, is_first)
    return float(found.debiased()[1]), float((apart >= apart[0]).mean())
