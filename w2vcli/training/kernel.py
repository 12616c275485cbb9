"""The inner loop of word2vec, compiled by numba: a stretch of text goes in, and weights are moved.

For each word of the text that subsampling keeps, its *outputs* are drawn: the word itself and the noise words,
or the nodes on its way through the tree of hierarchical softmax. For skip-gram the *inputs* are the vectors of
the words around it, for CBOW one vector, their mean or sum. All inputs of a word meet the same outputs:
where word2vec.c and gensim draw noise for each pair of words, here it is drawn once for each window, as by Ji et al.
2016, Parallelizing Word2Vec in Shared and Distributed Memory. So the scores of a window are a small
product of matrices. They, and all steps of the window, are computed with the weights that were there before it
(of `BATCH` inputs, where a window has more).

A row of weights has its ``vector_size`` floats, and zeros up to a multiple of `LANES`. Threads may work on
the same weights at the same time; of two that add to a float at once, one may be lost (Niu et al. 2011, Hogwild!).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
from numba import njit

from w2vcli.training.huffman import Paths
from w2vcli.training.lanes import (
    BYTES,
    LANES,
    add,
    divide,
    filled,
    fma,
    load,
    maximum,
    minimum,
    multiply,
    prefetch,
    spread,
    store,
    store_sums,
    zeros,
)

TILE = 6
"""Outputs are taken six at a time: with five noise words, all at once."""

BATCH = 16
"""Most inputs whose steps are computed at once."""

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Register = Any

_Function = TypeVar("_Function", bound=Callable[..., Any])
_compiled: Callable[[_Function], _Function] = njit(nogil=True, cache=True, error_model="numpy")
_inlined: Callable[[_Function], _Function] = njit(nogil=True, cache=True, error_model="numpy", forceinline=True)


class Text(NamedTuple):
    """Sentences: token ``starts[i]`` to ``stops[i]`` of ``tokens``, the numbers of words."""

    tokens: npt.NDArray[np.int32]
    starts: Integers
    stops: Integers


class Words(NamedTuple):
    """For each number in the text, the ``rows`` of its weights or -1; for each row, how often it is kept, in 2**32."""

    rows: npt.NDArray[np.int32]
    keep: npt.NDArray[np.int64]


class Noise(NamedTuple):
    """What noise words are drawn with: the sum of the probabilities up to each row, in 2**32, and where to look.

    A number below 2**32 in the ``i``-th of ``len(first)`` equal parts belongs to row ``first[i]`` or one after it.
    """

    sums: npt.NDArray[np.int64]
    first: npt.NDArray[np.int32]


class Weights(NamedTuple):
    """Where the rows of the weights begin in memory, those of the words, of negative sampling and of the tree.

    Each row has ``row_bytes``; where an output is not trained, its address is of no use.
    """

    vectors: int
    syn1neg: int
    syn1: int
    row_bytes: int


class How(NamedTuple):
    """The settings of `w2vcli.training.settings.Settings` that the loop needs."""

    sg: int
    hs: int
    negative: int
    window: int
    shrink_windows: int
    cbow_mean: int


class Scratch(NamedTuple):
    """What one thread needs for itself.

    ``sentence`` has the rows of the words that are kept, ``contexts`` the addresses of those around a word. Of an
    output, ``places`` is the address of its weights, ``labels`` is 1 for what was there and 0 for noise, ``alphas``
    the learning rate; 0 for a place that is not used, and for noise that is the word itself. They are in tiles of
    `LANES` of which `TILE` are used; the second half is that of the next word. ``inputs`` (`BATCH` rows) are copies of
    vectors, ``moves`` (one row) what CBOW adds to them, ``errors`` (inputs x `LANES`) those of a tile.
    """

    random: npt.NDArray[np.uint64]
    sentence: Integers
    contexts: Integers
    places: Integers
    labels: Floats
    alphas: Floats
    inputs: Floats
    moves: Floats
    errors: Floats


def make_scratch(longest_sentence: int, outputs: int, row_bytes: int) -> Scratch:
    """Return the scratch space for sentences of that many words, and words of that many outputs."""
    slots = 2 * LANES * -(-outputs // TILE)
    return Scratch(
        random=np.zeros(1, np.uint64),
        sentence=np.zeros(longest_sentence, np.int64),
        contexts=np.zeros(longest_sentence, np.int64),
        places=np.zeros(slots, np.int64),
        labels=np.zeros(slots, np.float32),
        alphas=np.zeros(slots, np.float32),
        inputs=aligned(BATCH, row_bytes // 4),
        moves=aligned(1, row_bytes // 4),
        errors=aligned(BATCH, LANES),
    )


def row_floats(vector_size: int) -> int:
    """Return how many floats a row of weights has: those of a vector in whole registers."""
    return -(-vector_size // LANES) * LANES


def aligned(rows: int, width: int) -> Floats:
    """Return zeros (rows x width) that begin at a line of the cache: one that is cut by lines is read twice."""
    floats = 64 // 4
    space = np.zeros(rows * width + floats, np.float32)
    start = -space.ctypes.data // 4 % floats
    return space[start : start + rows * width].reshape(rows, width)


def make_noise(probabilities: npt.NDArray[np.float64]) -> Noise:
    """Return what noise words of these ``probabilities`` are drawn with."""
    sums = np.round(np.cumsum(probabilities) / probabilities.sum() * 2**32).astype(np.int64)
    parts = len(sums)
    begins = -(-np.arange(parts, dtype=np.int64) * 2**32 // parts)
    return Noise(sums, np.searchsorted(sums, begins, side="right").astype(np.int32))


@_compiled
def train(
    text: Text,
    words: Words,
    noise: Noise,
    paths: Paths,
    weights: Weights,
    how: How,
    alpha: np.float32,
    seed: np.uint64,
    scratch: Scratch,
) -> int:
    """Move the weights by one pass over the text, and return how many words subsampling kept.

    What is drawn depends on ``seed`` alone, which is not 0.
    """
    # Taken out of their tuples once: numba counts references each time.
    tokens, rows, keep = text.tokens, words.rows, words.keep
    sums, first = noise.sums, noise.first
    nodes, turns = paths.nodes, paths.turns
    random, sentence, contexts = scratch.random, scratch.sentence, scratch.contexts
    places, labels, alphas = scratch.places, scratch.labels, scratch.alphas
    inputs, moves, errors = scratch.inputs.ctypes.data, scratch.moves.ctypes.data, scratch.errors.ctypes.data
    label, rate = labels.ctypes.data, alphas.ctypes.data
    half = len(places) // 2
    random[0] = seed
    trained = 0
    for part in range(len(text.starts)):
        length = _keep(tokens, text.starts[part], text.stops[part], rows, keep, random, sentence)
        trained += length
        if how.negative:
            for at in range(length + 1):
                # The noise is drawn one word ahead, so that its weights are on their way.
                if at < length:
                    slot = at % 2 * half
                    row = sentence[at]
                    tiles = _draw_noise(
                        row, how.negative, sums, first, weights, alpha, random, places, labels, alphas, slot
                    )
                if at > 0:
                    slot = (at - 1) % 2 * half
                    count = _find_contexts(at - 1, length, sentence, how, weights, random, contexts)
                    _step(contexts, count, places, label, rate, slot, tiles, weights, how, inputs, moves, errors)
        if how.hs:
            for at in range(length):
                tiles = _find_path(sentence[at], nodes, turns, weights, alpha, places, labels, alphas)
                count = _find_contexts(at, length, sentence, how, weights, random, contexts)
                _step(contexts, count, places, label, rate, 0, tiles, weights, how, inputs, moves, errors)
    return trained


@_inlined
def _random(state: npt.NDArray[np.uint64], below: int) -> int:
    """Return a number from 0 to below ``below``, at most 2**32, by xorshift64* (Vigna 2016)."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    high = (x * np.uint64(0x2545F4914F6CDD1D)) >> np.uint64(32)
    drawn: int = np.int64((high * np.uint64(below)) >> np.uint64(32))
    return drawn


