"""t-SNE as `w2v plot` does it, beside openTSNE as it does that where numba is missing, and beside scikit-learn's.

All project the first words of a model, in turns (A B C A B C) in one process. Their quality is measured against the
same exact neighbours: trustworthiness is scikit-learn's measure of how many of a point's 15 neighbours in the picture
are near its vector, "neighbours kept" the share of the 10 nearest that are among the 10 nearest in the picture, and KL
what t-SNE makes small.

    python -m benchmarks.tsne MODEL --words 5000 --pairs 3
    python -m benchmarks.tsne MODEL --unit                  # unit vectors, as the map of `w2v explore` has them
    python -m benchmarks.tsne --made 100000x100 --pairs 1 --with w2v  # made vectors, and one way alone
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from types import ModuleType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.manifold import TSNE, trustworthiness
from sklearn.neighbors import NearestNeighbors

from w2vcli.array_types import Float32s
from w2vcli.models.directory import open_model_directory
from w2vcli.models.registry import find_model
from w2vcli.reporting import SILENT
from w2vcli.views import projection, tsne

_SEED = 42
_PERPLEXITY = 30
_NEAR, _KEPT = 15, 10
# Trustworthiness sorts all distances between words, and KL sums over all pairs.
_MOST_MEASURED = 20_000


class Turn(NamedTuple):
    """What one way took, and how good its points are."""

    seconds: float
    cpu: float
    trusted: float
    kept: float
    kl: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure t-SNE beside openTSNE's and scikit-learn's.")
    parser.add_argument("model", nargs="?")
    parser.add_argument("--made", metavar="WORDSxDIMENSIONS", help="take vectors of a mixture of normal distributions")
    parser.add_argument("--words", type=int, default=5_000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--unit", action="store_true", help="take unit vectors")
    parser.add_argument("--with", dest="ways", nargs="+", choices=_WAYS, default=list(_WAYS))
    options = parser.parse_args()
    if (options.model is None) == (options.made is None):
        parser.error("name a MODEL, or the size of --made")
    if options.made:
        vectors = _made(*map(int, options.made.split("x")))
    else:
        model = open_model_directory(find_model(options.model))
        vectors = np.unique(model.vectors[: options.words].astype(np.float32), axis=0)
    if options.unit:
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    started = time.process_time()
    loops = tsne.load()
    if loops is None:
        raise SystemExit("install numba")
    sys.stdout.write(
        f"{len(vectors):,} x {vectors.shape[1]}, perplexity {_PERPLEXITY}, seed {_SEED}, load "
        f"{_load():.1f}; loops compiled or loaded in {time.process_time() - started:.1f} CPU s\n"
    )
    for way in options.ways:
        _WAYS[way](loops, vectors[:1_000])  # so that no turn pays for importing
    measured: dict[str, list[Turn]] = {way: [] for way in options.ways}
    for _ in range(options.pairs):
        for way, turns in measured.items():
            seconds, cpu = time.monotonic(), time.process_time()
            points = _WAYS[way](loops, vectors)
            seconds, cpu = time.monotonic() - seconds, time.process_time() - cpu
            turns.append(Turn(seconds, cpu, *_quality(loops, vectors, points)))
            sys.stdout.write(f"{way} {turns[-1]}\n")
            sys.stdout.flush()
    _print_table(measured)


def _load() -> float:
    """Return how many programs wanted a processor in the last minute, NaN on Windows, which does not tell."""
    tell = getattr(os, "getloadavg", lambda: [np.nan])
    return float(tell()[0])


def _made(words: int, dimensions: int) -> Float32s:
    """Return vectors around a hundred centres, with as much spread around each as between them."""
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((100, dimensions), dtype=np.float32)
    spread: Float32s = rng.standard_normal((words, dimensions), dtype=np.float32)
    return centres[rng.integers(len(centres), size=words)] + spread


def _ours(loops: ModuleType, vectors: Float32s) -> Float32s:
    return tsne.embed(loops, vectors, _PERPLEXITY, _SEED)


def _open_tsne(loops: ModuleType, vectors: Float32s) -> Float32s:
    return projection._open_tsne(vectors, _SEED, _PERPLEXITY, SILENT).points


def _scikit_learn(loops: ModuleType, vectors: Float32s) -> Float32s:
    points: Float32s = TSNE(random_state=_SEED, perplexity=_PERPLEXITY).fit_transform(vectors)
    return points


_WAYS: dict[str, Callable[[ModuleType, Float32s], Float32s]] = {
    "w2v": _ours,
    "openTSNE": _open_tsne,
    "scikit-learn": _scikit_learn,
}


def _quality(loops: ModuleType, vectors: Float32s, points: Float32s) -> tuple[float, float, float]:
    """Return trustworthiness, the share of neighbours kept, and KL."""
    if len(vectors) > _MOST_MEASURED:
        return np.nan, _kept(vectors, points, np.random.default_rng(0).permutation(len(vectors))[:2_000]), np.nan
    trusted = float(trustworthiness(vectors, points, n_neighbors=_NEAR))
    return trusted, _kept(vectors, points, np.arange(len(vectors))), _kl(loops, vectors, points)


def _kept(vectors: Float32s, points: Float32s, rows: npt.NDArray[np.intp]) -> float:
    near, around = (
        NearestNeighbors(n_neighbors=_KEPT + 1).fit(every).kneighbors(every[rows], return_distance=False)[:, 1:]
        for every in (vectors, points)
    )
    return float(np.mean([len(np.intersect1d(*pair)) / _KEPT for pair in zip(near, around, strict=True)]))


def _kl(loops: ModuleType, vectors: Float32s, points: Float32s) -> float:
    """Return the divergence of the pairs in the picture from the affinities, by a sum over all pairs."""
    with tsne._Threads(1) as threads:
        starts, neighbours, shares = tsne._affinities(loops, vectors, _PERPLEXITY, threads, SILENT)
    far = points.astype(np.float64)
    total = -float(len(far))
    for point in far:
        total += float((1 / (1 + ((far - point) ** 2).sum(axis=1))).sum())
    own = np.repeat(np.arange(len(far)), np.diff(starts))[shares > 0]
    p = shares[shares > 0].astype(np.float64)
    q = 1 / (1 + ((far[own] - far[neighbours[shares > 0]]) ** 2).sum(axis=1)) / total
    return float((p * np.log(p / q)).sum())


def _print_table(measured: dict[str, list[Turn]]) -> None:
    """Print a row for each way, of medians, and by how much its CPU time is that of the first way."""
    sys.stdout.write(
        "| t-SNE | seconds | CPU seconds | times (CPU) | trustworthiness | neighbours kept | KL |\n"
        "|---|---:|---:|---:|---:|---:|---:|\n"
    )
    first = next(iter(measured.values()))
    for way, turns in measured.items():
        middle = Turn(*(statistics.median(values) for values in zip(*turns, strict=True)))
        ratios = [turn.cpu / other.cpu for turn, other in zip(turns, first, strict=True)]
        sys.stdout.write(
            f"| {way} | {middle.seconds:.1f} | {middle.cpu:.2f} | {statistics.median(ratios):.1f} "
            f"({min(ratios):.1f} to {max(ratios):.1f}) | {middle.trusted:.3f} | {middle.kept:.3f} | {middle.kl:.3f} |\n"
        )


if __name__ == "__main__":
    main()
