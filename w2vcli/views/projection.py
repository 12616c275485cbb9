"""Vectors to points in the plane: t-SNE and PCA, by scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from w2vcli.errors import BadSettings, BadVocabulary

METHODS = ("tsne", "pca")
_LARGEST_PERPLEXITY = 30
_SMALLEST, _LARGEST = 1e-9, 1e9


@dataclass(frozen=True)
class Projection:
    """Points in the plane (words x 2), and how they were found; ``perplexity`` is t-SNE's."""

    points: npt.NDArray[np.float32]
    method: str
    seed: int
    perplexity: float | None = None


def perplexity_for(words: int) -> int:
    """Return a perplexity for so many words: a third of their neighbours, 1 to 30.

    It is scikit-learn's own bound for an exact neighbourhood (three times the perplexity are looked at),
    below the number of words as t-SNE needs it, and 3 for a dozen words.
    """
    return max(1, min(_LARGEST_PERPLEXITY, (words - 1) // 3))


def project(vectors: npt.NDArray[np.float32], method: str, *, seed: int, perplexity: float | None = None) -> Projection:
    """Return a point in the plane for each vector (words x vector_size).

    t-SNE starts from PCA; its perplexity is `perplexity_for` the number of words if none is given.

    Raises
    ------
    BadVocabulary
        If there are fewer than two vectors, they are all the same, or values are not numbers.
    BadSettings
        If the perplexity is not below the number of words, or given for PCA; if vectors have one value.
    """
    words, vector_size = vectors.shape
    if words < 2:
        raise BadVocabulary(f"at least two words are needed for a picture, there is {words}")
    if vector_size < 2:
        raise BadSettings("vectors of one value have no projection to the plane")
    if not np.isfinite(vectors).all():
        raise BadVocabulary("there are vectors with NaN or infinity among the words")
    if not np.ptp(vectors, axis=0).any():
        raise BadVocabulary("all these words have the same vector, so there is nothing to draw")
    largest = float(np.abs(vectors).max())
    if not _SMALLEST < largest < _LARGEST:  # squares would vanish or overflow; t-SNE would crash
        vectors = vectors / np.float32(largest)
    if method == "pca":
        if perplexity is not None:
            raise BadSettings("--perplexity is t-SNE's, PCA has none")
        from sklearn.decomposition import PCA

        points = PCA(n_components=2, svd_solver="full").fit_transform(vectors)
        return Projection(points, method, seed)
    if perplexity is None:
        perplexity = perplexity_for(words)
    if not 0 < perplexity < words:
        raise BadSettings(f"--perplexity {perplexity:g} must be above 0 and below the number of words, {words}")
    from sklearn.manifold import TSNE

    tsne = TSNE(n_components=2, perplexity=perplexity, init="pca", random_state=seed)
    return Projection(tsne.fit_transform(vectors), method, seed, perplexity)
