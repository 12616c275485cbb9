r"""Where in a text its tokens stand.

Tokens may be lemmas in lower case, phrases or parts of words: in ``"He LEFT New York."`` the tokens ``left`` and
``new_york`` are at 3-7 and 8-16. So a text is tokenized once more by what says where each word was found, and the
tokens are found again among these words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from w2vcli.corpus.batches import is_number
from w2vcli.corpus.reading import Reading
from w2vcli.corpus.sentences import Splitter
from w2vcli.corpus.tokenizer_names import SUBWORDS
from w2vcli.corpus.tokenizers import TOKENIZERS

_BEGINS_WORD = "▁"
_DELIMITER = "_"


class Span(NamedTuple):
    """From which character of a text to before which one something stands."""

    start: int
    stop: int


class SpanFinder:
    """Finds the spans of tokens in texts that were read in the same way."""

    def __init__(self, reading: Reading) -> None:
        tokenizer = TOKENIZERS[reading.tokenizer]
        self._splitter = Splitter(tokenizer, lowercase=reading.lowercase)
        self._words = tokenizer.compile_places_by(reading.word_rules)
        end = tokenizer.sentence_end
        self._end = None if end is None else re.compile(rf"(?:{end})\s*\Z")
        self._reading = reading
        self._stop_words = frozenset(reading.stop_words)
        self._find = _units if reading.tokenizer == SUBWORDS else _words_and_phrases

    def spans(self, text: str, tokens: Sequence[str]) -> list[Span | None]:
        """Return where each of the ``tokens`` of a text stands, None for one that is not found."""
        normal, origins = self._normalise(text)
        words = self._kept_words(normal)
        found = self._find(words, tokens)
        if None in found and (sentence := self._without_end(normal)) != normal:
            words = self._kept_words(sentence)
            found = self._find(words, tokens)
        if None in found and self._reading.tokenizer != SUBWORDS:
            found = _between(words, tokens, normal)
        if origins is None:
            return found
        return [span and Span(origins[span.start].start, origins[span.stop - 1].stop) for span in found]

    def _kept_words(self, text: str) -> list[tuple[str, int, int]]:
        return [word for word in self._words(text) if not self._is_left_out(word[0])]

    def _without_end(self, text: str) -> str:
        """Return a sentence without the mark that ends it, as it was tokenized if a blank stood behind.

        Kiwi heeds such marks: 샘 록웰! has a name, and without the mark there are two.
        """
        return text if self._end is None else self._end.sub("", f"{text} ", 1).rstrip()

    def _is_left_out(self, word: str) -> bool:
        return word in self._stop_words or (not self._reading.keep_numbers and is_number(word))

    def _normalise(self, text: str) -> tuple[str, list[Span] | None]:
        """Return a text as it is tokenized, and where each character of that comes from, None if each is in place."""
        whole = self._splitter.normalise(text)
        if len(whole) == len(text) and (text.isascii() or unicodedata.is_normalized("NFC", text)):
            return whole, None
        parts = [(self._splitter.normalise(text[start:stop]), Span(start, stop)) for start, stop in _clusters(text)]
        if "".join(part for part, _ in parts) != whole:  # no text is known of which this is so
            return whole, [Span(0, len(text))] * len(whole)
        return whole, [span for part, span in parts for _ in part]


def _clusters(text: str) -> Iterator[Span]:
    """Yield the parts of a text that may be composed apart: letters with their marks, syllables with their letters."""
    start = 0
    for at in range(1, len(text)):
        if not _joins(text[at]):
            yield Span(start, at)
            start = at
    if text:
        yield Span(start, len(text))


def _joins(character: str) -> bool:
    """Tell whether a character may be composed with the one before: a mark, or a vowel or final of Hangul."""
    return character > "\x7f" and (unicodedata.category(character)[0] == "M" or "\u1160" <= character <= "\u11ff")


Words = Sequence[tuple[str, int, int]]


def _words_and_phrases(words: Words, tokens: Sequence[str]) -> list[Span | None]:
    """Return the spans of tokens that are words, or phrases of consecutive ones."""
    found: list[Span | None] = []
    next_word = 0
    for token in tokens:
        at = next_word
        while at < len(words) and not (count := _how_many(words, at, token)):
            at += 1
        if at == len(words):
            found.append(None)
            continue
        found.append(Span(words[at][1], words[at + count - 1][2]))
        next_word = at + count
    return found


def _between(words: Words, tokens: Sequence[str], text: str) -> list[Span | None]:
    """Return the spans of tokens where some are none of the words; these lie between those that are.

    Kiwi makes other morphemes of a sentence without its context, and by earlier rules the last word of a text had none:
    보기 was one of them, and is 보 and 기 now. A token stands between its neighbours where it is spelt there. Else all
    between them is its span.
    """
    matcher = SequenceMatcher(None, [word[0] for word in words], tokens, autojunk=False)
    found: list[Span | None] = [None] * len(tokens)
    for first, at, count in matcher.get_matching_blocks():
        for offset in range(count):
            found[at + offset] = Span(*words[first + offset][1:])
    known = [at for at, span in enumerate(found) if span is not None]
    for at in range(len(tokens)) if known else ():
        if found[at] is not None:
            continue
        before, behind = found[at - 1] if at else None, next((found[later] for later in known if later > at), None)
        start, stop = before.stop if before else 0, behind.start if behind else len(text)
        form = tokens[at].partition("/")[0]
        place = text.find(form, start, stop)
        if place >= 0:
            found[at] = Span(place, place + len(form))
        elif text[start:stop].strip():
            blanks = len(text[start:stop]) - len(text[start:stop].lstrip())
            found[at] = Span(start + blanks, start + len(text[start:stop].rstrip()))
        else:
            found[at] = before or behind
    return found


def _how_many(words: Words, first: int, token: str) -> int:
    """Return how many words from the ``first`` on make a token, 0 if they do not."""
    joined = words[first][0]
    for count in range(1, len(words) - first + 1):
        if joined == token:
            return count
        if first + count == len(words) or not token.startswith(joined + _DELIMITER):
            return 0
        joined += _DELIMITER + words[first + count][0]
    return 0


def _units(words: Words, tokens: Sequence[str]) -> list[Span | None]:
    """Return the spans of subword units, the first of which in a word begins with ▁."""
    found: list[Span | None] = []
    next_word, word, done = 0, ("", 0, 0), 0
    for token in tokens:
        unit = token
        if token.startswith(_BEGINS_WORD):
            unit, done = token[1:], 0
            word = words[next_word] if next_word < len(words) else ("", 0, 0)
            next_word += 1
        if not word[0].startswith(unit, done):
            found.append(None)
            continue
        # The unit ▁ alone stands before its word.
        found.append(Span(word[1] + done, word[1] + max(done + len(unit), 1)))
        done += len(unit)
    return found
