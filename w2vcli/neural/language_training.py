"""Training a language model, from text to the model directory, which is written anew after each epoch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.atomic import require_absent
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.reading import Reading, read_corpus
from w2vcli.errors import BadCorpus, BadSettings
from w2vcli.models.arrays import save_array
from w2vcli.models.directory import Model, new_model
from w2vcli.neural.fitting import Fitting, Progress, fit, seed_everything
from w2vcli.neural.keeping import at_its_best
from w2vcli.neural.language_model import (
    LANGUAGE_MODELS,
    TEXT,
    LanguageCard,
    LanguageNetwork,
    Numbers,
    build_language_network,
    perplexity_of,
    to_examples,
)
from w2vcli.neural.networks import embedding_of, import_keras, summary_of
from w2vcli.neural.ngrams import END, KneserNey, split_sentences
from w2vcli.neural.pretraining import vectors_of_model
from w2vcli.neural.texts import tokenizer_facts
from w2vcli.reporting import Reporter


@dataclass(frozen=True)
class LanguagePlan:
    """A training of a language model: its texts, how they are read, the network, and how long it is trained.

    ``vocabulary`` is how many words there are at most, each of which comes ``min_count`` times or more; others
    are one unknown word. ``validation`` is the share of the sentences that is put aside.
    """

    sources: tuple[str, ...]
    reading: Reading
    network: LanguageNetwork
    fitting: Fitting
    vocabulary: int
    min_count: int
    validation: float
    vectors: Model | None = None
    frozen: bool = False


@dataclass(frozen=True)
class _Material:
    words: list[str]
    counts: npt.NDArray[np.int64]
    training: Numbers
    validation: Numbers
    baseline_perplexity: float

    def sha256(self) -> str:
        return hashlib.sha256(self.training.tobytes() + self.validation.tobytes()).hexdigest()


def train_language_model(plan: LanguagePlan, target: Path, reporter: Reporter, *, force: bool = False) -> LanguageCard:
    """Train a language model and write it as the model ``target``, after each epoch.

    Raises
    ------
    BadCorpus
        If there is too little text.
    OutputExists
        If ``target`` exists and ``force`` is false.
    MissingExtra
        If Keras is not installed.
    """
    import_keras()  # before the work that would be in vain
    require_absent(target, force=force, directory=True)
    seed_everything(plan.fitting.seed)
    with TemporaryDirectory() as name:
        material = _prepare(plan, Path(name), reporter)
        network = build_language_network(
            plan.network, len(material.words) + 2, plan.fitting.learning_rate, frozen=plan.frozen
        )
        if plan.vectors is not None:
            first = vectors_of_model(plan.vectors, material.words, plan.fitting.seed, reporter)
            network.get_layer("embedding").set_weights([first])
        return _run(network, plan, material, Progress([], 0, []), target, Path(name), reporter)


def resume_language_model(plan: LanguagePlan, target: Path, reporter: Reporter) -> LanguageCard:
    """Go on with the training of the language model ``target``, to ``plan``'s epochs.

    Raises
    ------
    BadModel
        If there is no such language model, or it was changed.
    BadSettings
        If the text is not the one it began with.
    """
    import_keras()
    card = LANGUAGE_MODELS.read_unchanged(target)
    with TemporaryDirectory() as name:
        material = _prepare(plan, Path(name), reporter)
        if material.sha256() != card.text_sha256:
            raise BadSettings(f"{' '.join(plan.sources)}: this is not the text that {target} was trained on")
        network, progress = LANGUAGE_MODELS.resume(target, card.history, card.best_epoch)
        return _run(network, plan, material, progress, target, Path(name), reporter)


def _run(
    network: Any,
    plan: LanguagePlan,
    material: _Material,
    progress: Progress,
    target: Path,
    folder: Path,
    reporter: Reporter,
) -> LanguageCard:
    for line in summary_of(network):
        reporter.note(line)
    cards: list[LanguageCard] = []

    def publish(now: Progress) -> None:
        cards.append(_publish(network, plan, material, now, target, folder))

    training, validation = (to_examples(text, plan.network) for text in (material.training, material.validation))
    fit(network, training, validation, plan.fitting, progress, publish, reporter)
    return cards[-1] if cards else LANGUAGE_MODELS.read(target)


def _prepare(plan: LanguagePlan, folder: Path, reporter: Reporter) -> _Material:
    inside = folder / "corpus"
    inside.mkdir()
    corpus = read_corpus(plan.sources, inside, plan.reading, reporter)
    count = len(corpus.sentence_ends)
    held = np.zeros(count, dtype=np.bool_)
    rng = np.random.default_rng([plan.fitting.seed, 0])
    held[rng.permutation(count)[: round(plan.validation * count)]] = True
    if held.all() or not held.any():
        raise BadCorpus(
            f"{' '.join(plan.sources)}: {count:,} sentences are too few to put some aside and train on others"
        )
    of_sentence = _sentence_of_each(corpus)
    counts = np.bincount(corpus.ids[~held[of_sentence]], minlength=len(corpus.words))
    order = np.argsort(-counts, kind="stable")[: plan.vocabulary]
    order = order[counts[order] >= plan.min_count]
    if not len(order):
        raise BadCorpus(f"no word comes {plan.min_count} times or more (--min-count)")
    words = [corpus.words[number] for number in order.tolist()]
    text = _numbers(corpus, words)
    is_held = held[np.searchsorted(np.flatnonzero(text == END), np.arange(len(text)))]
    training, validation = text[~is_held], text[is_held]
    with reporter.phase("counting trigrams", len(training), "words") as advance:
        baseline = KneserNey(split_sentences(training), len(words) + 2).perplexity(split_sentences(validation))
        advance(len(training))
    return _Material(words, counts[order], training, validation, baseline)


def _sentence_of_each(corpus: EncodedCorpus) -> npt.NDArray[np.int64]:
    return np.searchsorted(corpus.sentence_ends, np.arange(len(corpus.ids)), side="right")


def _numbers(corpus: EncodedCorpus, words: Sequence[str]) -> Numbers:
    """Return a corpus as numbers of ``words``, the end of each sentence as `END`."""
    place = {word: number for number, word in enumerate(words, 1)}
    number_of = np.array([place.get(word, len(words) + 1) for word in corpus.words], dtype=np.int32)
    text = np.full(len(corpus.ids) + len(corpus.sentence_ends), END, dtype=np.int32)
    text[np.arange(len(corpus.ids)) + _sentence_of_each(corpus)] = number_of[corpus.ids]
    return text


def _publish(
    network: Any, plan: LanguagePlan, material: _Material, progress: Progress, target: Path, folder: Path
) -> LanguageCard:
    """Write the model directory: the network of the best epoch, the last one to go on from, the embedding."""
    keras = import_keras()
    with at_its_best(network, progress, folder):
        vectors = embedding_of(network)[1 : len(material.words) + 1]
        perplexity = perplexity_of(network, material.validation, plan.network)
    reading = plan.reading
    card = LanguageCard(
        network=plan.network,
        fitting=plan.fitting,
        data={
            "sources": list(plan.sources),
            "reading": asdict(reading),
            "vocabulary": plan.vocabulary,
            "min_count": plan.min_count,
            "validation": plan.validation,
        },
        words={"training": len(material.training), "validation": len(material.validation)},
        text_sha256=material.sha256(),
        parameters=int(network.count_params()),
        history=list(progress.history),
        best_epoch=progress.best_epoch,
        perplexity=perplexity,
        baseline_perplexity=material.baseline_perplexity,
        keras=version("keras"),
        backend=str(keras.backend.backend()),
    )
    with new_model(target, vectors.shape[1], force=True) as writer:
        writer.append(material.words, vectors, material.counts)
        save_array(LANGUAGE_MODELS.write(card, writer.directory, folder) / TEXT, material.training)
        writer.finish(
            source={"kind": "language model", "sources": list(plan.sources)},
            tokenizer=tokenizer_facts(reading.tokenizer, lowercase=reading.lowercase, word_rules=reading.word_rules),
        )
    return card


def numbers_of_text(names: Sequence[str], reading: Reading, words: Sequence[str], reporter: Reporter) -> Numbers:
    """Return texts as numbers of ``words``, the end of each sentence as `END`.

    Raises
    ------
    BadCorpus
        If there are no words in them.
    """
    with TemporaryDirectory() as name:
        return _numbers(read_corpus(names, Path(name), reading, reporter), words)
