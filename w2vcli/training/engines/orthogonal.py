"""Training in orthogonal blocks: who owns which rows, which pairs are trained when, and at which learning rate.

The rows of both matrices are shared out to P blocks. A text is trained in segments. The pairs of a segment lie in P x P
buckets, by the block of the input's vector and that of the output's weights. With three blocks, a segment is trained in
three rounds::

    round      machine 0         machine 1         machine 2
      0      inputs 0, outputs 1    1, 2              2, 0
      1             0, 0            1, 1              2, 2
      2             0, 2            1, 0              2, 1

The buckets of a round have no row in common. So each row has one owner at a time, and nothing is averaged (Gemulla et
al. 2011, Large-Scale Matrix Factorization with Distributed Stochastic Gradient Descent; Lerer et al. 2019,
PyTorch-BigGraph). Noise comes from the bucket's own output block. For the next segment blocks are drawn anew.

All that is drawn depends on the seed and on numbers: of the epoch, the segment, the stretch, the bucket. So any machine
can compute its part, again if need be, and the bytes are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from types import ModuleType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s, Integers
from w2vcli.corpus.encoded import LONGEST_SENTENCE
from w2vcli.signals import holding_signals
from w2vcli.training.engines.compiled import PAIRS, keep_compiled, load_pairs
from w2vcli.training.engines.lanes import aligned, row_floats
from w2vcli.training.engines.stretches import Stretch
from w2vcli.training.formulas import keep_probabilities, noise_probabilities
from w2vcli.training.settings import Settings

_WORDS_AT_ONCE = 10_000
# What the numbers of a seed begin with, so that no two things are drawn alike.
_BLOCKS, _PAIRS, _NOISE = range(3)


class Blocks(NamedTuple):
    """Rows, shared out: ``rows[b]`` are those of block ``b``, ascending.

    ``places[row]`` has its block in the upper 32 bits and its place within the block in the lower ones.
    """

    rows: list[Integers]
    places: npt.NDArray[np.int64]


class Bucket(NamedTuple):
    """The pairs of an input block and an output block, by their places within them."""

    inputs: npt.NDArray[np.int32]
    outputs: npt.NDArray[np.int32]


class Drawing(NamedTuple):
    """What a segment is trained by: its blocks, and in which order they meet.

    In round ``r`` the input block ``i`` meets the output block ``(i + shifts[r]) % P``.
    """

    of_inputs: Blocks
    of_outputs: Blocks
    shifts: list[int]


@dataclass(frozen=True)
class Rounds:
    """How often blocks meet: in ``segments`` of each epoch, each of as many rounds as there are blocks."""

    blocks: int
    segments: int
    epochs: int

    def alphas(self, settings: Settings, epoch: int, segment: int, number: int) -> tuple[float, float]:
        """Return the learning rates at the beginning and the end of a round: they fall evenly over all rounds."""
        done = (epoch * self.segments + segment) * self.blocks + number
        fall = (settings.min_alpha - settings.alpha) / (self.epochs * self.segments * self.blocks)
        return settings.alpha + fall * done, settings.alpha + fall * (done + 1)


class BlockTraining:
    """Training in blocks of one vocabulary with its settings: it draws blocks, finds pairs and trains buckets.

    ``loops`` are the compiled ones of `w2vcli.training.engines.pairs`.
    """

    def __init__(
        self, counts: npt.NDArray[np.int64], rows: npt.NDArray[np.int32], settings: Settings, blocks: int
    ) -> None:
        self.loops: ModuleType = load_pairs()
        self._settings, self._blocks = settings, blocks
        keep = keep_probabilities(counts, settings.sample)
        self._sizes = keep * counts  # a word has as many pairs, on either side, as subsampling keeps of it
        self._noise = noise_probabilities(counts, settings.ns_exponent)
        self._words = self.loops.make_words(rows, keep)
        self.row_floats = row_floats(settings.vector_size)
        self._scratch, self._arrays = self.loops.make_pair_scratch(
            LONGEST_SENTENCE, settings.negative, 4 * self.row_floats
        )

    def compile(self) -> None:
        """Compile the loops by training on no words, and keep them, or take what was kept before."""
        with holding_signals():
            nothing, block = np.zeros(0, np.int32), aligned(1, self.row_floats)
            drawing = self.draw(0, 0)
            self.find_pairs(Stretch(nothing, *np.zeros((2, 1), np.int64)), np.arange(2), drawing, 0)
            self.train(Bucket(nothing, nothing), block, block, np.arange(1), (0.0, 0.0), 0)
            keep_compiled(PAIRS)

    def draw(self, epoch: int, segment: int) -> Drawing:
        """Return the blocks of a segment, of inputs and of outputs. Each kind shares out pairs about evenly."""
        rng = np.random.default_rng([self._settings.seed, _BLOCKS, epoch, segment])
        of_inputs, of_outputs = (self._share_out(rng) for _ in range(2))
        return Drawing(of_inputs, of_outputs, rng.permutation(self._blocks).tolist())

    def _share_out(self, rng: np.random.Generator) -> Blocks:
        """Give each row to the block that has the fewest pairs so far, the largest rows first.

        The sizes that make the order are up to doubled at random, so that frequent words, too, meet others each time.
        """
        order = np.argsort(-self._sizes * (1 + rng.random(len(self._sizes))), kind="stable")
        of_rows = self.loops.share_out(order, self._sizes, self._blocks)
        rows = [np.flatnonzero(of_rows == block) for block in range(self._blocks)]
        places = np.empty(len(of_rows), np.int64)
        for block, of_block in enumerate(rows):
            places[of_block] = block << 32 | np.arange(len(of_block))
        return Blocks(rows, places)

    def find_pairs(self, text: Stretch, stretches: Integers, drawing: Drawing, epoch: int) -> tuple[list[Bucket], int]:
        """Return the buckets of pairs in stretches of a text, and how many words subsampling kept.

        Stretch ``i`` is the sentences from ``stretches[i]`` to before ``stretches[i + 1]``. The buckets are those of
        input block 0 with each output block, then those of block 1, and so on. Pairs are in the order of the text.
        """
        sizes = np.zeros(self._blocks**2, np.int64)
        trained = self._go_through(text, stretches, drawing, epoch, sizes, None, None)
        bounds = np.concatenate([[0], np.cumsum(sizes)])
        inputs, outputs = (np.empty(bounds[-1], np.int32) for _ in range(2))
        self._go_through(text, stretches, drawing, epoch, bounds[:-1].copy(), inputs, outputs)
        cuts = bounds[1:-1]
        return [Bucket(*both) for both in zip(np.split(inputs, cuts), np.split(outputs, cuts), strict=True)], trained

    def _go_through(
        self,
        text: Stretch,
        stretches: Integers,
        drawing: Drawing,
        epoch: int,
        ends: Integers,
        inputs: npt.NDArray[np.int32] | None,
        outputs: npt.NDArray[np.int32] | None,
    ) -> int:
        settings, trained = self._settings, 0
        for first, last in pairwise(stretches.tolist()):
            trained += self.loops.find_pairs(
                Stretch(text.tokens, text.starts[first:last], text.stops[first:last]),
                self._words,
                settings.window,
                int(settings.shrink_windows),
                drawing.of_inputs.places,
                drawing.of_outputs.places,
                self._blocks,
                ends,
                inputs,
                outputs,
                _seed(settings.seed, _PAIRS, epoch, first),
                self._scratch,
            )
        return trained

    def train(
        self,
        bucket: Bucket,
        vectors: Float32s,
        weights: Float32s,
        output_rows: Integers,
        alphas: tuple[float, float],
        *numbers: int,
    ) -> None:
        """Move the rows of an input block and of an output block by the pairs of their bucket.

        The rows have `row_floats` floats. ``output_rows`` says which words those of the weights are. ``numbers`` are
        those of the epoch, the segment, the input block and the output block.
        """
        loops = self.loops
        loops.train_pairs(
            *bucket,
            loops.make_noise(self._noise[output_rows]),
            loops.Weights(vectors.ctypes.data, weights.ctypes.data, 0, vectors.strides[0]),
            self._settings.negative,
            *alphas,
            _seed(self._settings.seed, _NOISE, *numbers),
            self._scratch,
        )


def stretches_of(text: Stretch, segments: int) -> list[Integers]:
    """Return where the stretches of each segment begin and end, as places of sentences.

    A stretch has 10,000 words or somewhat more, since sentences stay whole. Segments have as many stretches, or one
    more. A text of three stretches has three segments that train something at most.
    """
    ends = np.cumsum(text.stops - text.starts)
    cuts = np.unique(np.searchsorted(ends, np.arange(0, ends[-1], _WORDS_AT_ONCE)))
    bounds = np.append(cuts, len(ends))
    firsts = np.arange(segments + 1) * len(cuts) // segments
    return [bounds[first : last + 1] for first, last in pairwise(firsts)]


def _seed(*numbers: int) -> np.uint64:
    """Return a seed of the loops, which is not 0, by numbers."""
    found: np.uint64 = np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] | np.uint64(1)
    return found
