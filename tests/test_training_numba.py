from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from numba import config, njit

from tests.conftest import W2v
from tests.gensim_oracle import NEEDS_GENSIM, Word2Vec
from tests.test_training_engines import check_going_on, make_text, run
from w2vcli.errors import BadSettings, DamagedInput
from w2vcli.training.engines.compiled import load_kernel
from w2vcli.training.engines.lanes import aligned, row_floats
from w2vcli.training.engines.numba_engine import numba_engine
from w2vcli.training.engines.table import engine_for
from w2vcli.training.engines.task import Task
from w2vcli.training.formulas import log_logistic
from w2vcli.training.settings import Settings
from w2vcli.training.tree import make_paths
from w2vcli.training.vocabulary import Vocabulary

NARROW = """
import sys
import llvmlite.binding
import pytest

known = llvmlite.binding.get_host_cpu_features()
known.update({feature: False for feature in known if feature.startswith("avx512")})
llvmlite.binding.get_host_cpu_features = lambda: known

from w2vcli.training.engines import lanes

assert lanes.LANES == 8
sys.exit(pytest.main([sys.argv[1], "-q", "-p", "no:cacheprovider", "-k", "step or logistic"]))
"""
"""Runs tests as on a processor whose registers hold eight floats."""

Doubles = npt.NDArray[np.float64]
SIZE = 21  # no whole registers


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("W2V_HOME", str(tmp_path_factory.mktemp("home")))
        yield load_kernel()


