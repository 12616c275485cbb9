"""What `benchmarks.coverage` measured of pairs of words, and the tables of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from w2vcli.array_types import Floats, Integers
from w2vcli.queries.intervals import SPREAD, deviations, spread_of

CLASSES = ((5, 19), (20, 49), (50, 199), (200, 999), (1000, None))
_NORMAL = 1.96
_UNITS = (0, 1, 2, 3, 5, 10, 20, 50, 1 << 62)
_FEWEST_PAIRS = 30
_SHARES = (0, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 1.1)


class Pairs(NamedTuple):
    """Pairs of words and what models say of them; what has several models is models x pairs.

    ``counts`` (2 x pairs) are those of both words in A. ``units`` (2 x pairs) tells in how many of the units that
    variants weight they are, and ``units_of_both`` in how many both are. ``near`` tells pairs of neighbours from pairs
    at random. A similarity of ``resampled`` is NaN where the resample lacks a word. ``again`` is the share of variants
    in which the second word is among the nearest of the first, and ``again_elsewhere`` that of the models of B.
    """

    counts: Integers
    units: Integers
    units_of_both: Integers
    near: Integers
    printed: Floats
    variants: Floats
    resampled: Floats
    elsewhere: Floats
    again: Floats
    again_elsewhere: Floats


def read_pairs(path: Path) -> Pairs:
    """Return the pairs that ``--values`` wrote."""
    with np.load(path) as kept:
        return Pairs(*(kept[name] for name in Pairs._fields))


def table(pairs: Pairs, variants: Sequence[int]) -> Iterator[str]:
    """Yield the lines of a table in Markdown."""
    held = "".join(f" held by {number} | ± |" for number in variants)
    yield (
        f"| rarer word in A | pairs | n | printed | mean | elsewhere |{held} factor "
        "| bootstrap held | ± | holds printed |"
    )
    yield f"|---|---|---:|---:|---:|---:|{'---:|' * (2 * len(variants) + 4)}"
    rarer = pairs.counts.min(axis=0)
    for kind, name in ((1, "near"), (0, "any")):
        for least, most in CLASSES:
            of_class = (rarer >= least) & (rarer <= (most or np.inf)) & (pairs.near == kind)
            if of_class.any():
                yield f"| {title(least, most)} | {name} | {_row(pairs, of_class, variants)} |"


def table_of_again(pairs: Pairs) -> Iterator[str]:
    """Yield the lines of a table in Markdown: neighbours by how often they come again in variants."""
    yield "| again | n | in the other half |"
    yield "|---|---:|---:|"
    near = pairs.near == 1
    again, elsewhere = pairs.again[near], pairs.again_elsewhere[near]
    for low, high in pairwise(_SHARES):
        chosen = (again >= low) & (again < high)
        if chosen.any():
            yield f"| {low:.1f} to {min(high, 1):.1f} | {chosen.sum():,} | {elsewhere[chosen].mean():.1%} |"
    yield f"| all | {len(again):,}, again {again.mean():.1%} | {elsewhere.mean():.1%} |"


def table_of_units(pairs: Pairs) -> Iterator[str]:
    """Yield the lines of a table in Markdown: neighbours by the units of the rarer word, and of both together."""
    yield "| units | n | printed | mean | elsewhere | held | ± | held as if in many | ± |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    near = pairs.near == 1
    fewest = pairs.units.min(axis=0)
    for name, of_pairs in (("with the rarer word", fewest), ("with both words", pairs.units_of_both)):
        for least, most in pairwise(_UNITS):
            chosen = near & (of_pairs >= least) & (of_pairs < most)
            if not chosen.any():
                continue
            values, elsewhere = pairs.variants[:, chosen], pairs.elsewhere[:, chosen]
            means = (pairs.printed[chosen].mean(), values.mean(), elsewhere.mean())
            cells = [f"{chosen.sum():,}", *(f"{mean:.3f}" for mean in means)]
            for units in (fewest[chosen], None):
                _, low, high = spread_of(values, -1, 1, units)
                cells.append(f"{((low <= elsewhere) & (elsewhere <= high)).mean():.1%}")
                cells.append(f"{(high - low).mean() / 2:.3f}")
            seen = f"{least:,}" if most == least + 1 else title(least, most - 1 if most < _UNITS[-1] else None)
            yield f"| {seen} {name} | {' | '.join(cells)} |"


def table_of_luck(pairs: Pairs) -> Iterator[str]:
    """Yield the lines of a table in Markdown: what the line through pairs at random says of neighbours elsewhere."""
    yield "| rarer word in A | slope of any | near: mean | elsewhere, by the line | elsewhere |"
    yield "|---|---:|---:|---:|---:|"
    rarer, mean, elsewhere = pairs.counts.min(axis=0), pairs.variants.mean(axis=0), pairs.elsewhere.mean(axis=0)
    for least, most in CLASSES:
        of_class = (rarer >= least) & (rarer <= (most or np.inf))
        near, any_words = of_class & (pairs.near == 1), of_class & (pairs.near == 0)
        if near.any() and any_words.sum() >= _FEWEST_PAIRS:
            slope, start = np.polyfit(mean[any_words], elsewhere[any_words], 1)
            found = (slope, mean[near].mean(), start + slope * mean[near].mean(), elsewhere[near].mean())
            yield f"| {title(least, most)} | {' | '.join(f'{each:.3f}' for each in found)} |"


def title(least: int, most: int | None) -> str:
    """Return a class of counts as it stands in tables."""
    return f"{least:,}–{most:,}" if most else f"{least:,}+"


def _row(pairs: Pairs, chosen: Integers, variants: Sequence[int]) -> str:
    """Return the cells of a class, by the first variants of each of some numbers."""
    units = pairs.units[:, chosen].min(axis=0)
    values, resampled = pairs.variants[: max(variants), chosen], pairs.resampled[:, chosen]
    printed, elsewhere = pairs.printed[chosen], pairs.elsewhere[:, chosen]
    cells = [f"{chosen.sum():,} | {printed.mean():.3f} | {values.mean():.3f} | {elsewhere.mean():.3f}"]
    for number in variants:
        _, low, high = spread_of(values[:number], -1, 1, units)
        held = ((low <= elsewhere) & (elsewhere <= high)).mean()
        cells.append(f"{held:.1%} | {(high - low).mean() / 2:.3f}")
    deviation = deviations(len(values), units) * values.std(axis=0, ddof=1) / SPREAD
    off = np.abs(elsewhere - values.mean(axis=0)) / deviation
    whole = ~np.isnan(resampled).any(axis=0)
    middle, half = resampled[:, whole].mean(axis=0), _NORMAL * resampled[:, whole].std(axis=0, ddof=1)
    in_bootstrap = (np.abs(elsewhere[:, whole] - middle) <= half).mean()
    prints = (np.abs(printed[whole] - middle) <= half).mean()
    return " | ".join((*cells, f"{np.quantile(off, 0.95):.2f} | {in_bootstrap:.1%} | {half.mean():.3f} | {prints:.1%}"))
