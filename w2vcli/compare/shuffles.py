"""Is a difference more than chance? Documents are shuffled between the sides, and the same is measured again.

Each shuffle keeps how many units a side has. If the sides do not differ, the real sides are one more shuffle. So the
p-value of a word is the share of shuffles in which its two mean contexts lie at least as far apart.

A thousand shuffles tell p-values down to 0.001. That is too coarse for thousands of words, of which five would have
such a p-value by chance. So the shuffles of all words are pooled. For each word a gamma distribution with the mean, the
standard deviation and the skewness of its own shuffles says how unusual a distance is (Pearson's type III). By that
measure the distances of a word are comparable with those of any other, and the p-value of a word is the share of all
shuffles of all words with units as many that are at least as unusual as its real distance.

A thousand shuffles tell the skewness of a word's distances only roughly, and the smallest p-values are those of words
for which it came out too low. So these words are shuffled ten times as often, which gives a better skewness, and their
p-value is no less than the share of those shuffles in which they lie as far apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s, Floats, Integers

# The distances of words in about as many units have about the same distribution.
_UNITS = (20, 50, 200, 1000)
# How unusual a distance is, as -log10 of a probability, is counted in bins of this width.
_BIN = 0.01
_BINS = 30_000
_BYTES_AT_ONCE = 128


def shuffle_sides(side: Integers, shuffles: int, seed: int) -> npt.NDArray[np.bool_]:
    """Return for each unit whether it is on the first side (units x shuffles). The first column is as it is."""
    rng = np.random.default_rng([seed, 3])
    first = side == 0
    found = np.empty((len(side), shuffles + 1), dtype=np.bool_)
    found[:, 0] = first
    for number in range(1, shuffles + 1):
        found[:, number] = rng.permutation(first)
    return found


def pack_shuffles(side: Integers, shuffles: int, seed: int) -> npt.NDArray[np.uint8]:
    """Return other shuffles as `shuffle_sides` does, eight in a byte. The first one is as it is, too."""
    rng = np.random.default_rng([seed, 5])
    first = side == 0
    # Eight shuffles that are shuffled together are eight others, and cost one.
    eight = np.packbits(np.stack([rng.permutation(first) for _ in range(8)], axis=1), axis=1)[:, 0]
    packed = np.stack([rng.permutation(eight) for _ in range(-(-(shuffles + 1) // 8))], axis=1)
    packed[:, 0] = (packed[:, 0] & 0x7F) | np.where(first, 0x80, 0).astype(np.uint8)
    return packed


def packed_distances(sums: Float32s, counts: Floats, packed: npt.NDArray[np.uint8]) -> Floats:
    """Return the `distances` of packed shuffles, of which ``packed`` has the rows of the word's units."""
    some = (packed[:, at : at + _BYTES_AT_ONCE] for at in range(0, packed.shape[1], _BYTES_AT_ONCE))
    return np.concatenate([distances(sums, counts, np.unpackbits(one, axis=1).astype(np.bool_)) for one in some])


def distances(sums: Float32s, counts: Floats, is_first: npt.NDArray[np.bool_]) -> Floats:
    """Return the squared distance between the mean contexts of both sides, in each of some shuffles.

    ``sums`` (units x vector_size) and ``counts`` are of a word's units. ``is_first`` (units x shuffles) says which are
    on the first side. Each is multiplied by n1 n2 / (n1 + n2), for n1 and n2 occurrences, so that uneven shuffles do
    not have the larger distances. It is 0 where one side has no occurrence.
    """
    chosen = is_first.astype(np.float32).T
    total, of_all = sums.sum(axis=0, dtype=np.float64), counts.sum()
    first = (chosen @ sums).astype(np.float64)
    number = (chosen @ counts.astype(np.float32)).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = first / number[:, None] - (total - first) / (of_all - number)[:, None]
        found = np.einsum("kd,kd->k", apart, apart) * number * (of_all - number) / of_all
    return np.where((number == 0) | (number == of_all), 0, found)


def unusual(found: Floats) -> Floats:
    """Return how unusual each of some distances is among the others, as -log10 of a probability of so large a one.

    The first is the real one. The others, which are of shuffles, decide about the distribution.
    """
    from scipy.special import gammaincc

    shuffled = found[1:]
    mean, sd = shuffled.mean(), shuffled.std(ddof=1)
    if sd <= 0:
        return np.zeros(len(found))
    standard = (found - mean) / sd
    # Distances are squares, so that they are skewed to the right; without skewness there is no such gamma.
    skewness = max(float((standard[1:] ** 3).mean()), 0.05)
    shape = 4 / skewness**2
    probability = gammaincc(shape, np.maximum(shape + np.sqrt(shape) * standard, 0))
    result: Floats = -np.log10(np.maximum(probability, 1e-290))
    return result


@dataclass(frozen=True)
class Pool:
    """How unusual the distances of all shuffles were, counted by classes of units (classes x bins)."""

    counts: Integers

    @classmethod
    def empty(cls) -> Pool:
        """Return a pool without shuffles."""
        return cls(np.zeros((len(_UNITS) + 1, _BINS), dtype=np.int64))

    def add(self, units: int, values: Floats) -> None:
        """Add the shuffles of a word that comes in so many units."""
        bins = np.minimum(values / _BIN, _BINS - 1).astype(np.int64)
        self.counts[np.searchsorted(_UNITS, units, side="right")] += np.bincount(bins, minlength=_BINS)

    def p_values(self, units: Integers, values: Floats) -> Floats:
        """Return the share of the shuffles in its class that are at least as unusual as each of some values.

        Each counts as one more shuffle itself, so that no p-value is 0.
        """
        at_least = np.cumsum(self.counts[:, ::-1], axis=1)[:, ::-1]
        classes = np.searchsorted(_UNITS, units, side="right")
        bins = np.minimum(values / _BIN, _BINS - 1).astype(np.int64)
        found: Floats = (at_least[classes, bins] + 1) / (at_least[classes, 0] + 1)
        return found


def false_discovery_rates(p_values: Floats) -> Floats:
    """Return for each p-value the share of false ones to expect among all that are no larger.

    By Benjamini and Hochberg 1995: of n p-values, the i-th smallest has n p / i, or what a larger p-value has if that
    is less. So .01, .02 and .9 have .03, .03 and .9.
    """
    order = np.argsort(p_values, kind="stable")
    ranks = np.arange(1, len(order) + 1)
    rates = np.minimum.accumulate((p_values[order] * len(order) / ranks)[::-1])[::-1]
    found = np.empty(len(order))
    found[order] = np.minimum(rates, 1)
    return found