@_inlined
def _keep(
    tokens: npt.NDArray[np.int32],
    start: int,
    stop: int,
    rows: npt.NDArray[np.int32],
    keep: Integers,
    random: npt.NDArray[np.uint64],
    sentence: Integers,
) -> int:
    """Put the rows of the words that are kept into ``sentence``, and return how many there are."""
    length = 0
    for token in range(start, stop):
        row = rows[tokens[token]]
        if row >= 0 and _random(random, 1 << 32) < keep[row]:
            sentence[length] = row
            length += 1
    return length


@_inlined
def _find_contexts(
    at: int,
    length: int,
    sentence: Integers,
    how: How,
    weights: Weights,
    random: npt.NDArray[np.uint64],
    contexts: Integers,
) -> int:
    """Put the addresses of the vectors around a word into ``contexts``, and return how many there are."""
    reach = how.window
    if how.shrink_windows:
        reach = 1 + _random(random, reach)
    count = 0
    for other in range(max(0, at - reach), min(length, at + reach + 1)):
        if other != at:
            contexts[count] = weights.vectors + sentence[other] * weights.row_bytes
            count += 1
    ahead = at + how.window + 1
    if ahead < length:
        address = weights.vectors + sentence[ahead] * weights.row_bytes
        for byte in range(0, weights.row_bytes, 64):
            prefetch(address + byte)
    return count


