"""Which words a picture or an export is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from w2vcli.array_types import Float32s
from w2vcli.errors import BadVocabulary
from w2vcli.inputs import read_text
from w2vcli.models.directory import Model
from w2vcli.reporting import SILENT, Reporter


@dataclass(frozen=True)
class SelectedWords:
    """The words of a model that can be drawn, each once, and those that cannot.

    ``words`` and their ``rows`` in the model are in the order asked. ``unknown`` are out of vocabulary.
    ``without_vector`` are in the vocabulary, but their vectors have NaN or infinity in them.
    """

    words: list[str]
    rows: list[int]
    unknown: list[str]
    without_vector: list[str]


def read_words(path: Path) -> list[str]:
    """Return the words in a UTF-8 file with one word a line. Empty lines are passed over.

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
    """Return the lines of a text. They end with LF or CRLF, or with CR if there is no LF in the whole text.

    `str.splitlines` would also end lines at U+2028 and form feeds, which can be parts of a word.
    """
    return text.split("\n" if "\n" in text else "\r")


def select(model: Model, words: Sequence[str], reporter: Reporter = SILENT) -> SelectedWords:
    """Return which of ``words`` can be drawn, and warn of those that cannot."""
    rows = {word: model.words.row(word) for word in words}
    known = {word: row for word, row in rows.items() if row is not None}
    is_finite = dict(zip(known, has_numbers(model.vectors[list(known.values())]), strict=True))
    kept = {word: row for word, row in known.items() if is_finite[word]}
    unknown = [word for word, row in rows.items() if row is None]
    without_vector = [word for word in known if word not in kept]
    if unknown:
        reporter.warn(f"not in the vocabulary, left out: {', '.join(unknown)}")
    if without_vector:
        reporter.warn(f"NaN or infinity in their vectors, left out: {', '.join(without_vector)}")
    return SelectedWords(list(kept), list(kept.values()), unknown, without_vector)


def has_numbers(vectors: Float32s) -> list[bool]:
    """Tell for each vector (row) whether all its values are finite."""
    return [bool(np.isfinite(vector).all()) for vector in vectors]
