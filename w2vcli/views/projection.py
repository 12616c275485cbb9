"""Vectors to points in the plane or in space: PCA, t-SNE, UMAP, each by a library."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt

from w2vcli.errors import BadSettings, BadVocabulary, MissingExtra
from w2vcli.reporting import SILENT, Reporter

_LARGEST_PERPLEXITY = 30
_NEIGHBOURS = 15  # umap-learn's default
_SMALLEST, _LARGEST = 1e-9, 1e9
# From so many words on openTSNE is the faster one; see benchmarks/tsne.py.
_MANY = 1_000
_WORTH_THREADS = 500
_EXAGGERATED, _PLAIN = 125, 250

_LEAST_WORDS = {"umap": 3}
_NAMES = {2: "two", 3: "three"}

Points = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Projection:
    """Points (words x 2 or 3), and how they were found.

    ``library`` is what found them; ``perplexity`` is t-SNE's, ``n_neighbors`` UMAP's, and ``explained_variance``
    PCA's: the share of the variance that lies along each axis.
    """

    points: Points
    method: str
    seed: int
    library: str
    perplexity: float | None = None
    n_neighbors: int | None = None
    explained_variance: tuple[float, ...] | None = None


def perplexity_for(words: int) -> int:
    """Return a perplexity for so many words: a third of their neighbours, 1 to 30.

    It is scikit-learn's own bound for an exact neighbourhood (three times the perplexity are looked at),
    below the number of words as t-SNE needs it, and 3 for a dozen words.
    """
    return max(1, min(_LARGEST_PERPLEXITY, (words - 1) // 3))


def project(
    vectors: npt.NDArray[np.float32],
    method: str,
    *,
    seed: int,
    dimensions: int = 2,
    perplexity: float | None = None,
    reporter: Reporter = SILENT,
) -> Projection:
    """Return a point of two or three ``dimensions`` for each vector (words x vector_size).

    Equal vectors have the same point, since only vectors that differ are projected. t-SNE starts from PCA; its
    perplexity is `perplexity_for` the number of different vectors if none is given. It is openTSNE's where that is
    installed and words are many, else scikit-learn's.

    Raises
    ------
    BadVocabulary
        If there are fewer than two different vectors, or values are not numbers.
    BadSettings
        If the perplexity is not below the number of different vectors, or given for another method; if vectors have
        fewer values than points.
    MissingExtra
        If UMAP is asked for and not installed.
    """
    _require_projectable(vectors, method, dimensions)
    first, place = _distinct(vectors)
    if len(first) < len(vectors) and method != "pca":
        found = project(
            vectors[first], method, seed=seed, dimensions=dimensions, perplexity=perplexity, reporter=reporter
        )
        return replace(found, points=found.points[place])
    words = len(vectors)
    largest = float(np.abs(vectors).max())
    if not _SMALLEST < largest < _LARGEST:  # squares would vanish or overflow; t-SNE would crash
        vectors = vectors / np.float32(largest)
    if perplexity is not None and method != "tsne":
        raise BadSettings(f"--perplexity is t-SNE's, --method {method} has none")
    if perplexity is None and method == "tsne":
        perplexity = perplexity_for(words)
    if perplexity is not None and not 0 < perplexity < words:
        raise BadSettings(f"--perplexity {perplexity:g} must be above 0 and below the number of words, {words}")
    if method == "tsne" and words >= _MANY and dimensions == 2 and find_spec("openTSNE") is not None:
        return _open_tsne(vectors, seed, perplexity, reporter)
    with reporter.phase("projecting", None, "words") as advance:
        if method == "pca":
            found = _pca(vectors, dimensions, seed)
            found = replace(found, points=found.points[first[place]])  # without what rounding makes of equal vectors
        elif method == "umap":
            found = _umap(vectors, dimensions, seed)
        else:
            found = _tsne(vectors, dimensions, seed, perplexity)
        advance(words)
    return found


def _require_projectable(vectors: Points, method: str, dimensions: int) -> None:
    """Raise if there is nothing to project."""
    words, vector_size = vectors.shape
    least = max(dimensions, _LEAST_WORDS.get(method, 2))
    if words < least:
        raise BadVocabulary(f"at least {_NAMES[least]} words are needed for such a picture, there {_are(words)}")
    if vector_size < dimensions:
        raise BadSettings(f"vectors of {vector_size} values have no projection to {dimensions} dimensions")
    if not np.isfinite(vectors).all():
        raise BadVocabulary("there are vectors with NaN or infinity among the words")
    if not np.ptp(vectors, axis=0).any():
        raise BadVocabulary("all these words have the same vector, so there is nothing to draw")


def _distinct(vectors: Points) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the places of the vectors that differ, ascending, and which of them each vector is."""
    _, first, place = np.unique(vectors + 0.0, axis=0, return_index=True, return_inverse=True)  # -0.0 is 0.0
    order = np.argsort(first)
    return first[order], np.argsort(order)[place.reshape(-1)]


