from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_training_held_out import make_corpus
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.errors import BadCorpus
from w2vcli.lessons import pairs as module
from w2vcli.lessons.pairs import Pairs, PairSettings
from w2vcli.training.formulas import keep_probabilities, noise_probabilities

Pair = tuple[str, str]


def sentences_of(corpus: EncodedCorpus) -> list[list[str]]:
    ends = corpus.sentence_ends.tolist()
    return [
        [corpus.words[number] for number in corpus.ids[start:stop]]
        for start, stop in zip([0, *ends[:-1]], ends, strict=True)
    ]


def by_hand(sentences: list[list[str]], window: int) -> list[Pair]:
    return [
        (target, sentence[other])
        for sentence in sentences
        for at, target in enumerate(sentence)
        for other in range(max(0, at - window), min(len(sentence), at + window + 1))
        if other != at
    ]


def all_pairs(pairs: Pairs) -> list[Pair]:
    return [
        (pairs.words[target], pairs.words[context])
        for block in pairs.blocks()
        for target, context in zip(block.rows[block.targets], block.rows[block.contexts], strict=True)
    ]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=12), st.integers(1, 50))
def test_every_word_is_paired_with_its_window_in_order(lengths: list[int], window: int) -> None:
    corpus = make_corpus(lengths)
    pairs = Pairs(corpus, PairSettings(window))
    found = all_pairs(pairs)
    assert found == by_hand(sentences_of(corpus), window)
    tally = pairs.tally
    assert (tally.sentences, tally.words, tally.pairs) == (len(lengths), sum(lengths), len(found))
    assert (tally.below_min_count, tally.subsampled, tally.noise) == (0, 0, 0)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=12), st.integers(1, 9), st.integers(1, 60), st.integers(1, 60))
def test_blocks_of_any_size_give_the_same_numbers(lengths: list[int], window: int, words: int, places: int) -> None:
    corpus = make_corpus(lengths)
    settings = PairSettings(window, shrink_windows=True, sample=0.01, negative=2)

    def numbers() -> list[tuple[int, ...]]:
        return [
            (int(block.rows[target]), int(block.rows[context]), *noise)
            for block in Pairs(corpus, settings).blocks()
            for target, context, noise in zip(block.targets, block.contexts, block.noise.tolist(), strict=True)
        ]

    whole = numbers()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_WORDS_AT_ONCE", words)
        patch.setattr(module, "_PLACES_AT_ONCE", places)
        assert numbers() == whole


def test_shrunk_windows_are_of_every_size_alike() -> None:
    corpus = make_corpus([4000])
    pairs = Pairs(corpus, PairSettings(4, shrink_windows=True))
    reached = Counter(
        size for block in pairs.blocks() for size in np.bincount(block.targets[block.targets > block.contexts])[8:-8]
    )
    assert reached.keys() == {1, 2, 3, 4}
    assert all(900 < count < 1100 for count in reached.values())


def test_words_that_are_left_out_are_no_part_of_the_windows() -> None:
    corpus = make_corpus([30] * 50)
    least = int(np.median(corpus.counts))
    pairs = Pairs(corpus, PairSettings(2, min_count=least))
    frequent = {word for word, count in zip(corpus.words, corpus.counts, strict=True) if count >= least}
    kept = [[word for word in sentence if word in frequent] for sentence in sentences_of(corpus)]
    assert all_pairs(pairs) == by_hand(kept, 2)
    assert pairs.tally.below_min_count == 1500 - sum(map(len, kept))


def test_frequent_words_are_thinned_out_as_often_as_the_formula_says() -> None:
    corpus = make_corpus([20] * 5000)
    pairs = Pairs(corpus, PairSettings(1, sample=1e-2))
    kept: Counter[str] = Counter()
    for block in pairs.blocks():
        kept.update(pairs.words[row] for row in block.rows)
    assert pairs.tally.subsampled == 100_000 - kept.total()
    for word, count, keep in zip(corpus.words, corpus.counts, keep_probabilities(corpus.counts, 1e-2), strict=True):
        assert abs(kept[word] - count * keep) <= 6 * np.sqrt(count * keep * (1 - keep))


def test_noise_words_are_drawn_by_count_to_three_quarters() -> None:
    corpus = make_corpus([20] * 1000)
    pairs = Pairs(corpus, PairSettings(1, negative=3))
    noise = np.concatenate([block.noise.ravel() for block in pairs.blocks()])
    contexts = np.concatenate([np.repeat(block.rows[block.contexts], 3) for block in pairs.blocks()])
    counts = np.sort(corpus.counts)[::-1]
    shares = noise_probabilities(counts, 0.75)
    assert not (noise == contexts).any()
    assert pairs.tally.noise == 2 * (noise >= 0).sum()  # of both times
    for row, share in enumerate(shares):
        could = (contexts != row).sum()
        assert abs((noise == row).sum() - could * share) <= 6 * np.sqrt(could * share * (1 - share))


def test_the_seed_fixes_all_draws() -> None:
    corpus = make_corpus([20] * 20)

    def numbers(seed: int) -> list[Pair]:
        return all_pairs(Pairs(corpus, PairSettings(5, shrink_windows=True, sample=0.01, seed=seed)))

    assert numbers(1) == numbers(1)
    assert numbers(1) != numbers(2)


def test_a_corpus_without_a_frequent_word_is_an_error() -> None:
    with pytest.raises(BadCorpus, match=r"no word comes 1000 times or more"):
        Pairs(make_corpus([5]), PairSettings(2, min_count=1000))
