"""The embedding matrix times a one-hot vector, and the row that this product is.

For the word in row 2 of 0 to 4, E o = E [0 0 1 0 0]ᵀ is column 2 of E. The model stores the columns of E as its rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from w2vcli.array_types import Floats
from w2vcli.models.directory import Model
from w2vcli.queries.terms import find_rows

# Each way is timed again and again for this long, and once at least.
_SECONDS = 0.2


@dataclass(frozen=True)
class OneHotProduct:
    """E o = e for the matrix E (vector_size x words) and the one-hot vector o (words) of a word.

    ``product`` (vector_size) is E o, all of it multiplied in float64. ``vector`` is row ``row`` of the model, which has
    to be the same. ``multiplications`` is how many numbers were multiplied.
    """

    word: str
    row: int
    product: Floats
    vector: Floats
    multiplications: int

    @property
    def largest_difference(self) -> float:
        """The largest absolute difference between the product and the row, NaN if one of them has NaN."""
        return float(np.abs(self.product - self.vector).max(initial=0.0))


def look_up(model: Model, word: str) -> OneHotProduct:
    """Return what the product and the lookup of a row give for ``word``.

    Raises
    ------
    UnknownWords
        If it is out of vocabulary.
    """
    [row] = find_rows(model, [word])
    return OneHotProduct(
        word=model.words[row],
        row=row,
        product=multiply(model, row),
        vector=_read(model, row),
        multiplications=model.facts.words * model.facts.vector_size,
    )


def multiply(model: Model, row: int) -> Floats:
    """Return E o (vector_size) of the word in ``row``: every number of E times the 0 or 1 of its column, summed up."""
    product = np.zeros(model.facts.vector_size)
    one_hot = np.zeros(model.facts.words)
    one_hot[row] = 1.0
    with np.errstate(invalid="ignore"):  # 0 times infinity
        for start, block in model.vectors.blocks():
            # E may be larger than the memory, so its columns come block by block, as rows of the model.
            product += one_hot[start : start + len(block)] @ block.astype(np.float64)
    return product


def time_both(model: Model, row: int) -> tuple[float, float]:
    """Return the seconds that the product takes and those that reading the row takes, the best of several tries."""
    return _best_seconds(lambda: multiply(model, row)), _best_seconds(lambda: _read(model, row))


def _read(model: Model, row: int) -> Floats:
    vector: Floats = model.vectors[[row]][0].astype(np.float64)
    return vector


def _best_seconds(task: Callable[[], object]) -> float:
    best, began = np.inf, time.perf_counter()
    while True:
        start = time.perf_counter()
        task()
        now = time.perf_counter()
        best = min(best, now - start)
        if now - began > _SECONDS:
            return float(best)
