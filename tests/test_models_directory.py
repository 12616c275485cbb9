from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from w2vcli.errors import BadModel
from w2vcli.models.directory import Model, new_model, open_model_directory
from w2vcli.models.facts import FORMAT_VERSION, read_facts


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "m.w2v"
    with new_model(path, 2) as writer:
        writer.append(["one", "two"], np.array([[1, 2], [3, 4]], dtype=np.float32), np.array([9, 8]))
        writer.append(["three"], np.array([[5, 6]], dtype=np.float32), np.array([7]))
        writer.finish(source={"kind": "test"})
    return path


def test_what_was_written_is_read(written: Path) -> None:
    model = open_model_directory(written)
    assert model.name == "m"
    assert list(model.words) == ["one", "two", "three"]
    np.testing.assert_array_equal(model.vectors[:], [[1, 2], [3, 4], [5, 6]])
    assert model.counts is not None
    assert model.counts.tolist() == [9, 8, 7]
    assert model.facts.format_version == FORMAT_VERSION


def test_vectors_are_mapped_and_any_numpy_reads_them(written: Path) -> None:
    assert isinstance(open_model_directory(written).vectors.stored.base, np.memmap)
    assert np.load(written / "vectors.npy", allow_pickle=False).shape == (3, 2)


def test_no_file_is_a_pickle(written: Path) -> None:
    files = [str(file.relative_to(written)) for file in sorted(written.rglob("*")) if file.is_file()]
    assert [name for name in files if not name.startswith("index/")] == [
        "counts.npy",
        "model.json",
        "model.json.sha256",
        "vectors.npy",
        "words.txt",
    ]
    assert {Path(name).suffix for name in files} == {".json", ".npy", ".sha256", ".txt"}
    for name in files:
        if name.endswith(".npy"):
            np.load(written / name, allow_pickle=False)
    assert json.loads((written / "model.json").read_text())["words"] == 3


def test_a_model_without_words_can_be_opened(tmp_path: Path) -> None:
    with new_model(tmp_path / "m.w2v", 2) as writer:
        writer.finish(source={})
    model = open_model_directory(tmp_path / "m.w2v")
    assert list(model.words) == []
    assert model.words.row("x") is None


def test_a_wrong_number_of_vectors_is_a_bug_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected"), new_model(tmp_path / "m.w2v", 2) as writer:
        writer.append(["one"], np.zeros((2, 2), dtype=np.float32))
    assert list(tmp_path.iterdir()) == []


def test_there_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="no model at"):
        read_facts(tmp_path / "none.w2v")


def test_a_newer_format_is_refused(written: Path) -> None:
    facts = json.loads((written / "model.json").read_text())
    facts["format_version"] = FORMAT_VERSION + 1
    (written / "model.json").write_text(json.dumps(facts))
    with pytest.raises(BadModel, match="update w2v"):
        open_model_directory(written)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"format_version": 1}',
        '{"format_version": "x"}',
        "[" * 100_000,
        '{"format_version": 1, "words": 3.0, "vector_size": 2, "source": {}}',
    ],
)
def test_damaged_facts(written: Path, content: str) -> None:
    (written / "model.json").write_text(content)
    with pytest.raises(BadModel, match=r"model\.json is damaged"):
        open_model_directory(written)


@pytest.mark.parametrize("name", ["vectors.npy", "words.txt"])
def test_a_missing_file(written: Path, name: str) -> None:
    (written / name).unlink()
    with pytest.raises(BadModel, match=f"is damaged: {name} is missing"):
        open_model_directory(written)


@pytest.mark.parametrize("name", ["vectors.npy", "counts.npy"])
@pytest.mark.parametrize("keep", [0, 5, 100, -1])
def test_a_truncated_array(written: Path, name: str, keep: int) -> None:
    data = (written / name).read_bytes()
    (written / name).write_bytes(data[:keep])
    with pytest.raises(BadModel, match=f"{name} is damaged"):
        open_model_directory(written)


def test_an_array_of_another_shape(written: Path) -> None:
    np.save(written / "vectors.npy", np.zeros((2, 2), dtype=np.float32))
    with pytest.raises(BadModel, match=r"expected uint16 \(3, 2\), found float32 \(2, 2\)"):
        open_model_directory(written)


def test_an_archive_of_arrays_is_no_array(written: Path) -> None:
    np.savez(written / "a.npz", np.zeros((3, 2), dtype=np.float32))
    (written / "a.npz").rename(written / "vectors.npy")
    with pytest.raises(BadModel, match="it is no array"):
        open_model_directory(written)


def test_words_of_a_version_without_hashes_that_are_not_utf8(written: Path) -> None:
    facts = json.loads((written / "model.json").read_text())
    (written / "model.json").write_text(json.dumps(facts | {"sha256": {}}))
    (written / "words.txt").write_bytes(b"one\n\xff\nthree\n")
    with pytest.raises(BadModel, match="is not UTF-8"):
        open_model_directory(written).words[1]


def test_a_source_whose_name_is_not_utf8(tmp_path: Path) -> None:
    with new_model(tmp_path / "m.w2v", 1) as writer:
        writer.finish(source={"origin": "\udcff.txt"})
    assert read_facts(tmp_path / "m.w2v").source == {"origin": "\udcff.txt"}


def test_the_toy_of_these_tests_is_a_model(toy: Model) -> None:
    assert toy.facts.words == len(toy.words) == 8
