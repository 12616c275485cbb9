from __future__ import annotations

from pathlib import Path

from tests.conftest import W2v
from tests.test_training_train import planted

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


def test_a_dry_run_knows_the_script(w2v: W2v) -> None:
    for text, tokenizer in (
        ("소녀가 사과를 먹는다", "korean"),
        ("我们 喜欢 电影", "chinese"),
        ("私は 映画が すき", "japanese"),
    ):
        Path("t").write_text(f"{text}\n" * 9, encoding="utf-8")
        [facts] = w2v("train", "t", "--dry-run", "--json").json
        assert any(line.startswith(f"--tokenizer {tokenizer}:") for line in facts["consider"])
