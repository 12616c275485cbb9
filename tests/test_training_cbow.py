"""The compiled loop of CBOW against a plain one in numpy, which does the same in the same order, in float64."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest

from w2vcli.training.engines.compiled import load_kernel
from w2vcli.training.engines.lanes import aligned, row_floats
from w2vcli.training.tree import Paths, make_paths
from w2vcli.training.vocabulary import Vocabulary

BATCH = 6  # that of the loop, whose modules `load_kernel` has to import
Doubles = npt.NDArray[np.float64]
WORDS, SIZE = 12, 21  # no whole registers
MASK = 2**64 - 1
ALPHA, SEED = 0.05, 12345

Tile = tuple[int, list[int], list[int]]
"""Outputs that move at once: which word of the batch they are of, their rows and labels."""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("W2V_HOME", str(tmp_path_factory.mktemp("home")))
        yield load_kernel()


class How(NamedTuple):
    """The settings of a case."""

    hs: int = 0
    negative: int = 5
    window: int = 3
    shrink_windows: int = 1
    cbow_mean: int = 1
    frozen: int | None = None
    fixed: tuple[int, ...] = ()


class Reference:
    """word2vec's CBOW as one reads it in a book, but for the batches, and for the numbers that are drawn."""

    def __init__(
        self, how: How, arrays: dict[str, Doubles], noise: npt.NDArray[np.uint64], words: npt.NDArray[np.uint64]
    ) -> None:
        self.how, self.arrays, self._state = how, {name: array.copy() for name, array in arrays.items()}, SEED
        self._noise, self._words = noise.tolist(), words.tolist()

    def random(self) -> int:
        x = self._state
        x ^= x >> 12
        x ^= (x << 25) & MASK
        x ^= x >> 27
        self._state = x
        return (x * 0x2545F4914F6CDD1D) & MASK

    def noise_word(self) -> int:
        bits = self.random()
        cell = ((bits >> 32) * len(self._noise)) >> 32
        entry = self._noise[cell]
        return cell if bits & (2**32 - 1) <= entry >> 32 else entry & (2**32 - 1)

    def keep(self, tokens: list[int]) -> list[int]:
        kept = []
        for token in tokens:
            entry = self._words[token]
            if self.random() & (2**32 - 1) <= entry >> 32 and entry & (2**32 - 1) != 2**32 - 1:
                kept.append(entry & (2**32 - 1))
        return kept

    def windows(self, sentence: list[int], batch: range) -> list[list[int]]:
        """Return the places around each word of a batch."""
        found = []
        for at in batch:
            reach = self.how.window
            if self.how.shrink_windows:
                reach = 1 + (((self.random() >> 32) * reach) >> 32)
            found.append([q for q in range(max(0, at - reach), min(len(sentence), at + reach + 1)) if q != at])
        return found

    def draw(self, sentence: list[int], batch: range) -> list[Tile]:
        """Return the tiles of the words of a batch."""
        tiles = []
        for i, at in enumerate(batch):
            rows = [sentence[at], *(self.noise_word() for _ in range(self.how.negative))]
            used = [k == 0 or row != sentence[at] for k, row in enumerate(rows)]
            for k in range(0, len(rows), 6):
                kept = [n for n in range(k, min(k + 6, len(rows))) if used[n]]
                tiles.append((i, [rows[n] for n in kept], [int(n == 0) for n in kept]))
        return tiles

    def train(self, sentences: list[list[int]], paths: Paths) -> None:
        for tokens in sentences:
            sentence = self.keep(tokens)
            if len(sentence) < 2:
                continue
            batches = [range(at, min(at + BATCH, len(sentence))) for at in range(0, len(sentence), BATCH)]
            if self.how.negative:
                drawn = self.draw(sentence, batches[0])
                for batch, following in zip(batches, [*batches[1:], range(0)], strict=True):
                    tiles, drawn = drawn, self.draw(sentence, following)
                    self.step("syn1neg", sentence, self.windows(sentence, batch), tiles)
            if self.how.hs:
                for batch in batches:
                    tiles = []
                    for i, at in enumerate(batch):
                        points, codes = (part[sentence[at]].tolist() for part in paths)
                        depth = [*points, -1].index(-1)
                        for k in range(0, depth, 6):
                            nodes = range(k, min(k + 6, depth))
                            tiles.append((i, [points[node] for node in nodes], [1 - codes[node] for node in nodes]))
                    self.step("syn1", sentence, self.windows(sentence, batch), tiles)

    def step(self, name: str, sentence: list[int], windows: list[list[int]], tiles: list[Tile]) -> None:
        """Move by the tiles, one after another, whose scores are found before the first moves anything."""
        vectors, weights = self.arrays["vectors"], self.arrays[name]
        before, moves = weights.copy(), np.zeros_like(vectors)
        for i, rows, labels in tiles:
            around = [sentence[q] for q in windows[i]]
            share = 1 / len(around)
            hidden = vectors[around].sum(axis=0) * (share if self.how.cbow_mean else 1)
            errors = ALPHA * (np.array(labels) - 1 / (1 + np.exp(-before[rows] @ hidden)))
            np.add.at(moves, around, (1 if self.how.cbow_mean else share) * errors @ weights[rows])
            if self.how.frozen is None:
                np.add.at(weights, rows, np.outer(errors, hidden))
        moves[list(self.how.fixed)] = 0
        vectors += moves


