"""Our own training: the compiled loop over stretches of the text, in any number of threads.

A text of 25,000 words, in sentences of 20, is three stretches: sentences 0 to 498, 499 to 998, and 999 to 1249. Each
thread takes the next stretch that nobody has. Its learning rate goes by the words before it, its random numbers by the
seed, the epoch and the number of its first sentence. So they are the same, whichever thread takes it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Any

import numpy as np
import numpy.typing as npt
from numba.core.event import Event, Listener, install_listener

from w2vcli.corpus.encoded import LONGEST_SENTENCE
from w2vcli.errors import DamagedInput
from w2vcli.models.subwords import ngram_rows
from w2vcli.signals import holding_signals
from w2vcli.training.engines.compiled import keep_compiled, load_kernel
from w2vcli.training.engines.lanes import aligned, row_floats
from w2vcli.training.engines.task import Epoch, State, Task, state_shapes
from w2vcli.training.formulas import first_vectors, keep_probabilities, noise_probabilities
from w2vcli.training.text import TrainingText
from w2vcli.training.tree import Paths

# gensim's batch_words: for this many words the learning rate stays as it is.
_WORDS_AT_ONCE = 10_000
_SECONDS_BETWEEN_LOOKS = 0.1
_ROWS_AT_ONCE = 1 << 16
_compiling = threading.Lock()  # of several trainings at once, the first compiles the loop
_NO_PATHS = Paths(np.zeros((0, 0), np.int32), np.zeros((0, 0), np.int8))


def numba_engine(task: Task) -> None:
    """Train word2vec or fastText.

    Which words are kept, the sizes of windows and the noise words depend on the seed and the place in the text, not on
    the number of workers. With one worker the same text, settings and seed give the same bytes on the same processor.
    Several workers update shared weights without locks (Hogwild), so some updates are lost.

    Raises
    ------
    ValueError
        If words of fastText are to stay as they are, or to have vectors of two sides.
    DamagedInput
        If the ids of the text are not those of its words.
    """
    if task.settings.model_type == "fasttext" and not (task.fixed is None and task.sides is None):
        raise ValueError("vectors of fastText are made of n-grams, so none is fixed or of one side")
    with _compiling:
        training = _Loop(task)
        training.compile()
    for epoch in range(task.done, task.epochs):
        trained = training.run(epoch)
        task.on_epoch(Epoch(epoch + 1, training.given, trained, training.state()))


class _Loop:
    """The weights, and what the loop is given with them. ``given`` is how many words it was given in this epoch."""

    def __init__(self, task: Task) -> None:
        kernel = self._kernel = load_kernel()
        self._task = task
        settings, counts, text = task.settings, task.vocabulary.counts, task.text
        _require_ids(text, len(task.vocabulary.rows))
        self._paths = task.paths or _NO_PATHS
        self._sides = 1 if task.sides is None else 2
        self._arrays = self._make_arrays()
        self._ngrams, self._rows_of_ngrams = self._find_ngrams()
        vectors, *outputs = (
            self._arrays[name].ctypes.data if name in self._arrays else 0
            for name in ("vectors" if self._ngrams is None else "vectors_vocab", "syn1neg", "syn1")
        )
        row_bytes = self._arrays["vectors"].strides[0]
        # Of each side, where its vectors begin: the outputs are those of both.
        starts = (vectors + side * len(task.vocabulary.words) * row_bytes for side in range(self._sides))
        self._weights = [kernel.Weights(start, *outputs, row_bytes, self._ngrams) for start in starts]
        self._fixed = None if task.fixed is None else task.fixed.astype(np.int64)
        self._loop_settings = kernel.LoopSettings(
            settings.hs,
            settings.negative,
            settings.window,
            int(settings.shrink_windows),
            settings.cbow_mean,
            1 if task.frozen else None,
            None if self._fixed is None else self._fixed.ctypes.data,
        )
        self._words = kernel.make_words(task.vocabulary.rows, keep_probabilities(counts, settings.sample))
        self._noise = kernel.make_noise(noise_probabilities(counts, settings.ns_exponent))
        self._ends = np.cumsum(text.stops - text.starts)
        self._text_words = text.words  # which sums over all sentences, and each stretch asks for it
        # The first sentence of each stretch. Sentences stay whole, so a stretch has 10,000 words or somewhat more.
        self._cuts = np.unique(np.searchsorted(self._ends, np.arange(0, text.words, _WORDS_AT_ONCE)))
        if task.sides is not None:  # a stretch is of one side
            self._cuts = np.union1d(self._cuts, np.flatnonzero(np.diff(task.sides)) + 1)
        self._lock = threading.Lock()
        self.given = 0

    def compile(self) -> None:
        """Compile the loop by training on no words, or take what was compiled before."""
        task = self._task

        class ToldOfCompiling(Listener):  # type: ignore[misc]
            def on_start(self, event: Event) -> None:
                task.status("compiling, this once")
                task.advance(task.done * task.text.words)  # which shows it

            def on_end(self, event: Event) -> None:
                pass

        # numba breaks on what is raised in the middle of LLVM's work.
        with holding_signals(), install_listener("numba:compile", ToldOfCompiling()):
            scratch, _arrays = self._scratch()
            self._compose(0)
            self._train(0, 0, np.float32(0), np.uint64(1), scratch)
            keep_compiled()
        task.status("")

    def run(self, epoch: int) -> int:
        """Go through the text once, and return how many words were trained on."""
        bounds = iter(zip(self._cuts.tolist(), [*self._cuts[1:].tolist(), len(self._ends)], strict=True))
        stop = threading.Event()
        workers = min(self._task.settings.workers, len(self._cuts))
        before = epoch * self._text_words
        self.given = 0
        with ThreadPoolExecutor(workers) as threads:
            try:
                works = [threads.submit(self._work, epoch, bounds, stop) for _ in range(workers)]
                while wait(works, _SECONDS_BETWEEN_LOOKS, FIRST_EXCEPTION).not_done:
                    if any(work.done() and work.exception() for work in works):
                        break
                    self._task.advance(before + self.given)
            finally:
                stop.set()
        trained = sum(work.result() for work in works)
        self._task.advance(before + self.given)
        return trained

    def _work(self, epoch: int, bounds: Iterator[tuple[int, int]], stop: threading.Event) -> int:
        """Train on one stretch of sentences after another, until there is none left."""
        settings, text = self._task.settings, self._task.text
        total = self._task.epochs * self._text_words
        scratch, _arrays = self._scratch()
        trained = 0
        while not stop.is_set():
            with self._lock:
                first, last = next(bounds, (0, 0))
                before = epoch * self._text_words + self.given
                self.given += int((text.stops[first:last] - text.starts[first:last]).sum())
            if first == last:
                break
            alpha = settings.alpha - (settings.alpha - settings.min_alpha) * before / total
            # One seed for each stretch, by its place, whichever worker takes it. The generator's state must not be 0.
            seed = np.random.SeedSequence([settings.seed, epoch, first]).generate_state(1, np.uint64)[0] | np.uint64(1)
            trained += self._train(first, last, np.float32(alpha), seed, scratch)
        return trained

    def _scratch(self) -> Any:
        """Return what a thread needs for itself, and the arrays that hold it."""
        outputs = max(self._task.settings.negative + 1, self._paths.points.shape[1])
        tiles = -(-outputs // self._kernel.TILE)
        make_scratch = self._kernel.make_scratch if self._task.settings.sg else self._kernel.make_cbow_scratch
        ring = 1 if self._ngrams is None else self._kernel.ring_size(self._task.settings.window, self._kernel.BATCH)
        return make_scratch(LONGEST_SENTENCE, tiles, self._weights[0].row_bytes, ring)

    def _train(self, first: int, last: int, alpha: np.float32, seed: np.uint64, scratch: Any) -> int:
        """Train on the sentences from ``first`` to before ``last``, and return how many words that were."""
        text, sides = self._task.text, self._task.sides
        stretch = self._kernel.Stretch(text.corpus.ids, text.starts[first:last], text.stops[first:last])
        weights = self._weights[0 if sides is None or first == last else int(sides[first])]
        train = self._kernel.train if self._task.settings.sg else self._kernel.train_cbow
        trained: int = train(
            stretch, self._words, self._noise, self._paths, weights, self._loop_settings, alpha, seed, scratch
        )
        return trained

    def state(self) -> State:
        """Return the weights as they are, without the floats that only fill registers."""
        self._compose(len(self._task.vocabulary.words))
        return State({name: array[:, : self._task.settings.vector_size] for name, array in self._arrays.items()})

    def _compose(self, words: int) -> None:
        """Make the vectors of fastText's first words of those of their n-grams."""
        if self._ngrams is not None:
            self._kernel.compose_words(words, self._arrays["vectors"].ctypes.data, self._weights[0], self._ngrams)

    def _make_arrays(self) -> dict[str, npt.NDArray[np.float32]]:
        """Return the weights (words x floats of whole registers): those that are given, or what gensim begins with."""
        settings, state = self._task.settings, self._task.state
        size, sides, arrays = settings.vector_size, self._sides, {}
        # As gensim draws them. The vectors of fastText are composed of the others.
        seeds = {"vectors_vocab": settings.seed, "vectors_ngrams": settings.seed + 1, "vectors": settings.seed}
        for name, (rows, _) in state_shapes(settings, len(self._task.vocabulary.words)).items():
            array = arrays[name] = aligned(rows * (sides if name == "vectors" else 1), row_floats(size))
            if state is not None:
                if name in state.arrays:
                    array[:, :size] = state.arrays[name]
            elif name in seeds:
                rng = np.random.default_rng(seeds[name])
                for first in range(0, rows, _ROWS_AT_ONCE):  # two million n-grams would be there twice
                    drawn = first_vectors(rng, min(_ROWS_AT_ONCE, rows - first), size)
                    for side in range(len(array) // rows):
                        array[side * rows + first :][: len(drawn), :size] = drawn
        return arrays

    def _find_ngrams(self) -> tuple[Any, Any]:
        """Return where the n-grams of fastText's words are, and the arrays that say so; None twice for word2vec."""
        settings = self._task.settings
        if settings.model_type == "word2vec":
            return None, None
        starts, rows = ngram_rows(self._task.vocabulary.words, settings.min_n, settings.max_n, settings.bucket)
        vectors = self._arrays["vectors_ngrams"].ctypes.data
        return self._kernel.Ngrams(starts.ctypes.data, rows.ctypes.data, vectors), (starts, rows)


def _require_ids(text: TrainingText, words: int) -> None:
    """Refuse ids that are of no word: the loop makes addresses of them, and would write anywhere."""
    tokens, last = text.corpus.ids, int(text.stops.max(initial=0))
    if last > len(tokens) or tokens.min(initial=0) < 0 or tokens.max(initial=-1) >= words:
        raise DamagedInput("the numbers of the text are damaged; train again with --no-cache, without --resume")
