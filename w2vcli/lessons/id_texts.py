"""Token ids as an embedding layer takes them: each is a row of its table, counted from 0.

``Embedding(1000, 5)`` is a table of 1,000 rows of 5 values. What it makes of ids has one dimension more than they have:

==========================  =========
ids                         shape
==========================  =========
``1 2 3`` or ``[1, 2, 3]``  (3, 5)
``[[0, 1, 2], [3, 4, 5]]``  (2, 3, 5)
==========================  =========
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from w2vcli.errors import BadCorpus, BadSettings, BadVocabulary
from w2vcli.lessons.encodings import Encoding, OneHotVocabulary, encode

# A table of more numbers than this, 2 GiB, is refused.
_MOST_NUMBERS = 1 << 29
_MOST_DIGITS = 100
_PAD = "0"  # what Keras pads with: a row like any other


class IdTexts(NamedTuple):
    """Texts of ids, as words. ``is_flat`` says that they are one list of ids, and no list of lists."""

    texts: list[list[str]]
    is_flat: bool


def read_ids(arguments: Sequence[str]) -> IdTexts:
    """Return the ids of texts such as ``1 2 3``, ``1, 2, 3``, ``[1, 2, 3]`` or ``[[0, 1, 2], [3, 4, 5]]``.

    Raises
    ------
    BadCorpus
        If one is not made of whole numbers, or there is none.
    """
    texts: list[list[str]] = []
    nested = False
    for argument in arguments:
        found = _lists(argument)
        nested = nested or found is not None
        texts += [argument.strip("[] ").replace(",", " ").split()] if found is None else found
    for text in texts:
        wrong = next((word for word in text if not _is_id(word)), None)
        if wrong is not None:
            raise BadCorpus(f"{wrong} is no id; --ids takes whole numbers, as in: 1 2 3, or [[0, 1, 2], [3, 4, 5]]")
    if not any(texts):
        raise BadCorpus("there are no ids in the text")
    return IdTexts([[str(int(word)) for word in text] for text in texts], not nested and len(texts) == 1)


def encode_ids(found: IdTexts, rows: int, length: int | None = None, *, pad_before: bool = False) -> Encoding:
    """Return the ids as places in a table of ``rows``. Each text is cut off or padded with id 0 to ``length``.

    Raises
    ------
    BadVocabulary
        If an id is not below ``rows``.
    BadCorpus
        If texts have not as many ids as each other, and no ``length``.
    """
    large = max((int(word) for text in found.texts for word in text), default=0)
    if large >= rows:
        raise BadVocabulary(f"a table of {rows:,} rows has no row {large:,}: its ids are 0 to {rows - 1:,}")
    counts = [len(text) for text in found.texts]
    if length is None and min(counts) < max(counts):
        raise BadCorpus(
            f"the texts have from {min(counts):,} to {max(counts):,} ids; pad them with --length {max(counts)}"
        )
    width = length or max(counts)
    texts = [text[:width] for text in found.texts]
    padding = [[_PAD] * (width - len(text)) for text in texts]
    padded = [[*pad, *text] if pad_before else [*text, *pad] for text, pad in zip(texts, padding, strict=True)]
    return encode(padded, OneHotVocabulary(rows, int, str, are_ids=True), width)


def require_table(rows: int, vector_size: int) -> None:
    """Raise `BadSettings` if a table of so many rows and values would not fit into memory."""
    if rows * vector_size > _MOST_NUMBERS:
        raise BadSettings(f"a table of {rows:,} x {vector_size:,} numbers is too large; lower --vocabulary-size")


def _is_id(word: str) -> bool:
    """Tell whether a word is a whole number; Python reads those of up to 4,300 digits, and no table has such rows."""
    return word.isascii() and word.isdecimal() and len(word) <= _MOST_DIGITS


def _lists(argument: str) -> list[list[str]] | None:
    """Return the lists in a list of lists, ``[[0, 1], [2, 3]]``, or None if the argument is none."""
    try:
        found = json.loads(argument)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or not found or not all(isinstance(each, list) for each in found):
        return None
    return [[json.dumps(value) for value in each] for each in found]
