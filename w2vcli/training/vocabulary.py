"""The words that are trained, in row order: those of the corpus that are frequent enough."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from w2vcli.corpus.numbers import Corpus
from w2vcli.errors import BadCorpus
from w2vcli.escaping import visible
from w2vcli.training.settings import Settings


@dataclass(frozen=True)
class Vocabulary:
    """Words in descending frequency; of equal ones, the one that came first is first.

    gensim leaves the order of equal ones to numpy's quicksort, which differs between processors.
    ``counts`` has how often each was seen, in this corpus and in those of earlier trainings. ``rows[n]``
    is the row of the word with number ``n`` in the corpus, -1 if it is none. ``min_count`` is how often a
    word had to be seen. ``dropped`` are the other words.
    """

    words: list[str]
    counts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]
    min_count: int
    dropped: list[tuple[str, int]]


def make_vocabulary(corpus: Corpus, settings: Settings, earlier: dict[str, int] | None = None) -> Vocabulary:
    """Return the vocabulary of a corpus, with the words of ``earlier`` trainings and their counts added.

    Raises
    ------
    BadCorpus
        If no word is frequent enough.
    """
    words, counts = list(corpus.words), corpus.counts
    if earlier:
        numbers = {word: number for number, word in enumerate(words)}
        new = [word for word in earlier if word not in numbers]
        words += new
        counts = np.concatenate([counts, np.zeros(len(new), dtype=np.int64)])
        numbers |= {word: number for number, word in enumerate(new, len(numbers))}
        np.add.at(counts, [numbers[word] for word in earlier], [*earlier.values()])
    order = np.argsort(-counts, kind="stable")
    min_count = settings.min_count
    if settings.max_final_vocab is not None and len(order) > settings.max_final_vocab:
        # gensim's rule: above the count of the first word that is one too many
        min_count = max(min_count, int(counts[order[settings.max_final_vocab]]) + 1)
    size = int((counts >= min_count).sum())
    if not size:
        raise BadCorpus(
            f"no word comes {min_count} times or more (--min-count); "
            f"the most frequent is {visible(words[order[0]])}: {counts[order[0]]:,}"
        )
    rows = np.full(len(words), -1, dtype=np.int32)
    rows[order[:size]] = np.arange(size, dtype=np.int32)
    return Vocabulary(
        words=[words[number] for number in order[:size]],
        counts=counts[order[:size]],
        rows=rows[: len(corpus.words)],
        min_count=min_count,
        dropped=[(words[number], int(counts[number])) for number in order[size:]],
    )
