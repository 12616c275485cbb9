"""Lines typed into ``w2v shell``: questions, commands that start with a colon, and what is neither."""

from __future__ import annotations

import random
from pathlib import Path

from tests.fuzz.commands import w2v
from tests.fuzz.damage import damaged_text, odd_text
from tests.fuzz.toy import WORDS, make_toy
from w2vcli.queries.lines import COMMANDS

NAME = "shell"
_NAMES = [name for name in COMMANDS if name != "plot"]  # which takes a thousand times as long
_toys: list[Path] = []


def prepare(folder: Path) -> None:
    """Write the model."""
    _toys[:] = [make_toy(folder / "odd.w2v")]


def _line(rng: random.Random) -> str:
    words = [rng.choice([*WORDS, "+", "-", "+", "-"]) for _ in range(rng.randint(0, 4))]
    if rng.random() < 0.4:
        words.insert(0, f":{rng.choice(_NAMES)}")
        words += rng.choices(["odd", "5", "-1", "99999999999999999999", "x"], k=rng.randrange(2))
    line = rng.choice([" ", "", "\t", " "]).join(words)
    return rng.choice([line, line, damaged_text(line, rng), odd_text(rng)])


def make(rng: random.Random) -> bytes:
    """Return some lines."""
    text = rng.choice(["\n", "\n", "\r\n"]).join(_line(rng) for _ in range(rng.randint(1, 5)))
    data = text.encode("utf-8", "surrogatepass")
    return rng.choice([data, data, data[: rng.randint(0, len(data))], data + rng.randbytes(3)])


def run(case: bytes, folder: Path) -> str:
    """Type them."""
    return w2v("shell", "-m", str(_toys[0]), stdin=case, many_errors=True).outcome
