"""Variants are trained on all of a corpus, weighted, and go on behind the last one that is whole."""

from __future__ import annotations

import errno
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import MakeModel
from tests.gensim_oracle import NEEDS_GENSIM
from tests.test_training_train import FAST, planted
from w2vcli.atomic import new_file
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.reading import Reading, read_corpus
from w2vcli.errors import BadCorpus, BadModel, BadSettings, UnfinishedTraining, Unwritable, W2vError
from w2vcli.locks import Locked
from w2vcli.models.directory import open_model_directory
from w2vcli.models.facts import read_facts
from w2vcli.models.model_parts import VARIANTS
from w2vcli.models.variants import VariantsFolder, VariantsMade, open_variants
from w2vcli.queries.search import most_similar
from w2vcli.reporting import SILENT, Silent
from w2vcli.training import variant_training
from w2vcli.training.blocks import count_units, find_blocks
from w2vcli.training.epochs import TrainingJob, make_job
from w2vcli.training.plans import TrainingPlan
from w2vcli.training.settings import Settings
from w2vcli.training.text import all_sentences
from w2vcli.training.train import train_model
from w2vcli.training.variant_training import draw_weights, make_variants, weighted_text
from w2vcli.training.vocabulary import make_vocabulary

QUICK = replace(FAST, vector_size=4, epochs=2)


def encoded(folder: Path, *documents: str) -> EncodedCorpus:
    """Return a corpus of these documents, each of which is a file."""
    texts = folder / "texts"
    texts.mkdir()
    for number, document in enumerate(documents):
        (texts / f"{number:03}.txt").write_text(document, encoding="utf-8")
    (folder / "corpus").mkdir()
    return read_corpus([str(texts)], folder / "corpus", Reading("whitespace", line_breaks="end"), SILENT)


def trained(folder: Path, settings: Settings = QUICK, engine: str = "auto", reading: Reading | None = None) -> Path:
    """Train a model of the planted text and return its directory."""
    path = folder / "m.w2v"
    sources = (str(planted(folder / "t.txt")),)
    train_model(TrainingPlan(sources, reading or Reading(), settings, engine), path, None, Silent(), force=True)
    return path


def make(path: Path, count: int, **more: Any) -> VariantsMade:
    return make_variants(path, count, None, SILENT, **more)


def files(path: Path) -> list[str]:
    """Return the names of the files, but for those that a lock or an unfinished file has, without ``units.npy``."""
    names = sorted(file.name for file in (path / VARIANTS).iterdir() if not file.name.startswith("."))
    names.remove("units.npy")
    return names


# --- blocks and weights


def test_documents_are_weighted_where_there_are_fifty(tmp_path: Path) -> None:
    corpus = encoded(tmp_path, *(f"word {number}\nand more" for number in range(50)))
    blocks = find_blocks(corpus)
    assert blocks.name == "documents"
    assert blocks.ends.tolist() == list(range(2, 101, 2))


def test_each_word_has_the_number_of_blocks_that_it_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    texts = [" ".join(f"w{number}" for number in rng.zipf(1.5, size=rng.integers(1, 90)) % 1000) for _ in range(70)]
    corpus = encoded(tmp_path, *texts)
    blocks = find_blocks(corpus)
    vocabulary = make_vocabulary(all_sentences(corpus), replace(QUICK, min_count=5), ties="last")
    expected = [sum(word in text.split() for text in texts) for word in vocabulary.words]
    assert 1 < len(expected) < len(corpus.words)
    for at_once in (1, 100, 1 << 20):
        monkeypatch.setattr("w2vcli.training.blocks._TOKENS_AT_ONCE", at_once)
        assert count_units(corpus, blocks, vocabulary).tolist() == expected


