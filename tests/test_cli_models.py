"""``models``, ``use``, ``info`` and ``completion``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import MakeModel, W2v
from w2vcli.models.directory import Model


def test_models_are_listed_and_the_default_marked(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["a"], [[1, 2]], name="one")
    make_model(["a", "b"], [[1, 2, 3]] * 2, name="two")
    make_model(["a"], [[1, 2]], name="./elsewhere")
    found = w2v("models", "--json").json
    assert [(row["default"], row["model"], row["words"], row["vector_size"]) for row in found] == [
        ("", "one", 1, 2),
        ("", "two", 2, 3),
        ("*", str(Path.cwd() / "elsewhere.w2v"), 1, 2),
    ]


def test_without_models_the_way_to_one_is_told(w2v: W2v) -> None:
    run = w2v("models")
    assert (run.status, "w2v train" in run.err) == (0, True)
    assert w2v("models", "--json").json == []


def test_a_damaged_model_is_told_and_the_others_listed(w2v: W2v, make_model: MakeModel, home: Path) -> None:
    make_model(["a"], [[1, 2]], name="whole")
    make_model(["a"], [[1, 2]], name="bad")
    (home / "models" / "bad.w2v" / "model.json").write_text("{")
    run = w2v("models", "--json")
    assert [row["model"] for row in run.json] == ["whole"]
    assert "is damaged" in run.err


def test_use_chooses_the_default(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["a", "b"], [[1, 2]] * 2, name="one")
    make_model(["c"], [[1, 2]], name="two")
    assert w2v("use", "one").status == 0
    assert w2v("similar", "a").rows[0][0] == "b"
    run = w2v("use", "three")
    assert (run.status, run.err) == (4, "Error: no model called three; there is: one, two\n")


def test_use_refuses_a_damaged_model(w2v: W2v, make_model: MakeModel, home: Path) -> None:
    make_model(["a"], [[1, 2]], name="bad")
    (home / "models" / "bad.w2v" / "vectors.npy").write_bytes(b"")
    assert w2v("use", "bad").status == 1


def test_info_shows_what_a_model_is(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["a", "b"], [[1, 2]] * 2, name="one")
    (facts,) = w2v("info", "one", "--json").json
    assert (facts["model"], facts["words"], facts["vector_size"]) == ("one", 2, 2)
    assert dict(w2v("info").rows)["source.kind"] == "test"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(w2v: W2v, shell: str) -> None:
    run = w2v("completion", shell)
    assert run.status == 0
    assert "_W2V_COMPLETE" in run.out


def test_commands_and_model_names_are_completed(process: W2v, make_model: MakeModel) -> None:
    make_model(["a"], [[1, 2]], name="novels")

    def complete(line: str) -> list[str]:
        run = process(_W2V_COMPLETE="bash_complete", COMP_LINE=line)
        return [line.partition(",")[2] for line in run.out.splitlines()]

    assert complete("w2v simil") == ["similar", "similarity"]
    assert complete("w2v similar -m nov") == ["novels"]
    assert complete("w2v use n") == ["novels"]
    assert complete("w2v load goo") == ["google-news"]
    assert complete("w2v load word2vec-g") == ["word2vec-google-news-300"]


def test_info_on_a_model_of_one_epoch(w2v: W2v) -> None:
    Path("t").write_text("a b c d e\n" * 300)
    assert w2v("train", "t", "--epochs", 1, "--vector-size", 2, "--sample", 0).status == 0
    facts = {row[0]: row[1] for row in w2v("info").rows}
    assert 0 < float(facts["training.loss"]) < 5
    assert facts["training.receipt.epochs"] == "1"


def test_a_model_that_was_copied_is_as_it_was_made(w2v: W2v, toy: Model, tmp_path: Path) -> None:
    """Its index was made of files with other times of change, and is made again by the next question."""
    copy = tmp_path / "copy.w2v"
    shutil.copytree(toy.path, copy)
    checked = w2v("info", copy, "--check")
    assert checked.status == 0
    assert "every file is as it was when the model was made, besides its index" in checked.err
    (copy / "index" / "upper.npy").write_bytes(b"other")
    assert w2v("info", copy, "--check").status == 1
