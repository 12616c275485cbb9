"""The ways to weigh the words of a text. The command line shows them without loading numpy."""

from __future__ import annotations

from typing import Literal

Weighting = Literal["mean", "sif", "zipf"]
