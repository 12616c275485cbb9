from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2vcli.archives import Member, archive_kind, read_members
from w2vcli.compression import zstd_module
from w2vcli.errors import DamagedInput
from w2vcli.inputs import open_input
from w2vcli.reporting import SILENT, Reporter, Silent

FILES = {"pos/1.txt": b"good\n", "neg/2.txt": b"bad\n" * 1000}
COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd_module().compress,
}


class Heard(Silent):
    """Keeps what is told."""

    def __init__(self) -> None:
        self.text = ""

    def note(self, message: str) -> None:
        self.text += message

    warn = note


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return made.getvalue()


def tarred(files: dict[str, bytes], kind: int = tarfile.PAX_FORMAT) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=kind) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return made.getvalue()


def contents(path: Path, reporter: Reporter = SILENT) -> dict[str, bytes]:
    with open_input(path) as file:
        found = {member.name: member.read() for member in read_members(file, reporter)}
        assert file.consumed == path.stat().st_size
    return found


def written(folder: Path, data: bytes) -> Path:
    path = folder / "archive.dat"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_gives_its_files_in_order(tmp_path: Path, method: int) -> None:
    found = contents(written(tmp_path, zipped(FILES, method)))
    assert list(found.items()) == list(FILES.items())


@pytest.mark.parametrize("compress", COMPRESSORS.values(), ids=COMPRESSORS)
@pytest.mark.parametrize("kind", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_tar_gives_its_files_in_order(tmp_path: Path, compress: Callable[[bytes], bytes], kind: int) -> None:
    long = {**FILES, f"{'folder/' * 20}{'n' * 90}.txt": b"long"}
    found = contents(written(tmp_path, compress(tarred(long, kind))))
    assert list(found.items()) == list(long.items())


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"word 1 2\n" * 100, b"\0" * 1024, b"x" * 2000, gzip.compress(b"text", mtime=0)]
)
def test_other_files_are_no_archives(tmp_path: Path, data: bytes) -> None:
    with open_input(written(tmp_path, data)) as file:
        assert archive_kind(file) is None
        with pytest.raises(DamagedInput, match=r"archive\.dat is neither a zip nor a tar archive"):
            list(read_members(file, SILENT))


def test_a_zip_on_standard_input_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open(written(tmp_path, zipped(FILES)), "rb") as stdin:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stdin))
        with open_input("-") as file:
            assert {member.name: member.read() for member in read_members(file, SILENT)} == FILES


def test_what_is_no_file_or_hidden_is_passed_over(tmp_path: Path) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"special{kind!r}")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        folder = tarfile.TarInfo("folder")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name in (".DS_Store", "a/.git/config", "__MACOSX/a/._1.txt", "./a/1.txt"):
            archive.addfile(tarfile.TarInfo(name))
    assert list(contents(written(tmp_path, made.getvalue()))) == ["./a/1.txt"]
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    zip_made = io.BytesIO()
    with zipfile.ZipFile(zip_made, "w") as zip_archive:
        zip_archive.writestr(link, "/etc/passwd")
        zip_archive.writestr("folder/", "")
        zip_archive.writestr("__MACOSX/._x", "x")
        zip_archive.writestr("folder/x", "x")
    assert list(contents(written(tmp_path, zip_made.getvalue()))) == ["folder/x"]


@pytest.mark.parametrize("name", ["../outside.txt", "/absolute.txt", "a/../../b.txt"])
def test_names_that_lead_out_of_the_archive_are_only_names(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    for data in (zipped({name: b"x"}), tarred({name: b"x"})):
        [found] = contents(written(tmp_path / "in", data))
        assert found == name
        assert sorted(path.name for path in tmp_path.rglob("*")) == ["archive.dat", "in"]


def test_compressed_members_are_opened_by_their_content(tmp_path: Path) -> None:
    with open_input(written(tmp_path, tarred({"vectors.txt": gzip.compress(b"a 1\n")}))) as file:
        for member in read_members(file, SILENT):
            opened = member.open()
            assert opened.stream.read() == b"a 1\n"
            assert opened.name.endswith("archive.dat: vectors.txt")


def test_archives_in_archives_are_left_out_and_told(tmp_path: Path) -> None:
    for data in (zipped({"in.zip": b"x", "other": zipped(FILES), "a.txt": b"a", "b.tar.gz": b""}), tarred(FILES)):
        heard = Heard()
        found = contents(written(tmp_path, data), heard)
        assert found in ({"a.txt": b"a"}, FILES)
        if found == {"a.txt": b"a"}:
            assert "in.zip and 2 more; unpack them first" in heard.text


def in_legacy_zip(name: bytes) -> bytes:
    """Return a zip with one file whose name is in no encoding that it tells."""
    placeholder = "x" * len(name)
    return zipped({placeholder: b"text"}).replace(placeholder.encode(), name)


@pytest.mark.parametrize(
    ("name", "expected", "guessed"),
    [
        ("긍정/1.txt".encode("cp949"), "긍정/1.txt", "EUC-KR"),
        ("긍정/1.txt".encode(), "긍정/1.txt", None),
        ("Märchen.txt".encode("cp437"), "Märchen.txt", "CP437"),
        (rb"pos\1.txt", "pos/1.txt", None),
    ],
)
def test_names_of_files_are_decoded_and_a_guess_is_told(
    tmp_path: Path, name: bytes, expected: str, guessed: str | None
) -> None:
    heard = Heard()
    assert list(contents(written(tmp_path, in_legacy_zip(name)), heard)) == [expected]
    assert heard.text.endswith(f"were read as {guessed}") if guessed else not heard.text


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped({"pos/a": b"x"}, zipfile.ZIP_STORED))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(DamagedInput, match=r"archive\.dat: pos/a is encrypted; unpack the archive with its password"):
        contents(written(tmp_path, bytes(data)))


