"""An analogy as it is typed: ``boy queen - girl`` or ``boy + queen - girl``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from w2vcli.errors import BadExpression


class Expression(NamedTuple):
    """The words to be added and the words to be subtracted, in the order typed."""

    positive: list[str]
    negative: list[str]


def parse_expression(terms: Sequence[str]) -> Expression:
    """Return what ``terms`` add and subtract: the words after ``-`` are subtracted, until a ``+``.

    Raises
    ------
    BadExpression
        If nothing is added, or a sign is followed by no word.
    """
    expression = Expression([], [])
    into = expression.positive
    sign_waits = False
    for term in terms:
        if term not in {"+", "-"}:
            into.append(term)
            sign_waits = False
        elif sign_waits:
            raise BadExpression(_message(terms))
        else:
            into = expression.positive if term == "+" else expression.negative
            sign_waits = True
    if sign_waits or not expression.positive:
        raise BadExpression(_message(terms))
    return expression


def _message(terms: Sequence[str]) -> str:
    return f"not an analogy: {' '.join(terms)!r}; write words with + or - between them, as in: boy + queen - girl"
