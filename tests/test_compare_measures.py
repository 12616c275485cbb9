"""The other measures of a difference, against brute force, formulas and planted changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from tests.test_compare import InMemory, changed_text, draw_text, make_corpus, random_sides
from w2vcli.array_types import Float32s, Floats, Integers
from w2vcli.compare.comparison import ComparedSides
from w2vcli.compare.context_sums import TokenRows
from w2vcli.compare.differences import ComparedText, measure_differences
from w2vcli.compare.measure_names import OTHERS
from w2vcli.compare.measures import OtherMeasures, measure_others
from w2vcli.compare.regression import regress, side_regression
from w2vcli.compare.shuffles import shuffle_sides
from w2vcli.compare.two_spaces import TwoSpaces, join_spaces, neighbours_apart, turned_apart
from w2vcli.corpus.reading import Reading
from w2vcli.errors import BadSettings
from w2vcli.queries.terms import unit
from w2vcli.reporting import SILENT
from w2vcli.training.epochs import train_text
from w2vcli.training.plans import TrainingPlan
from w2vcli.training.settings import Settings
from w2vcli.training.side_training import train_sides
from w2vcli.training.text import all_sentences, hold_out
from w2vcli.training.vocabulary import make_vocabulary

SETTINGS = Settings(vector_size=8, window=3, min_count=2, epochs=20, workers=1, sample=0, held_out=False)


def units(vectors: Floats | Float32s) -> Floats:
    found: Floats = unit(vectors.astype(np.float64))
    return found


def test_a_space_that_is_turned_is_the_same_but_for_a_word_that_moved() -> None:
    rng = np.random.default_rng(1)
    first = rng.normal(size=(200, 6))
    turn, _ = np.linalg.qr(rng.normal(size=(6, 6)))
    second = first @ turn
    second[7] = rng.normal(size=6) @ turn
    words = [f"w{at}" for at in range(200)]
    spaces = join_spaces(words, (words, first.astype(np.float32)), (words, second.astype(np.float32)))
    found = turned_apart(spaces, np.arange(200))
    assert found.argmax() == 7
    assert np.delete(found, 7).max() < 0.02 < found[7]


def test_spaces_are_joined_by_their_words_and_one_that_misses_a_word_cannot_tell() -> None:
    rng = np.random.default_rng(2)
    first, second = rng.normal(size=(3, 4)).astype(np.float32), rng.normal(size=(2, 5)).astype(np.float32)
    spaces = join_spaces(["the", "king", "sat"], (["sat", "the", "king"], first), (["king", "sat"], second))
    assert spaces.rows.tolist() == [1, 2]
    assert spaces.first == pytest.approx(units(first[[2, 0]]))
    assert spaces.places_of(np.array([0, 1, 2])).tolist() == [-1, 0, 1]
    assert np.isnan(neighbours_apart(spaces, np.array([0, 1]))).tolist() == [True, False]


def test_the_overlap_is_the_share_of_neighbours_that_brute_force_finds() -> None:
    rng = np.random.default_rng(3)
    spaces = TwoSpaces(np.arange(300), *(units(rng.normal(size=(300, size))).astype(np.float32) for size in (4, 5)))
    found = neighbours_apart(spaces, np.array([5, 290]))
    for row, apart in zip((5, 290), found.tolist(), strict=True):
        orders = [np.argsort(-(vectors @ vectors[row])).tolist() for vectors in (spaces.first, spaces.second)]
        one, other = ({at for at in order if at != row} & set(order[:31]) for order in orders)  # it is its own nearest
        assert len(one) == len(other) == 30
        assert apart == pytest.approx(1 - len(one & other) / 30)


def test_a_regression_is_least_squares_with_robust_variances() -> None:
    """One occurrence in each cluster: the formulas of HC1. More: those of clusters, summed up by hand."""
    rng = np.random.default_rng(4)
    rows, x = rng.normal(size=(40, 3)), np.column_stack([np.ones(40), rng.integers(0, 2, 40), rng.normal(size=40)])
    expected = np.linalg.lstsq(x, rows, rcond=None)[0]
    found = regress(rows, np.ones(40), x)
    assert found.coefficients == pytest.approx(expected)
    rest, bread = rows - x @ expected, np.linalg.inv(x.T @ x)
    for at in range(3):
        meat = x.T @ (x * rest[:, [at]] ** 2)
        assert found.variances[:, at] == pytest.approx(np.diag(bread @ meat @ bread) * 40 / 37)
    assert found.debiased() == pytest.approx((expected**2).sum(axis=1) - found.variances.sum(axis=1))

    cluster = np.repeat(np.arange(10), 4)
    design = x[::4]
    sums = np.add.reduceat(rows, np.arange(0, 40, 4))
    found = regress(sums, np.full(10, 4.0), design)
    whole = design[cluster]
    expected = np.linalg.lstsq(whole, rows, rcond=None)[0]
    assert found.coefficients == pytest.approx(expected)
    scores = np.stack([whole[cluster == at].T @ (rows - whole @ expected)[cluster == at] for at in range(10)])
    bread = np.linalg.inv(whole.T @ whole)
    for at in range(3):
        meat = scores[:, :, at].T @ scores[:, :, at]
        assert found.variances[:, at] == pytest.approx(np.diag(bread @ meat @ bread) * 10 / 9 * 39 / 37)


def test_the_regression_of_words_that_do_not_differ_is_around_zero() -> None:
    """Without taking the bias away it is above zero, always."""
    debiased, p = [], []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        counts = rng.integers(1, 4, 24).astype(np.float64)
        sums = (rng.normal(size=(24, 5)) * np.sqrt(counts)[:, None]).astype(np.float32)
        is_first = shuffle_sides(rng.permutation(np.arange(24) % 2), 99, seed)
        one = side_regression(sums, counts, is_first)
        debiased.append(one[0])
        p.append(one[1])
    assert abs(np.mean(debiased)) < 0.2 * np.std(debiased)
    assert 0.01 < np.mean(np.array(p) < 0.05) < 0.1


def side_of_sentence(ids: npt.NDArray[np.int32]) -> tuple[InMemory, Integers]:
    corpus, sides = make_corpus(ids), random_sides(make_corpus(ids))
    assert isinstance(corpus, InMemory)
    ends = corpus.sentence_ends
    return corpus, sides.side_of(np.append(0, ends[:-1]))


@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize(
    "settings",
    [SETTINGS, replace(SETTINGS, negative=0, hs=1), replace(SETTINGS, sg=0)],
    ids=["skip-gram", "hierarchical softmax", "CBOW"],
)
def test_a_word_with_other_contexts_has_another_vector_on_each_side(frozen: bool, settings: Settings) -> None:
    ids, _ = changed_text()
    corpus, side = side_of_sentence(ids)
    vocabulary = make_vocabulary(all_sentences(corpus), settings)
    outputs = None
    if frozen:
        trained = train_text(hold_out(all_sentences(corpus), settings), settings, "numba")
        outputs = {name: array.copy() for name, array in trained.arrays.items() if name != "vectors"}
        kept = {name: array.copy() for name, array in outputs.items()}
    first, second = train_sides(corpus, side, vocabulary, settings, outputs)
    assert first.shape == second.shape == (len(vocabulary.words), 8)
    apart = dict(zip(vocabulary.words, 1 - (units(first) * units(second)).sum(axis=1), strict=True))
    # The words w0 to w9 stand everywhere, so that they are near nothing; w31 to w37 miss w37, whose places w10 took.
    assert max((f"w{at}" for at in range(10, 31)), key=apart.__getitem__) == "w10"
    again = train_sides(corpus, side, vocabulary, settings, outputs)
    np.testing.assert_array_equal(again[0], first)
    if outputs is not None:
        for name, array in outputs.items():
            np.testing.assert_array_equal(array, kept[name])


def test_a_word_that_a_side_does_not_have_keeps_its_first_vector_there() -> None:
    ids = draw_text(4000)
    corpus, side = side_of_sentence(ids)
    left = np.repeat(side == 0, 8)
    corpus, _ = side_of_sentence(np.where(left & (ids == 12), 11, ids).astype(np.int32))
    vocabulary = make_vocabulary(all_sentences(corpus), SETTINGS)
    row = vocabulary.words.index("w12")
    found = [train_sides(corpus, side, vocabulary, replace(SETTINGS, epochs=n))[0][row] for n in (1, 2)]
    np.testing.assert_array_equal(found[0], found[1])


def test_documents_on_neither_side_are_not_trained_on() -> None:
    ids = draw_text(4000)
    corpus, side = side_of_sentence(ids)
    some = np.where(np.arange(len(side)) >= 400, -1, side)
    shorter = make_corpus(np.concatenate([ids[:3200], np.zeros(800, dtype=np.int32)]))
    vocabulary = make_vocabulary(all_sentences(corpus), SETTINGS)
    for one, other in zip(
        train_sides(corpus, some, vocabulary, SETTINGS), train_sides(shorter, some, vocabulary, SETTINGS), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_fasttext_and_outputs_of_another_vocabulary_are_refused() -> None:
    corpus, side = side_of_sentence(draw_text(4000))
    vocabulary = make_vocabulary(all_sentences(corpus), SETTINGS)
    with pytest.raises(BadSettings, match="fastText"):
        train_sides(corpus, side, vocabulary, replace(SETTINGS, model_type="fasttext"))
    with pytest.raises(BadSettings, match="does not have the output weights syn1neg"):
        train_sides(corpus, side, vocabulary, SETTINGS, {"syn1neg": np.zeros((3, 8), dtype=np.float32)})


def test_each_measure_finds_a_word_that_took_the_places_of_another() -> None:
    ids, sides = changed_text()
    corpus = make_corpus(ids)
    both = train_text(hold_out(all_sentences(corpus), SETTINGS), SETTINGS, "numba")
    tokens = TokenRows(corpus, both.vocabulary.rows)
    text = ComparedText(tokens, both.vectors, both.vocabulary.counts, 3, 0)
    plan = TrainingPlan(("nowhere",), Reading(), SETTINGS, "numba")
    compared = ComparedSides(text, sides, both.vocabulary, plan, both.arrays)
    found = measure_differences(text, sides, min_count=20, shuffles=200, seed=1)
    measures = OtherMeasures(compared, 20, 200, 1, SILENT)
    for name in ("procrustes", "referencing", "compass", "regression"):
        places, columns = measure_others(measures, found, [name], by_first=True, topn=9, least=False, forgiving=False)
        first = [compared.words[found.rows[at]] for at in places.tolist()]
        # Word 37 lost half its places to word 10, and is missing in the contexts of those of its topic.
        assert "w10" in first, name
        assert columns[name].tolist() == sorted(columns[name].tolist(), reverse=True)
    assert set(columns) == {"regression", "regression_p"}
    assert columns["regression_p"].min() < 0.01
    places, columns = measure_others(
        measures, found, list(OTHERS), by_first=False, topn=3, least=False, forgiving=False
    )
    assert places.tolist() == found.ranked(least=False)[:3].tolist()
    assert all(len(column) == 3 for column in columns.values())
    assert {*OTHERS} <= set(columns)
    for name in ("compass", "referencing"):
        old = replace(compared, outputs={}, plan=replace(plan, settings=replace(SETTINGS, model_type="fasttext")))
        with pytest.raises(BadSettings):
            OtherMeasures(old, 20, 200, 1, SILENT).columns(name, found.rows)
