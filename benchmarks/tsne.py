"""t-SNE as `w2v plot` does it, with openTSNE installed, beside scikit-learn's with its defaults.

Both project the first words of a model, in turns (A B A B) in one process. Trustworthiness is scikit-learn's
measure of how many of a point's neighbours in the picture are neighbours of its vector, from 0 to 1.

    python -m benchmarks.tsne MODEL --words 5000 --pairs 3
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time

import numpy as np
import numpy.typing as npt
from sklearn.manifold import TSNE, trustworthiness

from w2vcli.models.directory import open_model_directory
from w2vcli.models.registry import find_model
from w2vcli.views.projection import project

_SEED = 42
_NEIGHBOURS = 12


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure t-SNE beside scikit-learn's.")
    parser.add_argument("model")
    parser.add_argument("--words", type=int, default=5_000)
    parser.add_argument("--pairs", type=int, default=3)
    options = parser.parse_args()
    model = open_model_directory(find_model(options.model))
    vectors = model.vectors[: options.words]
    sys.stdout.write(f"{len(vectors):,} x {model.facts.vector_size}, perplexity 30, seed {_SEED}\n")

    def ours() -> npt.NDArray[np.float32]:
        found = project(vectors, "tsne", seed=_SEED, perplexity=30)
        if found.library != "openTSNE":
            raise SystemExit("install openTSNE, and take at least 1,000 words")
        return found.points

    def theirs() -> npt.NDArray[np.float32]:
        points: npt.NDArray[np.float32] = TSNE(random_state=_SEED).fit_transform(vectors)
        return points

    project(vectors[:1_000], "tsne", seed=_SEED)  # so that no turn pays for importing
    ratios = []
    for _ in range(options.pairs):
        seconds, trusted = [], []
        for way in (ours, theirs):
            started = time.monotonic()
            points = way()
            seconds.append(time.monotonic() - started)
            trusted.append(trustworthiness(vectors, points, n_neighbors=_NEIGHBOURS))
        ratios.append(seconds[1] / seconds[0])
        sys.stdout.write(
            f"w2v {seconds[0]:.1f} s, trustworthiness {trusted[0]:.3f}; "
            f"scikit-learn {seconds[1]:.1f} s, {trusted[1]:.3f}; {ratios[-1]:.1f} times\n"
        )
        sys.stdout.flush()
    low, middle, high = min(ratios), statistics.median(ratios), max(ratios)
    sys.stdout.write(f"{middle:.1f} times as fast ({low:.1f} to {high:.1f})\n")


if __name__ == "__main__":
    main()
