from __future__ import annotations

import inspect
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import W2v
from tests.gensim_oracle import FastText, LineSentence, Word2Vec, gensim_engine
from w2vcli.corpus.reading import Reading, read_corpus
from w2vcli.models.directory import open_model_directory
from w2vcli.models.registry import find_model
from w2vcli.reporting import Silent
from w2vcli.training.engines.task import Epoch, State, Task, Trainer
from w2vcli.training.settings import Settings
from w2vcli.training.text import all_sentences, hold_out
from w2vcli.training.tree import make_paths
from w2vcli.training.vocabulary import make_vocabulary

ALL = Settings.__dataclass_fields__


def make_text(words: int, seed: int = 0) -> list[list[str]]:
    rng = random.Random(seed)
    vocabulary = [f"w{i}" for i in range(60)]
    tokens = rng.choices(vocabulary, [1 / (i + 1) for i in range(60)], k=words)
    return [tokens[start : start + 20] for start in range(0, words, 20)]


def run(
    folder: Path, sentences: list[list[str]], settings: Settings, epochs: int, engine: Trainer = gensim_engine
) -> tuple[Task, list[Epoch]]:
    """Train with an engine; the arrays of each epoch are kept as they were at its end."""
    (folder / "t").write_text("\n".join(" ".join(sentence) for sentence in sentences))
    corpus = read_corpus([str(folder / "t")], folder, Reading("whitespace"), Silent())
    vocabulary = make_vocabulary(all_sentences(corpus), settings)
    found: list[Epoch] = []

    def keep(epoch: Epoch) -> None:
        arrays = {name: array.copy() for name, array in epoch.state.arrays.items()}
        found.append(replace(epoch, state=State(arrays, epoch.state.random)))

    task = Task(
        text=hold_out(all_sentences(corpus), settings),
        vocabulary=vocabulary,
        settings=settings,
        paths=make_paths(vocabulary) if settings.hs else None,
        epochs=epochs,
        state=None,
        done=0,
        on_epoch=keep,
        advance=lambda _: None,
        status=lambda _: None,
    )
    engine(task)
    return task, found


def check_going_on(folder: Path, sentences: list[list[str]], settings: Settings, engine: Trainer) -> list[Epoch]:
    """Check that four epochs give the bytes of two and two more; return the four."""
    task, whole = run(folder, sentences, settings, 4, engine)
    found: list[Epoch] = []
    arrays = {name: array.copy() for name, array in whole[1].state.arrays.items()}
    state = State(arrays, json.loads(json.dumps(whole[1].state.random)))
    engine(replace(task, state=state, done=2, on_epoch=found.append))
    assert [epoch.done for epoch in found] == [3, 4]
    for name, array in whole[-1].state.arrays.items():
        np.testing.assert_array_equal(found[-1].state.arrays[name], array, name)
    return whole


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"sg": 0},
        {"sg": 0, "cbow_mean": 0, "window": 2},
        {"hs": 1, "negative": 0},
        {"sg": 0, "hs": 1, "negative": 0},
        {"hs": 1, "negative": 3, "ns_exponent": 0.5},
        {"sample": 0.0, "shrink_windows": False},
        {"max_final_vocab": 20, "min_count": 2},
        {"alpha": 0.05, "min_alpha": 0.001, "seed": 7, "vector_size": 13, "min_count": 40},
    ],
    ids=str,
)
def test_with_one_worker_the_vectors_are_gensims_to_the_byte(tmp_path: Path, changes: dict[str, Any]) -> None:
    sentences = make_text(4000)
    settings = Settings(**({"workers": 1, "vector_size": 16, "held_out": False} | changes))
    task, epochs = run(tmp_path, sentences, settings, 3)
    fields = {name: getattr(settings, name) for name in inspect.signature(Word2Vec.__init__).parameters if name in ALL}
    gensims = Word2Vec(sentences, **fields | {"epochs": 3})
    assert task.vocabulary.counts.tolist() == gensims.wv.expandos["count"].tolist()
    assert task.vocabulary.words == gensims.wv.index_to_key
    for name, array in epochs[-1].state.arrays.items():
        np.testing.assert_array_equal(array, getattr(gensims.wv if name == "vectors" else gensims, name), name)
    assert [epoch.fed for epoch in epochs] == [4000] * 3


@pytest.mark.parametrize("model_type", [Word2Vec, FastText])
def test_the_command_gives_gensims_bytes_where_many_words_are_equally_frequent(w2v: W2v, model_type: Any) -> None:
    rng = random.Random(5)
    lines = [" ".join(f"w{int(rng.paretovariate(0.7)) % 3000}" for _ in range(9)) for _ in range(1500)]
    Path("t.txt").write_text("\n".join(lines))
    bucket = {"bucket": 5000} if model_type is FastText else {}
    gensims = model_type(LineSentence("t.txt"), vector_size=8, epochs=2, sg=1, workers=1, min_count=2, **bucket)
    counts = gensims.wv.expandos["count"].tolist()
    assert len(set(counts)) < len(counts) / 4
    settings = ("--vector-size", 8, "--epochs", 2, "--workers", 1, "--min-count", 2, "--no-held-out", "-q")
    kind = ("--model-type", model_type.__name__.lower(), *(f"--bucket={size}" for size in bucket.values()))
    done = w2v("train", "t.txt", "-o", "m", "--engine", "gensim", "--tokenizer", "whitespace", *settings, *kind)
    assert done.status == 0
    model = open_model_directory(find_model("m"))
    assert [*model.words] == gensims.wv.index_to_key
    assert np.asarray(model.counts).tolist() == counts
    np.testing.assert_array_equal(model.vectors[:], gensims.wv.vectors)


@pytest.mark.parametrize("model_type", ["word2vec", "fasttext"])
@pytest.mark.parametrize("changes", [{}, {"sg": 0}, {"hs": 1, "negative": 0}], ids=str)
def test_going_on_after_an_epoch_gives_the_same_bytes(tmp_path: Path, model_type: Any, changes: dict[str, Any]) -> None:
    settings = Settings(workers=1, vector_size=8, model_type=model_type, bucket=100, **changes)
    check_going_on(tmp_path, make_text(4000), settings, gensim_engine)


def test_a_worker_that_fails_is_an_error_and_no_endless_wait(tmp_path: Path) -> None:
    settings = Settings(workers=2, vector_size=4, min_count=1)
    object.__setattr__(settings, "window", 2**40)
    with pytest.raises(OverflowError):
        run(tmp_path, make_text(4000), settings, 2)


def test_a_sentence_of_any_length_is_trained_wholly(tmp_path: Path) -> None:
    """gensim, given such a list, trains on its first 10,000 words only."""
    words = [word for sentence in make_text(25_000) for word in sentence]
    settings = Settings(workers=1, vector_size=4, sample=0.0, min_count=1, held_out=False)
    _, epochs = run(tmp_path, [words], settings, 2)
    assert [epoch.trained for epoch in epochs] == [25_000, 25_000]
    gensims = Word2Vec(vector_size=4, workers=1, sample=0.0, min_count=1)
    gensims.build_vocab([words])
    trained, _ = gensims.train([words], total_examples=1, epochs=2)
    assert trained == 2 * 10_000
