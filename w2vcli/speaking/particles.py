"""Korean particles, which go by the last sound of the word before them: 책을, 나무를, 서울로."""

from __future__ import annotations

import re

_FIRST, _LAST, _FINALS = 0xAC00, 0xD7A3, 28
_RIEUL = 8  # the place of ㄹ among the final consonants
_VOWELS = "aeiouy"
# How a digit is read ends with: 영 일 이 삼 사 오 육 칠 팔 구.
_DIGITS = dict(zip("0123456789", "nlvnvvnllv", strict=True))
# The letters whose names end with a consonant: 엘, 엠, 엔, 알.
_LETTERS = {"l": "l", "m": "n", "n": "n", "r": "l"}
# How English words end that Korean writes with a final consonant: 테이블, 네임, 라인, 킹, 맵, 북, 세트 is 셋.
_WORDS = re.compile(r"(?P<l>l|le)$|(?P<n>m|n|ng|me|ne|(?<=[aeiou])[ptkcb]|ck)$")
_LAST_WORD = re.compile(r"([A-Za-z]+|\d|[^\W\d_])[^\w]*$")


def with_particle(word: str, forms: str) -> str:
    """Return ``word`` with the one of two particles that goes with it; ``forms`` is ``을/를`` or ``으로/로``.

    The first is for a final consonant. Where nobody can tell how the word is read, both are written: ``を을(를)``.
    """
    closed, opened = forms.split("/")
    sound = _last_sound(word)
    if sound is None:
        return f"{word}{closed}({opened})"
    has_final = sound == "n" or (sound == "l" and not closed.startswith("으로"))
    return word + (closed if has_final else opened)


def _last_sound(word: str) -> str | None:
    """Return how a word ends: ``l`` with ㄹ, ``n`` with another consonant, ``v`` with a vowel; None if unknown."""
    if word.endswith("%"):  # 퍼센트
        return "v"
    found = _LAST_WORD.search(word)
    if not found:
        return None
    last = found[1]
    if last in _DIGITS:
        return _DIGITS[last]
    if not last.isascii():
        final = (ord(last) - _FIRST) % _FINALS
        return None if not _FIRST <= ord(last) <= _LAST else "v" if not final else "l" if final == _RIEUL else "n"
    if last.isupper() or not set(last.lower()) & set(_VOWELS):  # read letter by letter: CSV, txt
        return _LETTERS.get(last[-1].lower(), "v")
    ends = _WORDS.search(last.lower())
    return "v" if not ends else str(ends.lastgroup)
