"""Several trainings at once: their results come in order, and those that nobody waits for are broken off."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import require
from tests.test_training_variants import QUICK, files, make, trained
from w2vcli.array_types import Float32s
from w2vcli.models.variants import VariantsFolder, VariantsMade
from w2vcli.reporting import SILENT, Reporter
from w2vcli.training import variant_training
from w2vcli.training.at_once import train_at_once, train_one_by_one


def vectors_of(seed: int) -> Float32s:
    return np.full((1, 1), seed, dtype=np.float32)


def test_what_comes_out_is_in_the_order_of_the_seeds_and_no_more_are_trained_at_a_time() -> None:
    running, most, second_is_done = set[int](), 0, threading.Event()

    def train(seed: int, reporter: Reporter) -> Float32s:
        nonlocal most
        running.add(seed)
        most = max(most, len(running))
        if seed == 1:
            assert second_is_done.wait(60)
        with reporter.phase("training") as advance:
            advance(10)
        running.remove(seed)
        if seed == 2:
            second_is_done.set()
        return vectors_of(seed)

    told: list[int] = []
    found = [int(each[0, 0]) for each in train_at_once(train, range(1, 8), 3, SILENT.warn, told.append)]
    assert found == [1, 2, 3, 4, 5, 6, 7]
    assert 2 <= most <= 3
    assert told == sorted(told)
    assert max(told, default=0) <= 70


def test_trainings_that_nobody_waits_for_are_broken_off() -> None:
    broken: list[int] = []
    begun = threading.Barrier(3)  # two that go on for ever, and the one that is done

    def train(seed: int, reporter: Reporter) -> Float32s:
        with reporter.phase("training") as advance:
            begun.wait(60)
            try:
                while seed > 1:
                    advance(1)
            except Exception:
                broken.append(seed)
                raise
        return vectors_of(seed)

    with closing(train_at_once(train, [1, 2, 3], 3, SILENT.warn, lambda done: None)) as found:
        next(found)
    assert sorted(broken) == [2, 3]


def test_an_error_of_one_comes_out() -> None:
    def train(seed: int, reporter: Reporter) -> Float32s:
        if seed == 2:
            raise OSError("no space")
        return vectors_of(seed)

    with closing(train_at_once(train, [1, 2, 3], 2, SILENT.warn, lambda done: None)) as found:
        assert next(found) == 1
        with pytest.raises(OSError, match="no space"):
            next(found)


def test_one_by_one_the_progress_is_that_of_all() -> None:
    told: list[int] = []

    def train(seed: int, reporter: Reporter) -> Float32s:
        with reporter.phase("training") as advance:
            advance(4)
            advance(12)  # as weights round, it may be more than was expected
        return vectors_of(seed)

    assert len(list(train_one_by_one(train, [5, 6], 10, SILENT, told.append))) == 2
    assert told == [4, 10, 10, 14, 20, 20]


def test_variants_are_the_same_bytes_with_any_number_of_workers(tmp_path: Path) -> None:
    require("numba")
    path = trained(tmp_path, QUICK, "numba")
    alone = make(path, 5, workers=1)
    assert make(path, 5, workers=3, again=True).sha256 == alone.sha256
    assert make(path, 7, workers=4).sha256[:5] == alone.sha256
    assert make(path, 7, workers=1, again=True) == make(path, 7)


def test_large_variants_are_trained_one_by_one_by_all_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require("numba")
    path, workers = trained(tmp_path, QUICK, "numba"), list[int]()
    train = variant_training.VariantTraining.train

    def told(self: variant_training.VariantTraining, seed: int, reporter: Reporter) -> Float32s:
        workers.append(self.settings.workers)
        return train(self, seed, reporter)

    monkeypatch.setattr(variant_training.VariantTraining, "train", told)
    make(path, 2, workers=3)
    monkeypatch.setattr(variant_training, "_MOST_BYTES", 100)
    make(path, 4, workers=3)
    assert workers == [1, 1, 3, 3]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError("no space"), SystemExit(143)])
def test_what_was_done_before_an_interruption_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    require("numba")
    path = trained(tmp_path, replace(QUICK, workers=3), "numba")
    whole = make(path, 6)
    add = VariantsFolder.add

    def add_or_raise(self: VariantsFolder, made: VariantsMade, vectors: Float32s) -> VariantsMade:
        if len(made.sha256) == 2:
            raise error
        return add(self, made, vectors)

    with monkeypatch.context() as patch, pytest.raises(type(error)):
        patch.setattr(VariantsFolder, "add", add_or_raise)
        make(path, 6, again=True)
    assert files(path) == ["1.npy", "2.npy", "variants.json"]
    assert make(path, 6) == whole
