"""Vector files in archives, in UTF-16, in pipes: what is loaded is what the file alone would give, or is refused."""

from __future__ import annotations

import io
import tarfile
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import make_pipe
from tests.test_corpus_encoded import Told
from w2vcli.errors import DamagedInput, UnknownFormat
from w2vcli.models.directory import Model, open_model_directory
from w2vcli.models.formats.blocks import ReadOptions
from w2vcli.models.loading import load_vectors
from w2vcli.models.source_names import is_source, split_source

VECTORS = np.random.default_rng(1).normal(size=(40, 5)).round(4).astype(np.float32)
WORDS = [f"w{row}" for row in range(39)] + ["소녀"]
GLOVE = "".join(f"{word} {' '.join(map(str, row))}\n" for word, row in zip(WORDS, VECTORS, strict=True)).encode()
TEXT = b"40 5\n" + GLOVE
BINARY = b"40 5\n" + b"".join(word.encode() + b" " + row.tobytes() for word, row in zip(WORDS, VECTORS, strict=True))
README = b"The vectors of 2014, with 5 dimensions.\n"


def load(source: Path, folder: Path, told: Told | None = None, reading: ReadOptions = ReadOptions()) -> Model:
    load_vectors(source, folder / "l.w2v", reading, told or Told(), force=True)
    return open_model_directory(folder / "l.w2v")


def is_whole(model: Model, rows: int = 40) -> bool:
    return list(model.words) == WORDS[:rows] and np.array_equal(model.vectors[:], VECTORS[:rows])


def archive(path: Path, members: dict[str, bytes]) -> Path:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
            for name, data in members.items():
                zipped.writestr(name, data)
        return path
    with tarfile.open(path, "w:gz" if path.suffix == ".gz" else "w:") as packed:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            packed.addfile(info, io.BytesIO(data))
    return path


ARCHIVES = pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz"])


@ARCHIVES
@pytest.mark.parametrize("data", [GLOVE, TEXT, BINARY], ids=["glove", "text", "binary"])
@pytest.mark.parametrize("limit", [None, 3])
def test_the_only_vector_file_of_an_archive_is_read_and_named(
    tmp_path: Path, name: str, data: bytes, limit: int | None
) -> None:
    path = archive(tmp_path / name, {"README": README, "inner/vectors.50d": data})
    told = Told()
    assert is_whole(load(path, tmp_path, told, ReadOptions(limit)), limit or 40)
    assert f"{path}: the vectors are those in inner/vectors.50d" in told.messages


@ARCHIVES
def test_of_several_one_is_chosen_by_its_name_and_none_is_guessed(tmp_path: Path, name: str) -> None:
    path = archive(
        tmp_path / name, {"a.50d": GLOVE[:-30].rpartition(b"\n")[0] + b"\n", "b.50d": GLOVE, "README": README}
    )
    with pytest.raises(DamagedInput, match="2 files of vectors; choose one of") as raised:
        load(path, tmp_path)
    assert not (tmp_path / "l.w2v").exists()
    choices = str(raised.value).partition("choose one of ")[2].split(", ")
    assert choices == [f"{path}:a.50d", f"{path}:b.50d"]
    assert is_whole(load(Path(choices[0]), tmp_path), 39)
    assert is_whole(load(Path(choices[1]), tmp_path))
    with pytest.raises(DamagedInput, match=r"no c\.50d in it; there is: a\.50d, b\.50d, README"):
        load(Path(f"{path}:c.50d"), tmp_path)


@ARCHIVES
def test_an_archive_that_breaks_off_is_told_as_such(tmp_path: Path, name: str) -> None:
    path = archive(tmp_path / name, {"vectors.50d": GLOVE})
    path.write_bytes(path.read_bytes()[: 700 if name != "a.tar" else 1500])
    with pytest.raises(DamagedInput, match="breaks off"):
        load(path, tmp_path)


@ARCHIVES
def test_an_archive_without_vectors_lists_what_there_is(tmp_path: Path, name: str) -> None:
    path = archive(tmp_path / name, {"README": README})
    with pytest.raises(UnknownFormat, match="no file of vectors in a known format; there is: README"):
        load(path, tmp_path)


def test_a_format_that_is_read_at_several_places_is_refused_within_an_archive(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    path = archive(tmp_path / "a.zip", {"v.parquet": b"PAR1" + bytes(100)})
    with pytest.raises(DamagedInput, match="unpack it into a file first"):
        load(path, tmp_path)


def test_a_file_whose_name_has_a_colon_is_that_file(tmp_path: Path) -> None:
    archive(tmp_path / "a.zip", {"b": GLOVE})
    (tmp_path / "a.zip:b").write_bytes(TEXT)
    assert split_source(tmp_path / "a.zip:b") == (tmp_path / "a.zip:b", None)
    (tmp_path / "a.zip:b").unlink()
    assert split_source(tmp_path / "a.zip:b") == (tmp_path / "a.zip", "b")
    assert is_source(str(tmp_path / "a.zip:b"))
    assert not is_source(str(tmp_path / "c.zip:b"))
    assert not is_source(str(tmp_path))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
@pytest.mark.parametrize("data", [GLOVE, TEXT], ids=["glove", "text"])
@pytest.mark.parametrize("is_said", [False, True])
def test_text_in_utf_16_is_read_with_and_without_a_mark(
    tmp_path: Path, data: bytes, encoding: str, is_said: bool
) -> None:
    (tmp_path / "v").write_bytes(data.decode().encode(encoding))
    told = Told()
    reading = ReadOptions(encoding=encoding) if is_said else ReadOptions()
    assert is_whole(load(tmp_path / "v", tmp_path, told, reading))
    is_guessed = not is_said and encoding not in {"utf-16", "utf-32"}
    assert any(f"it seems to be {encoding}" in message for message in told.messages) == is_guessed


def test_utf_16_that_breaks_off_in_a_character_is_told(tmp_path: Path) -> None:
    (tmp_path / "v").write_bytes(TEXT.decode().encode("utf-16")[:-1])
    with pytest.raises(DamagedInput, match="is not UTF-16"):
        load(tmp_path / "v", tmp_path)


@pytest.mark.parametrize("data", [TEXT, BINARY], ids=["text", "binary"])
def test_a_pipe_that_gives_little_at_a_time_is_read_as_a_file_is(tmp_path: Path, data: bytes) -> None:
    """Also its beginning, by which the format is told."""
    make_pipe(tmp_path / "pipe")

    def feed() -> None:
        with open(tmp_path / "pipe", "wb", buffering=0) as pipe:
            for start in range(0, len(data), 7):
                pipe.write(data[start : start + 7])

    writer = threading.Thread(target=feed)
    writer.start()
    assert is_whole(load(tmp_path / "pipe", tmp_path))
    writer.join()
