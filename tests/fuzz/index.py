"""The index of a model, damaged or from elsewhere: it is made again, or its model answers as it did.

Damage that leaves size and time as they were is what nobody does by accident: ``info --check`` has to find it, and no
question may break.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.commands import Failure, Ran, w2v
from tests.fuzz.files import Damage, apply, draw_damage, link_tree, read_files
from tests.fuzz.toy import make_toy

NAME = "index"
_QUESTIONS = [
    ["similar", "king", "-m", "./m.w2v", "--json"],
    ["analogy", "king", "queen", "-", "man", "-m", "./m.w2v", "--json"],
    ["similar", "nobody", "-m", "./m.w2v", "--json"],
    ["vector", "queen", "-m", "./m.w2v", "--json"],
]


class Case(NamedTuple):
    """The damage to a file of the index, whether its time is set back, and what is asked."""

    damage: Damage
    forged: bool
    question: list[str]


_model: list[Path] = []
_index: dict[str, bytes] = {}
_answers: dict[str, Ran] = {}


def prepare(folder: Path) -> None:
    """Make the model and ask it."""
    model = make_toy(folder / "m.w2v", odd=False)
    _model[:] = [model]
    _index.update({name: data for name, data in read_files(model).items() if name.startswith("index/")})
    _answers.update({" ".join(question): w2v(*question) for question in _QUESTIONS})


def make(rng: random.Random) -> Case:
    """Return damage to the index."""
    damage = draw_damage(_index, rng)
    if isinstance(damage.becomes, bytes) and rng.random() < 0.5:
        size = len(_index[damage.path])
        damage = Damage(damage.path, (damage.becomes + bytes(size))[:size])
    return Case(damage, rng.random() < 0.5, rng.choice([*_QUESTIONS, ["info", "./m.w2v", "--check"]]))


def run(case: Case, folder: Path) -> str:
    """Ask a copy of the model that has the damage."""
    copy = folder / "m.w2v"
    link_tree(_model[0], copy)
    path = copy / case.damage.path
    before = path.stat()
    changed = case.damage.becomes != path.read_bytes()
    apply(case.damage, copy)
    same_size = path.is_file() and path.stat().st_size == before.st_size
    if case.forged and path.is_file():
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    ran = w2v(*case.question)
    expected = _answers.get(" ".join(case.question))
    forged = case.forged and same_size
    if expected is None:
        if ran.status == 0 and changed and forged and not case.damage.path.endswith("manifest.json"):
            raise Failure(f"another {case.damage.path} is not found by --check")
    elif not forged and (ran.status, ran.out) != (expected.status, expected.out):
        raise Failure(f"with another {case.damage.path} it answers {ran} instead of {expected}")
    return ran.outcome