def test_of_fewer_documents_blocks_of_500_tokens_are_weighted_that_end_with_a_document(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    texts = ["\n".join("a " * length for length in rng.integers(1, 90, size=200)) for _ in range(4)]
    corpus = encoded(tmp_path, *texts, "a short one")
    ends, tokens, expected = set(corpus.document_ends().tolist()), 0, []
    for number, length in enumerate(np.diff(corpus.sentence_ends, prepend=0).tolist(), 1):
        tokens += length
        if tokens >= 500 or number in ends:
            expected.append(number)
            tokens = 0
    blocks = find_blocks(corpus)
    assert blocks.name == "blocks"
    assert blocks.ends.tolist() == expected
    assert ends <= set(expected)


def test_a_text_of_one_line_is_blocks_of_500_tokens(tmp_path: Path) -> None:
    corpus = encoded(tmp_path, "a b c " * 1100, "d " * 20)
    blocks = find_blocks(corpus)
    assert blocks.starts.tolist() == [0, 500, 1000, 1500, 2000, 2500, 3000, 3300]
    assert blocks.stops.tolist() == [500, 1000, 1500, 2000, 2500, 3000, 3300, 3320]
    assert blocks.ends.tolist() == list(range(1, 9))


def test_a_corpus_of_one_block_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCorpus, match="a corpus of 3 words is one block"):
        find_blocks(encoded(tmp_path, "a b c"))


def test_weights_have_a_mean_of_one_and_leave_nothing_out() -> None:
    weights = draw_weights(1000, seed=3)
    assert weights.mean() == pytest.approx(1, abs=1e-12)
    assert weights.min() > 0
    assert weights.std() == pytest.approx(1, abs=0.1)  # as that of the exponential distribution
    assert weights.tolist() == draw_weights(1000, seed=3).tolist()
    assert weights.tolist() != draw_weights(1000, seed=4).tolist()


def test_each_epoch_has_a_block_as_often_as_its_weight_says(tmp_path: Path) -> None:
    epochs = 40
    corpus = encoded(tmp_path, *("\n".join(f"{n} {line}" for line in range(1 + n % 4)) for n in range(60)))
    blocks = find_blocks(corpus)
    chosen = weighted_text(corpus, blocks, epochs, seed=5)
    sentences = np.searchsorted(corpus.sentence_ends, chosen.starts, side="right").tolist()
    documents = np.searchsorted(blocks.ends, sentences, side="right").tolist()
    # An epoch goes through the documents in order, so that the next one begins where a number is lower.
    times: list[Counter[int]] = [Counter()]
    at = 0
    while at < len(sentences):
        document = documents[at]
        if times[-1] and document < max(times[-1]):
            times.append(Counter())
        times[-1][document] += 1
        begin = int(blocks.ends[document - 1]) if document else 0
        whole = list(range(begin, int(blocks.ends[document])))
        assert sentences[at : at + len(whole)] == whole
        at += len(whole)
    weights = draw_weights(60, seed=5)
    assert len(times) == epochs
    for document, weight in enumerate(weights.tolist()):
        often = [epoch[document] for epoch in times]
        assert set(often) <= {int(weight), int(weight) + 1}
        assert np.mean(often) == pytest.approx(weight, abs=4 * 0.5 / np.sqrt(epochs))
    expected = Counter(
        token
        for start, stop in zip(chosen.starts, chosen.stops, strict=True)
        for token in corpus.ids[start:stop].tolist()
    )
    assert chosen.counts.tolist() == [expected[token] for token in range(len(corpus.words))]


# --- what comes out


@pytest.mark.parametrize(
    ("settings", "engine"),
    [
        ({}, "numba"),
        ({"sg": 0}, "numba"),
        ({"hs": 1, "negative": 0}, "numba"),
        pytest.param({}, "gensim", marks=NEEDS_GENSIM),
        pytest.param({"sg": 0, "hs": 1}, "gensim", marks=NEEDS_GENSIM),
    ],
)
def test_a_planted_relation_comes_out_in_each_variant(tmp_path: Path, settings: dict[str, Any], engine: str) -> None:
    path = trained(tmp_path, replace(FAST, epochs=15, **settings), engine)
    make(path, 5)
    found = open_variants(open_model_directory(path))
    assert len(found) == 5
    for variant in found:
        assert most_similar(variant, ["cat"], topn=1)[0].word == "dog"
        assert most_similar(variant, ["stone"], topn=1)[0].word == "rock"


