from __future__ import annotations

import pytest

from w2vcli.errors import BadExpression
from w2vcli.queries.expression import parse_expression, split_signs


@pytest.mark.parametrize(
    ("typed", "positive", "negative"),
    [
        ("boy queen - girl", ["boy", "queen"], ["girl"]),
        ("boy + queen - girl", ["boy", "queen"], ["girl"]),
        ("king - man + woman", ["king", "woman"], ["man"]),
        ("- man + king", ["king"], ["man"]),
        ("king - man boy + woman girl", ["king", "woman", "girl"], ["man", "boy"]),
        ("king", ["king"], []),
        ("well-known + a+b", ["well-known", "a+b"], []),
    ],
)
def test_expressions(typed: str, positive: list[str], negative: list[str]) -> None:
    assert parse_expression(split_signs(typed.split())) == (positive, negative, [])


@pytest.mark.parametrize("typed", ["", "-", "king -", "king + - man", "- man", "+ +"])
def test_what_is_no_expression(typed: str) -> None:
    with pytest.raises(BadExpression, match="not an analogy"):
        parse_expression(split_signs(typed.split()))
