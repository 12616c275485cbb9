"""The table of what may lie in a model directory."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import MakeModel, W2v
from w2vcli.errors import BadModel
from w2vcli.models import model_parts
from w2vcli.models.directory import new_model
from w2vcli.models.facts import check_hashes, file_hashes, read_facts
from w2vcli.models.model_parts import PARTS, Part, TrainingFolder, files_of, is_hashed, part_of, require_parts


def test_each_part_is_written_by_a_module_that_there_is() -> None:
    for part in PARTS:
        assert all(find_spec(f"w2vcli.{writer}") for writer in part.writers), part
    assert [part.name for part in PARTS if part.needed] == ["model.json", "vectors.npy", "words.txt"]


@pytest.mark.parametrize(
    ("path", "name", "hashed"),
    [
        ("vectors.npy", "vectors.npy", True),
        ("float32-0123abcd.npy", "float32-*.npy", False),
        ("training/syn1neg.npy", "training/", True),
        ("index/upper.npy", "index/", False),
        ("classifier/deep/best.keras", "classifier/", True),
        ("training", None, True),  # a file where a folder should be
        ("notes.txt", None, True),
    ],
)
def test_the_part_of_a_path_says_whether_it_is_hashed(path: str, name: str | None, hashed: bool) -> None:
    part = part_of(path)
    assert (part and part.name, is_hashed(path)) == (name, hashed)


def test_what_is_in_no_row_of_the_table_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(name: str) -> None:
        with new_model(tmp_path / name, 2) as writer:
            writer.append(["a"], np.ones((1, 2), dtype=np.float32))
            (writer.directory / "new").mkdir()
            (writer.directory / "new" / "file").write_text("x")
            writer.finish(source={"kind": "test"})

    with pytest.raises(ValueError, match=r"new/file is no part of a model: it needs a row"):
        write("refused.w2v")
    assert not (tmp_path / "refused.w2v").exists()
    monkeypatch.setattr(model_parts, "PARTS", (*PARTS, Part("new/", "a new part", ("tests",))))
    write("m.w2v")
    facts = read_facts(tmp_path / "m.w2v")
    assert "new/file" in facts.sha256
    (tmp_path / "m.w2v" / "new" / "file").write_text("y")
    with pytest.raises(BadModel, match=r"new/file is damaged: its SHA-256"):
        check_hashes(facts, tmp_path / "m.w2v")


def test_all_that_a_training_writes_is_in_the_table(w2v: W2v, tmp_path: Path) -> None:
    (tmp_path / "t").write_text("a cat sat on a mat . the cat saw the dog .\n" * 99)
    size = ("--min-count", 1, "--vector-size", 4, "--epochs", 1, "--workers", 1, "-q")
    assert w2v("train", tmp_path / "t", "-o", tmp_path / "m", *size, "--phrases", "default", "--hs", 1).status == 0
    model = tmp_path / "m.w2v"
    require_parts(model)
    parts = {part_of(path) for path in files_of(model)}
    assert {part.name for part in parts if part} >= {"training/", "phrases.tsv", "dropped.tsv", "index/", "counts.npy"}
    assert dict(TrainingFolder(model).weights()).keys() == {"syn1", "syn1neg"}
    assert TrainingFolder(model).sources(1).exists()
    assert set(file_hashes(model)) == set(read_facts(model).sha256)


def test_a_part_that_is_a_link_to_nothing_is_found(make_model: MakeModel) -> None:
    model = make_model(["a"], np.ones((1, 2))).path
    (model / "phrases.tsv").symlink_to("/nowhere")
    with pytest.raises(BadModel, match=r"phrases.tsv has no SHA-256"):
        check_hashes(read_facts(model), model)
