"""How many rows of the weights come from main memory, and how many cores that is enough for: by simulation.

    python -m benchmarks.memory_traffic --bandwidth 200

The rows that skip-gram reads and writes are drawn as the loop draws them, from a vocabulary that follows Zipf's law:
one vector for each word that subsampling keeps, and in each of its 1.39 steps (window 5, six inputs a step) the output
weights of the word and of five noise words. A cache keeps the rows that were used last. How many of them miss it is
Che's approximation of such a cache (Che, Tung and Wang 2002): a row stays for a time ``t``, and ``t`` is where the rows
that are expected in the cache fill it. ``--check`` draws rows for one setting, and counts misses in a real queue.

A row that misses is read, and is written back later, so it costs its bytes twice. ``--rate`` is how many words a second
of the text one core trains where all rows are in its cache, in 100 dimensions. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
from collections import OrderedDict

import click
import numpy as np
import numpy.typing as npt

from w2vcli.training.formulas import keep_probabilities, noise_probabilities

_STEPS = 1.39  # of a kept word; python -m benchmarks.training_peak counts them
_NEGATIVE = 5
_SAMPLE = 1e-3
_LEAST = 5  # the count of the rarest word

Floats = npt.NDArray[np.float64]


def main() -> None:
    """Simulate, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vocabularies", type=int, nargs="+", default=[50_000, 300_000, 1_000_000, 3_000_000])
    parser.add_argument("--dimensions", type=int, nargs="+", default=[100, 300])
    parser.add_argument("--caches", type=int, nargs="+", default=[32, 256], help="MB")
    parser.add_argument("--bandwidth", type=float, default=200, help="GB a second of main memory")
    parser.add_argument("--rate", type=float, default=3.9e6, help="words a second")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    if options.check:
        check(uses_of_rows(50_000), 16_000)
        return
    click.echo("| words | dimensions | weights, GB | cache, MB | misses | bytes a word | cores |")
    click.echo("|--:|--:|--:|--:|--:|--:|--:|")
    for words in options.vocabularies:
        uses = uses_of_rows(words)
        for size in options.dimensions:
            row = 4 * -(-size // 16) * 16
            for cache in options.caches:
                share = misses(uses, cache * 10**6 // row)
                moved = 2 * row * share * uses.sum()
                of_core = options.rate * 100 / size  # the arithmetic of a row goes with its size
                cores = options.bandwidth * 1e9 / (moved * of_core) if moved * of_core > 1e6 else np.inf
                told = "all" if cores > 1000 else f"{cores:,.0f}"
                weights = 2 * row * words / 1e9
                click.echo(f"| {words:,} | {size} | {weights:.2f} | {cache} | {share:.1%} | {moved:,.0f} | {told} |")


def uses_of_rows(words: int) -> Floats:
    """Return how often each row is used for a word of a text by Zipf's law: those of inputs, then of outputs."""
    counts = np.round(_LEAST * words / np.arange(1, words + 1)).astype(np.int64)
    of_text = counts / counts.sum()
    kept = of_text * keep_probabilities(counts, _SAMPLE)
    noise = noise_probabilities(counts, 0.75)
    steps = kept.sum() * _STEPS
    outputs = kept * _STEPS + steps * _NEGATIVE * noise / noise.sum()
    return np.concatenate([kept, outputs])


def misses(uses: Floats, room: int) -> float:
    """Return the share of uses whose row is not among the ``room`` rows that were used last."""
    if room >= len(uses):
        return 0.0
    low, high = 0.0, 1.0
    while held(uses, high) < room:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if held(uses, middle) < room else (low, middle)
    return float((uses * np.exp(-uses * high)).sum() / uses.sum())


def held(uses: Floats, time: float) -> float:
    """Return how many different rows are expected among the uses of a while."""
    return float(-np.expm1(-uses * time).sum())


def check(uses: Floats, room: int, drawn: int = 2_000_000) -> None:
    """Compare the formula with a queue of the rows that were used last."""
    rng = np.random.default_rng(1)
    rows = rng.choice(len(uses), size=drawn, p=uses / uses.sum())
    cache: OrderedDict[int, None] = OrderedDict()
    missed = 0
    for at, row in enumerate(rows.tolist()):
        if row in cache:
            cache.move_to_end(row)
            continue
        missed += at >= drawn // 2  # it is full by then
        cache[row] = None
        if len(cache) > room:
            cache.popitem(last=False)
    click.echo(f"misses: {misses(uses, room):.4f} by the formula, {missed / (drawn - drawn // 2):.4f} counted")


if __name__ == "__main__":
    main()
