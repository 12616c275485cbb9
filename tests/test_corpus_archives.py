"""Archives as corpora: all that is text in them is read, and nothing of what is damaged."""

from __future__ import annotations

import io
import json
import os
import socket
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import W2v
from w2vcli.models.registry import path_for_new

TEXTS = {"a.txt": "the king saw the queen\n" * 20, "sub/b.txt": "여왕은 왕을 만났다\n" * 20}
TRAIN = ("-o", "m", "--epochs", 1, "--vector-size", 4, "--workers", 1, "--min-count", 1)
Make = Callable[[dict[str, bytes]], bytes]


def make_zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def make_tar(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


MAKERS = [(make_zip, "c.zip"), (make_tar, "c.tar.gz"), (lambda files: make_tar(files, "w"), "c.tar")]


@pytest.mark.parametrize(("make", "name"), MAKERS)
def test_an_archive_is_read_as_its_files_are(w2v: W2v, make: Make, name: str) -> None:
    files = {name: text.encode() for name, text in TEXTS.items()} | {"picture.png": b"\x89PNG\0\0"}
    Path(name).write_bytes(make(files))
    run = w2v("train", name, *TRAIN, "--json")
    assert run.status == 0, run.err
    assert run.json[0]["read"] == 20 * (5 + 3)
    assert run.json[0]["lines"] == 40
    assert "2 texts were read: a.txt, sub/b.txt" in run.err
    assert "left out, since they are not text:" in run.err
    assert ": picture.png" in run.err
    sources = next((path_for_new("m") / "training").glob("sources*.jsonl"))
    assert json.loads(sources.read_text())["members"] == ["a.txt", "sub/b.txt"]
    again = w2v("train", name, *TRAIN, "--force")
    assert "taken from the cache" in again.err
    assert w2v("rerun", "m", "--check").status == 0


def test_a_table_in_an_archive_is_read_by_its_column(w2v: W2v) -> None:
    Path("c.zip").write_bytes(make_zip({"t.csv": b"id,text\n1,the king\n2,the queen\n"}))
    run = w2v("train", "c.zip", *TRAIN, "--column", "text", "--json")
    assert (run.status, run.json[0]["read"]) == (0, 4)


@pytest.mark.parametrize(("make", "name"), MAKERS[:2])
def test_an_archive_that_breaks_off_is_told_as_such(w2v: W2v, make: Make, name: str) -> None:
    data = make({"a.txt": os.urandom(3000).hex().encode(), "b.txt": os.urandom(3000).hex().encode()})
    for end in (len(data) // 2, len(data) - 30):
        Path(name).write_bytes(data[:end])
        run = w2v("train", name, *TRAIN)
        assert run.status == 1
        assert "breaks off" in run.err
        assert len(run.err.strip().splitlines()) == 1


@pytest.mark.parametrize("member", ["[Content_Types].xml", "mimetype"])
def test_documents_are_no_archives_of_texts(w2v: W2v, member: str) -> None:
    Path("book.docx").write_bytes(make_zip({member: b"<xml/>", "word/document.xml": b"<w>the king</w>"}))
    run = w2v("train", "book.docx", *TRAIN)
    assert run.status == 1
    assert "save its text as .txt" in run.err


def test_archives_in_a_folder_are_left_out_and_told(w2v: W2v) -> None:
    Path("d").mkdir()
    Path("d/a.txt").write_text(TEXTS["a.txt"])
    Path("d/c.zip").write_bytes(make_zip({"b.txt": b"other words\n"}))
    run = w2v("train", "d", *TRAIN, "--json")
    assert run.json[0]["read"] == 100
    assert "left out, since they are archives:" in run.err
    assert "d/c.zip; name an archive to read it" in run.err


def test_an_archive_without_text_is_refused(w2v: W2v) -> None:
    Path("c.zip").write_bytes(make_zip({"p.png": b"\x89PNG\0\0"}))
    run = w2v("train", "c.zip", *TRAIN)
    assert run.status == 1
    assert "there is no text in this archive" in run.err


def test_devices_and_sockets_are_called_what_they_are(w2v: W2v) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no devices and sockets in folders")
    listening = socket.socket(socket.AF_UNIX)
    listening.bind("s")
    for name in ("/dev/null", "/dev/zero", "s"):
        run = w2v("train", name, *TRAIN)
        assert run.status == 1
        assert f"{name}: this is a device or a socket" in run.err
    listening.close()
