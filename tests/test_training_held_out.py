from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.gensim_oracle import Word2Vec
from tests.test_training_engines import make_text, run
from tests.test_training_train import planted
from w2vcli.corpus.encoded import LONGEST_SENTENCE, EncodedCorpus, Read
from w2vcli.corpus.reading import Reading
from w2vcli.reporting import SILENT
from w2vcli.training.formulas import keep_probabilities
from w2vcli.training.loss import Sample, draw_sample, mean_loss
from w2vcli.training.plans import TrainingPlan
from w2vcli.training.settings import Settings
from w2vcli.training.text import TrainingText, all_sentences, hold_out
from w2vcli.training.train import train_model
from w2vcli.training.vocabulary import Vocabulary, make_vocabulary

MOST_WORDS = 20_000
Floats32 = npt.NDArray[np.float32]
each_output = pytest.mark.parametrize(
    "changes", [{"sg": 1}, {"sg": 0, "cbow_mean": 1}, {"sg": 0, "cbow_mean": 0}], ids=str
)


def make_corpus(lengths: list[int], words: int = 30) -> EncodedCorpus:
    """Return a corpus of sentences of those lengths, whose words are drawn with a long tail."""
    rng = np.random.default_rng(3)
    weights = 1 / np.arange(1, words + 1)
    tokens = rng.choice(words, sum(lengths), p=weights / weights.sum()).astype(np.int32)
    ends = np.cumsum(lengths)
    read = Read(1, 0, 0, 0, 0, len(lengths), len(tokens), 0, 0, 0, len(tokens))
    counts = np.bincount(tokens, minlength=words)
    return EncodedCorpus(Path("nowhere"), read, [f"w{number}" for number in range(words)], counts, tokens, ends)


def times_covered(text: TrainingText) -> npt.NDArray[np.int64]:
    """Return for each token in how many parts it is, trained or put aside."""
    found = np.zeros(len(text.corpus.ids), dtype=np.int64)
    for starts, stops in ((text.starts, text.stops), text.held_out):
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
            assert start < stop
            found[start:stop] += 1
    return found


def words_held_out(text: TrainingText) -> int:
    return int((text.held_out[1] - text.held_out[0]).sum())


@st.composite
def sentence_lengths(draw: st.DrawFn) -> list[int]:
    lengths = draw(st.lists(st.integers(1, 2500), min_size=1, max_size=40)) * draw(st.integers(1, 8))
    if draw(st.booleans()):
        lengths.insert(draw(st.integers(0, len(lengths))), draw(st.integers(9_990, 250_000)))
    return lengths


@hypothesis_settings(max_examples=60)
@given(lengths=sentence_lengths(), seed=st.integers(0, 2**32 - 1), held_out=st.booleans())
def test_each_token_is_trained_or_put_aside_and_none_twice(lengths: list[int], seed: int, held_out: bool) -> None:
    text = hold_out(all_sentences(make_corpus(lengths)), Settings(seed=seed, held_out=held_out))
    assert (times_covered(text) == 1).all()
    assert text.words + words_held_out(text) == sum(lengths)
    assert (text.stops - text.starts).max(initial=0) <= LONGEST_SENTENCE
    ends = set(np.cumsum(lengths).tolist())
    for starts, stops in ((text.starts, text.stops), text.held_out):
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
            assert not any(end in ends for end in range(start + 1, stop)), "a part goes over the end of a sentence"


@hypothesis_settings(max_examples=20)
@given(lengths=sentence_lengths(), seed=st.integers(0, 5))
def test_what_is_trained_is_what_is_given_and_counted(lengths: list[int], seed: int) -> None:
    text = hold_out(all_sentences(make_corpus(lengths)), Settings(seed=seed))
    given_words = Counter(word for sentence in text.sentences() for word in sentence)
    counted = {word: count for word, count in zip(text.corpus.words, text.counts().tolist(), strict=True) if count}
    assert counted == given_words
    assert sum(counted.values()) == text.words


def test_one_sentence_in_a_hundred_is_put_aside() -> None:
    text = hold_out(all_sentences(make_corpus([7] * 5000)), Settings())
    assert words_held_out(text) == 50 * 7
    assert (text.held_out[0] % 7 == 0).all()


