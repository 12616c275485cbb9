"""The loop for given pairs, compiled by numba: pairs of rows and noise of one block go in, and weights are moved.

`w2vcli.training.engines.kernel` goes through a text, and all words are noise to each other. Here the pairs of a text
are found first (`find_pairs`) and sorted into buckets, by the block of the input's row and the block of the output's.
Then each bucket is trained by itself (`train_pairs`), with noise from its own output block, so that buckets without a
block in common can be trained by different machines. `w2vcli.training.orthogonal` says which rows are in which block.

Two pairs are computed at once, since twelve sums fill the registers there are::

    pair A   input a, outputs  p0 (the word) p1 ... p5 (noise)     errors of both pairs are those of the weights from
    pair B   input b, outputs  q0 (the word) q1 ... q5 (noise)     before them; A moves its weights first, then B

Each pair has noise of its own, as in word2vec.c, where a window of the kernel shares it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.training.engines.drawing import Entries, below, draw_row, keep, make_noise, make_words, random
from w2vcli.training.engines.lanes import (
    BYTES,
    fma,
    load,
    load_int64,
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
    SLOTS,
    TILE,
    Scratch,
    Weights,
    compiled,
    find_wrong,
    inlined,
    make_scratch,
    places,
)
from w2vcli.training.engines.stretches import Stretch

__all__ = [
    "Scratch",
    "Stretch",
    "Weights",
    "find_pairs",
    "make_noise",
    "make_pair_scratch",
    "make_words",
    "share_out",
    "train_pairs",
]
"""What training in blocks is given by `w2vcli.training.engines.compiled.load_pairs`."""

Rows = npt.NDArray[np.int32]
Table = npt.NDArray[np.int64]

_BLOCK = 32
_LOW = 2**32 - 1


def make_pair_scratch(
    longest_sentence: int, negative: int, row_bytes: int
) -> tuple[Scratch, dict[str, npt.NDArray[Any]]]:
    """Return the scratch space of both loops, and the arrays that hold it, see `make_scratch`.

    ``places`` and ``alphas`` have the first tile of pair A, the first of pair B, the second of A and so on, then the
    same of the two pairs that come next. ``labels`` has those of two first tiles, then those of two others.
    """
    scratch, arrays = make_scratch(longest_sentence, 2 * (negative // TILE + 1), row_bytes)
    # The word itself is the first output of a pair. All others are noise, whose label is 0.
    arrays["labels"].reshape(-1)[: 2 * SLOTS : SLOTS] = 1
    return scratch, arrays


@compiled
def find_pairs(
    text: Stretch,
    words: Entries,
    window: int,
    shrink_windows: int,
    of_input: Table,
    of_output: Table,
    blocks: int,
    ends: Table,
    inputs: Rows | None,
    outputs: Rows | None,
    seed: np.uint64,
    scratch: Scratch,
) -> int:
    """Find the pairs of a stretch of text, put each into its bucket, and return how many words subsampling kept.

    ``of_input[row]`` has the block of a row in its upper half and its place within the block in its lower half;
    ``of_output`` alike. ``ends[bucket]`` is where the next pair of a bucket goes in ``inputs`` and ``outputs``, which
    take places within blocks. Bucket ``i * blocks + o`` has the pairs of input block ``i`` and output block ``o``. If
    there are no ``inputs``, pairs are counted alone. The same seed, which is not 0, finds the same pairs.
    """
    trained = 0
    store_uint64(scratch.random, seed)
    for part in range(len(text.starts)):
        length = keep(text, part, words, scratch.random, scratch.sentence)
        trained += length
        if length < 2:
            continue
        for at in range(length):
            reach = window
            if shrink_windows:
                reach = 1 + below(random(scratch.random), reach)
            target = of_output[load_int64(scratch.sentence + 8 * at)]
            for other in range(max(0, at - reach), min(length, at + reach + 1)):
                if other != at:
                    source = of_input[load_int64(scratch.sentence + 8 * other)]
                    bucket = (source >> _BLOCK) * blocks + (target >> _BLOCK)
                    if inputs is not None and outputs is not None:
                        inputs[ends[bucket]] = source & _LOW
                        outputs[ends[bucket]] = target & _LOW
                    ends[bucket] += 1
    return trained


@compiled
def share_out(order: Table, sizes: npt.NDArray[np.float64], blocks: int) -> Table:
    """Return the block of each row. In ``order``, each goes to the block whose sizes are the lowest sum so far."""
    found, sums = np.zeros(len(order), np.int64), np.zeros(blocks)
    for row in order:
        block = np.argmin(sums)
        found[row] = block
        sums[block] += sizes[row]
    return found


@compiled
def train_pairs(
    inputs: Rows,
    outputs: Rows,
    noise: Entries,
    weights: Weights,
    negative: int,
    first_alpha: float,
    last_alpha: float,
    seed: np.uint64,
    scratch: Scratch,
) -> None:
    """Move the weights by the pairs of a bucket, in their order.

    ``inputs`` are rows of ``weights.vectors``, ``outputs`` and what ``noise`` draws rows of ``weights.syn1neg``.
    The learning rate falls evenly from ``first_alpha`` to ``last_alpha``. What is drawn depends on ``seed`` alone,
    which is not 0.
    """
    count, row_bytes = len(inputs), weights.row_bytes
    tiles = 2 * (negative // TILE + 1)
    store_uint64(scratch.random, seed)
    fall = (last_alpha - first_alpha) / max(count, 1)
    ready = tiles  # where the outputs of these two pairs begin, in turn with those of the next two
    for pair in range(-2, count, 2):
        # The noise is drawn two pairs ahead, so that its weights are on their way.
        following = pair + 2
        if following < count:
            alpha = np.float32(first_alpha + fall * following)
            _draw(inputs[following], outputs[following], noise, weights, negative, alpha, scratch, tiles - ready)
            # An odd last pair comes twice, and moves weights once.
            last = min(following + 1, count - 1)
            alpha = alpha if last > following else np.float32(0)
            _draw(inputs[last], outputs[last], noise, weights, negative, alpha, scratch, tiles - ready + 1)
        if pair >= 0:
            one = weights.vectors + inputs[pair] * row_bytes
            two = weights.vectors + inputs[min(pair + 1, count - 1)] * row_bytes
            copy_of_one, copy_of_two = scratch.inputs, scratch.inputs + row_bytes
            for byte in range(0, row_bytes, BYTES):
                store(copy_of_one + byte, load(one + byte))
                store(copy_of_two + byte, load(two + byte))
            for tile in range(ready, ready + tiles, 2):
                labels = scratch.labels if tile == ready else scratch.labels + 4 * 2 * SLOTS
                _find_errors(tile, labels, row_bytes, scratch)
                _move(one, copy_of_one, scratch.errors, tile, row_bytes, scratch)
                _move(two, copy_of_two, scratch.errors + 4 * SLOTS, tile + 1, row_bytes, scratch)
        ready = tiles - ready


@inlined
def _draw(
    row: int,
    word: int,
    noise: Entries,
    weights: Weights,
    negative: int,
    alpha: np.float32,
    scratch: Scratch,
    tile: int,
) -> None:
    """Make a word and its noise words the outputs of a pair, whose tiles are every second one from ``tile`` on."""
    for k in range(TILE * (negative // TILE + 1)):
        found, rate = np.int64(word), alpha
        if k > negative:
            rate = np.float32(0)  # a place that fills the tile: the word itself, which does not move
        elif k > 0:
            found = draw_row(noise.ctypes.data, len(noise), scratch.random)
            if found == word:
                rate = np.float32(0)  # as in word2vec.c, noise that is the word itself counts nothing
        address = weights.syn1neg + found * weights.row_bytes
        place = (tile + 2 * (k // TILE)) * SLOTS + k % TILE
        store_int64(scratch.places + 8 * place, address)
        store_float32(scratch.alphas + 4 * place, rate)
        for byte in range(0, weights.row_bytes, 64):
            prefetch(address + byte)
    address = weights.vectors + row * weights.row_bytes
    for byte in range(0, weights.row_bytes, 64):
        prefetch(address + byte)


@inlined
def _find_errors(tile: int, labels: int, row_bytes: int, scratch: Scratch) -> None:
    """Compute alpha * (label - logistic(input times output)) for two inputs, each with the outputs of its own tile."""
    p0, p1, p2, p3, p4, p5 = places(scratch.places + 8 * SLOTS * tile)
    q0, q1, q2, q3, q4, q5 = places(scratch.places + 8 * SLOTS * (tile + 1))
    one, two = scratch.inputs, scratch.inputs + row_bytes
    a0, a1, a2, a3, a4, a5 = zeros(), zeros(), zeros(), zeros(), zeros(), zeros()
    b0, b1, b2, b3, b4, b5 = zeros(), zeros(), zeros(), zeros(), zeros(), zeros()
    for byte in range(0, row_bytes, BYTES):
        x, y = load(one + byte), load(two + byte)
        a0, b0 = fma(x, load(p0 + byte), a0), fma(y, load(q0 + byte), b0)
        a1, b1 = fma(x, load(p1 + byte), a1), fma(y, load(q1 + byte), b1)
        a2, b2 = fma(x, load(p2 + byte), a2), fma(y, load(q2 + byte), b2)
        a3, b3 = fma(x, load(p3 + byte), a3), fma(y, load(q3 + byte), b3)
        a4, b4 = fma(x, load(p4 + byte), a4), fma(y, load(q4 + byte), b4)
        a5, b5 = fma(x, load(p5 + byte), a5), fma(y, load(q5 + byte), b5)
    store_sums(scratch.errors, (a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5))
    find_wrong(scratch.errors, labels, scratch.alphas + 4 * SLOTS * tile, 4 * 2 * SLOTS)


@inlined
def _move(place: int, copy: int, errors: int, tile: int, row_bytes: int, scratch: Scratch) -> None:
    """Add errors times outputs to the vector at ``place``, and errors times what it was to the outputs of a tile."""
    p0, p1, p2, p3, p4, p5 = places(scratch.places + 8 * SLOTS * tile)
    e0, e1, e2 = spread(errors), spread(errors + 4), spread(errors + 8)
    e3, e4, e5 = spread(errors + 12), spread(errors + 16), spread(errors + 20)
    for byte in range(0, row_bytes, BYTES):
        x, moved = load(copy + byte), load(place + byte)
        w0, w1, w2 = load(p0 + byte), load(p1 + byte), load(p2 + byte)
        w3, w4, w5 = load(p3 + byte), load(p4 + byte), load(p5 + byte)
        moved = fma(e0, w0, fma(e1, w1, fma(e2, w2, moved)))
        store(place + byte, fma(e3, w3, fma(e4, w4, fma(e5, w5, moved))))
        # Loaded again, since noise may have been drawn twice: p1 and p4 may be one row, and both move it.
        store(p0 + byte, fma(e0, x, load(p0 + byte)))
        store(p1 + byte, fma(e1, x, load(p1 + byte)))
        store(p2 + byte, fma(e2, x, load(p2 + byte)))
        store(p3 + byte, fma(e3, x, load(p3 + byte)))
        store(p4 + byte, fma(e4, x, load(p4 + byte)))
        store(p5 + byte, fma(e5, x, load(p5 + byte)))
