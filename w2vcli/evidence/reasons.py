"""Why two words are near, or a word is the answer to an analogy: contexts with their shares, and lines as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

import numpy as np

from w2vcli.array_types import Floats, Integers
from w2vcli.evidence.context_counts import ContextCounter
from w2vcli.evidence.context_map import ContextSample
from w2vcli.evidence.occurrences import Occurrences, blocks_of_any, documents_of, look_through, spread
from w2vcli.evidence.shares import Shares, Side, find_shares, make_side
from w2vcli.evidence.source import OpenText
from w2vcli.evidence.text_lines import Line, lines_at
from w2vcli.models.directory import Model

# So many places with the most evidence are looked at for lines that differ in their contexts and documents.
_CANDIDATES = 500
_TOGETHER = 5


@dataclass(frozen=True)
class SharedContext:
    """A context of both words.

    ``share`` of the cosine is due to it. ``count1`` and ``count2`` are how often it stands within the window of each.
    ``pmi1`` and ``pmi2`` are how many times as often as by chance that is, as log to the base 2 (Church & Hanks 1990).
    ``log_dice1`` and ``log_dice2`` are Rychlý's measure (2008), 14 for words that only come together.
    """

    context: str
    share: float
    count1: int
    count2: int
    pmi1: float
    pmi2: float
    log_dice1: float
    log_dice2: float


@dataclass(frozen=True)
class Explanation:
    """Why ``word1`` and ``word2`` are near. ``word1`` may be the terms of an analogy.

    All contexts account for the share ``accounted`` of their ``similarity``, and those that both have for ``shared``.
    ``occurrences1`` and ``occurrences2`` are how often the words come, and ``documents1`` and ``documents2`` in how
    many documents. ``together`` is how often they stand within one window, and ``lines_together`` has some of these.
    """

    word1: str
    word2: str
    similarity: float
    accounted: float
    shared: float
    occurrences1: int
    occurrences2: int
    documents1: int
    documents2: int
    together: int
    contexts: Sequence[SharedContext]
    lines: Sequence[Line]
    lines_together: Sequence[Line]


class Explainer:
    """Explains the answers of a model by its text."""

    def __init__(self, model: Model, text: OpenText, counter: ContextCounter, sample: ContextSample) -> None:
        self._model = model
        self._text = text
        self._counter = counter
        self._sample = sample

    def explain(
        self, name: str, added: list[int], subtracted: list[int], other: int, contexts: int, lines: int
    ) -> Explanation:
        """Return why the words ``added`` (rows), without those ``subtracted``, are near the word ``other``.

        There are at most so many contexts, the largest shares first, and so many lines: half of them of each side, and
        of those with both words besides. The first lines have the most evidence, and are of different documents.
        """
        one = make_side(self._model, self._counter, added, subtracted)
        two = make_side(self._model, self._counter, [other], [])
        shares = find_shares(self._model, self._sample, one, two)
        both = np.flatnonzero((one.counts > 0) & (two.counts > 0) & (shares.values > 0))
        both = both[~np.isin(both, [*one.rows, *two.rows])]
        best = both[np.argsort(-shares.values[both], kind="stable")]
        worth = np.zeros(len(shares.values))
        worth[best] = shares.values[best]
        found = [self._occurrences(added), self._occurrences([other])]
        places = [one.places for one in found]
        halves = zip(places, (lines - lines // 2, lines // 2), strict=True)
        return Explanation(
            name,
            self._model.words[other],
            shares.similarity,
            shares.accounted,
            shares.shared,
            one.total,
            two.total,
            found[0].documents,
            found[1].documents,
            int(one.counts[other]),
            [self._context(int(row), shares, one, two) for row in best[:contexts]],
            [line for some, most in halves for line in self._lines(some, worth, most)],
            self._lines_with(places[0], other, min(lines, _TOGETHER)),
        )

    def _context(self, row: int, shares: Shares, one: Side, two: Side) -> SharedContext:
        counts = [int(side.counts[row]) for side in (one, two)]
        total = int(self._counter.totals[row])
        share_of_all = total / int(self._counter.totals.sum())
        pmi = [
            log2(count / int(side.counts.sum()) / share_of_all) for count, side in zip(counts, (one, two), strict=True)
        ]
        dice = [14 + log2(2 * count / (side.total + total)) for count, side in zip(counts, (one, two), strict=True)]
        return SharedContext(self._model.words[row], float(shares.values[row]), *counts, *pmi, *dice)

    def _occurrences(self, rows: Sequence[int]) -> Occurrences:
        """Return where the words of some rows stand."""
        corpus, tokens = self._text.corpus, [int(self._counter.ids[row]) for row in rows]
        expected = int(corpus.counts[tokens].sum())
        return look_through(corpus, blocks_of_any(corpus, tokens), expected, seed=1)

    def _lines(self, places: Integers, worth: Floats, most: int) -> list[Line]:
        """Return the lines of places whose windows have the contexts that are ``worth`` most, best first."""
        if not most:
            return []
        scores = np.zeros(len(places))
        for _, at, rows in self._counter.contexts_at(places):
            scores += np.bincount(at, worth[rows], minlength=len(places))
        best = np.argsort(-scores, kind="stable")[:_CANDIDATES]
        best = best[scores[best] > 0]
        chosen = _choose(self._windows(places[best]), documents_of(self._text.corpus, places[best]), worth, most)
        return self._in_order(places[best[chosen]])

    def _windows(self, places: Integers) -> list[list[int]]:
        """Return the rows of what stands around each of some tokens."""
        found: list[list[int]] = [[] for _ in range(len(places))]
        for _, at, rows in self._counter.contexts_at(places):
            for place, row in zip(at.tolist(), rows.tolist(), strict=True):
                found[place].append(row)
        return found

    def _lines_with(self, places: Integers, row: int, most: int) -> list[Line]:
        """Return lines of places near which a word of a row stands, of different documents first."""
        if not most:
            return []
        is_near = np.zeros(len(places), dtype=bool)
        for _, at, rows in self._counter.contexts_at(places):
            is_near[at[rows == row]] = True
        with_it = places[is_near]
        return lines_at(self._text, with_it[spread(documents_of(self._text.corpus, with_it), most, seed=1)])

    def _in_order(self, places: Integers) -> list[Line]:
        """Return the lines at places, in the order in which these are given."""
        order = np.argsort(places, kind="stable")
        found = lines_at(self._text, places[order])
        back = np.argsort(order, kind="stable")
        return [found[at] for at in back.tolist()]


def _choose(windows: Sequence[Sequence[int]], documents: Integers, worth: Floats, most: int) -> list[int]:
    """Return which lines are chosen, best first: of other documents, and with other contexts than those before.

    A context counts half as much each time it was in a line before, and no document has two lines before each has one.
    """
    left = worth.copy()
    used: dict[int, int] = {}
    chosen: list[int] = []
    rest = list(range(len(windows)))
    while rest and len(chosen) < most:
        at = min(rest, key=lambda line: (used.get(int(documents[line]), 0), -left[list({*windows[line]})].sum(), line))
        rest.remove(at)
        chosen.append(at)
        used[int(documents[at])] = used.get(int(documents[at]), 0) + 1
        left[list({*windows[at]})] /= 2
    return chosen
