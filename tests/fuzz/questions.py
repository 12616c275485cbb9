"""Questions on the command line and line by line: signs glued to words, odd words, options anywhere.

Beside that nothing breaks: an analogy with its signs glued to words gives what it gives with blanks around them, or
is refused.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.commands import Failure, Ran, w2v
from tests.fuzz.damage import damaged_text, odd_text
from tests.fuzz.toy import PLAIN, WORDS, make_toy

NAME = "questions"
_OPTIONS = ["-n", "--topn", "--json", "-m", "--method", "3cosmul", "--restrict-vocab", "1", "0", "-1", "--", "-", "-q"]


class Case(NamedTuple):
    """Arguments and standard input; ``same`` are arguments that mean the same if they have an answer."""

    arguments: list[str]
    stdin: bytes
    same: list[str] | None


_toys: list[Path] = []


def prepare(folder: Path) -> None:
    """Write the models."""
    _toys[:] = [make_toy(folder / "plain.w2v", odd=False), make_toy(folder / "odd.w2v")]


def _model(rng: random.Random) -> list[str]:
    return ["-m", str(rng.choice(_toys))]


def make(rng: random.Random) -> Case:
    """Return an analogy with glued signs, or a question of odd words and options."""
    kind = rng.randrange(4)
    if kind < 2:
        return _glued(rng)
    words = [rng.choice([rng.choice(WORDS), rng.choice(WORDS), odd_text(rng), damaged_text("woman", rng)])]
    words += [rng.choice([*WORDS, *_OPTIONS, odd_text(rng, 4)]) for _ in range(rng.randrange(5))]
    command = rng.choice(["similar", "analogy", "similarity", "odd", "vector"])
    if kind == 2:
        return Case([command, *_model(rng), *[word for word in words if "\0" not in word]], b"", None)
    lines = [damaged_text(" ".join(rng.choices(WORDS, k=3)), rng) for _ in range(rng.randint(1, 4))]
    stdin = "\n".join(lines).encode("utf-8", "surrogatepass")
    if rng.random() < 0.2:
        stdin = rng.choice([stdin[: len(stdin) // 2], stdin + b"\xff\xfe", "\n".join(lines).encode("utf-16")])
    return Case([command, *_model(rng), "-"], stdin, None)


def _glued(rng: random.Random) -> Case:
    words = [rng.choice(PLAIN)]
    words += [part for _ in range(rng.randint(1, 4)) for part in (rng.choice(["+", "-", "-"]), rng.choice(PLAIN))]
    glued = words[0]
    for sign, word in zip(words[1::2], words[2::2], strict=True):
        glued += rng.choice([" ", ""]) + sign + rng.choice([" ", "", ""]) + word
    model = ["-m", str(_toys[0])]
    if rng.random() < 0.5:
        arguments, same = ["analogy", *model, "-"], ["analogy", *model, "--", *words]
        return Case(arguments, glued.encode(), same)
    return Case(["analogy", *model, *rng.choice([[], ["--"]]), *glued.split()], b"", ["analogy", *model, "--", *words])


def run(case: Case, folder: Path) -> str:
    """Ask it."""
    ran = w2v(*case.arguments, stdin=case.stdin, many_errors="-" in case.arguments)
    if case.same is not None and ran.status == 0:
        same = w2v(*case.same)
        if _answers(ran, is_batch=bool(case.stdin)) != _answers(same, is_batch=False):
            raise Failure(f"{case.arguments} {case.stdin!r} is answered otherwise than {case.same}")
    return ran.outcome


def _answers(ran: Ran, *, is_batch: bool) -> list[str]:
    lines = ran.out.splitlines()[1:]
    return [line.partition("\t")[2] for line in lines] if is_batch else lines
