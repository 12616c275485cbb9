"""A game: guess a secret word by how similar other words are to it, and by their ranks among its neighbours."""

from __future__ import annotations

import hashlib
import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from w2vcli.errors import BadSettings, UnknownWords
from w2vcli.models.directory import Model
from w2vcli.queries.search import most_similar, similarity
from w2vcli.queries.suggestions import explain

RANKED = 1000
# The first words of a vocabulary are function words; words that were seen a few dozen times have neighbours of chance.
_FUNCTION_WORDS = 200
_MOST_FREQUENT = 4000
_LEAST_COUNT = 50
_SHORTEST = {"HANGUL": 2, "CJK": 1}  # in syllables; one Hangul syllable is mostly a particle or an ending
_SHORTEST_ELSEWHERE = 3
_FIRST_CONSONANTS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_HANGUL_SYLLABLES = range(0xAC00, 0xD7A4)


@dataclass(frozen=True)
class Guess:
    """A word that was guessed: its number from 1, its cosine to the secret, and its rank among the neighbours.

    The rank is 0 for the secret itself, and None behind the first thousand.
    """

    guess: int
    word: str
    similarity: float
    rank: int | None

    @property
    def is_right(self) -> bool:
        """Tell whether it is the secret."""
        return self.rank == 0


@dataclass
class Game:
    """A game with one secret: the row of its word. ``guesses`` are those so far, by their words."""

    model: Model
    secret: int
    guesses: dict[str, Guess] = field(default_factory=dict)
    hints: int = 0

    def __post_init__(self) -> None:
        """Find the neighbours of the secret."""
        self.word = self.model.words[self.secret]
        self.nearest = most_similar(self.model, [self.word], topn=RANKED)
        self._ranks = {neighbour.word: rank for rank, neighbour in enumerate(self.nearest, 1)}

    @property
    def best(self) -> Guess | None:
        """The guess that is nearest to the secret."""
        return max(self.guesses.values(), key=lambda guess: guess.similarity, default=None)

    def guess(self, typed: str) -> Guess:
        """Return how near a word is. One that was guessed before keeps its number.

        Raises
        ------
        UnknownWords
            If the model does not have it.
        """
        row = self.model.words.row(typed)
        if row is None:
            row = self.model.words.row(typed.lower())
        if row is None:
            raise UnknownWords({typed: explain(typed, self.model)})
        word = self.model.words[row]
        if word not in self.guesses:
            is_right = row == self.secret
            cosine = 1.0 if is_right else similarity(self.model, self.word, word)
            rank = 0 if is_right else self._ranks.get(word)
            self.guesses[word] = Guess(len(self.guesses) + 1, word, cosine, rank)
        return self.guesses[word]

    def hint(self) -> str | None:
        """Return a neighbour half as far from the secret as the best guess; None if there is none between them."""
        self.hints += 1
        best = self.best
        rank = len(self.nearest) + 1 if best is None or best.rank is None else best.rank
        return self.nearest[rank // 2 - 1].word if rank > 1 and self.nearest else None

    def beginning(self) -> str:
        """Return with what the secret begins: its first letter, of a Hangul syllable the first consonant."""
        first = unicodedata.normalize("NFC", self.word)[0]
        if ord(first) in _HANGUL_SYLLABLES:
            return _FIRST_CONSONANTS[(ord(first) - _HANGUL_SYLLABLES.start) // (21 * 28)]
        return first


def choose_secret(model: Model, seed: str) -> int:
    """Return the row of a secret: of the same model and seed it is always the same.

    It is a frequent word of letters alone, in lower case, but none of the most frequent, which are function words.

    Raises
    ------
    BadSettings
        If the model has no such word.
    """
    rows = list(_candidates(model))
    if not rows:
        raise BadSettings(f"{model.name} has no word to guess: none is of lower-case letters alone")
    number = int.from_bytes(hashlib.sha256(f"w2v game {seed}".encode()).digest()[:8], "big")
    start = number % len(rows)
    for row in rows[start:] + rows[:start]:
        word = model.words[row]
        if not math.isnan(similarity(model, word, word)):  # as that of a vector of zeros is
            return row
    raise BadSettings(f"{model.name} has no word to guess: their vectors are all zero")


def _candidates(model: Model) -> Iterator[int]:
    """Yield the rows of words that may be a secret."""
    size = len(model.words)
    # In a small vocabulary, fewer of the first are passed over, and fewer are left out for their counts.
    first, last = min(_FUNCTION_WORDS, size // 10), min(_MOST_FREQUENT, size)
    if model.counts is not None:
        often = int((model.counts[:last] >= _LEAST_COUNT).sum())
        last = max(often, min(last, 2 * first))
    for row in range(first, last):
        word = model.words[row]
        if word.isalpha() and word == word.lower() and _is_long_enough(unicodedata.normalize("NFC", word)):
            yield row


def _is_long_enough(word: str) -> bool:
    """Tell whether a word has enough letters in its script. Of Hangul only syllables count: ㅋㅋ is no word."""
    script = unicodedata.name(word[0], "").partition(" ")[0]
    if script == "HANGUL" and not all(ord(letter) in _HANGUL_SYLLABLES for letter in word):
        return False
    return len(word) >= _SHORTEST.get(script, _SHORTEST_ELSEWHERE)
