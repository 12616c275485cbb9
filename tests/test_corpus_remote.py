"""Text at addresses: a server of S3 on this machine, and clients of others that are replaced here."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import W2v, require
from tests.test_corpus_encoded import Told, read
from w2vcli.corpus import remote
from w2vcli.corpus.remote import is_remote, local_path
from w2vcli.corpus.sources import find_sources
from w2vcli.errors import BadCorpus, DownloadFailed

TEXT = "the king met the queen\nthe queen met the king\n"
OBJECTS = {
    "texts/part-1.txt": TEXT.encode(),
    "texts/part-0.txt.gz": gzip.compress(TEXT.encode()),
    "texts/": b"",
    "texts/_SUCCESS": b"",
    "texts/_committed_123": b"{}",
    "texts/part-0.crc": b"\0",
    "texts/.part-1.txt.crc": b"\0",
    "texts/.hidden": b"hidden",
    "texts/_temporary/0/part-9": b"unfinished",
    "texts/_x/.d/e.txt": b"hidden",
    "texts/sub/c.txt": TEXT.encode(),
    "texts-of-others/a.txt": b"others",
    "only/_SUCCESS": b"",
}
FOUND = ["s3://w2v-texts/texts/part-0.txt.gz", "s3://w2v-texts/texts/part-1.txt", "s3://w2v-texts/texts/sub/c.txt"]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Start a server of S3 that has `OBJECTS` in a bucket, once for these tests."""
    for package in ("boto3", "smart_open", "flask", "flask_cors"):
        require(package)
    moto = pytest.importorskip("moto.server", reason="moto is not installed")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Return a client of the server, to which boto3 goes from here on."""
    import boto3

    for name, value in {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    client = boto3.client("s3")
    client.create_bucket(Bucket="w2v-texts")
    for key, body in OBJECTS.items():
        client.put_object(Bucket="w2v-texts", Key=key, Body=body)
    return client


def test_a_folder_of_s3_is_read_as_one_on_disk_is(s3: Any, tmp_path: Path) -> None:
    sources = find_sources(["s3://w2v-texts/texts/"])
    assert [(source.name, source.named) for source in sources] == [(name, False) for name in FOUND]
    told = Told()
    (tmp_path / "1").mkdir()
    found = read(tmp_path / "1", "s3://w2v-texts/texts/", told=told)
    assert told.messages == [
        "files read: 2 .txt, 1 .gz",
        "passed over, since programs such as Spark write them: _SUCCESS, _committed_123, part-0.crc",
    ]
    Path("texts/sub").mkdir(parents=True)
    for name in ("part-0.txt", "part-1.txt", "sub/c.txt"):
        Path("texts", name).write_text(TEXT)
    on_disk = read(tmp_path, "texts")
    assert list(found.sentences(100)) == list(on_disk.sentences(100))
    assert [file.path for file in found.files()] == FOUND


def test_what_s3_does_not_have_is_told(s3: Any) -> None:
    with pytest.raises(DownloadFailed, match=r"s3://w2v-other/x/ cannot be read: .*NoSuchBucket"):
        find_sources(["s3://w2v-other/x/"])
    for folder in ("nothing", "only"):
        with pytest.raises(BadCorpus, match="there is no text in this folder"):
            find_sources([f"s3://w2v-texts/{folder}/"])
    [source] = find_sources(["s3://w2v-texts/texts/missing.txt"])
    with pytest.raises(DownloadFailed, match=r"missing\.txt cannot be read"), source.open():
        pass


def test_a_folder_of_google_is_listed_by_its_client(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Client:
        def list_blobs(self, bucket: str, prefix: str) -> list[SimpleNamespace]:
            asked.append((bucket, prefix))
            return [SimpleNamespace(name=f"x/{name}") for name in ("b.txt", "a.txt", "_SUCCESS", ".c")]

    monkeypatch.setattr(remote, "require_libraries", lambda address: None)
    monkeypatch.setattr(remote, "import_module", lambda name: SimpleNamespace(Client=Client))
    monkeypatch.setattr(remote, "_failures", lambda: ())
    assert [source.name for source in find_sources(["gs://bucket/x/"])] == [
        "gs://bucket/x/a.txt",
        "gs://bucket/x/b.txt",
    ]
    assert asked == [("bucket", "x/")]


def test_a_file_by_its_address_is_the_file(tmp_path: Path, w2v: W2v) -> None:
    path = tmp_path / "a b.txt"
    path.write_text(TEXT)
    options = "--min-count 1 --epochs 1 --vector-size 2 --workers 1 --sample 0".split()
    assert local_path(path.as_uri()) == str(path)
    assert w2v("train", path.as_uri(), "-o", "m", *options).status == 0
    assert str(path) in w2v("info", "m").out
    assert [source.name for source in find_sources([tmp_path.as_uri()])] == [str(path)]
    with pytest.raises(BadCorpus, match="is on the machine host; name a file of this one"):
        find_sources(["file://host/a.txt"])


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("hdfs://host:8020/x", "save it as files with: hdfs dfs -get hdfs://host:8020/x FOLDER"),
        ("abfss://c@account.dfs.core.windows.net/x/", "save it as files with AzCopy"),
        ("dbfs:/mnt/x", "name it as Databricks mounts it: /dbfs/mnt/x"),
        ("s3a://bucket/x", "name it s3://bucket/x"),
        ("ftp://host/x", "text is read at https://, s3://, gs:// and file:// addresses"),
    ],
)
def test_other_addresses_are_refused_with_the_way_that_leads_on(address: str, told: str, w2v: W2v) -> None:
    run = w2v("train", address, "-o", "m")
    assert (run.status, told in run.err, run.err.count("\n")) == (1, True, 1), run.err


def test_drives_of_windows_are_paths() -> None:
    assert not is_remote("C:/texts/a.txt")
    assert not is_remote("C://texts")


def test_folders_of_web_servers_cannot_be_listed() -> None:
    with pytest.raises(DownloadFailed, match="cannot be listed; name the files"):
        remote.list_remote("https://host/folder/")
