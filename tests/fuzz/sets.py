"""Test sets of all layouts, damaged, and measured; the ends of lines change nothing."""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.commands import Failure, w2v
from tests.fuzz.damage import ENCODINGS, damaged, damaged_text, odd_text
from tests.fuzz.toy import make_toy

NAME = "sets"
_SAMPLES = [
    "man woman king queen\nboy girl man woman\n",
    ": family\nman woman king queen\n: other\nboy girl man woman\nking queen boy girl\n",
    "# family\nman woman king queen\n",
    ",type,word1,word2,word3,target\n0,family,man,woman,king,queen\n1,family,boy,girl,man,woman\n",
    "word1\tword2\tscore\nman\twoman\t7.5\nking\tqueen\t8.1\nboy\tapple\t0.5\n",
    "man,woman,7.5\nking,queen,8.1\nboy,apple,0.5\n",
    "word1;word2;score\nman;woman;7,5\nking;queen;8,1\nboy;apple;0,5\n",
    "1\tman\twoman\t7.5\n2\tking\tqueen\t8.1\n3\tboy\tapple\t0.5\n",
    "man\tperson\nking\tperson\napple\tfruit\norange\tfruit\n",
    "# fruit\napple\norange\n# person\nman\nking\n",
    "man woman king apple\nboy girl queen orange\n",
    "man\twoman\nking\tqueen/princess\nboy\tgirl/woman\n",
    "소녀 여왕 king queen\n",
]
_KINDS = ["pairs", "analogies", "categories", "odd"]


class Case(NamedTuple):
    """A file, and the options."""

    data: bytes
    options: list[str]
    other_ends: bytes | None


_toys: list[Path] = []


def prepare(folder: Path) -> None:
    """Write the model."""
    _toys[:] = [make_toy(folder / "plain.w2v", odd=False)]


def make(rng: random.Random) -> Case:
    """Return a set whose text or bytes are damaged."""
    text = rng.choice(_SAMPLES)
    for _ in range(rng.choice([0, 0, 1, 2])):
        lines = text.split("\n")
        lines.insert(rng.randint(0, len(lines)), rng.choice([odd_text(rng, 30), rng.choice(lines), ""]))
        text = "\n".join(lines)
    if rng.random() < 0.7:
        text = damaged_text(text, rng)
    options = ["--kind", rng.choice(_KINDS)] if rng.random() < 0.3 else []
    options += ["--resamples", "10", *rng.choice([[], ["--json"]])]
    kind = rng.randrange(4)
    if kind == 0:
        return Case(text.encode(rng.choice(ENCODINGS), "replace"), options, None)
    data = text.encode("utf-8", "replace")
    if kind == 1:
        return Case(damaged(data, [other.encode() for other in _SAMPLES], rng), options, None)
    return Case(data, options, None if "\r" in text else text.replace("\n", "\r\n").encode("utf-8", "replace"))


def run(case: Case, folder: Path) -> str:
    """Measure it."""
    (folder / "set.txt").write_bytes(case.data)
    ran = w2v("evaluate", str(_toys[0]), "--set", "set.txt", *case.options)
    if case.other_ends is not None:
        (folder / "set.txt").write_bytes(case.other_ends)
        other = w2v("evaluate", str(_toys[0]), "--set", "set.txt", *case.options)
        if (other.status, other.out) != (ran.status, ran.out):
            raise Failure(f"with CRLF it says {other.out or other.err!r} instead of {ran.out or ran.err!r}")
    return ran.outcome