class Window:
    """Some inputs and outputs, and what one step makes of them."""

    def __init__(
        self, kernel: ModuleType, inputs: int, outputs: int, how: dict[str, int | None], seed: int = 0
    ) -> None:
        rng = np.random.default_rng(seed)
        width = row_floats(SIZE)
        self.vectors, self.weights = aligned(30, width), aligned(30, width)
        self.vectors[:, :SIZE], self.weights[:, :SIZE] = rng.normal(size=(2, 30, SIZE))
        self.contexts = rng.choice(30, inputs, replace=False)
        self.outputs = rng.choice(30, outputs, replace=False)
        self.labels = rng.integers(0, 2, outputs)
        self.alphas = rng.random(outputs)
        self.how = kernel.LoopSettings(
            **{"hs": 0, "negative": 5, "window": 5, "shrink_windows": 1, "cbow_mean": 1, "frozen": None} | how
        )
        self._kernel = kernel

    def step(self, start: int = 0) -> tuple[Doubles, Doubles]:
        """Return what is added to the vectors and to the weights by a step of the inputs from ``start`` on."""
        kernel, row_bytes = self._kernel, self.vectors.strides[0]
        tiles = -(-len(self.outputs) // kernel.TILE)
        scratch, arrays = kernel.make_scratch(100, tiles, row_bytes)
        before = self.vectors.astype(float), self.weights.astype(float)
        arrays["places"][:] = self.weights.ctypes.data
        for k, (row, label, alpha) in enumerate(zip(self.outputs, self.labels, self.alphas, strict=True)):
            tile, slot = divmod(k, kernel.TILE)
            arrays["places"][tile, slot] = self.weights[row].ctypes.data
            arrays["labels"][tile, slot :: kernel.SLOTS] = label
            arrays["alphas"][tile, slot :: kernel.SLOTS] = alpha
        arrays["contexts"][: len(self.contexts)] = [self.vectors[row].ctypes.data for row in self.contexts]
        weights = kernel.Weights(self.vectors.ctypes.data, self.weights.ctypes.data, 0, row_bytes)
        kernel._step(start, len(self.contexts), 0, tiles, weights, self.how, scratch)
        assert not self.vectors[:, SIZE:].any()
        assert not self.weights[:, SIZE:].any()
        moved = self.vectors - before[0], self.weights - before[1]
        return moved[0][:, :SIZE], moved[1][:, :SIZE]


def skip_gram_gradients(window: Window) -> tuple[Doubles, Doubles]:
    """Return the sums of the steps of all pairs, in float64 and with the weights of before."""
    vectors, weights = window.vectors[:, :SIZE].astype(float), window.weights[:, :SIZE].astype(float)
    moved = np.zeros_like(vectors), np.zeros_like(weights)
    for context in window.contexts:
        for output, label, alpha in zip(window.outputs, window.labels, window.alphas, strict=True):
            error = alpha * (label - 1 / (1 + np.exp(-vectors[context] @ weights[output])))
            moved[0][context] += error * weights[output]
            moved[1][output] += error * vectors[context]
    return moved


@pytest.mark.parametrize("inputs", [1, 2, 5, 6])
@pytest.mark.parametrize("outputs", [2, 6, 7, 20])
def test_a_step_of_skip_gram_is_the_sum_of_its_pairs_steps(kernel: ModuleType, inputs: int, outputs: int) -> None:
    window = Window(kernel, inputs, outputs, {})
    expected = skip_gram_gradients(window)
    found = window.step()
    np.testing.assert_allclose(found[0], expected[0], atol=1e-5)
    np.testing.assert_allclose(found[1], expected[1], atol=1e-5)


def test_frozen_outputs_stay_and_the_vectors_move_as_ever(kernel: ModuleType) -> None:
    free = Window(kernel, 5, 7, {}).step()
    moved, stayed = Window(kernel, 5, 7, {"frozen": 1}).step()
    np.testing.assert_array_equal(moved, free[0])
    assert not stayed.any()


def test_the_step_of_one_input_by_hand(kernel: ModuleType) -> None:
    """The example in `w2vcli.training.engines.kernel`, in the first number of the vectors."""
    window = Window(kernel, 1, 2, {})
    window.vectors[:], window.weights[:] = 0, 0
    window.vectors[window.contexts, 0], window.weights[window.outputs, 0] = 1, [2, 0]
    window.labels, window.alphas = np.array([1, 0]), np.array([0.1, 0.1])
    window.step()
    assert window.vectors[window.contexts[0], 0] == pytest.approx(1.0238, abs=1e-4)
    assert window.weights[window.outputs, 0].tolist() == pytest.approx([2.0119, -0.05], abs=1e-4)


def test_more_inputs_than_a_batch_are_taken_in_steps(kernel: ModuleType) -> None:
    whole, parts = Window(kernel, kernel.BATCH + 3, 6, {}), Window(kernel, kernel.BATCH + 3, 6, {})
    every = parts.contexts
    for start in (0, kernel.BATCH):
        whole.step(start)
        parts.contexts = every[start : start + kernel.BATCH]
        parts.step()
    np.testing.assert_array_equal(whole.vectors, parts.vectors)
    np.testing.assert_array_equal(whole.weights, parts.weights)


def test_a_step_goes_down_the_gradient_of_the_loss(kernel: ModuleType) -> None:
    window = Window(kernel, 4, 6, {})
    window.alphas[:] = 1

    def loss(vectors: Doubles, weights: Doubles) -> float:
        logits = vectors[window.contexts] @ weights[window.outputs].T
        return -float(log_logistic((2 * window.labels - 1) * logits).sum())

    vectors, weights = window.vectors[:, :SIZE].astype(float), window.weights[:, :SIZE].astype(float)
    found = window.step()
    for which, rows in enumerate((window.contexts, window.outputs)):
        for row in rows:
            for column in range(SIZE):
                ends = []
                for change in (1e-5, -1e-5):
                    moved = [vectors.copy(), weights.copy()]
                    moved[which][row, column] += change
                    ends.append(loss(moved[0], moved[1]))
                assert found[which][row, column] == pytest.approx(-(ends[0] - ends[1]) / 2e-5, abs=1e-5)


def test_noise_drawn_twice_moves_twice(kernel: ModuleType) -> None:
    once, twice = Window(kernel, 3, 3, {}), Window(kernel, 3, 3, {})
    twice.outputs[2], twice.labels[2], twice.alphas[2] = twice.outputs[1], twice.labels[1], twice.alphas[1]
    row = once.outputs[1]
    np.testing.assert_allclose(twice.step()[1][row], 2 * once.step()[1][row], atol=1e-6)


def test_the_logistic_function_is_right(kernel: ModuleType) -> None:
    x = np.linspace(-29, 29, 125 * kernel.LANES, dtype=np.float32)
    found = np.zeros_like(x)

    @njit  # type: ignore[untyped-decorator]
    def compute(source: int, target: int, size: int) -> None:
        for byte in range(0, 4 * size, kernel.BYTES):
            kernel.store(target + byte, kernel.logistic(kernel.load(source + byte)))

    compute(x.ctypes.data, found.ctypes.data, len(x))
    np.testing.assert_allclose(found, 1 / (1 + np.exp(-x.astype(float))), atol=2e-6, rtol=0)


def test_narrow_registers_compute_the_same() -> None:
    done = subprocess.run([sys.executable, "-c", NARROW, __file__], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("exponent", [0, 1.3, 5])
@pytest.mark.parametrize("size", [1, 2, 7, 20, 49, 1000])
def test_noise_is_drawn_as_its_probabilities_say(kernel: ModuleType, size: int, exponent: float) -> None:
    expected = 1 / np.arange(1, size + 1) ** exponent
    noise = kernel.make_noise(expected)
    own, others = ((noise >> np.uint64(32)) + 1) / 2**32, (noise & np.uint64(2**32 - 1)).astype(int)
    found = own + np.bincount(others, 1 - own, minlength=size)
    np.testing.assert_allclose(found / size, expected / expected.sum(), atol=1e-9, rtol=0)


def test_words_are_kept_as_their_probabilities_say(kernel: ModuleType) -> None:
    """Of 30,000 tokens of each word, the share that is kept is within five standard deviations."""
    keep, rows = np.array([1.0, 0.25, 0.01, 1e-12]), np.array([2, -1, 0, 1, 3], np.int32)
    tokens = np.tile(np.arange(5, dtype=np.int32), 30_000)
    text = kernel.Stretch(tokens, np.array([0]), np.array([len(tokens)]))
    scratch, arrays = kernel.make_scratch(len(tokens), 1, 64)
    arrays["random"][:] = 1
    length = kernel.keep(text, 0, kernel.make_words(rows, keep), scratch.random, scratch.sentence)
    found = np.bincount(arrays["sentence"][:length], minlength=4) / 30_000
    np.testing.assert_array_less(np.abs(found - keep), 5 * np.sqrt(keep * (1 - keep) / 30_000) + 1e-9)


def test_noise_words_are_found_as_often_as_they_should_be(kernel: ModuleType) -> None:
    """Of 50,000 noise words, the share of each word is within five standard deviations; the word itself is unused."""
    expected = np.array([0.5, 0.3, 0.1, 0.07, 0.03])
    noise = kernel.make_noise(expected)
    scratch, arrays = kernel.make_scratch(10, 2, 64)
    arrays["random"][:] = 1
    found = np.zeros(5)
    for _ in range(5000):
        kernel._draw_noise(1, 10, noise.ctypes.data, 5, kernel.Weights(0, 640, 0, 64), np.float32(0.5), scratch, 0)
        rows = np.concatenate([arrays["places"][0, :6], arrays["places"][1, :5]]) // 64 - 10
        alphas = np.concatenate([arrays["alphas"][0, :6], arrays["alphas"][1, :5]])
        assert rows[0] == 1
        np.testing.assert_array_equal(alphas[1:], np.where(rows[1:] == 1, 0, 0.5))
        assert arrays["alphas"][1, 5] == 0
        found += np.bincount(rows[1:], minlength=5) / 50_000
    np.testing.assert_array_less(np.abs(found - expected), 5 * np.sqrt(expected * (1 - expected) / 50_000))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"sg": 0},
        {"sg": 0, "cbow_mean": 0, "window": 2},
        {"hs": 1, "negative": 0},
        {"sg": 0, "hs": 1, "negative": 0},
        {"hs": 1, "negative": 3, "ns_exponent": 0.5},
        {"sample": 0.0, "shrink_windows": False, "window": 30},
        {"max_final_vocab": 20, "min_count": 2},
        {"alpha": 0.05, "min_alpha": 0.001, "seed": 7, "vector_size": 13, "min_count": 40},
    ],
    ids=str,
)
@pytest.mark.usefixtures("kernel")
def test_with_one_worker_going_on_gives_the_same_bytes(tmp_path: Path, changes: dict[str, Any]) -> None:
    settings = Settings(**({"workers": 1, "vector_size": 16, "held_out": False} | changes))
    whole = check_going_on(tmp_path, make_text(25_000), settings, numba_engine)
    assert [epoch.fed for epoch in whole] == [25_000] * 4
    for name, array in whole[-1].state.arrays.items():
        assert np.isfinite(array).all()
        assert not np.array_equal(array, whole[0].state.arrays[name])


