"""An unfinished training, damaged: going on gives what the training gives that was not interrupted, or is refused."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from unittest import mock

import numpy as np

from tests.fuzz.commands import Failure, w2v
from tests.fuzz.files import Damage, apply, draw_damage, read_files
from w2vcli.errors import W2vError
from w2vcli.models.directory import open_model_directory

NAME = "unfinished"
_SMALL = ["--vector-size", "3", "--epochs", "2", "--workers", "1", "--min-count", "1", "--sample", "0", "-q"]

_place: list[Path] = []
_whole: dict[str, bytes] = {}
_expected: list[tuple[list[str], bytes]] = []


def prepare(folder: Path) -> None:
    """Interrupt a training before its model is written, and let another go on."""
    _place[:] = [folder]
    (folder / "t.txt").write_text("the king and the queen went to the hill\n" * 10, encoding="utf-8")
    with mock.patch("w2vcli.training.publish.new_model", side_effect=W2vError("stopped")):
        w2v("train", "t.txt", "-o", "./m.w2v", *_SMALL, "--no-cache")
    _whole.update(read_files(folder / "m.unfinished"))
    shutil.copytree(folder / "m.unfinished", folder / "kept")
    w2v("train", "--resume", "-o", "./m.w2v", "-q")
    _expected[:] = [_content(folder / "m.w2v")]
    shutil.rmtree(folder / "m.w2v")


def _content(model: Path) -> tuple[list[str], bytes]:
    opened = open_model_directory(model)
    return list(opened.words), np.ascontiguousarray(opened.vectors[:]).tobytes()


def make(rng: random.Random) -> Damage:
    """Return damage to a file of it."""
    return draw_damage(_whole, rng)


def run(case: Damage, folder: Path) -> str:
    """Go on."""
    shutil.copytree(_place[0] / "kept", folder / "m.unfinished")
    apply(case, folder / "m.unfinished")
    ran = w2v("train", "--resume", "-o", "./m.w2v", "-q")
    if ran.status == 0 and _content(folder / "m.w2v") != _expected[0]:
        raise Failure(f"with another {case.path} it gives other vectors")
    if ran.status and (folder / "m.w2v").exists():
        raise Failure("it is refused, and the model is there")
    return ran.outcome
