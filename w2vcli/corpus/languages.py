"""Tokenizers for languages whose words are not what stands between blanks. Each needs an extra.

Korean 소녀가 왔다 (the girl came) has the morphemes 소녀, 가, 오다, 었 and 다. A token has a letter or a digit. So
punctuation is left out, as by the tokenizer ``unicode``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from warnings import catch_warnings, simplefilter

from w2vcli.errors import MissingExtra

Tokenize = Callable[[Sequence[str]], Iterable[list[str]]]
FindPlaces = Callable[[str], list[tuple[str, int, int]]]

_LETTER = re.compile(r"[^\W_]")
# Parts of speech that carry meaning: nouns, pronouns and numerals (N), verbs and adjectives but for the copula and
# auxiliaries (VV, VA), adverbs and determiners (M), interjections (IC), roots (XR), other scripts, numbers, and what
# Kiwi counts as one symbol, as ㅋㅋ. Particles and endings do not.
_KOREAN_CONTENT = re.compile(r"N|VV|VA|M|IC|XR|SL|SH|SN|SW|W_")
# Sudachi refuses text of 49,150 bytes, and a character has up to four.
_SUDACHI_CHARACTERS = 10_000


def korean() -> Tokenize:
    """Return Kiwi's morphemes."""
    return _kiwi(_lemma)


def korean_with_tags() -> Tokenize:
    """Return Kiwi's morphemes, each with its part of speech behind a slash."""
    return _kiwi(_tagged)


def korean_content() -> Callable[[str], list[str]]:
    """Return the function from a word to its morphemes without particles and endings."""
    return _kiwi_content(_lemma)


def korean_content_with_tags() -> Callable[[str], list[str]]:
    """Return the same with parts of speech."""
    return _kiwi_content(_tagged)


def korean_places() -> FindPlaces:
    """Return the function from a text to its morphemes and where they stand."""
    return _kiwi_places(_lemma)


def korean_places_with_tags() -> FindPlaces:
    """Return the same with parts of speech."""
    return _kiwi_places(_tagged)


def korean_version() -> str:
    """Return the versions of Kiwi and its model."""
    return _versions("korean", "kiwipiepy", "kiwipiepy_model")


def chinese() -> Tokenize:
    """Return jieba's words."""
    cutter = _open_jieba()
    return lambda sentences: (list(filter(_LETTER.search, cutter.cut(text))) for text in sentences)


def chinese_places() -> FindPlaces:
    """Return the function from a text to its words and where they stand."""
    cutter = _open_jieba()
    return lambda text: [word for word in cutter.tokenize(text) if _LETTER.search(word[0])]


def _open_jieba() -> Any:
    with catch_warnings():
        simplefilter("ignore")  # its regular expressions have escapes that Python no longer likes
        with _needed("chinese"):
            import jieba
    jieba.setLogLevel("ERROR")
    cutter = jieba.Tokenizer()
    from tempfile import TemporaryDirectory

    # It would keep its dictionary in a file that others may write, and load what they wrote.
    with TemporaryDirectory() as folder:
        cutter.tmp_dir = folder
        cutter.initialize()
    return cutter


def chinese_version() -> str:
    """Return the version of jieba."""
    return _versions("chinese", "jieba")


def japanese() -> Tokenize:
    """Return Sudachi's words in its longest units (mode C), as the dictionary has them."""
    places = japanese_places()
    return lambda sentences: ([word for word, _, _ in places(text)] for text in sentences)


def japanese_places() -> FindPlaces:
    """Return the function from a text to the same words and where they stand."""
    with _needed("japanese"):
        import sudachidict_core  # noqa: F401 - found by its name
        from sudachipy import Dictionary, SplitMode
    cutter = Dictionary(dict="core").tokenizer(mode=SplitMode.C)

    def words(text: str) -> Iterator[tuple[str, int, int]]:
        for start in range(0, len(text), _SUDACHI_CHARACTERS):
            for token in cutter.tokenize(text[start : start + _SUDACHI_CHARACTERS]):
                word = token.dictionary_form()
                if _LETTER.search(word):
                    yield word, start + token.begin(), start + token.end()

    return lambda text: list(words(text))


def japanese_version() -> str:
    """Return the versions of Sudachi and its dictionary."""
    return _versions("japanese", "sudachipy", "sudachidict_core")


@contextmanager
def _needed(extra: str) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise MissingExtra(f"{extra.capitalize()} words", extra) from error


def _versions(extra: str, *packages: str) -> str:
    from importlib.metadata import version

    with _needed(extra):
        return ", ".join(f"{package} {version(package)}" for package in packages)


def _open_kiwi() -> Any:
    with _needed("korean"):
        from kiwipiepy import Kiwi
    return Kiwi()


def _kiwi(form: Callable[[Any], str]) -> Tokenize:
    tokenize = _open_kiwi().tokenize

    def morphemes(sentences: Sequence[str]) -> Iterator[list[str]]:
        for tokens in tokenize(sentences):
            yield [form(token) for token in tokens if _LETTER.search(token.form)]

    return morphemes


def _kiwi_places(form: Callable[[Any], str]) -> FindPlaces:
    tokenize = _open_kiwi().tokenize

    def places(text: str) -> list[tuple[str, int, int]]:
        tokens = (token for token in tokenize(text) if _LETTER.search(token.form))
        return [(form(token), token.start, token.end) for token in tokens]

    return places


def _kiwi_content(form: Callable[[Any], str]) -> Callable[[str], list[str]]:
    tokenize = _open_kiwi().tokenize

    def content(word: str) -> list[str]:
        tokens = [token for token in tokenize(word) if _LETTER.search(token.form)]
        return [form(token) for token in tokens if _KOREAN_CONTENT.match(token.tag)] or [*map(form, tokens)]

    return content


def _lemma(token: Any) -> str:
    """Return the form of the dictionary: 오다 for 왔."""
    return str(token.lemma).replace(" ", "_")  # a name of two words is one token, as a phrase is


def _tagged(token: Any) -> str:
    """Return the form of the dictionary with its part of speech: 오다/VV."""
    return f"{_lemma(token)}/{token.tag.partition('-')[0]}"  # -I and -R tell irregular from regular stems
