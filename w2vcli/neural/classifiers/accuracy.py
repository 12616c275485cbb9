"""How often a classifier is right on labelled texts, beside its baseline."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from w2vcli.errors import BadCorpus
from w2vcli.measure.bootstrap import Interval
from w2vcli.neural.classifiers.classifier import Classifier
from w2vcli.neural.labelled_texts.label_files import Labelled
from w2vcli.neural.labelled_texts.labels import Classes, classes_of
from w2vcli.neural.labelled_texts.seen import count_seen
from w2vcli.neural.network_records import interval_of
from w2vcli.reporting import Reporter


@dataclass(frozen=True)
class LabelFigures:
    """How many texts have a label, and the network's precision, recall and F1 for it, NaN where undefined."""

    label: str
    texts: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class ClassifierAccuracy:
    """Shares of right answers, and ``confusion[i, j]``: how many texts of label i were answered with label j.

    ``unknown`` is how many texts have a label that was not trained. Each is a wrong answer, and in no row of the
    matrix. ``seen`` is how many were trained on or validated with.
    """

    texts: int
    unknown: int
    seen: int
    accuracy: float
    baseline_accuracy: float
    labels: list[str]
    confusion: npt.NDArray[np.int64]
    classes: list[LabelFigures]

    def interval(self) -> Interval:
        """Return the 95 % confidence interval of the network's accuracy."""
        return interval_of(self.accuracy, self.texts)

    def baseline_interval(self) -> Interval:
        """Return the 95 % confidence interval of the baseline's accuracy."""
        return interval_of(self.baseline_accuracy, self.texts)

    def as_row(self) -> dict[str, Any]:
        """Return all figures by name, with the intervals, as ``classify test --json`` prints them."""
        ours, baseline = self.interval(), self.baseline_interval()
        return asdict(self) | {
            "confusion": self.confusion.tolist(),
            "low": ours.low,
            "high": ours.high,
            "baseline_low": baseline.low,
            "baseline_high": baseline.high,
        }


def measure_accuracy(classifier: Classifier, found: Labelled, reporter: Reporter) -> ClassifierAccuracy:
    """Return how the classifier and its baseline do on labelled texts.

    Raises
    ------
    BadCorpus
        If none of the labels was trained.
    """
    labels = classifier.record.labels
    seen = 0 if classifier.seen is None else count_seen(found.texts, classifier.seen)
    if seen:
        reporter.warn(
            f"{seen:,} of {len(found.texts):,} texts were trained on or validated with; "
            "figures of such texts say little of new ones"
        )
    true = classes_of(found.labels, labels)
    # Other labels are no error: a test set may have some that are rare. But all of them are a wrong column or file.
    new = sorted(set(found.labels).difference(labels))
    if len(new) == len(set(found.labels)):
        raise BadCorpus(
            f"none of the labels was trained: {', '.join(new)}; those of the classifier: {', '.join(labels)}"
        )
    known = true >= 0
    if new:
        unknown = int((~known).sum())
        reporter.warn(f"{unknown:,} texts have a label that was not trained, and count as wrong: {', '.join(new)}")
    # The network and its baseline answer the same texts, of which only the network may be given subword units.
    with reporter.phase("testing", len(true), "texts") as advance:
        words, tokens = classifier.tokens(found.texts)
        answers = classifier.probabilities(tokens).argmax(axis=1)
        baseline = classifier.baseline.predict(words)
        advance(len(true))
    return ClassifierAccuracy(
        texts=len(true),
        unknown=int((~known).sum()),
        seen=seen,
        accuracy=float((answers == true).mean()),
        baseline_accuracy=float((baseline == true).mean()),
        labels=labels,
        confusion=confusion_matrix(true[known], answers[known], labels=range(len(labels))),
        classes=_figures(labels, true, answers),
    )


def _figures(labels: list[str], true: Classes, answers: npt.NDArray[np.int64]) -> list[LabelFigures]:
    """Return precision, recall and F1 of each label.

    Texts of unknown labels have class -1. An answer to one of them counts against the precision of that answer.
    """
    numbers = range(len(labels))
    found = precision_recall_fscore_support(true, answers, labels=numbers, zero_division=np.nan)
    precision, recall, f1, texts = (figures.tolist() for figures in found)
    return [LabelFigures(label, texts[at], precision[at], recall[at], f1[at]) for at, label in enumerate(labels)]
