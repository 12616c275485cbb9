"""Our own training: the compiled loop over stretches of the text, in any number of threads."""

from __future__ import annotations

import hashlib
import shutil
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.atomic import new_directory
from w2vcli.corpus.encoded import LONGEST_SENTENCE
from w2vcli.errors import BadSettings, DamagedInput
from w2vcli.models.registry import cache_folder
from w2vcli.sealing import require_sealed, seal
from w2vcli.signals import holding_signals
from w2vcli.training.engines.task import Epoch, State, Task
from w2vcli.training.formulas import first_vectors, keep_probabilities, noise_probabilities
from w2vcli.training.loss import Tree
from w2vcli.training.text import TrainingText
from w2vcli.training.tree import Paths, make_paths

# gensim's batch_words: for so many words the learning rate stays as it is.
_WORDS_AT_ONCE = 10_000
_SECONDS_BETWEEN_LOOKS = 0.1
_COMPILED = "compiled-"


def numba_engine(task: Task) -> None:
    """Train word2vec; with one worker the same text, settings and seed give the same bytes on the same processor.

    What is drawn (words kept, windows, noise) depends on the seed and the place in the text, not on the number of
    workers; of steps that several take at once on the same weights, some may be lost.

    Raises
    ------
    ValueError
        If the settings are those of fastText.
    DamagedInput
        If the numbers of the text are not those of its words.
    """
    if task.settings.model_type != "word2vec":
        raise ValueError("fastText is trained by gensim's engine")
    training = _Loop(task)
    training.compile()
    for epoch in range(task.done, task.epochs):
        trained = training.run(epoch)
        task.on_epoch(training.epoch(epoch + 1, trained))


