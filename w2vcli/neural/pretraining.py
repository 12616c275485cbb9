"""What an embedding begins with: word2vec on the same texts, or the vectors of a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from w2vcli.corpus.encoded import LONGEST_SENTENCE
from w2vcli.errors import BadModel
from w2vcli.models.directory import Model
from w2vcli.models.vectors import Float32s
from w2vcli.neural.texts import Tokens
from w2vcli.reporting import Advance, Reporter

_EPOCHS = 4
_RANGE = 0.05  # as Keras begins


def vectors_of_model(model: Model, words: Sequence[str], seed: int, reporter: Reporter) -> Float32s:
    """Return what an embedding of ``words`` begins with (words + 2 x size): padding, words, unknown words.

    Words that the model does not have begin with small random numbers.

    Raises
    ------
    BadModel
        If the model has none of the words.
    """
    found = _random(len(words), model.facts.vector_size, seed)
    rows = [(at, row) for at, word in enumerate(words, 1) if (row := model.words.row(word)) is not None]
    if not rows:
        raise BadModel(f"{model.name} has none of the words of the texts")
    places, theirs = (list(numbers) for numbers in zip(*rows, strict=True))
    found[places] = model.vectors[theirs]
    reporter.note(f"{len(rows):,} of {len(words):,} words begin with the vectors of {model.name}")
    return found


def vectors_of_texts(tokens: Tokens, words: Sequence[str], vector_size: int, seed: int, reporter: Reporter) -> Float32s:
    """Return the same from word2vec (skip-gram with negative sampling, by gensim) on the texts themselves."""
    from gensim.models import Word2Vec

    found = _random(len(words), vector_size, seed)
    total = _EPOCHS * sum(map(len, tokens.texts))
    model = Word2Vec(vector_size=vector_size, sg=1, workers=1, seed=seed, min_count=1, epochs=_EPOCHS)
    counts = dict(zip(tokens.words, tokens.counts().tolist(), strict=True))
    model.build_vocab_from_freq({word: counts[word] for word in words})
    with reporter.phase("word2vec", total, "words") as advance:
        model.train(_TextsByEpoch(tokens, advance), total_examples=len(tokens.texts), epochs=_EPOCHS)
    for at, word in enumerate(words, 1):
        found[at] = model.wv[word]
    return found


def _random(words: int, vector_size: int, seed: int) -> Float32s:
    rng = np.random.default_rng([seed, 1])
    return rng.uniform(-_RANGE, _RANGE, (words + 2, vector_size)).astype(np.float32)


class _TextsByEpoch:
    """The texts as lists of words, once an epoch, telling how many words were taken."""

    def __init__(self, tokens: Tokens, advance: Advance) -> None:
        self._tokens = tokens
        self._advance = advance
        self._done = 0

    def __iter__(self) -> Iterator[list[str]]:
        words = self._tokens.words
        for text in self._tokens.texts:
            for start in range(0, len(text), LONGEST_SENTENCE):
                yield [words[number] for number in text[start : start + LONGEST_SENTENCE].tolist()]
            self._done += len(text)
            self._advance(self._done)
