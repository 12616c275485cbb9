"""The text that is trained on, and the sample of it that is held out to measure the loss.

A corpus is not copied. A `Selection` bounds sentences of it, all of them or those that a resample drew, where one may
come several times. `hold_out` makes a `TrainingText` of a selection, which is what engines are given.
"""

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
_SENTENCES_AT_ONCE = 1 << 16


@dataclass(frozen=True)
class Selection:
    """Sentences of a corpus in some order.

    Sentence ``i`` is the tokens from ``starts[i]`` to before ``stops[i]``. ``counts[id]`` is how often a word comes in
    them. ``appeared`` are the ids of the words that come at all, by where they come first.
    """

    corpus: EncodedCorpus
    starts: Integers
    stops: Integers
    counts: Integers
    appeared: Integers

    @property
    def words(self) -> int:
        """How many words the sentences have."""
        return int((self.stops - self.starts).sum())


def all_sentences(corpus: EncodedCorpus) -> Selection:
    """Return all sentences of a corpus, in its order."""
    stops = np.asarray(corpus.sentence_ends, dtype=np.int64)
    return Selection(corpus, _starts(stops), stops, corpus.counts, np.arange(len(corpus.words)))


def chosen_sentences(corpus: EncodedCorpus, chosen: npt.ArrayLike) -> Selection:
    """Return the sentences of these places (from 0), in this order. One that is given twice comes twice.

    A resample draws them with replacement::

        rng.integers(len(corpus.sentence_ends), size=len(corpus.sentence_ends))

    Raises
    ------
    IndexError
        If the corpus does not have such a sentence.
    """
    places = np.asarray(chosen, dtype=np.int64)
    stops = np.asarray(corpus.sentence_ends, dtype=np.int64)
    return chosen_stretches(corpus, _starts(stops)[places], stops[places])


def chosen_stretches(corpus: EncodedCorpus, starts: Integers, stops: Integers) -> Selection:
    """Return stretches of a corpus as sentences, in this order: stretch ``i`` is from ``starts[i]`` to ``stops[i]``."""
    # Of a stretch that comes several times, the ids are looked at once: where it comes first.
    order = np.lexsort((stops, starts))
    is_new = (np.diff(starts[order], prepend=-1) != 0) | (np.diff(stops[order], prepend=-1) != 0)
    at_first = order[is_new]
    times = np.diff(np.flatnonzero(is_new), append=len(order))[np.argsort(at_first)]
    at_first.sort()
    lengths = (stops - starts)[at_first]
    begins = np.cumsum(lengths) - lengths  # where each would begin, were the text of these written out
    # Block by block, so that the ids of a long text are not all in memory at once.
    counts = np.zeros(len(corpus.words), dtype=np.int64)
    first = np.full(len(corpus.words), np.iinfo(np.int64).max)
    for block in range(0, len(at_first), _SENTENCES_AT_ONCE):
        some = slice(block, block + _SENTENCES_AT_ONCE)
        sizes = lengths[some]
        at = np.arange(sizes.sum()) + np.repeat(starts[at_first[some]] - begins[some] + begins[block], sizes)
        ids = corpus.ids[at]
        counts += np.bincount(ids, np.repeat(times[some], sizes), len(counts)).astype(np.int64)
        seen, where = np.unique(ids, return_index=True)
        first[seen] = np.minimum(first[seen], begins[block] + where)
    order = np.argsort(first, kind="stable")
    return Selection(corpus, starts, stops, counts, order[: np.count_nonzero(counts)])


def chosen_documents(corpus: EncodedCorpus, chosen: npt.ArrayLike) -> Selection:
    """Return the sentences of the documents of these places (from 0), in this order; see `chosen_sentences`.

    Words of one document resemble each other more than words of two, so an interval for vectors is better taken from
    resampled documents than from resampled sentences.

    Raises
    ------
    IndexError
        If the corpus does not have such a document.
    BadCorpus
        If it was encoded by a version of w2v that did not keep where documents end.
    """
    ends = np.asarray(corpus.document_ends(), dtype=np.int64)
    first, last = _starts(ends)[np.asarray(chosen)], ends[np.asarray(chosen)]
    sentences, _, _ = in_parts(first, last, 1)
    return chosen_sentences(corpus, sentences)


def _starts(stops: Integers) -> Integers:
    """Return where stretches begin that follow each other without gaps."""
    return np.concatenate([[0], stops[:-1]])


