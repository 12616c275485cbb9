"""The loop for given pairs, beside the same in plain Python and float64."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType

import numpy as np
import numpy.typing as npt
import pytest

from w2vcli.training.engines.compiled import load_pairs
from w2vcli.training.engines.lanes import aligned, row_floats

NARROW = """
import sys
import llvmlite.binding
import pytest

known = llvmlite.binding.get_host_cpu_features()
known.update({feature: False for feature in known if feature.startswith("avx512")})
llvmlite.binding.get_host_cpu_features = lambda: known

from w2vcli.training.engines import lanes

assert lanes.LANES == 8
sys.exit(pytest.main([sys.argv[1], "-q", "-p", "no:cacheprovider", "-k", "oracle"]))
"""
"""Runs tests as on a processor whose registers hold eight floats."""

Doubles = npt.NDArray[np.float64]
SIZE = 21  # no whole registers
ROWS = 12
SEED = 77


@pytest.fixture(scope="module")
def loops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("W2V_HOME", str(tmp_path_factory.mktemp("home")))
        yield load_pairs()


class Generator:
    """The random numbers of the loops: xorshift64*, with Python's integers."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def bits(self) -> int:
        x = self.state
        x ^= x >> 12
        x ^= x << 25 & 2**64 - 1
        x ^= x >> 27
        self.state = x
        return x * 0x2545F4914F6CDD1D & 2**64 - 1

    def below(self, end: int) -> int:
        return (self.bits() >> 32) * end >> 32

    def row(self, noise: npt.NDArray[np.uint64]) -> int:
        bits = self.bits()
        cell = (bits >> 32) * len(noise) >> 32
        entry = int(noise[cell])
        return cell if bits & 2**32 - 1 <= entry >> 32 else entry & 2**32 - 1


def train_plainly(
    pairs: npt.NDArray[np.int32],
    noise: npt.NDArray[np.uint64],
    vectors: Doubles,
    weights: Doubles,
    negative: int,
    alphas: tuple[float, float],
) -> None:
    """Move weights by pairs, two at once: first all draws and errors of both, then the moves of one after the other."""
    generator = Generator(SEED)
    for first in range(0, len(pairs), 2):
        steps = []
        for source, word in pairs[first : first + 2].tolist():
            drawn = [word, *(generator.row(noise) for _ in range(negative))]
            steps.append((source, drawn, vectors[source].copy()))
        alpha = alphas[0] + (alphas[1] - alphas[0]) * first / len(pairs)
        # Six outputs are taken at a time, and those of both pairs before the next six.
        for tile in range(0, negative + 1, 6):
            errors = [
                [
                    alpha * ((k == 0) - 1 / (1 + np.exp(-x @ weights[row]))) if k == 0 or row != drawn[0] else 0
                    for k, row in enumerate(drawn[tile : tile + 6], tile)
                ]
                for source, drawn, x in steps
            ]
            for (source, drawn, x), wrong in zip(steps, errors, strict=True):
                outputs = drawn[tile : tile + 6]
                vectors[source] += np.array(wrong) @ weights[outputs]
                np.add.at(weights, outputs, np.outer(wrong, x))


@pytest.mark.parametrize("negative", [1, 5, 6, 14])
@pytest.mark.parametrize("count", [0, 1, 2, 31])
def test_pairs_are_trained_as_by_the_oracle(loops: ModuleType, count: int, negative: int) -> None:
    rng = np.random.default_rng(count)
    arrays = [aligned(ROWS, row_floats(SIZE)) for _ in range(2)]
    for array in arrays:
        array[:, :SIZE] = rng.normal(size=(ROWS, SIZE)) / 3
    pairs = rng.integers(0, ROWS, (count, 2)).astype(np.int32)
    pairs[: count // 3, 0] = 4  # both pairs of a step move one row
    noise = loops.make_noise(1 / np.arange(1, ROWS + 1))
    expected = [array[:, :SIZE].astype(float) for array in arrays]
    train_plainly(pairs, noise, expected[0], expected[1], negative, (0.3, 0.1))
    scratch, _kept = loops.make_pair_scratch(10, negative, arrays[0].strides[0])
    weights = loops.Weights(arrays[0].ctypes.data, arrays[1].ctypes.data, 0, arrays[0].strides[0])
    inputs, outputs = (np.ascontiguousarray(column) for column in pairs.T)
    loops.train_pairs(inputs, outputs, noise, weights, negative, 0.3, 0.1, np.uint64(SEED), scratch)
    for array, oracle in zip(arrays, expected, strict=True):
        np.testing.assert_allclose(array[:, :SIZE], oracle, atol=2e-5)
        assert not array[:, SIZE:].any()


def test_narrow_registers_compute_the_same() -> None:
    done = subprocess.run([sys.executable, "-c", NARROW, __file__], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("shrink", [0, 1])
def test_pairs_are_found_in_their_buckets(loops: ModuleType, shrink: int) -> None:
    """Three blocks; the same pairs in the order of the text, by plain Python."""
    rng = np.random.default_rng(1)
    blocks, window = 3, 4
    tokens = rng.integers(0, ROWS, 60).astype(np.int32)
    starts, stops = np.array([0, 25, 26, 26]), np.array([25, 26, 26, 60])
    rows = rng.permutation(ROWS).astype(np.int32)
    rows[3] = -1
    tables = [rng.permutation(ROWS) % blocks << 32 | np.arange(100, 100 + ROWS) for _ in range(2)]
    words = loops.make_words(rows, np.linspace(0.3, 1, ROWS))
    text = loops.Stretch(tokens, starts, stops)

    generator = Generator(SEED)
    expected: dict[int, list[tuple[int, int]]] = {bucket: [] for bucket in range(blocks * blocks)}
    kept = 0
    for start, stop in zip(starts, stops, strict=True):
        entries = [(int(words[token]), generator.bits() & 2**32 - 1) for token in tokens[start:stop]]
        sentence = [entry & 2**32 - 1 for entry, drawn in entries if drawn <= entry >> 32 and entry & 2**32 - 1 < ROWS]
        kept += len(sentence)
        for at, target in enumerate(sentence if len(sentence) > 1 else []):
            reach = 1 + generator.below(window) if shrink else window
            for other in range(max(0, at - reach), min(len(sentence), at + reach + 1)):
                if other != at:
                    source, output = int(tables[0][sentence[other]]), int(tables[1][target])
                    expected[(source >> 32) * blocks + (output >> 32)].append((source & 255, output & 255))

    scratch, _kept = loops.make_pair_scratch(100, 5, 128)
    sizes = np.zeros(blocks * blocks, np.int64)
    given = text, words, window, shrink, *tables, blocks
    assert loops.find_pairs(*given, sizes, None, None, np.uint64(SEED), scratch) == kept
    assert sizes.tolist() == [len(pairs) for pairs in expected.values()]
    ends = np.cumsum(sizes) - sizes
    inputs, outputs = np.zeros((2, sizes.sum()), np.int32)
    assert loops.find_pairs(*given, ends, inputs, outputs, np.uint64(SEED), scratch) == kept
    assert list(zip(inputs.tolist(), outputs.tolist(), strict=True)) == [
        pair for pairs in expected.values() for pair in pairs
    ]