@pytest.mark.parametrize(
    "reading", [Reading(phrases="default", phrase_threshold=1.0), Reading("subwords", subword_vocabulary=60)]
)
def test_a_model_of_phrases_or_subword_units_has_the_same_rows_in_its_variants(
    tmp_path: Path, reading: Reading
) -> None:
    if reading.tokenizer == "subwords":
        pytest.importorskip("tokenizers")
    path = trained(tmp_path, replace(QUICK, min_count=1), reading=reading)
    make(path, 5)
    model = open_model_directory(path)
    assert all(variant.vectors[:].shape == model.vectors[:].shape for variant in open_variants(model))


def test_one_worker_makes_the_same_bytes_twice_whether_in_one_go_or_not(tmp_path: Path) -> None:
    path = trained(tmp_path)
    whole = make(path, 4, workers=1)
    assert make(path, 2, workers=1, again=True).sha256 == whole.sha256[:2]
    assert make(path, 4, workers=1) == whole
    assert make(path, 4, workers=1, again=True, seed=8).sha256 != whole.sha256
    assert len(set(whole.sha256)) == 4


def test_the_epochs_and_the_settings_are_those_of_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs: list[TrainingJob] = []

    def keep(*given: Any) -> TrainingJob:
        jobs.append(make_job(*given))
        return jobs[-1]

    monkeypatch.setattr(variant_training, "make_job", keep)
    path = trained(tmp_path, replace(QUICK, epochs=3, sample=0, alpha=0.1))
    make(path, 1)
    [job] = jobs
    tokens = open_model_directory(path).facts.runs[0].receipt
    assert tokens is not None
    assert job.settings == replace(QUICK, epochs=1, sample=0, alpha=0.1, seed=2, held_out=False)
    assert job.text.words == pytest.approx(3 * tokens.read, rel=0.5)  # one epoch of three times the text
    assert job.vocabulary.words == list(open_model_directory(path).words)


# --- going on


def _failing(at: int, error: BaseException) -> Callable[..., Any]:
    """Return what trains variants and raises ``error`` in place of the one after ``at`` more."""
    train, done = variant_training.VariantTraining.train, iter(range(at))

    def train_or_raise(self: variant_training.VariantTraining, *given: Any) -> Any:
        if next(done, None) is None:
            raise error
        return train(self, *given)

    return train_or_raise


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device"), SystemExit(143)]
)
def test_what_was_done_before_an_interruption_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    path = trained(tmp_path)
    whole = make(path, 4)
    shutil.rmtree(path / VARIANTS)
    with monkeypatch.context() as patch, pytest.raises(type(error)):
        patch.setattr(variant_training.VariantTraining, "train", _failing(2, error))
        make(path, 4)
    kept = VariantsFolder(path).read()
    assert kept is not None
    assert kept.sha256 == whole.sha256[:2]
    assert files(path) == ["1.npy", "2.npy", "variants.json"]
    assert make(path, 4) == whole


@pytest.mark.parametrize("name", ["3.npy", "variants.json"])
def test_what_a_kill_left_half_done_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    path = trained(tmp_path)
    whole = make(path, 2)

    def writing(file: Path, *, force: bool) -> Any:
        if file.name == name:
            raise SystemExit(137)
        return new_file(file, force=force)

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr("w2vcli.models.variants.new_file", writing)
        make(path, 4)
    assert VariantsFolder(path).read() == whole
    (path / VARIANTS / "9.npy").write_bytes(b"of an earlier run")
    assert make(path, 3).sha256[:2] == whole.sha256
    assert files(path) == ["1.npy", "2.npy", "3.npy", "variants.json"]


def test_fewer_than_there_are_leave_all_of_them_and_read_no_text(tmp_path: Path) -> None:
    path = trained(tmp_path)
    whole = make(path, 3)
    (tmp_path / "t.txt").unlink()
    assert make(path, 2) == make(path, 3) == whole
    with pytest.raises(BadCorpus, match=r"t.txt: the text of the model is not there any more; --text names"):
        make(path, 4)
    with pytest.raises(BadCorpus):
        make(path, 3, again=True)
    assert VariantsFolder(path).read() == whole


