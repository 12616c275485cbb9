"""The loss on held-out text: how well the vectors tell real contexts from noise.

gensim's own loss is a sum over what each thread happened to write last, so it depends on their number. Here the
(context, target) pairs of the held-out sample, with their noise words, are drawn once from the seed. After every epoch
the mean loss of a pair is computed in float64.

Two pairs by hand, in vectors of one number: skip-gram, one noise word a pair, s the logistic function::

    row          0 cat   1 sat   2 the      pair 1: context cat, target sat, noise the
    vectors        1       2       0        pair 2: context sat, target the, noise the
    syn1neg        0      log 3  -log 3

    pair 1:  -log s(1 * log 3)   = -log 3/4 = 0.288     sat is taken for sat with probability 3/4
             -log s(-1 * -log 3) = -log 3/4 = 0.288     the is taken for noise with probability 3/4
    pair 2:  -log s(2 * -log 3)  = -log 1/10 = 2.303    the is taken for the with probability 1/10
             its noise word is the target itself, and counts nothing

    loss:    (0.288 + 0.288 + 2.303) / 2 pairs = 1.439 nats
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Floats, Integers
from w2vcli.training.formulas import keep_probabilities, log_logistic, noise_probabilities
from w2vcli.training.settings import Settings
from w2vcli.training.text import TrainingText
from w2vcli.training.tree import Paths
from w2vcli.training.vocabulary import Vocabulary

# Their noise weights in float64 take 16 MB, with 5 noise words and 100 dimensions.
_PAIRS_AT_ONCE = 1 << 12


@dataclass(frozen=True)
class Sample:
    """What the loss is measured on: contexts, targets and noise words, as rows of the vocabulary.

    ``contexts`` (examples x up to 2 * window, filled with -1) are the words whose vectors are given, one of them for
    skip-gram. ``targets`` are the words to be told from the ``noise`` (examples x negative).
    """

    contexts: Integers
    targets: Integers
    noise: Integers


def draw_sample(text: TrainingText, vocabulary: Vocabulary, settings: Settings) -> Sample | None:
    """Draw examples from the held-out text, with the same subsampling and window sampling as training.

    Returns None where nothing was held out, or too little for one example.
    """
    rng = np.random.default_rng([settings.seed, 2])
    keep = keep_probabilities(vocabulary.counts, settings.sample)
    contexts: list[list[int]] = []
    targets: list[int] = []
    for start, stop in zip(*(bounds.tolist() for bounds in text.held_out), strict=True):
        rows = vocabulary.rows[text.corpus.ids[start:stop]]
        rows = rows[rows >= 0]
        rows = rows[rng.random(len(rows)) < keep[rows]]
        sizes = rng.integers(1, settings.window + 1, len(rows)) if settings.shrink_windows else None
        for at, target in enumerate(rows.tolist()):
            size = settings.window if sizes is None else int(sizes[at])
            around = [*rows[max(0, at - size) : at].tolist(), *rows[at + 1 : at + 1 + size].tolist()]
            examples = [[context] for context in around] if settings.sg else [around] if around else []
            contexts += examples
            targets += [target] * len(examples)
    if not targets:
        return None
    width = max(map(len, contexts))
    filled = np.array([row + [-1] * (width - len(row)) for row in contexts], dtype=np.int64)
    shares = noise_probabilities(vocabulary.counts, settings.ns_exponent)
    noise = rng.choice(len(shares), (len(targets), settings.negative), p=shares)
    return Sample(filled, np.array(targets, dtype=np.int64), noise)


def mean_loss(
    sample: Sample, settings: Settings, arrays: Mapping[str, npt.NDArray[np.float32]], paths: Paths | None
) -> float:
    """Return the mean loss of an example, in nats.

    ``arrays`` are the weights of a `State`. ``paths`` is the tree of hierarchical softmax, where it is trained.
    For an example with hidden vector h (the context's, or for CBOW the mean or sum of them) and output
    weights u, negative sampling costs -log s(u_target h) - sum of log s(-u_noise h), s the logistic
    function (Mikolov et al. 2013, equation 4). A noise word that is the target counts nothing, as in
    word2vec.c. Hierarchical softmax costs -log of the target's probability (Morin and Bengio 2005).
    Where both are trained, the loss is their sum. For fastText the context's vector is the one that is asked for,
    the mean of its word's and its n-grams' vectors. gensim trains CBOW with ``cbow_mean`` 0 on their sum instead.
    """
    total = 0.0
    noise_weights = arrays.get("syn1neg")
    for start in range(0, len(sample.targets), _PAIRS_AT_ONCE):
        block = slice(start, start + _PAIRS_AT_ONCE)
        contexts, targets = sample.contexts[block], sample.targets[block]
        hidden = _hidden(contexts, settings, arrays["vectors"])
        if noise_weights is not None:
            noise = sample.noise[block]
            total -= log_logistic(_scores(noise_weights[targets][:, None], hidden)).sum()
            against = log_logistic(-_scores(noise_weights[noise], hidden))
            total -= against[noise != targets[:, None]].sum()
        if paths is not None:
            total -= _tree_log_probabilities(targets, hidden, arrays["syn1"], paths).sum()
    return float(total / len(sample.targets))  # not numpy's float64: it is kept as JSON


def _tree_log_probabilities(
    targets: Integers, hidden: Floats, weights: npt.NDArray[np.float32], paths: Paths
) -> Floats:
    """Return the log of the probability of each target, given the hidden vectors.

    At each inner node of its path the branch with code 0 has the probability s(u h), that with code 1 the rest.
    """
    points, codes = paths.points[targets], paths.codes[targets]
    logs = log_logistic((1 - 2 * codes) * _scores(weights[points], hidden))
    # Behind the end of a path points are -1: that picked the last node's weights, which do not count.
    found: Floats = np.where(points >= 0, logs, 0.0).sum(axis=1)
    return found


def _hidden(contexts: Integers, settings: Settings, vectors: npt.NDArray[np.float32]) -> Floats:
    """Return the hidden vector of each example (examples x vector_size), to which a context of -1 adds nothing."""
    rows, places = np.unique(contexts, return_inverse=True)
    used = vectors[np.maximum(rows, 0)].astype(np.float64)
    used[rows < 0] = 0
    hidden: Floats = used[places.reshape(contexts.shape)].sum(axis=1)
    if not settings.sg and settings.cbow_mean:
        hidden /= (contexts >= 0).sum(axis=1, keepdims=True)
    return hidden


def _scores(weights: npt.NDArray[np.float32], hidden: Floats) -> Floats:
    """Return the products of each example's output weights (examples x k x size) with its hidden vector."""
    found: Floats = np.einsum("ijk,ik->ij", weights.astype(np.float64), hidden)
    return found
