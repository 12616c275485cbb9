from __future__ import annotations

import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from matplotlib import font_manager

from tests.conftest import require
from w2vcli.reporting import Silent
from w2vcli.views import fonts
from w2vcli.views.fonts import find_fonts, find_fonts_to_draw, find_label_fonts, script_of

NO_FONTS = pytest.mark.usefixtures("only_matplotlibs_font")


class Warnings(Silent):
    """A reporter that keeps what it is warned of."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def warn(self, message: str) -> None:
        self.lines.append(message)


def test_what_matplotlibs_font_has_needs_no_other() -> None:
    labels = ["girl", "été", "Россия", "Ελλάδα", "a\u00a0b"]
    assert find_fonts(labels) == (["DejaVu Sans"], frozenset())


def test_hangul_is_drawn_with_a_font_that_has_it() -> None:
    found = find_fonts(["소녀"])
    if found.missing:
        pytest.skip("no font with Hangul is installed (pip install koreanize-matplotlib)")
    path = font_manager.findfont(found.families[-1], fallback_to_default=False)
    assert {ord("소"), ord("녀")} <= fonts._characters(path)


@pytest.mark.parametrize(
    ("package", "label", "family"),
    [
        ("koreanize-matplotlib", "소녀 뷁", "NanumGothic"),
        ("matplotlib-fontja", "女王かな", "IPAexGothic"),
        ("pylopdf-fonts-zh-cn", "王妃这们", "Noto Sans SC"),
    ],
)
def test_the_font_of_a_package_is_found_without_an_import(
    monkeypatch: pytest.MonkeyPatch, package: str, label: str, family: str
) -> None:
    module = package.replace("-", "_")
    require(module)
    monkeypatch.setattr(font_manager, "findSystemFonts", list)
    assert find_fonts([f"girl {label}"]) == (["DejaVu Sans", family], frozenset())
    assert module not in sys.modules


@NO_FONTS
def test_one_line_names_every_missing_script_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    heard = Warnings()
    found = find_label_fonts(["girl", "소녀", "กา", "🎉"], ["果物"], heard)
    assert not any(map(found.can_draw, ["소녀", "กา", "🎉", "果物"]))
    assert found.can_draw("girl")
    [line] = heard.lines
    assert "\n" not in line
    assert line.startswith("3 words have no label, since no installed font has Thai (กา): the font Noto Sans Thai (")
    assert "nor Han (果物): pip install pylopdf-fonts-zh-cn, or the font Noto Sans CJK (" in line
    assert "nor Hangul (녀소): pip install koreanize-matplotlib, or the font NanumGothic (" in line
    assert "apt install fonts-nanum; without root: copy its file into ~/.local/share/fonts)" in line
    assert "symbols (🎉): the font Symbola (" in line
    assert line.endswith("SVG (-o NAME.svg) needs no font")


@NO_FONTS
def test_of_many_characters_ten_are_named() -> None:
    heard = Warnings()
    find_label_fonts(["가각간갇갈갉갊감갑값갓"], [], heard)
    assert "Hangul (가각간갇갈갉갊감갑값…)" in heard.lines[0]


@NO_FONTS
def test_what_must_be_named_is_escaped_unless_its_reader_draws_it() -> None:
    heard = Warnings()
    found = find_fonts_to_draw(["왕 a"], heard)
    assert found.drawable("왕 a") == r"\uc655 a"
    assert heard.lines[0].startswith(r"characters are drawn as \uc655, since no installed font has Hangul (왕): ")
    heard = Warnings()
    assert find_fonts_to_draw(["왕 a"], heard, keeps_text=True).drawable("왕 a") == "왕 a"
    assert find_label_fonts(["왕"], ["소"], heard, keeps_text=True).missing == frozenset()
    assert heard.lines == []


# The languages with more than 40 million speakers that are not written in Latin, and some more.
@pytest.mark.parametrize(
    ("label", "script"),
    [
        *(("한글", "Hangul"), ("ㄱ", "Hangul"), ("ﾡ", "Hangul"), ("中国", "Han"), ("〇", "Han"), ("\U0002a6d6", "Han")),
        *(("かな", "Kana"), ("カナ", "Kana"), ("ｶﾅ", "Kana"), ("हिन्दी", "Devanagari"), ("मराठी", "Devanagari")),
        *(("عربي", "Arabic"), ("اردو", "Arabic"), ("বাংলা", "Bengali"), ("русский", "Cyrillic"), ("తెలుగు", "Telugu")),
        *(("தமிழ்", "Tamil"), ("ગુજરાતી", "Gujarati"), ("ಕನ್ನಡ", "Kannada"), ("മലയാളം", "Malayalam"), ("ଓଡ଼ିଆ", "Oriya")),
        *(("ਪੰਜਾਬੀ", "Gurmukhi"), ("ไทย", "Thai"), ("မြန်မာ", "Myanmar"), ("አማርኛ", "Ethiopic"), ("සිංහල", "Sinhala")),
        *(("ខ្មែរ", "Khmer"), ("ລາວ", "Lao"), ("עברית", "Hebrew"), ("ελληνικά", "Greek"), ("ქართული", "Georgian")),
        *(("հայերեն", "Armenian"), ("བོད", "Tibetan"), ("tiếng", "Latin"), ("ꮳꮃ", "other letters"), ("🎉⅓", "symbols")),
    ],
)
def test_every_character_has_the_script_of_its_language(label: str, script: str) -> None:
    assert {script_of(character).name for character in label} == {script}


def test_no_letter_of_a_large_script_is_taken_for_a_symbol() -> None:
    """Thai and many other names have no word LETTER: the category says what a letter is."""
    letters = [chr(code) for code in range(0x250, 0x1_0000) if unicodedata.category(chr(code)) in {"Lo", "Mn", "Mc"}]
    assert len(letters) > 40_000
    assert not [letter for letter in letters if script_of(letter).name == "symbols"]


def test_a_package_that_is_installed_is_no_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_packaged", lambda _: "/font.ttf")
    assert script_of("한").remedy.startswith("the font NanumGothic")
    monkeypatch.setattr(fonts, "_packaged", lambda _: "")
    assert script_of("한").remedy.startswith("pip install koreanize-matplotlib, or the font NanumGothic")


def test_where_a_font_goes_without_root_is_where_fonts_are_looked_for() -> None:
    [folder] = re.findall(r"without root: copy its file into ([^)]*)", script_of("ก").remedy)
    looked_in = font_manager.OSXFontDirectories if sys.platform == "darwin" else font_manager.X11FontDirectories
    assert str(Path(folder).expanduser()) in map(str, looked_in)


def test_joiners_and_variants_need_no_font_of_their_own() -> None:
    assert find_fonts(["\u2764\ufe0f", "\u0645\u200c"]) == (["DejaVu Sans"], frozenset())


def test_a_font_of_pictures_has_no_characters_that_can_be_drawn() -> None:
    paths = [path for path in font_manager.findSystemFonts() if "ColorEmoji" in path]
    if not paths:
        pytest.skip("no font of colour emoji is installed (Debian: fonts-noto-color-emoji)")
    assert fonts._characters(paths[0]) == set()


def test_a_file_that_is_no_font_has_no_characters(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("f") / "x.ttf"
    path.write_bytes(b"no font")
    assert fonts._characters(str(path)) == set()


def test_the_list_of_fonts_goes_to_the_folder_of_w2v_where_the_home_takes_no_files(tmp_path: Path) -> None:
    script = "import w2vcli.views.plot, matplotlib; print(matplotlib.get_cachedir())"
    environment = {**os.environ, "HOME": str(tmp_path / "none"), "W2V_HOME": str(tmp_path / "w2v")}
    environment.pop("MPLCONFIGDIR", None)
    run = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True, timeout=600
    )
    assert run.stdout.strip() == str(tmp_path / "w2v" / "cache" / "matplotlib")
    assert not run.stderr
    assert not (tmp_path / "none").exists()
