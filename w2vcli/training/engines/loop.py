"""What the loops of skip-gram and CBOW have in common: sizes, what they are given, and what both compute.

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
    load_int64,
    maximum,
    minimum,
    multiply,
    store,
)

TILE = 6
"""How many outputs are taken at a time: with five noise words, all. Their sums then fit in the registers there are."""

SLOTS = 8
"""How many places a tile has: two stay empty, so that one or two tiles fill a register of 8 or 16 floats."""

BATCH = 6
"""How many inputs at most meet the same noise and are moved at once. It is even, as inputs are taken in pairs."""

Register = Any

_Function = TypeVar("_Function", bound=Callable[..., Any])
compiled: Callable[[_Function], _Function] = njit(nogil=True, cache=True, error_model="numpy")
inlined: Callable[[_Function], _Function] = njit(nogil=True, cache=True, error_model="numpy", forceinline=True)


class Ngrams(NamedTuple):
    """Which n-grams words have: those of word ``i`` are ``rows[starts[i]:starts[i + 1]]``, rows of ``vectors``.

    They are addresses, of int64, of int32, and of rows of weights.
    """

    starts: int
    rows: int
    vectors: int


class Weights(NamedTuple):
    """Where the rows of the weights begin in memory, those of the words, of negative sampling and of the tree.

    Each row has ``row_bytes``. The address is 0 if that output layer is not trained. ``ngrams`` is None
    for word2vec. For fastText ``vectors`` are the words' own rows, see `w2vcli.training.engines.composed`.
    """

    vectors: int
    syn1neg: int
    syn1: int
    row_bytes: int
    ngrams: Ngrams | None = None


class LoopSettings(NamedTuple):
    """The settings of `w2vcli.training.settings.Settings` that the loop needs.

    If ``frozen``, the weights of the outputs stay as they are, and the vectors alone move. It is None if not, which is
    a type of its own: the loop is compiled for each, and asks nothing. So is ``fixed``, else the address of a table of
    int64 with a 1 for each row whose vector stays as it is.
    """

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
    errors: int
    unread: int
    composed: int
    before: int
    ring: int


def make_scratch(
    longest_sentence: int, tiles: int, row_bytes: int, ring: int = 1
) -> tuple[Scratch, dict[str, npt.NDArray[Any]]]:
    """Return the scratch space for sentences of that many words, and words of so many tiles of outputs.

    The arrays must be kept as long as it is in use. ``random`` is the state of the generator. ``sentence`` has the rows
    of the words that are kept, ``contexts`` the addresses of those around a word. Of an output, ``places`` is the
    address of its weights, ``labels`` is 1 for the word that was there and 0 for noise. ``alphas`` is its learning
    rate, or 0 for a place that is not used and for noise that is the word itself. All three are in tiles of `SLOTS`,
    and the tiles of the next word lie behind them. Where a register holds two tiles, labels and alphas are there
    twice. ``inputs`` (`BATCH` rows) are copies of vectors, ``errors`` (inputs x `SLOTS`) are those of a tile.
    ``unread`` (one row) takes the moves of vectors that stay as they are. ``composed`` and ``before`` (``ring`` rows)
    are for fastText.
    """
    arrays: dict[str, npt.NDArray[Any]] = {
        "random": aligned(1, dtype=np.uint64),
        "sentence": aligned(longest_sentence + 1, dtype=np.int64),
        "contexts": aligned(longest_sentence + 1, dtype=np.int64),
        "places": aligned(2 * tiles, SLOTS, dtype=np.int64),
        "labels": aligned(2 * tiles, LANES),
        "alphas": aligned(2 * tiles, LANES),
        "inputs": aligned(BATCH, row_bytes // 4),
        "errors": aligned(BATCH, SLOTS),
        "unread": aligned(1, row_bytes // 4),
        "composed": aligned(ring, row_bytes // 4),
        "before": aligned(ring, row_bytes // 4),
    }
    return Scratch(**{name: array.ctypes.data for name, array in arrays.items()}, ring=ring - 1), arrays


@inlined
def places(at: int) -> tuple[int, int, int, int, int, int]:
    """Return the addresses of the outputs of a tile, which are at an address."""
    return (
        load_int64(at),
        load_int64(at + 8),
        load_int64(at + 16),
        load_int64(at + 24),
        load_int64(at + 32),
        load_int64(at + 40),
    )


@inlined
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


@inlined
def find_wrong(scores: int, labels: int, alphas: int, size: int) -> None:
    """Make alpha * (label - logistic(score)) of so many bytes of scores, up to whole registers."""
    minus = filled(np.float32(-1))
    for byte in range(0, size, BYTES):
        wrong = fma(logistic(load(scores + byte)), minus, load(labels + byte))
        store(scores + byte, multiply(load(alphas + byte), wrong))


@inlined
def is_fixed(place: int, fixed: int | None, weights: Weights) -> bool:
    """Tell whether the vector at an address stays as it is."""
    if fixed is None:
        return False
    row = (place - weights.vectors) // weights.row_bytes
    found: bool = load_int64(fixed + 8 * row) != 0
    return found
