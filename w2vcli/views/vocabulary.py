"""Which words a picture or an export is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from w2vcli.compression import read_text
from w2vcli.errors import BadVocabulary
from w2vcli.models.directory import Model
from w2vcli.models.vectors import Float32s


@dataclass(frozen=True)
class Selection:
    """The words that a model has of those asked for, once each and with their rows; and those it has not.

    ``without_vector`` are words that it has with NaN or infinity in their vector; they are not among ``words``.
    """

    words: list[str]
    rows: list[int]
    unknown: list[str]
    without_vector: list[str]


def read_words(path: Path) -> list[str]:
    """Return the words in a file, one a line in UTF-8; empty lines are passed over.

    Raises
    ------
    DamagedInput
        If the file is not UTF-8.
    BadVocabulary
        If it has no words.
    """
    lines = lines_of(read_text(path, "a file of words"))
    words = [word for line in lines if (word := line.strip(" \t\r"))]
    if not words:
        raise BadVocabulary(f"{path}: there are no words in it")
    return words


def lines_of(text: str) -> list[str]:
    """Return the lines of a text, which end with LF or CRLF; or with CR, if there is no LF."""
    return text.split("\n" if "\n" in text else "\r")


def select(model: Model, words: Sequence[str]) -> Selection:
    """Return which of ``words`` the model has."""
    rows = {word: model.words.row(word) for word in words}
    known = {word: row for word, row in rows.items() if row is not None}
    is_finite = dict(zip(known, has_numbers(model.vectors[list(known.values())]), strict=True))
    kept = {word: row for word, row in known.items() if is_finite[word]}
    unknown = [word for word, row in rows.items() if row is None]
    return Selection(list(kept), list(kept.values()), unknown, [word for word in known if word not in kept])


def has_numbers(vectors: Float32s) -> list[bool]:
    """Tell of each vector whether it has neither NaN nor infinity."""
    return [bool(np.isfinite(vector).all()) for vector in vectors]
