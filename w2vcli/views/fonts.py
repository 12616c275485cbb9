"""Fonts that have the characters of the labels: Hangul, Han, Cyrillic and so on."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from w2vcli.errors import MissingFont
from w2vcli.escaping import escape_characters, visible

_FIRST = "DejaVu Sans"  # comes with matplotlib
_INVISIBLE = {0x200C, 0x200D, *range(0xFE00, 0xFE10)}  # joiners, and selectors of a variant of a character
_SPACE = "Zs"
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters without ink: fillers of Hangul, the blank of Braille
_ADVICE = (
    (
        "HANGUL",
        "NanumGothic (Debian and Ubuntu: apt install fonts-nanum; Fedora: dnf install naver-nanum-gothic-fonts)",
    ),
    ("CJK", "Noto Sans CJK (Debian and Ubuntu: apt install fonts-noto-cjk)"),
    ("HIRAGANA", "Noto Sans CJK (Debian and Ubuntu: apt install fonts-noto-cjk)"),
    ("KATAKANA", "Noto Sans CJK (Debian and Ubuntu: apt install fonts-noto-cjk)"),
    ("LETTER", "Noto Sans (Debian and Ubuntu: apt install fonts-noto-core)"),
    ("VOWEL", "Noto Sans (Debian and Ubuntu: apt install fonts-noto-core)"),
    ("", "Symbola (Debian and Ubuntu: apt install fonts-symbola)"),
)


class Fonts(NamedTuple):
    """Font families for matplotlib's fallback, and the characters that no installed font has."""

    families: list[str]
    missing: frozenset[str]

    def can_draw(self, text: str) -> bool:
        """Tell whether the fonts have every character of a text."""
        return self.missing.isdisjoint(text)


def label_of(word: str) -> str:
    r"""Return ``word`` as it is drawn: on one line, and what nobody could see in it as ``\\ufeff``.

    That are the characters that `visible` escapes, and others without a glyph: format characters but for the joiners,
    such as U+FEFF, which not every format can hold; characters of private use, and those that are not assigned.
    """
    shown = "".join(" " if unicodedata.category(c) == _SPACE else c for c in visible(word))
    unseen = "".join({c for c in shown if c in _BLANK or not (c.isprintable() or ord(c) in _INVISIBLE)})
    return escape_characters(shown, unseen)


def find_fonts(labels: Iterable[str]) -> Fonts:
    """Return font families that together have the characters of ``labels``, as far as installed fonts do.

    Each is asked which characters it has; what matplotlib's own font has is drawn in that one.
    """
    from matplotlib import font_manager

    missing = {ord(c) for label in labels for c in label if c.isprintable() and not c.isspace()}
    missing -= _INVISIBLE
    families = [_FIRST]
    missing -= _characters(font_manager.findfont(_FIRST))
    for path in _installed_fonts() if missing else ():
        found = missing & _characters(path)
        if found:
            font_manager.fontManager.addfont(path)
            families.append(font_manager.FontProperties(fname=path).get_name())
            missing -= found
        if not missing:
            break
    return Fonts(families, frozenset(map(chr, missing)))


def families_for(labels: Iterable[str]) -> list[str]:
    """Return font families that together have every character of ``labels``, for matplotlib's fallback.

    Raises
    ------
    MissingFont
        If no installed font has some of them; the message names a font to install.
    """
    found = find_fonts(labels)
    if found.missing:
        raise MissingFont(missing_characters(found.missing))
    return found.families


def missing_characters(missing: Iterable[str]) -> str:
    """Return a line that says which characters no installed font has, and for all scripts which fonts to install."""
    of_font: dict[str, str] = {}
    for character in sorted(missing):
        name = unicodedata.name(character, "")
        font = next(font for script, font in _ADVICE if script in name)
        of_font[font] = of_font.get(font, "") + character
    shown = ", ".join(found[:10] + ("…" if len(found) > 10 else "") for found in of_font.values())
    wanted = "one, such as" if len(of_font) == 1 else "fonts, such as"
    return f"no installed font has these characters of the labels: {shown}; install {wanted} {' and '.join(of_font)}"


def _installed_fonts() -> Iterator[str]:
    """Yield the files of the fonts installed now (matplotlib's own list may be old), upright sans serifs first."""
    from matplotlib import font_manager

    def oddness(path: str) -> tuple[bool, int, str]:
        name = Path(path).stem.lower()
        styled = any(
            style in name for style in ("bold", "italic", "oblique", "light", "thin", "black", "mono", "coding")
        )
        serif = any(style in name for style in ("serif", "myeongjo", "batang", "brush", "pen", "square", "round"))
        return styled, serif, path

    yield from sorted(font_manager.findSystemFonts(), key=oddness)


@cache
def _characters(path: str) -> set[int]:
    """Return the code points that the font in a file has; none if the file cannot be read."""
    from matplotlib.ft2font import FT2Font

    try:
        font = FT2Font(path)
    except RuntimeError:  # FreeType's word for a font it cannot read
        return set()
    return set(font.get_charmap()) if font.scalable else set()  # not so are colour emoji, which cannot be drawn
