"""Files for the Embedding Projector: ``vecs.tsv`` and ``meta.tsv``.

What its loader does decides what is written. ``vecs.tsv`` has no header and one tab-separated row for
each word. ``meta.tsv`` has one word a line and no header, since the loader takes the first line for a
header only if there is a tab in it. The loader skips a line that looks empty, which would shift all
labels behind it: words of blanks alone, and tabs and newlines inside words, are written visibly.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from w2vcli.errors import BadVocabulary
from w2vcli.escaping import visible
from w2vcli.models.vectors import Vectors
from w2vcli.reporting import Advance

# It loads this many points and leaves out the rest (data-provider-server.ts, LIMIT_NUM_POINTS).
MOST_POINTS = 100_000
_BLOCK_ROWS = 1024


def require_loadable(words: int, vector_size: int) -> None:
    """Raise `BadVocabulary` if the Projector would not load so many words with so many values each."""
    if words < 1:
        raise BadVocabulary("there are no words to write")
    if vector_size < 2:
        raise BadVocabulary("the Embedding Projector loads vectors of two values or more; these have one")


def write_vectors(stream: BinaryIO, vectors: Vectors, rows: npt.NDArray[np.intp], advance: Advance) -> None:
    """Write the ``rows`` of ``vectors`` as ``vecs.tsv``, with as many digits as give the same float32 again."""
    for start in range(0, len(rows), _BLOCK_ROWS):
        block = vectors[rows[start : start + _BLOCK_ROWS]]
        lines = ("\t".join(map(str, row)) + "\n" for row in block)
        stream.write("".join(lines).encode("ascii"))
        advance(start + len(block))


def write_metadata(stream: BinaryIO, words: Iterable[str]) -> None:
    """Write ``words`` as ``meta.tsv``."""
    for word in words:
        stream.write(f"{visible(word) or '(empty)'}\n".encode())
