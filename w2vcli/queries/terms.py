"""From the words of a question to their vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Floats
from w2vcli.errors import UnknownWords
from w2vcli.models.directory import Model
from w2vcli.queries.expression import SIGNS
from w2vcli.queries.tokens import has_pieces, row_of, tokens_of


class Terms(NamedTuple):
    """The vectors (words x vector_size) of words that were asked, and the rows of those in the vocabulary."""

    vectors: Floats
    rows: list[int]


def find_terms(model: Model, words: Sequence[str], *, hints: bool = True) -> Terms:
    """Return the vectors of ``words``. A model with subwords has one for words out of vocabulary too.

    Without ``hints`` an error does not say what may be meant, which takes long for a large vocabulary.

    Raises
    ------
    UnknownWords
        If the model does not have them all.
    """
    rows = {word: row_of(model, word) for word in words}
    unknown = [word for word, row in rows.items() if row is None]
    # Of n-grams or pieces, if the model has them; else there is no vector.
    made = {word: _made(model, word) for word in unknown}
    missing = [word for word, vector in made.items() if vector is None]
    if missing:
        from w2vcli.queries.suggestions import explain  # which most questions can do without

        raise UnknownWords({word: explain(word, model, words) if hints else "" for word in missing})
    known = [row for row in map(rows.__getitem__, words) if row is not None]
    # One look-up for all known rows: vectors that are stored in fewer bits are widened once.
    vectors = np.empty((len(words), model.facts.vector_size))
    vectors[[at for at, word in enumerate(words) if rows[word] is not None]] = model.vectors.at(known)
    for at, word in enumerate(words):
        if rows[word] is None:
            vectors[at] = made[word]
    return Terms(vectors, known)


class Sorted(NamedTuple):
    """Words that have a vector in a model, and words that have none, each in the order asked."""

    known: list[str]
    unknown: list[str]


def sort_words(model: Model, words: Sequence[str]) -> Sorted:
    """Return which of ``words`` `find_terms` has a vector for, and which not."""
    known = {word: row_of(model, word) is not None or _made(model, word) is not None for word in words}
    return Sorted([word for word in words if known[word]], [word for word in words if not known[word]])


def find_rows(model: Model, words: Sequence[str]) -> list[int]:
    """Return the rows of ``words``, each of which has to be in the vocabulary.

    Raises
    ------
    UnknownWords
        If the model does not have them all.
    """
    rows = {word: row_of(model, word) for word in words}
    missing = [word for word, row in rows.items() if row is None]
    if missing:
        from w2vcli.queries.suggestions import explain

        raise UnknownWords({word: explain(word, model, words) for word in missing})
    return [row for row in map(rows.__getitem__, words) if row is not None]


def rows_of_parts(model: Model, word: str) -> list[int]:
    """Return the row of ``word``; in a model of subword units, those of its pieces if it has none. Else there is none.

    `find_terms` gives the mean of the vectors of these rows.
    """
    row = row_of(model, word)
    return _rows_of_pieces(model, word) if row is None else [row]


def _made(model: Model, word: str) -> npt.NDArray[np.floating] | None:
    """Return the vector of a word that is not in the vocabulary: of its n-grams, or the mean of its pieces'."""
    vector = model.vector_of_unknown(word)
    if vector is not None:
        return vector
    rows = _rows_of_pieces(model, word)
    return model.vectors[rows].mean(axis=0) if rows else None


def _rows_of_pieces(model: Model, word: str) -> list[int]:
    if not has_pieces(model) or word[:1] in SIGNS or word[-1:] in SIGNS:
        return []
    return [row for row in map(model.words.row, tokens_of(word, model)) if row is not None]


def unit(vectors: Floats) -> Floats:
    """Return ``vectors`` (rows) scaled to length 1. One of zeros, or with NaN or infinity, becomes zeros."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    has_direction = (lengths > 0) & np.isfinite(lengths)
    scaled: Floats = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=has_direction)
    return scaled
