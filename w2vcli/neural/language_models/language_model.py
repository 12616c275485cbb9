"""A trained language model, opened to be asked for the next word.

A language model is a model like any other, and its vectors are the embedding that its network learnt. The folder
``language-model`` in it has the network, the training text as ids, and ``language-model.json``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.special import softmax

from w2vcli.array_types import Floats
from w2vcli.corpus.query_tokens import tokenize_text
from w2vcli.models.arrays import map_array
from w2vcli.models.directory import open_without_index, read_model
from w2vcli.models.facts import check_hashes, read_facts
from w2vcli.models.mapped_texts import MappedText
from w2vcli.models.records import TokenizerFacts
from w2vcli.models.snapshot import Held
from w2vcli.neural.ids import END, IdArray, NetworkIds
from w2vcli.neural.keras_backend import KerasNetwork
from w2vcli.neural.language_models.language_network import perplexity_of
from w2vcli.neural.language_models.language_task import TRAINING_TEXT, encode_texts
from w2vcli.neural.language_models.trigrams import KneserNey, split_sentences
from w2vcli.neural.network_records import LanguageRecord
from w2vcli.neural.network_store import LANGUAGE_MODELS
from w2vcli.reporting import Reporter


class Continuation(NamedTuple):
    """A word that may come next, and how probable it is."""

    word: str
    probability: float


class PerplexityFigures(NamedTuple):
    """The perplexity of a text of ``words``, the ends of sentences among them, beside that of trigrams.

    ``unknown`` is how many of the words are out of vocabulary.
    """

    words: int
    unknown: int
    perplexity: float
    trigrams: float


@dataclass(frozen=True)
class LanguageModel:
    """An open language model.

    ``texts`` are files of the model that its tokenizer may need, such as subword units. ``training`` is the training
    text, of which trigrams are counted when the model is tested.
    """

    record: LanguageRecord
    ids: NetworkIds
    network: KerasNetwork
    tokenizer: TokenizerFacts
    texts: Mapping[str, MappedText]
    training: IdArray

    def tokenize(self, text: str) -> list[str]:
        """Return the words of a text, tokenized as the training text was."""
        return tokenize_text(text, self.tokenizer, self.texts)

    def logits(self, before: Sequence[int]) -> Floats:
        """Return the logit of each id (ids) after the ids ``before``, which begin a sentence.

        Of these, the network sees the last ``window`` ones.
        """
        window = self.record.network.window
        is_recurrent = self.record.network.network == "recurrent"
        # The same beginnings as in `to_examples`: a row begins with one END, a window is filled with them.
        first = [END, *before] if is_recurrent else [END] * window + list(before)
        found: Floats = np.asarray(self.network(np.array([first[-window:]], dtype=np.int32)), dtype=np.float64)[0]
        return found[-1] if is_recurrent else found

    def next(self, text: str, topn: int) -> list[Continuation]:
        """Return the most probable next words after ``text``, which begins a sentence, the most probable first."""
        probabilities = softmax(self.logits(self.ids.encode(self.tokenize(text)).tolist()))
        order = np.argsort(-probabilities, kind="stable")[:topn]
        return [Continuation(self.ids.name(number), float(probabilities[number])) for number in order.tolist()]

    def generate(self, text: str, max_words: int, temperature: float, seed: int) -> list[str]:
        """Return the words of a sentence that begins with ``text``, at most ``max_words`` more, drawn one by one.

        Logits are divided by ``temperature`` first. The unknown word is never drawn.
        """
        rng = np.random.default_rng(seed)
        tokens = self.tokenize(text)
        ids = self.ids.encode(tokens).tolist()
        for _ in range(max_words):
            logits = self.logits(ids) / temperature
            logits[self.ids.unknown] = -np.inf  # a sentence of <UNK> tells nobody anything
            number = int(rng.choice(self.ids.size, p=softmax(logits)))
            if number == END:
                break
            ids.append(number)
            tokens.append(self.ids.name(number))
        return tokens

    def measure(self, names: Sequence[str], reporter: Reporter) -> PerplexityFigures:
        """Return the perplexity of texts, which are read as the training text was.

        Raises
        ------
        BadCorpus
            If there are no words in them.
        """
        text = encode_texts(names, self.record.data.reading, self.ids, reporter)
        with reporter.phase("testing", len(text), "words") as advance:
            perplexity = perplexity_of(self.network, text, self.record.network)
            trigrams = KneserNey(split_sentences(self.training), self.ids.size).perplexity(split_sentences(text))
            advance(len(text))
        return PerplexityFigures(len(text), int(self.ids.is_unknown(text).sum()), perplexity, trigrams)


def open_language_model(model: Path) -> LanguageModel:
    """Open the language model in the directory ``model``, whose files have to be those that were written.

    Raises
    ------
    BadModel
        If it is none, or was changed.
    MissingExtra
        If Keras is not installed.
    """

    def read(_: Held) -> LanguageModel:
        record = LANGUAGE_MODELS.read(model)
        facts = read_facts(model)
        check_hashes(facts, model)
        opened = open_without_index(model)
        return LanguageModel(
            record=record,
            ids=NetworkIds(list(opened.words)),
            network=LANGUAGE_MODELS.network(model),
            tokenizer=facts.tokenizer or TokenizerFacts("unicode"),
            texts=opened.texts,
            training=map_array(LANGUAGE_MODELS.folder(model) / TRAINING_TEXT, "<i4", (None,)),
        )

    return read_model(model, read)
