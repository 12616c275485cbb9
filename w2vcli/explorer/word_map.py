"""A map of all words of a model: a place for each, in the plane.

There are two. `FirstMap` is by PCA and there at once. `make_better_map` takes some seconds, or more for millions of
words: t-SNE of the most frequent words, and each other word beside the nearest of them. It also has regions with names,
and how far each place can be trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s, Floats
from w2vcli.escaping import visible
from w2vcli.models.directory import Model
from w2vcli.queries.neighbours import nearest_among
from w2vcli.views.projection import project

# Places are whole numbers from 0 to this, two bytes each. A picture of 65,536 dots is wider than any screen.
WORLD = 65_535
# So many of the most frequent words have a place by t-SNE of their own.
LANDMARKS = 10_000
_SAMPLE = 20_000
# What lies further out than all but this share is drawn at the border of the first map.
_OUTLIERS = 0.0005
_ROWS_AT_ONCE = 2_000
_REGIONS = (12, 40, 120)
_LEAST_IN_REGION = 25
_WORDS_IN_NAME = 2
# A place is trusted as far as the ten nearest words of the model are among the thirty nearest on the map.
_NEAR, _NEAR_ON_MAP = 10, 30
NO_TRUST = 255

Places = npt.NDArray[np.uint16]


class Region(NamedTuple):
    """A part of the map: the middle of its words, and those that are most typical of it."""

    name: str
    x: int
    y: int


@dataclass(frozen=True)
class WordMap:
    """A place for each word (words x 2), and what is known of the places.

    ``regions`` are lists of regions, from a few large ones to many small ones, and ``region_of`` says in which of the
    first list a word is. ``trust`` is the share of a word's nearest that are near on the map, 0 to 250 for 0 to 1, and
    255 where a word has no place of its own. ``landmarks`` is how many words have one.
    """

    places: Places
    method: str
    landmarks: int
    regions: Sequence[Sequence[Region]]
    region_of: npt.NDArray[np.uint8]
    trust: npt.NDArray[np.uint8]


class FirstMap:
    """Places by PCA of unit vectors. They are computed when they are asked for."""

    method = "pca"

    def __init__(self, model: Model) -> None:
        self._model = model
        units = units_of(model, 0, min(_SAMPLE, len(model.vectors)))
        self._mean = units.mean(axis=0)
        centred = units - self._mean
        # The two directions in which the vectors differ most.
        _, vectors = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
        self._axes = vectors[:, ::-1][:, :2].astype(np.float32)
        if self._axes.shape[1] < 2:
            self._axes = np.column_stack([self._axes, np.zeros(len(self._axes), np.float32)])
        points = centred @ self._axes
        low, high = np.quantile(points, [_OUTLIERS, 1 - _OUTLIERS], axis=0)
        self._middle = (low + high) / 2
        self._side = float((high - low).max()) * 1.1 or 1.0

    def places(self, start: int, stop: int) -> Places:
        """Return the places of the words from ``start`` to ``stop`` (words x 2)."""
        points = (units_of(self._model, start, stop) - self._mean) @ self._axes
        return _as_places((points - self._middle) / self._side + 0.5)


def make_better_map(model: Model, seed: int = 42, landmarks: int = LANDMARKS, *, words: int | None = None) -> WordMap:
    """Return the map of the first ``words``, or of all, by t-SNE of so many ``landmarks``, the most frequent ones.

    Raises
    ------
    BadVocabulary
        If there are too few words with a vector of their own.
    """
    words = len(model.vectors) if words is None else words
    count = min(landmarks, words)
    units = units_of(model, 0, count)
    points = project(units, "tsne", seed=seed).points.astype(np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    own = (points - (low + high) / 2) / (float((high - low).max()) or 1.0) * 0.96 + 0.5
    trust, spacing = _trust(units, own)
    region_of, regions = _find_regions(model, units, own)
    nearest = np.concatenate([np.arange(count), _nearest_landmarks(model, units, words)])
    placed = own[nearest]
    placed[count:] += _around(words - count, spacing, seed)
    return WordMap(
        _as_places(placed),
        "tsne" if count == words else "tsne-landmarks",
        count,
        regions,
        region_of[nearest],
        np.concatenate([trust, np.full(words - count, NO_TRUST, np.uint8)]),
    )


def units_of(model: Model, start: int, stop: int) -> Float32s:
    """Return unit vectors of the words from ``start`` to ``stop``: zeros for a word that has none."""
    vectors = model.vectors[start:stop].astype(np.float32)
    with np.errstate(invalid="ignore", over="ignore"):
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        found = np.where(np.isfinite(lengths) & (lengths > 0), vectors / np.where(lengths > 0, lengths, 1), 0)
    return found.astype(np.float32, copy=False)


def _as_places(points: Floats | Float32s) -> Places:
    """Return points of which most are between 0 and 1 as places."""
    return np.clip(np.rint(points * WORLD), 0, WORLD).astype(np.uint16)


def _nearest_landmarks(model: Model, landmarks: Float32s, words: int) -> npt.NDArray[np.intp]:
    """Return for each of the ``words`` behind the landmarks which of them is the nearest."""
    found = [
        (units_of(model, start, min(start + _ROWS_AT_ONCE, words)) @ landmarks.T).argmax(axis=1)
        for start in range(len(landmarks), words, _ROWS_AT_ONCE)
    ]
    return np.concatenate([np.empty(0, np.intp), *found])


def _around(number: int, radius: float, seed: int) -> Floats:
    """Return random steps (number x 2) within a circle, so that words at the same landmark do not lie on each other."""
    random = np.random.default_rng(seed)
    angles = random.uniform(0, 2 * np.pi, number)
    away = radius * np.sqrt(random.uniform(0, 1, number))
    return np.column_stack([away * np.cos(angles), away * np.sin(angles)])


def _trust(units: Float32s, points: Floats) -> tuple[npt.NDArray[np.uint8], float]:
    """Return how far each point can be trusted (see `WordMap`), and how far a point is from the next one as a rule."""
    from sklearn.neighbors import NearestNeighbors

    near, _ = nearest_among(units, min(_NEAR, len(units) - 1))
    on_map = min(_NEAR_ON_MAP, len(points) - 1)
    away, around = NearestNeighbors(n_neighbors=on_map).fit(points).kneighbors()
    shares = np.array([len(np.intersect1d(*pair)) for pair in zip(near, around, strict=True)]) / near.shape[1]
    return np.rint(250 * shares).astype(np.uint8), float(np.median(away[:, 0]))


def _find_regions(model: Model, units: Float32s, points: Floats) -> tuple[npt.NDArray[np.uint8], list[list[Region]]]:
    """Return the region of each point among the largest ones, and all regions."""
    from sklearn.cluster import KMeans

    first = np.zeros(len(points), np.uint8)
    found: list[list[Region]] = []
    for most in _REGIONS:
        number = min(most, len(points) // _LEAST_IN_REGION)
        if number < 2:
            found.append([])
            continue
        labels = KMeans(number, n_init=1, random_state=0).fit_predict(points)
        if not found:
            first = labels.astype(np.uint8)
        found.append([_region(model, units, points, np.flatnonzero(labels == label)) for label in range(number)])
    return first, found


def _region(model: Model, units: Float32s, points: Floats, rows: npt.NDArray[np.intp]) -> Region:
    """Return the region of some rows. It has the name of the words nearest to their mean, of the more frequent half.

    What all words share is taken away before, so that words which are near to everything name nothing.
    """
    centred = units[rows] - units.mean(axis=0)
    frequent = centred[: max(_WORDS_IN_NAME, len(rows) // 2)]
    typical = np.argsort(-(frequent @ centred.mean(axis=0)) / np.maximum(np.linalg.norm(frequent, axis=1), 1e-9))
    name = " · ".join(visible(model.words[int(rows[at])]) for at in typical[:_WORDS_IN_NAME])
    [[x, y]] = _as_places(np.median(points[rows], axis=0)[np.newaxis])
    return Region(name, int(x), int(y))
