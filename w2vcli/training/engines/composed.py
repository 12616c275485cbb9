"""The vectors of fastText's words in the loops: composed when a window reaches a word, given back when it has passed.

A word has a row of its own and one for each n-gram, and its vector is their mean. Each occurrence in a sentence has a
place where its vector is composed. The loops train on it as on any other. What it has moved by is then added to each of
its rows. With a window of two words::

    the   cat   sat  [on]   mats   and   dogs
    given back | composed: moved by all steps that see them | not yet composed

As in fastText and gensim, each row moves by the whole move of the mean, not by its share. So the mean moves as far, and
the place stays the mean of its rows, but for what other occurrences give to the same rows meanwhile. So ``[on]`` costs
two passes over its rows, where fastText and gensim take two for each pair of words.

fastText divides by the number of all rows (``Model::computeHidden``), and so do we. gensim does so in answers, but
divides by the number of n-grams in skip-gram's steps (``fasttext_inner.pyx``), so vectors there are some 7 % longer.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from w2vcli.training.engines.lanes import (
    BYTES,
    add,
    divide,
    filled,
    load,
    load_int32,
    load_int64,
    prefetch,
    store,
    subtract,
)
from w2vcli.training.engines.loop import Ngrams, Weights, compiled, inlined


def ring_size(window: int, batch: int) -> int:
    """Return how many places there are for the words that are composed at once, a power of two."""
    return 1 << (2 * window + batch).bit_length()


@inlined
def vector_of(at: int, weights: Weights, ngrams: Ngrams | None, scratch: Any) -> int:
    """Return the address of the vector of the word at a place of the sentence."""
    address: int
    if ngrams is None:
        address = weights.vectors + load_int64(scratch.sentence + 8 * at) * weights.row_bytes
    else:
        address = scratch.composed + (at & scratch.ring) * weights.row_bytes
    return address


@inlined
def enter(
    first: int, count: int, length: int, window: int, weights: Weights, ngrams: Ngrams | None, scratch: Any
) -> None:
    """Compose the words that the windows of ``count`` words from ``first`` on are the first to reach."""
    if ngrams is not None:
        for at in range(first + window if first else 0, min(length, first + count + window)):
            place = (at & scratch.ring) * weights.row_bytes
            row = load_int64(scratch.sentence + 8 * at)
            _compose(row, scratch.composed + place, weights, ngrams)
            for byte in range(place, place + weights.row_bytes, BYTES):
                store(scratch.before + byte, load(scratch.composed + byte))


@inlined
def leave(
    first: int, count: int, length: int, window: int, weights: Weights, ngrams: Ngrams | None, scratch: Any
) -> None:
    """Give back the moves of the words that the windows of ``count`` words from ``first`` on are the last to reach."""
    if ngrams is not None:
        for at in range(max(0, first - window), first + count - window if first + count < length else length):
            _give_back(at, weights, ngrams, scratch)


@inlined
def _compose(row: int, target: int, weights: Weights, ngrams: Ngrams) -> None:
    """Put the mean of the rows of a word at an address."""
    begin, end = load_int64(ngrams.starts + 8 * row), load_int64(ngrams.starts + 8 * row + 8)
    own, size = weights.vectors + row * weights.row_bytes, filled(np.float32(end - begin + 1))
    for byte in range(0, weights.row_bytes, BYTES):
        total = load(own + byte)
        for k in range(begin, end):
            total = add(total, load(ngram_vector(k, weights, ngrams) + byte))
        store(target + byte, divide(total, size))


@inlined
def _give_back(at: int, weights: Weights, ngrams: Ngrams, scratch: Any) -> None:
    """Add to each row of a word what its vector has moved by."""
    row, place = load_int64(scratch.sentence + 8 * at), (at & scratch.ring) * weights.row_bytes
    composed, moved = scratch.composed + place, scratch.before + place
    own = weights.vectors + row * weights.row_bytes
    for byte in range(0, weights.row_bytes, BYTES):
        move = subtract(load(composed + byte), load(moved + byte))
        store(moved + byte, move)
        store(own + byte, add(load(own + byte), move))
    for k in range(load_int64(ngrams.starts + 8 * row), load_int64(ngrams.starts + 8 * row + 8)):
        address = ngram_vector(k, weights, ngrams)
        for byte in range(0, weights.row_bytes, BYTES):
            store(address + byte, add(load(address + byte), load(moved + byte)))


@inlined
def ngram_vector(k: int, weights: Weights, ngrams: Ngrams) -> int:
    """Return the address of the vector of the ``k``-th n-gram in the rows of all words."""
    address: int = ngrams.vectors + np.int64(load_int32(ngrams.rows + 4 * k)) * weights.row_bytes
    return address


@inlined
def fetch(at: int, weights: Weights, ngrams: Ngrams | None, scratch: Any) -> None:
    """Begin to fetch all that the vector of the word at a place of the sentence is made of."""
    row = load_int64(scratch.sentence + 8 * at)
    for byte in range(0, weights.row_bytes, 64):
        prefetch(weights.vectors + row * weights.row_bytes + byte)
    if ngrams is not None:
        for k in range(load_int64(ngrams.starts + 8 * row), load_int64(ngrams.starts + 8 * row + 8)):
            for byte in range(0, weights.row_bytes, 64):
                prefetch(ngram_vector(k, weights, ngrams) + byte)


@compiled
def compose_words(words: int, target: int, weights: Weights, ngrams: Ngrams) -> None:
    """Put the vectors of the first ``words`` words, one after another, at an address."""
    for row in range(words):
        _compose(row, target + row * weights.row_bytes, weights, ngrams)
