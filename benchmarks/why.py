"""How much of the cosine of two words their contexts account for, by what ``w2v why`` does and by other ways.

    python -m benchmarks.why MODEL...

For each model, 200 words seen 50 times or more are drawn, with one of the ten nearest neighbours of each (seen 20 times
or more) and with another word. Both words of a pair are left out where a map is fitted. The ways are:

- strength: a map of contexts, each times log(1 + its count) and times its PMI above 0. ``w2v why`` does that
- count: a map of contexts, each times its count, as in A La Carte Embedding
- PMI: a map of contexts, each times its PMI above 0
- PPMI rows: no map, but the cosine of the words' PMI above 0 with all contexts (Levy & Goldberg 2014)
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Floats
from w2vcli.evidence.context_counts import ContextCounter, Contexts
from w2vcli.evidence.context_map import ContextSample, sum_of_contexts, unit_vectors
from w2vcli.evidence.shares import find_shares, make_side
from w2vcli.evidence.source import OpenText, open_source
from w2vcli.models.directory import Model, open_model_directory
from w2vcli.models.registry import cache_folder, find_model
from w2vcli.reporting import SILENT

_PAIRS = 200
_LISTED = (10, 50)
_COLUMNS = "model way pairs cosine accounted median 10–90_% shared ten fifty r".split()

Pair = tuple[int, int]


class _Counter(ContextCounter):
    """Counts contexts once, and weighs them in one of the ways."""

    def __init__(self, model: Model, text: OpenText) -> None:
        super().__init__(model, text)
        self.way = "strength"
        self._counted: dict[int, Contexts] = {}

    def count(self, row: int) -> Contexts:
        """Return the contexts of the word in a row."""
        if row not in self._counted:
            self._counted[row] = super().count(row)
        return self._counted[row]

    def strengths(self, weights: Floats) -> Floats:
        """Return how much each context says of a word, in the way that is tried."""
        if self.way == "count":
            return weights
        found = super().strengths(weights)
        return found / np.maximum(np.log1p(weights), 1e-12) if self.way == "PMI" else found


def main(names: Sequence[str]) -> None:
    """Print a table with two rows for each model and way: one for neighbours, one for random pairs."""
    _print(_COLUMNS)
    _print(["---"] * len(_COLUMNS))
    for name in names:
        model = open_model_directory(find_model(name))
        with open_source(model, cache_folder(), SILENT) as text:
            counter = _Counter(model, text)
            pairs = _pairs(model, counter)
            for counter.way in ("strength", "count", "PMI"):
                sums = [(row, sum_of_contexts(model, strengths)) for row, strengths in counter.sample()]
                rows, vectors = zip(*sums, strict=True)
                sample = ContextSample(np.array(rows), np.array(vectors, dtype=np.float32))
                _print_ways([Path(name).stem, counter.way], pairs, partial(_by_map, model, counter, sample))
            _print_ways([Path(name).stem, "PPMI rows"], pairs, partial(_by_rows, model, counter))


def _pairs(model: Model, counter: ContextCounter) -> dict[str, list[Pair]]:
    rng = np.random.default_rng(1)
    words = rng.choice(np.flatnonzero(counter.totals >= 50), _PAIRS).tolist()
    often = np.flatnonzero(counter.totals >= 20)
    units = unit_vectors(model, often)
    near = []
    for word in words:
        similarities = units @ unit_vectors(model, np.array([word]))[0]
        similarities[often == word] = -2
        near.append((word, int(rng.choice(often[np.argsort(-similarities)[:10]]))))
    others = rng.choice(np.flatnonzero(counter.totals >= 50), _PAIRS).tolist()
    random = [(word, other) for word, other in zip(words, others, strict=True) if word != other]
    return {"neighbours": near, "random": random}


def _by_map(model: Model, counter: ContextCounter, sample: ContextSample, pair: Pair) -> list[float]:
    """Return the cosine, the share accounted for, that of contexts of both, and that of the first of these."""
    one, two = (make_side(model, counter, [row], []) for row in pair)
    found = find_shares(model, sample, one, two)
    return [found.similarity, found.accounted, found.shared, *_first(found.values, (one.counts > 0) & (two.counts > 0))]


def _by_rows(model: Model, counter: _Counter, pair: Pair) -> list[float]:
    """Return the same of the cosine of PPMI rows, beside that of the model. Only contexts of both count."""
    counter.way = "PMI"
    rows = [counter.strengths(counter.count(row).weights) for row in pair]
    one, two = unit_vectors(model, np.array(pair))
    products = rows[0] * rows[1] / np.maximum(np.linalg.norm(rows[0]) * np.linalg.norm(rows[1]), 1e-12) / (one @ two)
    return [float(one @ two), float(products.sum()), float(products.sum()), *_first(products, products > 0)]


def _first(values: Floats, shown: npt.NDArray[np.bool_]) -> list[float]:
    best = np.sort(np.where(shown, values, 0))[::-1]
    return [float(best[:most].sum()) for most in _LISTED]


def _print_ways(names: list[str], pairs: dict[str, list[Pair]], share: Callable[[Pair], list[float]]) -> None:
    """Print a row for each kind of pairs. ``r`` is the correlation of the cosines with the sums of shares so far."""
    seen: list[Floats] = []
    for kind, some in pairs.items():
        table = np.array([share(pair) for pair in some])
        seen.append(table)
        cosine = table[:, 0]
        weighted = [f"{(cosine * table[:, at]).sum() / cosine.sum():.2f}" for at in range(1, table.shape[1])]
        low, median, high = (f"{value:.2f}" for value in np.percentile(table[:, 1], [10, 50, 90]))
        every = np.concatenate(seen)
        r = np.corrcoef(every[:, 0], every[:, 0] * every[:, 1])[0, 1]
        _print([*names, kind, f"{cosine.mean():.3f}", weighted[0], median, f"{low}–{high}", *weighted[1:], f"{r:.3f}"])


def _print(cells: Sequence[str]) -> None:
    sys.stdout.write(f"| {' | '.join(cell.replace('_', ' ') for cell in cells)} |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
