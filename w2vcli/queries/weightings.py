"""The ways to weigh the words of a text. The command line shows them without loading numpy."""

from __future__ import annotations

from typing import Literal, get_args

from w2vcli.errors import BadSettings

Weighting = Literal["mean", "sif", "zipf"]


def require_weighting(name: str) -> None:
    """Raise `BadSettings` if there is no way of that name."""
    if name not in get_args(Weighting):
        raise BadSettings(f"there are no weights {name}: they are {', '.join(get_args(Weighting))}")
