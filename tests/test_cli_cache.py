from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import W2v
from tests.test_training_train import planted
from w2vcli.training import advice
from w2vcli.training.tasks import Epoch, State, Task

TRAIN = ("--epochs", 1, "--vector-size", 4, "--workers", 1)


def test_a_second_training_takes_the_numbers_from_the_cache(w2v: W2v) -> None:
    text = planted(Path("t.txt"))
    first = w2v("train", text, "-o", "a", *TRAIN)
    second = w2v("train", text, "-o", "b", *TRAIN)
    assert "taken from the cache" not in first.err
    assert "taken from the cache" in second.err
    assert "reading: " not in second.err
    assert first.rows[1:] == second.rows[1:]
    [row] = w2v("cache", "--json").json
    assert (row["source"], row["words"]) == (str(text.absolute()), len(text.read_text().split()))
    assert "deleted: " in w2v("cache", "--clear").err
    assert w2v("cache").rows == []
    assert "reading: " in w2v("train", text, "-o", "c", *TRAIN, "--no-cache").err
    assert w2v("cache").rows == []


def test_compiled_code_is_cleared_too(w2v: W2v, home: Path) -> None:
    text = planted(Path("t.txt"))
    (home / "cache" / "compiled-by-an-earlier-version").mkdir(parents=True)
    w2v("train", text, "-o", "a", *TRAIN, "--engine", "numba")
    assert len(list((home / "cache").glob("compiled-*"))) == 2
    assert w2v("cache", "--clear").status == 0
    assert list((home / "cache").iterdir()) == []


def test_a_dry_run_writes_nothing(w2v: W2v, home: Path) -> None:
    text = planted(Path("t.txt"))
    run = w2v("train", text, "--dry-run", "--json")
    assert run.status == 0
    [facts] = run.json
    assert facts["words"] == len(text.read_text().split())
    assert facts["epochs"] == 50
    assert facts["memory"] > facts["checkpoint"] == 2 * 4 * facts["vocabulary"] * 100
    assert any(line.startswith("--sample 0") for line in facts["consider"])
    assert list(home.iterdir()) == []


def test_a_dry_run_takes_its_speed_from_a_second_epoch(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one may compile; here it takes 90 seconds, and the second one 10."""
    now = 0.0

    def engine(task: Task) -> None:
        nonlocal now
        for epoch, seconds in zip(range(task.epochs), (90, 10), strict=True):
            now += seconds
            task.on_epoch(Epoch(epoch + 1, 0, 0, State({}), np.array, None, None))

    monkeypatch.setattr(advice, "ENGINES", {"numba": engine})
    monkeypatch.setattr(time, "monotonic", lambda: now)
    text = planted(Path("t.txt"))
    [facts] = w2v("train", text, "--dry-run", "--json", "--engine", "numba", "--epochs", 7, "--no-held-out").json
    assert facts["words_per_second"] == round(facts["words"] / 10)
    assert facts["seconds"] == 70


def test_a_dry_run_knows_the_script(w2v: W2v) -> None:
    for text, tokenizer in (
        ("소녀가 사과를 먹는다", "korean"),
        ("我们 喜欢 电影", "chinese"),
        ("私は 映画が すき", "japanese"),
    ):
        Path("t").write_text(f"{text}\n" * 9, encoding="utf-8")
        [facts] = w2v("train", "t", "--dry-run", "--json").json
        assert any(line.startswith(f"--tokenizer {tokenizer}:") for line in facts["consider"])
