"""t-SNE of thousands of words, by loops that are compiled.

The neighbours of each word are exact, by products of matrices. The points start from the two directions in which the
vectors differ most, and go downhill. At first, neighbours draw each other more than they should, so that groups form.
The learning rate is that of Belkina et al. (2019), Automated optimized parameters for t-distributed stochastic neighbor
embedding.

The same vectors and seed give the same bytes on the same kind of processor, whatever the number of threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s, Floats, Integers
from w2vcli.processors import processors
from w2vcli.reporting import SILENT, Reporter
from w2vcli.signals import holding_signals
from w2vcli.training.engines import compiled

_LOOPS = "w2vcli.views.tsne_loops"
_SOURCES = (Path(__file__).parent / "tsne_loops.py", Path(compiled.__file__).parent / "lanes.py")
_compiling = threading.Lock()

# Phases: how many iterations, how much more than they should neighbours draw each other, and how coarse the sums are.
# A strong pull folds the map, and what is folded stays so. Where the pull weakens in steps, more of it unfolds.
_PHASES = ((60, 12, 0.8), (60, 4, 0.8), (60, 2, 0.8), (320, 1, 0.8))
_MOMENTUM = 0.8
_NEIGHBOURS_BY_PERPLEXITY = 3
# The tree of points is made anew after so many iterations. Between them its boxes follow the points.
_ITERATIONS_OF_A_TREE = 10
_SPREAD_AT_START = 1e-4
# The seed moves the start by so much of that. Nothing else is random.
_MOVED_BY_SEED = 0.01
_SQUARES_AT_ONCE = 10_000_000
# With fewer words, threads wait for each other longer than they work.
_WORTH_THREADS = 2_000


class Affinities(NamedTuple):
    """How much each point is drawn to which others.

    Those of point ``i`` are ``neighbours[starts[i]:starts[i + 1]]``, as many as whole registers hold. The last may be
    the point itself with a ``share`` of 0.
    """

    starts: Integers
    neighbours: npt.NDArray[np.int32]
    shares: Float32s


def load(status: Callable[[str], None] = SILENT.status) -> ModuleType | None:
    """Return the compiled loops, or None where numba is missing, fails to import or is told to compile nothing."""
    with _compiling:
        try:
            if not compiled.compiles():
                return None
            loops = compiled.load_loops(_LOOPS, _SOURCES)
        except ImportError:
            return None
        # From the cache or not, all loops are there after they have run once.
        with holding_signals(), _told_of_compiling(status):
            few = np.random.default_rng(0).normal(size=(3 * loops.LANES, 3)).astype(np.float32)
            _Descent(loops, few, _affinities(loops, few, 2, _Threads(1), SILENT), 0, _Threads(1)).run(((1, 1, 0.5),))
            compiled.keep_compiled(_LOOPS)
    return loops


@contextmanager
def _told_of_compiling(status: Callable[[str], None]) -> Iterator[None]:
    """Tell if numba compiles something in the block."""
    from numba.core.event import Event, Listener, install_listener

    is_told = False

    class Told(Listener):  # type: ignore[misc]
        def on_start(self, event: Event) -> None:
            nonlocal is_told
            if not is_told:
                status("compiling, this once")
            is_told = True

        def on_end(self, event: Event) -> None:
            pass

    with install_listener("numba:compile", Told()):
        yield
    if is_told:
        status("")


def embed(
    loops: ModuleType,
    vectors: Float32s,
    perplexity: float,
    seed: int,
    reporter: Reporter = SILENT,
    threads: int | None = None,
) -> Float32s:
    """Return a point (words x 2) for each vector (words x vector_size), with the loops that `load` gave.

    There are at least two vectors, and more of them than ``perplexity``. ``threads`` is by default one for each
    processor.
    """
    from threadpoolctl import threadpool_limits

    if threads is None:
        threads = processors() if len(vectors) >= _WORTH_THREADS else 1
    # What a product of matrices gives may depend on how many threads it is made by.
    with threadpool_limits(1, user_api="blas"), _Threads(threads) as workers:
        affinities = _affinities(loops, vectors, perplexity, workers, reporter)
        descent = _Descent(loops, vectors, affinities, seed, workers)
        with reporter.phase("projecting", sum(phase[0] for phase in _PHASES), "iterations") as advance:
            return descent.run(_PHASES, advance)


class _Threads:
    """Threads that share a range of numbers. With one, the work is done by the caller."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._pool = ThreadPoolExecutor(number) if number > 1 else None

    def __enter__(self) -> _Threads:
        return self

    def __exit__(self, *_raised: object) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    def share(self, work: Callable[[int, int], None], count: int, step: int = 0) -> Iterator[int]:
        """Call ``work`` for ranges from 0 to ``count``, of ``step`` or of one for each thread; yield each one's end."""
        step = step or max(1, -(-count // self._number))
        ranges = [(start, min(start + step, count)) for start in range(0, count, step)]
        if self._pool is None:
            for start, stop in ranges:
                work(start, stop)
                yield stop
        else:
            works = [self._pool.submit(work, *each) for each in ranges]
            try:
                for (_, stop), done in zip(ranges, works, strict=True):
                    done.result()
                    yield stop
            finally:
                for each in works:
                    each.cancel()

    def finish(self, work: Callable[[int, int], None], count: int) -> None:
        """Call ``work`` for ranges from 0 to ``count``, and wait."""
        for _ in self.share(work, count):
            pass


def _affinities(
    loops: ModuleType, vectors: Float32s, perplexity: float, threads: _Threads, reporter: Reporter
) -> Affinities:
    """Return how much each word is drawn to others: half by its own nearest, half by those whose nearest it is."""
    from scipy.sparse import csr_array

    words = len(vectors)
    # Distances stay the same, and are more exact where vectors are far from zero.
    vectors = np.ascontiguousarray(vectors - vectors.mean(axis=0, dtype=np.float64), dtype=np.float32)
    most = min(words - 1, int(_NEIGHBOURS_BY_PERPLEXITY * perplexity) or 1)
    found, shares = _nearest(loops, vectors, most, threads, reporter)
    threads.finish(lambda start, stop: loops.calibrate(shares[start:stop], min(perplexity, most)), words)
    own = csr_array((shares.ravel(), found.ravel(), np.arange(0, words * most + 1, most)), shape=(words, words))
    both = (own + own.T).tocsr()
    both.sort_indices()
    return _pad(loops, both.indptr, both.indices, both.data / both.data.sum())


def _nearest(
    loops: ModuleType, vectors: Float32s, most: int, threads: _Threads, reporter: Reporter
) -> tuple[npt.NDArray[np.int32], Floats]:
    """Return for each vector the places of the ``most`` nearest others, and their squared distances."""
    words = len(vectors)
    lengths = np.einsum("ij,ij->i", vectors, vectors)
    found = np.zeros((words, most), np.int32)
    squares, rough = np.empty((words, most)), np.empty((words, most), np.float32)
    doubled = -2 * vectors

    def find(start: int, stop: int) -> None:
        products = doubled[start:stop] @ vectors.T
        loops.keep_nearest(products, lengths, start, found[start:stop], rough[start:stop])
        loops.measure(vectors, found, squares, start, stop)

    step = max(1, _SQUARES_AT_ONCE // words)
    with reporter.phase("neighbours", words, "words") as advance:
        for done in threads.share(find, words, step):
            advance(done)
    return found, squares


def _pad(loops: ModuleType, starts: Any, neighbours: Any, shares: Floats) -> Affinities:
    """Return affinities with whole registers for each point."""
    counts = np.diff(starts)
    padded = -(-counts // loops.LANES) * loops.LANES
    ends = np.concatenate([[0], np.cumsum(padded)])
    found = Affinities(
        ends.astype(np.int64),
        np.repeat(np.arange(len(counts), dtype=np.int32), padded),
        loops.aligned(int(ends[-1])),
    )
    at = np.arange(len(shares)) + np.repeat(ends[:-1] - starts[:-1], counts)
    found.neighbours[at] = neighbours
    found.shares[at] = shares
    return found


class _Descent:
    """Points on their way downhill."""

    def __init__(
        self, loops: ModuleType, vectors: Float32s, affinities: Affinities, seed: int, threads: _Threads
    ) -> None:
        self._loops, self._affinities, self._threads = loops, affinities, threads
        self.points = _start(vectors, seed)
        self._tree = loops.make_tree(len(vectors))
        self._pulls, self._steps = np.zeros_like(self.points), np.zeros_like(self.points)
        self._gains = np.ones_like(self.points)

    def run(
        self, phases: Sequence[tuple[int, float, float]], advance: Callable[[int], None] = lambda done: None
    ) -> Float32s:
        """Go through phases of so many iterations, with an exaggeration and a theta."""
        words, done = len(self.points), 0
        for iterations, exaggeration, theta in phases:
            self._steps[:] = 0
            self._gains[:] = 1
            for _ in range(iterations):
                if done % _ITERATIONS_OF_A_TREE == 0:
                    self._loops.split(self._tree, self.points)
                    advance(done)
                self._find_forces(theta)
                self._loops.move(
                    self._tree,
                    self.points,
                    self._pulls,
                    self._steps,
                    self._gains,
                    float(exaggeration),
                    words / exaggeration,
                    _MOMENTUM,
                )
                done += 1
        advance(done)
        return self.points

    def _find_forces(self, theta: float) -> None:
        tree, words = self._tree, len(self.points)
        self._loops.fit(tree, self.points)

        def work(start: int, stop: int) -> None:
            nodes = len(tree.first)
            self._loops.repel(tree, theta, start * nodes // words, stop * nodes // words)
            self._loops.attract(self.points, *self._affinities, self._pulls, start, stop)

        self._threads.finish(work, words)


def _start(vectors: Float32s, seed: int) -> Float32s:
    """Return points by the two directions of most variance, with a tiny spread, moved a little by the seed."""
    centred = vectors - vectors.mean(axis=0, dtype=np.float64)
    _, directions = np.linalg.eigh(centred.T @ centred)
    directions = directions[:, :-3:-1]
    largest = directions[np.abs(directions).argmax(axis=0), [0, 1]]
    points = centred @ (directions * np.sign(largest))  # a direction and its opposite are as good
    points *= _SPREAD_AT_START / points[:, 0].std()
    points += np.random.default_rng(seed).normal(0, _MOVED_BY_SEED * _SPREAD_AT_START, points.shape)
    return np.ascontiguousarray(points, dtype=np.float32)