class _Loop:
    """The weights, and what the loop is given with them."""

    def __init__(self, task: Task) -> None:
        kernel = self._kernel = load_kernel()
        self._task = task
        settings, counts, text = task.settings, task.vocabulary.counts, task.text
        _require_numbers(text, len(task.vocabulary.rows))
        no_paths = Paths(np.zeros((0, 0), np.int32), np.zeros((0, 0), np.int8))
        self._paths = make_paths(task.vocabulary) if settings.hs else no_paths
        self._arrays = self._make_arrays()
        self._weights = kernel.Weights(
            *(self._arrays[name].ctypes.data if name in self._arrays else 0 for name in ("vectors", "syn1neg", "syn1")),
            row_bytes=self._arrays["vectors"].strides[0],
        )
        self._how = kernel.How(
            settings.sg,
            settings.hs,
            settings.negative,
            settings.window,
            int(settings.shrink_windows),
            settings.cbow_mean,
        )
        self._words = kernel.make_words(task.vocabulary.rows, keep_probabilities(counts, settings.sample))
        self._noise = kernel.make_noise(noise_probabilities(counts, settings.ns_exponent))
        self._ends = np.cumsum(text.stops - text.starts)
        self._cuts = np.unique(np.searchsorted(self._ends, np.arange(0, text.words, _WORDS_AT_ONCE)))
        self._lock = threading.Lock()
        self._given = 0

    def compile(self) -> None:
        """Compile the loop, or take what was compiled before."""
        from numba.core.event import Event, Listener, install_listener

        task = self._task

        class Told(Listener):  # type: ignore[misc]
            def on_start(self, event: Event) -> None:
                task.status("compiling, this once")
                task.advance(task.done * task.text.words)  # which shows it

            def on_end(self, event: Event) -> None:
                pass

        with holding_signals(), install_listener("numba:compile", Told()):  # numba breaks on what is raised in LLVM
            scratch, _arrays = self._scratch()
            self._train(0, 0, np.float32(0), np.uint64(1), scratch)
            _COMPILING.close()
        task.status("")

    def run(self, epoch: int) -> int:
        """Go through the text once, and return how many words were trained on."""
        bounds = iter(zip(self._cuts.tolist(), [*self._cuts[1:].tolist(), len(self._ends)], strict=True))
        stop = threading.Event()
        workers = min(self._task.settings.workers, len(self._cuts))
        self._given = epoch * self._task.text.words
        with ThreadPoolExecutor(workers) as threads:
            try:
                works = [threads.submit(self._work, epoch, bounds, stop) for _ in range(workers)]
                while wait(works, _SECONDS_BETWEEN_LOOKS, FIRST_EXCEPTION).not_done:
                    if any(work.done() and work.exception() for work in works):
                        break
                    self._task.advance(self._given)
            finally:
                stop.set()
        trained = sum(work.result() for work in works)
        self._task.advance(self._given)
        return trained

    def _work(self, epoch: int, bounds: Iterator[tuple[int, int]], stop: threading.Event) -> int:
        """Train on one stretch of sentences after another, until there is none left."""
        settings, text = self._task.settings, self._task.text
        total = self._task.epochs * text.words
        scratch, _arrays = self._scratch()
        trained = 0
        while not stop.is_set():
            with self._lock:
                first, last = next(bounds, (0, 0))
                before = self._given
                self._given += int((text.stops[first:last] - text.starts[first:last]).sum())
            if first == last:
                break
            alpha = settings.alpha - (settings.alpha - settings.min_alpha) * before / total
            seed = np.random.SeedSequence([settings.seed, epoch, first]).generate_state(1, np.uint64)[0] | np.uint64(1)
            trained += self._train(first, last, np.float32(alpha), seed, scratch)
        return trained

    def _scratch(self) -> Any:
        """Return what a thread needs for itself, and the arrays that it is in."""
        outputs = max(self._task.settings.negative + 1, self._paths.nodes.shape[1])
        tiles = -(-outputs // self._kernel.TILE)
        return self._kernel.make_scratch(LONGEST_SENTENCE, tiles, self._weights.row_bytes)

    def _train(self, first: int, last: int, alpha: np.float32, seed: np.uint64, scratch: Any) -> int:
        """Train on the sentences from ``first`` to before ``last``, and return how many words that were."""
        text = self._task.text
        stretch = self._kernel.Sentences(text.corpus.ids, text.starts[first:last], text.stops[first:last])
        trained: int = self._kernel.train(
            stretch, self._words, self._noise, self._paths, self._weights, self._how, alpha, seed, scratch
        )
        return trained

    def epoch(self, done: int, trained: int) -> Epoch:
        """Return what the training has come to."""
        size = self._task.settings.vector_size
        arrays = {name: array[:, :size] for name, array in self._arrays.items()}
        return Epoch(
            done=done,
            fed=self._given - (done - 1) * self._task.text.words,
            trained=trained,
            state=State(arrays),
            inputs=arrays["vectors"].__getitem__,
            noise_weights=arrays.get("syn1neg"),
            tree=Tree(self._paths, arrays["syn1"]) if "syn1" in arrays else None,
        )

    def _make_arrays(self) -> dict[str, npt.NDArray[np.float32]]:
        """Return the weights (words x floats of whole registers): those that are given, or what gensim begins with."""
        settings, state = self._task.settings, self._task.state
        shape = len(self._task.vocabulary.words), settings.vector_size
        if state is None:
            state = State({"vectors": first_vectors(np.random.default_rng(settings.seed), *shape)})
        names = ["vectors", *(["syn1neg"] if settings.negative else []), *(["syn1"] if settings.hs else [])]
        arrays = {}
        for name in names:
            arrays[name] = self._kernel.aligned(shape[0], self._kernel.row_floats(settings.vector_size))
            if name in state.arrays:
                arrays[name][:, : settings.vector_size] = state.arrays[name]
        return arrays


def _require_numbers(text: TrainingText, words: int) -> None:
    """Refuse numbers that are of no word: the loop makes addresses of them, and would write anywhere."""
    tokens, last = text.corpus.ids, int(text.stops.max(initial=0))
    if last > len(tokens) or tokens.min(initial=0) < 0 or tokens.max(initial=-1) >= words:
        raise DamagedInput("the numbers of the text are damaged; train again with --no-cache, without --resume")


_COMPILING = ExitStack()  # what becomes of code when it is compiled


def load_kernel() -> ModuleType:
    """Import the compiled loop; what numba compiles is kept in the cache folder, by what it depends on, and sealed.

    numba itself looks at the time of one source file alone, runs damaged code, and where it cannot write, writes
    beside its sources. So it is given what is whole, or an empty folder, which is kept when the loop is compiled.

    Raises
    ------
    BadSettings
        If numba is told to compile nothing: the loop is made of instructions that Python does not have.
    """
    with holding_signals():
        import numba
        from llvmlite.binding import get_host_cpu_features, get_host_cpu_name

        if numba.config.DISABLE_JIT:
            raise BadSettings("NUMBA_DISABLE_JIT keeps the loop from being compiled; unset it, or take --engine gensim")
        sources = [Path(__file__).parent / name for name in ("kernel.py", "lanes.py", "../tree.py")]
        depends_on = (numba.__version__, sys.version, get_host_cpu_name(), get_host_cpu_features().flatten())
        parts = [source.read_bytes() for source in sources] + [part.encode() for part in depends_on]
        folder = cache_folder() / f"{_COMPILED}{hashlib.sha256(b''.join(parts)).hexdigest()[:16]}"
        before = numba.config.CACHE_DIR
        if "w2vcli.training.engines.kernel" not in sys.modules:
            numba.config.CACHE_DIR = str(folder if _is_whole(folder) else _COMPILING.enter_context(_keeping(folder)))
        try:
            from w2vcli.training.engines import kernel
        finally:
            numba.config.CACHE_DIR = before
    return kernel


def _is_whole(folder: Path) -> bool:
    try:
        require_sealed(folder)
    except (DamagedInput, OSError):
        return False
    return True


@contextmanager
def _keeping(folder: Path) -> Iterator[Path]:
    """Yield an empty folder, which is ``folder`` in the end if that can be."""
    with TemporaryDirectory() as name:
        yield Path(name)
        with suppress(OSError), new_directory(folder, force=True) as partial:
            shutil.copytree(name, partial, dirs_exist_ok=True)
            seal(partial, [str(path.relative_to(partial)) for path in partial.rglob("*") if path.is_file()])


def clear_compiled(cache: Path) -> None:
    """Delete what this version and others have compiled."""
    for folder in cache.glob(f"{_COMPILED}*"):
        shutil.rmtree(folder)
