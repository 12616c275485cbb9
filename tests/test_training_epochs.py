"""Trainings whose text is handed in and whose result stays in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.gensim_oracle import NEEDS_GENSIM, QUICK_ENGINE
from tests.test_training_engines import make_text
from tests.test_training_held_out import make_corpus
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.reading import Reading, read_corpus
from w2vcli.models.directory import open_model_directory
from w2vcli.reporting import Silent
from w2vcli.training.epochs import train_text
from w2vcli.training.plans import TrainingPlan
from w2vcli.training.settings import Settings
from w2vcli.training.text import all_sentences, chosen_documents, chosen_sentences, hold_out
from w2vcli.training.train import train_model
from w2vcli.training.vocabulary import make_vocabulary


def read(folder: Path, sentences: list[list[str]]) -> EncodedCorpus:
    folder.mkdir()
    (folder / "t").write_text("\n".join(" ".join(sentence) for sentence in sentences))
    return read_corpus([str(folder / "t")], folder, Reading("whitespace"), Silent())


def resampled(corpus: EncodedCorpus, seed: int = 0) -> npt.NDArray[np.int64]:
    """Return the places of as many sentences as there are, drawn with repeats."""
    size = len(corpus.sentence_ends)
    return np.random.default_rng(seed).integers(size, size=size)


@pytest.mark.parametrize("engine", [pytest.param("gensim", marks=NEEDS_GENSIM), "numba"])
@pytest.mark.parametrize("ties", ["last", "first"])
@pytest.mark.parametrize(
    "changes",
    [{}, {"sg": 0, "max_final_vocab": 40}, {"hs": 1, "negative": 2}, {"held_out": False, "min_count": 20}],
    ids=str,
)
def test_a_training_on_a_resample_is_that_on_the_text_written_out(
    tmp_path: Path, engine: str, ties: Any, changes: dict[str, Any]
) -> None:
    sentences = make_text(12_000)
    corpus = read(tmp_path / "all", sentences)
    drawn = resampled(corpus)
    assert len(set(drawn.tolist())) < len(drawn), "no sentence is repeated"
    settings = Settings(**({"workers": 1, "vector_size": 8, "epochs": 3} | changes))
    found = train_text(hold_out(chosen_sentences(corpus, drawn), settings), settings, engine, ties)

    written = tmp_path / "written"
    written.write_text("\n".join(" ".join(sentences[place]) for place in drawn))
    plan = TrainingPlan((str(written),), Reading("whitespace"), settings, engine, ties)
    facts, receipt = train_model(plan, tmp_path / "m.w2v", None, Silent(), force=False)
    model = open_model_directory(tmp_path / "m.w2v", with_weights=True)
    assert found.vocabulary.words == list(model.words)
    assert found.vocabulary.counts.tolist() == np.asarray(model.counts).tolist()
    np.testing.assert_array_equal(found.vectors, model.vectors[:])
    for name, array in model.weights.items():
        np.testing.assert_array_equal(found.arrays[name], array, name)
    assert found.progress.epochs == receipt.per_epoch
    assert found.progress.loss == facts.runs[-1].loss
    assert found.progress.engine == facts.runs[-1].engine == engine


def test_all_sentences_are_the_sentences_in_order(tmp_path: Path) -> None:
    corpus = read(tmp_path / "t", make_text(3000))
    settings = Settings(workers=1, vector_size=4, epochs=2, min_count=1)
    everything, chosen = all_sentences(corpus), chosen_sentences(corpus, range(len(corpus.sentence_ends)))
    assert chosen.counts.tolist() == everything.counts.tolist()
    assert chosen.appeared.tolist() == everything.appeared.tolist()
    first, second = (train_text(hold_out(text, settings), settings, QUICK_ENGINE) for text in (everything, chosen))
    assert first.vectors.tobytes() == second.vectors.tobytes()


def test_chosen_documents_are_their_sentences_in_a_row(tmp_path: Path) -> None:
    texts = {"a.txt": "one two\nthree", "b.txt": "four\nfive six\nseven", "c.txt": "eight nine"}
    (tmp_path / "texts").mkdir()
    for name, text in texts.items():
        (tmp_path / "texts" / name).write_text(text)
    (tmp_path / "corpus").mkdir()
    corpus = read_corpus([str(tmp_path / "texts")], tmp_path / "corpus", Reading("whitespace"), Silent())
    found = hold_out(chosen_documents(corpus, [2, 1, 2]), Settings(held_out=False))
    assert list(found.sentences()) == [
        ["eight", "nine"],
        *(["four"], ["five", "six"], ["seven"]),
        ["eight", "nine"],
    ]
    with pytest.raises(IndexError):
        chosen_documents(corpus, [3])


def test_nothing_is_written(tmp_path: Path) -> None:
    corpus = read(tmp_path / "t", make_text(3000))
    before = sorted(tmp_path.rglob("*"))
    settings = Settings(workers=1, vector_size=4, epochs=2)
    found = train_text(hold_out(all_sentences(corpus), settings), settings, QUICK_ENGINE)
    assert sorted(tmp_path.rglob("*")) == before
    assert found.vectors.shape == (len(found.vocabulary.words), 4)
    assert found.progress.loss


@hypothesis_settings(max_examples=30)
@given(lengths=st.lists(st.integers(1, 30), min_size=1, max_size=20), data=st.data(), min_count=st.integers(1, 3))
def test_the_counts_of_chosen_sentences_are_those_of_their_words(
    lengths: list[int], data: st.DataObject, min_count: int
) -> None:
    corpus = make_corpus(lengths)
    places = data.draw(st.lists(st.integers(0, len(lengths) - 1), min_size=1, max_size=40))
    sentences = list(corpus.sentences())
    words = [word for place in places for word in sentences[place]]
    found = chosen_sentences(corpus, places)
    assert found.words == len(words)
    assert [corpus.words[word] for word in found.appeared] == list(dict.fromkeys(words))
    assert {corpus.words[word]: count for word, count in enumerate(found.counts) if count} == {
        word: words.count(word) for word in words
    }
    frequent = {word for word in words if words.count(word) >= min_count}
    if frequent:
        vocabulary = make_vocabulary(found, Settings(min_count=min_count))
        assert set(vocabulary.words) == frequent
        assert {word for word, _ in vocabulary.dropped} == set(words) - frequent
    text = hold_out(found, Settings(held_out=False))
    assert [word for part in text.sentences() for word in part] == words
