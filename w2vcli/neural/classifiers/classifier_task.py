"""What is a classifier's own in its training: labels, texts held out of each, and a baseline beside the network.

Texts go through these steps, each of which is told to the reporter::

    read        texts and labels, of the part to train on
    hold out    a share of each label, or read the texts to validate with
    tokenize    words, for the baseline; of these, subword units if they are asked for
    choose      the most frequent words of the texts that are trained on
    rows        ids, cut and padded to one length
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s
from w2vcli.corpus.bpe import bpe_in, learn_counted_subwords
from w2vcli.corpus.tokenizer_names import SUBWORDS
from w2vcli.errors import BadCorpus, MissingPart
from w2vcli.escaping import listed
from w2vcli.neural.classifiers.baseline import Baseline, fit_baseline
from w2vcli.neural.classifiers.classifier_network import build_classifier
from w2vcli.neural.examples import Examples, RowExamples, TextExamples
from w2vcli.neural.ids import IdArray, NetworkIds
from w2vcli.neural.initial_vectors import vectors_of_texts
from w2vcli.neural.keras_backend import KerasNetwork
from w2vcli.neural.labelled_texts.label_files import Labelled
from w2vcli.neural.labelled_texts.labelled import read_labelled
from w2vcli.neural.labelled_texts.labels import Classes, classes_of
from w2vcli.neural.labelled_texts.parts import TRAIN, VALIDATION
from w2vcli.neural.labelled_texts.seen import Hashes, count_seen, hash_texts, save_seen
from w2vcli.neural.network_plans import ClassifierPlan, RowShape
from w2vcli.neural.network_records import ClassifierData, ClassifierRecord, NetworkRecord
from w2vcli.neural.network_store import CLASSIFIERS
from w2vcli.neural.pipeline import Material, NetworkTask, sha256_of_arrays
from w2vcli.neural.tokenized_texts import (
    TokenizedTexts,
    frequent_words,
    split_into_subwords,
    to_ids,
    to_rows,
    tokenize_texts,
)
from w2vcli.reporting import Reporter

_MOST_LABELS_SHOWN = 20

# Where texts stand among all texts.
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ClassifierMaterial(Material):
    """Texts as ids, and what is kept of them beside the network.

    ``validation_data`` is where the texts to validate with came from, None if they were held out. ``label_counts`` has
    the most frequent label first. ``seen`` has the hashes of all texts, and ``tokens`` the texts that are trained on.
    Accuracies are those on the validation examples.
    """

    shape: RowShape
    labels: list[str]
    label_counts: dict[str, int]
    baseline: Baseline
    baseline_accuracy: float
    majority_accuracy: float
    seen: Hashes
    tokens: TokenizedTexts
    validation_data: Path | None


class _Split(NamedTuple):
    """All texts with their classes, and where among them those to train on and those to validate with are.

    ``source`` is where the latter came from, None if they were held out.
    """

    texts: list[str]
    classes: Classes
    training: Places
    validation: Places
    source: Path | None = None


class ClassifierTask(NetworkTask[ClassifierMaterial, ClassifierRecord]):
    """The training of a classifier by a plan, of `plan_classifier` or of its record."""

    store = CLASSIFIERS

    def __init__(self, plan: ClassifierPlan) -> None:
        self._plan = plan
        self.texts = plan.settings.texts
        self.fitting = plan.settings.fitting
        self.vectors = plan.vectors
        self.name = str(plan.data)
        self.source = {"kind": "classifier", "data": str(plan.data.absolute())}

    def prepare(self, folder: Path, reporter: Reporter) -> ClassifierMaterial:
        """Read the texts, hold some out, fit the baseline, choose the vocabulary, and make rows of ids.

        Raises
        ------
        BadCorpus
            If there are no labelled texts, or only one label, or too few texts.
        """
        found = read_labelled(self._plan.data, TRAIN, self._plan.columns, reporter)
        # Classes are numbered in the order of the alphabet, so that no order of files or rows changes them.
        labels = sorted(set(found.labels))
        if len(labels) < 2:
            raise BadCorpus(f"{self.name}: all texts have the label {labels[0]}; two at least are needed")
        label_counts = _count_labels(found.labels, reporter)
        texts, classes, training, validation, source = self._split(found, labels, reporter)
        with reporter.phase("tokenizing", len(texts), "texts") as advance:
            words = tokenize_texts(texts, self.texts)
            advance(len(texts))
        _tell_empty(words, reporter)
        _tell_shared(texts, training, validation, reporter)
        baseline = fit_baseline(words.select(training), classes[training])
        answers = baseline.predict(words.select(validation))
        units = words
        if self.texts.tokenizer == SUBWORDS:
            # Learnt from the texts to train on alone, as for any text that is new to the classifier.
            counts = words.select(training).counts()
            learn_counted_subwords(words.words, counts, self.texts.vocabulary_size, self.texts.min_count, folder)
            units = split_into_subwords(words, bpe_in(folder))
        tokens = units.select(training)
        vocabulary, counts = frequent_words(
            units.words, tokens.counts(), self.texts.vocabulary_size, self.texts.min_count
        )
        ids = NetworkIds(vocabulary)
        settings = self._plan.settings
        # Rows are no longer than the longest text: the rest would be padding in all of them.
        longest = max(1, *map(len, tokens.texts))
        shape = RowShape(min(settings.length, longest), settings.truncating, settings.pad_to)
        in_ids = to_ids(units, ids, shape)
        trained, validated = (self._examples(in_ids, classes, places, shape) for places in (training, validation))
        most_frequent = labels.index(next(iter(label_counts)))
        return ClassifierMaterial(
            ids=ids,
            counts=counts,
            training=trained,
            validation=validated,
            sha256=sha256_of_arrays(*trained.arrays(), *validated.arrays(), trained.targets, validated.targets),
            shape=shape,
            labels=labels,
            label_counts=label_counts,
            baseline=baseline,
            baseline_accuracy=float((answers == classes[validation]).mean()),
            majority_accuracy=float((classes[validation] == most_frequent).mean()),
            seen=hash_texts(texts),
            tokens=tokens,
            validation_data=source,
        )

    def _examples(self, texts: Sequence[IdArray], classes: Classes, places: Places, shape: RowShape) -> Examples:
        """Return the texts at some places as examples of the shape."""
        chosen = [texts[place] for place in places.tolist()]
        if shape.pad_to == "batch":
            return TextExamples(chosen, classes[places], self._plan.settings.network.mask)
        return RowExamples(to_rows(chosen, shape.length), classes[places])

    def _split(self, found: Labelled, labels: Sequence[str], reporter: Reporter) -> _Split:
        """Hold texts out to validate with, or add those of the plan.

        Raises
        ------
        BadCorpus
            If nothing can be held out, or the plan's texts have other labels or are mostly those trained on.
        """
        classes = classes_of(found.labels, labels)
        path = self._plan.validation_data
        others = None
        if path is not None:
            others = read_labelled(path, VALIDATION, self._plan.columns, reporter)
        elif self._plan.settings.validate_on_test:
            path, others = self._plan.data, self._read_own_part(found, reporter)
        if path is None or others is None:
            held_out = self._hold_out(classes)
            kept = np.setdiff1d(np.arange(len(classes)), held_out)
            return _Split(found.texts, classes, kept, held_out)
        # Some texts come twice in many data sets. When most do, the same file was given for both.
        shared = count_seen(others.texts, hash_texts(found.texts))
        if 2 * shared > len(others.texts):
            raise BadCorpus(
                f"{path}: {shared:,} of {len(others.texts):,} texts to validate with are trained on; "
                "give others as --validation-data, or leave it out, so that some are held out"
            )
        if unknown := sorted(set(others.labels).difference(labels)):
            raise BadCorpus(f"{path}: labels that {self.name} has not: {', '.join(unknown)}")
        places = np.arange(len(found.texts) + len(others.texts))
        return _Split(
            [*found.texts, *others.texts],
            np.concatenate([classes, classes_of(others.labels, labels)]),
            places[: len(found.texts)],
            places[len(found.texts) :],
            path,
        )

    def _read_own_part(self, found: Labelled, reporter: Reporter) -> Labelled | None:
        """Return the data's part to validate or test with, as the lecture does. None if there are no parts in it."""
        data = self._plan.data
        try:
            others = read_labelled(data, VALIDATION, self._plan.columns, reporter)
        except MissingPart:  # there is a part to train on, and no other
            others = found
        if others.texts == found.texts:
            share = self._plan.settings.validation
            reporter.note(f"{data} has no part to test with, which the lecture validates on; {share:.0%} is held out")
            return None
        reporter.warn(
            f"as the lecture does, the network is validated on the part of {data} to validate or test with; figures "
            "by which epochs or settings are chosen are too good, and only new texts tell how good it is"
        )
        return others

    def _hold_out(self, classes: Classes) -> Places:
        """Return the texts that validate: a random share of each label, at least one, but not the only one.

        A share of all texts could leave a rare label out.
        """
        # Apart from the draws of the epochs, which are seeded with their number from 1.
        rng = np.random.default_rng([self.fitting.seed, 0])
        held_out = []
        for number in np.unique(classes):
            members = rng.permutation(np.flatnonzero(classes == number))
            wanted = max(1, round(self._plan.settings.validation * len(members)))
            held_out.append(members[: min(wanted, len(members) - 1)])
        found = np.sort(np.concatenate(held_out))
        if not len(found):
            raise BadCorpus(f"{self.name} has too few texts to hold some out; give --validation-data")
        return found

    def build(self, material: ClassifierMaterial) -> KerasNetwork:
        """Return the network before its first epoch, with a row in its embedding for each id."""
        settings, ids, shape = self._plan.settings, material.ids, material.shape
        length = None if shape.pad_to == "batch" else shape.length
        classes, rate = len(material.labels), self.fitting.learning_rate
        return build_classifier(settings.network, ids.size, length, classes, rate, frozen=settings.frozen)

    def first_vectors(self, material: ClassifierMaterial, reporter: Reporter) -> Float32s | None:
        """Return the embedding matrix to begin with: of a model, or of word2vec on the texts that are trained on."""
        settings = self._plan.settings
        if self.vectors is None and settings.pretrain:
            size, seed = settings.network.vector_size, self.fitting.seed
            return vectors_of_texts(material.tokens, material.ids, size, seed, reporter)
        return super().first_vectors(material, reporter)

    def record(self, material: ClassifierMaterial, network: KerasNetwork, trained: NetworkRecord) -> ClassifierRecord:
        """Return the record of the training."""
        plan, others = self._plan, material.validation_data
        data = ClassifierData(
            path=str(plan.data.absolute()),
            **vars(plan.columns),
            validation=plan.settings.validation,
            validation_data=None if others is None else str(others.absolute()),
        )
        return ClassifierRecord(
            **vars(trained),
            network=plan.settings.network,
            texts=self.texts,
            shape=material.shape,
            labels=material.labels,
            data=data,
            baseline_accuracy=material.baseline_accuracy,
            majority_accuracy=material.majority_accuracy,
            label_counts=material.label_counts,
        )

    def write_more(self, material: ClassifierMaterial, folder: Path) -> None:
        """Write the baseline, which a test answers with too, and the hashes of all texts."""
        material.baseline.save(folder)
        save_seen(material.seen, folder)


