"""Skip-gram's training pairs: each word of a text with each word in its window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Integers
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.training.formulas import keep_probabilities, noise_probabilities
from w2vcli.training.settings import Settings
from w2vcli.training.text import all_sentences, hold_out
from w2vcli.training.vocabulary import make_vocabulary

# What is held in memory at a time: words, and words times places in their windows.
_WORDS_AT_ONCE = 1 << 16
_PLACES_AT_ONCE = 1 << 21


@dataclass(frozen=True)
class PairSettings:
    """Which pairs there are; the names are those of training.

    Without ``shrink_windows`` each window reaches ``window`` words to either side. ``sample`` 0 thins out no
    words. ``negative`` is how many noise words are drawn for each pair.
    """

    window: int
    shrink_windows: bool = False
    sample: float = 0.0
    min_count: int = 1
    negative: int = 0
    ns_exponent: float = Settings.ns_exponent
    seed: int = Settings.seed


@dataclass(frozen=True)
class PairBlock:
    """Sentences in the words that are left of them, and pairs of these.

    ``rows`` are the words of all sentences; sentence ``i`` is ``rows[bounds[i]:bounds[i + 1]]``. A pair is
    ``rows[targets[j]]`` and ``rows[contexts[j]]``: by target, then by context, in the order of the text.
    ``noise`` (pairs x negative) are the rows of noise words, -1 for one that is the context itself, which
    counts nothing.
    """

    rows: Integers
    bounds: Integers
    targets: Integers
    contexts: Integers
    noise: Integers


@dataclass
class Tally:
    """What was seen so far: ``words`` less ``below_min_count`` and ``subsampled`` are those with windows."""

    sentences: int = 0
    words: int = 0
    below_min_count: int = 0
    subsampled: int = 0
    pairs: int = 0
    noise: int = 0


class Pairs:
    """The pairs of a corpus, as training with gensim draws them; random numbers are from the seed.

    A word below ``min_count`` or thinned out is no part of the text any more: windows reach over it, as in
    word2vec.c. A sentence of more than 10,000 words comes in parts. ``words`` are those of the
    vocabulary, in row order.
    """

    def __init__(self, corpus: EncodedCorpus, settings: PairSettings) -> None:
        self._settings = settings
        self._text = hold_out(all_sentences(corpus), Settings(held_out=False))
        self._vocabulary = make_vocabulary(self._text.selection, Settings(min_count=settings.min_count))
        self.words = self._vocabulary.words
        self.tally = Tally()

    def blocks(self) -> Iterator[PairBlock]:
        """Yield the pairs block by block, and keep the ``tally``; a sentence's may come in several blocks."""
        settings = self._settings
        keep = keep_probabilities(self._vocabulary.counts, settings.sample)
        cumulated = np.cumsum(noise_probabilities(self._vocabulary.counts, settings.ns_exponent))
        # Of their own, so that one kind of draw does not change the others.
        thinning, shrinking, noising = (np.random.default_rng([settings.seed, kind]) for kind in range(3))
        for start, stop in self._groups():
            rows, bounds = self._sentences(start, stop, keep, thinning)
            sizes = np.full(len(rows), settings.window)
            if settings.shrink_windows:
                sizes = shrinking.integers(1, settings.window + 1, len(rows))
            for targets, contexts in _places(bounds, sizes):
                noise = np.searchsorted(cumulated[:-1], noising.random((len(targets), settings.negative)), side="right")
                noise[noise == rows[contexts][:, np.newaxis]] = -1
                self.tally.pairs += len(targets)
                self.tally.noise += int((noise >= 0).sum())
                yield PairBlock(rows, bounds, targets, contexts, noise)

    def _groups(self) -> Iterator[tuple[int, int]]:
        """Yield which parts of the text are taken together."""
        lengths = np.cumsum(self._text.stops - self._text.starts)
        start = 0
        while start < len(lengths):
            before = lengths[start - 1] if start else 0
            stop = max(start + 1, int(np.searchsorted(lengths, before + _WORDS_AT_ONCE)))
            yield start, stop
            start = stop

    def _sentences(
        self, start: int, stop: int, keep: npt.NDArray[np.float64], thinning: np.random.Generator
    ) -> tuple[Integers, Integers]:
        first, last = int(self._text.starts[start]), int(self._text.stops[stop - 1])
        rows = self._vocabulary.rows[self._text.corpus.ids[first:last]].astype(np.int64)
        known = rows >= 0
        kept = known.copy()
        kept[known] = thinning.random(int(known.sum())) < keep[rows[known]]
        ends = np.concatenate([[0], np.cumsum(kept)])[self._text.stops[start:stop] - first]
        tally = self.tally
        tally.sentences += stop - start
        tally.words += len(rows)
        tally.below_min_count += int((~known).sum())
        tally.subsampled += int((known & ~kept).sum())
        return rows[kept], np.concatenate([[0], ends])


def _places(bounds: Integers, sizes: Integers) -> Iterator[tuple[Integers, Integers]]:
    """Yield where the targets and contexts of sentences are whose windows reach so far to either side."""
    lengths = np.diff(bounds)
    begins, ends = np.repeat(bounds[:-1], lengths), np.repeat(bounds[1:], lengths)
    widest = min(int(sizes.max(initial=0)), int(lengths.max(initial=0)) - 1)
    if widest < 1:
        return
    offsets = np.concatenate([np.arange(-widest, 0), np.arange(1, widest + 1)])
    step = max(1, _PLACES_AT_ONCE // len(offsets))
    for start in range(0, len(sizes), step):
        targets = np.arange(start, min(start + step, len(sizes)))[:, np.newaxis]
        contexts = targets + offsets
        inside = (contexts >= begins[targets]) & (contexts < ends[targets]) & (np.abs(offsets) <= sizes[targets])
        yield np.broadcast_to(targets, contexts.shape)[inside], contexts[inside]
