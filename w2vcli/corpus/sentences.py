"""Text in pieces to sentences: where a sentence ends, whatever the length of the lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from typing import NamedTuple

from w2vcli.corpus.tokenizers import Tokenizer

# A longer run of text without a blank is cut, so that memory stays bounded.
_LONGEST_RUN = 1 << 20
# A run of this many combining marks is cut after each 30.
_LONG_RUN, _MARKS = 512, 30


class Piece(NamedTuple):
    """A piece of a text, in which no word and no sentence end is cut in two.

    ``join_lines`` says that only an empty line ends a sentence, not a line break. ``ends`` says that
    the text ends here, and its last sentence with it.
    """

    text: str
    join_lines: bool
    ends: bool


class Sentence(NamedTuple):
    """Text of a sentence, or of the beginning of one that goes on."""

    text: str
    ends: bool


class Lines:
    """Counts lines as they pass, in pieces: all of them, and those without a character to see."""

    def __init__(self) -> None:
        self.count = 0
        self.empty = 0
        self._seen = False  # something was seen on the running line
        self._running = False

    def count_in(self, pieces: Iterable[str]) -> Iterator[str]:
        """Yield the pieces of one text as they are; its last line ends with it."""
        for piece in pieces:
            *whole, rest = piece.split("\n")
            for line in whole:
                self._seen = self._seen or not (not line or line.isspace())
                self._end_line()
            self._running = self._running or bool(rest)
            self._seen = self._seen or not (not rest or rest.isspace())
            yield piece
        if self._running:
            self._end_line()

    def _end_line(self) -> None:
        self.count += 1
        self.empty += not self._seen
        self._seen = self._running = False


class Splitter:
    """Cuts pieces of text into sentences."""

    def __init__(self, tokenizer: Tokenizer, *, lowercase: bool = False) -> None:
        self._normalises = tokenizer.normalises
        self._lowercase = lowercase
        self._breaks = {
            join: re.compile("|".join(filter(None, (line_break, tokenizer.sentence_end))))
            for join, line_break in ((False, r"\n\s*"), (True, r"\n[ \t]*\n\s*"))
        }

    def split(self, piece: Piece) -> Iterator[Sentence]:
        """Yield the sentences of a piece; the last one ends if the text does."""
        *whole, last = self._breaks[piece.join_lines].split(self.normalise(piece.text))
        for text in whole:
            yield Sentence(text, ends=True)
        yield Sentence(last, piece.ends)

    def normalise(self, text: str) -> str:
        """Return ``text`` in the form in which it is cut into tokens."""
        if self._normalises and not text.isascii():
            text = unicodedata.normalize("NFC", _stream_safe(text))
        return text.lower() if self._lowercase else text


def _stream_safe(text: str) -> str:
    """Return ``text`` with long runs of combining marks cut by a combining grapheme joiner after each 30.

    So Unicode's Stream-Safe Text Format does with any longer one: to bring n marks into their order takes n * n
    steps. Here shorter ones stay as they are, so that a look at a few characters tells whether there may be any.
    """
    if not any(map(unicodedata.combining, text[::_LONG_RUN])):
        return text
    return re.sub(rf"\W{{{_LONG_RUN},}}", _cut_marks, text)


def _cut_marks(run: re.Match[str]) -> str:
    found = []
    for is_mark, characters in groupby(run[0], lambda character: unicodedata.combining(character) > 0):
        part = "".join(characters)
        if is_mark and len(part) >= _LONG_RUN:
            part = "\u034f".join(part[at : at + _MARKS] for at in range(0, len(part), _MARKS))
        found.append(part)
    return "".join(found)


def pieces(texts: Iterable[str], *, join_lines: bool = False) -> Iterator[Piece]:
    """Cut a text, which comes in any parts, into pieces."""
    rest = ""
    for part in texts:
        text, rest = _cut(rest + part)
        if text:
            yield Piece(text, join_lines, ends=False)
    yield Piece(rest, join_lines, ends=True)


def is_hard_wrapped(text: str) -> bool:
    """Tell whether the lines of a text look broken at a fixed width, as in plain-text books.

    They do if no more than one in a hundred is longer than 100 characters, and of the lines inside
    paragraphs (followed by a line that is not empty) most are nearly as long as the longest.
    """
    lines = text.split("\n")
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip())
    inside = [len(line.rstrip()) for line, after in pairwise(lines) if line.strip() and after.strip()]
    if len(inside) < 3:
        return False
    width = lengths[int(0.99 * (len(lengths) - 1))]
    full = sum(length >= 0.75 * width for length in inside)
    return 30 <= width <= 100 and full >= 0.7 * len(inside)


def _cut(text: str) -> tuple[str, str]:
    """Cut ``text`` before its last word, so that no word and no sentence end is cut in two."""
    end = len(text.rstrip())
    at = max(text.rfind(blank, 0, end) for blank in " \n\t")
    if at >= 0 or len(text) < _LONGEST_RUN:
        return text[: at + 1], text[at + 1 :]
    for is_between in (str.isspace, lambda character: not character.isalnum()):
        for at in range(end - 1, end - _LONGEST_RUN // 2, -1):
            if is_between(text[at]):
                return text[: at + 1], text[at + 1 :]
    return text, ""
