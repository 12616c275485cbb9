"""The text that is trained on, and the sample of it that is held out to measure the loss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Integers
from w2vcli.corpus.encoded import LONGEST_SENTENCE, EncodedCorpus
from w2vcli.training.settings import Settings

_SHARE = 0.01
_MOST_WORDS = 20_000
_LONGEST_PART = 1000


@dataclass(frozen=True)
class TrainingText:
    """The sentences of a corpus in parts that an engine trains on, and those put aside.

    ``starts`` and ``stops`` bound the parts in the corpus's tokens, none longer than `LONGEST_SENTENCE`.
    ``held_out`` has the bounds of those put aside, (starts, stops).
    """

    corpus: EncodedCorpus
    starts: Integers
    stops: Integers
    held_out: tuple[Integers, Integers]

    @property
    def words(self) -> int:
        """How many words there are to train on, in one epoch."""
        return int((self.stops - self.starts).sum())

    def sentences(self) -> Iterator[list[str]]:
        """Yield the sentences in order."""
        words, tokens = self.corpus.words, self.corpus.ids
        for start, stop in zip(self.starts.tolist(), self.stops.tolist(), strict=True):
            yield [words[number] for number in tokens[start:stop].tolist()]

    def counts(self) -> npt.NDArray[np.int64]:
        """Return how often each word of the corpus comes in what is trained on, by number."""
        counts: npt.NDArray[np.int64] = self.corpus.counts.copy()
        for start, stop in zip(*(bounds.tolist() for bounds in self.held_out), strict=True):
            np.subtract.at(counts, self.corpus.ids[start:stop], 1)
        return counts


def hold_out(corpus: EncodedCorpus, settings: Settings) -> TrainingText:
    """Put aside a sample of ``corpus``: one sentence in a hundred, no more than 20,000 words, or none.

    Long sentences count in parts of 1,000 words. The sample depends on the corpus and the seed alone.
    """
    ends = np.asarray(corpus.sentence_ends)
    if not settings.held_out:
        return TrainingText(corpus, *_parts(np.concatenate([[0], ends[:-1]]), ends, LONGEST_SENTENCE), _none())
    starts, stops = _parts(np.concatenate([[0], ends[:-1]]), ends, _LONGEST_PART)
    rng = np.random.default_rng([settings.seed, 1])
    chosen = rng.permutation(len(starts))[: int(_SHARE * len(starts))]
    chosen = np.sort(chosen[np.cumsum((stops - starts)[chosen]) <= _MOST_WORDS])
    if not len(chosen):
        return TrainingText(corpus, *_parts(np.concatenate([[0], ends[:-1]]), ends, LONGEST_SENTENCE), _none())
    held_out = starts[chosen], stops[chosen]
    # What lies between the parts put aside is trained on, sentence by sentence.
    bounds = np.unique(np.concatenate([[0], ends, *held_out]))
    between, after = bounds[:-1], bounds[1:]
    trained = ~np.isin(between, held_out[0])
    return TrainingText(corpus, *_parts(between[trained], after[trained], LONGEST_SENTENCE), held_out)


def _none() -> tuple[Integers, Integers]:
    return np.zeros(0, np.int64), np.zeros(0, np.int64)


def _parts(starts: Integers, stops: Integers, longest: int) -> tuple[Integers, Integers]:
    """Cut stretches into parts that are no longer than ``longest``."""
    counts = -(-(stops - starts) // longest)
    which = np.repeat(np.arange(len(starts)), counts)
    at = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    part_starts = starts[which] + at * longest
    return part_starts, np.minimum(part_starts + longest, stops[which])
