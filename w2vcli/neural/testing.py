"""How good a classifier is: on labelled texts, beside its baseline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from w2vcli.errors import BadCorpus
from w2vcli.neural.classifier import Classes, Classifier, classes_of
from w2vcli.neural.label_files import Labelled
from w2vcli.neural.seen import count_seen
from w2vcli.reporting import Reporter


@dataclass(frozen=True)
class ClassFigures:
    """Of a label: how many texts have it; precision, recall and F1 of what the network tells, NaN where undefined."""

    label: str
    texts: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Test:
    """How a classifier did: shares of right answers, and ``confusion[i, j]``, texts of label i that were told to be j.

    ``unknown`` is how many texts have a label that was not trained; each is a wrong answer, and in no row.
    ``seen`` is how many were trained on or validated with.
    """

    texts: int
    unknown: int
    seen: int
    accuracy: float
    baseline_accuracy: float
    labels: list[str]
    confusion: npt.NDArray[np.int64]
    classes: list[ClassFigures]


def test_classifier(classifier: Classifier, found: Labelled, reporter: Reporter) -> Test:
    """Return how the classifier and its baseline do on labelled texts.

    Raises
    ------
    BadCorpus
        If none of the labels was trained.
    """
    labels = classifier.card.labels
    seen = 0 if classifier.seen is None else count_seen(found.texts, classifier.seen)
    if seen:
        reporter.warn(
            f"{seen:,} of {len(found.texts):,} texts were trained on or validated with; "
            "figures of such texts say little of new ones"
        )
    true = classes_of(found.labels, labels)
    new = sorted({label for label, number in zip(found.labels, true.tolist(), strict=True) if number < 0})
    if len(new) == len(set(found.labels)):
        raise BadCorpus(
            f"none of the labels was trained: {', '.join(new)}; those of the classifier: {', '.join(labels)}"
        )
    if new:
        unknown = int((true < 0).sum())
        reporter.warn(f"{unknown:,} texts have a label that was not trained, and count as wrong: {', '.join(new)}")
    with reporter.phase("testing", len(true), "texts") as advance:
        words, tokens = classifier.tokens(found.texts)
        told = classifier.probabilities(tokens).argmax(axis=1)
        baseline = classifier.baseline.predict(words)
        advance(len(true))
    confusion = np.zeros((len(labels), len(labels)), dtype=np.int64)
    known = true >= 0
    np.add.at(confusion, (true[known], told[known]), 1)
    return Test(
        texts=len(true),
        unknown=int((~known).sum()),
        seen=seen,
        accuracy=float((told == true).mean()),
        baseline_accuracy=float((baseline == true).mean()),
        labels=labels,
        confusion=confusion,
        classes=_figures(labels, confusion, true, told),
    )


def _figures(
    labels: list[str], confusion: npt.NDArray[np.int64], true: Classes, told: npt.NDArray[np.int64]
) -> list[ClassFigures]:
    found = []
    for number, label in enumerate(labels):
        right = float(confusion[number, number])
        texts, answers = int((true == number).sum()), int((told == number).sum())
        precision = right / answers if answers else float("nan")
        recall = right / texts if texts else float("nan")
        f1 = 2 * right / (texts + answers) if texts + answers else float("nan")
        found.append(ClassFigures(label, texts, precision, recall, f1))
    return found
