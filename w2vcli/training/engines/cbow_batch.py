"""A batch of CBOW: the means or sums of the vectors around some words that follow each other, and what moves these.

Three words of a batch, "cat sat on", with a window of two words::

    the   cat   sat   on   mats
     x0    x1    x2    x3    x4         contexts, each read once and written once for the whole batch
      1     0     1     1     0         inside: h_cat is the mean of x0, x2 and x3, and each of them moves by m_cat
      1     1     0     1     1         h_sat is the mean of x0, x1, x3 and x4
      0     1     1     0     1         h_on is the mean of x1, x2 and x4

So the means are the matrix ``inside`` times the contexts, and the contexts move by its transpose times the moves.

In fastText and gensim, the mean is that of all rows of all words of a window: of their own and of their n-grams'. So a
context weighs as many times as it has rows, which is what ``weighing`` has in place of the ones of ``inside``. It moves
by the whole m_cat all the same, and so does each of its rows (`w2vcli.training.engines.composed`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.training.engines.composed import ngram_vector, vector_of
from w2vcli.training.engines.drawing import below, random
from w2vcli.training.engines.lanes import (
    BYTES,
    LANES,
    add,
    aligned,
    divide,
    filled,
    fma,
    load,
    load_int64,
    maximum,
    minimum,
    multiply,
    prefetch,
    spread,
    store,
    store_float32,
    store_int64,
    subtract,
    zeros,
)
from w2vcli.training.engines.loop import BATCH, SLOTS, TILE, LoopSettings, Ngrams, Weights, inlined, is_fixed

# How many rows of n-grams are fetched ahead of a batch at most. Words have some 15, and the most are known already.
_MOST_NGRAMS = 256


class CbowScratch(NamedTuple):
    """What one thread needs for itself: the addresses of arrays, see `make_cbow_scratch`."""

    random: int
    sentence: int
    contexts: int
    reaches: int
    middles: int
    shares: int
    inside: int
    weighing: int
    inputs: int
    moves: int
    places: int
    labels: int
    alphas: int
    errors: int
    users: int
    ahead: int
    unread: int
    nothing: int
    composed: int
    before: int
    ring: int


def make_cbow_scratch(
    longest_sentence: int, tiles: int, row_bytes: int, ring: int = 1
) -> tuple[CbowScratch, dict[str, npt.NDArray[Any]]]:
    """Return the scratch space for sentences of that many words, and words of so many tiles of outputs.

    The arrays must be kept as long as it is in use. ``random`` is the state of the generator. ``sentence`` has the rows
    of the words that are kept, ``contexts`` the addresses of the vectors around a batch. Of each word of the batch,
    ``reaches`` is how far its window goes, ``middles`` its place among the contexts, ``shares`` one part of its window.
    ``inside`` says of each context whose it is. ``inputs`` are the means, ``moves`` what their contexts move by.

    Of an output, ``places`` is the address of its weights, ``labels`` is 1 for the word that was there, ``alphas`` the
    learning rate, or 0 for what is not used. ``errors`` is what comes of them. All four are in tiles of `SLOTS`, and
    those of the next batch lie behind. ``users`` says which word of the batch a tile is of.

    ``ahead`` has the addresses of the rows that the next batch needs, behind how many they are. ``unread`` takes the
    moves of vectors that stay as they are, and ``nothing`` is a row of zeros. ``composed`` and ``before`` (``ring``
    rows) are for fastText, and so is ``weighing``, the weights of the contexts in the means, else that is ``inside``.
    """
    most = 2 * (BATCH * tiles + 1)
    arrays: dict[str, npt.NDArray[Any]] = {
        "random": aligned(1, dtype=np.uint64),
        "sentence": aligned(longest_sentence + 1, dtype=np.int64),
        "contexts": aligned(longest_sentence + 1, dtype=np.int64),
        "reaches": aligned(1, LANES),
        "middles": aligned(1, LANES),
        "shares": aligned(1, LANES),
        "inside": aligned(longest_sentence + 1, LANES),
        "inputs": aligned(BATCH, row_bytes // 4),
        "moves": aligned(BATCH, row_bytes // 4),
        "places": aligned(most, SLOTS, dtype=np.int64),
        "labels": aligned(most, SLOTS),
        "alphas": aligned(most, SLOTS),
        "errors": aligned(most, SLOTS),
        "users": aligned(most, dtype=np.int64),
        "ahead": aligned(1 + 2 * BATCH + TILE * most + (_MOST_NGRAMS if ring > 1 else 0), dtype=np.int64),
        "unread": aligned(1, row_bytes // 4),
        "nothing": aligned(1, row_bytes // 4),
        "composed": aligned(ring, row_bytes // 4),
        "before": aligned(ring, row_bytes // 4),
    }
    arrays["weighing"] = aligned(longest_sentence + 1, LANES) if ring > 1 else arrays["inside"]
    return CbowScratch(**{name: array.ctypes.data for name, array in arrays.items()}, ring=ring - 1), arrays


@inlined
def find_windows(
    first: int, count: int, length: int, settings: LoopSettings, weights: Weights, scratch: CbowScratch
) -> int:
    """Draw the windows of ``count`` words from ``first`` on, and return how many contexts they have together."""
    begin, end = max(0, first - settings.window), min(length, first + count + settings.window)
    for at in range(begin, end):
        store_int64(scratch.contexts + 8 * (at - begin), vector_of(at, weights, weights.ngrams, scratch))
    for i in range(BATCH):
        at, reach, share = first + i, 0, np.float32(0)  # a word that is not there reaches nothing
        if i < count:
            reach = settings.window
            if settings.shrink_windows:
                reach = 1 + below(random(scratch.random), reach)
            share = np.float32(1) / np.float32(min(length - 1, at + reach) - max(0, at - reach))
        store_float32(scratch.reaches + 4 * i, np.float32(reach))
        store_float32(scratch.middles + 4 * i, np.float32(at - begin))
        store_float32(scratch.shares + 4 * i, share)
    # All are whole numbers: a context is inside from a distance of 1 to that of the reach.
    one, none = filled(np.float32(1)), zeros()
    beyond, middles = add(load(scratch.reaches), one), load(scratch.middles)
    for q in range(end - begin):
        away = subtract(filled(np.float32(q)), middles)
        away = maximum(away, subtract(none, away))
        inside = minimum(maximum(subtract(beyond, away), none), one)
        store(scratch.inside + BYTES * q, multiply(inside, minimum(away, one)))
    _weigh(begin, end, weights.ngrams, scratch)
    return end - begin


@inlined
def _weigh(begin: int, end: int, ngrams: Ngrams | None, scratch: CbowScratch) -> None:
    """Let each context of fastText weigh as many times as it has rows, and share by the rows of all."""
    if ngrams is not None:
        rows = zeros()
        for at in range(begin, end):
            starts = ngrams.starts + 8 * load_int64(scratch.sentence + 8 * at)
            size = filled(np.float32(load_int64(starts + 8) - load_int64(starts) + 1))
            weighing = multiply(size, load(scratch.inside + BYTES * (at - begin)))
            store(scratch.weighing + BYTES * (at - begin), weighing)
            rows = add(rows, weighing)
        one = filled(np.float32(1))
        store(scratch.shares, divide(one, maximum(rows, one)))  # a word that is not there has none


@inlined
def gather(around: int, settings: LoopSettings, row_bytes: int, scratch: CbowScratch) -> None:
    """Make the means or sums of the contexts of each word the inputs, and let their moves begin with zero."""
    for byte in range(0, row_bytes, BYTES):
        h0, h1, h2, h3, h4, h5 = zeros(), zeros(), zeros(), zeros(), zeros(), zeros()
        for q in range(around):
            x, inside = load(load_int64(scratch.contexts + 8 * q) + byte), scratch.weighing + BYTES * q
            h0, h1 = fma(spread(inside), x, h0), fma(spread(inside + 4), x, h1)
            h2, h3 = fma(spread(inside + 8), x, h2), fma(spread(inside + 12), x, h3)
            h4, h5 = fma(spread(inside + 16), x, h4), fma(spread(inside + 20), x, h5)
        fetch_ahead(0, byte, scratch)
        place = scratch.inputs + byte
        store(place, h0)
        store(place + row_bytes, h1)
        store(place + 2 * row_bytes, h2)
        store(place + 3 * row_bytes, h3)
        store(place + 4 * row_bytes, h4)
        store(place + 5 * row_bytes, h5)
        for i in range(BATCH):
            place = scratch.inputs + i * row_bytes + byte
            if settings.cbow_mean:
                store(place, multiply(spread(scratch.shares + 4 * i), load(place)))
            store(scratch.moves + i * row_bytes + byte, zeros())


@inlined
def scatter(around: int, settings: LoopSettings, weights: Weights, scratch: CbowScratch) -> None:
    """Add the moves of each word to its contexts.

    As in word2vec.c and gensim, each context of a mean moves by its whole error, each of a sum by a share.
    """
    row_bytes = weights.row_bytes
    _spare_fixed(around, settings.fixed, weights, scratch)
    for byte in range(0, row_bytes, BYTES):
        if not settings.cbow_mean:
            for i in range(BATCH):
                place = scratch.moves + i * row_bytes + byte
                store(place, multiply(spread(scratch.shares + 4 * i), load(place)))
        place = scratch.moves + byte
        m0, m1, m2 = load(place), load(place + row_bytes), load(place + 2 * row_bytes)
        m3, m4, m5 = load(place + 3 * row_bytes), load(place + 4 * row_bytes), load(place + 5 * row_bytes)
        fetch_ahead(1, byte, scratch)
        for q in range(around):
            place, inside = load_int64(scratch.contexts + 8 * q) + byte, scratch.inside + BYTES * q
            x = fma(spread(inside), m0, load(place))
            x = fma(spread(inside + 4), m1, x)
            x = fma(spread(inside + 8), m2, x)
            x = fma(spread(inside + 12), m3, x)
            x = fma(spread(inside + 16), m4, x)
            store(place, fma(spread(inside + 20), m5, x))


@inlined
def _spare_fixed(around: int, fixed: int | None, weights: Weights, scratch: CbowScratch) -> None:
    """Let the moves of contexts that stay as they are go into a row that nobody reads."""
    if fixed is not None:
        for q in range(around):
            if is_fixed(load_int64(scratch.contexts + 8 * q), fixed, weights):
                store_int64(scratch.contexts + 8 * q, scratch.unread)


@inlined
def plan_vectors(first: int, length: int, settings: LoopSettings, weights: Weights, scratch: CbowScratch) -> None:
    """Begin the plan of what is fetched with the vectors that the batch from ``first`` on sees anew."""
    store_int64(scratch.ahead, 0)
    for at in range(first + settings.window if first else 0, min(length, first + settings.window + BATCH)):
        row = load_int64(scratch.sentence + 8 * at)
        address = weights.vectors + row * weights.row_bytes
        if at < first + BATCH or first:
            plan(address, scratch)
            _plan_ngrams(row, weights, weights.ngrams, scratch)
        else:  # the first window has more of them than there is room for
            for byte in range(0, weights.row_bytes, 64):
                prefetch(address + byte)


@inlined
def _plan_ngrams(row: int, weights: Weights, ngrams: Ngrams | None, scratch: CbowScratch) -> None:
    """Add the rows of the n-grams of a word to the plan, as far as there is room."""
    if ngrams is not None:
        begin, end = load_int64(ngrams.starts + 8 * row), load_int64(ngrams.starts + 8 * row + 8)
        room = _MOST_NGRAMS - load_int64(scratch.ahead)
        for k in range(begin, min(end, begin + room)):
            plan(ngram_vector(k, weights, ngrams), scratch)


@inlined
def plan(address: int, scratch: CbowScratch) -> None:
    """Add a row to what is fetched while the batch before is computed."""
    planned = load_int64(scratch.ahead)
    store_int64(scratch.ahead + 8 * (1 + planned), address)
    store_int64(scratch.ahead, planned + 1)


@inlined
def fetch_ahead(half: int, byte: int, scratch: CbowScratch) -> None:
    """Begin to fetch a line of each row in one of two halves of the plan.

    A core has some dozens of fetches under way and waits before it begins one more. So they are spread over the work.
    """
    # No range with a step of two: LLVM of llvmlite 0.43 unrolls it into a loop that does not end after one row.
    for pair in range((load_int64(scratch.ahead) + 1 - half) >> 1):
        prefetch(load_int64(scratch.ahead + 8 * (1 + 2 * pair + half)) + byte)
