"""A classifier of texts: made of labelled texts, kept in a model directory, asked for labels.

A classifier is a model as any other, whose vectors are the embedding that its network learnt; the folder
``classifier`` in it has the network, the baseline, and ``classifier.json``, which says all else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.corpus.bpe import bpe_in
from w2vcli.corpus.tokenizers import SUBWORDS
from w2vcli.errors import BadCorpus, BadModel
from w2vcli.models.facts import check_hashes, read_facts
from w2vcli.models.snapshot import Held
from w2vcli.neural.baseline import Baseline, load_baseline
from w2vcli.neural.fitting import Fitting
from w2vcli.neural.keeping import Keeping
from w2vcli.neural.networks import Network, embedding_of
from w2vcli.neural.seen import Hashes, read_seen
from w2vcli.neural.texts import Shape, Tokens, cut_texts, in_pieces, to_rows

_BATCH = 256

Floats = npt.NDArray[np.float64]
Classes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Cutting:
    """How texts become words: ``vocabulary`` is how many words or, of the tokenizer ``subwords``, pieces there are.

    ``word_rules`` are those of `w2vcli.corpus.reading.Reading`.
    """

    tokenizer: str = "unicode"
    lowercase: bool = True
    vocabulary: int = 20_000
    min_count: int = 2
    word_rules: int = 1


@dataclass(frozen=True)
class Card:
    """What ``classifier.json`` says: the settings, the ``labels`` in the order of the classes, the history of epochs.

    ``label_counts`` says how many texts have each label, the most frequent first. ``data`` says where the examples
    were from, ``examples`` how many were trained on and how many validated with,
    ``examples_sha256`` is the hash of what the network was given. ``baseline_accuracy`` and ``majority_accuracy``,
    of always the most frequent label, are those on the validation examples.
    """

    network: Network
    fitting: Fitting
    cutting: Cutting
    shape: Shape
    labels: list[str]
    data: dict[str, Any]
    examples: dict[str, int]
    examples_sha256: str
    parameters: int
    history: list[dict[str, float]]
    best_epoch: int
    baseline_accuracy: float
    keras: str
    backend: str
    label_counts: dict[str, int] = field(default_factory=dict)
    majority_accuracy: float | None = None
    format_version: int = 1


CLASSIFIERS = Keeping(
    "classifier",
    Card,
    "no classifier; make one with: w2v classify train DATA",
)
"""How classifiers are kept."""


@dataclass(frozen=True)
class Classifier:
    """An open classifier; ``seen`` are the hashes of the texts it was made of, where they were kept."""

    card: Card
    words: list[str]
    network: Any
    baseline: Baseline
    pieces: Any | None
    seen: Hashes | None = None

    def tokens(self, texts: Sequence[str]) -> tuple[Tokens, Tokens]:
        """Return texts in words, and in what the network is given: words or pieces."""
        cutting = self.card.cutting
        words = cut_texts(texts, cutting.tokenizer, lowercase=cutting.lowercase, word_rules=cutting.word_rules)
        return words, words if self.pieces is None else in_pieces(words, self.pieces)

    def rows(self, tokens: Tokens) -> npt.NDArray[np.int32]:
        """Return what the network is given (texts x length)."""
        return to_rows(tokens, self.words, self.card.shape)

    def probabilities(self, tokens: Tokens) -> Floats:
        """Return the probability of each class for each text (texts x classes)."""
        if not tokens.texts:  # of which Keras makes no array
            return np.zeros((0, len(self.card.labels)))
        return probabilities_of(self.network.predict(self.rows(tokens), batch_size=_BATCH, verbose=0))


def open_classifier(model: Path) -> Classifier:
    """Open the classifier in the directory ``model``; its files have to be those that were written.

    Raises
    ------
    BadModel
        If it is no classifier, or was changed.
    MissingExtra
        If Keras is not installed.
    """
    from w2vcli.models.directory import open_without_index, read_model

    def read(_: Held) -> Classifier:
        card = CLASSIFIERS.read(model)
        check_hashes(read_facts(model), model)
        words = list(open_without_index(model).words)
        baseline = load_baseline(CLASSIFIERS.folder(model))
        pieces = bpe_in(model) if card.cutting.tokenizer == SUBWORDS else None
        seen = read_seen(CLASSIFIERS.folder(model))
        return Classifier(card, words, CLASSIFIERS.network(model), baseline, pieces, seen)

    return read_model(model, read)


def probabilities_of(logits: npt.NDArray[Any]) -> Floats:
    """Return the probability of each class, of one logit for two classes or of a logit for each."""
    found = np.asarray(logits, dtype=np.float64)
    if found.shape[1] == 1:
        found = np.concatenate([np.zeros_like(found), found], axis=1)
    exponentials = np.exp(found - found.max(axis=1, keepdims=True))
    shares: Floats = exponentials / exponentials.sum(axis=1, keepdims=True)
    return shares


def classes_of(labels: Sequence[str], known: Sequence[str]) -> Classes:
    """Return the class of each label, its place in ``known``; -1 for one that is not there."""
    place = {label: number for number, label in enumerate(known)}
    return np.array([place.get(label, -1) for label in labels], dtype=np.int32)


def hash_examples(rows: npt.NDArray[np.int32], classes: Classes) -> str:
    """Return the SHA-256 of examples."""
    return hashlib.sha256(np.ascontiguousarray(rows).tobytes() + classes.tobytes()).hexdigest()


@dataclass(frozen=True)
class Share:
    """A word of a text, and what it adds to the logit of the class that is told."""

    word: str
    share: float


def explain(classifier: Classifier, text: str) -> tuple[str, list[Share]]:
    """Return the label of ``text`` and how much each word speaks for it; only the average network can tell.

    Where the hidden layer's units that are on stay on, the logit is a sum over the words: w relu'(.) W e / n
    for each of the n vectors e, and a rest for the biases, which is the last share, called ``(bias)``. For two
    classes the shares are those of the logit of the second class, turned around for the first; for more,
    of the class's own logit.

    Raises
    ------
    BadModel
        If the network is recurrent.
    BadCorpus
        If the text has no words.
    """
    if classifier.card.network.network != "average":
        raise BadModel("only a network of averages can say which word had what share (--network average)")
    _, tokens = classifier.tokens([text])
    row = classifier.rows(tokens)
    shown = [tokens.words[number] for number in tokens.texts[0].tolist()]
    shape = classifier.card.shape
    shown = shown[-shape.length :] if shape.truncating == "pre" else shown[: shape.length]
    if not shown:
        raise BadCorpus("there are no words in the text")
    embedding = embedding_of(classifier.network).astype(np.float64)
    (hidden, hidden_bias), (out, out_bias) = (
        [np.asarray(weights, dtype=np.float64) for weights in layer.get_weights()]
        for layer in classifier.network.layers
        if layer.__class__.__name__ == "Dense"
    )
    vectors = embedding[row[0]]
    counted = len(shown) if classifier.card.network.mask else len(vectors)
    before = vectors[:counted].mean(axis=0) @ hidden + hidden_bias
    is_on = before > 0
    logits = np.where(is_on, before, 0.0) @ out + out_bias
    [found] = probabilities_of(logits[np.newaxis])
    best = int(found.argmax())
    column, sign = (0, 1 if best else -1) if out.shape[1] == 1 else (best, 1)
    weights = np.where(is_on, out[:, column], 0.0)
    shares = sign * (vectors[:counted] @ hidden @ weights) / counted
    bias = sign * (float(hidden_bias @ weights) + float(out_bias[column]))
    rest = float(shares[len(shown) :].sum())
    listed = [Share(word, float(share)) for word, share in zip(shown, shares, strict=False)]
    if rest:
        listed.append(Share("<PAD>", rest))
    return classifier.card.labels[best], [*listed, Share("(bias)", bias)]
