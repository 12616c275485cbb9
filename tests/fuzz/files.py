"""Folders of files with one of them damaged: cut off, changed, exchanged, or of another kind."""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.damage import any_json, damaged, damaged_json


class Damage(NamedTuple):
    """The path of a file within a folder, and what it becomes: bytes, or something else than a file."""

    path: str
    becomes: bytes | str


def draw_damage(whole: dict[str, bytes], rng: random.Random) -> Damage:
    """Return damage to one of the files ``whole``, each as often as the others; JSON mostly as JSON."""
    path = rng.choice(sorted(whole))
    data = whole[path]
    if rng.random() < 0.08:
        return Damage(path, rng.choice(["missing", "folder", "pipe", "device", "dangling", "nothing"]))
    if path.endswith((".json", ".jsonl")) and rng.random() < 0.7:
        lines = data.split(b"\n") if path.endswith(".jsonl") else [data]
        at = rng.randrange(len(lines))
        with suppress(ValueError):  # some files have a line in front that is none
            found = damaged_json(json.loads(lines[at]), rng)
            lines[at] = rng.choice([json.dumps(found), json.dumps(found), json.dumps(any_json(rng))]).encode()
        return Damage(path, b"\n".join(lines))
    if rng.random() < 0.1:
        return Damage(path, whole[rng.choice(sorted(whole))])
    return Damage(path, damaged(data, list(whole.values()), rng))


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by their paths in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # on another file system, as where a case is repeated
        shutil.copy2(source, target)


def link_tree(whole: Path, copy: Path) -> None:
    """Make a copy of a folder whose files are the same files under other names."""
    shutil.copytree(whole, copy, copy_function=_link, symlinks=True)


def apply(damage: Damage, folder: Path) -> None:
    """Damage a file in a folder, without a change to other names of it."""
    path = folder / damage.path
    path.unlink()
    if isinstance(damage.becomes, bytes):
        path.write_bytes(damage.becomes)
    elif damage.becomes == "folder":
        path.mkdir()
    elif damage.becomes == "pipe" and sys.platform != "win32":
        os.mkfifo(path)
    elif damage.becomes == "device":
        path.symlink_to("/dev/zero")
    elif damage.becomes == "dangling":
        path.symlink_to("nowhere")
    elif damage.becomes == "nothing":
        path.write_bytes(b"")