@dataclass(frozen=True)
class TrainingText:
    """The parts of sentences that an engine trains on, and those that are held out.

    ``starts`` and ``stops`` bound the parts in the ids of the corpus, none longer than `LONGEST_SENTENCE`.
    ``held_out`` has the bounds of those that are held out, (starts, stops). Together they are the ``selection``.
    """

    selection: Selection
    starts: Integers
    stops: Integers
    held_out: tuple[Integers, Integers]

    @property
    def corpus(self) -> EncodedCorpus:
        """The corpus that the bounds are of."""
        return self.selection.corpus

    @property
    def words(self) -> int:
        """How many words there are to train on, in one epoch."""
        return int((self.stops - self.starts).sum())

    def sentences(self) -> Iterator[list[str]]:
        """Yield the parts to train on, in order."""
        words, ids = self.corpus.words, self.corpus.ids
        for start, stop in zip(self.starts.tolist(), self.stops.tolist(), strict=True):
            yield [words[word] for word in ids[start:stop].tolist()]

    def counts(self) -> Integers:
        """Return how often each word of the corpus comes in what is trained on, by its id."""
        counts: Integers = self.selection.counts.copy()
        # Few words are held out, so these are counted, not the many others.
        for start, stop in zip(*(bounds.tolist() for bounds in self.held_out), strict=True):
            np.subtract.at(counts, self.corpus.ids[start:stop], 1)
        return counts


def hold_out(selection: Selection, settings: Settings) -> TrainingText:
    """Hold out a sample: one sentence in a hundred, no more than 20,000 words, or none without ``held_out``.

    A long sentence counts as parts of 1,000 words. The sample depends on the lengths of the sentences and the seed
    alone. What is left of a sentence before, between and after its parts that are held out are stretches of their own,
    since a window must not reach over a gap.
    """
    held_out = _held_out_parts(selection, settings)
    found: list[list[Integers]] = [[], [], [], []]  # starts and stops of what is trained on, then of what is held out
    before = 0
    for block in range(0, len(selection.starts), _SENTENCES_AT_ONCE):  # so that little is in memory besides the result
        some = slice(block, block + _SENTENCES_AT_ONCE)
        starts, stops, sentences = in_parts(selection.starts[some], selection.stops[some], _LONGEST_PART)
        here = held_out[np.searchsorted(held_out, before) : np.searchsorted(held_out, before + len(starts))]
        before += len(starts)
        chosen = np.zeros(len(starts), dtype=bool)
        chosen[here - before] = True  # counted from the end of the block
        # A stretch begins with a sentence or behind a part that is held out, and ends likewise.
        is_first = np.diff(sentences, prepend=-1) != 0
        is_last = np.diff(sentences, append=-1) != 0
        begins = ~chosen & (is_first | np.roll(chosen, 1))
        ends = ~chosen & (is_last | np.roll(chosen, -1))
        first, last, _ = in_parts(starts[begins], stops[ends], LONGEST_SENTENCE)
        for values, of_block in zip(found, (first, last, starts[chosen], stops[chosen]), strict=True):
            values.append(of_block)
    first, last, starts, stops = (np.concatenate([np.zeros(0, np.int64), *found.pop(0)]) for _ in range(4))
    return TrainingText(selection, first, last, (starts, stops))


def _held_out_parts(selection: Selection, settings: Settings) -> Integers:
    """Return the numbers of the parts of 1,000 words that are held out, in order."""
    if not settings.held_out:
        return np.zeros(0, dtype=np.int64)
    ends = np.zeros(len(selection.starts), dtype=np.int64)  # behind which part each sentence ends
    for block in range(0, len(ends), _SENTENCES_AT_ONCE):
        some = slice(block, block + _SENTENCES_AT_ONCE)
        ends[some] = -(-(selection.stops[some] - selection.starts[some]) // _LONGEST_PART)
    np.cumsum(ends, out=ends)
    parts = int(ends[-1]) if len(ends) else 0
    # No part is without words, so that no more can be held out than words. The copy lets the rest go.
    drawn = np.random.default_rng([settings.seed, 1]).permutation(parts)[: min(int(_SHARE * parts), _MOST_WORDS)].copy()
    sentences = np.searchsorted(ends, drawn, side="right")
    # A part that is the last of its sentence has what the others leave.
    rest = selection.stops[sentences] - selection.starts[sentences] - _LONGEST_PART * (drawn - _starts(ends)[sentences])
    return np.sort(drawn[np.cumsum(np.minimum(rest, _LONGEST_PART)) <= _MOST_WORDS])


def in_parts(starts: Integers, stops: Integers, longest: int) -> tuple[Integers, Integers, Integers]:
    """Split stretches into parts no longer than ``longest``, and return the bounds of each and which stretch it is of.

    A stretch of 2,500 words from token 100 on, in parts of 1,000: 100-1100, 1100-2100 and 2100-2600.
    """
    counts = -(-(stops - starts) // longest)
    which = np.repeat(np.arange(len(starts)), counts)
    at = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    part_starts = starts[which] + at * longest
    return part_starts, np.minimum(part_starts + longest, stops[which]), which
