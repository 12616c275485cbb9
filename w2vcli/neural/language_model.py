"""A neural language model: the probability of the next word, given those before it.

A language model is a model as any other, whose vectors are the embedding that its network learnt; the folder
``language-model`` in it has the network, the training text as numbers, and ``language-model.json``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.corpus.query_tokens import tokenize_text
from w2vcli.models.arrays import map_array
from w2vcli.models.directory import open_without_index, read_model
from w2vcli.models.facts import check_hashes, read_facts
from w2vcli.models.mapped_texts import MappedText
from w2vcli.models.snapshot import Held
from w2vcli.neural.fitting import Examples, Fitting
from w2vcli.neural.keeping import Keeping
from w2vcli.neural.networks import import_keras
from w2vcli.neural.ngrams import END, KneserNey, split_sentences

TEXT = "text.npy"
# Words count from 1; the last number is that of any other word.
END_NAME, UNKNOWN_NAME = "</s>", "<UNK>"
_BATCH = 64

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int32]


@dataclass(frozen=True)
class LanguageNetwork:
    """The settings of a language model's network.

    ``network`` is ``feed-forward``, of ``window`` words to a hidden layer of ``units`` with tanh (Bengio et al. 2003, A
    Neural Probabilistic Language Model), or ``recurrent``, a GRU with ``units`` over rows of ``window`` words.
    """

    network: str = "feed-forward"
    window: int = 4
    vector_size: int = 64
    units: int = 128
    dropout: float = 0.2


@dataclass(frozen=True)
class LanguageCard:
    """What ``language-model.json`` says.

    ``data`` has the names of the texts and how they were read, ``words`` how many were trained on and validated
    with (the end of each sentence is one), ``text_sha256`` the hash of their numbers; ``perplexity`` is that of
    the best epoch on the sentences put aside, ``baseline_perplexity`` the trigrams'.
    """

    network: LanguageNetwork
    fitting: Fitting
    data: dict[str, Any]
    words: dict[str, int]
    text_sha256: str
    parameters: int
    history: list[dict[str, float]]
    best_epoch: int
    perplexity: float
    baseline_perplexity: float
    keras: str
    backend: str
    format_version: int = 1


LANGUAGE_MODELS = Keeping(
    "language-model",
    LanguageCard,
    "no language model; make one with: w2v language-model train CORPUS",
)
"""How language models are kept."""


def build_language_network(settings: LanguageNetwork, rows: int, learning_rate: float, *, frozen: bool = False) -> Any:
    """Return the network from numbers below ``rows`` to a logit for each of them, with its loss and optimizer."""
    keras = import_keras()
    layers = keras.layers
    drop = [layers.Dropout(settings.dropout)] if settings.dropout else []
    last = [layers.Dropout(settings.dropout)] if settings.dropout else []
    if settings.network == "feed-forward":
        first = layers.Input((settings.window,), dtype="int32")
        middle = [layers.Flatten(), *drop, layers.Dense(settings.units, activation="tanh")]
    else:
        first = layers.Input((None,), dtype="int32")
        middle = [*drop, layers.GRU(settings.units, return_sequences=True)]
    embedding = layers.Embedding(rows, settings.vector_size, trainable=not frozen, name="embedding")
    network = keras.Sequential([first, embedding, *middle, *last, layers.Dense(rows)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(learning_rate), loss)
    return network


def to_examples(text: Numbers, settings: LanguageNetwork) -> Examples:
    """Return what the network learns from: of each word the ``window`` before it, or rows with the words that follow.

    ``text`` is the numbers of sentences, one after the other, each with `END` behind it. The feed-forward
    network does not see beyond the beginning of a sentence; the recurrent one begins anew with each row.
    """
    window = settings.window
    if settings.network == "recurrent":
        padded = np.concatenate([[END], text, np.full(-len(text) % window, END, dtype=np.int32)]).astype(np.int32)
        return Examples(padded[:-1].reshape(-1, window), padded[1:].reshape(-1, window))
    places = np.arange(len(text))
    ends = np.concatenate([[-1], np.flatnonzero(text == END)])
    begins = ends[np.searchsorted(ends, places) - 1] + 1  # where the sentence of each word begins
    before = places[:, np.newaxis] - np.arange(window, 0, -1)
    inputs = np.where(before >= begins[:, np.newaxis], text[np.maximum(before, 0)], END)
    return Examples(inputs.astype(np.int32), text.astype(np.int32))


@dataclass(frozen=True)
class Continuation:
    """A word that may come next, and how probable it is."""

    word: str
    probability: float


@dataclass(frozen=True)
class LanguageModel:
    """An open language model."""

    card: LanguageCard
    words: list[str]
    network: Any
    tokenizer: dict[str, Any]
    texts: Mapping[str, MappedText]
    training: npt.NDArray[np.int32]

    @property
    def size(self) -> int:
        """How many numbers there are: the words, the end of a sentence, all other words."""
        return len(self.words) + 2

    def numbers(self, tokens: Sequence[str]) -> list[int]:
        """Return the numbers of words."""
        number_of = {word: number for number, word in enumerate(self.words, 1)}
        return [number_of.get(token, len(self.words) + 1) for token in tokens]

    def name(self, number: int) -> str:
        """Return the word of a number."""
        if number == END:
            return END_NAME
        return UNKNOWN_NAME if number > len(self.words) else self.words[number - 1]

    def cut(self, text: str) -> list[str]:
        """Return the words of a text, as the model's was cut."""
        return tokenize_text(text, self.tokenizer, self.texts)

    def logits(self, before: Sequence[int]) -> Floats:
        """Return the logit of each number after those ``before``, the beginning of a sentence."""
        window = self.card.network.window
        is_recurrent = self.card.network.network == "recurrent"
        first = [END, *before] if is_recurrent else [END] * window + list(before)
        found: Floats = np.asarray(self.network(np.array([first[-window:]], dtype=np.int32)), dtype=np.float64)[0]
        return found[-1] if is_recurrent else found

    def next(self, text: str, topn: int) -> list[Continuation]:
        """Return the most probable next words after ``text``, the beginning of a sentence."""
        probabilities = _softmax(self.logits(self.numbers(self.cut(text))))
        order = np.argsort(-probabilities, kind="stable")[:topn]
        return [Continuation(self.name(number), float(probabilities[number])) for number in order.tolist()]

    def generate(self, text: str, words: int, temperature: float, seed: int) -> list[str]:
        """Return a sentence that begins with ``text``, word by word at random; unknown words are not drawn."""
        rng = np.random.default_rng(seed)
        tokens = self.cut(text)
        numbers = self.numbers(tokens)
        for _ in range(words):
            logits = self.logits(numbers) / temperature
            logits[len(self.words) + 1] = -np.inf
            number = int(rng.choice(self.size, p=_softmax(logits)))
            if number == END:
                break
            numbers.append(number)
            tokens.append(self.name(number))
        return tokens

    def perplexity(self, text: Numbers) -> float:
        """Return the perplexity of a text in numbers; the ends of sentences count as words."""
        return perplexity_of(self.network, text, self.card.network)

    def baseline(self) -> KneserNey:
        """Return the trigrams of the training text."""
        return KneserNey(split_sentences(self.training), self.size)


