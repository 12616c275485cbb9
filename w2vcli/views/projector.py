"""What the Embedding Projector can load."""

from __future__ import annotations

from w2vcli.errors import BadVocabulary

# It loads this many points and leaves out the rest (data-provider-server.ts, LIMIT_NUM_POINTS).
MOST_POINTS = 100_000


def require_loadable(words: int, vector_size: int) -> None:
    """Raise `BadVocabulary` if the Projector would not load so many words with so many values each."""
    if words < 1:
        raise BadVocabulary("there are no words to write")
    if vector_size < 2:
        raise BadVocabulary("the Embedding Projector loads vectors of two values or more; these have one")
