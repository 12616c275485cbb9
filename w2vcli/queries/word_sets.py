"""How near two lists of words are: the cosine of their means, and the distance that words have to be moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2vcli.errors import BadSettings
from w2vcli.models.directory import Model
from w2vcli.queries.terms import find_terms, unit

# The work grows with the third power of the words.
_MOST_WORDS = 1_000


@dataclass(frozen=True)
class ListDistance:
    """How near two lists of words are: see `set_similarity` and `mover_distance`."""

    similarity: float
    distance: float


def list_distance(model: Model, words1: Sequence[str], words2: Sequence[str]) -> ListDistance:
    """Return both measures of two lists of words, and raise what they raise."""
    return ListDistance(set_similarity(model, words1, words2), mover_distance(model, words1, words2))


def set_similarity(model: Model, words1: Sequence[str], words2: Sequence[str]) -> float:
    """Return the cosine of the means of the vectors of two lists of words: gensim's ``n_similarity``.

    Longer vectors count more, unlike in questions for neighbours. It is NaN where the words of a list cancel out.

    Raises
    ------
    UnknownWords
        If the model does not have all words.
    """
    one, other = (find_terms(model, words).vectors.mean(axis=0) for words in (words1, words2))
    with np.errstate(invalid="ignore"):
        return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))


def mover_distance(model: Model, words1: Sequence[str], words2: Sequence[str]) -> float:
    """Return the Word Mover's Distance of two lists of words: gensim's ``wmdistance`` (Kusner et al. 2015).

    Each word has a share of its list, and is moved to words of the other list. What that costs at least is the distance
    of unit vectors, times the share that is moved: 0 for the same words in any order, at most 2.

    Raises
    ------
    UnknownWords
        If the model does not have all words.
    BadSettings
        If a list is empty, or has more than a thousand different words.
    """
    from scipy.optimize import linprog
    from scipy.sparse import eye, kron, vstack
    from scipy.spatial.distance import cdist

    shares, vectors = [], []
    for words in (words1, words2):
        different = list(dict.fromkeys(words))
        if not different or len(different) > _MOST_WORDS:
            raise BadSettings(f"a list of 1 to {_MOST_WORDS:,} different words is moved, not of {len(different):,}")
        shares.append(np.array([words.count(word) for word in different]) / len(words))
        vectors.append(unit(find_terms(model, different).vectors))
    costs = cdist(*vectors)
    rows, columns = costs.shape
    # What leaves a word is its share, and what comes to one is its share.
    leaves = kron(eye(rows), np.ones((1, columns)))
    comes = kron(np.ones((1, rows)), eye(columns))
    found = linprog(costs.ravel(), A_eq=vstack([leaves, comes]).tocsr(), b_eq=np.concatenate(shares), method="highs")
    return max(0.0, float(found.fun))
