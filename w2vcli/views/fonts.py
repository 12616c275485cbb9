"""Fonts that have the characters of the labels: Hangul, Han, Cyrillic and so on."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from w2vcli.errors import MissingFont

_FIRST = "DejaVu Sans"  # comes with matplotlib
_ADVICE = (
    (
        "HANGUL",
        "NanumGothic (Debian and Ubuntu: apt install fonts-nanum; Fedora: dnf install naver-nanum-gothic-fonts)",
    ),
    ("CJK", "Noto Sans CJK (Debian and Ubuntu: apt install fonts-noto-cjk)"),
    ("", "Noto Sans (Debian and Ubuntu: apt install fonts-noto)"),
)


def families_for(labels: Iterable[str]) -> list[str]:
    """Return font families that together have every character of ``labels``, for matplotlib's fallback.

    Each is asked which characters it has; what matplotlib's own font has is drawn in that one.

    Raises
    ------
    MissingFont
        If no installed font has some of them; the message names a font to install.
    """
    from matplotlib import font_manager

    missing = {ord(c) for label in labels for c in label if c.isprintable() and not c.isspace()}
    families = [_FIRST]
    missing -= _characters(font_manager.findfont(_FIRST))
    if not missing:
        return families
    for path in _installed_fonts():
        found = missing & _characters(path)
        if found:
            font_manager.fontManager.addfont(path)
            families.append(font_manager.FontProperties(fname=path).get_name())
            missing -= found
        if not missing:
            return families
    raise MissingFont(_message(missing))


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


def _characters(path: str) -> set[int]:
    """Return the code points that the font in a file has; none if the file cannot be read."""
    from matplotlib.ft2font import FT2Font

    try:
        return set(FT2Font(path).get_charmap())
    except RuntimeError:  # FreeType's word for a font it cannot read
        return set()


def _message(missing: set[int]) -> str:
    characters = "".join(map(chr, sorted(missing)))
    names = [unicodedata.name(character, "") for character in characters]
    font = next(font for script, font in _ADVICE if any(script in name for name in names))
    shown = characters[:10] + ("…" if len(characters) > 10 else "")
    return f"no installed font has these characters of the labels: {shown}; install one, such as {font}"
