"""Which files are known to hold the text of a corpus in the cache, so that a question does not hash gigabytes.

A file is known by its stamp: its size, its time of change, its inode number and the time at which its inode last
changed. Nobody can set the last two. So a file with the stamp that it had before it was hashed is the one that was
hashed. What lies in the cache itself is known by its sizes and times of change, since trainings link to it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from w2vcli.atomic import new_file
from w2vcli.decoding import read_json
from w2vcli.errors import DamagedInput
from w2vcli.models.stamps import stamp

_KNOWN = "known.json"


@dataclass(frozen=True)
class KnownFiles:
    """The stamps of the files of a text, by their paths in order, and what is known of the files of the corpus."""

    files: dict[str, list[int]]
    corpus: dict[str, list[int]]


def stamps_of(paths: Sequence[str]) -> dict[str, list[int]]:
    """Return the stamp of each file, by its path."""
    return {path: stamp(Path(path).stat()) for path in paths}


def read_known(entry: Path) -> dict[str, list[int]]:
    """Return the stamps of the files that are known to hold the text of a corpus in the cache.

    There are none if nothing is known, or the corpus itself is not what it was.
    """
    try:
        known = read_json(entry / _KNOWN, KnownFiles, DamagedInput)
        return known.files if known.corpus == _of_corpus(entry) else {}
    except (OSError, DamagedInput):
        return {}


def write_known(entry: Path, files: dict[str, list[int]]) -> None:
    """Write the stamps of the files of a text beside its corpus, after both were hashed."""
    _write(entry, files)


def keep_known(entry: Path) -> None:
    """Write the same stamps once more, after something was kept beside a corpus. Without any, nothing is written."""
    with suppress(OSError, DamagedInput):
        _write(entry, read_json(entry / _KNOWN, KnownFiles, DamagedInput).files)


def _write(entry: Path, files: dict[str, list[int]]) -> None:
    known = {"files": files, "corpus": _of_corpus(entry)}
    with new_file(entry / _KNOWN, force=True) as out:
        out.write(json.dumps(known).encode(errors="surrogateescape"))


def _of_corpus(entry: Path) -> dict[str, list[int]]:
    found = {path.name: path.stat() for path in entry.iterdir() if path.name != _KNOWN and path.name[0] != "."}
    return {name: [status.st_size, status.st_mtime_ns] for name, status in found.items()}
