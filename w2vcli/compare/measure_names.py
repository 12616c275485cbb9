"""The names of the measures of a difference: that of contexts, which is always there, and the others."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Literal, get_args

from w2vcli.errors import BadSettings

Measure = Literal["contexts", "procrustes", "overlap", "referencing", "compass", "regression", "all"]

CONTEXTS = "contexts"
ALL = "all"
OTHERS = ("procrustes", "overlap", "referencing", "compass", "regression")
# The columns of the others, in the order in which they are shown.
COLUMNS = (*OTHERS, "regression_p")


def chosen_measures(names: Sequence[str]) -> list[str]:
    """Return the other measures that are wanted, each once. ``all`` stands for all of them."""
    return list(OTHERS) if ALL in names else [name for name in dict.fromkeys(names) if name != CONTEXTS]


def require_measures(names: Sequence[str]) -> list[str]:
    """Return the names of measures, or raise `BadSettings` if there is none of a name."""
    known = get_args(Measure)
    for name in names:
        if name not in known:
            meant = get_close_matches(str(name), known, n=1)
            raise BadSettings(
                f"there is no measure {name}: they are {', '.join(known)}"
                + (f"; did you mean {meant[0]}?" if meant else "")
            )
    return list(names)
