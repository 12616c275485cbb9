"""Which words stand near a word in the text, how often, and what that weighs in training.

In ``the king and the queen``, with a window of 2, ``queen`` has the contexts ``and`` and ``the`` once each. A window
stays within its sentence. Training shrinks windows at random, so that a word at distance ``d`` of ``w`` is seen in
``w - d + 1`` of ``w`` cases, and it leaves out frequent words at random. Weights are what it sees in the mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from w2vcli.array_types import Floats, Integers
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.evidence.occurrences import BLOCK, place_blocks, sentences_of
from w2vcli.evidence.source import OpenText
from w2vcli.models.directory import Model
from w2vcli.training.formulas import keep_probabilities

_PLACES_AT_ONCE = 1 << 17
# Levy, Goldberg & Dagan (2015): contexts count as if rare ones were a little more frequent than they are.
_SMOOTHING = 0.75
# A map from contexts to vectors is fitted on so many words, of which each has so many places or less.
_MOST_WORDS, _LEAST_COUNT, _MOST_PLACES = 3000, 20, 300
# Pairs of a word and a context are in memory at once. With wide windows, so many of them are of fewer places.
_MOST_PAIRS = 9_000_000


@dataclass(frozen=True)
class Contexts:
    """The contexts of a word, by the rows of the model.

    ``counts`` is how often a word stands within the window, ``weights`` what that weighs in training.
    """

    counts: Integers
    weights: Floats


class ContextCounter:
    """Counts contexts in the text of a model. Words that are too rare for the model are none."""

    def __init__(self, model: Model, text: OpenText) -> None:
        settings = text.plan.settings
        self.corpus = text.corpus
        self.window = settings.window
        self.rows = np.full(len(text.corpus.words), -1, dtype=np.int64)
        """The row of each word of the corpus, -1 if it has none."""
        self.ids = np.full(model.facts.words, -1, dtype=np.int64)
        """The id of each word of the model, -1 if the corpus lacks it."""
        for row, word in enumerate(model.words):
            token = text.ids.get(word, -1)
            self.ids[row] = token
            if token >= 0:
                self.rows[token] = row
        self.totals: Integers = np.where(self.ids >= 0, text.corpus.counts[self.ids], 0)
        """How often each word of the model comes in the text."""
        self._keep = np.ones(len(self.totals))
        seen = self.totals > 0
        self._keep[seen] = keep_probabilities(self.totals[seen], settings.sample)
        distances = np.arange(1, self.window + 1)
        self._near = (self.window - distances + 1) / self.window if settings.shrink_windows else np.ones(self.window)
        expected = (self.totals * self._keep) ** _SMOOTHING
        self._expected: Floats = expected / expected.sum()

    def count(self, row: int) -> Contexts:
        """Return the contexts of the word in a row."""
        counts, weights = np.zeros(len(self.ids), dtype=np.int64), np.zeros(len(self.ids))
        for places in place_blocks(self.corpus, [int(self.ids[row])]):
            for distance, _, contexts in self.contexts_at(places):
                here = np.bincount(contexts, minlength=len(self.ids))
                counts += here
                weights += self._near[distance - 1] * here
        return Contexts(counts, weights * self._keep)

    def contexts_at(self, places: Integers) -> Iterator[tuple[int, Integers, Integers]]:
        """Yield the rows of what stands around tokens: the distance, the number of the place, and the row."""
        ends = np.asarray(self.corpus.sentence_ends)
        for first in range(0, len(places), _PLACES_AT_ONCE):
            some = places[first : first + _PLACES_AT_ONCE]
            sentences = sentences_of(self.corpus, some)
            stops, starts = ends[sentences], np.where(sentences > 0, ends[sentences - 1], 0)
            for distance in range(1, self.window + 1):
                for at in (some - distance, some + distance):
                    inside = np.flatnonzero((at >= starts) & (at < stops))
                    rows = self.rows[self.corpus.ids[at[inside]]]
                    known = rows >= 0
                    yield distance, inside[known] + first, rows[known]

    def strengths(self, weights: Floats) -> Floats:
        """Return how much each context says of a word, from its weights: log(1 + weight) times its PMI above 0."""
        total = weights.sum()
        found = np.zeros_like(weights)
        seen = np.flatnonzero(weights)
        pmi = np.log(weights[seen] / (total * self._expected[seen]))
        found[seen] = np.log1p(weights[seen]) * np.maximum(pmi, 0)
        return found

    def sample(self, seed: int = 1) -> Iterator[tuple[int, Floats]]:
        """Yield some words by their rows, each with the `strengths` of its contexts, in one pass over the text.

        They are drawn from those seen 20 times or more. Of a frequent word, some of its places are drawn.
        """
        rng = np.random.default_rng([seed, 5])
        rows = np.flatnonzero(self.totals >= _LEAST_COUNT)
        most_words = min(_MOST_WORDS, _MOST_PAIRS // (2 * self.window))
        most_places = min(_MOST_PLACES, _MOST_PAIRS // (2 * self.window * most_words))
        rows = np.sort(rng.permutation(rows)[:most_words])
        number = np.full(len(self.rows), -1, dtype=np.int64)
        number[self.ids[rows]] = np.arange(len(rows))
        share = np.minimum(1, most_places / self.totals[rows])
        words, places = _drawn_places(self.corpus, number, share, rng)
        keys, weights = [], []
        for distance, at, contexts in self.contexts_at(places):
            keys.append(words[at] * len(self.ids) + contexts)
            weights.append(np.full(len(at), self._near[distance - 1]))
        joined, every = np.concatenate(keys), np.concatenate(weights)
        order = np.argsort(joined, kind="stable")
        joined = joined[order]
        firsts = np.flatnonzero(np.diff(joined, prepend=-1))
        summed = np.add.reduceat(every[order], firsts)
        word, context = np.divmod(joined[firsts], len(self.ids))
        for start, stop in zip(*_stretches(word), strict=True):
            found = np.zeros(len(self.ids))
            seen = context[start:stop]
            found[seen] = summed[start:stop] * self._keep[seen]
            yield int(rows[word[start]]), self.strengths(found)


def _drawn_places(
    corpus: EncodedCorpus, number: Integers, share: Floats, rng: np.random.Generator
) -> tuple[Integers, Integers]:
    """Return the numbers of words and the tokens at which they stand, drawn with the ``share`` of each word."""
    words, places = [], []
    for start in range(0, len(corpus.ids), BLOCK):
        found = number[corpus.ids[start : start + BLOCK]]
        at = np.flatnonzero(found >= 0)
        at = at[rng.random(len(at)) < share[found[at]]]
        words.append(found[at])
        places.append(at + start)
    return np.concatenate(words), np.concatenate(places)


def _stretches(values: Integers) -> tuple[Sequence[int], Sequence[int]]:
    """Return where stretches of equal values begin and stop."""
    firsts = np.flatnonzero(np.diff(values, prepend=-1))
    return firsts.tolist(), [*firsts[1:].tolist(), len(values)]
