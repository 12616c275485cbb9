from __future__ import annotations

import numpy as np
import pytest
from gensim.models import Word2Vec

from w2vcli.errors import LostWords
from w2vcli.training.receipt import check_trained, keep_probabilities

COUNTS = {"the": 5000, "of": 2500, "king": 200, "queen": 100, "throne": 7}


@pytest.mark.parametrize("sample", [1e-3, 1e-2, 0.0, 100.0])
def test_probabilities_are_gensims(sample: float) -> None:
    model = Word2Vec(sample=sample, min_count=1)
    model.build_vocab_from_freq(dict(COUNTS))
    gensims = [model.wv.get_vecattr(word, "sample_int") / (2**32 - 1) for word in COUNTS]
    ours = keep_probabilities(np.array([*COUNTS.values()]), sample)
    assert ours == pytest.approx(gensims, abs=1e-9)


def test_without_subsampling_not_one_word_may_be_missing() -> None:
    check_trained(30, np.array([10, 5]), 0.0, 2)
    with pytest.raises(LostWords, match=r"29 words, where 30 .* expected"):
        check_trained(29, np.array([10, 5]), 0.0, 2)


def test_with_subsampling_chance_is_allowed_but_not_loss() -> None:
    counts = np.array([100_000, 1000])
    kept = keep_probabilities(counts, 1e-3)
    rng = np.random.default_rng(0)
    trained = sum(int(rng.binomial(n, p)) for n, p in zip(counts, kept, strict=True))
    check_trained(trained, counts, 1e-3, 1)
    with pytest.raises(LostWords):
        check_trained(trained // 2, counts, 1e-3, 1)
    with pytest.raises(LostWords):
        check_trained(trained * 2, counts, 1e-3, 1)
