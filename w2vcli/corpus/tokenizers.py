"""The table of tokenizers: how text is split into sentences, and a sentence into tokens.

``king's men: 42!`` has the tokens ``king's``, ``men`` and ``42`` by the tokenizer ``unicode``. Punctuation is no token.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache

from w2vcli.corpus import languages
from w2vcli.corpus.tokenizer_names import SUBWORDS
from w2vcli.errors import MissingExtra

MARKS = {"Mn", "Mc", "Me"}

# Left out, since they change no word: the soft hyphen, the word joiner, marks of direction, selectors of variants.
IGNORED = frozenset(
    "\u00ad\u061c\u180e\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\ufeff"
) | {chr(number) for number in [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]}

# What belongs to a word between two of its letters, each with its pattern: apostrophes, the joiners (Persian and many
# scripts of India spell with them), the dot of Catalan's l·l, and the quotation mark of Hebrew's abbreviations.
# Unicode's word boundaries (UAX 29) have the full stop and the colon too. They are not here, since people forget the
# blank behind them: "end.Then" is two words.
_HEBREW_QUOTE = r"""(?<=[א-ת])["״](?=[א-ת])"""
_LINKS = {
    "'": "['’＇]",
    "’": "['’＇]",
    "＇": "['’＇]",
    "\u200c": "[\u200c\u200d]+",
    "\u200d": "[\u200c\u200d]+",
    "·": "(?<=[lL])·(?=[lL])",
    '"': _HEBREW_QUOTE,
    "״": _HEBREW_QUOTE,
    "׳": "׳(?=[א-ת])",
}
_ASCII_LINKS = "".join(filter(str.isascii, _LINKS))
# The number of the newest rules of what a word is. A model says by which rules it was trained, and a question is
# tokenized by the same ones. Rules 1 split a word at a joiner or a soft hyphen: "ex\u00adample" was two words. Up to
# rules 2 the last word of each text was tokenized by itself. A tokenizer that looks at the words before makes other
# tokens of it then: Kiwi made 일본 and 판 of 일본판 다이하드, where 일본판 is one word.
WORD_RULES = WHOLE_TEXTS = 3

Tokenize = Callable[[Sequence[str]], Iterable[list[str]]]
# From a text to its tokens, each with the character at which it begins and the one before which it stops.
FindPlaces = Callable[[str], list[tuple[str, int, int]]]


@dataclass(frozen=True)
class Tokenizer:
    """A way to tokenize text.

    ``compile`` returns a function from sentences to the tokens of each. ``version`` returns what the tokens depend on,
    such as the version of a dictionary. ``sentence_end`` is a regular expression without groups of what ends a sentence
    besides line breaks, or None if nothing does. The flags say:

    - ``joins_lines``: in hard-wrapped text a sentence may go on over a line break.
    - ``normalises``: letters that may be written in several ways get one (Unicode's NFC). Hangul from macOS is such.
    - ``has_threads``: the library works on several cores by itself.

    ``compile_content`` returns a function from a word in a question to its tokens that carry meaning. None means that
    all do. So 소녀를 (girl, as an object) is 소녀 without its particle. ``compile_places`` returns a function from a
    text to its tokens and where they stand. ``earlier`` has ``compile`` by the number of earlier rules (see
    `WORD_RULES`), and ``earlier_places`` has ``compile_places``.
    """

    name: str
    compile: Callable[[], Tokenize]
    version: Callable[[], str]
    sentence_end: str | None
    compile_places: Callable[[], FindPlaces]
    joins_lines: bool = True
    normalises: bool = True
    has_threads: bool = False
    compile_content: Callable[[], Callable[[str], list[str]]] | None = None
    earlier: Mapping[int, Callable[[], Tokenize]] = field(default_factory=dict)
    earlier_places: Mapping[int, Callable[[], FindPlaces]] = field(default_factory=dict)

    def compile_by(self, rules: int) -> Tokenize:
        """Return the function from sentences to their tokens by these or earlier rules."""
        return self.earlier.get(rules, self.compile)()

    def compile_places_by(self, rules: int) -> FindPlaces:
        """Return the function from a text to its tokens and their places, by these or earlier rules."""
        return self.earlier_places.get(rules, self.compile_places)()


def _unicode_words() -> Tokenize:
    """Return the words of the newest rules, by a pattern that is made for the characters of each batch."""

    def words(sentences: Sequence[str]) -> Iterable[list[str]]:
        if all(map(str.isascii, sentences)):  # which has no marks, and what is ignored neither
            links = {link for link in _ASCII_LINKS if any(link in sentence for sentence in sentences)}
            return map(_word_pattern("", frozenset(links)).findall, sentences)
        characters = set().union(*sentences)
        if not IGNORED.isdisjoint(characters):
            sentences = [ignored().sub("", sentence) for sentence in sentences]
        return map(_pattern_of_words(characters).findall, sentences)

    return words


def _pattern_of_words(characters: Set[str]) -> re.Pattern[str]:
    """Return the pattern of a word in texts of these characters.

    A pattern of the marks that a text has is ten times faster than one of all there are.
    """
    return _word_pattern("".join(sorted(_marks(characters) - IGNORED)), frozenset(_LINKS.keys() & characters))


def _marks(characters: Set[str]) -> set[str]:
    return {character for character in characters if unicodedata.category(character) in MARKS}


def _places_by(pattern_of: Callable[[Set[str]], re.Pattern[str]], *, ignoring: bool = True) -> FindPlaces:
    """Return what finds the places of words by the pattern for the characters of a text."""

    def places(text: str) -> list[tuple[str, int, int]]:
        characters = set(text)
        pattern = pattern_of(characters)
        if not ignoring or IGNORED.isdisjoint(characters):
            return [(found[0], *found.span()) for found in pattern.finditer(text)]
        left_out = {at for found in ignored().finditer(text) for at in range(*found.span())}
        at = [place for place in range(len(text)) if place not in left_out]
        matches = pattern.finditer("".join(map(text.__getitem__, at)))
        return [(found[0], at[found.start()], at[found.end() - 1] + 1) for found in matches]

    return places


@cache
def ignored() -> re.Pattern[str]:
    """Return the pattern of what is left out. A soft hyphen at the end of a line takes the line break along."""
    return re.compile(f"\u00ad[ \\t]*\\n[ \\t]*|[{''.join(sorted(IGNORED))}]")


@cache
def _word_pattern(marks: str, links: frozenset[str]) -> re.Pattern[str]:
    r"""Return the pattern of a word, which begins with a letter, a digit or ``_``.

    ``marks`` are the combining marks of the text, which ``\w`` leaves out. ``links`` are the characters of the text
    that are in `_LINKS`. Without either, the pattern is ``\w+``.
    """
    more = rf"[\w{marks}]"
    word = rf"\w{more}*" if marks else r"\w+"
    if not links:
        return re.compile(word)
    link = "|".join(sorted({_LINKS[character] for character in links}))
    end = rf"(?:(?<=[{marks}])\u200d)?" if marks and "\u200d" in links else ""
    return re.compile(rf"{word}(?:(?:{link}){more}+)*{end}")


def _characters() -> Tokenize:
    """Return letters and digits, each with its marks and joiners, as in Unicode's grapheme clusters (UAX 29)."""

    def characters(sentences: Sequence[str]) -> Iterable[list[str]]:
        found = set().union(*sentences)
        if not IGNORED.isdisjoint(found):
            sentences = [ignored().sub("", sentence) for sentence in sentences]
        return map(_pattern_of_characters(found).findall, sentences)

    return characters


def _pattern_of_characters(characters: Set[str]) -> re.Pattern[str]:
    more = "".join(sorted(_marks(characters - IGNORED) | {"\u200c", "\u200d"}))
    return re.compile(rf"[^\W_][{more}]*")


def _unicode_words_before_joiners() -> Tokenize:
    """Return the words of rules 1. Earlier models were trained by them, when a joiner did not belong to its word."""
    return lambda sentences: map(_pattern_before_joiners(set().union(*sentences)).findall, sentences)


def _pattern_before_joiners(characters: Set[str]) -> re.Pattern[str]:
    more = rf"[\w{''.join(sorted(_marks(characters)))}]+"
    return re.compile(rf"{more}(?:['’]{more})*")


def _split_at_blanks() -> Tokenize:
    return lambda sentences: map(str.split, sentences)


def _places_of_unicode_words() -> FindPlaces:
    return _places_by(_pattern_of_words)


def _places_of_words_before_joiners() -> FindPlaces:
    return _places_by(_pattern_before_joiners, ignoring=False)


def _places_of_characters() -> FindPlaces:
    return _places_by(_pattern_of_characters)


def _places_between_blanks() -> FindPlaces:
    return _places_by(lambda _: re.compile(r"\S+"), ignoring=False)


def _unicode_version() -> str:
    return f"Unicode {unicodedata.unidata_version}"


def _subwords_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"{_unicode_version()}, tokenizers {version('tokenizers')}"
    except PackageNotFoundError as error:
        raise MissingExtra("subword units", "subwords") from error


# A full stop, question or exclamation mark, with the quotes and brackets that close behind it, ends a sentence before a
# blank. A full-width one does so anywhere, since Chinese has no blanks. "a.b" and "2.5" end nothing. The look behind
# lets a match start only where a run of marks does: tried from each of its marks, a run of n would take n * n steps.
_SENTENCE_END = r"(?<![.!?…؟।])[.!?…؟।]+[\"'”’»)\]]*(?=\s)|[。！？]+[」』”）]*"

TOKENIZERS = {
    tokenizer.name: tokenizer
    for tokenizer in (
        Tokenizer(
            name="unicode",
            compile=_unicode_words,
            compile_places=_places_of_unicode_words,
            earlier={1: _unicode_words_before_joiners},
            earlier_places={1: _places_of_words_before_joiners},
            version=_unicode_version,
            sentence_end=_SENTENCE_END,
        ),
        Tokenizer(
            name="whitespace",
            compile=_split_at_blanks,
            compile_places=_places_between_blanks,
            version=_unicode_version,
            sentence_end=None,
            joins_lines=False,
            normalises=False,
        ),
        Tokenizer(
            name="korean",
            compile=languages.korean,
            compile_places=languages.korean_places,
            compile_content=languages.korean_content,
            version=languages.korean_version,
            sentence_end=_SENTENCE_END,
            has_threads=True,
        ),
        Tokenizer(
            name="korean-tags",
            compile=languages.korean_with_tags,
            compile_places=languages.korean_places_with_tags,
            compile_content=languages.korean_content_with_tags,
            version=languages.korean_version,
            sentence_end=_SENTENCE_END,
            has_threads=True,
        ),
        Tokenizer(
            name="chinese",
            compile=languages.chinese,
            compile_places=languages.chinese_places,
            version=languages.chinese_version,
            sentence_end=_SENTENCE_END,
        ),
        Tokenizer(
            name="japanese",
            compile=languages.japanese,
            compile_places=languages.japanese_places,
            version=languages.japanese_version,
            sentence_end=_SENTENCE_END,
        ),
        Tokenizer(
            name="characters",
            compile=_characters,
            compile_places=_places_of_characters,
            version=_unicode_version,
            sentence_end=_SENTENCE_END,
        ),
        # Words are split into units when all of them are known: see `w2vcli.corpus.bpe`.
        Tokenizer(
            name=SUBWORDS,
            compile=_unicode_words,
            compile_places=_places_of_unicode_words,
            earlier={1: _unicode_words_before_joiners},
            earlier_places={1: _places_of_words_before_joiners},
            version=_subwords_version,
            sentence_end=_SENTENCE_END,
        ),
    )
}
