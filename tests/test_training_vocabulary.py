from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gensim_oracle import Word2Vec
from w2vcli.corpus.encoded import EncodedCorpus, Read
from w2vcli.errors import BadCorpus
from w2vcli.training.settings import Settings
from w2vcli.training.text import Selection, all_sentences
from w2vcli.training.vocabulary import Vocabulary, make_vocabulary

texts = st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=60)


def make_corpus(tokens: list[str]) -> EncodedCorpus:
    words = list(dict.fromkeys(tokens))
    numbers = np.array([words.index(token) for token in tokens], dtype=np.int32)
    read = Read(1, 0, 0, 0, 0, 1, len(tokens), 0, 0, 0, len(tokens))
    return EncodedCorpus(Path("nowhere"), read, words, np.bincount(numbers), numbers, np.array([len(tokens)]))


def make_selection(tokens: list[str]) -> Selection:
    return all_sentences(make_corpus(tokens))


def vocabulary(
    text: str, min_count: int = 1, most: int | None = None, earlier: dict[str, int] | None = None
) -> Vocabulary:
    return make_vocabulary(make_selection(text.split()), Settings(min_count=min_count, max_final_vocab=most), earlier)


def test_frequent_words_come_first_and_of_equal_ones_the_one_that_appeared_last() -> None:
    found = vocabulary("rare b a c a c b common common common")
    assert found.words == ["common", "c", "a", "b", "rare"]
    assert found.counts.tolist() == [3, 2, 2, 2, 1]
    assert found.dropped == []


def test_words_below_min_count_are_dropped_with_their_counts() -> None:
    found = vocabulary("d b a c a c b a a b e", min_count=3)
    assert found.words == ["a", "b"]
    assert found.dropped == [("c", 2), ("e", 1), ("d", 1)]
    assert found.min_count == 3


def test_a_vocabulary_without_words_is_an_error_that_tells_the_most_frequent() -> None:
    with pytest.raises(BadCorpus, match=r"no word comes 3 times or more \(--min-count\); .* is b: 2"):
        vocabulary("a b b", min_count=3)


def test_max_final_vocab_that_no_word_survives_is_told_with_what_helps() -> None:
    message = "3 words come 2 times, .* --max-final-vocab 2 leaves no word; take --max-final-vocab 3 or more"
    with pytest.raises(BadCorpus, match=message):
        vocabulary("a b c c b a d", min_count=2, most=2)
    assert vocabulary("a b c c b a d", min_count=2, most=3).words == ["c", "b", "a"]
    with pytest.raises(BadCorpus, match=r"no word comes 5 times or more \(--min-count\)"):
        vocabulary("a b c c b a d", min_count=5, most=2)


def test_a_tree_of_one_word_is_refused() -> None:
    with pytest.raises(BadCorpus, match=r"a alone comes 2 times or more .* --hs 0 --negative 5"):
        make_vocabulary(make_selection(["a", "a", "b"]), Settings(min_count=2, hs=1, negative=0))
    assert make_vocabulary(make_selection(["a", "a", "b"]), Settings(min_count=1, hs=1, negative=0)).words == ["a", "b"]


def test_earlier_versions_put_the_word_first_that_appeared_first() -> None:
    text = make_selection("rare b a c a c b common common common".split())
    assert make_vocabulary(text, Settings(min_count=1), ties="first").words == [
        "common",
        "b",
        "a",
        "c",
        "rare",
    ]


@given(
    tokens=texts,
    min_count=st.integers(1, 4),
    most=st.none() | st.integers(1, 12),
    earlier=st.none() | st.dictionaries(st.sampled_from("hijklm"), st.integers(0, 9)),
)
def test_each_word_is_in_the_vocabulary_or_dropped_and_rows_say_where(
    tokens: list[str], min_count: int, most: int | None, earlier: dict[str, int] | None
) -> None:
    corpus = make_corpus(tokens)
    counts = Counter(tokens)
    counts.update(earlier or {})
    try:
        found = make_vocabulary(all_sentences(corpus), Settings(min_count=min_count, max_final_vocab=most), earlier)
    except BadCorpus:
        assert most is not None or max(counts.values()) < min_count
        return
    later = [*reversed([word for word in earlier or {} if word not in tokens])]
    order = [*dict.fromkeys(tokens), *later]
    ranked = sorted(order, key=lambda word: (-counts[word], -order.index(word)))
    assert found.words + [word for word, _ in found.dropped] == ranked
    assert found.counts.tolist() == [counts[word] for word in found.words]
    assert all(count == counts[word] < found.min_count for word, count in found.dropped)
    assert min(found.counts) >= found.min_count >= min_count
    assert found.min_count == min_count or most is not None
    assert most is None or len(found.words) <= most
    assert len(found.rows) == len(corpus.words)
    for word, row in zip(corpus.words, found.rows.tolist(), strict=True):
        assert row == (found.words.index(word) if word in found.words else -1)


@given(tokens=texts, min_count=st.integers(1, 4), most=st.none() | st.integers(1, 12))
def test_the_words_are_those_of_gensim(tokens: list[str], min_count: int, most: int | None) -> None:
    gensims = Word2Vec(vector_size=1, min_count=min_count, max_final_vocab=most, workers=1)
    gensims.build_vocab([tokens])
    expected = {word: gensims.wv.get_vecattr(word, "count") for word in gensims.wv.index_to_key}
    try:
        found = make_vocabulary(make_selection(tokens), Settings(min_count=min_count, max_final_vocab=most))
    except BadCorpus:
        assert not expected
        return
    assert [*zip(found.words, found.counts.tolist(), strict=True)] == [*expected.items()]  # in the same order
    if most is not None:
        assert found.min_count == gensims.effective_min_count


def test_counts_of_earlier_trainings_are_added_and_old_words_kept() -> None:
    found = vocabulary("new a new b", min_count=2, earlier={"old": 5, "a": 2, "b": 0, "seldom": 1})
    assert found.words == ["old", "a", "new"]
    assert found.counts.tolist() == [5, 3, 2]
    assert found.dropped == [("seldom", 1), ("b", 1)]
    assert found.rows.tolist() == [2, 1, -1]


def test_of_equal_words_earlier_ones_keep_their_order_and_come_before_those_of_this_text() -> None:
    assert vocabulary("b a", earlier={"z": 1, "y": 1}).words == ["z", "y", "a", "b"]


def test_the_corpus_stays_as_it_was() -> None:
    corpus = make_corpus(["a", "b", "a"])
    make_vocabulary(all_sentences(corpus), Settings(min_count=1), {"c": 4, "a": 1})
    assert corpus.words == ["a", "b"]
    assert corpus.counts.tolist() == [2, 1]
