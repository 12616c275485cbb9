"""Plans of networks: defaults by network, presets over them, and what is asked for over both; ids of words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from w2vcli.corpus.reading import Reading
from w2vcli.corpus.tokenizers import WORD_RULES
from w2vcli.errors import BadSettings
from w2vcli.neural.ids import NetworkIds
from w2vcli.neural.network_plans import (
    CHOICES,
    CLASSIFIER_DEFAULTS,
    LANGUAGE_DEFAULTS,
    NOT_ZERO,
    PRESETS,
    RANGES,
    Setting,
    plan_classifier,
    plan_language_model,
    values_of,
)

DATA = Path("reviews")


def test_each_network_has_its_own_defaults() -> None:
    average, rnn = (plan_classifier(DATA, network=name).settings for name in ("average", "rnn"))
    assert (average.network.vector_size, average.length, average.fitting.batch_size, average.pretrain) == (
        *(16, 1000, 128, False),
    )
    assert (rnn.network.vector_size, rnn.length, rnn.fitting.batch_size, rnn.pretrain) == (64, 400, 64, True)
    assert average == plan_classifier(DATA).settings
    assert average.texts.word_rules == WORD_RULES
    feed_forward, recurrent = (plan_language_model(["t"], network=name).settings for name in LANGUAGE_DEFAULTS)
    assert (feed_forward.network.window, feed_forward.fitting.batch_size) == (4, 256)
    assert (recurrent.network.window, recurrent.fitting.batch_size) == (32, 16)


def test_what_is_asked_for_goes_before_the_preset_which_has_all_settings() -> None:
    settings = plan_classifier(DATA, preset="lecture", epochs=3, mask=True).settings
    assert (settings.texts.tokenizer, settings.texts.vocabulary_size, settings.fitting.patience) == (
        *("subwords", 8183, 0),
    )
    assert (settings.fitting.epochs, settings.network.mask, settings.fitting.batch_size) == (3, True, 10)
    assert settings.validate_on_test
    assert not plan_classifier(DATA, preset="lecture", validation=0.2).settings.validate_on_test
    rnn = plan_classifier(DATA, preset="lecture", network="rnn").settings
    assert (rnn.network.network, rnn.network.vector_size, rnn.pretrain) == ("rnn", 16, False)


def test_a_language_model_is_read_by_the_tokenizer_of_its_settings() -> None:
    plan = plan_language_model(["t.txt", "-", "https://x/y"], Reading(column="text"), tokenizer="whitespace")
    assert plan.sources == (str(Path("t.txt").absolute()), "-", "https://x/y")
    assert plan.reading == replace(
        Reading(column="text"), tokenizer="whitespace", lowercase=True, word_rules=WORD_RULES
    )


def test_settings_that_there_are_not_or_that_contradict_are_refused() -> None:
    with pytest.raises(BadSettings, match="there is no setting epoch: they are network, cell, vector_size"):
        plan_classifier(DATA, epoch=3)
    with pytest.raises(BadSettings, match="there is no preset lectures: they are lecture"):
        plan_classifier(DATA, preset="lectures")
    wrong: tuple[tuple[str, Setting], ...] = (
        *(("dropout", float("nan")), ("units", 0), ("validation", 0), ("cell", "rnn"), ("length", "a")),
    )
    for name, value in wrong:
        with pytest.raises(BadSettings, match=f"--{name} cannot be {value}"):
            plan_classifier(DATA, None, preset=None, validation_data=None, vectors=None, **{name: value})
    with pytest.raises(BadSettings, match="--batch-size cannot be -1"):
        plan_language_model(["t"], batch_size=-1)
    with pytest.raises(BadSettings, match="there is no network cnn: they are average, rnn"):
        plan_classifier(DATA, network="cnn")
    with pytest.raises(BadSettings, match="--frozen vectors have to come from somewhere"):
        plan_classifier(DATA, frozen=True)
    with pytest.raises(BadSettings, match="--frozen vectors have to come from somewhere"):
        plan_language_model(["t"], frozen=True)


def test_every_setting_has_a_range_or_choices_and_its_default_keeps_to_them() -> None:
    for defaults in (CLASSIFIER_DEFAULTS, LANGUAGE_DEFAULTS):
        for settings in (*defaults.values(), *(plan_classifier(DATA, preset=name).settings for name in PRESETS)):
            for name, value in values_of(settings).items():
                if isinstance(value, bool) or name in {"network", "tokenizer", "word_rules"}:
                    continue
                if isinstance(value, str):
                    assert value in CHOICES[name]
                    continue
                least, most = RANGES[name]
                assert least <= value <= (most or value), name
                assert value or name not in NOT_ZERO


def test_ids_are_padding_then_words_then_one_for_all_others() -> None:
    ids = NetworkIds(["film", "good"])
    found = ids.encode("good old film".split())
    assert found.tolist() == [2, 3, 1]
    assert found.dtype == np.int32
    assert ids.is_unknown(found).tolist() == [False, True, False]
    assert [ids.name(number) for number in range(ids.size)] == ["</s>", "film", "good", "<UNK>"]
    assert list("0123")[ids.rows] == ["1", "2"]
    assert NetworkIds([]).encode(["a"]).tolist() == [1]
