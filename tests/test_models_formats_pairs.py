"""Vectors and words in two files: they appear together, and are read only where they belong together."""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.gensim_oracle import KeyedVectors
from tests.test_corpus_encoded import Told
from w2vcli import atomic
from w2vcli.errors import DamagedInput, OutputExists
from w2vcli.models.converting import convert_model
from w2vcli.models.directory import Model, new_model, open_model_directory
from w2vcli.models.formats.blocks import ReadOptions
from w2vcli.models.formats.format_table import find_sink
from w2vcli.models.loading import load_vectors
from w2vcli.reporting import SILENT

PAIRS = pytest.mark.parametrize("name", ["v.npy", "v.safetensors", "vecs.tsv"])
OLD, NEW = ["the", "king", "queen"], ["der", "König", "Königin"]


class Killed(BaseException):
    """What ends a process between two renames."""


def model(path: Path, words: list[str], factor: float) -> Model:
    with new_model(path, 2, force=True) as writer:
        writer.append(words, factor * np.arange(6, dtype=np.float32).reshape(3, 2))
        writer.finish(source={})
    return open_model_directory(path)


def write(folder: Path, name: str, words: list[str], factor: float) -> None:
    found = model(folder / "m.w2v", words, factor)
    convert_model(found.path, find_sink(folder / name, force=True), SILENT)


def load(path: Path, told: Told | None = None, reading: ReadOptions = ReadOptions()) -> Model:
    load_vectors(path, path.parent / "l.w2v", reading, told or Told(), force=True)
    return open_model_directory(path.parent / "l.w2v")


@PAIRS
@pytest.mark.parametrize("renames", [0, 1, 2, 3])
@pytest.mark.parametrize("limit", [None, 1])
def test_a_kill_between_renames_leaves_the_old_pair_the_new_one_or_what_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, renames: int, limit: int | None
) -> None:
    write(tmp_path, name, OLD, 1)
    done = 0
    replace = Path.replace

    def killed(self: Path, target: Path) -> Path:
        nonlocal done
        if target.parent == tmp_path:
            if done == renames:
                raise Killed
            done += 1
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        try:
            write(tmp_path, name, NEW, 7)
        except Killed:
            assert renames < 3
    try:
        found = load(tmp_path / name, reading=ReadOptions(limit))
    except DamagedInput as error:
        assert "may not belong to the others" in str(error)
        assert renames in {1, 2}
    else:
        words, factor = (NEW, 7) if found.words[0] == NEW[0] else (OLD, 1)
        assert list(found.words) == words[:limit]
        assert (found.vectors[:] == factor * np.arange(6).reshape(3, 2)[:limit]).all()
        assert renames in {0, 3}


