"""Model directories from somebody else: one file damaged or of another kind, JSON that lies.

Beside that nothing breaks: what a damaged model answers is what the whole one answers, or it is refused; and
``info --check`` finds every change to a file whose hash is kept.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.commands import Failure, Ran, w2v
from tests.fuzz.files import Damage, apply, draw_damage, link_tree, read_files
from tests.fuzz.toy import make_toy
from w2vcli.requirements import has_gensim

NAME = "models"
_QUESTIONS = [
    ["similar", "king", "-m", "./m.w2v", "--json"],
    ["analogy", "king", "queen", "-", "man", "-m", "./m.w2v", "--json"],
    ["similarity", "king", "queen", "-m", "./m.w2v", "--json"],
    ["vector", "king", "-m", "./m.w2v", "--json"],
    ["similar", "kin", "-m", "./m.w2v", "--json"],
    ["odd", "king", "queen", "man", "-m", "./m.w2v", "--json"],
]
_OTHERS = [
    ["info", "-m", "./m.w2v"],
    ["info", "./m.w2v"],
    ["use", "./m.w2v"],
    ["models"],
    ["convert", "./m.w2v", "out.txt"],
    ["rerun", "./m.w2v", "--check", "-q"],
    ["train", "--start-from", "./m.w2v", "text.txt", "-o", "./n.w2v", "-q", "--workers", "1", "--epochs", "1"],
]
_TEXT = "the king and the queen went to the hill with a man and a woman\n" * 6
_SMALL = [
    "--vector-size",
    "3",
    "--epochs",
    "1",
    "--workers",
    "1",
    "--min-count",
    "1",
    "--sample",
    "0",
    "-q",
    "--no-cache",
]


class Case(NamedTuple):
    """The model, the damage, and what is asked."""

    whole: Path
    damage: Damage
    commands: list[list[str]]


_models: list[Path] = []
_files: dict[Path, dict[str, bytes]] = {}
_answers: dict[tuple[Path, str], Ran] = {}


def prepare(folder: Path) -> None:
    """Make models with all that a model can have, and ask each."""
    (folder / "text.txt").write_text(_TEXT, encoding="utf-8")
    _models[:] = [make_toy(folder / "toy.w2v", odd=False)]
    kinds = {"phrases": ["--phrases", "npmi"], "fasttext": ["--model-type", "fasttext", "--bucket", "9"]}
    if not has_gensim():
        del kinds["fasttext"]
    for name, options in kinds.items():
        w2v("train", folder / "text.txt", "-o", folder / f"{name}.w2v", *_SMALL, *options)
        _models.append(folder / f"{name}.w2v")
    _files.update({model: read_files(model) for model in _models})
    for model in _models:
        (folder / "m.w2v").unlink(missing_ok=True)
        (folder / "m.w2v").symlink_to(model)
        for question in _QUESTIONS:
            _answers[model, " ".join(question)] = w2v(*question)


def make(rng: random.Random) -> Case:
    """Return a model with damage, and what it is asked."""
    whole = rng.choice(_models)
    damage = draw_damage(_files[whole], rng)
    kind = rng.randrange(4)
    if kind == 0:
        return Case(whole, damage, [["info", "./m.w2v", "--check"]])
    return Case(whole, damage, [rng.choice(_OTHERS if kind == 1 else _QUESTIONS)])


def run(case: Case, folder: Path) -> str:
    """Ask the damaged model."""
    (folder / "text.txt").write_text(_TEXT, encoding="utf-8")
    link_tree(case.whole, folder / "m.w2v")
    apply(case.damage, folder / "m.w2v")
    outcome = "answered"
    for command in case.commands:
        ran = w2v(*command)
        outcome = ran.outcome
        if ran.status == 0 and case.damage.becomes != _files[case.whole][case.damage.path]:
            _check(case, command, ran)
    return outcome


def _check(case: Case, command: list[str], ran: Ran) -> None:
    expected = _answers.get((case.whole, " ".join(command)))
    name = case.damage.path
    if expected is not None and ran.out != expected.out and not (name == "model.json" and _lies(case)):
        raise Failure(f"with another {name} it answers {ran.out[:300]!r} instead of {expected.out[:300]!r}")
    if command[-1] == "--check" and command[0] == "info" and name in _hashed(case.whole):
        raise Failure(f"another {name} is not found by --check")


def _hashed(model: Path) -> set[str]:
    return set(json.loads(_files[model]["model.json"])["sha256"])


def _lies(case: Case) -> bool:
    """Tell whether ``model.json`` says another thing of how words are looked up, which only it can know."""
    try:
        found = json.loads(case.damage.becomes)
        whole = json.loads(_files[case.whole]["model.json"])
        return any(found.get(name) != whole.get(name) for name in ("tokenizer", "subwords", "words_escaped"))
    except (ValueError, AttributeError, TypeError):
        return False
