"""``classifier.json`` and ``language-model.json``: what is kept of a network besides its weights.

A record holds the settings, so it can make the plan by which its training is resumed. Fields that later versions
brought have a default, and `PRESENT_NAMES` has the fields that once had another name, so that older files are read.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from w2vcli.corpus.reading import Reading
from w2vcli.measure.bootstrap import Interval, wilson_interval
from w2vcli.neural.epochs import EpochMeasures
from w2vcli.neural.label_files import Columns
from w2vcli.neural.plans import (
    ClassifierNetwork,
    ClassifierPlan,
    ClassifierSettings,
    FitSettings,
    LanguageNetwork,
    LanguagePlan,
    LanguageSettings,
    RowShape,
    TextSettings,
)

FORMAT_VERSION = 2
PRESENT_NAMES = {"cutting": "texts", "vocabulary": "vocabulary_size"}
"""What some fields were called in files of format version 1, and what they are called now."""


class NetworkRecord(Protocol):
    """What the records of all networks say: ``trained_on`` is the SHA-256 of the examples."""

    @property
    def trained_on(self) -> str: ...  # noqa: D102
    @property
    def history(self) -> list[EpochMeasures]: ...  # noqa: D102
    @property
    def fitting(self) -> FitSettings: ...  # noqa: D102
    @property
    def best_epoch(self) -> int: ...  # noqa: D102
    @property
    def format_version(self) -> int: ...  # noqa: D102


@dataclass(frozen=True)
class ExampleCounts:
    """How many examples were trained on and validated with: texts of a classifier, words of a language model."""

    training: int
    validation: int


@dataclass(frozen=True)
class ClassifierData:
    """Where labelled texts came from and how they were read: see `Columns` and `ClassifierPlan`."""

    path: str
    text: str | None
    label: str | None
    encoding: str
    encoding_errors: str
    validation: float
    validation_data: str | None = None


@dataclass(frozen=True)
class ClassifierRecord:
    """What ``classifier.json`` says; ``labels`` stand in the order of the classes, ``best_epoch`` counts from 1.

    ``label_counts`` is how many texts have each label, the most frequent first. ``baseline_accuracy``, and
    ``majority_accuracy`` of always telling the most frequent label, are those on the validation examples.
    """

    network: ClassifierNetwork
    fitting: FitSettings
    texts: TextSettings
    shape: RowShape
    labels: list[str]
    data: ClassifierData
    examples: ExampleCounts
    examples_sha256: str
    parameters: int
    history: list[EpochMeasures]
    best_epoch: int
    baseline_accuracy: float
    keras: str
    backend: str
    label_counts: dict[str, int] = field(default_factory=dict)
    majority_accuracy: float | None = None
    format_version: int = FORMAT_VERSION

    @property
    def trained_on(self) -> str:
        """The SHA-256 of the ids and the classes that were trained on."""
        return self.examples_sha256

    def plan(self, data: Path | None = None, epochs: int | None = None) -> ClassifierPlan:
        """Return the plan of the training, with ``data`` that were moved or with more ``epochs``."""
        was, shape = self.data, self.shape
        return ClassifierPlan(
            data=data or Path(was.path),
            columns=Columns(was.text, was.label, was.encoding, was.encoding_errors),
            settings=ClassifierSettings(
                self.network, self.texts, _longer(self.fitting, epochs), shape.length, shape.truncating, was.validation
            ),
            validation_data=None if was.validation_data is None else Path(was.validation_data),
        )

    def counted_labels(self) -> list[str]:
        """Return each label with the number of its texts, the most frequent first; an older w2v kept no numbers."""
        return [f"{label} {count:,}" for label, count in self.label_counts.items()] or self.labels

    def accuracies(self) -> dict[str, float]:
        """Return the measures of the best epoch, the interval of its accuracy, and the accuracies to compare with."""
        best = self.history[self.best_epoch - 1]
        found = interval_of(best.val_accuracy or 0.0, self.examples.validation)
        others = {"baseline_val_accuracy": self.baseline_accuracy, "majority_val_accuracy": self.majority_accuracy}
        return {
            **best.as_row(),
            "val_accuracy_low": found.low,
            "val_accuracy_high": found.high,
            **{name: value for name, value in others.items() if value is not None},
        }


@dataclass(frozen=True)
class LanguageData:
    """Where the text of a language model came from and how it was read."""

    sources: tuple[str, ...]
    reading: Reading
    vocabulary_size: int
    min_count: int
    validation: float


@dataclass(frozen=True)
class LanguageRecord:
    """What ``language-model.json`` says; ``best_epoch`` counts from 1.

    ``words`` counts the end of each sentence too. ``perplexity`` is that of the best epoch on the sentences that are
    held out, ``baseline_perplexity`` that of trigrams.
    """

    network: LanguageNetwork
    fitting: FitSettings
    data: LanguageData
    words: ExampleCounts
    text_sha256: str
    parameters: int
    history: list[EpochMeasures]
    best_epoch: int
    perplexity: float
    baseline_perplexity: float
    keras: str
    backend: str
    format_version: int = FORMAT_VERSION

    @property
    def trained_on(self) -> str:
        """The SHA-256 of the ids of all sentences."""
        return self.text_sha256

    def plan(self, epochs: int | None = None) -> LanguagePlan:
        """Return the plan of the training, with more ``epochs`` if they are given."""
        was, reading = self.data, self.data.reading
        texts = TextSettings(
            reading.tokenizer, reading.lowercase, was.vocabulary_size, was.min_count, reading.word_rules
        )
        settings = LanguageSettings(self.network, texts, _longer(self.fitting, epochs), was.validation)
        return LanguagePlan(was.sources, reading, settings)


def interval_of(share: float, total: int) -> Interval:
    """Return the 95 % confidence interval of a share of ``total`` answers that were right."""
    return wilson_interval(round(share * total), total)


def _longer(fitting: FitSettings, epochs: int | None) -> FitSettings:
    return fitting if epochs is None else replace(fitting, epochs=epochs)
