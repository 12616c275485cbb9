"""What a thread does is done in order, and its errors come out."""

from __future__ import annotations

import gzip
import hashlib
import threading
from pathlib import Path

import numpy as np
import pytest

from tests.test_models_loading import load
from w2vcli import background, streams
from w2vcli.background import Background
from w2vcli.errors import DamagedInput
from w2vcli.inputs import open_input
from w2vcli.models.arrays import ArrayWriter
from w2vcli.models.formats.blocks import ReadOptions
from w2vcli.models.vectors import VectorsWriter
from w2vcli.sealing import sha256_of


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_BYTES_ALONE", 0)
    monkeypatch.setattr(background, "processors", lambda: 2)


def test_calls_are_made_in_order_by_another_thread() -> None:
    made: list[tuple[int, int]] = []
    beside = Background()
    for number in range(50):
        beside.call(lambda number: made.append((number, threading.get_ident())), number, 1)
    beside.finish()
    assert [number for number, _ in made] == list(range(50))
    assert {thread for _, thread in made}.isdisjoint({threading.get_ident()})


def test_no_more_than_two_calls_wait() -> None:
    go = threading.Event()
    beside = Background()
    for _ in range(2):
        beside.call(lambda _: go.wait(), None, 1)
    third = threading.Thread(target=lambda: beside.call(lambda _: None, None, 1))
    third.start()
    third.join(0.05)
    assert third.is_alive()
    go.set()
    third.join()
    beside.finish()


def test_few_bytes_and_one_processor_need_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []
    monkeypatch.setattr(background, "processors", lambda: 1)
    Background().call(lambda _: threads.append(threading.get_ident()), None, 1)
    monkeypatch.undo()
    Background().call(lambda _: threads.append(threading.get_ident()), None, 1)
    assert threads == [threading.get_ident()] * 2


def test_what_a_call_raises_is_raised_where_it_was_asked_for() -> None:
    def full(_: None) -> None:
        raise OSError(28, "No space left on device")

    beside = Background()
    beside.call(full, None, 1)
    with pytest.raises(OSError, match="No space left"):
        beside.finish()
    beside.finish()  # it was raised once


@pytest.mark.parametrize("text", [False, True])
def test_a_model_is_the_same_whether_threads_help_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: bool
) -> None:
    vectors = np.random.default_rng(0).standard_normal((60, 5)).astype(np.float32)
    vectors[:20] = np.round(vectors[:20])  # the first ones are narrower
    rows = [b"w%d %s" % (at % 50, row.tobytes()) for at, row in enumerate(vectors)]
    if text:
        rows = [b"w%d %s\n" % (at % 50, " ".join(map(str, row.tolist())).encode()) for at, row in enumerate(vectors)]
    data = b"60 5\n" + b"".join(rows)
    monkeypatch.setattr("w2vcli.models.formats.blocks.BLOCK_BYTES", 200)
    with_threads = load(tmp_path / "a", data)
    monkeypatch.setattr(background, "processors", lambda: 1)
    without = load(tmp_path / "b", data)
    assert with_threads.duplicates == without.duplicates == 10
    assert with_threads.facts.sha256 == without.facts.sha256
    assert with_threads.facts.source["sha256"] == hashlib.sha256(data).hexdigest() == without.facts.source["sha256"]
    for name in ("vectors.npy", "words.txt"):
        assert (tmp_path / "a.w2v" / name).read_bytes() == (tmp_path / "b.w2v" / name).read_bytes()
        assert sha256_of(tmp_path / "a.w2v" / name) == with_threads.facts.sha256[name]


def test_what_is_written_is_hashed_on_the_way_if_the_header_is_right(tmp_path: Path) -> None:
    told = b"2 2\n" + b"".join(b"w%d %s" % (at, np.array([at, 1 / 3], dtype=np.float32).tobytes()) for at in range(2))
    facts = load(tmp_path / "v", told).facts
    assert facts.sha256["vectors.npy"] == sha256_of(tmp_path / "v.w2v" / "vectors.npy")
    facts = load(tmp_path / "limited", told, reading=ReadOptions(limit=1)).facts
    assert facts.sha256["vectors.npy"] == sha256_of(tmp_path / "limited.w2v" / "vectors.npy")
    for expected, known in [(3, True), (4, False), (None, False)]:
        path = tmp_path / f"{expected}.npy"
        writer = ArrayWriter(path, "<f4", (2,), expected)
        for _ in range(3):
            writer.append(np.ones((1, 2), dtype=np.float32))
        writer.close()
        assert writer.sha256 == (sha256_of(path) if known else None)


def test_a_disk_that_is_full_is_told_by_who_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ArrayWriter, "append", full)
    writer = VectorsWriter(tmp_path / "vectors.npy", 2)
    writer.append(np.ones((1, 2), dtype=np.float32))
    with pytest.raises(OSError, match="No space left"):
        writer.close()
    with pytest.raises(OSError, match="No space left"):
        load(tmp_path / "v", b"one 1 2\ntwo 3 4\n")
    assert {path.name for path in tmp_path.iterdir()} == {"v", "vectors.npy"}


@pytest.mark.parametrize("stops", [False, True])
def test_what_is_decompressed_ahead_is_what_is_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stops: bool
) -> None:
    monkeypatch.setattr(streams, "_BYTES_ALONE", 0)
    monkeypatch.setattr(streams, "_PIECE", 1000)
    monkeypatch.setattr(streams, "processors", lambda: 2)
    plain = np.random.default_rng(0).bytes(3_000_000)
    data = gzip.compress(plain, 0)
    path = tmp_path / "v.gz"
    path.write_bytes(data)
    with open_input(path) as file:
        read = file.stream.read(1_500_000)
        if stops:
            file.stop()
        assert read + file.stream.read() == plain
        assert file.sha256() == hashlib.sha256(data).hexdigest()
        assert file.consumed == len(data)
    path.write_bytes(data[:-100_000])
    with open_input(path) as file, pytest.raises(DamagedInput, match="breaks off"):
        file.stream.read()
    with open_input(path) as file:  # and what is left unread stops no one
        file.stream.read(10)
