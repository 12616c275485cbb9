"""What models with variants answer: records that tell how sure an answer is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from w2vcli.queries.answers import Neighbour, Scored, WordPair
from w2vcli.queries.methods import Method


@dataclass(frozen=True)
class SureNeighbour(Neighbour):
    """A neighbour of a model with variants: its 95 % interval, and in which share of the variants it comes again.

    ``again`` is the share in which it is one of the ``topn``, ``first`` that in which it is the first. Questions for
    neighbours leave `w2vcli.queries.answers.FIRST` out, since of many near words it is chance which one is the nearest.
    """

    low: float
    high: float
    again: float
    first: float
    count: int | None


@dataclass(frozen=True)
class SureScored(Scored):
    """An answer by 3CosMul of a model with variants, with the columns of `SureNeighbour`."""

    low: float
    high: float
    again: float
    first: float
    count: int | None


@dataclass(frozen=True)
class SureOdd(Neighbour):
    """A word and its similarity to the mean of all that are asked, of a model with variants: the interval of that.

    ``first`` is the share of the variants in which it is the odd one out.
    """

    low: float
    high: float
    first: float


@dataclass(frozen=True)
class SurePair(WordPair):
    """Two words of a model with variants: their cosine and its 95 % interval."""

    low: float
    high: float


# What each method answers with.
SURE: Mapping[Method, type[SureNeighbour] | type[SureScored]] = {"3cosadd": SureNeighbour, "3cosmul": SureScored}
