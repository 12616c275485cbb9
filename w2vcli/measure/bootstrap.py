"""Confidence intervals by resampling: percentiles of what other samples might have given (Efron 1979).

A set of analogies is made of few pairs of words, each combined with each. Take three pairs of one relation, which make
six questions, and a model that gets all of them right but those with the first pair. Its accuracy is 2 of 6, but that
is one failure, not four: with another first pair all six might be right. So pairs are drawn and not questions. A
resample that draws the second pair twice and the third once counts each question of these two pairs twice.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Floats

_WEIGHTS_AT_ONCE = 1 << 22  # 32 MB of float64
_PERCENTILES = (2.5, 97.5)  # what is left between them is 95 %
_NORMAL_QUANTILE = 1.959963984540054  # of 97.5 %


class Interval(NamedTuple):
    """A 95 % confidence interval."""

    low: float
    high: float


class Sums(NamedTuple):
    """Of each resample, the sum of what was counted and how many questions there were. Their ratio is its figure."""

    counted: Floats
    total: Floats


@dataclass(frozen=True)
class Bootstrap:
    """How many resamples to draw, and the seed of the draws: the same seed gives the same intervals."""

    resamples: int
    seed: int

    def choices(self, count: int) -> npt.NDArray[np.int64]:
        """Return the places of ``count`` things drawn from as many, with replacement (resamples x count).

        Correlations need the questions themselves, since they are no sum of what each question adds.
        """
        return np.random.default_rng(self.seed).integers(max(count, 1), size=(self.resamples, count))

    def sums(self, units: Sequence[Sequence[Hashable]], worth: Floats) -> Sums:
        """Return the sums of ``worth`` (questions) over resampled questions.

        ``units`` are what each question is made of: the two pairs of words of an analogy. Units are drawn, and a
        question counts as often as the product of its units (the vertex bootstrap, Snijders and Borgatti 1999). If
        no two questions share a unit, questions are drawn.
        """
        if not len(worth):
            return Sums(np.zeros(self.resamples), np.zeros(self.resamples))
        numbers: dict[Hashable, int] = {}
        parts = np.array([[numbers.setdefault(unit, len(numbers)) for unit in question] for question in units])
        if len(numbers) == parts.size:  # nothing is shared: each question is a unit of its own
            parts = np.arange(len(units))[:, np.newaxis]
        count = int(parts.max()) + 1
        # How often each unit is drawn, which is all that drawing one by one would tell.
        drawn = np.random.default_rng(self.seed).multinomial(count, np.full(count, 1 / count), self.resamples)
        sums = Sums(np.empty(self.resamples), np.empty(self.resamples))
        step = max(1, _WEIGHTS_AT_ONCE // parts.size)
        for first in range(0, self.resamples, step):
            some = slice(first, first + step)
            # A question counts as often as both of its pairs came together: not at all if one was not drawn.
            weights = drawn[some][:, parts].prod(axis=2).astype(np.float64)
            sums.counted[some] = weights @ worth
            sums.total[some] = weights.sum(axis=1)
        return sums


def interval(samples: Floats) -> Interval | None:
    """Return the interval in which the middle 95 % of ``samples`` lie.

    Samples that are not defined (NaN) are left out: a resample may have drawn no question of a section. None is
    returned if there is no other.
    """
    defined = samples[~np.isnan(samples)]
    if not defined.size:
        return None
    low, high = np.percentile(defined, _PERCENTILES)
    return Interval(float(low), float(high))


def wilson_interval(correct: int, total: int) -> Interval:
    """Return the 95 % interval of a share of ``correct`` of ``total`` independent questions (Wilson 1927).

    Unlike share ± 1.96 standard errors, it stays within [0, 1] and has a width where all are right: 5 of 5 are
    between 0.57 and 1.
    """
    z2 = _NORMAL_QUANTILE**2
    share = correct / total
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = _NORMAL_QUANTILE / (1 + z2 / total) * (share * (1 - share) / total + z2 / (4 * total**2)) ** 0.5
    return Interval(max(0.0, middle - half), min(1.0, middle + half))
