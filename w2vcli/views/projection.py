"""Projections: from vectors to points in the plane or in space, by PCA, t-SNE or UMAP.

Each method is that of a library, but t-SNE of many words is ours (`w2vcli.views.tsne`). What is added here are defaults
for a few words, one treatment of equal vectors, and errors for what the libraries crash on.
"""

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
# Beyond these, squares of float32 values would vanish or overflow, and t-SNE would crash.
_SMALLEST, _LARGEST = 1e-9, 1e9
# From this many words on, t-SNE is ours: scikit-learn's takes longer than loading our loops.
_WORTH_COMPILING = 300
# From this many words on, openTSNE is faster than scikit-learn, where numba is missing.
_MANY = 1_000
# With fewer words, threads wait for each other longer than they work.
_WORTH_THREADS = 500
# Iterations of openTSNE: half of its defaults. benchmarks/tsne.py measures what that costs in quality.
_EXAGGERATED, _PLAIN = 125, 250

_LEAST_WORDS = {"umap": 3}

Points = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Projection:
    """Points (words x 2 or 3), and how they were found.

    ``library`` found them. Only t-SNE has a ``perplexity``, only UMAP ``n_neighbors``, and only PCA an
    ``explained_variance``: the share of the variance that lies along each axis.
    """

    points: Points
    method: str
    seed: int
    library: str
    perplexity: float | None = None
    n_neighbors: int | None = None
    explained_variance: tuple[float, ...] | None = None

    def as_row(self) -> dict[str, object]:
        """Return how the points were found, by name, without what does not apply to the method."""
        row = {
            "method": self.method,
            "library": self.library,
            "perplexity": self.perplexity,
            "n_neighbors": self.n_neighbors,
            "explained_variance": [round(share, 4) for share in self.explained_variance or ()] or None,
            "seed": self.seed,
        }
        return {name: value for name, value in row.items() if value is not None}


def perplexity_for(words: int) -> int:
    """Return the default perplexity for ``words`` words: a third of the neighbours of each, from 1 to 30.

    t-SNE needs a perplexity below the number of words, and scikit-learn looks at three times as many neighbours as the
    perplexity. So 12 words have 11 neighbours each, and a perplexity of 3.
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

    ``method`` is ``tsne``, ``pca`` or ``umap``. Equal vectors have the same point, since only vectors that differ are
    projected. t-SNE starts from PCA, and its ``perplexity`` is `perplexity_for` the number of different vectors if
    none is given. From 300 words on it is ours. Where numba is missing, it is openTSNE's from 1,000
    words on if that is installed.

    Raises
    ------
    BadVocabulary
        If there are fewer than two different vectors (three for UMAP or three dimensions), or NaN or infinity in one.
    BadSettings
        If the perplexity is not below the number of different vectors, or given for another method. If vectors have
        fewer values than a point.
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
    if not _SMALLEST < largest < _LARGEST:
        vectors = vectors / np.float32(largest)
    if perplexity is not None and method != "tsne":
        raise BadSettings(f"--perplexity is t-SNE's, --method {method} has none")
    if perplexity is None and method == "tsne":
        perplexity = perplexity_for(words)
    if perplexity is not None and not 0 < perplexity < words:
        raise BadSettings(f"--perplexity {perplexity:g} must be above 0 and below the number of words, {words}")
    if perplexity is not None and words >= _WORTH_COMPILING and dimensions == 2:
        from w2vcli.views import tsne

        loops = tsne.load(reporter.status)
        if loops is not None:
            points = tsne.embed(loops, vectors, perplexity, seed, reporter)
            return Projection(points, method, seed, "w2v", perplexity)
        if words >= _MANY and find_spec("openTSNE") is not None:
            return _open_tsne(vectors, seed, perplexity, reporter)
    with reporter.phase("projecting"):
        if method == "pca":
            found = _pca(vectors, dimensions, seed)
            found = replace(found, points=found.points[first[place]])  # equal vectors differ by rounding
        elif method == "umap":
            found = _umap(vectors, dimensions, seed)
        else:
            found = _tsne(vectors, dimensions, seed, perplexity)
    return found


def require_method(method: str) -> None:
    """Raise `MissingExtra` if the library of a method is not installed, before words are looked up."""
    if method == "umap" and find_spec("umap") is None:
        raise MissingExtra("pictures by UMAP", "umap")


def _require_projectable(vectors: Points, method: str, dimensions: int) -> None:
    """Raise if there is nothing to project."""
    words, vector_size = vectors.shape
    least = max(dimensions, _LEAST_WORDS.get(method, 2))
    if words < least:
        raise BadVocabulary(
            f"at least {'two' if least == 2 else 'three'} words are needed for such a picture, there {_are(words)}"
        )
    if vector_size < dimensions:
        raise BadSettings(f"vectors of {vector_size} values have no projection to {dimensions} dimensions")
    if not np.isfinite(vectors).all():
        raise BadVocabulary("there are vectors with NaN or infinity among the words")
    if not np.ptp(vectors, axis=0).any():
        raise BadVocabulary("all these words have the same vector, so there is nothing to draw")


def _distinct(vectors: Points) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the places of vectors that differ, ascending, and for each vector which of those it equals.

    For vectors a, b, a these are [0, 1] and [0, 1, 0].
    """
    # Adding 0.0 makes 0.0 of -0.0, so that no vector differs from another by the sign of a zero.
    _, first, place = np.unique(vectors + 0.0, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return first[order], np.argsort(order)[place.reshape(-1)]


def _are(count: int) -> str:
    return f"is {count:,}" if count == 1 else f"are {count:,}"


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
    # Threads wait for each other after each of 1,000 steps. On a busy machine, twelve words once took half a minute.
    with threadpool_limits(1 if len(vectors) < _WORTH_THREADS else None, user_api="openmp"):
        points = tsne.fit_transform(vectors)
    return Projection(points, "tsne", seed, "scikit-learn", perplexity)


def _open_tsne(vectors: Points, seed: int, perplexity: float | None, reporter: Reporter) -> Projection:
    """Return the points of t-SNE by openTSNE, with fewer and coarser steps than its defaults.

    In the first phase (exaggeration) the groups form. All points are close together then, so a coarse grid of
    interpolation is exact enough. In the second phase ``theta`` 0.8 lets words that are far away act as one a little
    sooner than the default 0.5 does. benchmarks/tsne.py measures both.
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
    """Return the points of UMAP. With a seed it uses one thread, so that it gives the same points each time."""
    require_method("umap")
    with warnings.catch_warnings():
        # It warns that TensorFlow is missing, which is not needed, and that the seed costs the other threads.
        warnings.simplefilter("ignore")
        from umap import UMAP

        neighbours = min(_NEIGHBOURS, len(vectors) - 1)
        # A spectral start needs more eigenvectors than so few words have.
        init = "spectral" if len(vectors) > dimensions + 2 else "random"
        umap = UMAP(n_components=dimensions, n_neighbors=neighbours, init=init, random_state=seed, n_jobs=1)
        points = umap.fit_transform(vectors)
    return Projection(points, "umap", seed, "umap-learn", n_neighbors=neighbours)
