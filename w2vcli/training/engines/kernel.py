"""The inner loop of word2vec, compiled by numba: a stretch of text goes in, and weights are moved.

This is the loop of skip-gram. That of CBOW is in `w2vcli.training.engines.cbow`, and what both are made of in
`w2vcli.training.engines.loop` and `w2vcli.training.engines.drawing`.

For each word of the text that subsampling keeps, its *outputs* are drawn: the word itself and the noise words, or the
nodes on its path through the tree of hierarchical softmax. The *inputs* are the vectors of the words around it. One
step, for the target "sat" and a window of two words::

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
"""

from __future__ import annotations

import numpy as np

from w2vcli.training.engines.cbow import train_cbow
from w2vcli.training.engines.cbow_batch import make_cbow_scratch
from w2vcli.training.engines.composed import compose_words, enter, fetch, leave, ring_size, vector_of
from w2vcli.training.engines.drawing import Entries, below, draw_row, keep, make_noise, make_words, random
from w2vcli.training.engines.lanes import (
    BYTES,
    LANES,
    add,
    filled,
    fma,
    load,
    load_int64,
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
from w2vcli.training.engines.loop import (
    BATCH,
    SLOTS,
    TILE,
    LoopSettings,
    Ngrams,
    Scratch,
    Weights,
    compiled,
    inlined,
    is_fixed,
    logistic,
    make_scratch,
    places,
)
from w2vcli.training.engines.stretches import Stretch
from w2vcli.training.tree import Paths

__all__ = [
    "BATCH",
    "LoopSettings",
    "Ngrams",
    "Scratch",
    "Stretch",
    "Weights",
    "compose_words",
    "make_cbow_scratch",
    "make_noise",
    "make_scratch",
    "make_words",
    "ring_size",
    "train",
    "train_cbow",
]
"""What the engine is given by `w2vcli.training.engines.compiled.load_kernel`."""


@compiled
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
        length = keep(text, part, words, scratch.random, scratch.sentence)
        # One word by itself has no context, but it was trained on as far as the receipt goes, as in gensim.
        trained += length
        if settings.negative and length > 1:
            ready = 0  # where the outputs of this step begin: tile 0, then in turn with those of the next step
            _draw_noise(load_int64(scratch.sentence), settings.negative, table, cells, weights, alpha, scratch, ready)
            for at in range(length):
                enter(at, 1, length, settings.window, weights, weights.ngrams, scratch)
                count = _find_contexts(at, length, settings, weights, scratch)
                for start in range(0, count, BATCH):
                    # The noise is drawn one step ahead, so that its weights are on their way.
                    following = at if start + BATCH < count else at + 1
                    if following < length:
                        row = load_int64(scratch.sentence + 8 * following)
                        _draw_noise(row, settings.negative, table, cells, weights, alpha, scratch, tiles - ready)
                    _step(start, count, ready, tiles, weights, settings, scratch)
                    ready = tiles - ready
                leave(at, 1, length, settings.window, weights, weights.ngrams, scratch)
        if settings.hs and length > 1:
            for at in range(length):
                enter(at, 1, length, settings.window, weights, weights.ngrams, scratch)
                on_path = _find_path(load_int64(scratch.sentence + 8 * at), paths, weights, alpha, scratch)
                count = _find_contexts(at, length, settings, weights, scratch)
                for start in range(0, count, BATCH):
                    _step(start, count, 0, on_path, weights, settings, scratch)
                leave(at, 1, length, settings.window, weights, weights.ngrams, scratch)
    return trained


@inlined
def _find_contexts(at: int, length: int, settings: LoopSettings, weights: Weights, scratch: Scratch) -> int:
    """Put the addresses of the vectors around a word into ``contexts``, and return how many there are."""
    reach = settings.window
    if settings.shrink_windows:
        reach = 1 + below(random(scratch.random), reach)
    count = 0
    for other in range(max(0, at - reach), min(length, at + reach + 1)):
        store_int64(scratch.contexts + 8 * count, vector_of(other, weights, weights.ngrams, scratch))
        count += other != at  # the target is written over by the next
    # The next target's window reaches one word further. Its vector is fetched while this step is computed.
    ahead = at + settings.window + 1
    if ahead < length:
        fetch(ahead, weights, weights.ngrams, scratch)
    return count


@inlined
def _draw_noise(
    row: int, negative: int, noise: int, cells: int, weights: Weights, alpha: np.float32, scratch: Scratch, tile: int
) -> None:
    """Make a word and its noise words the outputs from ``tile`` on."""
    for k in range(TILE * (negative // TILE + 1)):
        found, rate = row, alpha
        if k > negative:
            rate = np.float32(0)  # a place that fills the tile: the word itself, which does not move
        elif k > 0:
            found = draw_row(noise, cells, scratch.random)
            if found == row:
                rate = np.float32(0)  # as in word2vec.c, noise that is the word itself counts nothing
        address = weights.syn1neg + found * weights.row_bytes
        _put_output(k, address, np.float32(k == 0), rate, scratch, tile)
        for byte in range(0, weights.row_bytes, 64):
            prefetch(address + byte)


@inlined
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


@inlined
def _put_output(k: int, address: int, label: np.float32, alpha: np.float32, scratch: Scratch, tile: int) -> None:
    """Put down the ``k``-th output from ``tile`` on: its address, its label and its learning rate."""
    tile += k // TILE
    store_int64(scratch.places + 8 * (tile * SLOTS + k % TILE), address)
    for slot in range(k % TILE, LANES, SLOTS):
        store_float32(scratch.labels + 4 * (tile * LANES + slot), label)
        store_float32(scratch.alphas + 4 * (tile * LANES + slot), alpha)


@inlined
def _step(
    start: int, count: int, first: int, tiles: int, weights: Weights, settings: LoopSettings, scratch: Scratch
) -> None:
    """Move the vectors of the contexts, and the weights of the outputs in ``tiles`` tiles from the ``first`` on.

    The contexts are those from ``start`` on, at most `BATCH`.
    """
    row_bytes, inputs = weights.row_bytes, scratch.inputs
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


@inlined
def _spare_fixed(contexts: int, count: int, fixed: int | None, weights: Weights, scratch: Scratch) -> None:
    """Let the moves of contexts that stay as they are go into a row that nobody reads."""
    if fixed is not None:
        for i in range(count):
            if is_fixed(load_int64(contexts + 8 * i), fixed, weights):
                store_int64(contexts + 8 * i, scratch.unread)


@inlined
def _find_errors(count: int, tile: int, row_bytes: int, scratch: Scratch) -> None:
    """Compute alpha * (label - logistic(input times output)) for ``count`` inputs and the outputs of a tile."""
    p0, p1, p2, p3, p4, p5 = places(scratch.places + 8 * SLOTS * tile)
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


@inlined
def _move(contexts: int, count: int, tile: int, row_bytes: int, frozen: int | None, scratch: Scratch) -> None:
    """Add errors times outputs to ``count`` contexts and, if not frozen, errors times inputs to a tile of outputs."""
    p0, p1, p2, p3, p4, p5 = places(scratch.places + 8 * SLOTS * tile)
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