def test_the_seed_alone_decides_what_is_put_aside() -> None:
    corpus = all_sentences(make_corpus([9] * 4000))
    first = hold_out(corpus, Settings(seed=5)).held_out[0].tolist()
    assert first == hold_out(corpus, Settings(seed=5, vector_size=3, workers=1, min_count=1, sg=0)).held_out[0].tolist()
    assert first != hold_out(corpus, Settings(seed=6)).held_out[0].tolist()


@pytest.mark.parametrize(
    ("lengths", "held_out"), [([50] * 1000, False), ([50] * 99, True), ([1], True), ([99_000], True)], ids=str
)
def test_nothing_is_put_aside_where_it_is_not_wanted_or_too_little(lengths: list[int], held_out: bool) -> None:
    if lengths == [50] * 1000:
        assert words_held_out(hold_out(all_sentences(make_corpus(lengths)), Settings())) > 0
    text = hold_out(all_sentences(make_corpus(lengths)), Settings(held_out=held_out))
    assert text.words == sum(lengths)
    assert words_held_out(text) == 0
    vocabulary = make_vocabulary(text.selection, Settings(min_count=1))
    assert draw_sample(text, vocabulary, Settings(min_count=1)) is None


def test_of_one_giant_sentence_parts_are_put_aside() -> None:
    text = hold_out(all_sentences(make_corpus([250_123])), Settings())
    assert words_held_out(text) == 2 * 1000
    assert (times_covered(text) == 1).all()


@pytest.mark.parametrize("lengths", [[1000] * 4000, [2_500_000], [15] * 180_000], ids=["long", "giant", "many"])
def test_never_more_than_20000_words_are_put_aside(lengths: list[int]) -> None:
    held_out = words_held_out(hold_out(all_sentences(make_corpus(lengths)), Settings()))
    assert MOST_WORDS - 1000 <= held_out <= MOST_WORDS


# --- the examples


def drawn(settings: Settings, lengths: list[int], words: int = 30) -> tuple[TrainingText, Vocabulary, Sample]:
    text = hold_out(all_sentences(make_corpus(lengths, words)), settings)
    vocabulary = make_vocabulary(text.selection, settings)
    sample = draw_sample(text, vocabulary, settings)
    assert sample is not None
    return text, vocabulary, sample


def rows_held_out(text: TrainingText, vocabulary: Vocabulary) -> list[list[int]]:
    """Return the parts put aside as rows of the vocabulary, without the words that are not in it."""
    names = {word: row for row, word in enumerate(vocabulary.words)}
    parts = []
    for start, stop in zip(text.held_out[0].tolist(), text.held_out[1].tolist(), strict=True):
        words = [text.corpus.words[number] for number in text.corpus.ids[start:stop].tolist()]
        parts.append([names[word] for word in words if word in names])
    return parts


def examples(parts: list[list[int]], window: int, sg: int) -> list[tuple[list[int], int]]:
    """Return the examples of windows of a fixed size: the contexts and the target of each."""
    found = []
    for part in parts:
        for at, target in enumerate(part):
            near = [part[i] for i in range(len(part)) if i != at and abs(i - at) <= window]
            found += [([one], target) for one in near] if sg else [(near, target)] if near else []
    return found


@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize("min_count", [1, 400])
def test_without_chance_the_examples_are_all_pairs_within_the_window(sg: int, min_count: int) -> None:
    settings = Settings(sg=sg, window=3, sample=0.0, shrink_windows=False, min_count=min_count)
    text, vocabulary, sample = drawn(settings, [1, 2, 3, 8, 13] * 400)
    found = [[row for row in rows if row >= 0] for rows in sample.contexts.tolist()]
    expected = examples(rows_held_out(text, vocabulary), 3, sg)
    assert list(zip(found, sample.targets.tolist(), strict=True)) == expected
    assert (min_count == 1) == (len(vocabulary.words) == 30)


