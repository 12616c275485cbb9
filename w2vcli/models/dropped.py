"""``dropped.tsv``: the words that were seen in the corpus but too seldom to be in the model."""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from pathlib import Path

from w2vcli.escaping import escape_characters

NAME = "dropped.tsv"
_HEADING = b"word\tcount\n"
_BREAKING = "\t\n"


def write_dropped(directory: Path, counts: Iterable[tuple[str, int]]) -> None:
    """Write words and how often each was seen, in the order given."""
    with open(directory / NAME, "xb") as file:
        file.write(_HEADING)
        for word, count in counts:
            file.write(f"{escape_characters(word, _BREAKING)}\t{count}\n".encode())


def dropped_count(directory: Path, word: str) -> int:
    """Return how often ``word`` was seen, if it is one of those that were dropped; else 0."""
    line = f"\n{escape_characters(word, _BREAKING)}\t".encode(errors="replace")
    try:
        with open(directory / NAME, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            at = data.find(line)
            if at < 0:
                return 0
            count = data[at + len(line) : data.find(b"\n", at + len(line))]
            return int(count) if count.isdigit() else 0
    except (FileNotFoundError, ValueError):  # no corpus, or an empty file
        return 0


def read_dropped(directory: Path) -> dict[str, int]:
    """Return all words that were dropped, and how often each was seen."""
    try:
        lines = (directory / NAME).read_bytes().decode(errors="replace").split("\n")
    except FileNotFoundError:
        return {}
    found = (line.rpartition("\t") for line in lines[1:] if line)
    return {word: int(count) for word, _, count in found if count.isdigit()}
