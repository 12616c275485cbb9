"""Why two words are near: the contexts that account for their cosine, each with its share.

With the map ``A`` of `w2vcli.evidence.context_map`, the unit vector of a word ``w`` is nearly the sum over its contexts
of ``s_wc (u_c A)``: ``s_wc`` is the strength of the context, scaled, and ``u_c`` its unit vector. So the cosine of the
words ``w`` and ``v`` is nearly a sum over contexts::

    cos(w, v) ~ sum over c of  ( s_wc (u_c A) . u_v  +  s_vc (u_c A) . u_w ) / 2

A context has a large share if it comes often with the one word and points to the other. What the sum leaves of the
cosine is told: it is what the vectors have from the chance of the training, and from more than one step of contexts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from w2vcli.array_types import Floats, Integers
from w2vcli.evidence.context_counts import ContextCounter
from w2vcli.evidence.context_map import ContextSample, fit_map, unit_vectors
from w2vcli.models.directory import Model


@dataclass(frozen=True)
class Side:
    """One side of a comparison: a word, or the words that an analogy adds and takes away.

    ``vector`` has length 1. By the rows of the model, ``terms`` are the scaled strengths of contexts, which the map
    turns into the vector, and ``counts`` are how often words stand within the window of the words that are added.
    ``total`` is how often these come.
    """

    rows: tuple[int, ...]
    vector: Floats
    terms: Floats
    counts: Integers
    total: int


@dataclass(frozen=True)
class Shares:
    """What contexts contribute to the cosine of two sides: ``values`` by the rows of the model.

    ``similarity`` is the cosine, and ``accounted`` the share of it that the values sum up to. ``shared`` is the share
    of the contexts that come with both sides.
    """

    similarity: float
    values: Floats
    accounted: float
    shared: float


def make_side(model: Model, counter: ContextCounter, added: list[int], subtracted: list[int]) -> Side:
    """Return the side of words in these rows: their mean, where those ``subtracted`` are taken away."""
    vectors = unit_vectors(model, np.array([*added, *subtracted]))
    vectors[len(added) :] *= -1
    length = float(np.linalg.norm(vectors.sum(axis=0)))
    terms = np.zeros(len(counter.ids))
    counts = np.zeros(len(counter.ids), dtype=np.int64)
    for at, row in enumerate([*added, *subtracted]):
        contexts = counter.count(row)
        strengths = counter.strengths(contexts.weights)
        seen = np.flatnonzero(strengths)
        scale = np.linalg.norm(strengths[seen] @ unit_vectors(model, seen)) * length
        if scale > 0:
            terms += strengths / scale * (1 if at < len(added) else -1)
        if at < len(added):
            counts += contexts.counts
    total = int(counter.totals[added].sum())
    return Side((*added, *subtracted), vectors.sum(axis=0) / (length or 1), terms, counts, total)


def find_shares(model: Model, sample: ContextSample, one: Side, other: Side) -> Shares:
    """Return the shares of all contexts of two sides in their cosine."""
    matrix = fit_map(model, sample, np.array([*one.rows, *other.rows]))
    seen = np.flatnonzero((one.terms != 0) | (other.terms != 0))
    mapped = unit_vectors(model, seen) @ matrix
    values = np.zeros(len(one.terms))
    values[seen] = (one.terms[seen] * (mapped @ other.vector) + other.terms[seen] * (mapped @ one.vector)) / 2
    similarity = float(one.vector @ other.vector)
    both = (one.counts > 0) & (other.counts > 0)
    of_cosine = np.divide(values, similarity, out=np.zeros_like(values), where=similarity != 0)
    return Shares(similarity, of_cosine, float(of_cosine.sum()), float(of_cosine[both].sum()))
