from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vcli.corpus import batches, corpus_words
from w2vcli.corpus.batches import Batch, BatchTokenizer, TokenizerConfig, tokenize_all
from w2vcli.corpus.corpus_words import CorpusWords
from w2vcli.corpus.sentences import Piece, pieces
from w2vcli.corpus.text_kernel import load_text_kernel
from w2vcli.corpus.tokenizers import WORD_RULES
from w2vcli.errors import BadCorpus

pytestmark = pytest.mark.skipif(load_text_kernel() is None, reason="LLVM cannot be loaded")

_WALKED = ["unicode", "whitespace", "characters", "subwords"]
# What the rules tell apart: letters of middle dots and of Hebrew, links, marks, joiners, what is left out, what ends a
# sentence and closes it, blanks and line breaks, what changes its length in lower case or when it is composed.
_ODD = (
    "abLl·lL.!?…؟।。！？」』”）\"'’＇)]»\n\n\n \t\t  \r\x0b\x1c\x85\u2028\u3000_AZ09½²אבת״׳\u0301\u0300\u093f\u0930"
    "\u200c\u200d\u200d\xad\xad\ufe0f\u200e\U000e0100İΣσς가각한\u1100\u1161\u11a8é😀\U00020000\ud800,;-"
)
_PARTS = [*_ODD, "stop", "12", "1,000", "3.14", " . ", "'s", "aa", "e\u0301"]
_TEXTS = st.lists(st.sampled_from(_PARTS)).map("".join)


def config(tokenizer: str, **given: Any) -> TokenizerConfig:
    return TokenizerConfig(
        **{
            "tokenizer": tokenizer,
            "lowercase": False,
            "keep_numbers": True,
            "stop_words": (),
            "word_rules": WORD_RULES,
            **given,
        }
    )


def compiled(of: TokenizerConfig, text: list[Piece]) -> Batch:
    """Return the batch of the compiled loop."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "_CHARACTERS_BEFORE_COMPILING", -1)
        tokenizer = BatchTokenizer(of)
        batch = tokenizer.tokenize(text)
    assert tokenizer.is_compiled()
    return batch


def by_patterns(of: TokenizerConfig, text: list[Piece]) -> Batch:
    """Return the batch that Python's regular expressions give."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "_WALKED", set())
        return BatchTokenizer(of).tokenize(text)


def require_same(one: Batch, other: Batch) -> None:
    assert [*one.words] == [*other.words]
    assert len(one.words) == len(other.words)
    for name in ("ids", "ends", "places", "document_ends"):
        mine, theirs = getattr(one, name), getattr(other, name)
        assert mine.dtype == theirs.dtype
        assert mine.tolist() == theirs.tolist(), name
    assert one[5:] == other[5:]


@given(
    st.builds(
        config,
        st.sampled_from(_WALKED),
        lowercase=st.booleans(),
        keep_numbers=st.booleans(),
        stop_words=st.sampled_from([(), ("stop", "a", "12")]),
    ),
    st.lists(
        st.builds(Piece, st.lists(st.sampled_from(_PARTS)).map("".join), st.booleans(), st.booleans()), max_size=4
    ),
)
def test_the_compiled_loop_makes_the_tokens_and_places_of_the_patterns(of: TokenizerConfig, text: list[Piece]) -> None:
    require_same(compiled(of, text), by_patterns(of, text))


@pytest.mark.parametrize("tokenizer", ["unicode", "whitespace", "characters"])
def test_it_knows_each_character_of_unicode(tokenizer: str) -> None:
    """Each stands between letters, behind a full stop and before a blank."""
    # All but the middle of scripts with thousands of letters, such as Hangul and Chinese.
    points = [*range(0x3400), *range(0xA000, 0xAC10), *range(0xD7A0, 0xE010), *range(0xF900, 0x12000)]
    points += [0x4E00, 0x1D165, 0x1D7CE, 0x1F600, 0x20000, *range(0xE0000, 0xE0200), 0x10FFFF]
    text = [
        Piece("".join(f"{chr(point)} a{chr(point)}b .{chr(point)} " for point in some), False, True)
        for some in np.array_split(points, 4)
    ]
    require_same(compiled(config(tokenizer), text), by_patterns(config(tokenizer), text))


def test_words_find_room_however_many_and_long_they_are() -> None:
    words = [f"{number:x}" for number in range(30_000)] + [
        "x" * 2_000_000,
        "y" * 7,
        "y" * 8,
        "y" * 9,
        "y" * 16,
        "y" * 17,
    ]
    text = [Piece(" ".join(words + words[::-1]), False, True)]
    batch = compiled(config("whitespace"), text)
    assert [*batch.words] == words
    assert batch.ids.tolist() == [*range(len(words)), *reversed(range(len(words)))]


def test_threads_give_the_batches_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(f"Word{n % 97} and 단어{n % 31}. " + "\n" * (n % 5 == 0) for n in range(3000))
    parts = [text[at : at + 1000] for at in range(0, len(text), 1000)]
    monkeypatch.setattr(batches, "_CHARACTERS", 4000)
    monkeypatch.setattr(batches, "_CHARACTERS_BEFORE_COMPILING", 10_000)
    monkeypatch.setattr(batches, "processors", lambda: 2)
    together = [*tokenize_all(pieces(parts), config("unicode"))]
    monkeypatch.setattr(batches, "_WALKED", set())
    alone = [*tokenize_all(pieces(parts), config("unicode"))]
    assert len(together) > 10
    for one, other in zip(together, alone, strict=True):
        require_same(one, other)


@pytest.mark.parametrize("looked_up_before", [0, 3, 1 << 40])
def test_words_of_a_corpus_have_the_ids_of_their_first_appearance(
    looked_up_before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus_words, "_LOOKED_UP_BEFORE_COMPILING", looked_up_before)
    words = CorpusWords()
    assert words.ids_of(["b", "한글", "a"]).tolist() == [0, 1, 2]
    assert words.ids_of(["c", "a", "d", "b"]).tolist() == [3, 2, 4, 0]
    assert (len(words), words.joined().decode()) == (5, "b\n한글\na\nc\nd\n")
    assert words.ids_of(["y", "x\ud800"]).tolist() == [5, 6]
    with pytest.raises(BadCorpus, match=r"^x\\ud800 is no text in UTF-8"):
        words.joined()


@pytest.mark.parametrize("odd", ["", "a\nb"])
def test_what_is_no_word_in_a_file_of_lines_is_refused(odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus_words, "_LOOKED_UP_BEFORE_COMPILING", 0)
    with pytest.raises(BadCorpus, match="is no word"):
        CorpusWords().ids_of(["a", odd])
