"""Records of networks: older ones are read, damaged ones refused, and a training can be resumed by what they say."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from w2vcli.errors import BadModel
from w2vcli.neural.labelled_texts.label_files import Columns
from w2vcli.neural.network_epochs import EpochMeasures
from w2vcli.neural.network_plans import RowShape, TextSettings
from w2vcli.neural.network_store import CLASSIFIERS, LANGUAGE_MODELS

# What the first version wrote, before there were counts of labels and numbers of the rules of words.
CLASSIFIER: dict[str, Any] = {
    "network": {
        "network": "rnn",
        "cell": "lstm",
        "vector_size": 8,
        "units": 4,
        "dense": 16,
        "dropout": 0.5,
        "mask": True,
    },
    "fitting": {"epochs": 6, "batch_size": 64, "learning_rate": 0.001, "patience": 2, "seed": 1},
    "cutting": {"tokenizer": "unicode", "lowercase": True, "vocabulary": 20000, "min_count": 2},
    "shape": {"length": 11, "truncating": "post"},
    "labels": ["cutting", "vocabulary"],
    "data": {
        "path": "/d/reviews",
        "text": "text",
        "label": "label",
        "encoding": "utf-8",
        "encoding_errors": "strict",
        "validation": 0.1,
        "validation_data": None,
    },
    "examples": {"training": 216, "validation": 24},
    "examples_sha256": "0e52",
    "parameters": 313,
    "history": [
        {"accuracy": 0.66, "loss": 0.65, "val_accuracy": 1.0, "val_loss": 0.54},
        {"accuracy": 1.0, "loss": float("nan"), "val_accuracy": 0.5, "val_loss": float("inf")},
    ],
    "best_epoch": 1,
    "baseline_accuracy": 0.875,
    "keras": "3.10.0",
    "backend": "jax",
    "format_version": 1,
}
LANGUAGE_MODEL: dict[str, Any] = {
    "network": {"network": "recurrent", "window": 32, "vector_size": 64, "units": 128, "dropout": 0.2},
    "fitting": {"epochs": 10, "batch_size": 16, "learning_rate": 0.001, "patience": 1, "seed": 1},
    "data": {
        "sources": ["/d/t.txt"],
        "vocabulary": 5000,
        "min_count": 2,
        "validation": 0.1,
        "reading": {"tokenizer": "whitespace", "lowercase": False, "stop_words": ["a"], "encoding": "cp949"},
    },
    "words": {"training": 1582, "validation": 178},
    "text_sha256": "b76d",
    "parameters": 36563,
    "history": [{"loss": 2.93, "val_loss": 2.91}],
    "best_epoch": 1,
    "perplexity": 17.9,
    "baseline_perplexity": 20.6,
    "keras": "3.10.0",
    "backend": "jax",
    "format_version": 1,
}


def written(model: Path, name: str, record: dict[str, Any]) -> Path:
    (model / name).mkdir(exist_ok=True)
    (model / name / f"{name}.json").write_text(json.dumps(record))
    return model


def test_a_classifier_of_the_first_version_is_read(tmp_path: Path) -> None:
    record = CLASSIFIERS.read(written(tmp_path, "classifier", CLASSIFIER))
    assert record.labels == ["cutting", "vocabulary"]  # a label is no field
    assert record.texts == TextSettings("unicode", True, 20_000, 2, word_rules=1)
    assert record.history[0] == EpochMeasures(0.65, 0.54, 0.66, 1.0)
    assert record.history[0].as_row() == CLASSIFIER["history"][0]
    assert (record.label_counts, record.majority_accuracy) == ({}, None)
    assert record.counted_labels() == record.labels
    assert "majority_val_accuracy" not in record.accuracies()
    assert record.accuracies()["val_accuracy_low"] == pytest.approx(0.862, abs=1e-3)  # Wilson's, of 24 in 24
    plan = record.plan(epochs=9)
    assert (plan.data, plan.columns) == (Path("/d/reviews"), Columns("text", "label"))
    assert asdict(plan.settings.network) == CLASSIFIER["network"]
    assert asdict(plan.settings.fitting) == CLASSIFIER["fitting"] | {"epochs": 9, "keep": "best"}
    assert RowShape(plan.settings.length, plan.settings.truncating) == record.shape
    assert record.plan(Path("moved")).data == Path("moved")
    assert record.plan().settings.fitting.epochs == 6


def test_a_language_model_of_the_first_version_is_read(tmp_path: Path) -> None:
    record = LANGUAGE_MODELS.read(written(tmp_path, "language-model", LANGUAGE_MODEL))
    plan = record.plan(epochs=12)
    assert plan.sources == ("/d/t.txt",)
    assert (plan.reading.stop_words, plan.reading.encoding, plan.reading.word_rules) == (("a",), "cp949", 1)
    assert plan.settings.texts == TextSettings("whitespace", False, 5000, 2, word_rules=1)
    assert plan.settings.fitting.epochs == 12
    assert record.history[0].as_row() == {"loss": 2.93, "val_loss": 2.91}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"format_version": 3}, "has format version 3, this w2v reads up to 2; update w2v"),
        ({"format_version": True}, "format_version: expected int"),
        ({"cutting": None}, "texts: expected object"),
        ({"data": {"path": "/d"}}, "data: object missing required field"),
        ({"examples": {"training": 1, "validation": "2"}}, "examples.validation: expected int, got str"),
        ({"history": [{"loss": 1.0}]}, "missing required field"),
        ({"history": [{"loss": 1.0, "val_loss": 1.0, "f1": 1.0}]}, "knows no such field"),
        ({"network": {"network": "transformer"}}, "network.network: invalid enum value"),
        ({"more": 1}, "more: this version of w2v knows no such field"),
    ],
)
def test_what_is_no_record_is_refused_with_its_place(tmp_path: Path, change: dict[str, Any], fault: str) -> None:
    model = written(tmp_path, "classifier", CLASSIFIER | change)
    with pytest.raises(BadModel, match=rf"classifier\.json .*{fault}"):
        CLASSIFIERS.read(model)


def test_a_model_without_a_network_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="is no classifier; make one with: w2v classify train DATA"):
        CLASSIFIERS.read(tmp_path)
    assert not CLASSIFIERS.has(tmp_path)
