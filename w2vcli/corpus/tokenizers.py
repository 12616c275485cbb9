"""The table of tokenizers: how a text is cut into sentences, and a sentence into tokens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from w2vcli.corpus import languages
from w2vcli.errors import MissingExtra

_MARKS = {"Mn", "Mc", "Me"}

Tokenize = Callable[[Sequence[str]], Iterable[list[str]]]


@dataclass(frozen=True)
class Tokenizer:
    """A way to cut text.

    ``compile`` gives a function from sentences to the tokens of each. ``version`` names what the tokens
    depend on. ``sentence_end`` is a regular expression of what ends a sentence besides line breaks, or
    None if nothing does. ``joins_lines`` says that in hard-wrapped text a sentence may go on over a line
    break; ``normalises`` that letters which may be written in several ways, such as Hangul from some
    systems, are brought to one (Unicode's NFC). ``has_threads`` says that it works on several cores by
    itself. ``compile_content``, where there is one, gives the function from a word that is asked for to
    those of its tokens that carry its meaning; else they all do.
    """

    name: str
    description: str
    compile: Callable[[], Tokenize]
    version: Callable[[], str]
    sentence_end: str | None
    joins_lines: bool = True
    normalises: bool = True
    has_threads: bool = False
    compile_content: Callable[[], Callable[[str], list[str]]] | None = None


def _unicode_words() -> Tokenize:
    def words(sentences: Sequence[str]) -> Iterable[list[str]]:
        # A pattern of the marks that the text has is ten times faster than one of all there are.
        marks = {character for character in set().union(*sentences) if unicodedata.category(character) in _MARKS}
        return map(_word_pattern("".join(sorted(marks))).findall, sentences)

    return words


@cache
def _word_pattern(marks: str) -> re.Pattern[str]:
    r"""Return the pattern of a word; ``marks`` are the combining marks to expect, which ``\w`` leaves out.

    An apostrophe between letters belongs to the word (don't, l'eau), as in Unicode's word boundaries.
    """
    return re.compile(rf"[\w{marks}]+(?:['’][\w{marks}]+)*")


def _split_at_blanks() -> Tokenize:
    return lambda sentences: map(str.split, sentences)


def _unicode_version() -> str:
    return f"Unicode {unicodedata.unidata_version}"


def _subwords_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"{_unicode_version()}, tokenizers {version('tokenizers')}"
    except PackageNotFoundError as error:
        raise MissingExtra("pieces of words", "subwords") from error


# A full stop, question or exclamation mark with the quotes and brackets that close behind it ends a
# sentence before a blank; the full-width ones do so anywhere. A match starts where a run of such marks
# does: tried from each of its marks, a run of n would take n * n steps.
_SENTENCE_END = r"(?<![.!?…؟।])[.!?…؟।]+[\"'”’»)\]]*(?=\s)|[。！？]+[」』”）]*"

SUBWORDS = "subwords"

TOKENIZERS = {
    tokenizer.name: tokenizer
    for tokenizer in (
        Tokenizer(
            name="unicode",
            description="words of letters, digits, marks and _ of any script",
            compile=_unicode_words,
            version=_unicode_version,
            sentence_end=_SENTENCE_END,
        ),
        Tokenizer(
            name="whitespace",
            description="whatever stands between blanks, for text that is tokenised already",
            compile=_split_at_blanks,
            version=_unicode_version,
            sentence_end=None,
            joins_lines=False,
            normalises=False,
        ),
        Tokenizer(
            name="korean",
            description="morphemes; verbs and adjectives in the form of the dictionary",
            compile=languages.korean,
            compile_content=languages.korean_content,
            version=languages.korean_version,
            sentence_end=_SENTENCE_END,
            has_threads=True,
        ),
        Tokenizer(
            name="korean-tags",
            description="the same with their parts of speech, as in 영화/NNG",
            compile=languages.korean_with_tags,
            compile_content=languages.korean_content_with_tags,
            version=languages.korean_version,
            sentence_end=_SENTENCE_END,
            has_threads=True,
        ),
        Tokenizer(
            name="chinese",
            description="words of Chinese",
            compile=languages.chinese,
            version=languages.chinese_version,
            sentence_end=_SENTENCE_END,
        ),
        Tokenizer(
            name="japanese",
            description="words of Japanese; verbs and adjectives in the form of the dictionary",
            compile=languages.japanese,
            version=languages.japanese_version,
            sentence_end=_SENTENCE_END,
        ),
        # Its words are cut into pieces when all of them are known: see `w2vcli.corpus.pieces`.
        Tokenizer(
            name=SUBWORDS,
            description="pieces of words, learnt on the corpus",
            compile=_unicode_words,
            version=_subwords_version,
            sentence_end=_SENTENCE_END,
        ),
    )
}