def test_windows_shrink_to_every_size_alike() -> None:
    settings = Settings(sg=0, window=4, sample=0.0, min_count=1)
    text, _, sample = drawn(settings, [1000] * 1500)
    sizes = Counter(int((rows >= 0).sum()) for rows in sample.contexts)
    words = words_held_out(text)
    for size in range(1, 5):  # but for the windows at the ends of the parts, which have fewer
        assert abs(sizes[2 * size] - words / 4) < 6 * math.sqrt(words * 3 / 16) + 8 * len(text.held_out[0])


def test_frequent_words_are_thinned_out_as_in_training() -> None:
    settings = Settings(sg=0, sample=0.01, min_count=1)
    text, vocabulary, sample = drawn(settings, [1000] * 1500)
    keep = keep_probabilities(vocabulary.counts, settings.sample)
    assert keep[0] < 0.5
    seen = Counter(row for part in rows_held_out(text, vocabulary) for row in part)
    kept = Counter(sample.targets.tolist())
    for row, share in enumerate(keep.tolist()):
        assert abs(kept[row] - seen[row] * share) <= 6 * math.sqrt(seen[row] * share * (1 - share)) + 1e-9


@pytest.mark.parametrize("exponent", [0.75, 0.0, 1.0, -0.5])
def test_noise_words_come_as_often_as_their_frequency_to_the_exponent(exponent: float) -> None:
    settings = Settings(negative=7, ns_exponent=exponent, sample=0.0, min_count=1)
    _, vocabulary, sample = drawn(settings, [100] * 1500)
    weights = [count**exponent for count in vocabulary.counts.tolist()]
    assert sample.noise.shape == (len(sample.targets), 7)
    found = Counter(sample.noise.ravel().tolist())
    for row, weight in enumerate(weights):
        share = weight / sum(weights)
        assert abs(found[row] - sample.noise.size * share) < 6 * math.sqrt(sample.noise.size * share * (1 - share))


def test_the_examples_are_the_same_for_the_same_seed() -> None:
    first, again, other = (drawn(Settings(seed=seed, min_count=1), [20] * 1000)[2] for seed in (4, 4, 5))
    np.testing.assert_array_equal(first.contexts, again.contexts)
    np.testing.assert_array_equal(first.noise, again.noise)
    assert first.targets.tolist() != other.targets.tolist()


# --- the loss


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def dot(one: npt.ArrayLike, other: npt.ArrayLike) -> float:
    pairs = zip(np.asarray(one).tolist(), np.asarray(other).tolist(), strict=True)
    return math.fsum(a * b for a, b in pairs)


def hidden_vector(contexts: list[int], settings: Settings, inputs: Floats32) -> list[float]:
    rows = [inputs[row].tolist() for row in contexts if row >= 0]
    sums = [math.fsum(column) for column in zip(*rows, strict=True)]
    return [x / len(rows) for x in sums] if not settings.sg and settings.cbow_mean else sums


def noise_cost(hidden: list[float], target: int, noise: list[int], outputs: Floats32) -> float:
    """Return what negative sampling costs, equation 4 of Mikolov et al. 2013."""
    against = [math.log(logistic(-dot(outputs[word], hidden))) for word in noise if word != target]
    return -math.log(logistic(dot(outputs[target], hidden))) - math.fsum(against)


def tree_probability(hidden: list[float], point: list[int], code: list[int], nodes: Floats32) -> float:
    """Return the probability of the word at the end of a way: at each node, a turn of 0 has the logistic's."""
    found = 1.0
    for node, turn in zip(point, code, strict=True):
        to_zero = logistic(dot(nodes[node], hidden))
        found *= 1 - to_zero if turn else to_zero
    return found


