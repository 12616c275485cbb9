"""Which words a picture or an export is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from w2vcli.compression import open_input
from w2vcli.errors import BadVocabulary
from w2vcli.models.directory import Model

_MOST_BYTES = 1 << 26


@dataclass(frozen=True)
class Selection:
    """The words that a model has of those asked for, once each and with their rows; and those it has not."""

    words: list[str]
    rows: list[int]
    unknown: list[str]


def read_words(path: Path) -> list[str]:
    """Return the words in a file, one a line in UTF-8; empty lines are passed over.

    Raises
    ------
    BadVocabulary
        If the file is not UTF-8 or has no words.
    """
    with open_input(path) as file:
        try:
            data = file.stream.read(_MOST_BYTES + 1)
            if len(data) > _MOST_BYTES:
                raise BadVocabulary(f"{file.name} is larger than {_MOST_BYTES >> 20} MiB; a file of words is needed")
            lines = data.decode("utf-8-sig").split("\n")
        except UnicodeDecodeError as error:
            raise BadVocabulary(f"{file.name}: byte {error.start:,} is not UTF-8; a file of words is needed") from error
        words = [word for line in lines if (word := line.strip(" \t\r"))]
        if not words:
            raise BadVocabulary(f"{file.name}: there are no words in it")
    return words


def select(model: Model, words: Sequence[str]) -> Selection:
    """Return which of ``words`` the model has."""
    rows = {word: model.words.row(word) for word in words}
    known = {word: row for word, row in rows.items() if row is not None}
    return Selection(list(known), list(known.values()), [word for word, row in rows.items() if row is None])
