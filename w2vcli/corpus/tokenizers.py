"""The table of tokenizers: how a text is cut into sentences, and a sentence into tokens."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

_MARKS = {"Mn", "Mc", "Me"}


@dataclass(frozen=True)
class Tokenizer:
    """A way to cut text.

    ``compile`` gives a function from a piece of text to its tokens. ``sentence_end`` is a regular
    expression of what ends a sentence besides line breaks, or None if nothing does. ``joins_lines``
    says that in hard-wrapped text a sentence may go on over a line break; ``normalises`` that letters which may be
    written in several ways, such as Hangul from some systems, are brought to one (Unicode's NFC).
    """

    name: str
    description: str
    compile: Callable[[], Callable[[str], list[str]]]
    sentence_end: str | None
    joins_lines: bool
    normalises: bool


def _unicode_words() -> Callable[[str], list[str]]:
    marks = _marks()

    def words(text: str) -> list[str]:
        # A pattern of the marks that the text has is ten times faster than one of all there are.
        return _word_pattern("".join(sorted(marks.intersection(text)))).findall(text)

    return words


@cache
def _marks() -> frozenset[str]:
    """Return all combining marks."""
    return frozenset(chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in _MARKS)


@cache
def _word_pattern(marks: str) -> re.Pattern[str]:
    r"""Return the pattern of a word; ``marks`` are the combining marks to expect, which ``\w`` leaves out.

    An apostrophe between letters belongs to the word (don't, l'eau), as in Unicode's word boundaries.
    """
    return re.compile(rf"[\w{marks}]+(?:['’][\w{marks}]+)*")


# A full stop, question or exclamation mark with the quotes and brackets that close behind it ends a
# sentence before a blank; the full-width ones do so anywhere. A match starts where a run of such marks
# does: tried from each of its marks, a run of n would take n * n steps.
_SENTENCE_END = r"(?<![.!?…؟।])[.!?…؟।]+[\"'”’»)\]]*(?=\s)|[。！？]+[」』”）]*"

TOKENIZERS = {
    tokenizer.name: tokenizer
    for tokenizer in (
        Tokenizer(
            name="unicode",
            description="words of letters, digits, marks and _ of any script",
            compile=_unicode_words,
            sentence_end=_SENTENCE_END,
            joins_lines=True,
            normalises=True,
        ),
        Tokenizer(
            name="whitespace",
            description="whatever stands between blanks, for text that is tokenised already",
            compile=lambda: str.split,
            sentence_end=None,
            joins_lines=False,
            normalises=False,
        ),
    )
}
