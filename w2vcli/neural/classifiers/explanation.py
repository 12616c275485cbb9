"""What each word adds to the answer of a classifier."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from w2vcli.array_types import Floats
from w2vcli.errors import BadCorpus, BadModel
from w2vcli.neural.classifiers.classifier import Classifier, probabilities_of
from w2vcli.neural.ids import PAD_NAME
from w2vcli.neural.keras_backend import embedding_of
from w2vcli.neural.tokenized_texts import to_rows


class WordShare(NamedTuple):
    """A word of a text, and what it adds to the logit of the label that was answered."""

    word: str
    share: float


def explain(classifier: Classifier, text: str) -> tuple[str, list[WordShare]]:
    """Return the label of ``text`` and how much each word speaks for it, of a network of averages.

    The logit is w relu(W m + b) + c for the mean m of the n vectors e of the words. Units of the hidden layer that are
    off add nothing. With the matrix W and the weights w of those that are on, the logit is a sum over the words, to
    which each adds w W e / n. The rest, w b + c, is the last share, called ``(bias)``. So all shares add up to the
    logit, without rounding or sampling. Without a hidden layer the logit is w m + c, and each word adds w e / n.

    For two labels the logit is that of the second label, and its negative for the first. For more, it is the
    label's own.

    Raises
    ------
    BadModel
        If the network is recurrent.
    BadCorpus
        If the text has no words.
    """
    record = classifier.record
    if record.network.network != "average":
        raise BadModel("only a network of averages can say which word had what share (--network average)")
    _, tokens = classifier.tokens([text])
    words = record.shape.cut([tokens.words[place] for place in tokens.texts[0].tolist()])
    if not words:
        raise BadCorpus("there are no words in the text")
    [ids] = classifier.encode(tokens)
    if not record.network.mask and record.shape.pad_to == "length":
        [ids] = to_rows([ids], record.shape.length)
    vectors = embedding_of(classifier.network).astype(np.float64)[ids]
    *inner, (out, out_bias) = _dense_layers(classifier)
    hidden, hidden_bias = inner[0] if inner else (np.eye(len(out)), np.zeros(len(out)))
    # What the network does, done again in float64, to see which units of the hidden layer are on.
    before = vectors.mean(axis=0) @ hidden + hidden_bias
    is_on = before > 0 if inner else np.ones(len(before), dtype=np.bool_)
    [found] = probabilities_of((np.where(is_on, before, 0.0) @ out + out_bias)[np.newaxis])
    best = int(found.argmax())
    # Of one logit, a negative one speaks for the first label.
    column, sign = (0, 1 if best else -1) if out.shape[1] == 1 else (best, 1)
    weights = np.where(is_on, out[:, column], 0.0)
    shares = sign * (vectors @ hidden @ weights) / len(vectors)
    bias = sign * (float(hidden_bias @ weights) + float(out_bias[column]))
    listed = [WordShare(word, float(share)) for word, share in zip(words, shares, strict=False)]
    if padding := float(shares[len(words) :].sum()):  # it counts as a word in a network without a mask
        listed.append(WordShare(PAD_NAME, padding))
    return record.labels[best], [*listed, WordShare("(bias)", bias)]


def _dense_layers(classifier: Classifier) -> list[tuple[Floats, Floats]]:
    """Return the weights (inputs x outputs) and the biases of the hidden layer, if there is one, and the last."""
    found = []
    for layer in classifier.network.layers:
        if layer.__class__.__name__ == "Dense":
            weights, biases = (np.asarray(each, dtype=np.float64) for each in layer.get_weights())
            found.append((weights, biases))
    return found
