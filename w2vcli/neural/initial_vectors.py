"""The vectors that an embedding begins with: those of a model, or of word2vec on the same texts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from w2vcli.array_types import Float32s
from w2vcli.corpus.encoded import LONGEST_SENTENCE
from w2vcli.errors import BadModel
from w2vcli.models.directory import Model
from w2vcli.neural.ids import NetworkIds
from w2vcli.neural.tokenized_texts import TokenizedTexts
from w2vcli.reporting import Advance, Reporter

# Few, since the network trains these vectors further.
_EPOCHS = 4
_RANGE = 0.05  # that of Keras's initializer RandomUniform, by which an embedding begins otherwise


def vectors_of_model(model: Model, ids: NetworkIds, seed: int, reporter: Reporter) -> Float32s:
    """Return an embedding matrix (ids x vector_size) with the vectors that a model has of the words.

    All other rows are small random numbers.

    Raises
    ------
    BadModel
        If the model has none of the words.
    """
    found = _random(ids, model.facts.vector_size, seed)
    known = [(word, row) for word in ids.words if (row := model.words.row(word)) is not None]
    if not known:
        raise BadModel(f"{model.name} has none of the words of the texts")
    found[ids.encode(word for word, _ in known)] = model.vectors[[row for _, row in known]]
    reporter.note(f"{len(known):,} of {len(ids.words):,} words begin with the vectors of {model.name}")
    return found


def vectors_of_texts(
    tokens: TokenizedTexts, ids: NetworkIds, vector_size: int, seed: int, reporter: Reporter
) -> Float32s:
    """Return an embedding matrix (ids x vector_size) by word2vec of the texts themselves.

    It is trained by gensim, skip-gram with negative sampling.
    """
    from gensim.models import Word2Vec

    found = _random(ids, vector_size, seed)
    total = _EPOCHS * sum(map(len, tokens.texts))
    model = Word2Vec(vector_size=vector_size, sg=1, workers=1, seed=seed, min_count=1, epochs=_EPOCHS)
    counts = dict(zip(tokens.words, tokens.counts().tolist(), strict=True))
    model.build_vocab_from_freq({word: counts[word] for word in ids.words})
    with reporter.phase("word2vec", total, "words") as advance:
        model.train(_TextsByEpoch(tokens, advance), total_examples=len(tokens.texts), epochs=_EPOCHS)
    found[ids.rows] = model.wv[ids.words]
    return found


def _random(ids: NetworkIds, vector_size: int, seed: int) -> Float32s:
    rng = np.random.default_rng([seed, 1])
    return rng.uniform(-_RANGE, _RANGE, (ids.size, vector_size)).astype(np.float32)


class _TextsByEpoch:
    """The texts as lists of words, once an epoch. It tells how many words were taken, over all epochs."""

    def __init__(self, tokens: TokenizedTexts, advance: Advance) -> None:
        self._tokens = tokens
        self._advance = advance
        self._done = 0

    def __iter__(self) -> Iterator[list[str]]:
        words = self._tokens.words
        for text in self._tokens.texts:
            # gensim passes over what stands behind the longest sentence that it takes.
            for start in range(0, len(text), LONGEST_SENTENCE):
                yield [words[place] for place in text[start : start + LONGEST_SENTENCE].tolist()]
            self._done += len(text)
            self._advance(self._done)
