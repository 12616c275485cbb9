"""Questions and answers as records, and the records as rows for a table, for JSON or for a page.

>>> as_row(Neighbour("queen", 0.7071067811865476))
{'word': 'queen', 'similarity': 0.7071068}
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

from w2vcli.errors import W2vError
from w2vcli.queries.methods import Method

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


# Vectors are float32, so no more than seven decimals of their cosines mean anything.
_DECIMALS = 7
_ROUNDED = {"similarity", "score", "low", "high", "again", "first"}


@dataclass(frozen=True)
class Neighbour:
    """A word and its cosine, in [-1, 1], to what was asked."""

    word: str
    similarity: float


@dataclass(frozen=True)
class Scored:
    """A word and its score by 3CosMul, which is positive and not a cosine."""

    word: str
    score: float


@dataclass(frozen=True)
class CountedNeighbour(Neighbour):
    """A neighbour of a model that knows its counts: how often the word was seen. What is seen seldom is unsure."""

    count: int


@dataclass(frozen=True)
class CountedScored(Scored):
    """An answer by 3CosMul of a model that knows its counts: how often the word was seen."""

    count: int


@dataclass(frozen=True)
class WordPair:
    """Two words and their cosine, in [-1, 1], or NaN if one has a vector of zeros. ``float`` gives the cosine."""

    word1: str
    word2: str
    similarity: float

    def __float__(self) -> float:
        return self.similarity


@dataclass(frozen=True)
class WordVector:
    """A word and the values of its vector, each the shortest decimal that gives the same float32 again."""

    word: str
    vector: list[float]


class Query(NamedTuple):
    """A question for neighbours: near the words ``positive``, far from the words ``negative``.

    ``weights`` are how much each word counts, first those of ``positive``. If there are none, all count the same.
    """

    positive: Sequence[str]
    negative: Sequence[str] = ()
    method: Method = "3cosadd"
    weights: Sequence[float] = ()


Answer = Sequence[Neighbour | Scored] | W2vError
# Which rows are searched: all, so many from the first, or those of a range.
Searched = int | range | None
# The column of records that questions for neighbours leave out.
FIRST = "first"

# What each method answers with, and where the model knows how often a word was seen.
ANSWERS: Mapping[Method, type[Neighbour] | type[Scored]] = {"3cosadd": Neighbour, "3cosmul": Scored}
COUNTED: Mapping[Method, type[CountedNeighbour] | type[CountedScored]] = {
    "3cosadd": CountedNeighbour,
    "3cosmul": CountedScored,
}


def columns_of(kind: type[DataclassInstance], without: str = "") -> list[str]:
    """Return the columns of rows that `as_row` makes of records of a class, ``without`` one of them."""
    return [field.name for field in fields(kind) if field.name != without]


def as_row(record: DataclassInstance) -> dict[str, Any]:
    """Return a record as a row: its values by the names of its fields, in their order, each as `plain` has it."""
    return {field.name: plain(getattr(record, field.name), field.name) for field in fields(record)}


def plain(value: Any, column: str | None = None) -> Any:
    """Return a value as an answer has it: a number that is not finite is None, a cosine or a score is rounded."""
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        return None
    return round(value, _DECIMALS) if column in _ROUNDED else value
