"""The word embedding association test (WEAT; Caliskan, Bryson and Narayanan 2017), and that of one word (SC-WEAT).

    target     math     algebra geometry ...      is math nearer to male than to female words,
    target     arts     poetry dance ...          compared with arts?
    attribute  male     man he ...
    attribute  female   woman she ...

The association of a word is its mean cosine with the first attribute less that with the second. The effect size is
how far the means of the two targets lie apart, in standard deviations of all target words, between -2 and 2. If the
targets did not differ, any other split of their words into two sets would do as well. The p-value is the share of
splits that do.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Floats

# Up to so many splits all are gone through: two sets of ten words have 184,756. Else so many are drawn.
_MOST_SPLITS = 200_000
_DRAWN = 99_999
# What differs by less is the same, but for rounding.
_ROUNDING = 1e-12


class Effect(NamedTuple):
    """An effect size, and how often a random split of the words gives one as large.

    ``p_one_sided`` is the share of all splits with a greater effect, as Caliskan et al. have it. ``p_two_sided`` is the
    share with an effect at least as large of either sign; the split that was observed is one of them, so it is never 0.
    ``splits`` is how many were tried, and ``exact`` tells whether these are all.
    """

    size: float
    p_two_sided: float
    p_one_sided: float
    splits: int
    exact: bool


def associations(cosines: Floats, is_first: npt.NDArray[np.bool_]) -> Floats:
    """Return of each word (row) how much nearer it is to the first attribute than to the second.

    ``cosines`` are those of words with the words of both attributes (columns), of which ``is_first`` tells the first.
    All are NaN if an attribute has no words.
    """
    if is_first.all() or not is_first.any():
        return np.full(len(cosines), np.nan)
    found: Floats = cosines[:, is_first].mean(axis=1) - cosines[:, ~is_first].mean(axis=1)
    return found


def effects(values: Floats, is_first: npt.NDArray[np.bool_], seed: int) -> list[Effect | None]:
    """Return how far two sets lie apart in each row of ``values`` (rows x words), which ``is_first`` tells apart.

    For WEAT the one row are the associations of the words of both targets. For SC-WEAT a row are the cosines of one
    word with the words of both attributes. Splits are drawn with ``seed`` where there are more than 200,000. None is
    returned for a row where a set has no words or all values are the same.
    """
    count, first = len(is_first), int(is_first.sum())
    if not 0 < first < count:
        return [None] * len(values)
    splits, exact = _splits(count, first, seed)
    deviations = values.std(axis=1, ddof=1)
    observed = values[:, is_first].mean(axis=1) - values[:, ~is_first].mean(axis=1)
    # The difference of the means rises with the mean of the first set, since the sum of both is always the same.
    totals = values.sum(axis=1)
    sums = np.stack([row[splits].sum(axis=1) for row in values])
    others = sums / first - (totals[:, None] - sums) / (count - first)
    slack = _ROUNDING + _ROUNDING * np.abs(observed[:, None])
    above = (others > observed[:, None] + slack).sum(axis=1)
    either = (np.abs(others) >= np.abs(observed[:, None]) - slack).sum(axis=1)
    tried = splits.shape[0]
    drawn = 0 if exact else 1  # what was observed is a split too
    return [
        None
        if not deviation > _ROUNDING
        else Effect(
            float(difference / deviation),
            float((two + drawn) / (tried + drawn)),
            float(one / tried),
            tried,
            exact,
        )
        for difference, deviation, two, one in zip(observed, deviations, either, above, strict=True)
    ]


def _splits(count: int, first: int, seed: int) -> tuple[npt.NDArray[np.intp], bool]:
    """Return the places of the first set in each split (splits x first), and whether these are all splits."""
    if comb(count, first) <= _MOST_SPLITS:
        return np.array(list(combinations(range(count), first)), dtype=np.intp), True
    keys = np.random.default_rng(seed).random((_DRAWN, count))
    return np.argpartition(keys, first - 1, axis=1)[:, :first], False


def roles_of(sections: Sequence[str]) -> dict[str, str]:
    """Return ``target`` or ``attribute`` by the name of each section that begins so; others are left out."""
    found = {}
    for section in sections:
        first, _, name = section.partition(" ")
        for role, names in _ROLES.items():
            if first.lower() in names and name.strip():
                found[section] = role
    return found


_ROLES = {"target": ("target", "대상"), "attribute": ("attribute", "속성")}
