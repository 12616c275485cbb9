from __future__ import annotations

import re

import pytest

from w2vcli.corpus.tokenizers import TOKENIZERS

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
    ],
)
def test_unicode_words(text: str, words: list[str]) -> None:
    assert list(unicode_words([text, "x"])) == [words, ["x"]]


def test_whitespace_takes_what_stands_between_blanks() -> None:
    assert list(TOKENIZERS["whitespace"].compile()([" a,b  c.\td \n"])) == [["a,b", "c.", "d"]]


@pytest.mark.parametrize("name", TOKENIZERS)
def test_each_tokenizer_stands_in_the_table_under_its_name(name: str) -> None:
    tokenizer = TOKENIZERS[name]
    assert tokenizer.name == name
    assert re.compile(tokenizer.sentence_end or "")
