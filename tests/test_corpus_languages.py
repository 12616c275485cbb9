from __future__ import annotations

import sys

import pytest

from w2vcli.corpus.tokenizers import TOKENIZERS
from w2vcli.errors import MissingExtra


def tokens(name: str, text: str) -> list[str]:
    return next(iter(TOKENIZERS[name].compile()([text])))


def test_korean_is_cut_into_morphemes_with_verbs_as_in_a_dictionary() -> None:
    pytest.importorskip("kiwipiepy")
    assert tokens("korean", "소녀를 만났다!") == ["소녀", "를", "만나다", "었", "다"]
    assert tokens("korean-tags", "영화가 재미있다.") == ["영화/NNG", "가/JKS", "재미있다/VA", "다/EF"]
    assert TOKENIZERS["korean"].version().startswith("kiwipiepy ")


@pytest.mark.parametrize(("word", "content"), [("배우를", "배우"), ("재미있다", "재미있다"), ("소녀에게서", "소녀")])
def test_what_is_asked_has_no_particles(word: str, content: str) -> None:
    pytest.importorskip("kiwipiepy")
    compile_content = TOKENIZERS["korean"].compile_content
    assert compile_content is not None
    assert compile_content()(word) == [content]


def test_chinese_words() -> None:
    pytest.importorskip("jieba")
    assert tokens("chinese", "我喜欢北京大学。") == ["我", "喜欢", "北京大学"]
    assert TOKENIZERS["chinese"].version().startswith("jieba ")


def test_japanese_words_of_any_number() -> None:
    pytest.importorskip("sudachipy")
    pytest.importorskip("sudachidict_core")
    assert tokens("japanese", "彼女は本を読んだ。") == ["彼女", "は", "本", "を", "読む", "だ"]
    assert tokens("japanese", "本を" * 10_000) == ["本", "を"] * 10_000  # more than Sudachi takes at once
    assert "sudachidict_core" in TOKENIZERS["japanese"].version()


@pytest.mark.parametrize(
    ("name", "module", "extra"),
    [
        ("korean", "kiwipiepy", "korean"),
        ("korean-tags", "kiwipiepy", "korean"),
        ("chinese", "jieba", "chinese"),
        ("japanese", "sudachidict_core", "japanese"),
    ],
)
def test_a_missing_library_is_told_with_its_extra(
    monkeypatch: pytest.MonkeyPatch, name: str, module: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=rf"pip install 'w2vcli\[{extra}\]'"):
        TOKENIZERS[name].compile()
