"""Which word is likely among given ones, by the output weights of a training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2vcli.errors import BadModel
from w2vcli.models.directory import Model
from w2vcli.queries.terms import find_rows

_OUTPUT = "syn1neg"


@dataclass(frozen=True)
class LikelyWord:
    """A word and the share that negative sampling gives it among all words."""

    word: str
    probability: float


def predict_word(model: Model, words: Sequence[str], topn: int = 10) -> list[LikelyWord]:
    """Return the words that are most likely in the middle of others, the likeliest first.

    This is gensim's ``predict_output_word``: the softmax of the output weights with the mean of the vectors, or their
    sum for a CBOW model that sums. Negative sampling learns no probabilities, so the order says more than the values.
    The model is open with its weights.

    Raises
    ------
    UnknownWords
        If the model does not have all words.
    BadModel
        If it has no output weights of negative sampling.
    """
    if _OUTPUT not in model.weights:
        raise BadModel(f"{model.path} has no output weights; w2v train keeps them, with --negative 1 or more")
    rows = find_rows(model, words)
    hidden = model.vectors[rows].astype(np.float64).sum(axis=0)
    if model.facts.settings.get("cbow_mean", 1):
        hidden /= len(rows)
    scores = np.asarray(model.weights[_OUTPUT], dtype=np.float32) @ hidden
    likely = np.exp(scores - scores.max())
    likely /= likely.sum()
    best = np.argsort(-likely, kind="stable")[:topn]
    return [LikelyWord(model.words[int(row)], float(likely[row])) for row in best]