def perplexity_of(network: Any, text: Numbers, settings: LanguageNetwork) -> float:
    """Return exp of the mean loss of the network on each word of ``text``."""
    examples = to_examples(text, settings)
    total = 0.0
    for start in range(0, len(examples), _BATCH):
        inputs, targets = examples.inputs[start : start + _BATCH], examples.targets[start : start + _BATCH]
        logits = np.asarray(network.predict_on_batch(inputs), dtype=np.float64)
        logits -= logits.max(axis=-1, keepdims=True)
        chosen = np.take_along_axis(logits, targets[..., np.newaxis].astype(np.int64), axis=-1)[..., 0]
        losses = np.log(np.exp(logits).sum(axis=-1)) - chosen
        total += float(losses.ravel()[: len(text) - start * _row(examples)].sum())
    return math.exp(total / len(text)) if len(text) else float("nan")


def _row(examples: Examples) -> int:
    """Return how many words an example is of."""
    return examples.targets.shape[1] if examples.targets.ndim > 1 else 1


def open_language_model(model: Path) -> LanguageModel:
    """Open the language model in the directory ``model``; its files have to be those that were written.

    Raises
    ------
    BadModel
        If it is none, or was changed.
    MissingExtra
        If Keras is not installed.
    """

    def read(_: Held) -> LanguageModel:
        card = LANGUAGE_MODELS.read(model)
        facts = read_facts(model)
        check_hashes(facts, model)
        opened = open_without_index(model)
        return LanguageModel(
            card=card,
            words=list(opened.words),
            network=LANGUAGE_MODELS.network(model),
            tokenizer=facts.tokenizer or {"tokenizer": "unicode", "lowercase": False},
            texts=opened.texts,
            training=map_array(LANGUAGE_MODELS.folder(model) / TEXT, "<i4", (None,)),
        )

    return read_model(model, read)


def _softmax(logits: Floats) -> Floats:
    exponentials = np.exp(logits - logits.max())
    shares: Floats = exponentials / exponentials.sum()
    return shares