@_inlined
def _draw_noise(
    row: int,
    negative: int,
    sums: Integers,
    first: npt.NDArray[np.int32],
    weights: Weights,
    alpha: np.float32,
    random: npt.NDArray[np.uint64],
    places: Integers,
    labels: Floats,
    alphas: Floats,
    start: int,
) -> int:
    """Make a word and its noise words the outputs from ``start``, and return how many tiles they fill."""
    parts = len(first)
    tiles = negative // TILE + 1
    for k in range(TILE * tiles):
        found, rate = row, alpha
        if k > negative:
            rate = np.float32(0)
        elif k > 0:
            drawn = _random(random, 1 << 32)
            found = np.int64(first[(drawn * parts) >> 32])
            while sums[found] <= drawn:
                found += 1
            if found == row:
                rate = np.float32(0)
        slot = start + k // TILE * LANES + k % TILE
        address = weights.syn1neg + found * weights.row_bytes
        places[slot] = address
        labels[slot] = np.float32(1) if k == 0 else np.float32(0)
        alphas[slot] = rate
        for byte in range(0, weights.row_bytes, 64):
            prefetch(address + byte)
    return tiles


@_inlined
def _find_path(
    row: int,
    nodes: npt.NDArray[np.int32],
    turns: npt.NDArray[np.int8],
    weights: Weights,
    alpha: np.float32,
    places: Integers,
    labels: Floats,
    alphas: Floats,
) -> int:
    """Make the nodes on the way to a word the outputs, and return how many tiles they fill."""
    depth = 0
    while depth < nodes.shape[1] and nodes[row, depth] >= 0:
        depth += 1
    tiles = (depth + TILE - 1) // TILE
    for k in range(TILE * tiles):
        slot = k // TILE * LANES + k % TILE
        node = min(k, depth - 1)
        places[slot] = weights.syn1 + nodes[row, node] * weights.row_bytes
        labels[slot] = np.float32(1 - turns[row, node])
        alphas[slot] = alpha if k < depth else np.float32(0)
    return tiles


@_inlined
def _step(
    contexts: Integers,
    count: int,
    places: Integers,
    labels: int,
    alphas: int,
    slot: int,
    tiles: int,
    weights: Weights,
    how: How,
    inputs: int,
    moves: int,
    errors: int,
) -> None:
    """Move the vectors of the contexts, and the weights of the outputs."""
    row_bytes = weights.row_bytes
    if how.sg:
        for start in range(0, count, BATCH):
            batch = min(BATCH, count - start)
            for i in range(batch):
                for byte in range(0, row_bytes, BYTES):
                    store(inputs + i * row_bytes + byte, load(contexts[start + i] + byte))
            for tile in range(tiles):
                _find_errors(inputs, batch, row_bytes, places, labels, alphas, slot + tile * LANES, errors)
                _move(inputs, contexts, start, batch, row_bytes, places, slot + tile * LANES, errors)
    elif count:
        share = np.float32(1) / np.float32(count)
        for byte in range(0, row_bytes, BYTES):
            total = zeros()
            for i in range(count):
                total = add(total, load(contexts[i] + byte))
            if how.cbow_mean:
                total = fma(total, filled(share), zeros())
            store(inputs + byte, total)
            store(moves + byte, zeros())
        # The contexts are moved together: by what is gathered where one more of them would be.
        contexts[count] = moves
        for tile in range(tiles):
            _find_errors(inputs, 1, row_bytes, places, labels, alphas, slot + tile * LANES, errors)
            _move(inputs, contexts, count, 1, row_bytes, places, slot + tile * LANES, errors)
        # As in word2vec.c and gensim, each word of a mean moves by its whole error, each of a sum by a share.
        factor = filled(np.float32(1) if how.cbow_mean else share)
        for i in range(count):
            for byte in range(0, row_bytes, BYTES):
                store(contexts[i] + byte, fma(factor, load(moves + byte), load(contexts[i] + byte)))


