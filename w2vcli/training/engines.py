"""The table of engines: what turns a corpus in numbers into vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.corpus.numbers import Corpus
from w2vcli.reporting import Advance
from w2vcli.training.settings import Settings

# gensim trains on the first 10,000 words of a sentence and drops the rest without a word.
_LONGEST_SENTENCE = 10_000


@dataclass(frozen=True)
class Trained:
    """What an engine made: words in row order, their counts and vectors (words x vector_size).

    ``trained`` is the number of words it trained on over all epochs, as the engine itself counted them;
    ``fed`` the number it was given. ``min_count`` is how often a word had to come.
    """

    words: list[str]
    counts: npt.NDArray[np.int64]
    vectors: npt.NDArray[np.float32]
    fed: int
    trained: int
    min_count: int


Engine = Callable[[Corpus, Settings, int, Advance], Trained]


def gensim_engine(corpus: Corpus, settings: Settings, epochs: int, advance: Advance) -> Trained:
    """Train with gensim's ``Word2Vec``; with one worker the result is gensim's to the byte."""
    from gensim.models import Word2Vec

    failures: list[BaseException] = []

    class Model(Word2Vec):  # type: ignore[misc]
        def _worker_loop(self, job_queue: Any, progress_queue: Any) -> None:
            # Where a worker fails, gensim would wait for it for ever.
            try:
                super()._worker_loop(job_queue, progress_queue)
            except BaseException as error:  # noqa: BLE001 - raised again below
                failures.append(error)
                progress_queue.put(None)

    names = set(Settings.__dataclass_fields__) - {"epochs"}
    model: Any = Model(epochs=epochs, **{name: getattr(settings, name) for name in sorted(names)})
    sentences = _Sentences(corpus, advance)
    model.build_vocab_from_freq(
        dict(zip(corpus.words, corpus.counts.tolist(), strict=True)), corpus_count=len(sentences)
    )
    trained, fed = model.train(sentences, total_examples=len(sentences), epochs=epochs)
    if failures:
        raise failures[0]
    return Trained(
        words=model.wv.index_to_key,
        counts=model.wv.expandos["count"],
        vectors=model.wv.vectors,
        fed=fed,
        trained=trained,
        min_count=model.effective_min_count,
    )


ENGINES: dict[str, Engine] = {"gensim": gensim_engine}


class _Sentences:
    """The sentences of a corpus, to be gone through once an epoch, telling how many words were taken."""

    def __init__(self, corpus: Corpus, advance: Advance) -> None:
        self._corpus = corpus
        self._advance = advance
        self._done = 0
        lengths = np.diff(corpus.sentence_ends, prepend=0)
        self._count = int((-(-lengths // _LONGEST_SENTENCE)).sum())

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[list[str]]:
        for sentence in self._corpus.sentences(_LONGEST_SENTENCE):
            yield sentence
            self._done += len(sentence)
            self._advance(self._done)
