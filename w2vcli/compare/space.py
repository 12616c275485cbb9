"""The space in which contexts are compared, and the way from there to the vectors of a model.

Contexts vary much in a few directions, such as whether they are long, and what tells words apart is in the others. So
each direction is divided by the fourth root of its variance, halfway between leaving it and making all equal.

A word's vector is near a linear function of its mean context. This function is the least-squares fit over all words
(Khodak et al. 2018). The mean of few contexts is blurred, which would make the fit too flat. So the variance that is
due to few contexts is taken away, as in regression with errors in the variables.

Where two texts differ as wholes, all words have other contexts: in bad reviews every word stands near *boring*. That
much all words have in common, and it says nothing of any one. So it is measured, as the mean over all words, and taken
away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from w2vcli.array_types import Float32s, Floats, Integers
from w2vcli.compare.context_sums import TokenRows, find_occurrences
from w2vcli.compare.shuffles import shuffle_sides
from w2vcli.compare.sides import Sides
from w2vcli.training.formulas import keep_probabilities

# Of what the sides have in common, so that it is taken for chance in one of 200 cases in which it is none.
_SHUFFLES = 200
_OF_EACH_WORD = 100
_FEWEST_OF_EACH = 10
_MOST_FLOATS = 100_000_000
_RIDGE = 1e-3


@dataclass(frozen=True)
class Space:
    """``evened`` and ``to_vector`` are matrices (vector_size x vector_size) that contexts are multiplied by.

    ``common`` (vector_size) is by how much the contexts of all words on the first side differ from those on the second.
    """

    evened: Float32s
    to_vector: Floats
    common: Floats


def context_features(vectors: Float32s, counts: Integers, sample: float) -> Float32s:
    """Return the vector of each word as a context: of length 1, times the share that subsampling keeps of the word.

    One row more, of zeros, stands for words that the model does not have.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    kept = keep_probabilities(counts, sample)
    return np.vstack([units * kept[:, None], np.zeros((1, vectors.shape[1]))]).astype(np.float32)


def make_space(
    text: TokenRows, sides: Sides, vectors: Float32s, counts: Integers, features: Float32s, window: int, seed: int
) -> Space:
    """Return the space of a text, from about a hundred occurrences of each row with ``counts`` above 0.

    Of very many rows there are fewer, at least ten, since all their contexts are in memory.
    """
    from scipy.linalg import eigh

    most = _MOST_FLOATS / (max(int((counts > 0).sum()), 1) * max(vectors.shape[1], 1))
    of_each = min(_OF_EACH_WORD, max(_FEWEST_OF_EACH, most))
    keep = np.append(np.where(counts > 0, np.minimum(1, of_each / np.maximum(counts, 1)), 0), 0)
    places, rows = find_occurrences(text, keep, np.random.default_rng([seed, 4]))
    unit = sides.unit_of(places)
    order = np.argsort(rows, kind="stable")
    order = order[unit[order] >= 0]
    places, rows, unit = places[order], rows[order], unit[order]
    side = sides.side[unit]
    firsts = np.flatnonzero(np.diff(rows, prepend=-1))
    sizes = np.diff(firsts, append=len(rows)).astype(np.float64)
    contexts = text.contexts(places, features, window)
    means = np.add.reduceat(contexts, firsts).astype(np.float64) / sizes[:, None]
    contexts -= np.repeat(means, sizes.astype(np.int64), axis=0).astype(np.float32)
    on_first = np.add.reduceat((side == 0).astype(np.float64), firsts)
    common = _common(contexts, unit, sides, float((on_first * (sizes - on_first) / sizes).sum()), seed)
    within = (contexts.T @ contexts).astype(np.float64) / max(len(rows) - len(firsts), 1)
    centred = means - sizes @ means / sizes.sum()
    weighted = centred * sizes[:, None]
    between = weighted.T @ centred
    size = np.eye(len(between))
    every = (between + within * len(rows)) / len(rows)
    values, axes = np.linalg.eigh(every + _RIDGE * np.trace(every) / len(size) * size)
    noise = within * len(firsts) + _RIDGE * np.trace(between + within) / len(size) * size
    signal, directions = eigh(between, noise)  # in units of the noise
    # At most half of what varies is taken for noise, lest directions without any signal count most.
    inverse = (directions / np.maximum(np.maximum(signal - 1, signal / 2), _RIDGE)) @ directions.T
    to_vector: Floats = inverse @ (weighted.T @ vectors[rows[firsts]].astype(np.float64))
    return Space((axes / values**0.25).astype(np.float32), to_vector, common)


def _common(contexts: Float32s, unit: Integers, sides: Sides, weight: float, seed: int) -> Floats:
    """Return by how much the contexts of all words differ between the sides, as far as that is more than chance.

    Each word has the weight n1 n2 / (n1 + n2) for its n1 and n2 occurrences, since 10 and 10 say more of a difference
    than 1 and 19. ``weight`` is the sum over all words. ``contexts`` are of occurrences in some ``unit``, less the mean
    of their word. So a word adds the sum of its contexts on the first side: that is its weight times its difference.

    If the units were shuffled, this sum would have a length, too. Unless the true one is longer than all of 200 such
    sums, nothing is common. Else it is shortened by what they have in the mean. Without that, a word that always has
    the same contexts would differ by the chance of all others.
    """
    order = np.argsort(unit, kind="stable")
    firsts = np.flatnonzero(np.diff(unit[order], prepend=-1))
    by_unit = np.add.reduceat(contexts[order], firsts)
    is_first = shuffle_sides(sides.side, _SHUFFLES, seed)[unit[order][firsts]]
    sums = (is_first.T.astype(np.float32) @ by_unit).astype(np.float64)
    squared = np.einsum("kd,kd->k", sums, sums)
    if not squared[0] > squared[1:].max():
        return np.zeros(contexts.shape[1])
    found: Floats = sums[0] / weight * (1 - squared[1:].mean() / squared[0])
    return found
