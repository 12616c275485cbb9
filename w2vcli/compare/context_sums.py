"""What stands around a word: the sums of the vectors of its contexts, unit by unit.

With a window of two, the context of "sat" in ``the cat sat on mats`` is *the*, *cat*, *on* and *mats*. A context as a
vector is the sum of the vectors of its words (Khodak et al. 2018, A La Carte Embedding). Only *units* of text are
shuffled between two sides, so all that is kept of a word is one sum for each unit that it comes in::

    unit   occurrences   sum
       4             2   [0.3, 1.1]
      17             1   [0.2, 0.5]

The text is gone through for some words at a time, so that memory is bounded whatever its size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s, Floats, Integers
from w2vcli.compare.sides import Sides
from w2vcli.corpus.encoded import EncodedCorpus

# Of a word that comes more often, so many occurrences are drawn.
MOST_OCCURRENCES = 20_000
_OCCURRENCES_AT_ONCE = 200_000
_TOKENS_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class TokenRows:
    """A corpus whose tokens are rows of a model. ``rows[id]`` is the row of a token id, -1 if it has none."""

    corpus: EncodedCorpus
    rows: npt.NDArray[np.int32]

    def blocks(self) -> Iterator[tuple[int, npt.NDArray[np.int32]]]:
        """Yield stretches of the corpus: the place of the first token, and the row of each."""
        ids = self.corpus.ids
        for start in range(0, len(ids), _TOKENS_AT_ONCE):
            yield start, self.rows[ids[start : start + _TOKENS_AT_ONCE]]

    def contexts(self, places: Integers, features: Float32s, window: int) -> Float32s:
        """Return the sum of the ``features`` of the words around each of some tokens (places x vector_size).

        Row ``i`` of ``features`` is of the model's row ``i``, and the last one is zero. A window stays in its sentence.
        """
        ends = self.corpus.sentence_ends
        sentence = np.searchsorted(ends, places, side="right")
        stops = np.asarray(ends[sentence])
        starts = np.where(sentence > 0, np.asarray(ends[sentence - 1]), 0)
        total = np.zeros((len(places), features.shape[1]), dtype=np.float32)
        for offset in (*range(-window, 0), *range(1, window + 1)):
            around = places + offset
            inside = (around >= starts) & (around < stops)
            rows = self.rows[self.corpus.ids[np.where(inside, around, places)]]
            total += features[np.where(inside, rows, -1)]
        return total


@dataclass(frozen=True)
class WordContexts:
    """The contexts of the word in ``row``, by unit.

    It has ``counts[i]`` occurrences in the unit ``units[i]``, whose contexts have the sum ``sums[i]``
    (units x vector_size).
    """

    row: int
    units: Integers
    counts: Floats
    sums: Float32s


def count_on_sides(text: TokenRows, sides: Sides, words: int) -> Integers:
    """Return how often each row comes on both sides (2 x words)."""
    counts = np.zeros(2 * words, dtype=np.int64)
    for start, rows in text.blocks():
        unit = sides.unit_of(np.arange(start, start + len(rows)))
        known = (rows >= 0) & (unit >= 0)
        counts += np.bincount(sides.side[unit[known]] * words + rows[known], minlength=2 * words)
    return counts.reshape(2, words)


def word_contexts(
    text: TokenRows, sides: Sides, counts: Integers, features: Float32s, window: int, seed: int
) -> Iterator[WordContexts]:
    """Yield the contexts of all rows with ``counts`` above 0, in order.

    ``counts`` is how often each row comes on both sides together, 0 for a row that is not asked for.
    """
    expected = np.minimum(counts, MOST_OCCURRENCES)
    chunk = np.cumsum(expected) // _OCCURRENCES_AT_ONCE
    rng = np.random.default_rng([seed, 2])
    for number in np.unique(chunk[counts > 0]).tolist():
        chosen = (chunk == number) & (counts > 0)
        keep = np.append(np.where(chosen, expected / np.maximum(counts, 1), 0), 0)  # the last is of words without a row
        places, rows = find_occurrences(text, keep, rng)
        unit = sides.unit_of(places)
        places, rows, unit = (found[unit >= 0] for found in (places, rows, unit))
        order = np.lexsort((unit, rows))
        places, rows, unit = places[order], rows[order], unit[order]
        firsts = np.flatnonzero((np.diff(rows, prepend=-1) != 0) | (np.diff(unit, prepend=-1) != 0))
        if not len(firsts):
            continue
        sums = np.add.reduceat(text.contexts(places, features, window), firsts)
        sizes = np.diff(firsts, append=len(rows)).astype(np.float64)
        rows, unit = rows[firsts], unit[firsts]
        bounds = np.flatnonzero(np.diff(rows, prepend=-1))
        for first, last in zip(bounds.tolist(), [*bounds[1:].tolist(), len(rows)], strict=True):
            yield WordContexts(int(rows[first]), unit[first:last], sizes[first:last], sums[first:last])


def find_occurrences(text: TokenRows, keep: Floats, rng: np.random.Generator) -> tuple[Integers, Integers]:
    """Return the places and the rows of tokens, each kept with the probability ``keep[row]``, whose last is 0."""
    found = []
    for start, rows in text.blocks():
        share = keep[rows]
        at = np.flatnonzero(share)
        at = at[rng.random(len(at)) < share[at]]
        found.append((at + start, rows[at].astype(np.int64)))
    places, rows_found = zip(*found, strict=True)
    return np.concatenate(places), np.concatenate(rows_found)
