"""Nearest neighbours and analogies, exact: gensim's answers, whatever the rounding of a fast product.

A fast float32 product over the mapped vectors gives each row's cosines with a known bound on their
error. Every row that could be among the best within that bound is then scored again in float64, so
that the answer and its order (ties: by row) do not depend on the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.errors import NoDirection, UnknownWords
from w2vcli.models.directory import Model
from w2vcli.queries.suggestions import suggest

Floats = npt.NDArray[np.float64]
Cosines = npt.NDArray[np.floating[Any]]
_Score = Callable[[Cosines, Cosines], Cosines]

# Added to the denominator of 3CosMul, as in Levy and Goldberg (2014) and gensim.
_COSMUL_EPSILON = 0.000001
_BLOCK_BYTES = 1 << 24
# Between these lengths the squares of a float32 vector's values neither vanish nor overflow.
_SHORT, _LONG = 1e-15, 1e15
# A sum of unit vectors in float64 that is shorter than this is rounding alone.
_CANCELLED = 1e-12


@dataclass(frozen=True)
class Neighbour:
    """A word and its cosine, in [-1, 1], to what was asked."""

    word: str
    similarity: float


@dataclass(frozen=True)
class Scored:
    """A word and its 3CosMul score, which is positive and no cosine."""

    word: str
    score: float


def rows_of(model: Model, words: Sequence[str]) -> list[int]:
    """Return the rows of ``words``.

    Raises
    ------
    UnknownWords
        If the model does not have them all.
    """
    rows = {word: model.words.row(word) for word in words}
    unknown = [word for word, row in rows.items() if row is None]
    if unknown:
        raise UnknownWords({word: suggest(word, model.words) for word in unknown})
    return [row for row in map(rows.__getitem__, words) if row is not None]


def unit_vectors(model: Model, rows: Sequence[int]) -> Floats:
    """Return the vectors of ``rows`` scaled to length 1 (a vector of zeros stays so), in float64."""
    return _unit(np.asarray(model.vectors[list(rows)], dtype=np.float64))


def most_similar(
    model: Model, positive: Sequence[str], negative: Sequence[str] = (), topn: int = 10
) -> list[Neighbour]:
    """Return the ``topn`` words nearest to the sum of ``positive`` less ``negative``, best first.

    As gensim's ``most_similar`` and 3CosAdd: unit vectors are added, the words asked are left out,
    equal similarities are in row order. Words whose vector is zero or NaN are never neighbours.

    Raises
    ------
    UnknownWords
        If the model does not have all words.
    NoDirection
        If what is asked is a vector of zeros.
    """
    asked = rows_of(model, [*positive, *negative])
    signs = np.repeat([1.0, -1.0], [len(positive), len(negative)])
    direction = signs @ unit_vectors(model, asked)
    if not np.linalg.norm(direction) > _CANCELLED:
        raise NoDirection(f"{' '.join([*positive, *negative])}: the vectors are zero or cancel out, so nothing is near")
    target = _unit(direction[np.newaxis])
    best = _best(model, target, lambda high, low: high[0], asked, topn)
    return [Neighbour(model.words[row], score) for row, score in best]


def most_similar_cosmul(
    model: Model, positive: Sequence[str], negative: Sequence[str] = (), topn: int = 10
) -> list[Scored]:
    """Return the ``topn`` words by 3CosMul, best first (Levy and Goldberg 2014, equation 4).

    The score is the product of the cosines to ``positive`` over that of the cosines to ``negative``,
    all moved to [0, 1]; as gensim's ``most_similar_cosmul``. The words asked are left out.

    Raises
    ------
    UnknownWords
        If the model does not have all words.
    """
    asked = rows_of(model, [*positive, *negative])

    def score(high: Cosines, low: Cosines) -> Cosines:
        shifted_high, shifted_low = (1 + high) / 2, (1 + low) / 2
        above: Cosines = shifted_high[: len(positive)].prod(axis=0)
        below: Cosines = shifted_low[len(positive) :].prod(axis=0)
        return above / (below + _COSMUL_EPSILON)

    best = _best(model, unit_vectors(model, asked), score, asked, topn)
    return [Scored(model.words[row], found) for row, found in best]


def similarity(model: Model, word1: str, word2: str) -> float:
    """Return the cosine of two words, in [-1, 1]; NaN if one has a vector of zeros.

    Raises
    ------
    UnknownWords
        If the model does not have both.
    """
    vectors = np.asarray(model.vectors[rows_of(model, [word1, word2])], dtype=np.float64)
    lengths = np.linalg.norm(vectors, axis=1)
    with np.errstate(invalid="ignore"):
        return float(vectors[0] @ vectors[1] / lengths.prod())


def similarity_to_mean(model: Model, words: Sequence[str]) -> list[Neighbour]:
    """Return ``words`` with their cosine to the mean of them all, the odd one out first.

    As gensim's ``doesnt_match``, whose answer is the first word here.

    Raises
    ------
    UnknownWords
        If the model does not have them all.
    """
    units = unit_vectors(model, rows_of(model, words))
    cosines = units @ _unit(units.mean(axis=0)[np.newaxis])[0]
    return [Neighbour(words[at], float(cosines[at])) for at in np.argsort(cosines, kind="stable")]


def _best(model: Model, targets: Floats, score: _Score, left_out: Sequence[int], topn: int) -> list[tuple[int, float]]:
    """Return rows and scores of the ``topn`` best rows.

    ``score(high, low)`` takes cosines (targets x rows) and grows with ``high`` and falls with ``low``;
    with cosines that are certain both are the same.
    """
    # |computed - true| of a float32 dot product of unit vectors of size n is at most about n * eps / 2
    # (Higham, Accuracy and Stability of Numerical Algorithms, 3.1); the norm's error adds as much.
    error = (model.facts.vector_size + 8) * float(np.finfo(np.float32).eps)
    cosines = np.concatenate([*_cosines(model, targets.astype(np.float32))], axis=1)
    at_most = score(np.clip(cosines + error, -1, 1), np.clip(cosines - error, -1, 1))
    at_least = score(np.clip(cosines - error, -1, 1), np.clip(cosines + error, -1, 1))
    for scores in (at_most, at_least):
        scores[np.isnan(scores)] = -np.inf
        scores[list(left_out)] = -np.inf
    wanted = min(topn, int(np.isfinite(at_least).sum()))
    if wanted < 1:
        return []
    bar = np.partition(at_least, len(at_least) - wanted)[-wanted]
    candidates = np.flatnonzero(at_most >= bar)
    exact = targets @ unit_vectors(model, candidates.tolist()).T
    scores = score(exact, exact)
    order = np.lexsort((candidates, -scores))[:wanted]
    return [(int(candidates[at]), float(scores[at])) for at in order]


def _cosines(model: Model, targets: npt.NDArray[np.float32]) -> Iterator[Cosines]:
    """Yield the cosines (targets x rows) of all rows in blocks; NaN for a row of zeros."""
    rows_a_block = max(1, _BLOCK_BYTES // (4 * model.facts.vector_size))
    for start in range(0, model.facts.words, rows_a_block):
        block = model.vectors[start : start + rows_a_block]
        with np.errstate(invalid="ignore", divide="ignore", over="ignore", under="ignore"):
            lengths = np.sqrt(np.einsum("ij,ij->i", block, block))
            cosines = (targets @ block.T) / lengths
        extreme = np.flatnonzero(~((lengths > _SHORT) & (lengths < _LONG)))
        if extreme.size:
            units = _unit(block[extreme].astype(np.float64))
            cosines[:, extreme] = np.where(units.any(axis=1), targets @ units.T, np.nan)
        yield cosines


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    has_direction = (lengths > 0) & np.isfinite(lengths)
    unit: Floats = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=has_direction)
    return unit
