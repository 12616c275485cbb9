"""Which rows of a model stand for the words of a test set, and by which rule for capitals."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import islice
from typing import Literal

import numpy as np

from w2vcli.models.directory import Model
from w2vcli.models.words import Words
from w2vcli.queries.terms import unit

Case = Literal["keep", "lower", "ignore"]

# What tells how a model writes: its most frequent words.
_WORDS_LOOKED_AT = 10_000
# So few capitals are those of <UNK> and the like.
_FEW_CAPITALS = 0.01


def case_of(words: Words) -> Case:
    """Return the rule that suits a model: ``lower`` if it has lower-case words only, else ``keep``.

    Less than one in a hundred of the first 10,000 words that have letters of both cases may have a capital.
    """
    with_case = [word for word in islice(words, _WORDS_LOOKED_AT) if word.lower() != word.upper()]
    capitals = sum(word != word.lower() for word in with_case)
    return "lower" if with_case and capitals < _FEW_CAPITALS * len(with_case) else "keep"


class Lookup:
    """Which rows stand for the words of a test set.

    ``keep`` takes words as they are written, ``lower`` lower-cases them, ``ignore`` finds words of any case.
    Other Unicode forms (NFC or NFD) of the same letters are always found. With ``restrict_vocab`` only the
    first so many rows count. ``unknown`` has the words for which no row stands, and why.
    """

    def __init__(self, model: Model, wanted: Iterable[str], case: Case, restrict_vocab: int | None) -> None:
        keys = {word: _key(word, case) for word in wanted}
        rows = _rows_in_any_case(model.words, set(keys.values())) if case == "ignore" else {}
        self._rows: dict[str, list[int]] = {}
        self.unknown: dict[str, str] = {}
        for word, key in keys.items():
            found = rows.get(key, []) if case == "ignore" else _rows(model.words, key)
            known = [row for row in found if restrict_vocab is None or row < restrict_vocab]
            if not found:
                self.unknown[word] = "not in the vocabulary"
            elif not known:
                self.unknown[word] = f"not among the first {restrict_vocab:,} words"
            elif not unit(model.vectors[known[:1]].astype(np.float64)).any():
                self.unknown[word] = "without a direction (zeros or NaN)"
            else:
                self._rows[word] = known

    def rows(self, word: str) -> list[int]:
        """Return the rows of a word, ascending; several with ``ignore`` only. The first one's vector is taken."""
        return self._rows[word]


def _key(word: str, case: Case) -> str:
    if case == "keep":
        return word
    return unicodedata.normalize("NFC", word.lower())


def _rows(words: Words, word: str) -> list[int]:
    row = words.row(word)
    return [] if row is None else [row]


def _rows_in_any_case(words: Words, keys: set[str]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, word in enumerate(words):
        key = _key(word, "ignore")
        if key in keys:
            rows.setdefault(key, []).append(row)
    return rows
