"""Words of the vocabulary that a word which is not in it may have been meant to be."""

from __future__ import annotations

from w2vcli.escaping import visible
from w2vcli.models.directory import Model
from w2vcli.models.words import Words

# Shorter words have too many others two edits away.
_SHORTEST_FOR_TWO_EDITS = 6


def suggest(word: str, words: Words, most: int = 3) -> list[str]:
    """Return up to ``most`` likely meanings of ``word``: its other cases, then words few edits away.

    Words at the same distance come in row order, which is by frequency.
    """
    cases = (word.lower(), word.capitalize(), word.upper(), word.title(), word.replace(" ", "_"))
    found = list(dict.fromkeys(case for case in cases if case != word and words.row(case) is not None))
    if found:
        return found[:most]
    if len(word) < 2:  # one edit away is everything
        return []
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    edits = 2 if len(word) >= _SHORTEST_FOR_TWO_EDITS else 1
    near = extract(word, words, scorer=OSA.distance, score_cutoff=edits, limit=None)  # type: ignore[arg-type]
    # Who mistypes a word twice still begins it right.
    likely = [candidate for candidate, distance, _ in near if distance < 2 or candidate[:1] == word[:1]]
    return likely[:most]


def explain(word: str, model: Model) -> str:
    """Return why the model may not have ``word``, or an empty string."""
    meant = suggest(word, model.words)
    return f"did you mean {' or '.join(map(visible, meant))}?" if meant else ""
