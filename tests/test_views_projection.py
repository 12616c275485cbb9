from __future__ import annotations

import re
import sys
from importlib.util import find_spec

import numpy as np
import pytest
from sklearn.manifold import TSNE

from w2vcli.errors import BadSettings, BadVocabulary, MissingExtra
from w2vcli.views import projection
from w2vcli.views.projection import perplexity_for, project

RNG = np.random.default_rng(0)
TWO_GROUPS = np.concatenate([RNG.normal(0, 1, (6, 20)), RNG.normal(9, 1, (6, 20))]).astype(np.float32)


@pytest.mark.parametrize(("words", "perplexity"), [(2, 1), (3, 1), (4, 1), (12, 3), (31, 10), (91, 30), (5000, 30)])
def test_perplexity_is_3_for_a_dozen_words_and_always_below_their_number(words: int, perplexity: int) -> None:
    assert perplexity_for(words) == perplexity < words


def test_tsne_is_scikit_learns_with_the_lecture_s_settings() -> None:
    found = project(TWO_GROUPS, "tsne", seed=42)
    expected = TSNE(n_components=2, perplexity=3, init="pca", random_state=42).fit_transform(TWO_GROUPS)
    np.testing.assert_array_equal(found.points, expected)
    assert (found.method, found.perplexity, found.seed, found.library) == ("tsne", 3, 42, "scikit-learn")


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_groups_stand_apart(method: str) -> None:
    points = project(TWO_GROUPS, method, seed=42).points
    inside = np.linalg.norm(points[:6] - points[:6].mean(axis=0), axis=1).max()
    between = np.linalg.norm(points[:6].mean(axis=0) - points[6:].mean(axis=0))
    assert between > 2 * inside


def test_pca_keeps_the_directions_of_most_variance() -> None:
    points = project(TWO_GROUPS, "pca", seed=0).points
    centred = TWO_GROUPS - TWO_GROUPS.mean(axis=0)
    singular = np.linalg.svd(centred, compute_uv=False)
    np.testing.assert_allclose(np.linalg.norm(points, axis=0), singular[:2], rtol=1e-5)


def test_the_share_of_the_variance_that_pca_explains() -> None:
    singular = np.linalg.svd(TWO_GROUPS - TWO_GROUPS.mean(axis=0), compute_uv=False)
    explained = project(TWO_GROUPS, "pca", seed=0, dimensions=3).explained_variance
    assert explained is not None
    np.testing.assert_allclose(explained, (singular**2 / (singular**2).sum())[:3], rtol=1e-5)


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_points_in_space(method: str) -> None:
    points = project(TWO_GROUPS, method, seed=42, dimensions=3).points
    assert points.shape == (12, 3)
    assert np.linalg.matrix_rank(points - points.mean(axis=0)) == 3


def test_umap_is_that_of_its_library_and_the_same_twice() -> None:
    pytest.importorskip("numba")  # whose absence umap-learn reports as its own
    if find_spec("umap") is None:
        pytest.skip("umap-learn is not installed")
    found = project(TWO_GROUPS, "umap", seed=42)
    assert (found.library, found.n_neighbors, found.points.shape) == ("umap-learn", 11, (12, 2))
    np.testing.assert_array_equal(found.points, project(TWO_GROUPS, "umap", seed=42).points)
    assert np.isfinite(project(TWO_GROUPS[:3], "umap", seed=42, dimensions=3).points).all()
    with pytest.raises(BadVocabulary, match="at least three words"):
        project(TWO_GROUPS[:2], "umap", seed=42)


def test_umap_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "find_spec", lambda _name: None)
    with pytest.raises(MissingExtra, match=re.escape("pip install 'w2vcli[umap]'")):
        project(TWO_GROUPS, "umap", seed=42)


@pytest.mark.parametrize("library", ["openTSNE", "scikit-learn"])
def test_many_words_without_numba(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if library == "openTSNE" and find_spec("openTSNE") is None:
        pytest.skip("openTSNE is not installed")
    monkeypatch.setitem(sys.modules, "numba", None)
    if library == "scikit-learn":
        monkeypatch.setattr(projection, "find_spec", lambda _name: None)
    monkeypatch.setattr(projection, "_WORTH_COMPILING", 100)
    monkeypatch.setattr(projection, "_MANY", 100)
    found = project(RNG.normal(size=(120, 5)).astype(np.float32), "tsne", seed=42)
    assert (found.library, found.perplexity, found.points.shape) == (library, 30, (120, 2))


@pytest.mark.parametrize("words", [2, 3, 4, 5])
@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_a_few_words_are_enough(words: int, method: str) -> None:
    points = project(TWO_GROUPS[:words], method, seed=42).points
    assert points.shape == (words, 2)
    assert np.isfinite(points).all()


@pytest.mark.parametrize("words", [0, 1])
def test_fewer_than_two_words(words: int) -> None:
    with pytest.raises(BadVocabulary, match="at least two words"):
        project(TWO_GROUPS[:words], "tsne", seed=42)


def test_vectors_that_cannot_be_projected() -> None:
    with pytest.raises(BadVocabulary, match="NaN"):
        project(np.full((3, 2), np.nan, dtype=np.float32), "tsne", seed=42)
    with pytest.raises(BadSettings, match="vectors of 1 values have no projection to 2 dimensions"):
        project(TWO_GROUPS[:, :1], "pca", seed=42)
    with pytest.raises(BadSettings, match="vectors of 2 values have no projection to 3 dimensions"):
        project(TWO_GROUPS[:, :2], "pca", seed=42, dimensions=3)


@pytest.mark.parametrize("perplexity", [12, 30])
def test_perplexity_must_be_below_the_number_of_words(perplexity: float) -> None:
    with pytest.raises(BadSettings, match=rf"--perplexity {perplexity} must be .* below the number of words, 12"):
        project(TWO_GROUPS, "tsne", seed=42, perplexity=perplexity)


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_equal_vectors_are_told(method: str) -> None:
    with pytest.raises(BadVocabulary, match="the same vector"):
        project(np.ones((5, 4), dtype=np.float32), method, seed=42)


@pytest.mark.parametrize("method", ["tsne", "pca", "umap"])
def test_equal_vectors_have_the_same_point(method: str) -> None:
    if method == "umap":
        pytest.importorskip("umap")
    twice = np.concatenate([TWO_GROUPS, TWO_GROUPS[::-1], TWO_GROUPS[:1]])
    points = project(twice, method, seed=42).points
    np.testing.assert_array_equal(points[:12], points[23:11:-1])
    np.testing.assert_array_equal(points[0], points[24])
    if method == "tsne":
        np.testing.assert_array_equal(points[:12], project(TWO_GROUPS, method, seed=42).points)


@pytest.mark.parametrize("scale", [1e-30, 1e30])
@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_vectors_of_any_scale(method: str, scale: float) -> None:
    assert np.isfinite(project(TWO_GROUPS * np.float32(scale), method, seed=42).points).all()
