"""Training in blocks: rows have one owner, buckets of a round have none in common, and stretches can be shared out."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tests.test_training_engines import make_text
from w2vcli.corpus.reading import Reading, read_corpus
from w2vcli.reporting import Silent
from w2vcli.training.engines.lanes import aligned
from w2vcli.training.engines.orthogonal import BlockTraining, Rounds, stretches_of
from w2vcli.training.engines.stretches import Stretch
from w2vcli.training.settings import Settings
from w2vcli.training.text import TrainingText, all_sentences, hold_out
from w2vcli.training.vocabulary import Vocabulary, make_vocabulary

BLOCKS = 4
SETTINGS = Settings(vector_size=13, min_count=1, held_out=False, sample=0.05)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> TrainingText:
    folder = tmp_path_factory.mktemp("text")
    (folder / "t").write_text("\n".join(" ".join(sentence) for sentence in make_text(45_000)))
    return hold_out(all_sentences(read_corpus([str(folder / "t")], folder, Reading("whitespace"), Silent())), SETTINGS)


@pytest.fixture(scope="module")
def text(whole: TrainingText) -> Stretch:
    return Stretch(whole.corpus.ids, whole.starts, whole.stops)


@pytest.fixture(scope="module")
def vocabulary(whole: TrainingText) -> Vocabulary:
    return make_vocabulary(whole.selection, SETTINGS)


@pytest.fixture(scope="module")
def training(vocabulary: Vocabulary, tmp_path_factory: pytest.TempPathFactory) -> BlockTraining:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("W2V_HOME", str(tmp_path_factory.mktemp("home")))
        return BlockTraining(vocabulary.counts, vocabulary.rows, SETTINGS, BLOCKS)


def test_each_row_is_in_one_block_and_found_there(training: BlockTraining, vocabulary: Vocabulary) -> None:
    drawing = training.draw(0, 0)
    for blocks in drawing[:2]:
        assert sorted(np.concatenate(blocks.rows).tolist()) == list(range(len(vocabulary.words)))
        for block, rows in enumerate(blocks.rows):
            assert (np.diff(rows) > 0).all()
            assert (blocks.places[rows] >> 32).tolist() == [block] * len(rows)
            assert (blocks.places[rows] & 2**32 - 1).tolist() == list(range(len(rows)))
    assert sorted(drawing.shifts) == list(range(BLOCKS))


def test_blocks_have_about_as_many_pairs(training: BlockTraining, text: Stretch) -> None:
    [stretches] = stretches_of(text, 1)
    drawing = training.draw(0, 0)
    buckets, _ = training.find_pairs(text, stretches, drawing, 0)
    sizes = np.array([len(bucket.inputs) for bucket in buckets]).reshape(BLOCKS, BLOCKS)
    assert sizes.sum(axis=0).max() < 1.1 * sizes.sum() / BLOCKS
    assert sizes.sum(axis=1).max() < 1.1 * sizes.sum() / BLOCKS


def test_blocks_are_drawn_anew_for_each_segment_and_again_alike(training: BlockTraining) -> None:
    first, again, other = (training.draw(*numbers) for numbers in ((1, 2), (1, 2), (1, 3)))
    np.testing.assert_array_equal(first.of_inputs.places, again.of_inputs.places)
    assert first.shifts == again.shifts
    assert (first.of_inputs.places != other.of_inputs.places).any()
    assert (first.of_inputs.places != first.of_outputs.places).any()


def test_pairs_are_the_same_however_stretches_are_shared_out(training: BlockTraining, text: Stretch) -> None:
    [stretches] = stretches_of(text, 1)
    assert len(stretches) == 5 + 1
    drawing = training.draw(0, 0)
    whole, kept = training.find_pairs(text, stretches, drawing, 3)
    parts = [training.find_pairs(text, some, drawing, 3) for some in (stretches[:2], stretches[1:])]
    assert sum(trained for _, trained in parts) == kept
    for bucket, *some in zip(whole, *(buckets for buckets, _ in parts), strict=True):
        np.testing.assert_array_equal(np.concatenate([part.inputs for part in some]), bucket.inputs)
        np.testing.assert_array_equal(np.concatenate([part.outputs for part in some]), bucket.outputs)


def test_the_buckets_of_a_round_can_be_trained_in_any_order(training: BlockTraining, text: Stretch) -> None:
    """Whole matrices, of which each bucket gets its blocks: the machines of a round do not see each other's rows."""
    [stretches] = stretches_of(text, 1)
    drawing = training.draw(0, 0)
    buckets, _ = training.find_pairs(text, stretches, drawing, 0)
    found = []
    for machines in (range(BLOCKS), reversed(range(BLOCKS))):
        rng = np.random.default_rng(0)
        matrices = [aligned(60, training.row_floats) for _ in range(2)]
        for matrix in matrices:
            matrix[:, :13] = rng.normal(size=(60, 13))
        for one in machines:
            other = (one + drawing.shifts[0]) % BLOCKS
            rows = drawing.of_inputs.rows[one], drawing.of_outputs.rows[other]
            vectors, weights = (aligned(len(some), training.row_floats) for some in rows)
            vectors[:], weights[:] = matrices[0][rows[0]], matrices[1][rows[1]]
            training.train(buckets[one * BLOCKS + other], vectors, weights, rows[1], (0.1, 0.05), 0, 0, one, other)
            matrices[0][rows[0]], matrices[1][rows[1]] = vectors, weights
        found.append(matrices)
    for forwards, backwards in zip(*found, strict=True):
        np.testing.assert_array_equal(forwards, backwards)


def test_learning_rates_fall_evenly_over_all_rounds() -> None:
    settings = Settings(alpha=0.5, min_alpha=0.1)
    rounds = Rounds(2, 3, 4)
    found = [
        rounds.alphas(settings, epoch, segment, number)
        for epoch in range(4)
        for segment in range(3)
        for number in range(2)
    ]
    assert (found[0][0], found[-1][1]) == pytest.approx((0.5, 0.1))
    assert all(one[1] == pytest.approx(other[0]) for one, other in pairwise(found))
    assert [start - stop for start, stop in found] == pytest.approx([0.4 / 24] * 24)


def test_segments_have_all_stretches_in_order(text: Stretch) -> None:
    [one] = stretches_of(text, 1)
    assert (one[0], one[-1]) == (0, len(text.starts))
    segments = stretches_of(text, 2)
    assert [*segments[0].tolist(), *segments[1][1:].tolist()] == one.tolist()
    # More segments than stretches: some are empty.
    assert sum(len(segment) > 1 for segment in stretches_of(text, 9)) == 5
