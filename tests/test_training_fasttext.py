"""fastText in the compiled loops against a plain one in numpy, which composes and gives back in float64, and gensim."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.conftest import W2v
from tests.gensim_oracle import FastText, load_facebook_vectors, save_facebook_model
from tests.test_training_cbow import ALPHA, BATCH, SEED, SIZE, WORDS, Doubles, How, Reference, Tile
from tests.test_training_engines import check_going_on, make_text, run
from tests.test_training_train import planted
from w2vcli.models.directory import open_model_directory
from w2vcli.models.registry import find_model
from w2vcli.models.subwords import ngram_rows
from w2vcli.training.engines.compiled import load_kernel
from w2vcli.training.engines.lanes import aligned, row_floats
from w2vcli.training.engines.numba_engine import numba_engine
from w2vcli.training.settings import Settings
from w2vcli.training.tree import Paths, make_paths
from w2vcli.training.vocabulary import Vocabulary

BUCKET = 30


@pytest.fixture(scope="module", autouse=True)
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("W2V_HOME", str(tmp_path_factory.mktemp("home")))
        yield load_kernel()


class Plain(Reference):
    """Each word of a sentence has a vector of its own while a window reaches it: the mean of its rows.

    ``ngrams`` are the rows of the n-grams of each word.
    """

    def __init__(self, how: How, sg: int, arrays: dict[str, Doubles], ngrams: list[list[int]], *drawn: Any) -> None:
        super().__init__(how, arrays, *drawn)
        self.sg, self.ngrams = sg, ngrams
        self.places: dict[int, tuple[Doubles, Doubles]] = {}  # as it was composed, and as it is

    def enter(self, sentence: list[int], end: int) -> None:
        """Compose what lies before ``end`` and is not composed yet."""
        for at in range(max(self.places, default=-1) + 1, min(end, len(sentence))):
            row = sentence[at]
            rows = [self.arrays["vectors"][row], *self.arrays["ngrams"][self.ngrams[row]]]
            mean = np.mean(rows, axis=0)
            self.places[at] = mean, mean.copy()

    def leave(self, sentence: list[int], end: int) -> None:
        """Give back what lies before ``end``."""
        for at in [at for at in self.places if at < end]:
            before, after = self.places.pop(at)
            self.arrays["vectors"][sentence[at]] += after - before
            for row in self.ngrams[sentence[at]]:
                self.arrays["ngrams"][row] += after - before

    def train(self, sentences: list[list[int]], paths: Paths) -> None:
        for tokens in sentences:
            sentence = self.keep(tokens)
            for name in ("syn1neg", "syn1") if len(sentence) > 1 else ():
                if self.how.negative if name == "syn1neg" else self.how.hs:
                    self.last = -1
                    (self._skip_gram if self.sg else self._cbow)(name, sentence, paths)

    def _path(self, i: int, row: int, paths: Paths) -> list[Tile]:
        nodes = [at for at, point in enumerate(paths.points[row]) if point >= 0]
        parts = [nodes[k : k + 6] for k in range(0, len(nodes), 6)]
        points, labels = paths.points[row].tolist(), (1 - paths.codes[row]).tolist()
        return [(i, [points[n] for n in part], [labels[n] for n in part]) for part in parts]

    def _skip_gram(self, name: str, sentence: list[int], paths: Paths) -> None:
        length, window = len(sentence), self.how.window
        ahead = self.draw(sentence, range(1)) if name == "syn1neg" else []
        for at in range(length):
            self.enter(sentence, at + window + 1)
            [around] = self.windows(sentence, range(at, at + 1))
            for start in range(0, len(around), BATCH):
                tiles = ahead
                following = at if start + BATCH < len(around) else at + 1
                if name == "syn1":
                    tiles = self._path(0, sentence[at], paths)
                elif following < length:
                    ahead = self.draw(sentence, range(following, following + 1))
                self._pairs(name, around[start : start + BATCH], tiles)
            self.leave(sentence, at - window + 1 if at + 1 < length else length)

    def _pairs(self, name: str, around: list[int], tiles: list[Tile]) -> None:
        weights = self.arrays[name]
        inputs = np.array([self.places[q][1] for q in around])
        for _, rows, labels in tiles:
            outputs = weights[rows]
            errors = ALPHA * (np.array(labels) - 1 / (1 + np.exp(-inputs @ outputs.T)))
            for q, move in zip(around, errors @ outputs, strict=True):
                self.places[q][1][:] += move
            np.add.at(weights, rows, errors.T @ inputs)

    def _cbow(self, name: str, sentence: list[int], paths: Paths) -> None:
        length, window = len(sentence), self.how.window
        batches = [range(at, min(at + BATCH, length)) for at in range(0, length, BATCH)]
        drawn = self.draw(sentence, batches[0]) if name == "syn1neg" else []
        for batch, following in zip(batches, [*batches[1:], range(0)], strict=True):
            tiles = drawn
            if name == "syn1neg":
                drawn = self.draw(sentence, following)
            else:
                tiles = [tile for i, at in enumerate(batch) for tile in self._path(i, sentence[at], paths)]
            self.enter(sentence, batch.start + BATCH + window)
            self._means(name, sentence, self.windows(sentence, batch), tiles)
            self.leave(sentence, batch.start + BATCH - window if batch.start + BATCH < length else length)

    def _means(self, name: str, sentence: list[int], windows: list[list[int]], tiles: list[Tile]) -> None:
        weights = self.arrays[name]
        before = weights.copy()
        moves = {q: np.zeros(SIZE) for q in self.places}
        hidden, shares = [], []
        for around in windows:
            sizes = [1 + len(self.ngrams[sentence[q]]) for q in around]
            total = sum(size * self.places[q][1] for size, q in zip(sizes, around, strict=True))
            shares.append(1 / sum(sizes))
            hidden.append(total * (shares[-1] if self.how.cbow_mean else 1))
        for i, rows, labels in tiles:
            errors = ALPHA * (np.array(labels) - 1 / (1 + np.exp(-before[rows] @ hidden[i])))
            for q in windows[i]:
                moves[q] += (1 if self.how.cbow_mean else shares[i]) * errors @ weights[rows]
            np.add.at(weights, rows, np.outer(errors, hidden[i]))
        for q, move in moves.items():
            self.places[q][1][:] += move


def words_of_all_lengths() -> list[str]:
    """Words of 1 to 12 letters, which share n-grams; one has an n-gram twice."""
    return ["banana", "bananas", "a", "na", "하늘", "nab", *("x" * 3 + "abcdefghi"[:k] for k in range(1, 7))]


@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize(
    "how",
    [
        How(),
        How(cbow_mean=0, negative=2, window=1),
        How(window=40, shrink_windows=0, negative=17),
        How(hs=1, negative=4),
    ],
    ids=str,
)
def test_the_loops_do_what_a_plain_one_does(kernel: ModuleType, how: How, sg: int) -> None:
    rng = np.random.default_rng(1)
    counts = np.sort(rng.integers(5, 500, WORDS))[::-1]
    names = words_of_all_lengths()
    vocabulary = Vocabulary(names, counts, np.arange(WORDS, dtype=np.int32), 1, [])
    paths = make_paths(vocabulary)
    sentences = [rng.choice(WORDS, size, p=counts / counts.sum()).tolist() for size in (1, 2, 5, 6, 7, 12, 31, 40)]
    noise = kernel.make_noise(counts**0.75)
    words = kernel.make_words(np.arange(WORDS, dtype=np.int32), np.linspace(0.6, 1, WORDS))
    sizes = {"vectors": WORDS, "syn1neg": WORDS, "syn1": WORDS, "ngrams": BUCKET}
    arrays: dict[str, Any] = {name: aligned(rows, row_floats(SIZE)) for name, rows in sizes.items()}
    for array in arrays.values():
        array[:, :SIZE] = rng.normal(size=(len(array), SIZE)) / 2
    starts, rows = ngram_rows(names, 3, 6, BUCKET)

    ngrams = [part.tolist() for part in np.split(rows, starts[1:-1])]
    doubles = {name: array[:, :SIZE].astype(float) for name, array in arrays.items()}
    reference = Plain(how, sg, doubles, ngrams, noise, words)
    reference.train(sentences, paths)

    row_bytes, tiles = arrays["vectors"].strides[0], -(-max(how.negative + 1, paths.points.shape[1]) // 6)
    make = kernel.make_scratch if sg else kernel.make_cbow_scratch
    scratch, _kept = make(50, tiles, row_bytes, kernel.ring_size(how.window, BATCH))
    ends = np.cumsum([len(sentence) for sentence in sentences])
    tokens = np.concatenate(sentences).astype(np.int32)
    tokens.flags.writeable = False  # as those of a corpus, for which the loops are compiled already
    text = kernel.Stretch(tokens, ends - [len(s) for s in sentences], ends)
    settings = kernel.LoopSettings(how.hs, how.negative, how.window, how.shrink_windows, how.cbow_mean, None)
    vectors, syn1neg, syn1, of_ngrams = (array.ctypes.data for array in arrays.values())
    places = kernel.Ngrams(starts.ctypes.data, rows.ctypes.data, of_ngrams)
    weights = kernel.Weights(vectors, syn1neg, syn1, row_bytes, places)
    train = kernel.train if sg else kernel.train_cbow
    train(text, words, noise, paths, weights, settings, np.float32(ALPHA), np.uint64(SEED), scratch)

    for name, array in arrays.items():
        assert not array[:, SIZE:].any()
        np.testing.assert_allclose(array[:, :SIZE], reference.arrays[name], atol=5e-5, rtol=1e-4, err_msg=name)


@pytest.mark.parametrize(
    "changes", [{}, {"sg": 0}, {"hs": 1, "negative": 0}, {"sg": 0, "hs": 1, "min_n": 1, "max_n": 2}], ids=str
)
def test_with_one_worker_going_on_gives_the_same_bytes(tmp_path: Path, changes: dict[str, Any]) -> None:
    settings = Settings(workers=1, vector_size=8, model_type="fasttext", bucket=100, held_out=False, **changes)
    whole = check_going_on(tmp_path, make_text(4000), settings, numba_engine)
    for name, array in whole[-1].state.arrays.items():
        assert np.isfinite(array).all()
        assert not np.array_equal(array, whole[0].state.arrays[name]), name


def test_it_begins_where_gensim_begins_and_gensim_goes_on(tmp_path: Path) -> None:
    sentences, alike = make_text(4000), {"vector_size": 16, "seed": 3, "bucket": 70_000}
    settings = Settings(workers=1, alpha=1e-12, min_alpha=1e-12, model_type="fasttext", **alike)  # type: ignore[arg-type]
    task, epochs = run(tmp_path, sentences, settings, 1, numba_engine)
    gensims = FastText(workers=1, sg=1, sorted_vocab=0, **alike)
    gensims.build_vocab_from_freq(dict(zip(task.vocabulary.words, task.vocabulary.counts.tolist(), strict=True)))
    arrays = epochs[-1].state.arrays
    assert set(arrays) == {"vectors", "vectors_vocab", "vectors_ngrams", "syn1neg"}
    for name in ("vectors", "vectors_vocab", "vectors_ngrams"):
        np.testing.assert_allclose(arrays[name], getattr(gensims.wv, name), atol=1e-8, err_msg=name)
        getattr(gensims.wv, name)[:] = arrays[name]
    gensims.train(sentences, total_examples=len(sentences), epochs=1)


def test_its_words_and_unknown_ones_have_the_vectors_that_gensim_and_fasttext_compose(w2v: W2v, tmp_path: Path) -> None:
    kind = ("--model-type", "fasttext", "--bucket", 2000, "--engine", "numba", "--workers", 2, "--vector-size", 13)
    done = w2v("train", planted(tmp_path / "t"), "-o", "m", "--epochs", 6, *kind, "-q")
    assert done.status == 0, done.err
    model = open_model_directory(find_model("m"), with_weights=True)
    record = json.loads((find_model("m") / "model.json").read_text())["training"][0]
    assert record["engine"] == "numba"
    assert record["loss"][-1] < record["loss"][0]
    assert record["receipt"]["trained"] > 0
    assert model.subwords is not None
    assert model.counts is not None
    gensims = FastText(vector_size=13, bucket=2000, sg=1, sorted_vocab=0)
    gensims.build_vocab_from_freq(dict(zip(model.words, np.asarray(model.counts).tolist(), strict=True)))
    gensims.wv.vectors_vocab[:] = model.weights["vectors_vocab"]
    gensims.wv.vectors_ngrams[:] = model.subwords.vectors[:]
    gensims.syn1neg[:] = model.weights["syn1neg"]
    gensims.wv.adjust_vectors()
    np.testing.assert_allclose(model.vectors[:], gensims.wv.vectors, atol=1e-6)
    save_facebook_model(gensims, str(tmp_path / "m.bin"))
    assert w2v("load", tmp_path / "m.bin", "-o", "back", "-q").status == 0
    back, theirs = open_model_directory(find_model("back")), load_facebook_vectors(str(tmp_path / "m.bin"))
    np.testing.assert_allclose(back.vectors[:], model.vectors[:], atol=1e-6)
    for unknown in ("nevermore", "x", "하늘나라", "a" * 80):
        composed = model.vector_of_unknown(unknown)
        assert composed is not None
        for other in (gensims.wv[unknown], theirs[unknown], back.vector_of_unknown(unknown)):
            np.testing.assert_allclose(composed, np.asarray(other), atol=1e-6)


def test_advice_knows_what_n_grams_take_in_memory_and_on_disk(w2v: W2v, tmp_path: Path) -> None:
    """A row of 20 floats has 32 in memory, where registers hold 16, and 20 on disk and in a checkpoint."""
    kind = ("--model-type", "fasttext", "--engine", "numba", "--workers", 1, "--vector-size", 20, "--dry-run", "--json")
    text = planted(tmp_path / "t")
    few, many = ([row] for [row] in (w2v("train", text, *kind, "--bucket", size).json for size in (1, 300_001)))
    assert many[0]["memory"] - few[0]["memory"] == 300_000 * 4 * 32
    assert many[0]["disk"] - few[0]["disk"] == many[0]["checkpoint"] - few[0]["checkpoint"] == 300_000 * 4 * 20


def test_words_that_stay_as_they_are_are_refused(tmp_path: Path) -> None:
    settings = Settings(workers=1, vector_size=4, model_type="fasttext", bucket=9)
    task, _ = run(tmp_path, make_text(400), settings, 1, numba_engine)
    fixed: npt.NDArray[np.bool_] = np.zeros(len(task.vocabulary.words), np.bool_)
    with pytest.raises(ValueError, match="none is fixed"):
        numba_engine(replace(task, fixed=fixed))