@pytest.mark.usefixtures("kernel")
def test_without_subsampling_every_word_is_trained_on(tmp_path: Path) -> None:
    settings = Settings(workers=3, vector_size=4, sample=0.0, min_count=1, held_out=False)
    _, epochs = run(
        tmp_path, [[word for sentence in make_text(45_000) for word in sentence]], settings, 2, numba_engine
    )
    assert [epoch.trained for epoch in epochs] == [45_000] * 2


@pytest.mark.usefixtures("kernel")
def test_it_begins_where_gensim_begins_and_gensim_goes_on(tmp_path: Path) -> None:
    sentences = make_text(4000)
    settings = Settings(workers=1, vector_size=16, alpha=1e-12, min_alpha=1e-12, hs=1)
    task, epochs = run(tmp_path, sentences, settings, 1, numba_engine)
    gensims = Word2Vec(vector_size=16, workers=1, sg=1, hs=1, sorted_vocab=0)
    gensims.build_vocab_from_freq(dict(zip(task.vocabulary.words, task.vocabulary.counts.tolist(), strict=True)))
    arrays = epochs[-1].state.arrays
    np.testing.assert_allclose(arrays["vectors"], gensims.wv.vectors, atol=1e-9)
    assert (arrays["syn1"].shape, arrays["syn1neg"].shape) == (gensims.syn1.shape, gensims.syn1neg.shape)
    paths = make_paths(task.vocabulary)
    for row in range(len(task.vocabulary.words)):
        known = paths.points[row] >= 0
        assert paths.points[row][known].tolist() == gensims.wv.get_vecattr(row, "point").tolist()
        assert paths.codes[row][known].tolist() == gensims.wv.get_vecattr(row, "code").tolist()
    for name in ("syn1", "syn1neg"):
        getattr(gensims, name)[:] = arrays[name]
    gensims.train(sentences, total_examples=len(sentences), epochs=1)