@_inlined
def _find_errors(
    inputs: int,
    count: int,
    row_bytes: int,
    places: Integers,
    labels: int,
    alphas: int,
    slot: int,
    errors: int,
) -> None:
    """Compute alpha * (label - logistic(input times output)) for ``count`` inputs and the outputs of a tile."""
    p0, p1, p2 = places[slot], places[slot + 1], places[slot + 2]
    p3, p4, p5 = places[slot + 3], places[slot + 4], places[slot + 5]
    label, rate = load(labels + 4 * slot), load(alphas + 4 * slot)
    minus = filled(np.float32(-1))
    for i in range(count):
        s0, s1, s2, s3, s4, s5 = zeros(), zeros(), zeros(), zeros(), zeros(), zeros()
        for byte in range(0, row_bytes, BYTES):
            x = load(inputs + i * row_bytes + byte)
            s0 = fma(x, load(p0 + byte), s0)
            s1 = fma(x, load(p1 + byte), s1)
            s2 = fma(x, load(p2 + byte), s2)
            s3 = fma(x, load(p3 + byte), s3)
            s4 = fma(x, load(p4 + byte), s4)
            s5 = fma(x, load(p5 + byte), s5)
        store_sums(errors + i * BYTES, s0, s1, s2, s3, s4, s5)
        wrong = fma(logistic(load(errors + i * BYTES)), minus, label)
        store(errors + i * BYTES, multiply(rate, wrong))


@_inlined
def logistic(x: Register) -> Register:
    """Return 1 / (1 + exp(-x)), with an absolute error below 2e-6; of x beyond ±30 that of ±30.

    exp(x) is exp(x / 64) ** 64, and that by its Taylor series.
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
def _move(
    inputs: int,
    contexts: Integers,
    start: int,
    count: int,
    row_bytes: int,
    places: Integers,
    slot: int,
    errors: int,
) -> None:
    """Add errors times outputs to the contexts from ``start``, and errors times inputs to the outputs of a tile."""
    p0, p1, p2 = places[slot], places[slot + 1], places[slot + 2]
    p3, p4, p5 = places[slot + 3], places[slot + 4], places[slot + 5]
    for byte in range(0, row_bytes, BYTES):
        w0, w1, w2 = load(p0 + byte), load(p1 + byte), load(p2 + byte)
        w3, w4, w5 = load(p3 + byte), load(p4 + byte), load(p5 + byte)
        m0, m1, m2, m3, m4, m5 = zeros(), zeros(), zeros(), zeros(), zeros(), zeros()
        for i in range(count):
            x = load(inputs + i * row_bytes + byte)
            moved = load(contexts[start + i] + byte)
            error = spread(errors + i * BYTES)
            moved, m0 = fma(error, w0, moved), fma(error, x, m0)
            error = spread(errors + i * BYTES + 4)
            moved, m1 = fma(error, w1, moved), fma(error, x, m1)
            error = spread(errors + i * BYTES + 8)
            moved, m2 = fma(error, w2, moved), fma(error, x, m2)
            error = spread(errors + i * BYTES + 12)
            moved, m3 = fma(error, w3, moved), fma(error, x, m3)
            error = spread(errors + i * BYTES + 16)
            moved, m4 = fma(error, w4, moved), fma(error, x, m4)
            error = spread(errors + i * BYTES + 20)
            moved, m5 = fma(error, w5, moved), fma(error, x, m5)
            store(contexts[start + i] + byte, moved)
        # Loaded again, since noise may have been drawn twice.
        store(p0 + byte, add(load(p0 + byte), m0))
        store(p1 + byte, add(load(p1 + byte), m1))
        store(p2 + byte, add(load(p2 + byte), m2))
        store(p3 + byte, add(load(p3 + byte), m3))
        store(p4 + byte, add(load(p4 + byte), m4))
        store(p5 + byte, add(load(p5 + byte), m5))
