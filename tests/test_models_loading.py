from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.test_corpus_encoded import Told
from w2vcli.errors import DamagedInput, OutputExists
from w2vcli.models.directory import Written, open_model_directory
from w2vcli.models.formats.blocks import ReadOptions
from w2vcli.models.loading import load_vectors

TEXT = b"3 2\none 1 2\ntwo 3 4\none 5 6\n"


def load(
    path: Path, data: bytes, told: Told | None = None, reading: ReadOptions = ReadOptions(), force: bool = False
) -> Written:
    path.write_bytes(data)
    return load_vectors(path, path.with_suffix(".w2v"), reading, told or Told(), force=force)


def test_the_first_of_duplicates_is_kept_and_the_others_told(tmp_path: Path) -> None:
    told = Told()
    assert load(tmp_path / "v", TEXT, told).duplicates == 1
    model = open_model_directory(tmp_path / "v.w2v")
    assert list(model.words) == ["one", "two"]
    assert model.vectors[:].tolist() == [[1, 2], [3, 4]]
    assert told.messages == ["1 rows left out: their words came before (the first row is kept)"]


def test_where_the_vectors_came_from_is_kept(tmp_path: Path) -> None:
    facts = load(tmp_path / "v", TEXT).facts
    assert facts.source == {
        "kind": "vectors",
        "format": "word2vec text",
        "origin": str(tmp_path / "v"),
        "bytes": len(TEXT),
        "sha256": hashlib.sha256(TEXT).hexdigest(),
        "limit": None,
    }


def test_a_file_that_was_not_read_to_its_end_has_no_hash(tmp_path: Path) -> None:
    facts = load(tmp_path / "v", TEXT, reading=ReadOptions(limit=1)).facts
    assert (facts.words, facts.source["sha256"], facts.source["limit"]) == (1, None, 1)


def test_values_that_are_no_numbers_are_told(tmp_path: Path) -> None:
    told = Told()
    load(tmp_path / "v", b"one 1 2\ntwo nan 4\nthree 1 inf\n", told)
    assert told.messages == ["2 rows have NaN or infinity in their vector"]


def test_rows_behind_the_promised_ones_are_told(tmp_path: Path) -> None:
    told = Told()
    load(tmp_path / "v", b"1 2\none 1 2\ntwo 3 4\n", told)
    assert told.messages == [f"{tmp_path / 'v'}: the header promises 1 rows, what follows them was left out"]


def test_a_header_without_rows_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DamagedInput, match="there are no rows"):
        load(tmp_path / "v", b"0 2\n")
    assert [path.name for path in tmp_path.iterdir()] == ["v"]


def test_a_failure_leaves_the_earlier_model(tmp_path: Path) -> None:
    load(tmp_path / "v", TEXT)
    with pytest.raises(DamagedInput):
        load(tmp_path / "v", TEXT[:-6], force=True)
    assert list(open_model_directory(tmp_path / "v.w2v").words) == ["one", "two"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["v", "v.w2v"]


def test_an_existing_model_needs_force(tmp_path: Path) -> None:
    load(tmp_path / "v", TEXT)
    with pytest.raises(OutputExists):
        load(tmp_path / "v", TEXT)
    load(tmp_path / "v", TEXT, force=True)


def test_a_disk_that_is_too_small_is_told_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil._ntuple_diskusage(10, 10, 0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(DamagedInput, match="--limit"):
        load(tmp_path / "v", TEXT)


def test_memory_does_not_grow_with_the_header(tmp_path: Path) -> None:
    """A compressed file's size says nothing of its rows, so a lie shows only when the data ends."""
    import gzip

    row = b"word " + np.ones(300, dtype="<f4").tobytes()
    with pytest.raises(DamagedInput, match="promises 900,000 rows of 300 values, the file ends within row 2"):
        load(tmp_path / "v", gzip.compress(b"900000 300\n" + row))
