from __future__ import annotations

import json

import pytest

from tests.conftest import real_data
from w2vcli.errors import UnknownPretrained
from w2vcli.models.catalogue import catalogue, find_pretrained


def test_google_news_is_there_with_its_size_and_checksum() -> None:
    entry = find_pretrained("google-news")
    assert (entry.words, entry.vector_size) == (3_000_000, 300)
    assert (entry.bytes, entry.md5) == (1_743_563_840, "a5e5354d40acb95f9ec66d5977d140ef")


def test_gensims_names_are_known() -> None:
    """The names of api.load, as the list of gensim-data has them; those of its 12 models with vectors."""
    names = {entry.gensim_name: entry.name for entry in catalogue().values()}
    assert {name for name, ours in names.items() if name != ours} == {"word2vec-google-news-300"}
    assert find_pretrained("word2vec-google-news-300") == find_pretrained("google-news")
    assert find_pretrained("glove-wiki-gigaword-100").vector_size == 100


def test_the_entries_are_those_of_gensims_list() -> None:
    models = json.loads(real_data("gensim-data-list.json").read_text())["models"]
    listed = {name: (facts["file_size"], facts["checksum"]) for name, facts in models.items() if "file_size" in facts}
    assert {entry.gensim_name: (entry.bytes, entry.md5) for entry in catalogue().values()} == listed


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