def test_another_seed_than_that_of_earlier_variants_is_refused(tmp_path: Path) -> None:
    path = trained(tmp_path)
    whole = make(path, 1, seed=4)
    with pytest.raises(BadSettings, match="with --seed 4; --again makes them again"):
        make(path, 2, seed=5)
    assert make(path, 2).sha256[0] == whole.sha256[0]
    assert make(path, 1, seed=5, again=True).seed == 5
    assert files(path) == ["1.npy", "variants.json"]


def test_a_second_process_is_refused_and_nothing_is_lost(tmp_path: Path) -> None:
    path = trained(tmp_path)
    whole = make(path, 2)
    with VariantsFolder(path).to_oneself():
        with pytest.raises(UnfinishedTraining, match=r"another process is training variants of .*m.w2v; wait"):
            make(path, 3)
        assert make(path, 2) == whole
    assert len(make(path, 3).sha256) == 3


def test_a_model_that_is_replaced_meanwhile_gets_no_variants_of_the_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = trained(tmp_path)
    train = variant_training.VariantTraining.train

    def replace_then_train(self: variant_training.VariantTraining, *given: Any) -> Any:
        shutil.rmtree(path)
        trained(tmp_path, replace(QUICK, seed=7))
        return train(self, *given)

    monkeypatch.setattr(variant_training.VariantTraining, "train", replace_then_train)
    with pytest.raises(BadModel, match=r"another process has replaced .*m.w2v while its variants were trained"):
        make(path, 2)
    assert open_variants(open_model_directory(path)) == []
    assert not (path / VARIANTS).exists()


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_model_that_cannot_be_written_is_told_before_its_text_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = trained(tmp_path)
    whole = make(path, 1)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr("w2vcli.models.variants.locked", refuse)
    with pytest.raises(Unwritable, match=re.escape(f"{path} cannot be written (no), and variants are kept in it")):
        make(path, 2)
    assert make(path, 1) == whole
    monkeypatch.setattr("w2vcli.models.variants.locked", lambda *_, **__: (_ for _ in ()).throw(Locked()))
    with pytest.raises(UnfinishedTraining):
        make(path, 2)


# --- what has no variants


def test_what_cannot_be_trained_again_is_told(tmp_path: Path, make_model: MakeModel) -> None:
    loaded = make_model(["a", "b"], [[1, 2], [2, 1]])
    with pytest.raises(BadModel, match="was not made by w2v train"):
        make(loaded.path, 5)
    path = trained(tmp_path)

    def with_facts(change: Callable[[dict[str, Any]], object]) -> str:
        copy = tmp_path / "copy.w2v"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(path, copy)
        facts = json.loads((copy / "model.json").read_text())
        change(facts)
        (copy / "model.json").write_text(json.dumps(facts))
        (copy / "model.json.sha256").unlink()
        with pytest.raises(W2vError) as error:
            make(copy, 5)
        assert not (copy / VARIANTS).exists()
        return str(error.value)

    assert "was trained 2 times, each from" in with_facts(lambda facts: facts["training"].append(facts["training"][0]))
    assert "has no hash of its vectors" in with_facts(lambda facts: facts["sha256"].clear())
    assert "variants are made of word2vec models alone" in with_facts(
        lambda facts: facts["training"][0]["settings"].update(model_type="fasttext")
    )
    assert "standard input, which cannot be read again" in with_facts(
        lambda facts: facts["training"][0]["sources"][0].update(path="-")
    )


def test_a_model_that_is_made_of_another_has_none_of_its_variants(tmp_path: Path) -> None:
    path = trained(tmp_path)
    make(path, 1)
    facts = read_facts(path)
    plan = TrainingPlan(("-",), Reading(), QUICK)
    source = facts.runs[0].sources[0].path
    again = replace(plan, sources=(source,), start_from=str(path))
    train_model(again, tmp_path / "more.w2v", None, Silent(), force=False)
    assert not (tmp_path / "more.w2v" / VARIANTS).exists()