def _count_labels(labels: Sequence[str], reporter: Reporter) -> dict[str, int]:
    """Return how many texts have each label, the most frequent label first, and tell it."""
    counts = dict(Counter(labels).most_common())
    shown = listed([f"{label} {count:,}" for label, count in counts.items()], _MOST_LABELS_SHOWN)
    share = next(iter(counts.values())) / len(labels)
    reporter.note(f"labels: {shown}; the most frequent one is that of {share:.1%} of the texts")
    if single := [label for label, count in counts.items() if count == 1]:
        shown = listed(single, _MOST_LABELS_SHOWN)
        reporter.warn(f"labels with one text only are trained on and not validated: {shown}")
    return counts


def _tell_empty(tokens: TokenizedTexts, reporter: Reporter) -> None:
    """Warn of texts without words, which are left in: their labels are known."""
    if empty := sum(not len(text) for text in tokens.texts):
        reporter.warn(f"{empty:,} texts have no words; each counts as one unknown word")


def _tell_shared(texts: Sequence[str], training: Places, validation: Places, reporter: Reporter) -> None:
    """Tell how many texts to validate with are also trained on, since a corpus may have a text twice."""
    trained = hash_texts(texts[at] for at in training.tolist())
    if shared := count_seen((texts[at] for at in validation.tolist()), trained):
        reporter.note(f"{shared:,} of {len(validation):,} texts to validate with come among those to train on as well")
