"""What stands near a word on both sides: its collocations, as corpus linguists call them.

*plague* comes 81 times on side a, *avoid* 642 times, and 56 of these within the window of *plague*. On side b *avoid*
never stands near it. Within the window are 760 words on side a, and 720 on side b::

    log_dice_a      14 + log2(2 * 56 / (81 + 642)) = 11.31
    log_ratio       log2((56 / 760) / (0.5 / 720)) = 6.73      106 times as frequent near *plague* on side a
    log_likelihood  as in `w2vcli.compare.keyness`, where the words near *plague* on each side are the two texts

``log_dice`` (Rychlý 2008) says how closely two words go together: 14 for words that only come together, and one less
for each halving. It does not depend on how large a text is, so that both sides can be compared. ``log_ratio`` (Hardie
2014) and ``log_likelihood`` (Dunning 1993) say how much and how surely what stands near differs between the sides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from w2vcli.array_types import Floats, Integers
from w2vcli.compare.comparison import ComparedSides
from w2vcli.compare.context_sums import TokenRows, count_on_sides, find_occurrences
from w2vcli.compare.keyness import keyness
from w2vcli.compare.sides import Sides


@dataclass(frozen=True)
class Collocation:
    """A ``context`` of a word. Its counts are of the window of the word; ``log_dice`` is None where it is not there."""

    word: str
    context: str
    log_likelihood: float
    log_ratio: float
    count_a: int
    count_b: int
    log_dice_a: float | None
    log_dice_b: float | None


def find_collocations(compared: ComparedSides, rows: list[int], topn: int) -> list[Collocation]:
    """Return for each of some rows what stands near its word on the sides, what differs most surely first.

    There are at most ``topn`` contexts of a word. A word is no context of its own. What stands near two occurrences
    counts twice, and a window stays within its sentence.
    """
    words, text = compared.words, compared.text
    counts = count_on_sides(text.tokens, compared.sides, len(words))
    found = []
    for row in rows:
        near, tokens = count_near(text.tokens, compared.sides, row, text.window, len(words))
        near[:, row] = 0
        measured = keyness(near, tokens)
        dice = log_dice(near, counts[:, [row]], counts)
        order = np.argsort(-measured.log_likelihood, kind="stable")
        for other in order[near.sum(axis=0)[order] > 0][:topn].tolist():
            first, second = (float(value) if np.isfinite(value) else None for value in dice[:, other])
            found.append(
                Collocation(
                    words[row],
                    words[other],
                    float(measured.log_likelihood[other]),
                    float(measured.log_ratio[other]),
                    int(near[0, other]),
                    int(near[1, other]),
                    first,
                    second,
                )
            )
    return found


def count_near(text: TokenRows, sides: Sides, row: int, window: int, words: int) -> tuple[Integers, tuple[int, int]]:
    """Return how often each row stands within the window of a row on both sides (2 x words), and all tokens there.

    The tokens are also those of words that the model does not have.
    """
    keep = np.zeros(words + 1)
    keep[row] = 1
    places, _ = find_occurrences(text, keep, np.random.default_rng(0))
    unit = sides.unit_of(places)
    places, side = places[unit >= 0], sides.side[unit[unit >= 0]]
    ends = text.corpus.sentence_ends
    sentence = np.searchsorted(ends, places, side="right")
    stops = np.asarray(ends[sentence])
    starts = np.where(sentence > 0, np.asarray(ends[sentence - 1]), 0)
    near, tokens = np.zeros(2 * words, dtype=np.int64), np.zeros(2, dtype=np.int64)
    for offset in (*range(-window, 0), *range(1, window + 1)):
        around = places + offset
        inside = (around >= starts) & (around < stops)
        found, here = text.rows[text.corpus.ids[around[inside]]], side[inside]
        tokens += np.bincount(here, minlength=2)
        near += np.bincount(here[found >= 0] * words + found[found >= 0], minlength=2 * words)
    return near.reshape(2, words), (int(tokens[0]), int(tokens[1]))


def log_dice(together: Integers, one: Integers, other: Integers) -> Floats:
    """Return how closely words go together that come so often together, the one so often, and the other.

    It is -inf for what never comes together.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = 14 + np.log2(2 * together / (one + other))
    return np.where(together > 0, found, -np.inf)
