"""Confidence intervals by resampling (Efron 1979): percentiles of what other samples might have given."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Floats

_WEIGHTS_AT_ONCE = 1 << 22
_PERCENTILES = (2.5, 97.5)
_NORMAL_QUANTILE = 1.959963984540054  # of 97.5 %


class Interval(NamedTuple):
    """A 95 % confidence interval."""

    low: float
    high: float


class Sums(NamedTuple):
    """Of each resample, the sum of what was counted and how many questions there were."""

    counted: Floats
    total: Floats


@dataclass(frozen=True)
class Bootstrap:
    """So many resamples, the same ones for the same seed."""

    resamples: int
    seed: int

    def choices(self, count: int) -> npt.NDArray[np.int64]:
        """Return ``count`` of as many things, drawn with replacement (resamples x count)."""
        return np.random.default_rng(self.seed).integers(max(count, 1), size=(self.resamples, count))

    def sums(self, units: Sequence[Sequence[Hashable]], worth: Floats) -> Sums:
        """Return the sums of ``worth`` (questions) over resampled questions.

        ``units`` are what each question is made of: the two pairs of words of an analogy. Questions that share
        a pair are right or wrong together, so pairs are drawn, and a question counts as often as the product
        of its pairs (the vertex bootstrap, Snijders and Borgatti 1999). Where nothing is shared, questions are
        drawn.
        """
        if not len(worth):
            return Sums(np.zeros(self.resamples), np.zeros(self.resamples))
        numbers: dict[Hashable, int] = {}
        parts = np.array([[numbers.setdefault(unit, len(numbers)) for unit in question] for question in units])
        if len(numbers) == parts.size:
            parts = np.arange(len(units))[:, np.newaxis]
        count = int(parts.max()) + 1
        drawn = np.random.default_rng(self.seed).multinomial(count, np.full(count, 1 / count), self.resamples)
        sums = Sums(np.empty(self.resamples), np.empty(self.resamples))
        step = max(1, _WEIGHTS_AT_ONCE // parts.size)
        for first in range(0, self.resamples, step):
            some = slice(first, first + step)
            weights = drawn[some][:, parts].prod(axis=2).astype(np.float64)
            sums.counted[some] = weights @ worth
            sums.total[some] = weights.sum(axis=1)
        return sums


def interval(samples: Floats) -> Interval | None:
    """Return the interval in which 95 % of ``samples`` lie; None if none of them is defined (NaN)."""
    defined = samples[~np.isnan(samples)]
    if not defined.size:
        return None
    low, high = np.percentile(defined, _PERCENTILES)
    return Interval(float(low), float(high))


def wilson_interval(correct: int, total: int) -> Interval:
    """Return the interval of a share of ``correct`` ones of ``total`` independent ones (Wilson 1927)."""
    z2 = _NORMAL_QUANTILE**2
    share = correct / total
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = _NORMAL_QUANTILE / (1 + z2 / total) * (share * (1 - share) / total + z2 / (4 * total**2)) ** 0.5
    return Interval(max(0.0, middle - half), min(1.0, middle + half))
