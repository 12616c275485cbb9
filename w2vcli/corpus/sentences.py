"""Text in pieces to sentences of tokens: where a sentence ends, whatever the length of the lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from w2vcli.corpus.tokenizers import Tokenizer

# A longer run of text without a blank is cut, so that memory stays bounded.
_LONGEST_RUN = 1 << 20


class Tokens(NamedTuple):
    """Consecutive tokens of one sentence, and whether the sentence ends with them."""

    tokens: list[str]
    ends: bool


class Splitter:
    """Cuts texts into sentences of tokens."""

    def __init__(self, tokenizer: Tokenizer, *, lowercase: bool = False) -> None:
        self._tokens: Callable[[str], list[str]] = tokenizer.compile()
        self._sentence_end = tokenizer.sentence_end
        self._normalises = tokenizer.normalises
        self._lowercase = lowercase

    def split(self, pieces: Iterable[str], *, join_lines: bool = False) -> Iterator[Tokens]:
        """Yield the tokens of one text; its last sentence ends with it.

        A line break ends a sentence; with ``join_lines``, only an empty line does.
        """
        line_break = r"\n[ \t]*\n\s*" if join_lines else r"\n\s*"
        breaks = re.compile("|".join(filter(None, (line_break, self._sentence_end))))
        rest = ""
        for piece in pieces:
            text, rest = _cut(rest + piece)
            yield from self._split(text, breaks)
        yield from self._split(rest, breaks)
        yield Tokens([], ends=True)

    def _split(self, text: str, breaks: re.Pattern[str]) -> Iterator[Tokens]:
        if self._normalises:
            text = unicodedata.normalize("NFC", text)
        if self._lowercase:
            text = text.lower()
        *whole, last = breaks.split(text)
        for sentence in whole:
            yield Tokens(self._tokens(sentence), ends=True)
        yield Tokens(self._tokens(last), ends=False)


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
