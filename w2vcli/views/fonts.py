"""Fonts that have the characters of the labels: Hangul, Han, Cyrillic and so on.

matplotlib takes a list of font families and draws each character with the first one that has it. This module finds
the shortest such list among the fonts that are installed, and says which characters no font has and what brings them.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from w2vcli.escaping import escape_characters, visible
from w2vcli.models.registry import cache_folder
from w2vcli.reporting import SILENT, Reporter

# matplotlib lists the fonts of the machine in a folder of the home, and warns at each start that it cannot. In a
# container, and wherever else a home is read-only, the list goes to the folder of W2V_HOME. All that draws imports this
# module before matplotlib.
if os.environ.get("W2V_HOME") and not os.access(Path.home(), os.W_OK):
    os.environ.setdefault("MPLCONFIGDIR", str(cache_folder() / "matplotlib"))

_FIRST = "DejaVu Sans"  # comes with matplotlib
_INVISIBLE = {0x200C, 0x200D, *range(0xFE00, 0xFE10)}  # joiners, and selectors of a variant of a character
_SPACE = "Zs"
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters without ink: fillers of Hangul, the blank of Braille
_SHOWN = 10  # missing characters of a script

# Packages with a font in them, and its path within the package. Their fonts are not variable ones: FreeType would draw
# the Noto Sans CJK of `manimgx-fonts-cjk` hair-thin, and that of matplotlib 3.10 cannot open it. The versions that were
# chosen draw in PNG and PDF with matplotlib 3.10 and 3.11. All three are free (OFL, IPA) and need no other package.
# koreanize-matplotlib is of 2022, but its font, which is that of Debian's fonts-nanum, has all 11,172 syllables.
_FONT_FILES = {
    "matplotlib-fontja": "matplotlib_fontja/fonts/ipaexg.ttf",  # first, since all three have Kana
    "pylopdf-fonts-zh-cn": "pylopdf_fonts_zh_cn/NotoSansSC-Regular.otf",
    "koreanize-matplotlib": "koreanize_matplotlib/fonts/NanumGothic.ttf",
}


class Script(NamedTuple):
    """A script, and where its letters come from: a ``font``, Debian's package of it, and a ``package`` for pip."""

    name: str
    font: str
    debian: str
    package: str = ""

    @property
    def remedy(self) -> str:
        """What brings the script, first without root where that is possible: a command, or the name of a font."""
        copied = f"without root: copy its file into {_folder_for_fonts()}"
        font = f"the font {self.font} (Debian and Ubuntu: apt install {self.debian}; {copied})"
        # Where the package is installed already, its font lacks the characters.
        return f"pip install {self.package}, or {font}" if self.package and not _packaged(self.package) else font


def _noto(name: str, font: str = "Noto Sans") -> Script:
    return Script(name, font, "fonts-noto-core")


_HANGUL = Script("Hangul", "NanumGothic", "fonts-nanum", "koreanize-matplotlib")
_HAN = Script("Han", "Noto Sans CJK", "fonts-noto-cjk", "pylopdf-fonts-zh-cn")
_KANA = Script("Kana", "Noto Sans CJK", "fonts-noto-cjk", "matplotlib-fontja")
_OTHER_LETTERS = _noto("other letters")
_SYMBOLS = Script("symbols", "Symbola", "fonts-symbola")
# The script by a word in the name that Unicode gives a character, such as THAI CHARACTER KO KAI.
_SCRIPTS = (
    {"HANGUL": _HANGUL, "CJK": _HAN, "IDEOGRAPHIC": _HAN, "KANGXI": _HAN, "HIRAGANA": _KANA, "KATAKANA": _KANA}
    | {name.upper(): _noto(name) for name in ("Latin", "Greek", "Cyrillic")}
    | {
        name.upper(): _noto(name, f"Noto Sans {name}")
        for name in (
            *("Arabic", "Armenian", "Bengali", "Devanagari", "Ethiopic", "Georgian", "Gujarati", "Gurmukhi", "Hebrew"),
            *("Kannada", "Khmer", "Lao", "Malayalam", "Mongolian", "Myanmar", "Oriya", "Sinhala", "Tamil", "Telugu"),
            *("Thaana", "Thai"),
        )
    }
    | {"TIBETAN": _noto("Tibetan", "Noto Serif Tibetan")}
)


