"""What is measured between two sides of a text, against brute force, formulas and planted changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import chi2_contingency

from w2vcli.array_types import Floats, Integers
from w2vcli.compare.collocations import count_near, log_dice
from w2vcli.compare.context_sums import TokenRows, count_on_sides, word_contexts
from w2vcli.compare.differences import ComparedText, Differences, apart_cosine, measure_differences, shrunk
from w2vcli.compare.keyness import keyness
from w2vcli.compare.shuffles import (
    Pool,
    distances,
    false_discovery_rates,
    pack_shuffles,
    packed_distances,
    shuffle_sides,
    unusual,
)
from w2vcli.compare.sides import Sides, make_sides
from w2vcli.compare.space import context_features, make_space
from w2vcli.corpus.encoded import EncodedCorpus, Read
from w2vcli.errors import BadCorpus

WORDS, SIZE = 38, 8


class InMemory(EncodedCorpus):
    """A corpus whose documents are known without a folder: ten sentences each."""

    def document_ends(self) -> npt.NDArray[np.int64]:
        """Return before which sentence each document ends."""
        return np.append(np.arange(10, len(self.sentence_ends), 10), len(self.sentence_ends))


def make_corpus(ids: npt.NDArray[np.int32], sentence: int = 8) -> EncodedCorpus:
    ends = np.append(np.arange(sentence, len(ids), sentence), len(ids)).astype(np.int64)
    read = Read(1, 0, 0, 0, 0, len(ends), len(ids), 0, 0, 0, len(ids))
    return InMemory(Path("nowhere"), read, [f"w{at}" for at in range(WORDS)], np.bincount(ids), ids, ends)


def draw_text(tokens: int = 24_000, seed: int = 1) -> npt.NDArray[np.int32]:
    """Return tokens in sentences about one of four topics, each with words of its own besides ten that all have."""
    rng = np.random.default_rng(seed)
    topic = np.repeat(rng.integers(4, size=tokens // 8), 8)
    own = 10 + topic * 7 + rng.integers(7, size=tokens)
    return np.where(rng.random(tokens) < 0.4, rng.integers(10, size=tokens), own).astype(np.int32)


def random_sides(corpus: EncodedCorpus, seed: int = 1) -> Sides:
    documents = len(corpus.document_ends())
    of = np.random.default_rng(seed).permutation(np.arange(documents) % 2)
    return make_sides(corpus, of, ("left", "right"), seed)


def make_text(ids: npt.NDArray[np.int32]) -> ComparedText:
    """Return a text whose words have vectors by their topic, with a little of their own."""
    rng = np.random.default_rng(0)
    topic = np.append(np.zeros(10, dtype=int), 1 + np.arange(28) // 7)
    vectors = (rng.normal(size=(5, SIZE))[topic] + 0.3 * rng.normal(size=(WORDS, SIZE))).astype(np.float32)
    return ComparedText(TokenRows(make_corpus(ids), np.arange(WORDS, dtype=np.int32)), vectors, np.bincount(ids), 3, 0)


def measured(ids: npt.NDArray[np.int32], sides: Sides, **options: object) -> Differences:
    given: dict[str, object] = {"min_count": 20, "shuffles": 200, "seed": 1} | options
    return measure_differences(make_text(ids), sides, **given)  # type: ignore[arg-type]


def changed_text() -> tuple[npt.NDArray[np.int32], Sides]:
    """Return a text in which word 10 stands where word 38 stood, in half of its places on the left side."""
    ids = draw_text()
    sides = random_sides(make_corpus(ids))
    left = sides.side[sides.unit_of(np.arange(len(ids)))] == 0
    half = np.random.default_rng(5).random(len(ids)) < 0.5
    return np.where(left & half & (ids == 37), 10, ids).astype(np.int32), sides


def test_a_context_is_the_sum_of_the_features_around_a_token_within_its_sentence() -> None:
    corpus = make_corpus(draw_text(400))
    rows = np.arange(WORDS, dtype=np.int32)
    rows[3] = -1  # not in the vocabulary
    features = np.vstack([np.random.default_rng(2).normal(size=(WORDS, SIZE)), np.zeros((1, SIZE))]).astype(np.float32)
    places = np.arange(len(corpus.ids))
    found = TokenRows(corpus, rows).contexts(places, features, window=3)
    for place in places.tolist():
        start = place // 8 * 8
        around = [at for at in range(max(start, place - 3), min(start + 8, place + 4, len(corpus.ids))) if at != place]
        expected = sum(features[rows[corpus.ids[at]]] for at in around if corpus.ids[at] != 3) + np.zeros(SIZE)
        assert np.allclose(found[place], expected, atol=1e-5)


def test_sums_by_unit_are_those_of_all_occurrences_whatever_is_gone_through_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = draw_text(4000)
    text, sides = make_text(ids), random_sides(make_corpus(ids))
    features = context_features(text.vectors, text.counts, 1e-3)
    counts = count_on_sides(text.tokens, sides, WORDS)
    monkeypatch.setattr("w2vcli.compare.context_sums._OCCURRENCES_AT_ONCE", 300)
    monkeypatch.setattr("w2vcli.compare.context_sums._TOKENS_AT_ONCE", 700)
    found = list(word_contexts(text.tokens, sides, counts.sum(axis=0), features, 3, seed=1))
    assert [one.row for one in found] == np.flatnonzero(counts.sum(axis=0)).tolist()
    units = sides.unit_of(np.arange(len(ids)))
    contexts = text.tokens.contexts(np.arange(len(ids)), features, 3)
    for one in found:
        for unit, count, total in zip(one.units.tolist(), one.counts.tolist(), one.sums, strict=True):
            here = (ids == one.row) & (units == unit)
            assert count == here.sum()
            assert np.allclose(total, contexts[here].sum(axis=0), atol=1e-4)
        assert one.counts.sum() == counts[:, one.row].sum()


def test_the_distance_under_each_shuffle_is_that_of_the_two_means() -> None:
    rng = np.random.default_rng(1)
    sums, counts = rng.normal(size=(9, 4)).astype(np.float32), rng.integers(1, 4, size=9).astype(float)
    is_first = shuffle_sides(np.array([0, 0, 0, 1, 1, 1, 1, 1, 1]), 30, seed=2)
    assert (is_first.sum(axis=0) == 3).all()
    assert is_first[:, 0].tolist() == [True] * 3 + [False] * 6
    for column, found in zip(is_first.T, distances(sums, counts, is_first), strict=True):
        n1, n2 = counts[column].sum(), counts[~column].sum()
        apart = sums[column].sum(axis=0) / n1 - sums[~column].sum(axis=0) / n2
        assert found == pytest.approx(apart @ apart * n1 * n2 / (n1 + n2), rel=1e-5)


def test_packed_shuffles_are_shuffles() -> None:
    side = np.array([0] * 5 + [1] * 12)
    packed = pack_shuffles(side, 40, seed=1)
    bits = np.unpackbits(packed, axis=1).astype(np.bool_)
    assert bits.shape == (17, 48)
    assert (bits[:, 0] == (side == 0)).all()
    assert (bits.sum(axis=0) == 5).all()
    assert len({tuple(column) for column in bits.T.tolist()}) > 40
    sums, counts = np.random.default_rng(1).normal(size=(17, 4)).astype(np.float32), np.ones(17)
    assert packed_distances(sums, counts, packed) == pytest.approx(distances(sums, counts, bits))


def test_a_shuffle_that_leaves_a_side_without_the_word_has_no_distance() -> None:
    assert distances(np.ones((2, 1), dtype=np.float32), np.ones(2), np.array([[True], [True]])).tolist() == [0]


def test_false_discovery_rates_are_those_of_the_definition() -> None:
    assert false_discovery_rates(np.array([0.9, 0.01, 0.02])).tolist() == pytest.approx([0.9, 0.03, 0.03])
    p = np.random.default_rng(1).random(50) ** 2
    n = len(p)
    expected = [min(1.0, *(n * q / (p <= q).sum() for q in p if q >= one)) for one in p]
    assert false_discovery_rates(p) == pytest.approx(expected)
    assert len(false_discovery_rates(np.zeros(0))) == 0


def test_the_pool_gives_the_share_of_shuffles_as_unusual() -> None:
    pool = Pool.empty()
    pool.add(7, np.array([0.1, 0.5, 1.0, 3.0]))
    pool.add(9, np.array([0.2, 0.3, 2.0, 2.5, 0.1]))
    pool.add(400, np.array([9.0]))  # of another class
    assert pool.p_values(np.array([8, 8, 400]), np.array([2.2, 8.0, 0.0])).tolist() == [3 / 10, 1 / 10, 1]


def test_what_is_unusual_by_a_gamma_distribution_is_so_as_often_as_it_says() -> None:
    drawn = np.random.default_rng(3).gamma(3.0, size=200_000)
    values = unusual(drawn)
    for log in (1, 2, 3):
        assert (values > log).mean() == pytest.approx(10.0**-log, rel=0.15)
    assert unusual(np.ones(5)).tolist() == [0] * 5


def test_without_chance_the_difference_is_one_less_the_cosine() -> None:
    rng = np.random.default_rng(4)
    vector, moved, sizes = rng.normal(size=6), rng.normal(size=6), np.array([30.0, 10.0])
    first, second = vector + moved * 0.25, vector - moved * 0.75
    cosine = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
    assert apart_cosine(vector, moved[None], sizes, 0.0)[0] == pytest.approx(1 - cosine)


def test_a_word_that_only_became_longer_does_not_differ() -> None:
    vector = np.array([3.0, 4.0])
    assert apart_cosine(vector, vector[None] * 0.5, np.array([10.0, 20.0]), 0.0)[0] == pytest.approx(0)


def test_what_chance_explains_moves_no_vector() -> None:
    moved, vector = np.array([3.0, 4.0]), np.array([0.0, 2.0])  # 3 across the vector
    assert shrunk(moved, vector, 10.0).tolist() == [0, 0]
    assert shrunk(moved, vector, 3.0) == pytest.approx(moved * 2 / 3)
    assert shrunk(np.zeros(2), vector, 0.0).tolist() == [0, 0]


def test_random_sides_give_no_more_small_p_values_than_chance_and_differences_around_zero() -> None:
    ids = draw_text()
    found = [measured(ids, random_sides(make_corpus(ids), seed)) for seed in range(12)]
    p = np.concatenate([one.p for one in found])
    assert 0.02 < (p < 0.05).mean() < 0.08
    assert 0.4 < (p < 0.5).mean() < 0.6
    assert sum((one.fdr < 0.05).any() for one in found) <= 2
    difference = np.concatenate([one.difference for one in found])
    low, high = (np.concatenate([getattr(one, name) for one in found]) for name in ("low", "high"))
    assert abs(difference.mean()) < 0.2 * difference.std()
    assert ((low <= 0) & (high >= 0)).mean() > 0.85


def test_a_word_that_took_the_places_of_another_on_one_side_is_found() -> None:
    ids, sides = changed_text()
    found = measured(ids, sides)
    assert found.rows[np.argmin(found.p)] == 10
    assert found.fdr[found.rows == 10] < 0.01
    # Word 37 is missing in the contexts of its topic there, so that those may differ, too.
    assert {10} <= set(found.rows[found.fdr < 0.05].tolist()) <= {10, *range(31, 38)}
    assert found.difference[found.rows == 10] > np.median(found.difference)


@pytest.mark.parametrize("seed", range(4))
def test_a_word_with_always_the_same_contexts_does_not_differ_by_the_chance_of_all_others(seed: int) -> None:
    ids = draw_text().reshape(-1, 8)
    ids[ids >= 36] = 35
    ids[np.random.default_rng(seed).random(len(ids)) < 0.05] = [36, 37] * 4
    found = measured(ids.ravel(), random_sides(make_corpus(ids.ravel()), seed))
    assert {36, 37} <= set(found.rows.tolist())
    assert found.p[np.isin(found.rows, [36, 37])].min() > 0.005


def test_what_all_words_share_on_a_side_is_taken_away() -> None:
    """On the left side, one word more stands in each sentence."""
    ids = draw_text().reshape(-1, 8)
    sides = random_sides(make_corpus(ids.ravel()))
    left = sides.side[sides.unit_of(np.arange(ids.size))].reshape(ids.shape)[:, 0] == 0
    ids[left, 3] = 0
    text = make_text(ids.ravel())
    features = context_features(text.vectors, text.counts, text.sample)
    space = make_space(text.tokens, sides, text.vectors, np.bincount(ids.ravel()), features, text.window, 1)
    cosine = space.common @ features[0] / np.linalg.norm(space.common) / np.linalg.norm(features[0])
    assert cosine > 0.7


def test_the_most_changed_are_those_that_differ_by_the_least_that_they_do() -> None:
    none = np.zeros(4)
    low, fdr, high = np.array([0.5, 0.1, 0.2, -0.1]), np.array([0.2, 0.01, 0.04, 0.9]), np.array([2.0, 0.3, 0.4, 0.1])
    found = Differences(np.arange(4), np.zeros((2, 4), dtype=np.int64), none, low, high, none, fdr, none, none)
    assert found.ranked(least=False).tolist() == [2, 1, 0, 3]
    assert found.ranked(least=True).tolist() == [3, 1, 2, 0]


def test_words_that_are_asked_are_measured_alone_and_alike() -> None:
    ids, sides = changed_text()
    whole, asked = measured(ids, sides), measured(ids, sides, asked=[10, 20])
    assert asked.rows.tolist() == [10, 20]
    assert asked.difference == pytest.approx(whole.difference[np.isin(whole.rows, [10, 20])])
    assert asked.p[0] < 0.01 < asked.p[1]


def test_the_same_seed_gives_the_same_and_too_rare_words_are_left_out() -> None:
    ids, sides = changed_text()
    one, two = measured(ids, sides), measured(ids, sides)
    assert np.array_equal(one.p, two.p)
    assert len(measured(ids, sides, min_count=10**6).rows) == 0
    assert measured(ids, sides, min_count=10**6).ranked(least=True).tolist() == []


def test_the_way_from_contexts_to_vectors_is_found() -> None:
    """Where a vector is a linear function of the mean context, the function comes out."""
    ids = draw_text(40_000)
    text = make_text(ids)
    features = context_features(text.vectors, text.counts, 1e-3)
    contexts = text.tokens.contexts(np.arange(len(ids)), features, 3)
    means = np.stack([contexts[ids == word].mean(axis=0) for word in range(WORDS)])
    way = np.random.default_rng(1).normal(size=(SIZE, SIZE))
    vectors = (means @ way).astype(np.float32)
    space = make_space(text.tokens, random_sides(make_corpus(ids)), vectors, text.counts, features, 3, seed=1)

    def centred(values: Floats) -> Floats:
        result: Floats = values - values.mean(axis=0)
        return result

    found = centred(means) @ space.to_vector
    assert np.corrcoef(found.ravel(), centred(means @ way).ravel())[0, 1] > 0.8


def test_of_very_many_words_fewer_contexts_are_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = draw_text(40_000)
    text, asked = make_text(ids), []
    features = context_features(text.vectors, text.counts, text.sample)
    contexts = TokenRows.contexts

    def counted(self: TokenRows, places: Integers, *rest: object) -> object:
        asked.append(len(places))
        return contexts(self, places, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(TokenRows, "contexts", counted)
    for most in (10**8, 38 * SIZE * 30):
        monkeypatch.setattr("w2vcli.compare.space._MOST_FLOATS", most)
        make_space(text.tokens, random_sides(make_corpus(ids)), text.vectors, text.counts, features, 3, seed=1)
    assert asked[0] == pytest.approx(38 * 100, rel=0.1)
    assert asked[1] == pytest.approx(38 * 30, rel=0.1)


def test_keyness_is_that_of_the_formulas() -> None:
    found = keyness(np.array([[30, 0, 5], [10, 7, 10]]), (1000, 2000))
    expected = 40 * 1000 / 3000
    likelihood = 2 * (30 * np.log(30 / expected) + 10 * np.log(10 / (40 - expected)))
    assert found.log_likelihood == pytest.approx([likelihood, 2 * 7 * np.log(3 / 2), 0])
    assert likelihood == pytest.approx(29.04, abs=0.005)
    assert found.log_ratio == pytest.approx([np.log2(6), np.log2(0.5 / 3.5), 0])
    table = np.array([[30, 970], [10, 1990]])  # scipy's has the other words of each side, too
    g = chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
    others = 2 * (970 * np.log(970 / (2960 / 3)) + 1990 * np.log(1990 / (5920 / 3)))
    assert likelihood + others == pytest.approx(g)


def test_what_stands_near_a_word_is_counted_as_by_brute_force() -> None:
    ids = draw_text(4_000)
    corpus = make_corpus(ids)
    sides = random_sides(corpus)
    rows = np.arange(WORDS, dtype=np.int32)
    rows[[3, 20]] = -1  # the model does not have these
    text = TokenRows(corpus, rows)
    near, tokens = count_near(text, sides, 5, 2, WORDS)
    counted, together = np.zeros((2, WORDS), dtype=int), [0, 0]
    for at in np.flatnonzero(ids == 5).tolist():
        side = int(sides.side[sides.unit_of(np.array([at]))[0]])
        first = at // 8 * 8  # a sentence has eight tokens
        for other in range(max(first, at - 2), min(first + 8, at + 3)):
            if other != at:
                together[side] += 1
                counted[side, ids[other]] += int(rows[ids[other]] >= 0)
    np.testing.assert_array_equal(near, counted)
    assert tokens == tuple(together)


def test_log_dice_is_that_of_the_formula() -> None:
    found = log_dice(np.array([10, 5, 0, 30]), np.array([10, 10, 10, 81]), np.array([10, 10, 10, 1390]))
    assert found[:3].tolist() == [14, 13, -np.inf]
    assert found[3] == pytest.approx(14 + np.log2(2 * 30 / (81 + 1390)))
    assert found[3] == pytest.approx(9.38, abs=0.005)


def test_few_documents_are_shuffled_as_blocks_of_500_tokens() -> None:
    corpus = make_corpus(draw_text(24_000))
    of: Integers = np.repeat([0, 1], len(corpus.document_ends()) // 2)
    sides = make_sides(corpus, of, ("left", "right"), 1)
    assert sides.are_documents
    assert sides.documents == (150, 150)
    assert sides.tokens == (12_000, 12_000)

    class OfTwo(InMemory):
        def document_ends(self) -> npt.NDArray[np.int64]:
            return np.array([1500, 3000])

    books = OfTwo(*(getattr(corpus, name) for name in ("folder", "read", "words", "counts", "ids", "sentence_ends")))
    blocks = make_sides(books, np.array([0, 1]), ("left", "right"), 1)
    assert not blocks.are_documents
    lengths = np.diff(blocks.part_ends, prepend=0)
    assert 500 <= np.median(lengths) < 600
    assert blocks.side[blocks.unit_of(np.array([0, 11_999, 12_000, 23_999]))].tolist() == [0, 0, 1, 1]
    long_ones = replace(books, sentence_ends=np.array([12_000, 24_000]))
    object.__setattr__(long_ones, "document_ends", lambda: np.array([1, 2]))
    assert len(make_sides(long_ones, np.array([0, 1]), ("left", "right"), 1).side) == 48


def test_many_documents_are_shuffled_several_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("w2vcli.compare.sides._MOST_UNITS", 100)
    corpus = make_corpus(draw_text(24_000))
    of = np.arange(300) % 3 - 1
    sides = make_sides(corpus, of, ("left", "right"), 1)
    assert np.bincount(sides.units[sides.units >= 0]).tolist() == [2] * 100
    assert (sides.side[sides.units[of >= 0]] == of[of >= 0]).all()
    assert (sides.units[of < 0] == -1).all()


def test_an_empty_side_and_a_short_one_are_refused() -> None:
    corpus = make_corpus(draw_text(24_000))
    with pytest.raises(BadCorpus, match="no document of the text is on the side right; a side is a name"):
        make_sides(corpus, np.zeros(300, dtype=np.int64), ("left", "right"), 1)
    with pytest.raises(BadCorpus, match="both sides are left"):
        make_sides(corpus, np.arange(300) % 2, ("left", "left"), 1)
    with pytest.raises(BadCorpus, match="right has 80 words in 1 blocks"):
        make_sides(corpus, np.append(np.zeros(299, dtype=np.int64), 1), ("left", "right"), 1)
