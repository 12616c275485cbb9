from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from w2vcli.compression import zstd_module
from w2vcli.errors import DamagedInput
from w2vcli.inputs import open_input

PLAIN = random.Random(0).randbytes(300_000)
COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd_module().compress,
}
each_compression = pytest.mark.parametrize("compress", COMPRESSORS.values(), ids=COMPRESSORS)


def test_a_plain_file_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "plain"
    path.write_bytes(PLAIN)
    with open_input(path) as file:
        assert file.stream.read() == PLAIN
        assert not file.compressed
        assert file.consumed == file.size == len(PLAIN)
        assert file.sha256() == hashlib.sha256(PLAIN).hexdigest()


@each_compression
def test_compression_is_told_by_content_and_not_by_name(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "named.txt"
    data = compress(PLAIN[:150_000]) + compress(PLAIN[150_000:])
    path.write_bytes(data)
    with open_input(path) as file:
        assert file.stream.read() == PLAIN
        assert file.compressed
        assert file.consumed == len(data)
        assert file.sha256() == hashlib.sha256(data).hexdigest()


@each_compression
@pytest.mark.parametrize("share", [0.1, 0.5, 0.999])
def test_a_file_that_breaks_off_is_damaged(tmp_path: Path, compress: Callable[[bytes], bytes], share: float) -> None:
    data = compress(PLAIN)
    path = tmp_path / "broken"
    path.write_bytes(data[: int(len(data) * share)])
    with open_input(path) as file, pytest.raises(DamagedInput, match=r"broken: the compressed data breaks off"):
        file.stream.read()


@pytest.mark.parametrize("name", ["gzip", "bzip2", "xz"])
def test_damaged_data_is_told(tmp_path: Path, name: str) -> None:
    data = bytearray(COMPRESSORS[name](PLAIN))
    data[len(data) // 2] ^= 0xFF
    path = tmp_path / "bad"
    path.write_bytes(data)
    with open_input(path) as file, pytest.raises(DamagedInput, match="bad: the compressed data is damaged"):
        file.stream.read()


def test_damaged_zstd_is_told(tmp_path: Path) -> None:
    options = {int(zstd_module().CompressionParameter.checksum_flag): 1}
    data = bytearray(zstd_module().compress(PLAIN, options=options))
    data[len(data) // 2] ^= 0xFF
    path = tmp_path / "bad"
    path.write_bytes(data)
    with open_input(path) as file, pytest.raises(DamagedInput, match="bad: the compressed data is damaged"):
        file.stream.read()


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with open_input(tmp_path / "empty") as file:
        assert file.stream.read() == b""


def test_what_follows_compressed_data_is_not_called_its_missing_end(tmp_path: Path) -> None:
    path = tmp_path / "followed.gz"
    path.write_bytes(gzip.compress(b"king 1 2") + b"trash")
    with open_input(path) as file, pytest.raises(DamagedInput, match="or is followed by something else"):
        file.stream.read()
