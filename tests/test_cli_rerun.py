from __future__ import annotations

import json
import sys
from pathlib import Path

import llvmlite.binding
import pytest

from tests.conftest import MakeModel, W2v
from tests.test_training_train import planted
from w2vcli.models.registry import find_model

PROCESSOR = llvmlite.binding.get_host_cpu_name()
TRAIN = ("-o", "m", "--epochs", 2, "--vector-size", 4, "--workers", 1)


@pytest.fixture
def text() -> Path:
    return planted(Path("t.txt"))


def vectors(name: str) -> bytes:
    return (find_model(name) / "vectors.npy").read_bytes()


def test_a_model_is_trained_again_to_the_same_bytes(w2v: W2v, text: Path) -> None:
    assert w2v("train", text, *TRAIN).status == 0
    run = w2v("rerun", "m", "--check", "--json")
    assert run.status == 0
    assert [(row["file"], row["same"]) for row in run.json] == [
        ("words.txt", True),
        ("counts.npy", True),
        ("vectors.npy", True),
    ]
    assert w2v("rerun", "m", "--no-cache").status == 0
    assert vectors("m-rerun") == vectors("m")


def test_the_bytes_do_not_depend_on_the_hashes_of_strings(process: W2v, text: Path) -> None:
    found = set()
    for seed in ("0", "1", "77"):
        assert process("train", text, *TRAIN, "--force", PYTHONHASHSEED=seed).status == 0
        found.add(vectors("m"))
    assert len(found) == 1


def test_one_changed_byte_is_told_with_the_name_of_its_file(w2v: W2v) -> None:
    Path("f").mkdir()
    for name in ("a.txt", "b.txt"):
        planted(Path("f", name))
    assert w2v("train", "f", *TRAIN).status == 0
    data = bytearray(Path("f/b.txt").read_bytes())
    data[100] ^= 1
    Path("f/b.txt").write_bytes(data)
    run = w2v("rerun", "m", "--check")
    assert run.status == 1
    assert "the text is not what the model was trained on: " in run.err
    assert "f/b.txt has changed\n" in run.err
    assert "a.txt" not in run.err
    planted(Path("f/b.txt"))
    planted(Path("f/c.txt"))
    Path("f/a.txt").unlink()
    assert "f/a.txt is gone, " in w2v("rerun", "m", "--check").err
    assert "f/c.txt is new\n" in w2v("rerun", "m", "--check").err


def test_several_trainings_are_all_done_again(w2v: W2v, text: Path) -> None:
    Path("more.txt").write_text("the cat and the dog and the unicorn\n" * 50)
    assert w2v("train", text, *TRAIN).status == 0
    assert w2v("train", "more.txt", "--start-from", "m", "-o", "m2", "--epochs", 2).status == 0
    assert w2v("rerun", "m2", "--check").status == 0
    assert w2v("similar", "unicorn", "-m", "m2").status == 0


def test_a_model_that_differs_is_exit_status_1(w2v: W2v, text: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert w2v("train", text, *TRAIN).status == 0
    rerun = sys.modules.get("w2vcli.training.rerun") or __import__("w2vcli.training.rerun", fromlist=["rerun"])
    plans = rerun.plans_of

    def other(*model: object) -> list[object]:
        from dataclasses import replace

        return [replace(plan, settings=replace(plan.settings, seed=2)) for plan in plans(*model)]

    monkeypatch.setattr(rerun, "plans_of", other)
    run = w2v("rerun", "m", "--check")
    assert run.status == 1
    assert [row[:2] for row in run.rows] == [["words.txt", "True"], ["counts.npy", "True"], ["vectors.npy", "False"]]


def test_the_order_of_words_of_an_earlier_version_is_kept(w2v: W2v) -> None:
    """It did not say what it was: of equally frequent words, the first one came first."""
    Path("t.txt").write_text("a b c d e a b c d e f f f\n" * 20)
    assert w2v("train", "t.txt", *TRAIN).status == 0
    assert (find_model("m") / "words.txt").read_text().split() == list("fedcba")
    facts = json.loads((find_model("m") / "model.json").read_text())
    del facts["training"][-1]["ties"]
    (find_model("m") / "model.json").write_text(json.dumps(facts))
    (find_model("m") / "model.json.sha256").unlink()  # as earlier versions left it
    rows = {row[0]: row[1] for row in w2v("rerun", "m", "--check").rows}
    assert rows["words.txt"] == "False"
    assert w2v("rerun", "m", "-o", "old").status == 0
    assert (find_model("old") / "words.txt").read_text().split() == list("fabcde")
    assert w2v("rerun", "old", "--check").status == 0
    assert w2v("train", "--start-from", "old", "-o", "more", "--epochs", 1).status == 0
    assert (find_model("more") / "words.txt").read_text().split() == list("fabcde")


def test_another_machine_is_told(w2v: W2v, text: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert w2v("train", text, *TRAIN).status == 0
    assert "it was trained with" not in w2v("rerun", "m", "--check").err
    monkeypatch.setattr(llvmlite.binding, "get_host_cpu_name", lambda: "abacus")
    err = w2v("rerun", "m", "--check").err
    assert f"it was trained with the processor {PROCESSOR} (now abacus)" in err


def test_what_cannot_be_trained_again_is_one_line(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["a", "b"], [[1, 2], [1, 3]], name="loaded")
    assert "was not made by w2v train" in w2v("rerun", "loaded").err
    assert w2v("train", "-", *TRAIN, stdin="a b c d\n" * 50).status == 0
    assert "standard input, which cannot be read again" in w2v("rerun", "m", "--check").err
