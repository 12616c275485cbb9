"""The words of a corpus that is being written, with their ids. Batch after batch asks for the ids of its words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from w2vcli.corpus.batches import WordIds, WordLines
from w2vcli.errors import BadCorpus
from w2vcli.escaping import visible

if TYPE_CHECKING:
    from w2vcli.corpus.walking import WordTable

# So many words are looked up in a dictionary, until compiling what is several times faster pays.
_LOOKED_UP_BEFORE_COMPILING = 1 << 17


class CorpusWords:
    """Words with ids in order of first appearance."""

    def __init__(self) -> None:
        self._ids = WordIds()
        self._table: WordTable | None = None
        self._looked_up = 0
        self._may_be_compiled = True

    def __len__(self) -> int:
        return len(self._ids if self._table is None else self._table)

    def ids_of(self, words: Sequence[str]) -> npt.NDArray[np.int32]:
        """Return the ids of words, of which new ones get the next ids.

        Raises
        ------
        BadCorpus
            If a word is none.
        """
        self._looked_up += len(words)
        is_compiled = isinstance(words, WordLines) or self._looked_up > _LOOKED_UP_BEFORE_COMPILING
        if is_compiled and self._may_be_compiled and self._table is None:
            self._compile()
        if self._table is None:
            return np.fromiter(map(self._ids.__getitem__, words), dtype=np.int32, count=len(words))
        return _walked(words, self._table)

    def joined(self) -> bytes:
        """Return all words in UTF-8, with a newline behind each.

        Raises
        ------
        BadCorpus
            If a word is no text in UTF-8.
        """
        lines = _lines(list(self._ids)) if self._table is None else self._table.joined()
        _require_utf8(lines)
        return lines

    def _compile(self) -> None:
        from w2vcli.corpus.text_kernel import load_text_kernel
        from w2vcli.corpus.walking import WordTable

        self._may_be_compiled = load_text_kernel() is not None
        if self._may_be_compiled:
            self._table = WordTable(2 * len(self._ids))
            _walked([*self._ids], self._table)
            self._ids.clear()


def _walked(words: Sequence[str], table: WordTable) -> npt.NDArray[np.int32]:
    from w2vcli.corpus.walking import walk_given

    ids = walk_given(words.lines if isinstance(words, WordLines) else _lines(words), table)
    if len(ids) != len(words):
        odd = next(word for word in words if not word or "\n" in word)
        raise BadCorpus(f"{visible(odd)!r} is no word")
    return ids


def _lines(words: Sequence[str]) -> bytes:
    return "\n".join([*words, ""]).encode("utf-8", "surrogatepass")


def _require_utf8(lines: bytes) -> None:
    """Refuse words with a lone surrogate, which a table in JSON may have."""
    try:
        lines.decode()
    except UnicodeDecodeError as error:
        line = lines[lines.rfind(b"\n", 0, error.start) + 1 : lines.index(b"\n", error.start)]
        word = line.decode("utf-8", "surrogatepass")
        raise BadCorpus(f"{visible(word)} is no text in UTF-8") from error
