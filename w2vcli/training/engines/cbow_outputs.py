"""The outputs of CBOW: those of each word of a batch, six to a tile.

A word and its noise are one tile, a path of nine nodes two::

    tile 0: word noise noise noise noise noise      tile 0: n0 n1 n2 n3 n4 n5
    tile 1: those of the next word                  tile 1: n6 n7 n8 and three places that are a row of zeros

The scores of all tiles of a batch are computed before any output moves. Then they move one tile after another, and a
word moves by the outputs as the tiles before left them.
"""

from __future__ import annotations

import numpy as np

from w2vcli.training.engines.cbow_batch import CbowScratch
from w2vcli.training.engines.lanes import (
    BYTES,
    fma,
    load,
    load_int64,
    spread,
    store,
    store_float32,
    store_int64,
    store_sums,
    zeros,
)
from w2vcli.training.engines.loop import SLOTS, TILE, find_wrong, inlined, places


@inlined
def put_output(tile: int, k: int, address: int, label: np.float32, alpha: np.float32, scratch: CbowScratch) -> None:
    """Put down the ``k``-th output from ``tile`` on: its address, its label and its learning rate."""
    at = SLOTS * (tile + k // TILE) + k % TILE
    store_int64(scratch.places + 8 * at, address)
    store_float32(scratch.labels + 4 * at, label)
    store_float32(scratch.alphas + 4 * at, alpha)


@inlined
def fill_tiles(tile: int, i: int, outputs: int, scratch: CbowScratch) -> int:
    """End the ``outputs`` of word ``i``, which begin with a tile, by a row of zeros. Return the tile behind them."""
    end = tile + (outputs + TILE - 1) // TILE
    for k in range(outputs, TILE * (end - tile)):
        put_output(tile, k, scratch.nothing, np.float32(0), np.float32(0), scratch)
    for used in range(tile, end):
        store_int64(scratch.users + 8 * used, i)
    return end


@inlined
def end_outputs(tile: int, scratch: CbowScratch) -> None:
    """Put a tile of zeros behind those of a batch, by the side of an odd last one: they are scored in pairs."""
    store_int64(scratch.users + 8 * tile, 0)
    for k in range(TILE):
        put_output(tile, k, scratch.nothing, np.float32(0), np.float32(0), scratch)


@inlined
def find_errors(first: int, tiles: int, row_bytes: int, scratch: CbowScratch) -> None:
    """Compute alpha * (label - logistic(input times output)) for so many tiles from the ``first`` on."""
    for tile in range(first, first + tiles, 2):
        p0, p1, p2, p3, p4, p5 = places(scratch.places + 8 * SLOTS * tile)
        q0, q1, q2, q3, q4, q5 = places(scratch.places + 8 * SLOTS * (tile + 1))
        one = scratch.inputs + row_bytes * load_int64(scratch.users + 8 * tile)
        two = scratch.inputs + row_bytes * load_int64(scratch.users + 8 * tile + 8)
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
        store_sums(scratch.errors + 4 * SLOTS * tile, (a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5))
    begin = 4 * SLOTS * first
    find_wrong(scratch.errors + begin, scratch.labels + begin, scratch.alphas + begin, 4 * SLOTS * tiles)


@inlined
def move_by_errors(tile: int, row_bytes: int, frozen: int | None, scratch: CbowScratch) -> None:
    """Add errors times outputs to the moves of a word and, if not frozen, errors times its input to a tile."""
    p0, p1, p2, p3, p4, p5 = places(scratch.places + 8 * SLOTS * tile)
    offset = row_bytes * load_int64(scratch.users + 8 * tile)
    errors = scratch.errors + 4 * SLOTS * tile
    e0, e1, e2 = spread(errors), spread(errors + 4), spread(errors + 8)
    e3, e4, e5 = spread(errors + 12), spread(errors + 16), spread(errors + 20)
    for byte in range(0, row_bytes, BYTES):
        x, place = load(scratch.inputs + offset + byte), scratch.moves + offset + byte
        w0, w1, w2 = load(p0 + byte), load(p1 + byte), load(p2 + byte)
        w3, w4, w5 = load(p3 + byte), load(p4 + byte), load(p5 + byte)
        moved = fma(e2, w2, fma(e1, w1, fma(e0, w0, load(place))))
        store(place, fma(e5, w5, fma(e4, w4, fma(e3, w3, moved))))
        if frozen is None:
            # Loaded again, since noise may have been drawn twice: p1 and p4 may be one row, and both move it.
            store(p0 + byte, fma(e0, x, load(p0 + byte)))
            store(p1 + byte, fma(e1, x, load(p1 + byte)))
            store(p2 + byte, fma(e2, x, load(p2 + byte)))
            store(p3 + byte, fma(e3, x, load(p3 + byte)))
            store(p4 + byte, fma(e4, x, load(p4 + byte)))
            store(p5 + byte, fma(e5, x, load(p5 + byte)))
