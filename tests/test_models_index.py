from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.conftest import MakeModel, W2v
from tests.test_corpus_encoded import Told
from w2vcli.errors import BadModel
from w2vcli.models import index
from w2vcli.models.codes import joined, quantize, split
from w2vcli.models.directory import Model, open_model_directory
from w2vcli.models.facts import FORMAT_VERSION, read_facts
from w2vcli.models.model_parts import INDEX
from w2vcli.models.vectors import Vectors
from w2vcli.queries.search import most_similar

finite = st.floats(width=32, allow_nan=False, allow_infinity=False)


@given(hnp.arrays(np.float32, st.tuples(st.integers(1, 9), st.integers(1, 40)), elements=finite))
def test_codes_are_off_by_no_more_than_they_say(vectors: np.ndarray) -> None:
    codes = quantize(vectors)
    exact = vectors.astype(np.float64)
    lengths = np.linalg.norm(exact, axis=1)
    for row in range(len(vectors)):
        if lengths[row] == 0:
            assert np.isnan(codes.scales[row])
            continue
        rest = exact[row] / lengths[row] - codes.scales[row].astype(np.float64) * codes.codes[row]
        assert np.linalg.norm(rest) <= codes.errors[row]
        upper = (codes.codes[row].astype(int) + 128) // 16 * 16 - 120
        rest = exact[row] / lengths[row] - codes.scales[row].astype(np.float64) * upper
        assert np.linalg.norm(rest) <= codes.upper_errors[row]
        with np.errstate(over="ignore"):
            assert codes.norms[row] == pytest.approx(np.float32(lengths[row]), rel=1e-5, abs=1e-44)
        assert abs(codes.codes[row].astype(int)).max() == 127


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_rows_without_direction_have_no_codes(odd: float) -> None:
    codes = quantize(np.array([[odd, 1], [0, 0], [1, 0]], dtype=np.float32))
    assert np.isnan(codes.scales).tolist() == [True, True, False]
    assert not codes.codes[:2].any()


def files(model: Model) -> list[Path]:
    return sorted((model.path / INDEX).iterdir())


