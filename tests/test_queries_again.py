"""How many neighbours come again is counted as by hand, from one list of neighbours for each variant."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conftest import MakeModel
from tests.test_models_variants import add_variants, noisy
from w2vcli.models.variants import open_variants
from w2vcli.queries.again import shares_again
from w2vcli.queries.search import most_similar


def test_a_share_is_the_mean_over_variants_of_what_both_lists_have(make_model: MakeModel) -> None:
    rng = np.random.default_rng(3)
    words = [f"w{number}" for number in range(40)]
    model = make_model(words, rng.normal(size=(40, 6)))
    add_variants(model, noisy(model, 6, 0.5))
    variants = open_variants(model)
    found = shares_again(model, variants, words[::2], topn=7)
    for word, share in zip(words[::2], found, strict=True):
        near = {each.word for each in most_similar(model, [word], topn=7)}
        both = [len(near & {each.word for each in most_similar(one, [word], topn=7)}) / 7 for one in variants]
        assert share == pytest.approx(np.mean(both))
    assert len(set(found)) > 5


def test_of_few_words_all_come_again_and_a_word_without_neighbours_has_none(make_model: MakeModel) -> None:
    model = make_model(["a", "b", "c", "zero"], [[1, 2], [2, 1], [-1, 0.5], [0, 0]])
    add_variants(model, noisy(model))
    assert shares_again(model, open_variants(model), ["a", "zero"]) == [1, 0]
