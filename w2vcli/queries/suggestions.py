"""What may help with a word that is not in the vocabulary.

kingg       did you mean king?
new york    did you mean new_york?
xylophone   seen twice, below --min-count 5
소녀는       the model's tokenizer cuts it into 소녀 and 는
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from w2vcli.escaping import visible
from w2vcli.models.directory import Model
from w2vcli.models.dropped import dropped_count
from w2vcli.models.model_parts import DROPPED
from w2vcli.models.words import Words
from w2vcli.queries.tokens import tokens_of

# What some vocabularies put before all words or behind them: /c/en/girl, ENTITY/Girl, en:girl, girl/NNG, girl_NOUN.
_LABEL_BEFORE = re.compile(r".*[/:|#](?=.)", re.DOTALL)
_LABEL_BEHIND = re.compile(r"(?<=.)(?:[/:|#][^/:|#]+|_[A-Z]+)\Z", re.DOTALL)
_WORDS_LOOKED_AT = 10_000
_MOST_LABELS = 16

# Shorter words have too many others two edits away.
_SHORTEST_FOR_TWO_EDITS = 6


def explain(word: str, model: Model, asked: Sequence[str] = ()) -> str:
    """Return why the model may not have ``word``, one of the words ``asked``, and what may be meant.

    It is empty if nothing is known. A word of the corpus that was too seldom is told with its count, if the model was
    trained here.
    """
    hints = []
    if model.facts.training and (count := dropped_count(model.texts.get(DROPPED), word)):
        times = "once" if count == 1 else "twice" if count == 2 else f"{count:,} times"
        receipt = model.facts.runs[-1].receipt
        hints.append(f"seen {times}, below --min-count{f' {receipt.min_count:,}' if receipt else ''}")
    tokens = tokens_of(word, model)
    if len(tokens) > 1:
        hints.append(f"the model's tokenizer cuts it into {' and '.join(map(visible, tokens))}")
    meant = suggest(word, model.words, asked=asked)
    if meant:
        hints.append(f"did you mean {' or '.join(map(visible, meant))}?")
    return "; ".join(hints)


def suggest(word: str, words: Words, most: int = 3, asked: Sequence[str] = ()) -> list[str]:
    """Return up to ``most`` likely meanings of ``word``, which may be a part of the phrase ``asked``.

    First its other cases and the phrases it is part of (``new york``: ``new_york``), then those with a label that
    many words have (``girl``: ``/c/en/girl``), then words few edits away. Those at the same distance come in row
    order, which is by frequency.
    """
    spellings = dict.fromkeys(case for phrase in _phrases(word, asked) for case in _cases(phrase))
    found = [spelling for spelling in spellings if spelling != word and words.row(spelling) is not None]
    return (found or _labelled(spellings, words))[:most] or _few_edits_away(word, words, most)


def _labelled(spellings: Iterable[str], words: Words) -> list[str]:
    """Return the words that are one of ``spellings`` with a label of the vocabulary, in row order."""
    if not len(words):
        return []
    before: Counter[str] = Counter()
    behind: Counter[str] = Counter()
    for row in range(0, len(words), max(len(words) // _WORDS_LOOKED_AT, 1)):
        word = words[row]
        before.update(_LABEL_BEFORE.findall(word))
        behind.update(_LABEL_BEHIND.findall(word))
    rows = {
        words.row(labelled)
        for spelling in spellings
        for labelled in (
            *(f"{label}{spelling}" for label, _ in before.most_common(_MOST_LABELS)),
            *(f"{spelling}{label}" for label, _ in behind.most_common(_MOST_LABELS)),
        )
    }
    return [words[row] for row in sorted(row for row in rows if row is not None)]


def _phrases(word: str, asked: Sequence[str]) -> list[str]:
    """Return ``word``, and what it makes with the words before and behind it, joined as phrases are."""
    phrases = [word, word.replace(" ", "_"), word.replace("-", "_"), word.replace(" ", "")]
    for at, other in enumerate(asked):
        if other == word:
            phrases += ["_".join(pair) for pair in (asked[max(at - 1, 0) : at + 1], asked[at : at + 2])]
    return phrases


def _cases(phrase: str) -> tuple[str, ...]:
    return phrase, phrase.lower(), phrase.capitalize(), phrase.title(), phrase.upper()


def _few_edits_away(word: str, words: Words, most: int) -> list[str]:
    """Return words at one edit, then at two: a letter more, less or other, or two neighbours that changed places."""
    if len(word) < 2:  # one edit away is everything
        return []
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    edits = 2 if len(word) >= _SHORTEST_FOR_TWO_EDITS else 1
    by_distance: dict[float, list[str]] = {1: [], 2: []}
    for piece in words.pieces():
        for candidate, distance, _ in extract(word, piece, scorer=OSA.distance, score_cutoff=edits, limit=None):
            # Who mistypes a word twice still begins it right.
            if distance < 2 or candidate[:1] == word[:1]:
                by_distance[distance].append(candidate)
        if len(by_distance[1]) >= most:  # what comes is less frequent
            break
    return (by_distance[1] + by_distance[2])[:most]