def test_an_index_truncated_at_any_byte_is_made_again_with_one_warning(toy: Model) -> None:
    expected = most_similar(toy, ["king"])
    for file in files(toy):
        whole = file.read_bytes()
        step = max(1, len(whole) // 16)
        for length in {*range(0, len(whole), step), len(whole) - 1}:
            file.write_bytes(whole[:length])
            told = Told()
            model = open_model_directory(toy.path, told)
            assert most_similar(model, ["king"]) == expected
            assert len(told.messages) == 1, (file, length, told.messages)
            assert "is made again" in told.messages[0]


def test_an_index_with_a_changed_byte_is_made_again(toy: Model) -> None:
    expected = most_similar(toy, ["king"])
    for file in files(toy):
        changed = bytearray(file.read_bytes())
        changed[len(changed) // 2] ^= 0x55
        file.write_bytes(changed)
        told = Told()
        assert most_similar(open_model_directory(toy.path, told), ["king"]) == expected
        assert len(told.messages) == 1


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 1}', "[" * 100_000, '{"version": 99}'])
def test_a_damaged_manifest(toy: Model, content: str) -> None:
    (toy.path / INDEX / "manifest.json").write_text(content)
    told = Told()
    assert most_similar(open_model_directory(toy.path, told), ["king"])
    assert len(told.messages) == 1


def test_a_missing_index_is_made_without_a_warning(toy: Model) -> None:
    shutil.rmtree(toy.path / INDEX)
    told = Told()
    assert most_similar(open_model_directory(toy.path, told), ["king"]) == most_similar(toy, ["king"])
    assert told.messages == []
    assert len(files(toy)) == 10


def test_a_missing_file_of_the_index(toy: Model) -> None:
    (toy.path / INDEX / "upper.npy").unlink()
    told = Told()
    assert most_similar(open_model_directory(toy.path, told), ["king"]) == most_similar(toy, ["king"])
    assert "upper.npy is missing" in told.messages[0]


@pytest.mark.parametrize("name", ["vectors.npy", "words.txt"])
@pytest.mark.parametrize("at", [0, 0.3, 0.99])
def test_a_changed_byte_of_the_model_itself_is_an_error(toy: Model, name: str, at: float) -> None:
    changed = bytearray((toy.path / name).read_bytes())
    changed[int(len(changed) * at)] ^= 0x01
    (toy.path / name).write_bytes(changed)
    with pytest.raises(BadModel, match="is damaged"):
        open_model_directory(toy.path)
    with pytest.raises(BadModel, match="is damaged"):  # nor is it taken for right the next time
        open_model_directory(toy.path)


def test_vectors_of_another_model_are_an_error(toy: Model, make_model: MakeModel) -> None:
    other = make_model(list(toy.words), toy.vectors[:] + 1, name="other")
    shutil.copy(other.path / "vectors.npy", toy.path / "vectors.npy")
    with pytest.raises(BadModel, match=r"vectors\.npy is damaged"):
        open_model_directory(toy.path)


def test_a_copy_whose_files_have_new_times_answers_as_before(toy: Model, tmp_path: Path) -> None:
    shutil.copytree(toy.path, tmp_path / "copy.w2v", copy_function=shutil.copy)
    for file in (tmp_path / "copy.w2v").iterdir():
        os.utime(file, (1, 1))
    assert most_similar(open_model_directory(tmp_path / "copy.w2v"), ["king"]) == most_similar(toy, ["king"])


def test_a_folder_that_cannot_be_written_is_searched_without_codes(toy: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(toy.path / INDEX)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(index, "make_index", refuse)
    told = Told()
    model = open_model_directory(toy.path, told)
    assert model.codes is None
    assert most_similar(model, ["king"]) == most_similar(toy, ["king"])
    assert "Permission denied" in told.messages[0]


def test_processes_that_ask_at_once_all_answer_and_one_makes_the_index(toy: Model, w2v: W2v) -> None:
    expected = w2v("similar", "king").out
    shutil.rmtree(toy.path / INDEX)
    command = [sys.executable, "-m", "w2vcli", "similar", "king"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    answers = [process.communicate(timeout=600) for process in running]
    assert [out.decode() for out, _ in answers] == [expected] * 4
    assert sum(b"indexing" in err for _, err in answers) == 1
    assert not list(toy.path.glob(".*"))


def test_a_model_of_format_version_1_is_upgraded(toy: Model) -> None:
    """Version 1 had float32 alone, no hashes and no index."""
    vectors, expected = np.array(toy.vectors[:]), most_similar(toy, ["king"])
    np.save(toy.path / "vectors.npy", vectors)
    shutil.rmtree(toy.path / INDEX)
    facts = json.loads((toy.path / "model.json").read_text())
    for name in ("sha256", "subwords"):
        del facts[name]
    (toy.path / "model.json").write_text(json.dumps(facts | {"format_version": 1, "dtype": "float32"}))
    assert most_similar(open_model_directory(toy.path), ["king"]) == expected
    upgraded = json.loads((toy.path / "model.json").read_text())
    assert upgraded["format_version"] == FORMAT_VERSION
    assert set(upgraded["sha256"]) == {"vectors.npy", "words.txt"}
    assert read_facts(toy.path).words == 8


def test_the_row_that_the_index_explains_by_hand() -> None:
    codes = quantize(np.array([[3, 4, 0, 12]], dtype=np.float32))
    assert codes.codes.tolist() == [[32, 42, 0, 127]]
    assert codes.scales[0] == pytest.approx(0.0072683, abs=1e-7)
    assert codes.errors[0] == pytest.approx(0.0030285, abs=2e-6)  # and what float32 arithmetic may add
    assert codes.norms[0] == pytest.approx(13)
    question = np.array([0, 0.6, 0, 0.8])
    by_codes = float(codes.scales[0] * (question @ codes.codes[0]))
    assert by_codes == pytest.approx(0.92162, abs=1e-5)
    assert abs(by_codes - question @ [3, 4, 0, 12] / 13) <= codes.errors[0]
    assert codes.upper_errors[0] == pytest.approx(0.099262, abs=2e-6)
    upper, lower = split(codes.codes)
    assert (upper.tolist(), lower.tolist()) == ([[138, 250]], [[0, 250]])
    assert joined(upper, lower, 4).tolist() == codes.codes.tolist()


def test_codes_are_read_from_the_file_as_they_are_mapped(toy: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the system reads less at a time than was asked; where it cannot read so, they are those mapped."""
    assert toy.codes is not None
    if not hasattr(os, "preadv"):
        assert toy.codes.upper.file is None
        pytest.skip("this system cannot read at a place")
    read = os.preadv
    monkeypatch.setattr(os, "preadv", lambda number, parts, place: read(number, [parts[0][:2]], place))
    space = np.empty((5, 2), dtype=np.uint8)
    for halves in (toy.codes.upper, toy.codes.lower):
        found = halves.rows(2, 7, space)
        assert np.shares_memory(found, space)
        assert found.tolist() == halves.mapped[2:7].tolist()
        mapped = halves._replace(file=None).rows(2, 7, space)
        assert mapped.tolist() == found.tolist() and not np.shares_memory(mapped, space)
    assert toy.codes.whole(2, 7).tolist() == quantize(toy.vectors[2:7]).codes.tolist()


def test_rows_of_vectors_far_apart_are_read_as_they_are_mapped(toy: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the system reads less at a time than was asked, or tells no disk what comes."""
    rows = [1, 6, 2, 2]
    assert toy.vectors.at(rows).tolist() == toy.vectors[rows].tolist()
    assert toy.vectors.at([]).shape == (0, 3)
    if hasattr(os, "preadv"):
        read = os.preadv
        monkeypatch.setattr(os, "preadv", lambda number, parts, place: read(number, [parts[0][:1]], place))
    monkeypatch.setattr(sys, "platform", "other")
    assert toy.vectors.at(rows).tolist() == toy.vectors[rows].tolist()
    assert Vectors(toy.vectors.stored, toy.vectors.dtype).at(rows).tolist() == toy.vectors[rows].tolist()


@pytest.mark.skipif(not hasattr(os, "preadv"), reason="this system cannot read at a place")
def test_codes_that_are_cut_while_they_are_asked_are_an_error(toy: Model) -> None:
    path = toy.path / INDEX / "upper.npy"
    os.truncate(path, path.stat().st_size - 1)
    with pytest.raises(BadModel, match=r"upper\.npy was cut by another process; ask again"):
        most_similar(toy, ["king"])


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux tells which files are open")
def test_a_model_that_is_let_go_closes_its_files(toy: Model) -> None:
    files = Path("/proc/self/fd")
    gc.collect()  # what other tests left would be collected in between, with its files
    gc.disable()
    try:
        count = len([*files.iterdir()])
        model = open_model_directory(toy.path)
        assert len([*files.iterdir()]) > count
        del model
        assert len([*files.iterdir()]) == count
    finally:
        gc.enable()
