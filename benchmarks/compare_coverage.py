"""How often the intervals of `w2v compare` hold the difference that other documents of the same two sides give.

    python -m benchmarks.compare_coverage MODEL --by label --splits 4
    python -m benchmarks.compare_coverage MODEL --sides A B

The documents of either side go into two halves at random, or its blocks of 500 words where it has few. One half of A is
compared with one half of B, and the other half of A with the other of B, so that both share no document. ``held`` is
how often the difference in the second is within the interval of the first. The interval is for the true difference, and
the second comparison is off by itself as much as the first. So ``held`` is 83 % where intervals are just right, and
``together`` is 95 %: how often the two differences are no farther apart than the root of the sum of the squares of half
of either interval.

The rows are words by how often they come on the rarer side of the first half.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from benchmarks.coverage_tables import title
from w2vcli.array_types import Floats
from w2vcli.compare.comparison import open_split
from w2vcli.compare.differences import ComparedText, Differences, measure_differences
from w2vcli.compare.sides import Sides
from w2vcli.models.directory import open_model_directory
from w2vcli.models.registry import cache_folder, find_model
from w2vcli.reporting import SILENT

_CLASSES = ((20, 49), (50, 199), (200, 999), (1000, None))
_MIN_COUNT = 20
_SHUFFLES = 20  # intervals need none


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--by", metavar="COLUMN")
    parser.add_argument("--sides", nargs=2, default=())
    parser.add_argument("--splits", type=int, default=2)
    options = parser.parse_args()
    model = open_model_directory(find_model(options.model))
    with open_split(model, options.by, options.sides, cache_folder(), SILENT, seed=1) as compared:
        found = [_compare_halves(compared.text, compared.sides, seed) for seed in range(1, options.splits + 1)]
    for line in table(np.concatenate(found, axis=1)):
        sys.stdout.write(f"{line}\n")


def half_of(sides: Sides, chosen: npt.NDArray[np.bool_]) -> Sides:
    """Return sides that have some of their units alone."""
    number = np.cumsum(chosen) - 1
    units = np.where((sides.units >= 0) & chosen[sides.units], number[sides.units], -1)
    return replace(sides, units=units, side=sides.side[chosen])


def _compare_halves(text: ComparedText, sides: Sides, seed: int) -> Floats:
    """Return for the words of both halves their count, and difference and half-width in each (5 x words)."""
    rng = np.random.default_rng([seed, 8])
    first = np.zeros(len(sides.side), dtype=bool)
    for side in (0, 1):
        units = rng.permutation(np.flatnonzero(sides.side == side))
        first[units[: len(units) // 2]] = True
    halves = [
        measure_differences(text, half_of(sides, chosen), min_count=_MIN_COUNT, shuffles=_SHUFFLES, seed=seed)
        for chosen in (first, ~first)
    ]
    both, *places = np.intersect1d(halves[0].rows, halves[1].rows, assume_unique=True, return_indices=True)
    counts = halves[0].counts[:, places[0]].min(axis=0)
    columns = [column for half, at in zip(halves, places, strict=True) for column in _columns(half, at)]
    sys.stderr.write(f"split {seed}: {len(both):,} words\n")
    return np.array([counts, *columns])


def _columns(half: Differences, at: npt.NDArray[np.int64]) -> Sequence[Floats]:
    return half.difference[at], (half.high - half.low)[at] / 2


def table(found: Floats) -> list[str]:
    """Return the lines of a table in Markdown."""
    counts, difference, half_width, there, half_width_there = found
    lines = [
        "| the rarer side has the word | words | difference | in the other halves | ± | held | together |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    apart = np.abs(difference - there)
    held, together = apart <= half_width, apart <= np.hypot(half_width, half_width_there)
    for least, most in (*_CLASSES, (_MIN_COUNT, None)):
        chosen = (counts >= least) & (counts <= (most or np.inf))
        if chosen.any():
            name = "all" if (least, most) == (_MIN_COUNT, None) else title(least, most)
            lines.append(
                f"| {name} | {chosen.sum():,} | {difference[chosen].mean():.3f} | {there[chosen].mean():.3f} "
                f"| {half_width[chosen].mean():.3f} | {held[chosen].mean():.1%} | {together[chosen].mean():.1%} |"
            )
    return lines


if __name__ == "__main__":
    main()
