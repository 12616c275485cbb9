from __future__ import annotations

import pytest

from w2vcli.errors import UnknownPretrained
from w2vcli.models.catalogue import catalogue, find_pretrained


def test_google_news_is_there_with_its_size_and_checksum() -> None:
    entry = find_pretrained("google-news")
    assert (entry.words, entry.vector_size) == (3_000_000, 300)
    assert (entry.bytes, entry.md5) == (1_743_563_840, "a5e5354d40acb95f9ec66d5977d140ef")


def test_every_entry_is_complete() -> None:
    entries = catalogue()
    assert len(entries) == 12
    for name, entry in entries.items():
        assert entry.name == name
        assert entry.url.startswith("https://")
        assert entry.url.endswith(".gz")
        assert len(entry.md5) == 32
        assert min(entry.bytes, entry.words, entry.vector_size) > 0
        assert entry.licence


def test_an_unknown_name_gets_a_suggestion() -> None:
    with pytest.raises(UnknownPretrained, match=r"did you mean google-news\?"):
        find_pretrained("googlenews")
    with pytest.raises(UnknownPretrained, match="w2v load --list"):
        find_pretrained("xyzzy")
