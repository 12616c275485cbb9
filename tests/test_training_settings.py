from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any

import pytest

from tests.gensim_oracle import NEEDS_GENSIM, FastText, Word2Vec
from w2vcli.errors import BadSettings
from w2vcli.training.settings import NOT_ZERO, RANGES, Settings, epochs_for


@NEEDS_GENSIM
def test_names_and_defaults_are_gensims_but_for_the_two_that_are_documented() -> None:
    gensims = {name: p.default for name, p in inspect.signature(FastText.__init__).parameters.items()}
    word2vecs = {name: p.default for name, p in inspect.signature(Word2Vec.__init__).parameters.items()}
    assert all(gensims[name] == word2vecs[name] for name in gensims.keys() & word2vecs.keys())
    ours = {name: getattr(Settings(), name) for name in Settings.__dataclass_fields__}
    assert set(ours) - set(gensims) == {"model_type", "held_out"}
    assert {name for name in ours if name in gensims and ours[name] != gensims[name]} == {"sg", "epochs"}


@pytest.mark.parametrize(
    ("words", "epochs"), [(10, 50), (400_000, 50), (1_000_000, 20), (1_550_125, 13), (4_000_000, 5), (10**9, 5)]
)
def test_small_corpora_get_more_epochs(words: int, epochs: int) -> None:
    assert epochs_for(words) == epochs


def test_settings_that_train_nothing_are_refused() -> None:
    with pytest.raises(BadSettings, match="--negative 0"):
        Settings(hs=0, negative=0)
    with pytest.raises(BadSettings, match="--min-alpha"):
        Settings(alpha=0.01, min_alpha=0.02)


@pytest.mark.parametrize("name", sorted(RANGES))
def test_settings_out_of_their_range_are_refused(name: str) -> None:
    least, most = RANGES[name]
    values: list[Any] = [float("nan"), least - 1]
    values += [0] if name in NOT_ZERO else []
    values += [] if most is None else [most + 1]
    for value in values:
        with pytest.raises(BadSettings, match=f"--{name.replace('_', '-')} {value} is not between"):
            replace(Settings(), **{name: value})