@each_output
def test_the_loss_of_negative_sampling_is_that_of_the_formula(changes: dict[str, Any]) -> None:
    settings = Settings(window=3, negative=4, min_count=1, sample=0.0, vector_size=6, **changes)
    _, vocabulary, sample = drawn(settings, [9] * 60_000, words=12)
    assert len(sample.targets) > 1 << 12, "too few for more than one block"
    assert (sample.noise == sample.targets[:, None]).any(), "no noise word is its target"
    rng = np.random.default_rng(0)
    inputs, outputs = (rng.normal(size=(len(vocabulary.words), 6)).astype(np.float32) for _ in range(2))
    costs = [
        noise_cost(hidden_vector(contexts, settings, inputs), target, noise, outputs)
        for contexts, target, noise in zip(
            sample.contexts.tolist(), sample.targets.tolist(), sample.noise.tolist(), strict=True
        )
    ]
    found = mean_loss(sample, settings, {"vectors": inputs, "syn1neg": outputs}, None)
    assert found == pytest.approx(math.fsum(costs) / len(costs), rel=1e-12)


def test_the_loss_of_two_pairs_by_hand() -> None:
    """The example in `w2vcli.training.loss`."""
    sample = Sample(contexts=np.array([[0], [1]]), targets=np.array([1, 2]), noise=np.array([[2], [2]]))
    vectors = np.array([[1], [2], [0]], dtype=np.float32)
    syn1neg = np.array([[0], [math.log(3)], [-math.log(3)]], dtype=np.float32)
    loss = mean_loss(sample, Settings(negative=1), {"vectors": vectors, "syn1neg": syn1neg}, None)
    assert loss == pytest.approx(-(2 * math.log(3 / 4) + math.log(1 / 10)) / 2, rel=1e-7)
    assert round(loss, 3) == 1.439


def test_vectors_of_zero_cost_a_bit_for_each_decision() -> None:
    settings = Settings(negative=3, min_count=1, sample=0.0)
    _, vocabulary, sample = drawn(settings, [9] * 1000)
    zeros = np.zeros((len(vocabulary.words), 4), dtype=np.float32)
    decisions = 1 + (sample.noise != sample.targets[:, None]).sum(axis=1).mean()
    assert mean_loss(sample, settings, {"vectors": zeros, "syn1neg": zeros}, None) == pytest.approx(
        decisions * math.log(2)
    )


def test_vectors_far_from_each_other_cost_no_overflow() -> None:
    sample = Sample(np.array([[0]]), np.array([1]), np.array([[2]]))
    inputs = np.array([[3e4]], dtype=np.float32)
    outputs = np.array([[0], [-3e4], [3e4]], dtype=np.float32)
    loss = mean_loss(sample, Settings(), {"vectors": inputs, "syn1neg": outputs}, None)
    assert loss == pytest.approx(2 * float(inputs[0, 0]) ** 2)


@each_output
def test_the_loss_of_hierarchical_softmax_is_that_of_gensims_tree(tmp_path: Path, changes: dict[str, Any]) -> None:
    settings = Settings(workers=1, vector_size=8, hs=1, negative=0, min_count=1, alpha=0.3, sample=0.0, **changes)
    task, epochs = run(tmp_path, make_text(8000), settings, 2)
    words, counts = task.vocabulary.words, task.vocabulary.counts.tolist()
    same = {name: getattr(settings, name) for name in ("vector_size", "sg", "cbow_mean", "hs", "negative", "alpha")}
    gensims = Word2Vec(**same, workers=1, sample=0.0, min_count=1, sorted_vocab=0)
    gensims.build_vocab_from_freq(dict(zip(words, counts, strict=True)))
    sentences = list(task.text.sentences())
    gensims.train(sentences, total_examples=len(sentences), epochs=2)
    points = [gensims.wv.get_vecattr(word, "point").tolist() for word in words]
    codes = [gensims.wv.get_vecattr(word, "code").tolist() for word in words]
    assert len(set(map(len, points))) > 2, "a tree whose ways are equally long shows little"

    sample = draw_sample(task.text, task.vocabulary, settings)
    assert sample is not None
    hidden = [hidden_vector(contexts, settings, gensims.wv.vectors) for contexts in sample.contexts.tolist()]
    for one in hidden[:20]:
        everything = [tree_probability(one, *way, gensims.syn1) for way in zip(points, codes, strict=True)]
        assert math.fsum(everything) == pytest.approx(1, abs=1e-12)
        assert max(everything) > 3 / len(words), "nothing was learnt"
    costs = [
        -math.log(tree_probability(one, points[target], codes[target], gensims.syn1))
        for one, target in zip(hidden, sample.targets.tolist(), strict=True)
    ]
    last = epochs[-1]
    found = mean_loss(sample, settings, last.state.arrays, task.paths)
    assert "syn1neg" not in last.state.arrays
    assert found == pytest.approx(math.fsum(costs) / len(costs), rel=1e-6)


