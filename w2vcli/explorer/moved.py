"""How far words lie apart in two models that are shown beside each other."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from w2vcli.array_types import Float32s
from w2vcli.compare.two_spaces import join_spaces, turned_apart
from w2vcli.models.directory import Model

# So many of the most frequent words of each model are compared, if seen so often: rare ones lie apart by chance.
_MOST_WORDS = 20_000
_LEAST_COUNT = 50
# A turn is fitted to as many values as vectors have, squared. Fewer words would be turned onto each other whatever
# they are.
_WORDS_PER_VALUE = 2


class Moved:
    """How far each word of two models lies apart, once one space is turned onto the other. It is computed once.

    ``told`` makes of a message what the reader is told: it translates.
    """

    def __init__(self, first: Model, second: Model, told: Callable[[str], str] = str) -> None:
        self._models = (first, second)
        self._told = told
        self._lock = threading.Lock()
        self._found: tuple[Float32s, Float32s] | str | None = None

    def of(self, number: int) -> Float32s | str:
        """Return 1 - the cosine for each word of the first model (0) or the second (1), or why there is none.

        A word that is not among the most frequent of both, or is seen less than 50 times in one, has none (NaN).
        """
        with self._lock:
            if self._found is None:
                self._found = self._find()
        return self._found if isinstance(self._found, str) else self._found[number]

    def _find(self) -> tuple[Float32s, Float32s] | str:
        sizes = [model.facts.vector_size for model in self._models]
        if sizes[0] != sizes[1]:
            return self._told(f"vectors of {sizes[0]} and of {sizes[1]} values cannot be turned onto each other")
        some = [[model.words[row] for row in range(min(_MOST_WORDS, len(model.words)))] for model in self._models]
        vectors = [model.vectors[: len(words)] for model, words in zip(self._models, some, strict=True)]
        spaces = join_spaces(some[0], (some[0], vectors[0]), (some[1], vectors[1]))
        common = len(spaces.rows)
        if common < _WORDS_PER_VALUE * sizes[0]:
            return self._told(f"{common:,} words are in both models, too few to turn one onto the other")
        apart = turned_apart(spaces, spaces.rows).astype(np.float32)
        known = [some[0][row] for row in spaces.rows.tolist()]
        rows = [np.array([model.words.row(word) or 0 for word in known]) for model in self._models]
        for model, of_words in zip(self._models, rows, strict=True):
            if model.counts is not None:
                apart[model.counts[of_words] < _LEAST_COUNT] = np.nan
        first, second = (np.full(len(model.words), np.nan, np.float32) for model in self._models)
        first[rows[0]] = second[rows[1]] = apart
        return first, second
