"""The receipt of a training: where every word that was read has gone, and the proof that it adds up."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from w2vcli.errors import LostWords

# How many standard deviations the number of words that subsampling kept may lie from its mean: beyond
# six, chance is excluded and words were lost.
_DEVIATIONS = 6.0


@dataclass(frozen=True)
class Receipt:
    """Where the words went: ``read * epochs == total == trained + subsampled + below_min_count``.

    ``read`` is the number of words of the text, those from ``total`` on are of all epochs together.
    ``min_count`` is what a word needed to be trained, which ``max_final_vocab`` may have raised.
    """

    files: int
    bytes: int
    undecodable_bytes: int
    sentences: int
    min_count: int
    read: int
    epochs: int
    total: int
    trained: int
    subsampled: int
    below_min_count: int

    def __post_init__(self) -> None:
        """Add up.

        Raises
        ------
        LostWords
            If the words are more or fewer than those that were read.
        """
        if not self.read * self.epochs == self.total == self.trained + self.subsampled + self.below_min_count:
            raise LostWords(f"the words do not add up: {self}")


def keep_probabilities(counts: npt.NDArray[np.int64], sample: float) -> npt.NDArray[np.float64]:
    """Return for each word the probability that subsampling keeps one of its occurrences.

    ``counts`` are those of the words in the vocabulary. The formula is that of word2vec.c and gensim,
    (sqrt(f / t) + 1) * t / f for a word of frequency f and t = ``sample``; a ``sample`` of 1 or more
    stands for the count above which words are thinned out.
    """
    if not sample:
        return np.ones(len(counts))
    total = counts.sum()
    threshold = sample * total if sample < 1 else int(sample * (3 + math.sqrt(5)) / 2)
    probabilities = (np.sqrt(counts / threshold) + 1) * (threshold / counts)
    return np.minimum(probabilities, 1.0)


def check_trained(trained: int, counts: npt.NDArray[np.int64], sample: float, epochs: int) -> None:
    """Check the number of words that an engine says it trained on against what subsampling should leave.

    Raises
    ------
    LostWords
        If it lies beyond what chance explains; without subsampling, if it is not exact.
    """
    keep = keep_probabilities(counts, sample)
    expected = float(epochs * (counts * keep).sum())
    deviation = math.sqrt(float(epochs * (counts * keep * (1 - keep)).sum()))
    # The engine rounds each probability to 32 bits.
    slack = _DEVIATIONS * deviation + 1e-6 * expected * bool(sample)
    if abs(trained - expected) > max(slack, 0.5):
        raise LostWords(f"trained on {trained:,} words, where {expected:,.0f} (± {slack:,.0f}) were expected")
