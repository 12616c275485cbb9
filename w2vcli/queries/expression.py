"""An analogy as it is typed: ``boy queen - girl`` or ``boy + queen - girl``.

Both add boy and queen and subtract girl. Here nothing is known of a vocabulary: a sign is a term of its own. Signs that
are glued to words, as in ``king-man``, and weights, as in ``king*2``, are told from words such as ``C++`` in
`w2vcli.queries.signs`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from w2vcli.errors import BadExpression

PLUS = frozenset("+＋")
# What editors and telephones make of a hyphen, and what is copied from a paper.
MINUS = frozenset("-‐‑–—−﹣－")
SIGNS = PLUS | MINUS
TIMES = frozenset("*×")
_WEIGHED = re.compile(rf"(?P<word>.+)[{''.join(TIMES)}](?P<weight>[0-9]+(?:\.[0-9]+)?)", re.DOTALL)


class TypedPart(NamedTuple):
    """A word, or a sign: ``+`` or ``-``. A sign is glued if it was typed without a blank on either side."""

    text: str
    is_sign: bool = False
    is_glued: bool = False
    weight: float = 1

    @property
    def typed(self) -> str:
        """The part as it is typed."""
        return self.text if self.weight == 1 else f"{self.text}*{self.weight:g}"


class Expression(NamedTuple):
    """The words to be added and the words to be subtracted, in the order typed.

    ``weights`` are those of the words, first of ``positive``, or none where all count the same.
    """

    positive: list[str]
    negative: list[str]
    weights: list[float]


class Weighed(NamedTuple):
    """A word and how much it counts."""

    word: str
    weight: float


def weighed(term: str) -> Weighed | None:
    """Return what ``king*2`` is if no word is spelt so, and None for a term without a weight behind it."""
    found = _WEIGHED.fullmatch(term)
    return None if found is None else Weighed(found["word"], float(found["weight"]))


def split_words(line: str) -> list[str]:
    """Return the words of a line. Only blanks and tabs separate them, since a word may be U+00A0."""
    return re.split(r"[ \t]+", line)


def split_signs(terms: Iterable[str]) -> list[TypedPart]:
    """Return ``terms`` as parts: those that are a sign and nothing else are signs.

    All characters that look like a minus become ``-``, so an analogy that is pasted from a paper is read too.
    """
    signs = dict.fromkeys(PLUS, "+") | dict.fromkeys(MINUS, "-")
    return [TypedPart(signs[term], is_sign=True) if term in signs else TypedPart(term) for term in terms]


def parse_expression(parts: Sequence[TypedPart]) -> Expression:
    """Return what ``parts`` add and subtract: the words after ``-`` are subtracted, until a ``+``.

    Raises
    ------
    BadExpression
        If nothing is added, a sign is followed by no word, or a word follows one with a glued ``-`` without
        a sign, as in ``king -man woman``: it may be meant to be added.
    """
    positive: list[TypedPart] = []
    negative: list[TypedPart] = []
    into = positive
    sign: TypedPart | None = None
    glued_to = ""
    for part in parts:
        if part.is_sign:
            if sign is not None:
                raise BadExpression(_message(parts))
            sign = part
            into = positive if part.text == "+" else negative
            continue
        if sign is not None:
            glued_to = part.text if sign.is_glued and sign.text == "-" else ""
        elif glued_to:
            raise BadExpression(
                f"{part.text} follows -{glued_to} without a sign; put + or - before it, with blanks around the sign"
            )
        into.append(part)
        sign = None
    if sign is not None or not positive:
        raise BadExpression(_message(parts))
    weights = [part.weight for part in (*positive, *negative)]
    return Expression(
        [part.text for part in positive],
        [part.text for part in negative],
        weights if any(weight != 1 for weight in weights) else [],
    )


def _message(parts: Sequence[TypedPart]) -> str:
    typed = " ".join(part.typed for part in parts)
    return f"not an analogy: {typed!r}; write words with + or - between them, as in: boy + queen - girl"
