from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from w2vcli.corpus.tokenizers import TOKENIZERS, WORD_RULES

unicode_words = TOKENIZERS["unicode"].compile()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The queen's crown, 1,000 pearls!", ["The", "queen's", "crown", "1", "000", "pearls"]),
        ("don’t 'quoted' rock 'n' roll", ["don’t", "quoted", "rock", "n", "roll"]),
        ("new_york well-known", ["new_york", "well", "known"]),
        ("소녀가 사과를 먹었다.", ["소녀가", "사과를", "먹었다"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),  # vowel signs are marks, which \w alone would cut out
        ("cafe\u0301", ["cafe\u0301"]),
        ("Ελλάδα Россия 日本", ["Ελλάδα", "Россия", "日本"]),
        ("-- ... !", []),
        ("می\u200cخواهم کتاب\u200cها را", ["می\u200cخواهم", "کتاب\u200cها", "را"]),  # Persian, with ZWNJ
        ("ශ්\u200dරී ලංකා", ["ශ්\u200dරී", "ලංකා"]),  # Sinhala, with ZWJ
        ("র\u200d্যাব নামে", ["র\u200d্যাব", "নামে"]),  # Bengali, with ZWJ before the virama
        ("അവന്\u200d വന്നു", ["അവന്\u200d", "വന്നു"]),  # an older spelling of Malayalam, with ZWJ at the end
        ("کتاب\u200c را", ["کتاب", "را"]),  # a joiner that joins nothing
        ("ex\xadam\xadple", ["example"]),
        ("wo\u2060rd zero\u200bwidth \u200eleft\u200f", ["word", "zero", "width", "left"]),
        ("hy\xad\n  phen", ["hyphen"]),
        ("❤\ufe0f \ufe0f ☺ 葛\U000e0100飾", ["葛飾"]),  # selectors of variants
        ("col·lega L·L 문화·예술", ["col·lega", "L·L", "문화", "예술"]),
        ('צה"ל "שלום" צ׳ק', ['צה"ל', "שלום", "צ׳ק"]),
        ("п'ять rock＇n", ["п'ять", "rock＇n"]),
        ("\u0301 \u0301a", ["a"]),  # a mark that stands on nothing
    ],
)
def test_unicode_words(text: str, words: list[str]) -> None:
    assert list(unicode_words([text, "x"])) == [words, ["x"]]


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("我喜欢。你 A1_?", ["我", "喜", "欢", "你", "A", "1"]),
        ("हिन्दी", ["हि", "न्", "दी"]),
        ("e\u0301a\xadb 가", ["e\u0301", "a", "b", "가"]),
        ("ที่นี่", ["ที่", "นี่"]),
    ],
)
def test_characters_are_letters_and_digits_with_their_marks(text: str, characters: list[str]) -> None:
    assert list(TOKENIZERS["characters"].compile()([text, ""])) == [characters, []]


def test_whitespace_takes_what_stands_between_blanks() -> None:
    assert list(TOKENIZERS["whitespace"].compile()([" a,b  c.\td \n"])) == [["a,b", "c.", "d"]]


@pytest.mark.parametrize("name", TOKENIZERS)
def test_each_tokenizer_stands_in_the_table_under_its_name(name: str) -> None:
    tokenizer = TOKENIZERS[name]
    assert tokenizer.name == name
    assert re.compile(tokenizer.sentence_end or "")


def test_earlier_models_are_asked_by_the_rules_of_their_time() -> None:
    earlier = TOKENIZERS["unicode"].compile_by(1)
    assert list(earlier(["می\u200cخواهم ex\xadample"])) == [["می", "خواهم", "ex", "ample"]]
    assert list(TOKENIZERS["unicode"].compile_by(WORD_RULES)(["ex\xadample"])) == [["example"]]


_LETTERS = "abאבگیකරকখ한"


@given(st.text(alphabet=f"{_LETTERS}\u0dca\u09be\u09cd\u0301\u200c\u200d\xad\u2060\ufe0f'’ ,-", max_size=40))
def test_words_hold_together_where_unicodes_word_boundaries_say_so(text: str) -> None:
    """Two letters between which UAX 29 has no boundary are in one word, and a blank parts any two."""
    regex = pytest.importorskip("regex")
    assume(not re.search(f"['’][^{_LETTERS} ]|[^{_LETTERS} ]['’]", text))  # apostrophes with marks of their own
    together = [part for part in regex.split(r"(?w)\b", text) if any(letter in part for letter in _LETTERS)]
    (found,) = unicode_words([text])
    letters = [[c for c in word if c in _LETTERS] for word in found]
    expected = [[c for c in part if c in _LETTERS] for part in together]
    assert [one for one in letters if one] == [one for one in expected if one]


@given(st.text(alphabet="abé한글ක්රී \u200d'", max_size=30), st.data())
def test_a_word_is_the_same_with_and_without_what_is_not_seen(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    unseen = data.draw(st.sampled_from("\xad\u2060\ufeff\u200e\ufe0f"))
    assert list(unicode_words([text[:at] + unseen + text[at:]])) == list(unicode_words([text]))
