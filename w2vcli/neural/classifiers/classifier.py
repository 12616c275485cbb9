"""A trained classifier, opened to be asked.

A classifier is a model like any other, and its vectors are the embedding that its network learnt. The folder
``classifier`` in it has the network, the baseline, and ``classifier.json``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import softmax

from w2vcli.array_types import Floats
from w2vcli.corpus.bpe import bpe_in
from w2vcli.corpus.tokenizer_names import SUBWORDS
from w2vcli.models.directory import open_without_index, read_model
from w2vcli.models.facts import check_hashes, read_facts
from w2vcli.models.snapshot import Held
from w2vcli.neural.classifiers.baseline import Baseline, load_baseline
from w2vcli.neural.examples import logits_of_texts
from w2vcli.neural.ids import IdArray, NetworkIds
from w2vcli.neural.keras_backend import KerasNetwork
from w2vcli.neural.labelled_texts.seen import Hashes, read_seen
from w2vcli.neural.network_records import ClassifierRecord
from w2vcli.neural.network_store import CLASSIFIERS
from w2vcli.neural.tokenized_texts import TokenizedTexts, split_into_subwords, to_ids, to_rows, tokenize_texts

# Texts that the network is given at once: no more than fit into memory with rows of any length.
_BATCH = 256


@dataclass(frozen=True)
class Classifier:
    """An open classifier.

    ``bpe`` is the tokenizer of its subword units, None if it has whole words. ``seen`` are the hashes of the texts it
    was made of, None if an older w2v kept none.
    """

    record: ClassifierRecord
    ids: NetworkIds
    network: KerasNetwork
    baseline: Baseline
    bpe: Any | None
    seen: Hashes | None = None

    def tokens(self, texts: Sequence[str]) -> tuple[TokenizedTexts, TokenizedTexts]:
        """Return texts as words, which the baseline is given, and as what the network is given: words or units."""
        words = tokenize_texts(texts, self.record.texts)
        return words, words if self.bpe is None else split_into_subwords(words, self.bpe)

    def encode(self, tokens: TokenizedTexts) -> list[IdArray]:
        """Return the ids of each text that the network is given, before padding."""
        return to_ids(tokens, self.ids, self.record.shape)

    def count_guesses(self, tokens: TokenizedTexts) -> int:
        """Return how many texts have no known word in the part that the network is given."""
        return sum(bool(self.ids.is_unknown(text).all()) for text in self.encode(tokens))

    def probabilities(self, tokens: TokenizedTexts) -> Floats:
        """Return the probability of each label for each text (texts x labels)."""
        if not tokens.texts:  # Keras makes no array of nothing
            return np.zeros((0, len(self.record.labels)))
        texts, shape = self.encode(tokens), self.record.shape
        if shape.pad_to == "batch":  # no text may have another answer because of those that are asked with it
            return probabilities_of(logits_of_texts(self.network, texts))
        return probabilities_of(self.network.predict(to_rows(texts, shape.length), batch_size=_BATCH, verbose=0))


def open_classifier(model: Path) -> Classifier:
    """Open the classifier in the directory ``model``, whose files have to be those that were written.

    Raises
    ------
    BadModel
        If it is no classifier, or was changed.
    MissingExtra
        If Keras is not installed.
    """

    def read(_: Held) -> Classifier:
        record = CLASSIFIERS.read(model)
        # All bytes are compared, not stamps of files alone as for vectors: Keras makes objects of what is in them.
        check_hashes(read_facts(model), model)
        folder = CLASSIFIERS.folder(model)
        return Classifier(
            record=record,
            ids=NetworkIds(list(open_without_index(model).words)),
            network=CLASSIFIERS.network(model),
            baseline=load_baseline(folder),
            bpe=bpe_in(model) if record.texts.tokenizer == SUBWORDS else None,
            seen=read_seen(folder),
        )

    return read_model(model, read)


def probabilities_of(logits: npt.NDArray[Any]) -> Floats:
    """Return the probability of each label (texts x labels) from one logit each, or from one for two labels.

    The one logit is that of the second label, beside a logit of 0 for the first: softmax of 0 and x is sigmoid of x.
    """
    found = np.asarray(logits, dtype=np.float64)
    if found.shape[1] == 1:
        found = np.concatenate([np.zeros_like(found), found], axis=1)
    shares: Floats = softmax(found, axis=1)
    return shares