@PAIRS
def test_the_advice_where_a_file_was_changed_works(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, OLD, 1)
    words = tmp_path / ("meta.tsv" if name == "vecs.tsv" else "v.txt")
    words.write_text("\n".join(NEW) + "\n", encoding="utf-8")
    with pytest.raises(DamagedInput, match="write them again, or delete") as raised:
        load(tmp_path / name)
    assert str(tmp_path / f"{name}.sha256") in str(raised.value)
    (tmp_path / f"{name}.sha256").unlink()
    assert list(load(tmp_path / name).words) == NEW


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="there is no sha256sum")
@PAIRS
def test_sha256sum_agrees_with_the_hashes(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, OLD, 1)
    run = subprocess.run(
        ["sha256sum", "--check", "--strict", f"{name}.sha256"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout.count(": OK") == 2


def test_hashes_of_another_file_alone_are_compared_with_that(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.ones((2, 2), dtype=np.float32))
    (tmp_path / "v.vocab").write_text("one\ntwo\n")
    digest = hashlib.sha256((tmp_path / "v.npy").read_bytes()).hexdigest()
    (tmp_path / "v.npy.sha256").write_text(f"{digest} *v.npy\n")
    assert list(load(tmp_path / "v.npy").words) == ["one", "two"]
    np.save(tmp_path / "v.npy", np.zeros((2, 2), dtype=np.float32))
    with pytest.raises(DamagedInput, match="may not belong to the others"):
        load(tmp_path / "v.npy")


def test_the_several_files_of_gensim_are_read_only_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gensim writes large arrays into files of their own."""
    monkeypatch.setattr(KeyedVectors, "save", functools.partialmethod(KeyedVectors.save, sep_limit=1))
    write(tmp_path, "g.kv", OLD, 1)
    reading = ReadOptions(trust_pickle=True)
    assert len(load(tmp_path / "g.kv", reading=reading).words) == 3
    others = [path for path in tmp_path.glob("g.kv.*") if path.suffix == ".npy"]
    data = bytearray(others[0].read_bytes())
    data[-1] ^= 1
    others[0].write_bytes(data)
    with pytest.raises(DamagedInput, match="may not belong to the others"):
        load(tmp_path / "g.kv", reading=reading)


def test_all_files_are_on_the_disk_before_any_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that fails in the last buffer of the last file leaves the earlier files as they were."""
    for name in ("a", "b"):
        (tmp_path / name).write_text("old")
    with (
        monkeypatch.context() as patch,
        pytest.raises(OSError, match="boom"),
        atomic.new_files(tmp_path / "a", tmp_path / "b", force=True) as (one, other),
    ):
        one.write(b"new")
        other.write(b"new")
        fsync = os.fsync

        def fails(descriptor: int) -> None:
            if descriptor == other.fileno():
                raise OSError("boom")
            fsync(descriptor)

        patch.setattr(os, "fsync", fails)
    assert [(tmp_path / name).read_text() for name in ("a", "b")] == ["old", "old"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_folder_in_the_place_of_one_file_keeps_all_others_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    (tmp_path / "b").mkdir()
    with (
        pytest.raises(OutputExists, match="b is a folder"),
        atomic.new_files(tmp_path / "a", tmp_path / "b", force=True),
    ):
        pass
    assert (tmp_path / "a").read_text() == "old"


def test_what_tells_of_earlier_files_goes_before_the_first_name_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the Projector's configs, by which it finds the two others."""
    names = [tmp_path / name for name in ("meta.tsv", "vecs.tsv", "config")]
    for path in names:
        path.write_text("old")

    def killed(_: Path, __: Path) -> Path:
        raise Killed

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(Killed), atomic.new_files(*names, force=True, outdated=names[2:]):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["meta.tsv", "vecs.tsv"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a limit of the size of files is one of Unix")
def test_a_file_that_may_not_grow_is_named(tmp_path: Path) -> None:
    program = (
        "import resource, sys; from pathlib import Path; from w2vcli.atomic import new_files\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    with new_files(Path('a'), Path('b')) as (one, other):\n"
        "        other.write(b'x' * 2000)\n"
        "except OSError as error: print(error.filename)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout == "b\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("lines", "words", "counts"),
    [
        ("the 100\nking 9\n", ["the", "king"], [100, 9]),
        ("the\t100\nking\t9\n", ["the", "king"], [100, 9]),
        ("the 100\r\nking 9\r\n", ["the", "king"], [100, 9]),
        ("\ufeffthe\nking\n", ["the", "king"], None),
        ("word\tcount\nthe\t100\nking\t9\n", ["the", "king"], None),
        ("new york\nking 9\n", ["new york", "king 9"], None),
        ("1900\n1901\n", ["1900", "1901"], None),
    ],
)
def test_lines_of_a_word_and_its_count_are_both(
    tmp_path: Path, lines: str, words: list[str], counts: list[int] | None
) -> None:
    np.save(tmp_path / "sgns.words.npy", np.arange(4, dtype=np.float32).reshape(2, 2))
    (tmp_path / "sgns.words.vocab").write_bytes(lines.encode())
    found = load(tmp_path / "sgns.words.npy")
    assert list(found.words) == words
    assert (None if found.counts is None else found.counts.tolist()) == counts


def test_the_file_of_words_is_named_and_that_of_the_same_name_comes_first(tmp_path: Path) -> None:
    np.save(tmp_path / "1900-w.npy", np.arange(4, dtype=np.float32).reshape(2, 2))
    (tmp_path / "vocab.txt").write_text("wrong\nwords\n")
    told = Told()
    assert list(load(tmp_path / "1900-w.npy", told).words) == ["wrong", "words"]
    assert f"the words of {tmp_path / '1900-w.npy'} were taken from {tmp_path / 'vocab.txt'}" in told.messages
    (tmp_path / "1900-w.vocab").write_text("right 7\nwords 3\n")
    told = Told()
    assert list(load(tmp_path / "1900-w.npy", told).words) == ["right", "words"]
    assert any(message.endswith("1900-w.vocab") for message in told.messages)


@pytest.mark.parametrize("limit", [None, 1])
@pytest.mark.parametrize("words", ["one\n", "one\ntwo\nthree\n"])
def test_another_number_of_words_than_of_vectors_is_refused_whatever_the_limit(
    tmp_path: Path, words: str, limit: int | None
) -> None:
    np.save(tmp_path / "v.npy", np.arange(4, dtype=np.float32).reshape(2, 2))
    (tmp_path / "vocab.txt").write_text(words)
    with pytest.raises(DamagedInput, match="words"):
        load(tmp_path / "v.npy", reading=ReadOptions(limit))