@pytest.mark.parametrize(
    "how",
    [
        How(),
        How(cbow_mean=0),
        How(negative=2, window=1),
        How(window=40, shrink_windows=0),
        How(hs=1, negative=0),
        How(hs=1, negative=0, cbow_mean=0, window=8),
        How(hs=1, negative=4),
        How(negative=17),
        How(frozen=1, hs=1, fixed=(1, 3, 4)),
    ],
    ids=str,
)
def test_the_loop_does_what_a_plain_one_does(kernel: ModuleType, how: How) -> None:
    rng = np.random.default_rng(1)
    counts = np.sort(rng.integers(5, 500, WORDS))[::-1]
    vocabulary = Vocabulary([f"w{row}" for row in range(WORDS)], counts, np.arange(WORDS, dtype=np.int32), 1, [])
    paths = make_paths(vocabulary)
    sentences = [rng.choice(WORDS, size, p=counts / counts.sum()).tolist() for size in (1, 2, 5, 6, 7, 12, 31, 40)]
    keep = np.linspace(0.6, 1, WORDS)
    noise, words = kernel.make_noise(counts**0.75), kernel.make_words(np.arange(WORDS, dtype=np.int32), keep)
    arrays: dict[str, Any] = {name: aligned(WORDS, row_floats(SIZE)) for name in ("vectors", "syn1neg", "syn1")}
    for array in arrays.values():
        array[:, :SIZE] = rng.normal(size=(WORDS, SIZE)) / 2

    reference = Reference(how, {name: array[:, :SIZE].astype(float) for name, array in arrays.items()}, noise, words)
    reference.train(sentences, paths)

    row_bytes = arrays["vectors"].strides[0]
    scratch, _kept = kernel.make_cbow_scratch(50, -(-max(how.negative + 1, paths.points.shape[1]) // 6), row_bytes)
    ends = np.cumsum([len(sentence) for sentence in sentences])
    text = kernel.Stretch(np.concatenate(sentences).astype(np.int32), ends - [len(s) for s in sentences], ends)
    fixed = np.isin(np.arange(WORDS), how.fixed).astype(np.int64)
    settings = kernel.LoopSettings(
        *(how.hs, how.negative, how.window, how.shrink_windows, how.cbow_mean, how.frozen),
        fixed.ctypes.data if how.fixed else None,
    )
    weights = kernel.Weights(*(array.ctypes.data for array in arrays.values()), row_bytes)
    kernel.train_cbow(text, words, noise, paths, weights, settings, np.float32(ALPHA), np.uint64(SEED), scratch)

    for name, array in arrays.items():
        assert not array[:, SIZE:].any()
        np.testing.assert_allclose(array[:, :SIZE], reference.arrays[name], atol=2e-5)
