"""What is made now is what was made when the hashes were written, to the byte."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.made_before import RECIPES, RECORD, Recipe, fingerprint

BEFORE: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))


def differing(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """Return the names of what is not as it was: others, missing ones, new ones."""
    return [name for name in {**before, **now} if before.get(name) != now.get(name)]


def test_all_recipes_were_made_before() -> None:
    names = [recipe.name for recipe in RECIPES]
    assert names == list(BEFORE["always"]) == list(BEFORE["here"])


# Keras's own, of its variables with numpy 2.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_the_same_is_made_as_before(recipe: Recipe) -> None:
    if missing := recipe.missing():
        pytest.skip(f"not installed: {', '.join(missing)}")
    made = recipe.make()
    changed = differing(BEFORE["always"][recipe.name], made.always)
    assert not changed, f"{recipe.name}: not as before: {changed}"
    others = differing(BEFORE["fingerprint"], fingerprint())
    if others and BEFORE["here"][recipe.name]:
        pytest.skip(f"all but floats is as before; those were recorded with another {', '.join(others)}")
    changed = differing(BEFORE["here"][recipe.name], made.here)
    assert not changed, f"{recipe.name}: floats are not as before: {changed}"