class Fonts(NamedTuple):
    """The ``families`` to draw with, in matplotlib's order of trial, and the characters ``missing`` in all of them."""

    families: list[str]
    missing: frozenset[str]

    def can_draw(self, text: str) -> bool:
        """Tell whether the fonts have every character of a text."""
        return self.missing.isdisjoint(text)

    def drawable(self, label: str) -> str:
        r"""Return a label that the fonts can draw, with ``\uc18c`` for a character that is missing."""
        return escape_characters(label, "".join(self.missing))

    @property
    def missing_scripts(self) -> dict[Script, str]:
        """The scripts of the missing characters, and for each of them the missing characters in order."""
        found: dict[Script, str] = {}
        for character in sorted(self.missing):
            script = script_of(character)
            found[script] = found.get(script, "") + character
        return found


def script_of(character: str) -> Script:
    """Return the script of a character by its Unicode name: Thai for THAI CHARACTER KO KAI.

    Letters of a script that has no row here are "other letters", and what is no letter is one of the "symbols".
    """
    words = re.split(r"[ -]", unicodedata.name(character, ""))
    is_letter = unicodedata.category(character)[0] in "LM"
    return next((_SCRIPTS[word] for word in words if word in _SCRIPTS), _OTHER_LETTERS if is_letter else _SYMBOLS)


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
    for path in _installed_fonts(missing) if missing else ():
        found = missing & _characters(path)
        if found:
            font_manager.fontManager.addfont(path)
            families.append(font_manager.FontProperties(fname=path).get_name())
            missing -= found
        if not missing:
            break
    return Fonts(families, frozenset(map(chr, missing)))


def find_fonts_to_draw(labels: Sequence[str], reporter: Reporter = SILENT, *, keeps_text: bool = False) -> Fonts:
    """Return the fonts for a picture in which every one of ``labels`` must stand, such as names of rows.

    Warns, with the remedies, if some characters are in no font. `Fonts.drawable` then escapes them. A picture that
    ``keeps_text`` lacks no character (see `w2vcli.views.pictures.keeps_text`).
    """
    fonts = find_fonts(labels)
    if keeps_text:
        return Fonts(fonts.families, frozenset())
    if fonts.missing:
        reporter.warn(f"characters are drawn as {fonts.drawable(min(fonts.missing))}, {_why(fonts)}")
    return fonts


def find_label_fonts(
    words: Sequence[str], others: Sequence[str], reporter: Reporter = SILENT, *, keeps_text: bool = False
) -> Fonts:
    """Return the fonts for a picture of ``words`` as points, and of ``others`` such as the names of groups.

    Warns, with the remedies, if some characters are in no font. A word with one becomes a point without a label. The
    others cannot be left out, so `Fonts.drawable` escapes them. A picture that ``keeps_text`` lacks no character
    (see `w2vcli.views.pictures.keeps_text`).
    """
    labels = list(map(label_of, words))
    fonts = find_fonts([*labels, *map(label_of, others)])
    if keeps_text:
        return Fonts(fonts.families, frozenset())
    if fonts.missing:
        without = sum(not fonts.can_draw(label) for label in labels)
        effect = f"{without:,} words have no label" if without else "names are drawn with escaped characters"
        reporter.warn(f"{effect}, {_why(fonts)}")
    return fonts


def _why(fonts: Fonts) -> str:
    """Return the second half of a warning: the scripts that are missing, each with its remedy, and a way around."""
    scripts = fonts.missing_scripts.items()
    shown = (
        f"{script.name} ({found[:_SHOWN]}{'…' * (len(found) > _SHOWN)}): {script.remedy}" for script, found in scripts
    )
    return f"since no installed font has {'; nor '.join(shown)}. A picture in SVG (-o NAME.svg) needs no font"


def _folder_for_fonts() -> str:
    """Return the folder in which matplotlib finds the fonts of a user."""
    return "~/Library/Fonts" if sys.platform == "darwin" else "~/.local/share/fonts"


@cache
def _packaged(package: str) -> str:
    """Return the path of the font in a package, empty if that is not installed.

    The package is not imported, since koreanize-matplotlib and matplotlib-fontja then change matplotlib's settings.
    """
    name, _, path = _FONT_FILES[package].partition("/")
    spec = find_spec(name)
    for folder in (spec and spec.submodule_search_locations) or ():
        if (font := Path(folder) / path).is_file():
            return str(font)
    return ""


def _installed_fonts(missing: set[int]) -> Iterator[str]:
    """Yield the files of the installed fonts in the order of trial.

    Those of packages come first, the one with the most ``missing`` characters before the others. So Chinese is drawn
    with one font, and not in part with the Han characters that NanumGothic has. Then come the fonts of the system,
    upright sans serifs first. The system is asked, since matplotlib keeps its own list of fonts in a cache and misses
    those installed later.
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

    packaged = filter(None, map(_packaged, _FONT_FILES))
    yield from sorted(packaged, key=lambda path: -len(missing & _characters(path)))
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
