"""``classifier.json`` and ``language-model.json``: what is kept of a network besides its weights.

A record holds the settings, so it can make the plan by which its training is resumed. Fields that later versions
brought have a default, and `PRESENT_NAMES` has the fields that once had another name, so that older files are read.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from w2vcli.corpus.reading import Reading
from w2vcli.measure.bootstrap import Interval, wilson_interval
from w2vcli.neural.labelled_texts.label_files import Columns
from w2vcli.neural.network_epochs import EpochMeasures
from w2vcli.neural.network_plans import (
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
PRESENT_NAMES = {
    "cutting": "texts",
    "examples_sha256": "sha256",
    "text_sha256": "sha256",
    "vocabulary": "vocabulary_size",
    "words": "examples",
}
"""What some fields were called in files of format version 1, and what they are called now."""


@dataclass(frozen=True)
class ExampleCounts:
    """How many examples were trained on and validated with: texts of a classifier, words of a language model."""

    training: int
    validation: int


@dataclass(frozen=True, kw_only=True)
class NetworkRecord:
    """What is kept of any network: ``history`` has each epoch, ``best_epoch`` counts from 1.

    ``sha256`` is that of all examples, by which a resumed training knows that its texts are the same.
    """

    fitting: FitSettings
    examples: ExampleCounts
    sha256: str
    parameters: int
    history: list[EpochMeasures]
    best_epoch: int
    keras: str
    backend: str
    format_version: int = FORMAT_VERSION

    @property
    def kept_epoch(self) -> int:
        """The epoch that the model is of: the best, or the last one if the training was to keep that."""
        return len(self.history) if self.fitting.keep == "last" else self.best_epoch

    def fitting_to(self, epochs: int | None) -> FitSettings:
        """Return the settings of the training, with another number of ``epochs`` if there is one."""
        return self.fitting if epochs is None else replace(self.fitting, epochs=epochs)


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


@dataclass(frozen=True, kw_only=True)
class ClassifierRecord(NetworkRecord):
    """What ``classifier.json`` says. The ``labels`` stand in the order of the classes.

    ``label_counts`` is how many texts have each label, the most frequent first. ``baseline_accuracy``, and
    ``majority_accuracy`` of always telling the most frequent label, are those on the validation examples.
    """

    network: ClassifierNetwork
    texts: TextSettings
    shape: RowShape
    labels: list[str]
    data: ClassifierData
    baseline_accuracy: float
    label_counts: dict[str, int] = field(default_factory=dict)
    majority_accuracy: float | None = None

    def plan(self, data: Path | None = None, epochs: int | None = None) -> ClassifierPlan:
        """Return the plan of the training, with ``data`` that were moved or with more ``epochs``."""
        was, shape = self.data, self.shape
        return ClassifierPlan(
            data=data or Path(was.path),
            columns=Columns(was.text, was.label, was.encoding, was.encoding_errors),
            settings=ClassifierSettings(
                network=self.network,
                texts=self.texts,
                fitting=self.fitting_to(epochs),
                length=shape.length,
                truncating=shape.truncating,
                pad_to=shape.pad_to,
                validation=was.validation,
            ),
            validation_data=self._validation_data(data),
        )

    def _validation_data(self, data: Path | None) -> Path | None:
        """Return where the texts to validate with are, in ``data`` that were moved if they were a part of those."""
        was = self.data
        if data is not None and was.validation_data == was.path:
            return data
        return None if was.validation_data is None else Path(was.validation_data)

    def counted_labels(self) -> list[str]:
        """Return each label with the number of its texts, the most frequent first: ``pos 120``.

        Records of format version 1 may lack the numbers, and then the labels stand alone.
        """
        return [f"{label} {count:,}" for label, count in self.label_counts.items()] or self.labels

    def accuracies(self) -> dict[str, float]:
        """Return the measures of the epoch that is kept, the interval of its accuracy, and those to compare with."""
        kept = self.history[self.kept_epoch - 1]
        # If the best of some epochs was taken, the true accuracy is rather below than above the middle.
        found = interval_of(kept.val_accuracy or 0.0, self.examples.validation)
        others = {"baseline_val_accuracy": self.baseline_accuracy, "majority_val_accuracy": self.majority_accuracy}
        return {
            **kept.as_row(),
            "val_accuracy_low": found.low,
            "val_accuracy_high": found.high,
            **{name: value for name, value in others.items() if value is not None},
        }


@dataclass(frozen=True)
class LanguageData:
    """Where the text of a language model came from and how it was read.

    The tokenizer stands in ``reading`` alone, the rest of the settings of texts beside it.
    """

    sources: tuple[str, ...]
    reading: Reading
    vocabulary_size: int
    min_count: int
    validation: float


@dataclass(frozen=True, kw_only=True)
class LanguageRecord(NetworkRecord):
    """What ``language-model.json`` says. The end of a sentence counts as a word among the ``examples``.

    ``perplexity`` is that of the epoch that is kept on the sentences that are held out, ``baseline_perplexity`` that of
    trigrams.
    """

    network: LanguageNetwork
    data: LanguageData
    perplexity: float
    baseline_perplexity: float

    def plan(self, epochs: int | None = None) -> LanguagePlan:
        """Return the plan of the training, with more ``epochs`` if they are given."""
        was, reading = self.data, self.data.reading
        texts = TextSettings(
            reading.tokenizer, reading.lowercase, was.vocabulary_size, was.min_count, reading.word_rules
        )
        settings = LanguageSettings(self.network, texts, self.fitting_to(epochs), was.validation)
        return LanguagePlan(was.sources, reading, settings)


def interval_of(share: float, total: int) -> Interval:
    """Return the 95 % confidence interval of a share of ``total`` answers that were right."""
    return wilson_interval(round(share * total), total)
