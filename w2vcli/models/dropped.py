"""``dropped.tsv``: the words that were seen in the corpus but too seldom to be in the model.

A table with a heading, the most frequent word first::

    word -> count       (-> is a tab)
    comet -> 4

It tells who asks for such a word why the model does not have it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from w2vcli.escaping import escape_characters
from w2vcli.models.mapped_texts import MappedText
from w2vcli.models.model_parts import DROPPED

_HEADING = b"word\tcount\n"
_BREAKING = "\t\n"
_LONGEST_COUNT = 18  # an int64 has no more digits


def write_dropped(directory: Path, counts: Iterable[tuple[str, int]]) -> None:
    """Write words and how often each was seen, in the order given."""
    with open(directory / DROPPED, "xb") as file:
        file.write(_HEADING)
        for word, count in counts:
            file.write(f"{escape_characters(word, _BREAKING)}\t{count}\n".encode())


def dropped_count(dropped: MappedText | None, word: str) -> int:
    """Return how often ``word`` was seen, if it is one of those in a model's ``dropped.tsv``, else 0."""
    if dropped is None:
        return 0
    line = f"\n{escape_characters(word, _BREAKING)}\t".encode(errors="replace")
    data = dropped.data
    at = data.find(line)
    if at < 0:
        return 0
    count = data[at + len(line) : data.find(b"\n", at + len(line))]
    return int(count) if _is_count(count) else 0


def read_dropped(dropped: MappedText | None) -> dict[str, int]:
    """Return all words in a model's ``dropped.tsv``, and how often each was seen."""
    lines = [] if dropped is None else dropped.read().decode(errors="replace").split("\n")
    found = (line.rpartition("\t") for line in lines[1:] if line)
    return {word: int(count) for word, _, count in found if _is_count(count.encode())}


def _is_count(digits: bytes) -> bool:
    """Tell whether bytes are a count that an int64 can hold."""
    return digits.isdigit() and len(digits) <= _LONGEST_COUNT
