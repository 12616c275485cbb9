"""Intervals from a few values of the same thing, such as a cosine in each variant of a training.

Two words have these cosines in five variants::

    .31  .42  .35  .28  .39      mean .350, standard deviation .057

A model of other documents of the same kind is expected to give the mean. How far it will be off has two parts. Such a
model spreads as much as a variant does, and the mean itself stands for this corpus, which is one draw of many. Both
have the variance of the variants at most, so together it is up to twice that: √2 of the standard deviation. The mean is
also off by itself. Neighbours were chosen by this corpus, and a variant sees its documents less evenly than they are.
So `SPREAD` is 1.5.

Student's t for 4 degrees of freedom is 2.776, and the interval is .350 ± 2.776 · 1.5 · .057 = .11 to .59. With 25
variants t is 2.064, and the same spread gives .17 to .53.

A word that is in few documents gives variants little to weight, and so they spread too little. Of the mean of n values,
weights as of variants make the variance a sum of squares over n (n + 1) where n (n - 1) would be right (Rubin 1981), so
that the standard deviation is multiplied by √((n + 1) / (n - 1)). It is also known with n - 1 degrees of freedom only.
With those of the variants, 1 / (1 / (n - 1) + 1 / (variants - 1)) are left (Satterthwaite 1946). With 12 variants, half
of an interval is 2.20 · 1.5 = 3.3 standard deviations for a frequent word, 3.5 for one in 50 documents, 4.3 for one in
10, and 7.3 for one in 4.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from w2vcli.array_types import Floats, Integers

# Student's t of 97.5 %, for 1 to 30 degrees of freedom. scipy would take as long as all the rest of a question.
_STUDENT = (
    *(12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157, 2.228139),
    *(2.200985, 2.178813, 2.160369, 2.144787, 2.131450, 2.119905, 2.109816, 2.100922, 2.093024, 2.085963),
    *(2.079614, 2.073873, 2.068658, 2.063899, 2.059539, 2.055529, 2.051831, 2.048407, 2.045230, 2.042272),
)
_NORMAL = 1.959963984540054
# How far a model of other documents lies from the mean of the variants, in standard deviations of these. So measured by
# benchmarks/coverage.py: for neighbours that were seen 20 times or more, the intervals hold 93 to 97 % of what other
# documents give in most classes of words of the corpora that it was chosen on, and 89 to 97 % on others.
SPREAD = 1.5


def student(degrees: int) -> float:
    """Return Student's t of 97.5 % for so many degrees of freedom."""
    if degrees <= len(_STUDENT):
        return _STUDENT[degrees - 1]
    # Cornish and Fisher's series in 1 / degrees; from 31 on, it is right to three decimals.
    z = _NORMAL
    return z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)


class Spread(NamedTuple):
    """What is expected elsewhere: the ``mean`` over variants, and the ends ``low`` and ``high`` of a 95 % interval."""

    mean: Floats
    low: Floats
    high: Floats


def spread_of(
    values: Floats, least: float = -math.inf, most: float = math.inf, units: Integers | None = None
) -> Spread:
    """Return the mean of ``values`` (variants x ...) and the 95 % interval for a model of other documents.

    ``units`` tells in how many of the documents or blocks that were weighted the rarest word of each value is. The
    interval ends at ``least`` and ``most``, beyond which there are no such values: -1 and 1 for cosines.
    """
    mean = values.mean(axis=0)
    half = deviations(len(values), units) * values.std(axis=0, ddof=1)
    return Spread(mean, (mean - half).clip(least, most), (mean + half).clip(least, most))


def deviations(variants: int, units: Integers | None = None) -> Floats:
    """Return how many standard deviations of the variants half of an interval is, for a word in so many ``units``."""
    if units is None:
        return np.array(student(variants - 1) * SPREAD)
    # In one unit nothing varies, and in two hardly anything is known either: such an interval is as good as none.
    others = units.clip(2) - 1
    degrees = 1 / (1 / others + 1 / (variants - 1))
    found: Floats = SPREAD * np.sqrt((others + 2) / others) * _student_between(degrees)
    return found


def _student_between(degrees: Floats) -> Floats:
    """Return Student's t for degrees of freedom that need not be whole, right to 3 %; below 1, that of 1."""
    whole = range(len(_STUDENT), 0, -1)
    places = [0, *(1 / each for each in whole)]
    found: Floats = np.exp(np.interp(1 / degrees, places, np.log([_NORMAL, *(student(each) for each in whole)])))
    return found
