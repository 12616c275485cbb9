"""What the loops draw: which words are kept, the sizes of windows, noise words."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.training.engines.lanes import load_int32, load_uint64, store_int64, store_uint64
from w2vcli.training.engines.loop import inlined
from w2vcli.training.engines.stretches import Stretch

Entries = npt.NDArray[np.uint64]

HALF = np.uint64(32)
LOW = np.uint64(2**32 - 1)


def make_words(rows: npt.NDArray[np.int32], keep: npt.NDArray[np.float64]) -> Entries:
    """Return a table that says for each id its row and how likely it is kept, by the ``keep`` probability of the row.

    The lower half of an entry is the row, the upper half the probability times 2**32, less one. A number below 2**32 is
    drawn, and the word is kept if that is not above the upper half. An id without a row (-1) has 2**32 - 1 as its row.
    So a probability of 0.25 for row 3 is 0x3fffffff00000003.
    """
    return np.where(rows < 0, LOW, _entries(keep[rows], rows))


def make_noise(probabilities: npt.NDArray[np.float64]) -> Entries:
    """Return an alias table, with which rows of these ``probabilities`` are drawn in two steps.

    There are as many equal cells as rows, and each is shared by its own row and one other. A cell is drawn, and a
    number below 2**32. If that is not above the upper half of the cell's entry, the row of the cell is found, else that
    in the lower half (Walker 1977, An Efficient Method for Generating Discrete Random Variables with General
    Distributions). Three rows of probabilities 1/2, 1/3 and 1/6 are 3/2, 1 and 1/2 of a cell::

        cell 0: all row 0      cell 1: all row 1      cell 2: half row 2, half row 0
    """
    size = len(probabilities)
    shares = probabilities / probabilities.sum() * size
    richest = shares.argmax()
    shares[richest] = max(shares[richest], 1)  # equal shares may all be rounded to a little less
    poor, rich = np.flatnonzero(shares < 1), np.flatnonzero(shares >= 1)
    # The poor cells are filled from one rich row after another. One that has given too much is filled by the next.
    lacking, spare = np.cumsum(1 - shares[poor]), np.cumsum(shares[rich] - 1)
    others = np.arange(size)
    if len(poor):
        last = len(rich) - 1
        givers = np.searchsorted(spare, np.concatenate([[0.0], lacking[:-1]]), side="right")
        others[poor] = rich[np.minimum(givers, last)]
        ends = np.searchsorted(lacking, spare[:-1], side="right")
        shares[rich] = 1
        broke = np.flatnonzero(ends < len(poor))
        shares[rich[broke]] = 1 - (lacking[ends[broke]] - spare[broke])
        others[rich[broke]] = rich[broke + 1]
    return _entries(shares, others)


def _entries(probabilities: npt.NDArray[np.float64], rows: npt.NDArray[Any]) -> Entries:
    # A draw below 2**32 is compared with "not above", so that 2**32 - 1 always keeps and 0 keeps one draw.
    upper = np.clip(np.round(probabilities * 2**32), 1, 2**32) - 1
    found: Entries = (upper.astype(np.uint64) << HALF) | rows.astype(np.uint64)
    return found


@inlined
def random(state: int) -> np.uint64:
    """Return 64 random bits by xorshift64* (Vigna 2016)."""
    x = load_uint64(state)
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    store_uint64(state, x)
    bits: np.uint64 = x * np.uint64(0x2545F4914F6CDD1D)
    return bits


@inlined
def below(bits: np.uint64, end: int) -> int:
    """Return a number from 0 to below ``end``, at most 2**32, by the upper half of random bits."""
    drawn: int = np.int64(((bits >> HALF) * np.uint64(end)) >> HALF)
    return drawn


@inlined
def keep(text: Stretch, part: int, words: Entries, state: int, sentence: int) -> int:
    """Put the rows of the words that are kept into an array, and return how many there are."""
    tokens, table = text.tokens.ctypes.data, words.ctypes.data
    length = 0
    for token in range(text.starts[part], text.stops[part]):
        entry = load_uint64(table + 8 * np.int64(load_int32(tokens + 4 * token)))
        row = np.int64(entry & LOW)
        store_int64(sentence + 8 * length, row)
        # Without a branch, which the processor would guess wrong: a word that is left out is written over.
        length += (random(state) & LOW <= entry >> HALF) & (row != np.int64(LOW))
    return length


@inlined
def draw_row(noise: int, cells: int, state: int) -> int:
    """Return the row of a noise word, by the alias table of so many ``cells`` at an address (`make_noise`)."""
    bits = random(state)
    found = below(bits, cells)
    entry = load_uint64(noise + 8 * found)
    # The upper half of the bits chose the cell, the lower half chooses within it.
    if bits & LOW > entry >> HALF:
        found = np.int64(entry & LOW)
    return found
