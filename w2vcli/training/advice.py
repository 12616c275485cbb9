"""What a training will take, and settings for a corpus of its size, without training."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.remarks import tokenizer_for
from w2vcli.processors import processors
from w2vcli.training.engines.table import ENGINES, engine_for
from w2vcli.training.engines.task import Task
from w2vcli.training.formulas import keep_probabilities
from w2vcli.training.runs import TrainingPlan
from w2vcli.training.settings import Settings, epochs_for
from w2vcli.training.text import TrainingText, hold_out
from w2vcli.training.vocabulary import Vocabulary, make_vocabulary

# Private memory (RssAnon) on IMDB's 24 million words: 75 MB after the imports, 80 bytes for each of its 200,000
# different words, 120 for each of 1.1 million sentences; 600 for each of 69,000 words of the vocabulary make up
# the 322 MB that training with 100 dimensions took at its peak.
_PYTHON_AND_GENSIM = 75_000_000
_BYTES_A_DIFFERENT_WORD = 80
_BYTES_A_SENTENCE = 120
_BYTES_A_WORD = 600
_TRIAL_WORDS = 200_000
_MUCH_SUBSAMPLED = 0.6
# Scripts whose words have particles attached, or no blanks between them, by the names of their characters.


@dataclass(frozen=True)
class Advice:
    """What a training would take: bytes of memory and disk, seconds; and settings to consider, with reasons.

    ``disk`` is what the model and the kept numbers take; the checkpoint takes ``checkpoint`` bytes, twice while
    it is written. ``seconds`` is by the speed of a trial on the first words; reading and compiling come before it.
    """

    words: int
    sentences: int
    different_words: int
    min_count: int
    vocabulary: int
    below_min_count: int
    vector_size: int
    engine: str
    epochs: int
    memory: int
    disk: int
    checkpoint: int
    words_per_second: int
    seconds: float
    consider: list[str]


def advise(corpus: EncodedCorpus, plan: TrainingPlan) -> Advice:
    """Return what training on ``corpus`` as ``plan`` says would take, after a trial of some seconds.

    Raises
    ------
    BadCorpus
        If no word is frequent enough.
    """
    settings = plan.settings
    vocabulary = make_vocabulary(corpus, settings, ties=plan.ties)
    epochs = settings.epochs or epochs_for(corpus.read.tokens)
    size = len(vocabulary.words)
    vectors = 4 * size * settings.vector_size
    ngrams = 4 * settings.bucket * settings.vector_size if settings.model_type == "fasttext" else 0
    outputs = vectors * (bool(settings.hs) + bool(settings.negative)) + (vectors if ngrams else 0) + ngrams
    state = vectors + outputs
    engine = engine_for(plan.engine, settings, corpus.read.tokens * epochs)
    rate = _trial(corpus, vocabulary, settings, engine)
    return Advice(
        words=corpus.read.tokens,
        sentences=corpus.read.sentences,
        different_words=len(corpus.words),
        min_count=vocabulary.min_count,
        vocabulary=size,
        below_min_count=corpus.read.tokens - int(vocabulary.counts.sum()),
        vector_size=settings.vector_size,
        engine=engine,
        epochs=epochs,
        memory=state
        + size * _BYTES_A_WORD
        + len(corpus.words) * _BYTES_A_DIFFERENT_WORD
        + corpus.read.sentences * _BYTES_A_SENTENCE
        + _PYTHON_AND_GENSIM,
        # the index holds each value again, in a byte
        disk=state + vectors // 4 + 4 * corpus.read.tokens + 8 * corpus.read.sentences,
        checkpoint=state,
        words_per_second=round(rate),
        seconds=round(corpus.read.tokens * epochs / rate, 1),
        consider=list(_considerations(corpus, vocabulary, plan)),
    )


def _trial(corpus: EncodedCorpus, vocabulary: Vocabulary, settings: Settings, engine: str) -> float:
    """Return how many words a second are trained, by a second epoch over the first ones: the first one compiles."""
    text = hold_out(corpus, settings)
    parts = int(np.searchsorted(np.cumsum(text.stops - text.starts), _TRIAL_WORDS)) + 1
    trial = TrainingText(corpus, text.starts[:parts], text.stops[:parts], text.held_out)
    ends: list[float] = []
    small = replace(settings, bucket=min(settings.bucket, 100_000))  # so as not to wait for millions of vectors
    ENGINES[engine](
        Task(
            text=trial,
            vocabulary=vocabulary,
            settings=small,
            epochs=2,
            state=None,
            done=0,
            on_epoch=lambda epoch: ends.append(time.monotonic()),
            advance=lambda words: None,
            status=lambda message: None,
        )
    )
    return trial.words / (ends[1] - ends[0])


def _considerations(corpus: EncodedCorpus, vocabulary: Vocabulary, plan: TrainingPlan) -> Iterator[str]:
    settings, words = plan.settings, corpus.read.tokens
    if words < 1_000_000:
        yield "the text is small: neighbours will change with --seed; more text helps more than any setting"
    least = 2 if words < 200_000 else 5 if words < 50_000_000 else 10
    if settings.min_count != least:
        yield f"--min-count {least}: a word needs some contexts, and rare ones cost memory"
    size = 50 if words < 500_000 else 100 if words < 20_000_000 else 200 if words < 200_000_000 else 300
    if settings.vector_size != size:
        yield f"--vector-size {size}, for {words:,} words"
    keep = keep_probabilities(vocabulary.counts, settings.sample)
    share = 1 - float((vocabulary.counts * keep).sum() / vocabulary.counts.sum())
    if share > _MUCH_SUBSAMPLED:
        yield f"--sample 0: {share:.0%} of the words would be left out as too frequent"
    cores = processors()
    if settings.workers > cores:
        yield f"--workers {cores}: this machine has no more cores; 1 can be repeated to the byte"
    tokenizer = tokenizer_for(corpus)
    if tokenizer is not None and plan.reading.tokenizer == "unicode":
        yield f"--tokenizer {tokenizer}: between blanks this language has more than words"
    if not plan.reading.lowercase:
        merged = len({word.lower() for word in vocabulary.words})
        if merged < 0.9 * len(vocabulary.words):
            yield f"--lowercase: {len(vocabulary.words) - merged:,} words differ from others in case alone"