def test_where_both_outputs_are_trained_the_loss_is_the_sum(tmp_path: Path) -> None:
    settings = Settings(workers=1, vector_size=8, hs=1, negative=3, min_count=1)
    task, epochs = run(tmp_path, make_text(8000), settings, 1)
    sample = draw_sample(task.text, task.vocabulary, settings)
    assert sample is not None
    (last,) = epochs
    both, noise, tree = (
        mean_loss(sample, settings, {name: last.state.arrays[name] for name in ("vectors", *outputs)}, paths)
        for outputs, paths in ((("syn1neg", "syn1"), task.paths), (("syn1neg",), None), (("syn1",), task.paths))
    )
    assert noise > 0 < tree
    assert both == pytest.approx(noise + tree, rel=1e-12)


# --- the loss of whole trainings


def losses(source: Path, target: Path, settings: Settings) -> list[float]:
    plan = TrainingPlan((str(source),), Reading("whitespace"), settings)
    facts, _ = train_model(plan, target, None, SILENT, force=True)
    return facts.runs[-1].loss or []


@pytest.mark.parametrize("changes", [{}, {"sg": 0}, {"hs": 1, "negative": 0}], ids=str)
def test_the_loss_falls_and_does_not_depend_on_the_number_of_workers(tmp_path: Path, changes: dict[str, Any]) -> None:
    source = planted(tmp_path / "t")
    source.write_text(f"{source.read_text()}\n" * 3)
    settings = replace(Settings(vector_size=20, epochs=4), **changes)
    found = {workers: losses(source, tmp_path / "m.w2v", replace(settings, workers=workers)) for workers in (1, 2, 4)}
    for workers, loss in found.items():
        assert len(loss) == 4
        assert loss[-1] < loss[0]
        # On a busy machine, a worker may hold an early piece of the text back.
        assert loss[-1] == pytest.approx(found[1][-1], rel=0.05), workers
    assert max(found[1]) == found[1][0] > found[1][-1] / 0.97


def test_without_text_put_aside_there_is_no_loss(tmp_path: Path) -> None:
    source = planted(tmp_path / "t")
    assert losses(source, tmp_path / "m.w2v", Settings(vector_size=4, epochs=2, held_out=False)) == []


@hypothesis_settings(max_examples=30)
@given(lengths=sentence_lengths(), seed=st.integers(0, 2**32 - 1), at_once=st.integers(1, 5))
def test_blocks_of_sentences_give_what_all_at_once_gives(lengths: list[int], seed: int, at_once: int) -> None:
    selection, settings = all_sentences(make_corpus(lengths)), Settings(seed=seed)
    whole = hold_out(selection, settings)
    with mock.patch("w2vcli.training.text._SENTENCES_AT_ONCE", at_once):
        blocks = hold_out(selection, settings)
    assert [blocks.starts.tolist(), blocks.stops.tolist()] == [whole.starts.tolist(), whole.stops.tolist()]
    assert [bounds.tolist() for bounds in blocks.held_out] == [bounds.tolist() for bounds in whole.held_out]


def test_what_is_held_out_is_drawn_as_the_formula_says() -> None:
    lengths = [1, 2500, 3, 1000, 999, 12_345, *[7] * 400]
    text = hold_out(all_sentences(make_corpus(lengths)), Settings(seed=4))
    ends = np.cumsum(lengths)
    parts = [
        (start, min(start + 1000, end))
        for length, end in zip(lengths, ends.tolist(), strict=True)
        for start in range(end - length, end, 1000)
    ]
    drawn = np.random.default_rng([4, 1]).permutation(len(parts))[: len(parts) // 100].tolist()
    assert sorted(zip(*(bounds.tolist() for bounds in text.held_out), strict=True)) == sorted(parts[at] for at in drawn)
