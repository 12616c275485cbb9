from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.gensim_oracle import Word2Vec
from w2vcli.corpus.encoded import Read
from w2vcli.errors import LostWords
from w2vcli.models.runs import EpochWords
from w2vcli.training.formulas import keep_probabilities
from w2vcli.training.receipt import check_trained, make_receipt, require_adding_up

COUNTS = {"the": 5000, "of": 2500, "king": 200, "queen": 100, "throne": 7}


@pytest.mark.parametrize("sample", [1e-3, 1e-2, 0.0, 100.0])
def test_probabilities_are_gensims(sample: float) -> None:
    model = Word2Vec(sample=sample, min_count=1)
    model.build_vocab_from_freq(dict(COUNTS))
    gensims = [model.wv.get_vecattr(word, "sample_int") / (2**32 - 1) for word in COUNTS]
    ours = keep_probabilities(np.array([*COUNTS.values()]), sample)
    assert ours == pytest.approx(gensims, abs=1e-9)


def test_without_subsampling_not_one_word_may_be_missing() -> None:
    counts = np.array([10, 5])
    check_trained(13, counts, np.array([9, 4]), 0.0)
    with pytest.raises(LostWords, match=r"12 words, where 13 .* expected"):
        check_trained(12, counts, np.array([9, 4]), 0.0)


def test_with_subsampling_chance_is_allowed_but_not_loss() -> None:
    counts = np.array([100_000, 1000])
    kept = keep_probabilities(counts, 1e-3)
    rng = np.random.default_rng(0)
    trained = sum(int(rng.binomial(n, p)) for n, p in zip(counts, kept, strict=True))
    check_trained(trained, counts, counts, 1e-3)
    with pytest.raises(LostWords):
        check_trained(trained // 2, counts, counts, 1e-3)
    with pytest.raises(LostWords):
        check_trained(trained * 2, counts, counts, 1e-3)


READ = Read(
    files=1, bytes=99, undecodable_bytes=2, lines=4, empty_lines=1, sentences=3,
    words=20, stop_words=3, numbers=1, joined=2, tokens=14,
)  # fmt: skip
EPOCHS = [EpochWords(trained=8, subsampled=2, below_min_count=3, held_out=1), EpochWords(9, 1, 3, 1)]


def test_a_receipt_adds_up_over_epochs() -> None:
    receipt = make_receipt(READ, EPOCHS, min_count=5)
    assert (receipt.read, receipt.total) == (20, 28)
    assert (receipt.trained, receipt.subsampled, receipt.below_min_count, receipt.held_out) == (17, 3, 6, 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"read": 21}, {"total": 29}, {"trained": 18}, {"held_out": 1}, {"stop_words": 2}, {"joined": 3},
        {"per_epoch": EPOCHS[:1]}, {"per_epoch": [EPOCHS[0], EPOCHS[0]]}, {"lines": 0}, {"bytes": 1},
    ],
    ids=str,
)  # fmt: skip
def test_a_receipt_that_does_not_add_up_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(LostWords, match="do not add up"):
        require_adding_up(replace(make_receipt(READ, EPOCHS, min_count=5), **wrong))
