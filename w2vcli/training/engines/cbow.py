"""The loop of CBOW, compiled by numba: words are predicted from the means or sums of the vectors around them.

`BATCH` words that follow each other are taken at once, since their windows overlap. How their means come from the
vectors, and what goes back there, is in `w2vcli.training.engines.cbow_batch`. Each word has noise words of its own, or
the nodes on its path (`w2vcli.training.engines.cbow_outputs`). Noise that words share is faster, but costs analogies:
of those of fairy tales a twelfth if six words share it.
"""

from __future__ import annotations

import numpy as np

from w2vcli.training.engines.cbow_batch import (
    CbowScratch,
    fetch_ahead,
    find_windows,
    gather,
    plan,
    plan_vectors,
    scatter,
)
from w2vcli.training.engines.cbow_outputs import end_outputs, fill_tiles, find_errors, move_by_errors, put_output
from w2vcli.training.engines.composed import enter, leave
from w2vcli.training.engines.drawing import Entries, draw_row, keep
from w2vcli.training.engines.lanes import load_int64, prefetch, store_int64, store_uint64
from w2vcli.training.engines.loop import BATCH, TILE, LoopSettings, Weights, compiled, inlined
from w2vcli.training.engines.stretches import Stretch
from w2vcli.training.tree import Paths


@compiled
def train_cbow(
    text: Stretch,
    words: Entries,
    noise: Entries,
    paths: Paths,
    weights: Weights,
    settings: LoopSettings,
    alpha: np.float32,
    seed: np.uint64,
    scratch: CbowScratch,
) -> int:
    """Move the weights by one pass over the text, and return how many words subsampling kept.

    What is drawn depends on ``seed`` alone, which is not 0.
    """
    table, cells = noise.ctypes.data, len(noise)
    trained = 0
    store_uint64(scratch.random, seed)
    for part in range(len(text.starts)):
        length = keep(text, part, words, scratch.random, scratch.sentence)
        # One word by itself has no context, but it was trained on as far as the receipt goes, as in gensim.
        trained += length
        if settings.negative and length > 1:
            _train_noise(length, table, cells, weights, settings, alpha, scratch)
        if settings.hs and length > 1:
            _train_tree(length, paths, weights, settings, alpha, scratch)
    return trained


@inlined
def _train_noise(
    length: int,
    table: int,
    cells: int,
    weights: Weights,
    settings: LoopSettings,
    alpha: np.float32,
    scratch: CbowScratch,
) -> None:
    """Train on the words of ``sentence`` against noise."""
    behind = BATCH * (settings.negative // TILE + 1) + 1
    ready = 0  # where the outputs of this batch begin: tile 0, then in turn with those of the next batch
    tiles = _draw(0, length, table, cells, weights, settings, alpha, scratch, ready)
    for byte in range(0, weights.row_bytes, 64):
        fetch_ahead(0, byte, scratch)
        fetch_ahead(1, byte, scratch)
    for first in range(0, length, BATCH):
        here, found = ready, tiles
        store_int64(scratch.ahead, 0)
        if first + BATCH < length:
            # The noise is drawn one batch ahead, so that its weights are on their way.
            ready = behind - ready
            tiles = _draw(first + BATCH, length, table, cells, weights, settings, alpha, scratch, ready)
        _step(first, length, here, found, weights, settings, scratch)


@inlined
def _train_tree(
    length: int, paths: Paths, weights: Weights, settings: LoopSettings, alpha: np.float32, scratch: CbowScratch
) -> None:
    """Train on the words of ``sentence`` along their paths through the tree."""
    for first in range(0, length, BATCH):
        plan_vectors(first + BATCH, length, settings, weights, scratch)
        tiles = _find_paths(first, length, paths, weights, alpha, scratch)
        _step(first, length, 0, tiles, weights, settings, scratch)


@inlined
def _step(
    first: int, length: int, tile: int, tiles: int, weights: Weights, settings: LoopSettings, scratch: CbowScratch
) -> None:
    """Train on the batch of words from ``first`` on, whose outputs are so many tiles from ``tile`` on."""
    enter(first, BATCH, length, settings.window, weights, weights.ngrams, scratch)
    around = find_windows(first, min(BATCH, length - first), length, settings, weights, scratch)
    gather(around, settings, weights.row_bytes, scratch)
    find_errors(tile, tiles, weights.row_bytes, scratch)
    for moved in range(tile, tile + tiles):
        move_by_errors(moved, weights.row_bytes, settings.frozen, scratch)
    scatter(around, settings, weights, scratch)
    leave(first, BATCH, length, settings.window, weights, weights.ngrams, scratch)


@inlined
def _draw(
    first: int,
    length: int,
    table: int,
    cells: int,
    weights: Weights,
    settings: LoopSettings,
    alpha: np.float32,
    scratch: CbowScratch,
    tile: int,
) -> int:
    """Make words and their noise the outputs of the batch from ``first`` on, and return how many tiles they fill."""
    plan_vectors(first, length, settings, weights, scratch)
    end = tile
    for i in range(min(BATCH, length - first)):
        own = weights.syn1neg + load_int64(scratch.sentence + 8 * (first + i)) * weights.row_bytes
        plan(own, scratch)
        put_output(end, 0, own, np.float32(1), alpha, scratch)
        for k in range(1, 1 + settings.negative):
            address = weights.syn1neg + draw_row(table, cells, scratch.random) * weights.row_bytes
            plan(address, scratch)
            # As in word2vec.c, noise that is the word itself counts nothing.
            put_output(end, k, address, np.float32(0), np.float32(0) if address == own else alpha, scratch)
        end = fill_tiles(end, i, 1 + settings.negative, scratch)
    end_outputs(end, scratch)
    return end - tile


@inlined
def _find_paths(
    first: int, length: int, paths: Paths, weights: Weights, alpha: np.float32, scratch: CbowScratch
) -> int:
    """Make the nodes on the ways to words the outputs of the batch, and return how many tiles they fill."""
    most = paths.points.shape[1]
    end = 0
    for i in range(min(BATCH, length - first)):
        row = load_int64(scratch.sentence + 8 * (first + i))
        depth = 0
        while depth < most and paths.points[row, depth] >= 0:
            address = weights.syn1 + paths.points[row, depth] * weights.row_bytes
            put_output(end, depth, address, np.float32(1 - paths.codes[row, depth]), alpha, scratch)
            for byte in range(0, weights.row_bytes, 64):
                prefetch(address + byte)
            depth += 1
        end = fill_tiles(end, i, depth, scratch)
    end_outputs(end, scratch)
    return end
