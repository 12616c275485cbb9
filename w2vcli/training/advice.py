"""What a training will take, and settings for a corpus of its size, without training.

Memory and disk follow from the sizes of the vocabulary and the weights. Time follows from a trial on the first words.
Each consideration names what was counted on this text, or says that it is a rule of thumb.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.remarks import tokenizer_for
from w2vcli.processors import processors
from w2vcli.training.engines.task import Task, state_shapes
from w2vcli.training.epochs import TrainingJob, make_job
from w2vcli.training.formulas import keep_probabilities
from w2vcli.training.plans import TrainingPlan
from w2vcli.training.summary import MUCH_SUBSAMPLED
from w2vcli.training.text import all_sentences, hold_out
from w2vcli.training.vocabulary import Vocabulary, make_vocabulary

# Private memory: 80 bytes for each of 200,000 different words in IMDB's 24 million, and 55 for each sentence at the
# peak (ten million sentences of ten words). What the engine takes besides stands in its row of the table.
_BYTES_A_DIFFERENT_WORD = 80
_BYTES_A_SENTENCE = 55
_TRIAL_WORDS = 200_000
_TRIAL_BUCKET = 100_000  # so as not to wait for millions of vectors of n-grams

# Rules of thumb for a corpus of this many words or more, which nobody measured. Their direction is that of Mikolov et
# al. 2013, Efficient Estimation of Word Representations in Vector Space, table 2: more text bears more dimensions. The
# 5 and 100 in the middle are the defaults of word2vec.c and gensim.
_MIN_COUNTS = {0: 2, 200_000: 5, 50_000_000: 10}
_VECTOR_SIZES = {0: 50, 500_000: 100, 20_000_000: 200, 200_000_000: 300}
_SMALL_TEXT = 1_000_000


@dataclass(frozen=True)
class Advice:
    """What a training would take in bytes of memory and disk and in seconds, and settings to consider.

    ``disk`` is what the model and the encoded corpus take. The checkpoint takes ``checkpoint`` bytes, twice while it is
    written. ``seconds`` is by the speed of a trial on the first words, to which reading and compiling are added.
    Each line of ``consider`` begins with a flag and gives a reason.
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


def advise(corpus: EncodedCorpus, plan: TrainingPlan, warn: Callable[[str], None]) -> Advice:
    """Return what training on ``corpus`` as ``plan`` says would take, after a trial of some seconds.

    Raises
    ------
    BadCorpus
        If no word is frequent enough.
    """
    settings, selection = plan.settings, all_sentences(corpus)
    vocabulary = make_vocabulary(selection, settings, ties=plan.ties)
    job = make_job(hold_out(selection, settings), vocabulary, settings, plan.engine, warn)
    size, words, engine = len(vocabulary.words), corpus.read.tokens, job.engine
    shapes = state_shapes(settings, size, with_outputs=engine.measures_loss)
    state = 4 * sum(map(math.prod, shapes.values()))
    rate = _trial(job)
    return Advice(
        words=words,
        sentences=corpus.read.sentences,
        different_words=len(corpus.words),
        min_count=vocabulary.min_count,
        vocabulary=size,
        below_min_count=words - int(vocabulary.counts.sum()),
        vector_size=settings.vector_size,
        engine=engine.name,
        epochs=job.epochs,
        memory=state // settings.vector_size * (-(-settings.vector_size // engine.row_floats) * engine.row_floats)
        + size * engine.bytes_a_word
        + len(corpus.words) * _BYTES_A_DIFFERENT_WORD
        + corpus.read.sentences * _BYTES_A_SENTENCE
        + engine.base_bytes,
        # The index holds each number of the vectors again, in a byte.
        disk=state + math.prod(shapes["vectors"]) + corpus.bytes_on_disk(),
        checkpoint=state if engine.is_resumable else 0,
        words_per_second=round(rate),
        seconds=round(words * job.epochs / rate, 1),
        consider=list(_considerations(corpus, vocabulary, plan)),
    )


def _trial(job: TrainingJob) -> float:
    """Return the words trained in a second, by the last of two epochs over the first words: the first may compile."""
    text, settings = job.text, replace(job.settings, bucket=min(job.settings.bucket, _TRIAL_BUCKET))
    parts = int(np.searchsorted(np.cumsum(text.stops - text.starts), _TRIAL_WORDS)) + 1
    trial = replace(text, starts=text.starts[:parts], stops=text.stops[:parts])
    times = [time.monotonic()]
    job.engine.load()(
        Task(
            text=trial,
            vocabulary=job.vocabulary,
            settings=settings,
            paths=job.paths,
            epochs=2,
            state=None,
            done=0,
            on_epoch=lambda epoch: times.append(time.monotonic()),
            advance=lambda words: None,
            status=lambda message: None,
        )
    )
    epochs = 1 if len(times) > 2 else 2  # an engine that cannot stop between epochs tells the end of both
    return epochs * trial.words / (times[-1] - times[-2])


def _rule(steps: dict[int, int], words: int) -> int:
    """Return what a rule of thumb says for a corpus of that many words: the value of the last step it reaches."""
    return next(value for least, value in reversed(steps.items()) if words >= least)


def _considerations(corpus: EncodedCorpus, vocabulary: Vocabulary, plan: TrainingPlan) -> Iterator[str]:
    """Yield settings to consider, each with the reason."""
    settings, words = plan.settings, corpus.read.tokens
    if words < _SMALL_TEXT:
        yield "the text is small: neighbours will change with --seed; more text helps more than any setting"
    if settings.min_count != (least := _rule(_MIN_COUNTS, words)):
        yield f"--min-count {least} (a rule of thumb): a word needs some contexts, and rare ones cost memory"
    if settings.vector_size != (size := _rule(_VECTOR_SIZES, words)):
        yield f"--vector-size {size}, for {words:,} words (a rule of thumb)"
    keep = keep_probabilities(vocabulary.counts, settings.sample)
    share = 1 - float((vocabulary.counts * keep).sum() / vocabulary.counts.sum())
    if share > MUCH_SUBSAMPLED:
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
