"""The ids by which a network knows words: 0 for padding, from 1 the words, and after them one id for any other word.

With the words ``film`` and ``good``, the text ``good old film`` is 2 3 1, and the embedding matrix has four rows:

==  =====================================================
0   padding, which in a language model ends a sentence
1   ``film``
2   ``good``
3   any other word
==  =====================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

PAD = 0
# A language model pads in front of a sentence only, where the end of the one before stands anyway.
END = PAD
PAD_NAME, END_NAME, UNKNOWN_NAME = "<PAD>", "</s>", "<UNK>"

IdArray: TypeAlias = npt.NDArray[np.int32]


class NetworkIds:
    """The ids of ``words``, the most frequent first."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = list(words)
        self._id_of = {word: number for number, word in enumerate(self.words, 1)}

    @property
    def unknown(self) -> int:
        """The id of any other word, which is the greatest id."""
        return len(self.words) + 1

    @property
    def size(self) -> int:
        """How many ids there are, and so how many rows the embedding matrix has."""
        return len(self.words) + 2

    @property
    def rows(self) -> slice:
        """Where the vectors of the words lie in the embedding matrix."""
        return slice(1, self.unknown)

    def encode(self, tokens: Iterable[str]) -> IdArray:
        """Return the id of each token."""
        return np.array([self._id_of.get(token, self.unknown) for token in tokens], dtype=np.int32)

    def is_unknown(self, ids: IdArray) -> npt.NDArray[np.bool_]:
        """Tell which ids stand for words that are out of vocabulary."""
        return np.equal(ids, self.unknown)

    def name(self, number: int) -> str:
        """Return what is shown for an id of a language model: its word, ``</s>`` or ``<UNK>``."""
        if number == END:
            return END_NAME
        return UNKNOWN_NAME if number == self.unknown else self.words[number - 1]
