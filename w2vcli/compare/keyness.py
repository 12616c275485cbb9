"""Which words one side has more often than the other, by their counts alone: keyness, as corpus linguists call it.

A word that comes 30 times in 1,000 tokens of side a and 10 times in 2,000 of side b::

    log_ratio        log2((30 / 1000) / (10 / 2000)) = 2.58    six times as frequent on a
    log_likelihood   2 (30 ln(30 / 13.33) + 10 ln(10 / 26.67)) = 29.04    13.33 of the 40 would be expected on a

``log_likelihood`` (Dunning 1993; Rayson and Garside 2000) says how sure it is that there is a difference, if each
occurrence stood for itself. They do not, since a word comes in lumps. So it is for ranking. ``log_ratio`` (Hardie
2014) says how large the difference is. A word that is missing on a side counts as half an occurrence there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from w2vcli.array_types import Floats, Integers


class Keyness(NamedTuple):
    """For each word, how sure and how large the difference of its frequencies is. Above 0 it is more on side a."""

    log_likelihood: Floats
    log_ratio: Floats


def keyness(counts: Integers, tokens: tuple[int, int]) -> Keyness:
    """Return the keyness of words that come ``counts`` times (2 x words) in so many ``tokens`` of the sides."""
    sizes = np.array(tokens, dtype=np.float64)[:, None]
    expected = counts.sum(axis=0) * sizes / sizes.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(counts > 0, counts * np.log(counts / expected), 0)
    first, second = np.maximum(counts, 0.5) / sizes
    return Keyness(2 * terms.sum(axis=0), np.log2(first / second))
