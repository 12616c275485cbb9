"""Our own t-SNE, beside sums over all pairs and beside scikit-learn's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType

import numpy as np
import numpy.typing as npt
import pytest
from sklearn.manifold import trustworthiness

from tests.conftest import ROOT, require
from w2vcli.reporting import SILENT
from w2vcli.views import projection, tsne
from w2vcli.views.projection import project

Floats = npt.NDArray[np.float64]
RNG = np.random.default_rng(0)
CENTRES = RNG.normal(0, 1, (30, 20))
MIXTURE = (CENTRES[np.arange(1500) % 30] + RNG.normal(0, 0.4, (1500, 20))).astype(np.float32)
_IN_OTHER_REGISTERS = """
import sys

import llvmlite.binding
import pytest

features = llvmlite.binding.get_host_cpu_features
llvmlite.binding.get_host_cpu_features = lambda: {"avx512f": sys.argv[2] == "16"}
from w2vcli.training.engines import lanes

llvmlite.binding.get_host_cpu_features = features
assert lanes.LANES == int(sys.argv[2])
sys.exit(pytest.main([sys.argv[1], "-q", "-p", "no:cacheprovider", "-k", "the_force"]))
"""


@pytest.fixture(scope="module")
def loops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    require("numba")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("W2V_HOME", str(tmp_path_factory.mktemp("home")))
        found = tsne.load()
    assert found is not None
    yield found


def _pushes(points: npt.NDArray[np.float32]) -> tuple[Floats, float]:
    """Return what pushes each point, and what that is to be divided by: sums over all pairs."""
    away = points[:, None].astype(np.float64) - points[None]
    q = 1 / (1 + (away**2).sum(axis=2))
    return ((q**2)[:, :, None] * away).sum(axis=1), float(q.sum()) - len(points)


@pytest.mark.parametrize("words", [1, 2, 15, 16, 17, 33, 500])
@pytest.mark.parametrize("spread", [1e-4, 1, 30])
def test_the_force_that_pushes_is_the_sum_over_all_pairs(loops: ModuleType, words: int, spread: float) -> None:
    points = np.random.default_rng(words).normal(0, spread, (words, 2)).astype(np.float32)
    points[words // 2] = points[0]  # equal points push each other nowhere
    tree = loops.make_tree(words)
    loops.split(tree, points)
    assert sorted(tree.order) == list(range(words))
    points += np.random.default_rng(1).normal(0, spread / 10, points.shape).astype(np.float32)
    loops.fit(tree, points)
    pushes, total = _pushes(points)
    # Without nodes that act as one, the sum is exact. With them, it is near.
    for theta, close in ((1e-9, 1e-4), (0.8, 0.1)):
        loops.repel(tree, theta, 0, len(tree.first))
        found = np.empty((words, 2))
        found[tree.order] = np.column_stack([tree.push_x, tree.push_y])[:words]
        assert np.linalg.norm(found - pushes) <= close * np.linalg.norm(pushes) + 1e-9
        assert tree.sums[:words].sum() - words == pytest.approx(total, rel=close, abs=1e-3)


def test_the_force_that_draws_is_the_sum_over_neighbours(loops: ModuleType) -> None:
    points = RNG.normal(0, 3, (40, 2)).astype(np.float32)
    shares = np.where(RNG.random((40, 40)) < 0.5, RNG.random((40, 40)), 0)
    shares[3] = 0
    starts = np.concatenate([[0], np.cumsum((shares > 0).sum(axis=1))])
    affinities = tsne._pad(loops, starts, np.nonzero(shares)[1], shares[shares > 0])
    pulls = np.empty_like(points)
    loops.attract(points, *affinities, pulls, 0, 40)
    away = points[None].astype(np.float64) - points[:, None]
    expected = ((shares / (1 + (away**2).sum(axis=2)))[:, :, None] * away).sum(axis=1)
    np.testing.assert_allclose(pulls, expected, rtol=1e-4, atol=1e-5)


def test_forces_in_registers_of_another_processor(loops: ModuleType) -> None:
    lanes = 8 if loops.LANES == 16 else 16
    command = [sys.executable, "-c", _IN_OTHER_REGISTERS, __file__, str(lanes)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_neighbours_are_the_nearest_and_each_row_has_the_perplexity(loops: ModuleType) -> None:
    vectors = RNG.normal(5, 1, (300, 7)).astype(np.float32)
    with tsne._Threads(2) as threads:
        found, squares = tsne._nearest(loops, vectors, 20, threads, SILENT)
    away = ((vectors[:, None].astype(np.float64) - vectors[None]) ** 2).sum(axis=2)
    np.fill_diagonal(away, np.inf)
    nearest = np.argsort(away, axis=1)[:, :20]
    np.testing.assert_array_equal(np.sort(found, axis=1), np.sort(nearest, axis=1))
    np.testing.assert_allclose(squares, np.take_along_axis(away, found.astype(np.int64), axis=1), rtol=1e-5)
    loops.calibrate(squares, 6.0)
    np.testing.assert_allclose(squares.sum(axis=1), 1)
    np.testing.assert_allclose(np.exp(-(squares * np.log(squares)).sum(axis=1)), 6, rtol=1e-4)


def test_affinities_go_both_ways_and_sum_to_one(loops: ModuleType) -> None:
    with tsne._Threads(1) as threads:
        starts, neighbours, shares = tsne._affinities(loops, MIXTURE[:200], 10, threads, SILENT)
    whole = np.zeros((200, 200))
    np.add.at(whole, (np.repeat(np.arange(200), np.diff(starts)), neighbours), shares)
    np.testing.assert_allclose(whole, whole.T)
    assert whole.sum() == pytest.approx(1, abs=1e-6)
    assert not whole.diagonal().any()


def test_many_words_are_ours_and_near_their_neighbours(loops: ModuleType) -> None:
    ours = project(MIXTURE, "tsne", seed=42)
    assert (ours.library, ours.perplexity) == ("w2v", 30)
    assert trustworthiness(MIXTURE, ours.points) > 0.95
    # Each of the thirty groups is in one piece: its points are nearer to its middle than to others'.
    middles = np.array([np.median(ours.points[group::30], axis=0) for group in range(30)])
    away = np.linalg.norm(ours.points[:, None] - middles[None], axis=2)
    assert (away.argmin(axis=1) == np.arange(1500) % 30).mean() > 0.98


def test_one_seed_gives_the_same_bytes_in_any_number_of_threads(loops: ModuleType) -> None:
    one = tsne.embed(loops, MIXTURE[:300], 20, 42, threads=1)
    assert one.tobytes() == tsne.embed(loops, MIXTURE[:300], 20, 42, threads=3).tobytes()
    assert one.tobytes() != tsne.embed(loops, MIXTURE[:300], 20, 43, threads=1).tobytes()


@pytest.mark.parametrize("perplexity", [0.5, 1, 5, 39])
def test_few_points_and_any_perplexity(loops: ModuleType, perplexity: float) -> None:
    points = tsne.embed(loops, MIXTURE[:40], perplexity, 1)
    assert np.isfinite(points).all()
    assert np.ptp(points, axis=0).min() > 0


@pytest.mark.parametrize("words", [2, 3, 17])
def test_a_few_points(loops: ModuleType, words: int) -> None:
    assert np.isfinite(tsne.embed(loops, MIXTURE[:words], 1, 1)).all()


def test_points_that_hardly_differ_stay_finite(loops: ModuleType) -> None:
    vectors = np.ones((200, 5), np.float32)
    vectors[:100] += RNG.normal(0, 1e-6, (100, 5)).astype(np.float32)
    vectors[150:] *= 2  # equal vectors, as no caller gives them
    assert np.isfinite(tsne.embed(loops, vectors, 30, 1)).all()
    line = np.zeros((100, 5), np.float32)
    line[:, 0] = np.arange(100)
    assert np.isfinite(tsne.embed(loops, line, 10, 1)).all()


def test_numba_that_compiles_nothing(loops: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    from numba import config

    monkeypatch.setattr(config, "DISABLE_JIT", 1)
    assert tsne.load() is None


def test_equal_vectors_among_many_have_the_same_point(loops: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "_WORTH_COMPILING", 100)
    found = project(np.concatenate([MIXTURE[:120], MIXTURE[:60]]), "tsne", seed=1)
    assert found.library == "w2v"
    np.testing.assert_array_equal(found.points[:60], found.points[120:])
