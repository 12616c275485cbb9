"""The inner loop of word2vec, compiled by numba: a stretch of text goes in, and weights are moved.

For each word of the text that subsampling keeps, its *outputs* are drawn: the word itself and the noise words,
or the nodes on its path through the tree of hierarchical softmax. For skip-gram the *inputs* are the vectors of
the words around it, for CBOW one vector, their mean or sum. One step, for the target "sat" and a window of two words::

    the   cat  [sat]   on   mats         places p0 ... p5: addresses of the outputs' weights
     x0    x1           x2    x3
                           p0     p1     p2     p3     p4     p5
                           sat    noise  noise  noise  noise  noise
               label        1      0      0      0      0      0
       inputs  the   x0    e00    e01    e02    e03    e04    e05     e = alpha * (label - logistic(x . p))
               cat   x1    e10    e11    e12    e13    e14    e15     x_i moves by the sum of e_ik p_k in its row
               on    x2    e20    e21    e22    e23    e24    e25     p_k moves by the sum of e_ik x_i in its column
               mats  x3    e30    e31    e32    e33    e34    e35

In vectors of one number, with alpha = 0.1, one input x0 = 1 and the outputs p0 = 2 and p1 = 0::

    e00 = 0.1 * (1 - logistic(2)) = 0.0119      x0 becomes 1 + 0.0119 * 2 - 0.05 * 0 = 1.0238
    e01 = 0.1 * (0 - logistic(0)) = -0.05       p0 becomes 2 + 0.0119 * 1 = 2.0119, p1 becomes -0.05

word2vec.c and gensim draw noise for each input, and move all weights after each pair. Here `BATCH` inputs meet the same
noise, as by Ji et al. 2016, Parallelizing Word2Vec in Shared and Distributed Memory, who share it in the whole window.
So their scores are a small product of matrices. They, and all moves of the batch, are computed with the weights from
before it, `TILE` outputs at a time.

A row of weights has its ``vector_size`` floats, and zeros up to a multiple of `LANES`. Threads update the same weights
without locks, and of two that add to a float at once, one update may be lost (Niu et al. 2011, Hogwild!).

The compiled functions take addresses, not arrays: numba would count references to an array at each call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
from numba import njit

from w2vcli.training.engines.lanes import (
    BYTES,
    LANES,
    add,
    aligned,
    divide,
    filled,
    fma,
    load,
    load_int32,
    load_int64,
    load_uint64,
    maximum,
    minimum,
    multiply,
    prefetch,
    spread,
    store,
    store_float32,
    store_int64,
    store_sums,
    store_uint64,
    zeros,
)
from w2vcli.training.tree import Paths

TILE = 6
"""How many outputs are taken at a time: with five noise words, all. Their sums then fit in the registers there are."""

SLOTS = 8
"""How many places a tile has: two stay empty, so that one or two tiles fill a register of 8 or 16 floats."""

BATCH = 6
"""How many inputs at most meet the same noise and are moved at once. It is even, as inputs are taken in pairs."""

Entries = npt.NDArray[np.uint64]
Register = Any

_HALF = np.uint64(32)
_LOW = np.uint64(2**32 - 1)

_Function = TypeVar("_Function", bound=Callable[..., Any])
_compiled: Callable[[_Function], _Function] = njit(nogil=True, cache=True, error_model="numpy")
_inlined: Callable[[_Function], _Function] = njit(nogil=True, cache=True, error_model="numpy", forceinline=True)


class Stretch(NamedTuple):
    """Sentences in the order of a text: sentence ``i`` is the ids ``tokens[starts[i]:stops[i]]``."""

    tokens: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int64]
    stops: npt.NDArray[np.int64]


class Weights(NamedTuple):
    """Where the rows of the weights begin in memory, those of the words, of negative sampling and of the tree.

    Each row has ``row_bytes``. The address is 0 if that output layer is not trained.
    """

    vectors: int
    syn1neg: int
    syn1: int
    row_bytes: int


class LoopSettings(NamedTuple):
    """The settings of `w2vcli.training.settings.Settings` that the loop needs.

    If ``frozen``, the weights of the outputs stay as they are, and the vectors alone move. It is None if not, which is
    a type of its own: the loop is compiled for each, and asks nothing. So is ``fixed``, else the address of a table of
    int64 with a 1 for each row whose vector stays as it is.
    """

    sg: int
    hs: int
    negative: int
    window: int
    shrink_windows: int
    cbow_mean: int
    frozen: int | None
    fixed: int | None = None


class Scratch(NamedTuple):
    """What one thread needs for itself: the addresses of arrays, see `make_scratch`."""

    random: int
    sentence: int
    contexts: int
    places: int
    labels: int
    alphas: int
    inputs: int
    moves: int
    errors: int


def make_scratch(longest_sentence: int, tiles: int, row_bytes: int) -> tuple[Scratch, dict[str, npt.NDArray[Any]]]:
    """Return the scratch space for sentences of that many words, and words of so many tiles of outputs.

    The arrays must be kept as long as it is in use. ``random`` is the state of the generator. ``sentence`` has the rows
    of the words that are kept, ``contexts`` the addresses of those around a word. Of an output, ``places`` is the
    address of its weights, ``labels`` is 1 for the word that was there and 0 for noise. ``alphas`` is its learning
    rate, or 0 for a place that is not used and for noise that is the word itself. All three are in tiles of `SLOTS`,
    and the tiles of the next word lie behind them. Where a register holds two tiles, labels and alphas are there
    twice. ``inputs`` (`BATCH` rows) are copies of vectors, ``moves`` (one row) is what CBOW adds to them, ``errors``
    (inputs x `SLOTS`) are those of a tile.
    """
    arrays: dict[str, npt.NDArray[Any]] = {
        "random": aligned(1, dtype=np.uint64),
        "sentence": aligned(longest_sentence + 1, dtype=np.int64),
        "contexts": aligned(longest_sentence + 1, dtype=np.int64),
        "places": aligned(2 * tiles, SLOTS, dtype=np.int64),
        "labels": aligned(2 * tiles, LANES),
        "alphas": aligned(2 * tiles, LANES),
        "inputs": aligned(BATCH, row_bytes // 4),
        "moves": aligned(1, row_bytes // 4),
        "errors": aligned(BATCH, SLOTS),
    }
    return Scratch(**{name: array.ctypes.data for name, array in arrays.items()}), arrays


def make_words(rows: npt.NDArray[np.int32], keep: npt.NDArray[np.float64]) -> Entries:
    """Return a table that says for each id its row and how likely it is kept, by the ``keep`` probability of the row.

    The lower half of an entry is the row, the upper half the probability times 2**32, less one. A number below 2**32 is
    drawn, and the word is kept if that is not above the upper half. An id without a row (-1) has 2**32 - 1 as its row.
    So a probability of 0.25 for row 3 is 0x3fffffff00000003.
    """
    return np.where(rows < 0, _LOW, _entries(keep[rows], rows))


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
    found: Entries = (upper.astype(np.uint64) << _HALF) | rows.astype(np.uint64)
    return found


@_compiled
def train(
    text: Stretch,
    words: Entries,
    noise: Entries,
    paths: Paths,
    weights: Weights,
    settings: LoopSettings,
    alpha: np.float32,
    seed: np.uint64,
    scratch: Scratch,
) -> int:
    """Move the weights by one pass over the text, and return how many words subsampling kept.

    What is drawn depends on ``seed`` alone, which is not 0.
    """
    table, cells = noise.ctypes.data, len(noise)
    tiles = settings.negative // TILE + 1
    trained = 0
    store_uint64(scratch.random, seed)
    for part in range(len(text.starts)):
        length = _keep(text, part, words, scratch)
        # One word by itself has no context, but it was trained on as far as the receipt goes, as in gensim.
        trained += length
        if settings.negative and length > 1:
            ready = 0  # where the outputs of this step begin: tile 0, then in turn with those of the next step
            _draw_noise(load_int64(scratch.sentence), settings.negative, table, cells, weights, alpha, scratch, ready)
            for at in range(length):
                count = _find_contexts(at, length, settings, weights, scratch)
                for start in range(0, count if settings.sg else 1, BATCH):
                    # The noise is drawn one step ahead, so that its weights are on their way.
                    following = at if settings.sg and start + BATCH < count else at + 1
                    if following < length:
                        row = load_int64(scratch.sentence + 8 * following)
                        _draw_noise(row, settings.negative, table, cells, weights, alpha, scratch, tiles - ready)
                    _step(start, count, ready, tiles, weights, settings, scratch)
                    ready = tiles - ready
        if settings.hs and length > 1:
            for at in range(length):
                on_path = _find_path(load_int64(scratch.sentence + 8 * at), paths, weights, alpha, scratch)
                count = _find_contexts(at, length, settings, weights, scratch)
                for start in range(0, count if settings.sg else 1, BATCH):
                    _step(start, count, 0, on_path, weights, settings, scratch)
    return trained


@_inlined
def _random(state: int) -> np.uint64:
    """Return 64 random bits by xorshift64* (Vigna 2016)."""
    x = load_uint64(state)
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    store_uint64(state, x)
    bits: np.uint64 = x * np.uint64(0x2545F4914F6CDD1D)
    return bits


@_inlined
def _below(bits: np.uint64, end: int) -> int:
    """Return a number from 0 to below ``end``, at most 2**32, by the upper half of random bits."""
    drawn: int = np.int64(((bits >> _HALF) * np.uint64(end)) >> _HALF)
    return drawn


@_inlined
def _keep(text: Stretch, part: int, words: Entries, scratch: Scratch) -> int:
    """Put the rows of the words that are kept into ``sentence``, and return how many there are."""
    tokens, table = text.tokens.ctypes.data, words.ctypes.data
    length = 0
    for token in range(text.starts[part], text.stops[part]):
        entry = load_uint64(table + 8 * np.int64(load_int32(tokens + 4 * token)))
        row = np.int64(entry & _LOW)
        store_int64(scratch.sentence + 8 * length, row)
        # Without a branch, which the processor would guess wrong: a word that is left out is written over.
        length += (_random(scratch.random) & _LOW <= entry >> _HALF) & (row != np.int64(_LOW))
    return length


@_inlined
def _find_contexts(at: int, length: int, settings: LoopSettings, weights: Weights, scratch: Scratch) -> int:
    """Put the addresses of the vectors around a word into ``contexts``, and return how many there are."""
    reach = settings.window
    if settings.shrink_windows:
        reach = 1 + _below(_random(scratch.random), reach)
    count = 0
    for other in range(max(0, at - reach), min(length, at + reach + 1)):
        row = load_int64(scratch.sentence + 8 * other)
        store_int64(scratch.contexts + 8 * count, weights.vectors + row * weights.row_bytes)
        count += other != at  # the target is written over by the next
    # The next target's window reaches one word further. Its vector is fetched while this step is computed.
    ahead = at + settings.window + 1
    if ahead < length:
        address = weights.vectors + load_int64(scratch.sentence + 8 * ahead) * weights.row_bytes
        for byte in range(0, weights.row_bytes, 64):
            prefetch(address + byte)
    return count


@_inlined
def _draw_noise(
    row: int, negative: int, noise: int, cells: int, weights: Weights, alpha: np.float32, scratch: Scratch, tile: int
) -> None:
    """Make a word and its noise words the outputs from ``tile`` on."""
    for k in range(TILE * (negative // TILE + 1)):
        found, rate = row, alpha
        if k > negative:
            rate = np.float32(0)  # a place that fills the tile: the word itself, which does not move
        elif k > 0:
            bits = _random(scratch.random)
            found = _below(bits, cells)
            entry = load_uint64(noise + 8 * found)
            # The upper half of the bits chose the cell, the lower half chooses within it.
            if bits & _LOW > entry >> _HALF:
                found = np.int64(entry & _LOW)
            if found == row:
                rate = np.float32(0)  # as in word2vec.c, noise that is the word itself counts nothing
        address = weights.syn1neg + found * weights.row_bytes
        _put_output(k, address, np.float32(k == 0), rate, scratch, tile)
        for byte in range(0, weights.row_bytes, 64):
            prefetch(address + byte)


@_inlined
def _find_path(row: int, paths: Paths, weights: Weights, alpha: np.float32, scratch: Scratch) -> int:
    """Make the nodes on the way to a word the outputs, and return how many tiles they fill."""
    depth = 0
    while depth < paths.points.shape[1] and paths.points[row, depth] >= 0:
        depth += 1
    tiles = (depth + TILE - 1) // TILE
    for k in range(TILE * tiles):
        node = min(k, depth - 1)  # places behind the end of the path are its last node, which they do not move
        address = weights.syn1 + paths.points[row, node] * weights.row_bytes
        rate = alpha if k < depth else np.float32(0)
        _put_output(k, address, np.float32(1 - paths.codes[row, node]), rate, scratch, 0)
    return tiles


@_inlined
def _put_output(k: int, address: int, label: np.float32, alpha: np.float32, scratch: Scratch, tile: int) -> None:
    """Put down the ``k``-th output from ``tile`` on: its address, its label and its learning rate."""
    tile += k // TILE
    store_int64(scratch.places + 8 * (tile * SLOTS + k % TILE), address)
    for slot in range(k % TILE, LANES, SLOTS):
        store_float32(scratch.labels + 4 * (tile * LANES + slot), label)
        store_float32(scratch.alphas + 4 * (tile * LANES + slot), alpha)


@_inlined
def _step(
    start: int, count: int, first: int, tiles: int, weights: Weights, settings: LoopSettings, scratch: Scratch
) -> None:
    """Move the vectors of the contexts, and the weights of the outputs in ``tiles`` tiles from the ``first`` on.

    For skip-gram the contexts are those from ``start`` on, at most `BATCH`. For CBOW they are all ``count``.
    """
    row_bytes, inputs = weights.row_bytes, scratch.inputs
    if settings.sg:
        batch, contexts = min(BATCH, count - start), scratch.contexts + 8 * start
        # Copies, since all errors and moves of the batch are those of the vectors from before it.
        for i in range(batch):
            source, target = load_int64(contexts + 8 * i), inputs + i * row_bytes
            for byte in range(0, row_bytes, BYTES):
                store(target + byte, load(source + byte))
        _spare_fixed(contexts, batch, settings.fixed, weights, scratch)
        for tile in range(first, first + tiles):
            _find_errors(batch, tile, row_bytes, scratch)
            _move(contexts, batch, tile, row_bytes, settings.frozen, scratch)
    else:
        share = np.float32(1) / np.float32(count)
        factor = filled(share if settings.cbow_mean else np.float32(1))
        for byte in range(0, row_bytes, BYTES):
            total = zeros()
            for i in range(count):
                total = add(total, load(load_int64(scratch.contexts + 8 * i) + byte))
            store(inputs + byte, multiply(factor, total))
            store(scratch.moves + byte, zeros())
        # The contexts are moved together: by what is gathered where one more of them would be.
        contexts = scratch.contexts + 8 * count
        store_int64(contexts, scratch.moves)
        for tile in range(first, first + tiles):
            _find_errors(1, tile, row_bytes, scratch)
            _move(contexts, 1, tile, row_bytes, settings.frozen, scratch)
        # As in word2vec.c and gensim, each word of a mean moves by its whole error, each of a sum by a share.
        factor = filled(np.float32(1) if settings.cbow_mean else share)
        for i in range(count):
            place = load_int64(scratch.contexts + 8 * i)
            if _is_fixed(place, settings.fixed, weights):
                continue
            for byte in range(0, row_bytes, BYTES):
                store(place + byte, fma(factor, load(scratch.moves + byte), load(place + byte)))


@_inlined
def _is_fixed(place: int, fixed: int | None, weights: Weights) -> bool:
    """Tell whether the vector at an address stays as it is."""
    if fixed is None:
        return False
    row = (place - weights.vectors) // weights.row_bytes
    found: bool = load_int64(fixed + 8 * row) != 0
    return found


@_inlined
def _spare_fixed(contexts: int, count: int, fixed: int | None, weights: Weights, scratch: Scratch) -> None:
    """Let the moves of contexts that stay as they are go into a row that nobody reads."""
    if fixed is not None:
        for i in range(count):
            if _is_fixed(load_int64(contexts + 8 * i), fixed, weights):
                store_int64(contexts + 8 * i, scratch.moves)


@_inlined
def _places(tile: int, scratch: Scratch) -> tuple[int, int, int, int, int, int]:
    """Return the addresses of the outputs of a tile."""
    at = scratch.places + 8 * SLOTS * tile
    return (
        load_int64(at),
        load_int64(at + 8),
        load_int64(at + 16),
        load_int64(at + 24),
        load_int64(at + 32),
        load_int64(at + 40),
    )


@_inlined
def _find_errors(count: int, tile: int, row_bytes: int, scratch: Scratch) -> None:
    """Compute alpha * (label - logistic(input times output)) for ``count`` inputs and the outputs of a tile."""
    p0, p1, p2, p3, p4, p5 = _places(tile, scratch)
    # Two inputs at once, so that each weight is loaded once for both. An odd last input is paired with stale scratch
    # data, whose result is ignored. The six outputs are written out, since numba keeps no array in registers.
    for i in range(0, count, 2):
        one = scratch.inputs + i * row_bytes
        two = one + row_bytes
        a0, a1, a2, a3, a4, a5 = zeros(), zeros(), zeros(), zeros(), zeros(), zeros()
        b0, b1, b2, b3, b4, b5 = zeros(), zeros(), zeros(), zeros(), zeros(), zeros()
        for byte in range(0, row_bytes, BYTES):
            x, y = load(one + byte), load(two + byte)
            w = load(p0 + byte)
            a0, b0 = fma(x, w, a0), fma(y, w, b0)
            w = load(p1 + byte)
            a1, b1 = fma(x, w, a1), fma(y, w, b1)
            w = load(p2 + byte)
            a2, b2 = fma(x, w, a2), fma(y, w, b2)
            w = load(p3 + byte)
            a3, b3 = fma(x, w, a3), fma(y, w, b3)
            w = load(p4 + byte)
            a4, b4 = fma(x, w, a4), fma(y, w, b4)
            w = load(p5 + byte)
            a5, b5 = fma(x, w, a5), fma(y, w, b5)
        store_sums(scratch.errors + 4 * SLOTS * i, (a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5))
    labels, alphas = load(scratch.labels + BYTES * tile), load(scratch.alphas + BYTES * tile)
    minus = filled(np.float32(-1))
    for byte in range(0, 4 * SLOTS * count, BYTES):
        wrong = fma(logistic(load(scratch.errors + byte)), minus, labels)
        store(scratch.errors + byte, multiply(alphas, wrong))


@_inlined
def logistic(x: Register) -> Register:
    """Return 1 / (1 + exp(-x)), with an absolute error below 2e-6. Beyond ±30 it is that of ±30.

    exp(-x) is exp(-x / 64) ** 64: a Taylor series of degree 5, then squared six times.
    """
    one = filled(np.float32(1))
    y = minimum(maximum(x, filled(np.float32(-30))), filled(np.float32(30)))
    y = multiply(y, filled(np.float32(-1 / 64)))
    e = fma(y, filled(np.float32(1 / 120)), filled(np.float32(1 / 24)))
    e = fma(y, e, filled(np.float32(1 / 6)))
    e = fma(y, e, filled(np.float32(1 / 2)))
    e = fma(y, e, one)
    e = fma(y, e, one)
    for _ in range(6):
        e = multiply(e, e)
    return divide(one, add(one, e))


@_inlined
def _move(contexts: int, count: int, tile: int, row_bytes: int, frozen: int | None, scratch: Scratch) -> None:
    """Add errors times outputs to ``count`` contexts and, if not frozen, errors times inputs to a tile of outputs."""
    p0, p1, p2, p3, p4, p5 = _places(tile, scratch)
    for byte in range(0, row_bytes, BYTES):
        w0, w1, w2 = load(p0 + byte), load(p1 + byte), load(p2 + byte)
        w3, w4, w5 = load(p3 + byte), load(p4 + byte), load(p5 + byte)
        m0, m1, m2, m3, m4, m5 = zeros(), zeros(), zeros(), zeros(), zeros(), zeros()
        for i in range(count):
            place, errors = load_int64(contexts + 8 * i) + byte, scratch.errors + 4 * SLOTS * i
            x, moved = load(scratch.inputs + i * row_bytes + byte), load(place)
            error = spread(errors)
            moved, m0 = fma(error, w0, moved), fma(error, x, m0)
            error = spread(errors + 4)
            moved, m1 = fma(error, w1, moved), fma(error, x, m1)
            error = spread(errors + 8)
            moved, m2 = fma(error, w2, moved), fma(error, x, m2)
            error = spread(errors + 12)
            moved, m3 = fma(error, w3, moved), fma(error, x, m3)
            error = spread(errors + 16)
            moved, m4 = fma(error, w4, moved), fma(error, x, m4)
            error = spread(errors + 20)
            moved, m5 = fma(error, w5, moved), fma(error, x, m5)
            store(place, moved)
        if frozen is None:
            # Loaded again, since noise may have been drawn twice: p1 and p4 may be one row, and both move it.
            store(p0 + byte, add(load(p0 + byte), m0))
            store(p1 + byte, add(load(p1 + byte), m1))
            store(p2 + byte, add(load(p2 + byte), m2))
            store(p3 + byte, add(load(p3 + byte), m3))
            store(p4 + byte, add(load(p4 + byte), m4))
            store(p5 + byte, add(load(p5 + byte), m5))
