"""How far an axis of features can be trusted: whether its pairs agree, and how far a word's place depends on them.

    axis    pairs  given  agreeing  pair_dir  reliability
    gender      8      8         8     0.491        0.885    each pair points where the others point
    cost        5      9         4     0.038        0.164    the pairs have no direction in common

The model has 5 of 9 pairs of *cost*. An axis of any pairs gives each word a place, so the places of *cost* look as
sure as those of *gender*. But five other pairs of cost would give an axis with a cosine of .16 to this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from w2vcli.array_types import Floats
from w2vcli.models.directory import Model
from w2vcli.models.variants import units_with
from w2vcli.queries.axes import Direction, place, place_in_variants, share_of_words
from w2vcli.queries.intervals import spread_of, student
from w2vcli.queries.terms import find_terms, rows_of_parts, unit
from w2vcli.reporting import Reporter

# Of axes with a lower reliability, one in eight orders words as people do (r above .5). Of the others, five in six.
# Measured by benchmarks/axis_trust.py with ratings by people (Kozlowski, Taddy and Evans 2019).
LEAST_RELIABILITY = 0.6
# From so many pairs on, the p-value can be below .05.
_LEAST_PAIRS = 6
_LEAST_P_VALUE = 0.05


class AxisTrust(NamedTuple):
    """What an axis is worth in a model.

    ``pairs`` of the ``given`` pairs are in the model. ``agreeing`` is how many of them the axis of the other pairs puts
    the right way round, negative end first. ``pair_dir`` is the mean cosine of two pairs' differences (PairDir,
    Boutyline and Johnston 2023), and ``reliability`` the cosine to expect with the axis of as many other pairs of the
    same kind. They are None for one pair. ``share_of_pairs`` and ``p_value`` are those of `Direction`,
    ``share_of_words`` is that of `share_of_words`. ``doubt`` says in a sentence why the axis may not be what its name
    says, None if nothing speaks against it.
    """

    axis: str
    pairs: int
    given: int
    agreeing: int | None
    pair_dir: float | None
    reliability: float | None
    share_of_pairs: float
    p_value: float
    share_of_words: float | None
    doubt: str | None


class PlacedWord(NamedTuple):
    """The place of a word on an axis, and how far it depends on the pairs and on the corpus.

    ``value`` is the cosine. ``low`` and ``high`` are the ends of its 95 % interval for other pairs of the same kind,
    ``least`` and ``most`` those of its places on the axes that lack one of the pairs. All four are None for one pair.
    ``variants_low`` and ``variants_high`` are the ends of the 95 % interval for the same pairs in a model of other
    documents, see `spread_of`. They are None without variants.
    """

    word: str
    axis: str
    value: float
    low: float | None
    high: float | None
    least: float | None
    most: float | None
    variants_low: float | None = None
    variants_high: float | None = None

    @property
    def half_width(self) -> float | None:
        """Half of the wider interval of the two, as a distance from the place; None where neither is known.

        Of the places on axes of other pairs in a model of other documents, 98 to 99 % are within it, and 83 to 91 %
        within the interval for other pairs (``benchmarks/other_documents.py``, axes of three or four pairs).
        """
        ends = (self.low, self.high), (self.variants_low, self.variants_high)
        # The shorter half is one that ends at -1 or 1, or lies on the other side of the mean of the variants.
        halves = [
            max(high - self.value, self.value - low) for low, high in ends if low is not None and high is not None
        ]
        return max(halves, default=None)


class PairAgreement(NamedTuple):
    """A pair of an axis, and the cosine of its difference with the axis of the other pairs; None for one pair."""

    axis: str
    negative: str
    positive: str
    agreement: float | None


def trust(model: Model, words: Sequence[str], direction: Direction) -> AxisTrust:
    """Return what an axis is worth in a model, for ``words`` as far as ``share_of_words`` goes."""
    agreements = [found.agreement for found in agreements_of(direction) if found.agreement is not None]
    found = AxisTrust(
        direction.axis,
        direction.pairs,
        direction.given,
        sum(value > 0 for value in agreements) if agreements else None,
        pair_dir(direction.differences),
        reliability(direction.differences),
        direction.share_of_pairs,
        direction.p_value,
        share_of_words(model, words, direction),
        None,
    )
    return found._replace(doubt=_doubt(found))


def pair_dir(differences: Floats) -> float | None:
    """Return the mean cosine of each two of ``differences`` (pairs x vector_size), or None if there is but one."""
    count = len(differences)
    if count < 2:
        return None
    # The squared length of the sum of unit vectors is the sum of all their cosines, also of each with itself.
    units = unit(differences)
    own = float((units**2).sum())
    return (float((units.sum(axis=0) ** 2).sum()) - own) / (count * (count - 1))


def reliability(differences: Floats) -> float | None:
    """Return the cosine to expect of two axes of as many pairs as these, or None if there is but one.

    It is Spearman and Brown's formula of `pair_dir`. Five pairs with a pair_dir of .2 have one of
    5 x .2 / (1 + 4 x .2), which is .56, and ten have .71. It is 0 where the pairs agree less than not at all.
    """
    mean = pair_dir(differences)
    if mean is None:
        return None
    count = len(differences)
    return count * mean / (1 + (count - 1) * mean) if mean > 0 else 0.0


def agreements_of(direction: Direction) -> list[PairAgreement]:
    """Return how far each pair of an axis agrees with the others, in their order."""
    differences = direction.differences
    if len(differences) < 2:
        values: list[float | None] = [None]
    else:
        others = unit(differences.sum(axis=0) - differences)
        values = list((unit(differences) * others).sum(axis=1).tolist())
    return [
        PairAgreement(direction.axis, negative, positive, value)
        for (negative, positive), value in zip(direction.words, values, strict=True)
    ]


def trust_all(
    model: Model, words: Sequence[str], directions: Sequence[Direction], reporter: Reporter
) -> list[AxisTrust]:
    """Return what some axes are worth for words, and tell what speaks against them."""
    trusts = [trust(model, words, found) for found in directions]
    for found in trusts:
        if found.doubt is not None:
            (reporter.note if found.pair_dir is None else reporter.warn)(found.doubt)
    return trusts


def place_with_intervals(
    model: Model, words: Sequence[str], direction: Direction, variants: Sequence[Model] = ()
) -> list[PlacedWord]:
    """Return the place of each word on an axis with its 95 % intervals, in the order of the words.

    The place is the mean of what each pair adds to it, so the interval is Student's of that mean. Resampled pairs
    give one that is too narrow: that of six pairs of gender holds the place on the axis of 19 other pairs 76 times of
    100, Student's 92 times (``benchmarks/axis_trust.py``).

    Raises
    ------
    UnknownWords
        If the model does not have all words.
    """
    placed = _place_with_pairs(model, words, direction)
    if not variants:
        return placed
    units = units_with(model)
    fewest = np.array([units[rows_of_parts(model, word)].min() for word in words])
    spread = spread_of(place_in_variants(variants, words, direction), -1, 1, fewest)
    ends = zip(placed, spread.low.tolist(), spread.high.tolist(), strict=True)
    return [found._replace(variants_low=low, variants_high=high) for found, low, high in ends]


def _place_with_pairs(model: Model, words: Sequence[str], direction: Direction) -> list[PlacedWord]:
    """Return the place of each word with its interval for other pairs."""
    values = place(model, words, [direction])[:, 0]
    count = len(direction.differences)
    if count < 2:
        return [
            PlacedWord(word, direction.axis, value, None, None, None, None)
            for word, value in zip(words, values.tolist(), strict=True)
        ]
    units = unit(find_terms(model, words).vectors)
    length = np.linalg.norm(direction.differences.mean(axis=0))
    added = units @ direction.differences.T / length  # words x pairs, with the place as their mean
    half = student(count - 1) * added.std(axis=1, ddof=1) / np.sqrt(count)
    lows, highs = np.clip(values - half, -1, 1), np.clip(values + half, -1, 1)
    without_one = units @ unit(direction.differences.sum(axis=0) - direction.differences).T
    columns = (values, lows, highs, without_one.min(axis=1), without_one.max(axis=1))
    return [
        PlacedWord(word, direction.axis, *numbers)
        for word, numbers in zip(words, np.stack(columns, axis=1).tolist(), strict=True)
    ]


def _doubt(found: AxisTrust) -> str | None:
    """Return why an axis may not be what its name says, the gravest reason first, or None."""
    if found.reliability is None:
        return f"the axis {found.axis} has one pair, so it may be anything in which these two words differ"
    here = f"the model has {found.pairs} of the {found.given} pairs of {found.axis}"
    if found.reliability < LEAST_RELIABILITY:
        few = f"; {here}" if found.pairs < found.given else ""
        return (
            f"the axis {found.axis} depends on its pairs: other such pairs would give another one (reliability"
            f" {found.reliability:.2f}), and below {LEAST_RELIABILITY} an axis seldom orders words as people do{few}"
        )
    if found.p_value >= _LEAST_P_VALUE and found.pairs >= _LEAST_PAIRS:
        return (
            f"the pairs of the axis {found.axis} may agree by chance: turned around at random, they are as strong"
            f" {found.p_value:.0%} of the time"
        )
    if 2 * found.pairs < found.given:
        return f"{here}, so the axis may be a part of what its name says"
    return None
