from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from tests.conftest import W2v
from tests.file_server import Server
from w2vcli.models import catalogue
from w2vcli.models.catalogue import Pretrained

GLOVE = b"king 1 2\nqueen 1 3\nman 0 1\n"


def test_load_then_ask_without_naming_the_model(w2v: W2v) -> None:
    Path("glove.50d.txt").write_bytes(GLOVE)
    run = w2v("load", "glove.50d.txt")
    assert run.status == 0
    assert dict(run.rows) == {
        "model": "glove.50d",
        "words": "3",
        "vector_size": "2",
        "format": "GloVe text",
        "duplicates": "0",
    }
    assert w2v("similar", "king", "-n", 1).rows[0][0] == "queen"
    assert w2v("info", "--json").json[0]["source"]["origin"] == str(Path("glove.50d.txt").absolute())


def test_a_model_that_cannot_be_made_the_default_one_is_not_said_to_be(
    w2v: W2v, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("glove.50d.txt").write_bytes(GLOVE)
    Path("file").write_text("")
    monkeypatch.setenv("W2V_HOME", str(Path("file/home").absolute()))
    run = w2v("load", "glove.50d.txt", "-o", "./m")
    assert run.status == 0
    assert "Warning: m is not the default model, since " in run.err
    assert "is now the default model" not in run.err
    assert w2v("similar", "king", "-n", 1, "-m", "./m.w2v").rows[0][0] == "queen"


def test_from_standard_input_and_with_a_limit(w2v: W2v) -> None:
    run = w2v("load", "-", "-o", "piped", "--limit", 2, "--json", stdin=gzip.compress(GLOVE))
    assert (run.json[0]["model"], run.json[0]["words"]) == ("piped", 2)


def test_what_can_be_downloaded_is_listed(w2v: W2v) -> None:
    assert "google-news" in [row["name"] for row in w2v("load", "--list", "--json").json]


def test_a_source_is_needed(w2v: W2v) -> None:
    run = w2v("load")
    assert (run.status, "--list" in run.err) == (2, True)


def test_a_folder_is_no_file_of_vectors(w2v: W2v) -> None:
    Path("some.w2v").mkdir()
    run = w2v("load", "some.w2v")
    assert (run.status, "is a folder, not a file of vectors" in run.err) == (1, True)


def test_a_name_that_is_nothing(w2v: W2v) -> None:
    run = w2v("load", "googlenews")
    assert run.status == 4
    assert (
        run.err == "Error: googlenews: no such file, and nothing to download has that name; did you mean google-news?\n"
    )


@pytest.mark.parametrize(
    "data", [b"", b"\x80\x04pickle", b"\xff\xd8\xff\xe0jpeg", b"2 3\na 1 2 3\n", gzip.compress(GLOVE, mtime=0)[:-9]]
)
def test_damaged_files_leave_nothing_behind(w2v: W2v, home: Path, data: bytes) -> None:
    Path("v").write_bytes(data)
    run = w2v("load", "v")
    assert run.status == 1
    assert run.err.count("\n") == 1
    assert run.out == ""
    assert not list(home.rglob("*.w2v*"))


def test_a_downloaded_model(
    w2v: W2v,
    server: Server,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.data = gzip.compress(GLOVE)
    md5 = hashlib.md5(server.data, usedforsecurity=False).hexdigest()
    entry: Pretrained = server.entry("tiny.gz", bytes=len(server.data), md5=md5)
    monkeypatch.setattr(catalogue, "catalogue", lambda: {"tiny": entry})
    run = w2v("load", "tiny")
    assert run.status == 0
    assert "downloading test: " in run.err
    assert f"test is a download of {len(server.data)} bytes (0.00 GiB)" in run.err.splitlines()[0]
    assert w2v("similar", "king", "-n", 1).rows[0][0] == "queen"
    assert w2v("info", "--json").json[0]["source"]["origin"] == entry.url
    assert list((home / "downloads").iterdir()) == []


@pytest.mark.parametrize("name", ["google-news", "word2vec-google-news-300"])
def test_the_size_of_a_download_is_told_before_it(w2v: W2v, name: str) -> None:
    rows = w2v("info", name, "--memory", "--json").json
    assert rows[0] == {"what": "download", "dtype": None, "bytes": 1743563840, "GiB": pytest.approx(1.62, abs=0.01)}
    assert rows[1]["GiB"] == pytest.approx(6.71, abs=0.01)  # as float64, as the lecture counts
    for command in (["info", name], ["similar", "girl", "-m", name]):
        run = w2v(*command)
        said = f"no model called {name} yet; download its 1,743,563,840 bytes (1.62 GiB) with: w2v load {name}"
        assert (run.status, run.err) == (4, f"Error: {said}\n")


def test_an_existing_model_is_told_before_anything_is_downloaded(
    w2v: W2v,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("tiny.txt").write_bytes(GLOVE)
    w2v("load", "tiny.txt")
    monkeypatch.setattr(catalogue, "catalogue", lambda: {"tiny": server.entry()})
    run = w2v("load", "tiny")
    assert (run.status, "--force" in run.err) == (5, True)
    assert server.asked == []
