"""Folders at addresses, listed by clients that are replaced here: no test needs a network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from w2vcli.corpus.remote import list_remote
from w2vcli.corpus.sources import find_sources
from w2vcli.errors import BadCorpus, DownloadFailed

KEYS = ["texts/b.txt", "texts/", "texts/a.txt", "texts/.hidden", "texts/sub/c.txt", "texts/_x/.d/e.txt"]


class Client:
    """What boto3 gives: pages of keys that begin with a prefix."""

    def get_paginator(self, name: str) -> Client:
        assert name == "list_objects_v2"
        return self

    def paginate(self, **asked: str) -> Iterator[dict[str, Any]]:
        if asked["Bucket"] != "bucket":
            raise ValueError("no such bucket")
        for key in KEYS:
            if key.startswith(asked["Prefix"]):
                yield {"Contents": [{"Key": key}]}
        yield {}


@pytest.fixture(autouse=True)
def s3(monkeypatch: pytest.MonkeyPatch) -> None:
    boto3 = pytest.importorskip("boto3")
    monkeypatch.setattr(boto3, "client", lambda kind: Client())


def test_a_folder_at_an_address_is_listed_as_one_on_disk_is() -> None:
    expected = ["s3://bucket/texts/a.txt", "s3://bucket/texts/b.txt", "s3://bucket/texts/sub/c.txt"]
    assert list_remote("s3://bucket/texts/") == expected
    sources = find_sources(["s3://bucket/texts/"])
    assert [(source.name, source.named) for source in sources] == [(name, False) for name in expected]


def test_what_cannot_be_listed_is_told() -> None:
    with pytest.raises(DownloadFailed, match="s3://other/x/ cannot be read: no such bucket"):
        find_sources(["s3://other/x/"])
    with pytest.raises(BadCorpus, match="there is no text in this folder"):
        find_sources(["s3://bucket/nothing/"])
    with pytest.raises(DownloadFailed, match="cannot be listed; name the files"):
        list_remote("https://host/folder/")
