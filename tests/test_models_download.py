from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.file_server import DATA, Server
from w2vcli.errors import DownloadFailed
from w2vcli.models.catalogue import Pretrained
from w2vcli.models.download import download
from w2vcli.reporting import Advance, Silent


def test_a_whole_file(server: Server, tmp_path: Path) -> None:
    path = download(server.entry(), tmp_path / "deep", Silent())
    assert path == tmp_path / "deep" / "vectors.gz"
    assert path.read_bytes() == DATA
    assert [found.name for found in path.parent.iterdir()] == ["vectors.gz"]


def test_a_file_that_is_there_is_not_fetched_again(server: Server, tmp_path: Path) -> None:
    download(server.entry(), tmp_path, Silent())
    download(server.entry(), tmp_path, Silent())
    assert len(server.asked) == 1


def test_what_broke_off_is_told_and_resumed(server: Server, tmp_path: Path) -> None:
    server.break_after = 300_000
    with pytest.raises(DownloadFailed, match="run the same command again to go on"):
        download(server.entry(), tmp_path, Silent())
    assert (tmp_path / "vectors.gz.part").stat().st_size == 300_000
    server.break_after = None
    assert download(server.entry(), tmp_path, Silent()).read_bytes() == DATA
    assert server.asked == ["", "bytes=300000-"]


def test_a_server_that_knows_no_ranges_sends_all_of_it_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / "vectors.gz.part").write_bytes(DATA[:1000])
    server.ranges = False
    assert download(server.entry(), tmp_path, Silent()).read_bytes() == DATA


def test_a_part_that_is_whole_is_verified_without_asking(server: Server, tmp_path: Path) -> None:
    (tmp_path / "vectors.gz.part").write_bytes(DATA)
    assert download(server.entry(), tmp_path, Silent()).read_bytes() == DATA
    assert server.asked == []


def test_a_part_that_is_too_long_is_fetched_anew(server: Server, tmp_path: Path) -> None:
    (tmp_path / "vectors.gz.part").write_bytes(DATA + b"x")
    assert download(server.entry(), tmp_path, Silent()).read_bytes() == DATA


def test_another_file_than_promised_is_deleted(server: Server, tmp_path: Path) -> None:
    server.data = DATA[:-1] + b"x"
    with pytest.raises(DownloadFailed, match="not the promised file: expected 700,000 bytes with MD5"):
        download(server.entry(), tmp_path, Silent())
    assert list(tmp_path.iterdir()) == []


def test_a_longer_file_than_promised_is_deleted(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match="it has more than 699,999 bytes"):
        download(server.entry(bytes=len(DATA) - 1), tmp_path, Silent())
    assert list(tmp_path.iterdir()) == []


def test_a_download_is_stopped_where_it_is_longer_than_promised(server: Server, tmp_path: Path) -> None:
    told: list[int] = []

    class Counting(Silent):
        @contextmanager
        def phase(self, name: str, total: int | None = None, unit: str = "") -> Iterator[Advance]:
            yield told.append

    server.data = bytes(50_000_000)
    with pytest.raises(DownloadFailed, match="it has more than 1,000 bytes"):
        download(server.entry(bytes=1000), tmp_path, Counting())
    assert max(told) < 1_000_000


def test_a_missing_file(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match=r"missing.gz answered 404 Not Found"):
        download(server.entry("missing.gz"), tmp_path, Silent())
    assert list(tmp_path.iterdir()) == []


def test_nobody_answers(tmp_path: Path) -> None:
    entry = Pretrained("test", "", 1, 1, 1, "", "", "http://127.0.0.1:9/x.gz")
    with pytest.raises(DownloadFailed, match="Connection refused"):
        download(entry, tmp_path, Silent())


def test_a_full_disk_is_told_before(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil._ntuple_diskusage(10, 10, 0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(DownloadFailed, match="needs 700,000 bytes"):
        download(server.entry(), tmp_path, Silent())
    assert server.asked == []
