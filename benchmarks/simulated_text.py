"""A text from a known model, whose documents are independent: two halves of it are two corpora of one author.

    python -m benchmarks.simulated_text > simulated.csv
    python -m benchmarks.coverage simulated.csv --column document --vector-size 50

It is the log-bilinear model of Arora et al. (2016): a word has a vector and a frequency by Zipf's law, a document has a
vector that walks about at random, and a word comes in a sentence with a probability of exp(bias + vector · vector).
"""

from __future__ import annotations

import sys

import numpy as np

_WORDS = 3_000
_SIZE = 20
_DOCUMENTS = 2_000
_SENTENCES = 30  # of a document
_TOKENS = 10  # of a sentence
_STEP = 0.2  # how far a document's vector walks from sentence to sentence
_STRENGTH = 1.2  # the standard deviation of vector · vector


def main() -> None:
    """Print a table with the column ``document``."""
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(_WORDS, _SIZE)) * _STRENGTH / np.sqrt(_SIZE)
    bias = -np.log(np.arange(1, _WORDS + 1) + 5.0)
    sys.stdout.write("document\n")
    for _ in range(_DOCUMENTS):
        steps = rng.normal(size=(_SENTENCES, _SIZE))
        walk = [steps[0]]
        for step in steps[1:]:
            walk.append(np.sqrt(1 - _STEP**2) * walk[-1] + _STEP * step)
        weights = np.exp(bias + np.array(walk) @ vectors.T)
        ends = np.cumsum(weights, axis=1)
        drawn = rng.random((_SENTENCES, _TOKENS)) * ends[:, -1:]
        tokens = [np.searchsorted(end, sentence) for end, sentence in zip(ends, drawn, strict=True)]
        sys.stdout.write(". ".join(" ".join(f"w{token}" for token in sentence) for sentence in tokens) + ".\n")


if __name__ == "__main__":
    main()
