"""Fonts that have the characters of the labels: Hangul, Han, Cyrillic and so on.

matplotlib takes a list of font families and draws each character with the first one that has it. This module finds
the shortest such list among the fonts that are installed, and says which characters no font has.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from w2vcli.errors import MissingFont
from w2vcli.escaping import escape_characters, visible

_FIRST = "DejaVu Sans"  # comes with matplotlib
_INVISIBLE = {0x200C, 0x200D, *range(0xFE00, 0xFE10)}  # joiners, and selectors of a variant of a character
_SPACE = "Zs"
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters without ink: fillers of Hangul, the blank of Braille
# The script, as it stands in the names that Unicode gives its characters, and a font to install for it. The first
# row that fits is taken, and the last one fits all.
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
    """The ``families`` to draw with, in matplotlib's order of trial, and the characters ``missing`` in all of them."""

    families: list[str]
    missing: frozenset[str]

    def can_draw(self, text: str) -> bool:
        """Tell whether the fonts have every character of a text."""
        return self.missing.isdisjoint(text)


def label_of(word: str) -> str:
    r"""Return ``word`` as it is drawn: on one line, with ``\\ufeff`` for a character that nobody could see.

    Escaped are the characters that `visible` escapes, and all others that have no ink. Those are blank letters, format
    characters such as U+FEFF, characters of private use, and unassigned ones. Joiners and variant selectors stay,
    since they shape the letters beside them.
    """
    shown = "".join(" " if unicodedata.category(c) == _SPACE else c for c in visible(word))
    unseen = "".join({c for c in shown if c in _BLANK or not (c.isprintable() or ord(c) in _INVISIBLE)})
    return escape_characters(shown, unseen)


def find_fonts(labels: Iterable[str]) -> Fonts:
    """Return font families that together have the characters of ``labels``, as far as installed fonts have them.

    matplotlib's own font comes first. Another one is added only for characters that all fonts before it lack.
    """
    from matplotlib import font_manager

    # Blanks and characters without ink need no font.
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
    """Return font families that together have every character of ``labels``, in matplotlib's order of trial.

    Raises
    ------
    MissingFont
        If no installed font has some of them. The message names a font to install.
    """
    found = find_fonts(labels)
    if found.missing:
        raise MissingFont(missing_characters(found.missing))
    return found.families


def find_label_fonts(words: Sequence[str], others: Sequence[str]) -> Fonts:
    """Return the fonts for a picture of ``words``, and of ``others`` such as the names of groups.

    A word that no font can write becomes a point without a label. Names of groups, and all words at once, cannot be
    left out like that.

    Raises
    ------
    MissingFont
        If no installed font can write one of ``others``, or any of the words. The message names all missing characters.
    """
    labels = list(map(label_of, words))
    fonts = find_fonts([*labels, *map(label_of, others)])
    if not all(map(fonts.can_draw, map(label_of, others))) or (labels and not any(map(fonts.can_draw, labels))):
        raise MissingFont(missing_characters(fonts.missing))
    return fonts


def missing_characters(missing: Iterable[str]) -> str:
    """Return a line that names the ``missing`` characters, and a font to install for each of their scripts."""
    of_font: dict[str, str] = {}
    for character in sorted(missing):
        name = unicodedata.name(character, "")  # such as "HANGUL SYLLABLE SO", which begins with the script
        font = next(font for script, font in _ADVICE if script in name)
        of_font[font] = of_font.get(font, "") + character
    shown = ", ".join(found[:10] + ("…" if len(found) > 10 else "") for found in of_font.values())
    wanted = "one, such as" if len(of_font) == 1 else "fonts, such as"
    return f"no installed font has these characters of the labels: {shown}; install {wanted} {' and '.join(of_font)}"


def _installed_fonts() -> Iterator[str]:
    """Yield the files of the installed fonts, upright sans serifs first.

    The system is asked, since matplotlib keeps its own list of fonts in a cache and misses those installed later.
    """
    from matplotlib import font_manager

    def oddness(path: str) -> tuple[bool, int, str]:
        name = Path(path).stem.lower()
        # There is no other way to tell without opening every font, of which there can be thousands.
        styled = any(
            style in name for style in ("bold", "italic", "oblique", "light", "thin", "black", "mono", "coding")
        )
        serif = any(style in name for style in ("serif", "myeongjo", "batang", "brush", "pen", "square", "round"))
        return styled, serif, path

    yield from sorted(font_manager.findSystemFonts(), key=oddness)


@cache
def _characters(path: str) -> set[int]:
    """Return the code points that the font in a file has, none if the file cannot be read."""
    from matplotlib.ft2font import FT2Font

    try:
        font = FT2Font(path)
    except RuntimeError:  # raised by FreeType for a font that it cannot read
        return set()
    # Fonts of colour emoji are bitmaps, which matplotlib cannot draw.
    return set(font.get_charmap()) if font.scalable else set()