def _are(count: int) -> str:
    return f"is {count}" if count == 1 else f"are {count}"


def _pca(vectors: Points, dimensions: int, seed: int) -> Projection:
    from sklearn.decomposition import PCA

    pca = PCA(n_components=dimensions, svd_solver="full")
    points = pca.fit_transform(vectors)
    variance = tuple(map(float, pca.explained_variance_ratio_))
    return Projection(points, "pca", seed, "scikit-learn", explained_variance=variance)


def _tsne(vectors: Points, dimensions: int, seed: int, perplexity: float | None) -> Projection:
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    tsne = TSNE(n_components=dimensions, perplexity=perplexity, init="pca", random_state=seed)
    # Threads wait for each other after each of a thousand steps: beside other work, half a minute for twelve words.
    with threadpool_limits(1 if len(vectors) < _WORTH_THREADS else None, user_api="openmp"):
        points = tsne.fit_transform(vectors)
    return Projection(points, "tsne", seed, "scikit-learn", perplexity)


def _open_tsne(vectors: Points, seed: int, perplexity: float | None, reporter: Reporter) -> Projection:
    """Return the points of t-SNE by openTSNE, with fewer and rougher steps than by its defaults.

    While the groups form (exaggeration), the points are close together, and a coarse grid is exact enough; then
    words that are far away act as groups somewhat sooner (``theta``). benchmarks/tsne.py has the figures.
    """
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.initialization import pca

    def progress(iteration: int, _error: float, _embedding: object) -> None:
        advance(done + iteration)

    settings = {"n_jobs": -1, "random_state": seed}
    with reporter.phase("projecting", _EXAGGERATED + _PLAIN, "iterations") as advance:
        affinities = PerplexityBasedNN(vectors, perplexity=perplexity, **settings)
        embedding = TSNEEmbedding(
            pca(vectors, random_state=seed), affinities, callbacks=progress, callbacks_every_iters=25, **settings
        )
        done = 0
        embedding = embedding.optimize(
            _EXAGGERATED,
            exaggeration=12,
            momentum=0.8,
            negative_gradient_method="fft",
            min_num_intervals=20,
        )
        done = _EXAGGERATED
        embedding = embedding.optimize(_PLAIN, momentum=0.8, theta=0.8)
    return Projection(np.asarray(embedding, dtype=np.float32), "tsne", seed, "openTSNE", perplexity)


def _umap(vectors: Points, dimensions: int, seed: int) -> Projection:
    """Return the points of UMAP, which with a seed uses one thread."""
    if find_spec("umap") is None:
        raise MissingExtra("pictures by UMAP", "umap")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of TensorFlow, which is not needed; of one thread for the sake of the seed
        from umap import UMAP

        neighbours = min(_NEIGHBOURS, len(vectors) - 1)
        init = "spectral" if len(vectors) > dimensions + 2 else "random"
        umap = UMAP(n_components=dimensions, n_neighbors=neighbours, init=init, random_state=seed, n_jobs=1)
        points = umap.fit_transform(vectors)
    return Projection(points, "umap", seed, "umap-learn", n_neighbors=neighbours)