def test_an_unknown_compression_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped({"pos/a": b"x"}, zipfile.ZIP_STORED))
    data[8] = data[data.index(b"PK\x01\x02") + 10] = 99
    with pytest.raises(DamagedInput, match=r"pos/a: w2v cannot unpack it \(That compression method is not supported\)"):
        contents(written(tmp_path, bytes(data)))


def test_a_member_whose_bytes_are_damaged_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped({"pos/a": b"x" * 1000}))
    start = 30 + len("pos/a")
    data[start : start + 4] = b"\xff\xff\xff\xff"
    with pytest.raises(DamagedInput, match=r"pos/a: the archive is damaged"):
        contents(written(tmp_path, bytes(data)))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_an_archive_that_breaks_off_is_refused(tmp_path: Path, share: float) -> None:
    noise = {f"{number}.txt": random.Random(number).randbytes(2000).hex().encode() for number in range(20)}
    for data in (zipped(noise), tarred(noise), gzip.compress(tarred(noise))):
        with pytest.raises(DamagedInput, match="breaks off"):
            contents(written(tmp_path, data[: int(len(data.rstrip(b"\0")) * share)]))


def test_a_tar_cut_between_two_members_is_refused(tmp_path: Path) -> None:
    data = tarred({"a.txt": b"a", "b.txt": b"b"}, tarfile.USTAR_FORMAT)
    with pytest.raises(DamagedInput, match="breaks off"):
        contents(written(tmp_path, data[:1024]))


def test_a_damaged_header_is_not_the_end_of_a_tar(tmp_path: Path) -> None:
    data = bytearray(tarred({"a.txt": b"a", "b.txt": b"b"}, tarfile.USTAR_FORMAT))
    data[1024 + 150] ^= 1
    with pytest.raises(DamagedInput, match="damaged"):
        contents(written(tmp_path, bytes(data)))


def test_a_reason_that_shows_a_whole_header_is_cut(tmp_path: Path) -> None:
    data = bytearray(zipped({"a" * 3000: b"x"}, zipfile.ZIP_STORED))
    data[31] ^= 1
    with pytest.raises(DamagedInput) as raised:
        contents(written(tmp_path, bytes(data)))
    assert len(str(raised.value)) < 3400


def test_a_second_tar_behind_the_first_is_told(tmp_path: Path) -> None:
    with pytest.raises(DamagedInput, match="more behind the end of the archive"):
        contents(written(tmp_path, tarred({"a": b"a"}) + tarred({"b": b"b"})))


def test_a_header_of_gigabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 1 << 33
    with pytest.raises(DamagedInput, match=r"a header of 8,589,934,592 bytes|empty header"):
        contents(written(tmp_path, tarred({"a": b"a"})[:1024] + info.tobuf(tarfile.GNU_FORMAT) + b"x" * 512))


def test_what_is_read_at_once_is_bounded_by_what_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, zipped({"bomb.txt": bytes(1 << 22)}))
    with open_input(path) as file:
        for member in read_members(file, SILENT):
            with pytest.raises(DamagedInput, match=r"bomb\.txt is larger than 1 MiB"):
                member.read(1 << 20)


@pytest.mark.parametrize("data", [zipped(FILES), tarred(FILES), gzip.compress(tarred(FILES))], ids=["zip", "tar", "gz"])
def test_a_flipped_byte_gives_the_same_files_or_one_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "archive.dat"

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, len(data) - 1), st.integers(0, 255)), min_size=1, max_size=4))
    def check(changes: list[tuple[int, int]]) -> None:
        damaged = bytearray(data)
        for at, value in changes:
            damaged[at] = value
        path.write_bytes(damaged)
        try:
            with open_input(path) as file:
                found: list[Member] = []
                for member in read_members(file, SILENT):
                    member.read()
                    found.append(member)
        except DamagedInput as error:
            assert len(str(error).splitlines()) == 1

    check()
