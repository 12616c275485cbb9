"""The way of a word from one side of a comparison to the other, with what it is near on each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from w2vcli.array_types import Float32s
from w2vcli.compare.comparison import ComparedSides, ComparedWord, compared_words
from w2vcli.compare.differences import Differences, shrunk
from w2vcli.escaping import visible


@dataclass(frozen=True)
class WordChange:
    """A word on two sides, and its neighbours.

    ``measured`` says how much it differs, and ``sides`` are the names of the sides. ``vectors`` (2 + neighbours x
    vector_size) have length 1: that of the word on the first side, on the second, and those of the neighbours in
    ``rows``. What chance would move the word is taken off, so that a word that does not differ has two equal vectors.
    """

    measured: ComparedWord
    sides: tuple[str, str]
    row: int
    neighbours: list[str]
    rows: list[int]
    counts: list[int]
    vectors: Float32s


def change_of(compared: ComparedSides, differences: Differences, place: int, near: int) -> WordChange:
    """Return the way of the word at a ``place`` of the differences, with ``near`` neighbours on each side."""
    [measured] = compared_words(compared, differences, np.array([place]), near)
    neighbours = list(dict.fromkeys([*measured.near_a, *measured.near_b]))
    of_words = {word: row for row, word in enumerate(compared.words)}
    rows = [of_words[word] for word in neighbours]
    row, sizes = int(differences.rows[place]), differences.counts[:, place]
    vector = compared.text.vectors[row].astype(np.float64)
    moved = shrunk(differences.moved[place], vector, float(differences.chance[place]))
    on_sides = [vector + share * moved for share in (sizes[1] / sizes.sum(), -sizes[0] / sizes.sum())]
    vectors = np.vstack([*on_sides, compared.text.vectors[rows]])
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0).astype(np.float32)
    first, second = map(visible, compared.sides.names)
    counts = [int(compared.text.counts[at]) for at in rows]
    return WordChange(measured, (first, second), row, neighbours, rows, counts, units)
