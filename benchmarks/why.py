"""How much of the cosine of two words their contexts account for, as ``w2v why`` shows it.

    python -m benchmarks.why MODEL...

For each model, 200 words seen 50 times or more are drawn, with one of the ten nearest neighbours of each (seen 20 times
or more) and with another word. Both words of a pair are left out where the map is fitted.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from w2vcli.array_types import Floats
from w2vcli.evidence.context_map import Sample, sample_of, unit_vectors
from w2vcli.evidence.contexts import ContextCounter
from w2vcli.evidence.shares import find_shares, make_side
from w2vcli.evidence.source import open_source
from w2vcli.models.directory import Model, open_model_directory
from w2vcli.models.registry import cache_folder, find_model
from w2vcli.reporting import SILENT

_PAIRS = 200
_LISTED = (10, 50)


def main(names: list[str]) -> None:
    """Print a table with a row for neighbours and one for random words of each model."""
    _print("| model | pairs | cosine | accounted | median | 10 % to 90 % | of both | ten contexts | fifty | r |")
    _print("|---|---|---|---|---|---|---|---|---|---|")
    for name in names:
        model = open_model_directory(find_model(name))
        with open_source(model, cache_folder(), SILENT) as text:
            counter = ContextCounter(model, text)
            sample = sample_of(model, text, counter)
            near, others = _pairs(model, counter)
            cosines, sums = [], []
            for kind, pairs in (("neighbours", near), ("random", others)):
                rows = [_shares(model, counter, sample, *pair) for pair in pairs]
                table = np.array(rows)
                cosines.append(table[:, 0])
                sums.append(table[:, 0] * table[:, 1])
                _print(f"| {Path(name).stem} | {kind} | {_row(table)} | {_r(cosines, sums):.3f} |")


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _pairs(model: Model, counter: ContextCounter) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
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
    return near, [(word, other) for word, other in zip(words, others, strict=True) if word != other]


def _shares(model: Model, counter: ContextCounter, sample: Sample, word: int, other: int) -> list[float]:
    one, two = (make_side(model, counter, [row], []) for row in (word, other))
    found = find_shares(model, sample, one, two)
    both = (one.counts > 0) & (two.counts > 0)
    best = np.sort(np.where(both, found.values, 0))[::-1]
    return [found.similarity, found.accounted, found.shared, *(float(best[:most].sum()) for most in _LISTED)]


def _row(table: Floats) -> str:
    cosine = table[:, 0]
    accounted = (cosine * table[:, 1]).sum() / cosine.sum()
    low, median, high = np.percentile(table[:, 1], [10, 50, 90])
    shares = [f"{(cosine * table[:, at]).sum() / cosine.sum():.2f}" for at in range(2, table.shape[1])]
    return f"{cosine.mean():.3f} | {accounted:.2f} | {median:.2f} | {low:.2f} to {high:.2f} | {' | '.join(shares)}"


def _r(cosines: list[Floats], sums: list[Floats]) -> float:
    """Return the correlation of cosines with what contexts sum up to, over all pairs so far."""
    return float(np.corrcoef(np.concatenate(cosines), np.concatenate(sums))[0, 1])


if __name__ == "__main__":
    main(sys.argv[1:])