@pytest.mark.usefixtures("kernel")
def test_an_error_in_a_worker_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    task, _ = run(tmp_path, make_text(25_000), Settings(workers=2, vector_size=4), 1, numba_engine)
    monkeypatch.setattr(np.random, "SeedSequence", None)
    with pytest.raises(TypeError):
        numba_engine(task)


def with_ids(task: Task, ids: npt.NDArray[np.int32]) -> Task:
    """Return a task whose corpus has other ids."""
    text = task.text
    corpus = replace(text.corpus, ids=ids)
    return replace(task, text=replace(text, selection=replace(text.selection, corpus=corpus)))


@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize("number", [-1, 60])
def test_numbers_of_no_word_are_refused(tmp_path: Path, number: int) -> None:
    task, _ = run(tmp_path, make_text(2000), Settings(workers=1, vector_size=4), 1, numba_engine)
    tokens = np.array(task.text.corpus.ids)
    tokens[100] = number
    damaged = with_ids(task, tokens)
    with pytest.raises(DamagedInput, match="numbers of the text"):
        numba_engine(damaged)
    cut = with_ids(task, tokens[:50])
    with pytest.raises(DamagedInput, match="numbers of the text"):
        numba_engine(cut)


def test_weights_that_are_no_numbers_are_an_error(w2v: W2v, tmp_path: Path) -> None:
    text = tmp_path / "t"
    text.write_text("a b c d e f g h\n" * 1000)
    settings = ("--engine", "numba", "--alpha", 1, "--negative", 50, "--sample", 0, "--workers", 1, "--epochs", 9)
    done = w2v("train", text, "-o", "m", *settings)
    assert done.status == 1
    assert "no longer finite numbers; lower --alpha" in done.err
    assert w2v("models").rows == []


def test_a_fresh_cache_of_compiled_code_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("\n".join(" ".join(sentence) for sentence in make_text(4000)))
    found = []
    for home in ("one", "two", "two"):
        command = ["train", "t", "-o", "m", "--engine", "numba", "--workers", "1", "--epochs", "2", "--force", "-q"]
        environment = os.environ | {"W2V_HOME": str(tmp_path / home)}
        subprocess.run([sys.executable, "-m", "w2vcli", *command], check=True, cwd=tmp_path, env=environment)
        model = tmp_path / home / "models" / "m.w2v"
        found.append([(model / name).read_bytes() for name in ("vectors.npy", "training/syn1neg.npy")])
        assert json.loads((model / "model.json").read_text())["training"][0]["engine"] == "numba"
        assert list((tmp_path / home / "cache").glob("compiled-*/**/*.nbc"))
    assert found[0] == found[1] == found[2]


def test_numba_that_compiles_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "DISABLE_JIT", 1)
    with pytest.raises(BadSettings, match="NUMBA_DISABLE_JIT keeps"):
        load_kernel()


def test_the_tree_of_four_words_is_the_one_that_is_drawn() -> None:
    """The example of `w2vcli.training.tree.Paths`."""
    paths = make_paths(Vocabulary(list("abcd"), np.array([5, 2, 1, 1]), np.arange(4, dtype=np.int32), 1, []))
    assert [[at for at in row if at >= 0] for row in paths.points.tolist()] == [[2], [2, 1], [2, 1, 0], [2, 1, 0]]
    assert [[at for at in row if at >= 0] for row in paths.codes.tolist()] == [[1], [0, 0], [0, 1, 0], [0, 1, 1]]


@NEEDS_GENSIM
def test_auto_takes_what_suits_the_settings_and_the_text() -> None:
    assert engine_for("auto", Settings(), 10_000).name == "gensim"
    assert engine_for("auto", Settings(), 20_000_000).name == "numba"
    assert engine_for("auto", Settings(model_type="fasttext"), 10_000).name == "gensim"
    assert engine_for("auto", Settings(model_type="fasttext"), 20_000_000).name == "numba"
    assert engine_for("gensim", Settings(), 20_000_000).name == "gensim"
