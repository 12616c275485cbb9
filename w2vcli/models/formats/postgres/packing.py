"""Rows as PostgreSQL takes them in binary."""

from __future__ import annotations

import struct

import numpy as np

from w2vcli.errors import BadVocabulary
from w2vcli.escaping import visible
from w2vcli.models.formats.blocks import Block

# How pgvector sends and takes the values of its types.
DTYPES = {"vector": ">f4", "halfvec": ">f2"}
VALUE_BYTES = {"vector": 4, "halfvec": 2}
COPY_HEAD, COPY_END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_LARGEST_HALF = 65_504
# An index of texts holds no longer ones, and that of the words keeps them apart.
_MOST_WORD_BYTES = 2600


class RowPacker:
    """Packs rows as ``COPY ... (FORMAT BINARY)`` takes them: word, row, count, vector."""

    def __init__(self, kind: str, vector_size: int) -> None:
        self._kind = kind
        values = np.dtype((DTYPES[kind], (vector_size,)))
        # Each field has its length before it. A count that is not known has the length -1 and no bytes.
        numbers = [("row_length", ">i4"), ("row", ">i4"), ("count_length", ">i4")]
        vector = [("vector_length", ">i4"), ("size", ">i2"), ("unused", ">i2"), ("values", values)]
        self._counted = np.dtype([*numbers, ("count", ">i8"), *vector])
        self._uncounted = np.dtype([*numbers, *vector])
        self._vector_size = vector_size
        self._row = 0

    def packed(self, block: Block) -> bytes:
        """Return the rows of a block, which come behind those of the block before.

        Raises
        ------
        BadVocabulary
            If a word or a value is one that PostgreSQL has not. The message names the word.
        """
        words = [self._encoded(word) for word in block.words]
        self._require_values(block)
        count = len(words)
        tail = np.zeros(count, self._uncounted if block.counts is None else self._counted)
        tail["row_length"] = 4
        tail["row"] = np.arange(self._row, self._row + count)
        tail["count_length"] = -1 if block.counts is None else 8
        if block.counts is not None:
            tail["count"] = block.counts
        tail["size"] = self._vector_size
        tail["values"] = block.vectors
        tail["vector_length"] = 4 + tail["values"][0].nbytes if count else 0
        self._row += count
        data, size = tail.tobytes(), tail.dtype.itemsize
        head = struct.Struct(">hi")
        parts = (
            part
            for at, word in enumerate(words)
            for part in (head.pack(4, len(word)), word, data[at * size : (at + 1) * size])
        )
        return b"".join(parts)

    def _encoded(self, word: str) -> bytes:
        if "\0" in word:
            raise BadVocabulary(f"the word {visible(word)} has a zero byte, which no text in PostgreSQL has")
        data = word.encode()
        if len(data) > _MOST_WORD_BYTES:
            raise BadVocabulary(
                f"the word {visible(word[:40])}… has {len(data):,} bytes; an index of PostgreSQL has room for "
                f"{_MOST_WORD_BYTES:,}"
            )
        return data

    def _require_values(self, block: Block) -> None:
        finite = np.isfinite(block.vectors).all(axis=1)
        if not finite.all():
            word = visible(block.words[int(np.argmin(finite))])
            raise BadVocabulary(f"the vector of {word} has NaN or infinity, which no vector of pgvector has")
        if self._kind == "halfvec":
            small = np.max(np.abs(block.vectors), axis=1) <= _LARGEST_HALF
            if not small.all():
                word = visible(block.words[int(np.argmin(small))])
                raise BadVocabulary(
                    f"the vector of {word} has a value above {_LARGEST_HALF:,}, the largest of halfvec; "
                    "leave type=halfvec out"
                )
