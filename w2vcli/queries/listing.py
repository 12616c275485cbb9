"""The vocabulary as a list: the words of a model that match a pattern, with their counts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import translate

from w2vcli.errors import BadSettings
from w2vcli.models.directory import Model


@dataclass(frozen=True)
class ListedWord:
    """A word of the vocabulary: its rank from 1 (the most frequent), and its count, None where that is not known."""

    rank: int
    word: str
    count: int | None


def list_words(model: Model, pattern: str | None = None, grep: str | None = None) -> Iterator[ListedWord]:
    """Yield the words of a model that match, in the order of their rank.

    ``pattern`` matches whole words, with ``*`` for any characters and ``?`` for one, as in a shell. ``grep`` is a
    regular expression of Python that matches anywhere in a word. A word must match both.

    Raises
    ------
    BadSettings
        If ``grep`` is no regular expression.
    """
    # Words of a model are in NFC, so a pattern that was typed on a Mac, which may write NFD, is made the same.
    whole = re.compile(translate(unicodedata.normalize("NFC", pattern or "*")))
    try:
        part = re.compile(unicodedata.normalize("NFC", grep or ""))
    except (re.error, RecursionError, OverflowError) as error:
        raise BadSettings(f"--grep {grep}: not a regular expression: {error}") from error
    return _matching(model, whole, part)


def _matching(model: Model, whole: re.Pattern[str], part: re.Pattern[str]) -> Iterator[ListedWord]:
    counts = model.counts
    for row, word in enumerate(model.words):
        if whole.match(word) and part.search(word):
            yield ListedWord(row + 1, word, None if counts is None else int(counts[row]))
