"""What word2vec computes, in float64 and in words: subsampling, noise words, one step of negative sampling.

Mikolov et al. (2013), Distributed Representations of Words and Phrases and their Compositionality, with
the details of word2vec.c, which gensim shares.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Floats


def keep_probabilities(counts: npt.NDArray[np.int64], sample: float) -> Floats:
    """Return for each word the probability that subsampling keeps one of its occurrences.

    ``counts`` are those of the words in the vocabulary. The formula is that of word2vec.c and gensim,
    (sqrt(f / t) + 1) * t / f for a word of frequency f and t = ``sample``. So a word that is 4 % of the text is kept
    with (sqrt(40) + 1) / 40 = 0.18 at t = 0.001. A ``sample`` of 1 or more stands for the count above which words are
    subsampled.
    """
    if not sample:
        return np.ones(len(counts))
    total = counts.sum()
    # gensim's rule for counts: (3 + sqrt(5)) / 2 is where the formula has a probability of 1.
    threshold = sample * total if sample < 1 else int(sample * (3 + math.sqrt(5)) / 2)
    probabilities = (np.sqrt(counts / threshold) + 1) * (threshold / counts)
    return np.minimum(probabilities, 1.0)


def noise_probabilities(counts: npt.NDArray[np.int64], ns_exponent: float) -> Floats:
    """Return for each word the probability that a noise word is this one: its count ** ``ns_exponent``, over all."""
    weights = counts.astype(np.float64) ** ns_exponent
    found: Floats = weights / weights.sum()
    return found


def first_vectors(rng: np.random.Generator, words: int, vector_size: int) -> npt.NDArray[np.float32]:
    """Return what vectors begin with (words x vector_size): even between -1 and 1 over vector_size, as gensim's."""
    found: npt.NDArray[np.float32] = rng.random((words, vector_size), dtype=np.float32)
    found *= 2
    found -= 1
    found /= vector_size
    return found


def log_logistic(x: Floats) -> Floats:
    """Return the log of the logistic function, 1 / (1 + exp(-x)), also where that is 0 in float64."""
    found: Floats = -np.logaddexp(0, -x)  # log(1 + exp(-x)) without the exponential, which overflows at 710
    return found


@dataclass(frozen=True)
class Step:
    """One step of skip-gram with negative sampling, for an input word and ``k`` output words.

    There are five numbers for each output word, in order. ``labels`` is 1 for the word that was there and 0 for noise.
    ``scores`` is its output vector times the input vector. ``sigmoids`` is the logistic function of the score, which
    is how likely the model takes the word to be one that was there. ``losses`` is -log of the probability of the
    label, ``errors`` is label - sigmoid. ``outputs`` and
    ``new_outputs`` (k x size) are the output vectors when the word's turn comes and afterwards, ``input`` and
    ``new_input`` (size) those of the input word. ``output_gradients`` and ``input_gradient`` are the
    derivatives of the sum of the losses. What is new is what was, less alpha times the gradient.
    """

    labels: npt.NDArray[np.int64]
    scores: Floats
    sigmoids: Floats
    losses: Floats
    errors: Floats
    input: Floats
    input_gradient: Floats
    new_input: Floats
    outputs: Floats
    output_gradients: Floats
    new_outputs: Floats

    @property
    def new_losses(self) -> Floats:
        """What the losses would be if the step were taken again."""
        return _losses(self.labels, np.einsum("ij,j->i", self.new_outputs, self.new_input))


def negative_sampling_step(
    input_vector: Floats, weights: Floats, rows: Sequence[int], labels: Sequence[int], alpha: float
) -> Step:
    """Take one step down the gradient of the loss of Mikolov et al. 2013, equation 4.

    ``rows`` are those of the output words in ``weights`` (words x size). As in word2vec.c one word is taken
    after the other, so a noise word that was drawn twice is moved twice. The input vector moves at the end.
    Nothing that is given is changed.
    """
    # The rows that are moved, in float64 and by row, so that one that comes twice is found as it was left.
    current = {row: weights[row].astype(np.float64) for row in rows}
    outputs, new_outputs, scores, errors = [], [], [], []
    for row, label in zip(rows, labels, strict=True):
        outputs.append(current[row])
        scores.append(current[row] @ input_vector)
        errors.append(label - np.exp(log_logistic(scores[-1])))
        current[row] = current[row] + alpha * errors[-1] * input_vector
        new_outputs.append(current[row])
    input_gradient = -np.array(errors) @ np.array(outputs)
    return Step(
        labels=np.array(labels, dtype=np.int64),
        scores=np.array(scores),
        sigmoids=np.exp(log_logistic(np.array(scores))),
        losses=_losses(np.array(labels), np.array(scores)),
        errors=np.array(errors),
        input=input_vector,
        input_gradient=input_gradient,
        new_input=input_vector - alpha * input_gradient,
        outputs=np.array(outputs),
        output_gradients=-np.outer(errors, input_vector),
        new_outputs=np.array(new_outputs),
    )


def _losses(labels: npt.NDArray[np.int64], scores: Floats) -> Floats:
    """Return -log s(score) where the label is 1, and -log s(-score) where it is 0."""
    return -log_logistic((2 * labels - 1) * scores)
