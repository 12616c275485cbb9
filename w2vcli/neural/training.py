"""Training a classifier, from labelled texts to the model directory, which is written anew after each epoch."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.atomic import require_absent
from w2vcli.corpus.bpe import BPE_FILE
from w2vcli.corpus.tokenizers import SUBWORDS
from w2vcli.errors import BadCorpus, BadSettings
from w2vcli.models.directory import Model, new_model
from w2vcli.models.vectors import Float32s
from w2vcli.neural.baseline import Baseline, fit_baseline
from w2vcli.neural.classifier import CLASSIFIERS, Card, Classes, Cutting, classes_of, hash_examples
from w2vcli.neural.fitting import Examples, Fitting, Progress, fit, seed_everything
from w2vcli.neural.keeping import at_its_best
from w2vcli.neural.label_files import Columns, Labelled
from w2vcli.neural.labelled import read_labelled
from w2vcli.neural.networks import (
    Network,
    build_classifier,
    compile_classifier,
    embedding_of,
    import_keras,
    summary_of,
)
from w2vcli.neural.parts import TRAIN, VALIDATION
from w2vcli.neural.pretraining import vectors_of_model, vectors_of_texts
from w2vcli.neural.seen import Hashes, count_seen, hash_texts, save_seen
from w2vcli.neural.texts import Shape, Tokens, cut_texts, frequent_words, into_pieces, to_rows, tokenizer_facts
from w2vcli.reporting import Reporter

_MOST_LABELS = 20


@dataclass(frozen=True)
class Plan:
    """A training of a classifier: its ``data`` and how that is read, the network, and how long it is trained.

    ``length`` None is that of the longest text. ``validation`` is the share of each class that is put aside,
    unless ``validation_data`` names others. The embedding begins with word2vec of the texts
    (``pretrain``), or with the ``vectors`` of a model, ``frozen`` if they are not trained.
    """

    data: Path
    columns: Columns
    cutting: Cutting
    network: Network
    fitting: Fitting
    length: int | None
    truncating: str
    validation: float
    validation_data: Path | None = None
    pretrain: bool = False
    vectors: Model | None = None
    frozen: bool = False


@dataclass(frozen=True)
class _Material:
    """What training needs of the texts."""

    labels: list[str]
    words: list[str]
    counts: npt.NDArray[np.int64]
    shape: Shape
    training: Examples
    validation: Examples
    baseline: Baseline
    baseline_accuracy: float
    majority_accuracy: float
    label_counts: dict[str, int]
    seen: Hashes
    tokens: Tokens


def train_classifier(plan: Plan, target: Path, reporter: Reporter, *, force: bool = False) -> Card:
    """Train a classifier and write it as the model ``target``, after each epoch that is better than those before.

    Raises
    ------
    BadCorpus
        If there are no labelled texts, or only one label.
    OutputExists
        If ``target`` exists and ``force`` is false.
    MissingExtra
        If Keras is not installed.
    """
    import_keras()  # before the work that would be in vain
    require_absent(target, force=force, directory=True)
    seed_everything(plan.fitting.seed)
    with TemporaryDirectory() as name:
        folder = Path(name)
        material = _prepare(plan, folder, reporter)
        classes = len(material.labels)
        rows = len(material.words) + 2
        vectors = _first_vectors(plan, material, reporter)
        network = build_classifier(plan.network, rows, material.shape.length, classes, vectors, frozen=plan.frozen)
        compile_classifier(network, classes, plan.fitting.learning_rate)
        return _run(network, plan, material, Progress([], 0, []), target, folder, reporter)


def resume_classifier(plan: Plan, target: Path, reporter: Reporter) -> Card:
    """Go on with the training of the classifier ``target``, with the settings it began with, to ``plan``'s epochs.

    Raises
    ------
    BadModel
        If there is no such classifier, or it was changed.
    BadSettings
        If the texts are not those it began with.
    """
    import_keras()
    card = CLASSIFIERS.read_unchanged(target)
    plan = replace(plan, network=card.network, cutting=card.cutting)
    with TemporaryDirectory() as name:
        folder = Path(name)
        material = _prepare(plan, folder, reporter)
        if _hash(material) != card.examples_sha256:
            raise BadSettings(f"{plan.data} does not hold the texts that {target} was trained on")
        network, progress = CLASSIFIERS.resume(target, card.history, card.best_epoch)
        return _run(network, plan, material, progress, target, folder, reporter)


def _run(
    network: Any,
    plan: Plan,
    material: _Material,
    progress: Progress,
    target: Path,
    folder: Path,
    reporter: Reporter,
) -> Card:
    for line in summary_of(network):
        reporter.note(line)
    cards: list[Card] = []

    def publish(now: Progress) -> None:
        cards.append(_publish(network, plan, material, now, target, folder))

    fit(network, material.training, material.validation, plan.fitting, progress, publish, reporter)
    return cards[-1] if cards else CLASSIFIERS.read(target)


def _prepare(plan: Plan, folder: Path, reporter: Reporter) -> _Material:
    found = read_labelled(plan.data, TRAIN, plan.columns, reporter)
    labels = sorted(set(found.labels))
    if len(labels) < 2:
        raise BadCorpus(f"{plan.data}: all texts have the label {labels[0]}; two at least are needed")
    classes = classes_of(found.labels, labels)
    counts_of_labels = _tell_labels(found.labels, reporter)
    others = _validation_texts(plan, found, reporter)
    held = np.zeros(0, dtype=np.int64) if others is not None else _hold_out(classes, plan)
    cutting = plan.cutting
    with reporter.phase("cutting", len(found.texts), "texts") as advance:
        texts = [*found.texts, *([] if others is None else others.texts)]
        words = cut_texts(texts, cutting.tokenizer, lowercase=cutting.lowercase, word_rules=cutting.word_rules)
        advance(len(texts))
    if others is not None:
        classes = np.concatenate([classes, _known_classes(others, labels, plan)])
        held = np.arange(len(found.texts), len(texts))
    kept = np.setdiff1d(np.arange(len(texts)), held)
    _tell_empty(words, reporter)
    _tell_shared(texts, kept, held, reporter)
    baseline = fit_baseline(_some(words, kept), classes[kept])
    accuracy = float((baseline.predict(_some(words, held)) == classes[held]).mean())
    units = words
    if cutting.tokenizer == SUBWORDS:
        pieces = _some(words, kept)
        into_pieces(pieces, folder, cutting.vocabulary)
        units = into_pieces(words, folder)
    vocabulary, counts = frequent_words(_some(units, kept), cutting.vocabulary, cutting.min_count)
    if not vocabulary:
        raise BadCorpus(f"no word comes {cutting.min_count} times or more (--min-count)")
    longest = max(1, *(len(units.texts[at]) for at in kept))
    shape = Shape(min(plan.length or longest, longest), plan.truncating)
    rows = to_rows(units, vocabulary, shape)
    return _Material(
        labels=labels,
        words=vocabulary,
        counts=counts,
        shape=shape,
        training=Examples(rows[kept], classes[kept]),
        validation=Examples(rows[held], classes[held]),
        baseline=baseline,
        baseline_accuracy=accuracy,
        majority_accuracy=float((classes[held] == labels.index(next(iter(counts_of_labels)))).mean()),
        label_counts=counts_of_labels,
        seen=hash_texts(texts),
        tokens=_some(units, kept),
    )


def _first_vectors(plan: Plan, material: _Material, reporter: Reporter) -> Float32s | None:
    if plan.vectors is not None:
        return vectors_of_model(plan.vectors, material.words, plan.fitting.seed, reporter)
    if plan.pretrain:
        size, seed = plan.network.vector_size, plan.fitting.seed
        return vectors_of_texts(material.tokens, material.words, size, seed, reporter)
    return None


def _hold_out(classes: Classes, plan: Plan) -> npt.NDArray[np.int64]:
    """Return which texts validate: a share of each class, at random, one of it at least; one is left to train on."""
    rng = np.random.default_rng([plan.fitting.seed, 0])
    held = []
    for number in np.unique(classes):
        members = rng.permutation(np.flatnonzero(classes == number))
        held.append(members[: min(max(1, round(plan.validation * len(members))), len(members) - 1)])
    found = np.sort(np.concatenate(held))
    if not len(found):
        raise BadCorpus(f"{plan.data} has too few texts to put some aside; give --validation-data")
    return found


def _validation_texts(plan: Plan, found: Labelled, reporter: Reporter) -> Labelled | None:
    """Return the texts of ``validation_data``, None if some of those to train on are put aside.

    Raises
    ------
    BadCorpus
        If most of them are trained on as well.
    """
    if plan.validation_data is None:
        return None
    others = read_labelled(plan.validation_data, VALIDATION, plan.columns, reporter)
    shared = count_seen(others.texts, hash_texts(found.texts))
    if 2 * shared > len(others.texts):
        raise BadCorpus(
            f"{plan.validation_data}: {shared:,} of {len(others.texts):,} texts to validate with are trained on; "
            "give others as --validation-data, or leave it out, so that some are put aside"
        )
    return others


def _tell_labels(labels: Sequence[str], reporter: Reporter) -> dict[str, int]:
    """Tell how many texts have each label, and return the counts, the greatest first."""
    counts = dict(Counter(labels).most_common())
    listed = [f"{label} {count:,}" for label, count in counts.items()]
    more = f" and {len(listed) - _MOST_LABELS:,} more" if len(listed) > _MOST_LABELS else ""
    share = next(iter(counts.values())) / len(labels)
    reporter.note(
        f"labels: {', '.join(listed[:_MOST_LABELS])}{more}; the most frequent one is that of {share:.1%} of the texts"
    )
    single = [label for label, count in counts.items() if count == 1]
    if single:
        reporter.warn(f"labels with one text only are trained on and not validated: {', '.join(single[:_MOST_LABELS])}")
    return counts


def _tell_shared(
    texts: Sequence[str], kept: npt.NDArray[np.int64], held: npt.NDArray[np.int64], reporter: Reporter
) -> None:
    shared = count_seen([texts[at] for at in held.tolist()], hash_texts(texts[at] for at in kept.tolist()))
    if shared:
        reporter.note(f"{shared:,} of {len(held):,} texts to validate with come among those to train on as well")


def _known_classes(found: Labelled, labels: Sequence[str], plan: Plan) -> Classes:
    classes = classes_of(found.labels, labels)
    unknown = sorted({label for label, number in zip(found.labels, classes.tolist(), strict=True) if number < 0})
    if unknown:
        raise BadCorpus(f"{plan.validation_data}: labels that {plan.data} has not: {', '.join(unknown)}")
    return classes


def _tell_empty(tokens: Tokens, reporter: Reporter) -> None:
    empty = sum(not len(text) for text in tokens.texts)
    if empty:
        reporter.warn(f"{empty:,} texts have no words; each counts as one unknown word")


def _some(tokens: Tokens, which: npt.NDArray[np.int64]) -> Tokens:
    return Tokens(tokens.words, [tokens.texts[at] for at in which.tolist()])


def _hash(material: _Material) -> str:
    return hash_examples(
        np.concatenate([material.training.inputs, material.validation.inputs]),
        np.concatenate([material.training.targets, material.validation.targets]),
    )


def _publish(network: Any, plan: Plan, material: _Material, progress: Progress, target: Path, folder: Path) -> Card:
    """Write the model directory: the network of the best epoch, the last one to go on from, the embedding."""
    keras = import_keras()
    with at_its_best(network, progress, folder):
        vectors = embedding_of(network)[1 : len(material.words) + 1]
    card = Card(
        network=plan.network,
        fitting=plan.fitting,
        cutting=plan.cutting,
        shape=material.shape,
        labels=material.labels,
        data={"path": str(plan.data.absolute()), **asdict(plan.columns), "validation": plan.validation}
        | {"validation_data": plan.validation_data and str(plan.validation_data.absolute())},
        examples={"training": len(material.training), "validation": len(material.validation)},
        examples_sha256=_hash(material),
        parameters=int(network.count_params()),
        history=list(progress.history),
        best_epoch=progress.best_epoch,
        baseline_accuracy=material.baseline_accuracy,
        majority_accuracy=material.majority_accuracy,
        label_counts=material.label_counts,
        keras=version("keras"),
        backend=str(keras.backend.backend()),
    )
    with new_model(target, vectors.shape[1], force=True) as writer:
        writer.append(material.words, vectors, material.counts)
        inner = CLASSIFIERS.write(card, writer.directory, folder)
        material.baseline.save(inner)
        save_seen(material.seen, inner)
        if (folder / BPE_FILE).exists():
            shutil.copyfile(folder / BPE_FILE, writer.directory / BPE_FILE)
        cutting = plan.cutting
        writer.finish(
            source={"kind": "classifier", "data": str(plan.data.absolute())},
            tokenizer=tokenizer_facts(cutting.tokenizer, lowercase=cutting.lowercase, word_rules=cutting.word_rules),
        )
    return card
