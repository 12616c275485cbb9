from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gensim.models import Word2Vec

from w2vcli.corpus.numbers import Corpus, Reading, read_corpus
from w2vcli.reporting import Silent
from w2vcli.training.engines import gensim_engine
from w2vcli.training.settings import Settings


def make_text(words: int, seed: int = 0) -> list[list[str]]:
    rng = random.Random(seed)
    vocabulary = [f"w{i}" for i in range(60)]
    tokens = rng.choices(vocabulary, [1 / (i + 1) for i in range(60)], k=words)
    return [tokens[start : start + 20] for start in range(0, words, 20)]


def as_corpus(folder: Path, sentences: list[list[str]]) -> Corpus:
    (folder / "t").write_text("\n".join(" ".join(sentence) for sentence in sentences))
    return read_corpus([str(folder / "t")], folder, Reading("whitespace"), Silent())


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
    settings = Settings(**({"workers": 1, "vector_size": 16} | changes))
    done: list[int] = []
    ours = gensim_engine(as_corpus(tmp_path, sentences), settings, 3, done.append)
    fields = {name: getattr(settings, name) for name in Settings.__dataclass_fields__ if name != "epochs"}
    gensims = Word2Vec(sentences, epochs=3, **fields)
    assert ours.words == gensims.wv.index_to_key
    assert ours.counts.tolist() == gensims.wv.expandos["count"].tolist()
    np.testing.assert_array_equal(ours.vectors, gensims.wv.vectors)
    assert done[-1] == ours.fed == 3 * 4000


def test_a_worker_that_fails_is_an_error_and_no_endless_wait(tmp_path: Path) -> None:
    settings = Settings(workers=2, vector_size=4, window=2**40, min_count=1)
    with pytest.raises(OverflowError):
        gensim_engine(as_corpus(tmp_path, make_text(4000)), settings, 2, lambda _: None)


def test_a_sentence_of_any_length_is_trained_wholly(tmp_path: Path) -> None:
    """gensim, given such a list, trains on its first 10,000 words only."""
    words = [word for sentence in make_text(25_000) for word in sentence]
    settings = Settings(workers=1, vector_size=4, sample=0.0, min_count=1)
    ours = gensim_engine(as_corpus(tmp_path, [words]), settings, 2, lambda _: None)
    assert ours.trained == 2 * 25_000
    gensims = Word2Vec(vector_size=4, workers=1, sample=0.0, min_count=1)
    gensims.build_vocab([words])
    trained, _ = gensims.train([words], total_examples=1, epochs=2)
    assert trained == 2 * 10_000
