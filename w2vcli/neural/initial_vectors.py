"""The vectors that an embedding begins with: those of a model, or of word2vec on the same texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from w2vcli.array_types import Float32s
from w2vcli.corpus.encoded import LONGEST_SENTENCE, EncodedCorpus, Read
from w2vcli.errors import BadModel
from w2vcli.models.directory import Model
from w2vcli.neural.ids import NetworkIds
from w2vcli.neural.tokenized_texts import TokenizedTexts
from w2vcli.reporting import Advance, Reporter
from w2vcli.requirements import has_gensim

# Few, since the network trains these vectors further.
_EPOCHS = 4
_RANGE = 0.05  # that of Keras's initializer RandomUniform, by which an embedding begins otherwise


def vectors_of_model(model: Model, ids: NetworkIds, seed: int, reporter: Reporter) -> Float32s:
    """Return an embedding matrix (ids x vector_size) with the vectors that a model has of the words.

    All other rows are small random numbers.

    Raises
    ------
    BadModel
        If the model has none of the words, or vectors of the tokens of static embeddings.
    """
    if model.facts.static is not None:
        raise BadModel(f"{model.name} has vectors of tokens, which are not those of words")
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

    It is skip-gram with negative sampling, trained by gensim, or by our own loop where gensim is not installed.
    """
    found = _random(ids, vector_size, seed)
    total = _EPOCHS * sum(map(len, tokens.texts))
    train = _by_gensim if has_gensim() else _by_our_loop
    with reporter.phase("word2vec", total, "words") as advance:
        found[ids.rows] = train(tokens, ids, vector_size, seed, advance)
    return found


def _by_gensim(tokens: TokenizedTexts, ids: NetworkIds, vector_size: int, seed: int, advance: Advance) -> Float32s:
    from gensim.models import Word2Vec

    model = Word2Vec(vector_size=vector_size, sg=1, workers=1, seed=seed, min_count=1, epochs=_EPOCHS)
    counts = dict(zip(tokens.words, tokens.counts().tolist(), strict=True))
    model.build_vocab_from_freq({word: counts[word] for word in ids.words})
    model.train(_TextsByEpoch(tokens, advance), total_examples=len(tokens.texts), epochs=_EPOCHS)
    vectors: Float32s = model.wv[ids.words]
    return vectors


def _by_our_loop(tokens: TokenizedTexts, ids: NetworkIds, vector_size: int, seed: int, advance: Advance) -> Float32s:
    from w2vcli.training.engines.table import ENGINES
    from w2vcli.training.engines.task import Epoch, Task
    from w2vcli.training.settings import Settings
    from w2vcli.training.text import all_sentences, hold_out
    from w2vcli.training.vocabulary import Vocabulary

    settings = Settings(
        vector_size=vector_size, sg=1, workers=1, seed=seed, min_count=1, epochs=_EPOCHS, held_out=False
    )
    rows = ids.encode(tokens.words) - 1
    rows[rows == len(ids.words)] = -1
    found: list[Float32s] = []

    def keep(epoch: Epoch) -> None:
        found[:] = [epoch.state.arrays["vectors"]]

    counts = np.zeros(len(ids.words), dtype=np.int64)
    counts[rows[rows >= 0]] = tokens.counts()[rows >= 0]
    vocabulary = Vocabulary(ids.words, counts, rows, 1, [])
    text = hold_out(all_sentences(_as_corpus(tokens)), settings)
    train = ENGINES["numba"].load()
    train(Task(text, vocabulary, settings, None, _EPOCHS, None, 0, keep, advance, lambda _: None))
    return found[0]


def _as_corpus(tokens: TokenizedTexts) -> EncodedCorpus:
    """Return the texts as a corpus in memory, each of them a sentence."""
    texts = [text for text in tokens.texts if len(text)]
    ids = np.concatenate(texts)
    ends = np.cumsum([len(text) for text in texts])
    read = Read(0, 0, 0, len(texts), 0, len(texts), len(ids), 0, 0, 0, len(ids))
    return EncodedCorpus(Path(), read, tokens.words, tokens.counts(), ids, ends)


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
