from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2vcli.errors import BadSettings
from w2vcli.lessons import encodings
from w2vcli.lessons.distances import compare, compare_words, describe_array
from w2vcli.lessons.encodings import (
    OneHotVocabulary,
    choose_tokenizer,
    embed,
    encode,
    one_hot,
    own_vocabulary,
    untrained_vectors,
    vocabulary_of,
)
from w2vcli.models.directory import Model

CAT = ["the cat sat on the mat".split()]
TEXTS = st.lists(st.lists(st.sampled_from("abcdefg"), max_size=6), min_size=1, max_size=5)


def test_the_sentence_of_the_lecture() -> None:
    encoding = encode(CAT, own_vocabulary(CAT))
    assert [encoding.label(number) for number in range(1, 6)] == ["cat", "mat", "on", "sat", "the"]
    assert encoding.integers.tolist() == [[5, 1, 4, 3, 5, 2]]
    assert one_hot(encoding).tolist() == [
        [[0, 0, 0, 0, 1], [1, 0, 0, 0, 0], [0, 0, 0, 1, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 1], [0, 1, 0, 0, 0]]
    ]


@given(TEXTS, st.integers(1, 8) | st.none(), st.booleans())
def test_numbers_tell_the_words_again(texts: list[list[str]], length: int | None, pad_before: bool) -> None:
    vocabulary = vocabulary_of(list("abc"))
    encoding = encode(texts, vocabulary, length, pad_before=pad_before)
    width = max(map(len, texts)) if length is None else length
    assert encoding.integers.shape == (len(texts), width)
    for row, tokens, text in zip(encoding.integers, encoding.tokens, texts, strict=True):
        kept = [word if word in "abc" else "<UNK>" for word in text[:width]]
        padding = ["<PAD>"] * (width - len(kept))
        assert [encoding.label(number) for number in row] == (padding + kept if pad_before else kept + padding)
        assert [word for word in tokens if word != "<PAD>"] == text[:width]
    words = sum(min(len(text), width) for text in texts)
    assert encoding.padding == width * len(texts) - words
    assert encoding.unknown == sum(word not in "abc" for text in texts for word in text[:width])
    hot = one_hot(encoding)
    assert hot.shape == (len(texts), width, 4)
    assert hot.sum() == words
    np.testing.assert_array_equal(hot @ np.array([1, 2, 3, 4]), encoding.integers)


def test_a_word_that_comes_twice_in_a_vocabulary_keeps_its_first_place() -> None:
    assert encode([["a", "b"]], vocabulary_of(["b", "a", "b"])).integers.tolist() == [[2, 1]]


def test_one_hot_vectors_beyond_all_measure_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encodings, "_MOST_NUMBERS", 29)
    with pytest.raises(BadSettings, match="30 numbers"):
        one_hot(encode(CAT, own_vocabulary(CAT)))


def test_embeddings_are_the_rows_of_the_table_and_a_batch_gets_one_more_dimension() -> None:
    texts = [["a", "b", "c"], ["c", "x"]]
    table = np.arange(6, dtype=np.float32).reshape(3, 2) + 1
    encoding = encode(texts, vocabulary_of(["a", "b", "c"]))
    found = embed(encoding, table.__getitem__, lambda word: np.full(2, len(word), dtype=np.float32))
    assert found.shape == (2, 3, 2)
    assert found.tolist() == [[[1, 2], [3, 4], [5, 6]], [[5, 6], [1, 1], [0, 0]]]
    assert embed(encoding, table.__getitem__, lambda _: None)[1, 1].tolist() == [0, 0]


def test_untrained_vectors_are_as_word2vec_begins() -> None:
    found = untrained_vectors(2000, 4, 1)
    assert found.dtype == np.float32
    assert found.shape == (2000, 4)
    assert np.abs(found).max() <= 0.125
    assert np.abs(found).max() > 0.124
    np.testing.assert_array_equal(found, untrained_vectors(2000, 4, 1))
    assert (found != untrained_vectors(2000, 4, 2)).any()


def test_the_vocabulary_of_a_model_is_in_row_order(toy: Model) -> None:
    vocabulary: OneHotVocabulary = encodings.vocabulary_of_model(toy)
    assert (vocabulary.size, vocabulary.number("woman"), vocabulary.word(1)) == (8, 1, "woman")
    assert vocabulary.number("xyz") is None


def test_one_hot_vectors_are_all_equally_far_apart() -> None:
    vectors = np.array([[3.0, 0], [0, 4], [0, 0]])
    found = compare(["a", "b", "c"], vectors)
    assert [(one.word1, one.word2) for one in found] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert {one.one_hot_distance for one in found} == {math.sqrt(2)}
    assert {one.one_hot_similarity for one in found} == {0.0}
    assert [one.distance for one in found] == [5, 3, 4]
    assert found[0].similarity == 0
    assert math.isnan(found[1].similarity)


def test_the_words_of_a_text_are_compared_by_distance_and_cosine() -> None:
    encoding = encode([["a", "b", "x", "a"]], vocabulary_of(["a", "b"]))
    [found] = compare_words(encoding, lambda chosen: np.array([[[3.0, 0], [0, 4]]])[:, : chosen.integers.size])
    assert (found.word1, found.word2, found.distance, found.similarity) == ("a", "b", 5, 0)
    facts = describe_array(encoding, one_hot(encoding), "one-hot")
    assert (facts.shape, facts.vocabulary, facts.unknown, facts.padding) == ([1, 4, 3], 2, 1, 0)
    assert (facts.numbers, facts.zeros, facts.distance, facts.similarity) == (12, 8, [math.sqrt(2)] * 2, [0, 0])
    assert describe_array(encoding, encoding.integers, "integer").numbers is None
    assert encoding.unknown_words == ["x"]


def test_texts_are_tokenized_as_that_of_the_model_unless_asked_otherwise(toy: Model) -> None:
    assert choose_tokenizer(None)("The cat, sat.") == ["the", "cat", "sat"]
    assert choose_tokenizer(toy)("The cat") == ["The", "cat"]
    assert choose_tokenizer(toy, "whitespace", True)("The cat,") == ["the", "cat,"]
    with pytest.raises(BadSettings, match="--tokenizer subwords"):
        choose_tokenizer(toy, "subwords")
