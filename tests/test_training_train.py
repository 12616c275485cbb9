from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.gensim_oracle import TRAINER, train_quickly
from w2vcli.corpus.reading import Reading
from w2vcli.errors import BadCorpus, LostWords, OutputExists
from w2vcli.models.directory import open_model_directory
from w2vcli.models.runs import Receipt, RunSource
from w2vcli.queries.search import most_similar
from w2vcli.reporting import Silent
from w2vcli.training.engines.task import Epoch, Task
from w2vcli.training.plans import TrainingPlan
from w2vcli.training.settings import Settings
from w2vcli.training.train import train_model

FAST = Settings(vector_size=20, workers=1, epochs=5)


def planted(path: Path) -> Path:
    """Write text in which cats and dogs share their company, and stones and rocks theirs."""
    rng = random.Random(1)
    lines = []
    for _ in range(1500):
        animal, thing = rng.choice(["cat", "dog"]), rng.choice(["stone", "rock"])
        lines.append(f"the {animal} {rng.choice(['ran', 'slept', 'ate'])} in the {rng.choice(['house', 'garden'])}")
        lines.append(f"a {thing} {rng.choice(['lay', 'rolled', 'fell'])} on a {rng.choice(['hill', 'road'])}")
    path.write_text("\n".join(lines))
    return path


def run(source: Path, target: Path, settings: Settings = FAST, force: bool = False) -> Receipt:
    plan = TrainingPlan((str(source),), Reading("whitespace"), settings)
    return train_model(plan, target, None, Silent(), force=force)[1]


def test_a_planted_relation_comes_out(tmp_path: Path) -> None:
    run(planted(tmp_path / "t"), tmp_path / "m.w2v", replace(FAST, epochs=15))
    model = open_model_directory(tmp_path / "m.w2v")
    assert most_similar(model, ["cat"], topn=1)[0].word == "dog"
    assert most_similar(model, ["stone"], topn=1)[0].word == "rock"


def test_the_receipt_adds_up_and_is_stored(tmp_path: Path) -> None:
    receipt = run(planted(tmp_path / "t"), tmp_path / "m.w2v", Settings(vector_size=4, epochs=3, min_count=600))
    assert receipt.read == len((tmp_path / "t").read_text().split())
    assert receipt.below_min_count > 0
    assert (
        receipt.read * 3
        == receipt.total
        == receipt.below_min_count + (receipt.subsampled or 0) + (receipt.trained or 0) + receipt.held_out
    )
    stored = open_model_directory(tmp_path / "m.w2v").facts
    (record,) = stored.runs
    assert record.receipt == receipt
    assert record.settings["epochs"] == 3
    text = (tmp_path / "t").read_bytes()
    assert record.sources == [RunSource(str(tmp_path / "t"), 1, len(text), hashlib.sha256(text).hexdigest())]


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    source = planted(tmp_path / "t")
    run(source, tmp_path / "a.w2v")
    run(source, tmp_path / "b.w2v")
    for name in ("vectors.npy", "words.txt", "counts.npy"):
        assert (tmp_path / "a.w2v" / name).read_bytes() == (tmp_path / "b.w2v" / name).read_bytes()


def test_counts_are_those_of_the_text(tmp_path: Path) -> None:
    source = planted(tmp_path / "t")
    run(source, tmp_path / "m.w2v")
    model = open_model_directory(tmp_path / "m.w2v")
    words = source.read_text().split()
    assert model.counts is not None
    assert model.counts.tolist() == [words.count(word) for word in model.words]


def test_a_vocabulary_that_would_be_empty_is_told_before_training(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("one two two")
    with pytest.raises(BadCorpus, match=r"no word comes 5 times .*the most frequent is two: 2"):
        run(tmp_path / "t", tmp_path / "m.w2v")
    assert not (tmp_path / "m.w2v").exists()


def test_an_existing_model_is_kept_unless_forced(tmp_path: Path) -> None:
    source = planted(tmp_path / "t")
    run(source, tmp_path / "m.w2v")
    with pytest.raises(OutputExists):
        run(source, tmp_path / "m.w2v")
    run(source, tmp_path / "m.w2v", Settings(vector_size=3, epochs=1), force=True)
    assert open_model_directory(tmp_path / "m.w2v").facts.vector_size == 3


@pytest.mark.parametrize("lost", [{"fed": 1}, {"trained": 1000}], ids=str)
def test_an_engine_that_loses_words_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: dict[str, int]
) -> None:
    def losing(task: Task) -> None:
        def on_epoch(epoch: Epoch) -> None:
            less = {name: getattr(epoch, name) - count for name, count in lost.items()}
            task.on_epoch(replace(epoch, **less))

        train_quickly(replace(task, on_epoch=on_epoch))

    source = planted(tmp_path / "t")
    monkeypatch.setattr(TRAINER, losing)
    with pytest.raises(LostWords):
        run(source, tmp_path / "m.w2v", Settings(vector_size=4, epochs=1, sample=0.0))
    assert not (tmp_path / "m.w2v").exists()


def test_vectors_are_float32_rows_in_order_of_frequency(tmp_path: Path) -> None:
    run(planted(tmp_path / "t"), tmp_path / "m.w2v")
    model = open_model_directory(tmp_path / "m.w2v")
    assert model.vectors[:1].dtype == np.float32
    assert model.counts is not None
    assert (np.diff(model.counts) <= 0).all()
