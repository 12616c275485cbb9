from __future__ import annotations

import pytest
from matplotlib import font_manager

from w2vcli.errors import MissingFont
from w2vcli.views import fonts
from w2vcli.views.fonts import families_for


def test_what_matplotlibs_font_has_needs_no_other() -> None:
    assert families_for(["girl", "été", "Россия", "Ελλάδα", "a\u00a0b"]) == ["DejaVu Sans"]


def test_hangul_is_drawn_with_a_font_that_has_it() -> None:
    try:
        families = families_for(["소녀"])
    except MissingFont:
        pytest.skip("no font with Hangul is installed (Debian: fonts-nanum)")
    path = font_manager.findfont(families[-1], fallback_to_default=False)
    assert {ord("소"), ord("녀")} <= fonts._characters(path)


def test_a_missing_font_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_installed_fonts", lambda: iter(()))
    with pytest.raises(MissingFont, match=r"no installed font has .*: 녀소; install one, such as NanumGothic"):
        families_for(["girl", "소녀"])
    with pytest.raises(MissingFont, match="Noto Sans CJK"):
        families_for(["日本"])


@pytest.mark.parametrize(
    ("label", "font"),
    [("ｶﾅ", "Noto Sans CJK"), ("हिन्दी", "fonts-noto-core"), ("\U0001f389", "fonts-symbola"), ("\U0002a6d6", "CJK")],
)
def test_the_advice_is_by_script(monkeypatch: pytest.MonkeyPatch, label: str, font: str) -> None:
    monkeypatch.setattr(fonts, "_installed_fonts", lambda: iter(()))
    with pytest.raises(MissingFont, match=font):
        families_for([label])


def test_joiners_and_variants_need_no_font_of_their_own() -> None:
    assert families_for(["\u2764\ufe0f", "\u0645\u200c"]) == ["DejaVu Sans"]


def test_a_font_of_pictures_has_no_characters_that_can_be_drawn() -> None:
    paths = [path for path in font_manager.findSystemFonts() if "ColorEmoji" in path]
    if not paths:
        pytest.skip("no font of colour emoji is installed (Debian: fonts-noto-color-emoji)")
    assert fonts._characters(paths[0]) == set()


def test_a_file_that_is_no_font_has_no_characters(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("f") / "x.ttf"
    path.write_bytes(b"no font")
    assert fonts._characters(str(path)) == set()
