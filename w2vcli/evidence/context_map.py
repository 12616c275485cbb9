"""A linear map from the contexts of words to their vectors, fitted on a model and its text.

The vector of a word comes from its contexts. How well is it a sum over them, one term for each? The unit vectors of a
word's contexts are added, each times its strength (`ContextCounter.strengths`), and the sum is scaled to length 1.
Least squares finds the matrix that brings these sums nearest to the unit vectors of the words. That is the idea of
Khodak et al. (2018), A La Carte Embedding, with strengths in place of counts.

Then a cosine is a sum over contexts too: see `w2vcli.evidence.shares`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from w2vcli.array_types import Float32s, Floats, Integers
from w2vcli.atomic import new_file
from w2vcli.corpus.kept_text import SUMS
from w2vcli.corpus.known_files import keep_known
from w2vcli.errors import BadModel
from w2vcli.evidence.context_counts import ContextCounter
from w2vcli.evidence.source import OpenText
from w2vcli.models.directory import Model
from w2vcli.models.model_parts import VECTORS
from w2vcli.queries.terms import unit

_RIDGE = 1e-3
_FEWEST_WORDS = 10


@dataclass(frozen=True)
class ContextSample:
    """Words by their ``rows``, and the unit sums of their contexts (words x vector_size)."""

    rows: Integers
    sums: Float32s


def unit_vectors(model: Model, rows: Integers) -> Floats:
    """Return the unit vectors of some rows."""
    return unit(model.vectors[rows].astype(np.float64))


def sum_of_contexts(model: Model, strengths: Floats) -> Floats:
    """Return the sum of the unit vectors of contexts times their strengths, scaled to length 1."""
    seen = np.flatnonzero(strengths)
    found: Floats = unit((strengths[seen] @ unit_vectors(model, seen))[None])[0]
    return found


def sample_of(model: Model, text: OpenText, counter: ContextCounter) -> ContextSample:
    """Return the sample to fit a map on, which is kept beside the encoded corpus.

    Raises
    ------
    BadModel
        If there are too few words for it.
    """
    file = text.text.folder / f"{SUMS}-{model.facts.sha256.get(VECTORS, 'unknown')[:32]}.npy"
    if VECTORS in model.facts.sha256 and (kept := _read(file, model)) is not None:
        return kept
    rows, sums = [], []
    with text.reporter.phase("learning what contexts stand for"):
        for row, strengths in counter.sample():
            rows.append(row)
            sums.append(sum_of_contexts(model, strengths))
    if len(rows) < _FEWEST_WORDS:
        raise BadModel(f"{model.path} has {len(rows)} words seen 20 times or more, too few to tell why words are near")
    sample = ContextSample(np.array(rows, dtype=np.int64), np.array(sums, dtype=np.float32))
    with suppress(OSError):  # a cache of others, or a full disk: the next question learns again
        with new_file(file, force=True) as out:
            np.save(out, np.column_stack([sample.rows, sample.sums]).astype(np.float64))
        keep_known(text.text.folder)
    return sample


def fit_map(model: Model, sample: ContextSample, without: Integers) -> Floats:
    """Return the matrix (vector_size x vector_size) that brings sums of contexts nearest to the vectors of words.

    The rows ``without`` are left out, so that no word is explained by itself.
    """
    others = ~np.isin(sample.rows, without)
    sums, vectors = sample.sums[others].astype(np.float64), unit_vectors(model, sample.rows[others])
    gram = sums.T @ sums
    gram += _RIDGE * np.trace(gram) / len(gram) * np.eye(len(gram))
    found: Floats = np.linalg.solve(gram, sums.T @ vectors)
    return found


def _read(file: Path, model: Model) -> ContextSample | None:
    """Return a sample that was kept, None if there is none, or it is damaged."""
    try:
        kept = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    if kept.ndim != 2 or kept.shape[1] != 1 + model.facts.vector_size or kept.dtype != np.float64:
        return None
    rows = kept[:, 0].astype(np.int64)
    fits = len(rows) and 0 <= rows.min() <= rows.max() < model.facts.words
    return ContextSample(rows, kept[:, 1:].astype(np.float32)) if fits else None
