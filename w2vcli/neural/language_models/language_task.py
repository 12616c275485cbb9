"""What is a language model's own in its training: sentences held out, ids one after the other, trigrams beside it.

The sentences *the king sat* and *the queen* are the text 1 2 3 0 1 4 0. The end of a sentence, 0, is told like a word:
a model that never ends a sentence would be wrong at each end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.reading import Reading, read_corpus
from w2vcli.errors import BadCorpus
from w2vcli.models.arrays import save_array
from w2vcli.neural.ids import END, IdArray, NetworkIds
from w2vcli.neural.keras_backend import KerasNetwork
from w2vcli.neural.language_models.language_network import build_language_network, perplexity_of, to_examples
from w2vcli.neural.language_models.trigrams import KneserNey, split_sentences
from w2vcli.neural.network_plans import LanguagePlan
from w2vcli.neural.network_records import ExampleCounts, LanguageData, LanguageRecord, NetworkRecord
from w2vcli.neural.network_store import LANGUAGE_MODELS
from w2vcli.neural.pipeline import Material, NetworkTask, sha256_of_arrays
from w2vcli.neural.tokenized_texts import frequent_words
from w2vcli.reporting import Reporter

TRAINING_TEXT = "text.npy"


@dataclass(frozen=True)
class LanguageMaterial(Material):
    """The sentences that are trained on and those held out, in ids.

    ``baseline_perplexity`` is that of trigrams of the former on the latter.
    """

    training_text: IdArray
    validation_text: IdArray
    baseline_perplexity: float

    def counted(self) -> ExampleCounts:
        """Return how many words there are, with the ends of sentences: a row of a recurrent network has many."""
        return ExampleCounts(len(self.training_text), len(self.validation_text))


class LanguageTask(NetworkTask[LanguageMaterial, LanguageRecord]):
    """The training of a language model by a plan, of `plan_language_model` or of its record."""

    store = LANGUAGE_MODELS

    def __init__(self, plan: LanguagePlan) -> None:
        self._plan = plan
        self.texts = plan.settings.texts
        self.fitting = plan.settings.fitting
        self.vectors = plan.vectors
        self.name = " ".join(plan.sources)
        self.source = {"kind": "language model", "sources": list(plan.sources)}

    def prepare(self, folder: Path, reporter: Reporter) -> LanguageMaterial:
        """Read the texts, hold out sentences, choose the vocabulary from the others, and measure trigrams.

        Raises
        ------
        BadCorpus
            If there are too few sentences, or too few words are frequent.
        """
        corpus = read_corpus(self._plan.sources, folder, self._plan.reading, reporter)
        held_out = self._hold_out(len(corpus.sentence_ends))
        # Words are counted where they are trained on. A word that only held-out sentences have is unknown.
        counts = np.bincount(corpus.ids[~held_out[_sentence_of_each(corpus)]], minlength=len(corpus.words))
        words, counts = frequent_words(corpus.words, counts, self.texts.vocabulary_size, self.texts.min_count)
        ids = NetworkIds(words)
        text = _encode(corpus, ids)
        # Each id with its sentence: how many ends stand before it.
        is_held_out = held_out[np.searchsorted(np.flatnonzero(text == END), np.arange(len(text)))]
        training, validation = text[~is_held_out], text[is_held_out]
        with reporter.phase("counting trigrams", len(training), "words") as advance:
            baseline = KneserNey(split_sentences(training), ids.size).perplexity(split_sentences(validation))
            advance(len(training))
        network = self._plan.settings.network
        return LanguageMaterial(
            ids=ids,
            counts=counts,
            training=to_examples(training, network),
            validation=to_examples(validation, network),
            sha256=sha256_of_arrays(training, validation),
            training_text=training,
            validation_text=validation,
            baseline_perplexity=baseline,
        )

    def _hold_out(self, count: int) -> npt.NDArray[np.bool_]:
        """Tell which of ``count`` sentences are held out, at random."""
        held_out = np.zeros(count, dtype=np.bool_)
        rng = np.random.default_rng([self.fitting.seed, 0])
        held_out[rng.permutation(count)[: round(self._plan.settings.validation * count)]] = True
        if held_out.all() or not held_out.any():
            raise BadCorpus(f"{self.name}: {count:,} sentences are too few to hold some out and train on others")
        return held_out

    def build(self, material: LanguageMaterial) -> KerasNetwork:
        """Return the network before its first epoch."""
        settings = self._plan.settings
        return build_language_network(
            settings.network, material.ids.size, self.fitting.learning_rate, frozen=settings.frozen
        )

    def record(self, material: LanguageMaterial, network: KerasNetwork, trained: NetworkRecord) -> LanguageRecord:
        """Return the record of the training, with the perplexity of the epoch that is kept."""
        settings, texts = self._plan.settings, self.texts
        return LanguageRecord(
            **vars(trained),
            network=settings.network,
            data=LanguageData(
                self._plan.sources, self._plan.reading, texts.vocabulary_size, texts.min_count, settings.validation
            ),
            perplexity=perplexity_of(network, material.validation_text, settings.network),
            baseline_perplexity=material.baseline_perplexity,
        )

    def write_more(self, material: LanguageMaterial, folder: Path) -> None:
        """Write the text that was trained on, of which a test makes trigrams."""
        save_array(folder / TRAINING_TEXT, material.training_text)


def encode_texts(names: Sequence[str], reading: Reading, ids: NetworkIds, reporter: Reporter) -> IdArray:
    """Return texts as ids, with `END` behind each sentence.

    Raises
    ------
    BadCorpus
        If there are no words in them.
    """
    with TemporaryDirectory() as name:
        return _encode(read_corpus(names, Path(name), reading, reporter), ids)


def _encode(corpus: EncodedCorpus, ids: NetworkIds) -> IdArray:
    """Return a corpus in the ids of a network, with `END` behind each sentence.

    Sentence n, counted from 0, moves back by n places, which makes room for the ends of those before it.
    """
    text = np.full(len(corpus.ids) + len(corpus.sentence_ends), END, dtype=np.int32)
    text[np.arange(len(corpus.ids)) + _sentence_of_each(corpus)] = ids.encode(corpus.words)[corpus.ids]
    return text


def _sentence_of_each(corpus: EncodedCorpus) -> npt.NDArray[np.int64]:
    """Return the number of the sentence that each token is in, from 0."""
    return np.searchsorted(corpus.sentence_ends, np.arange(len(corpus.ids)), side="right")
