"""The table of pretrained vectors that can be downloaded by name: ``catalogue.json``.

The addresses, sizes and MD5 sums are those of the gensim-data collection. What is downloaded is data:
the program that gensim-data keeps beside each file is not fetched.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files

from w2vcli.errors import UnknownPretrained


@dataclass(frozen=True)
class Pretrained:
    """Pretrained vectors: ``bytes`` and ``md5`` are those of the file at ``url``, which is to be downloaded."""

    name: str
    description: str
    words: int
    vector_size: int
    bytes: int
    md5: str
    licence: str
    url: str

    @property
    def gensim_name(self) -> str:
        """The name in ``gensim.downloader.load``: ``word2vec-google-news-300`` for ``google-news``."""
        return self.url.rpartition("/")[2].removesuffix(".gz")

    @property
    def size(self) -> str:
        """How large the file is, for people: ``1,743,563,840 bytes (1.62 GiB)``."""
        return f"{self.bytes:,} bytes ({self.bytes / 2**30:.2f} GiB)"


def catalogue() -> dict[str, Pretrained]:
    """Return all pretrained vectors by name."""
    text = (files("w2vcli.models") / "catalogue.json").read_text(encoding="utf-8")
    return {entry["name"]: Pretrained(**entry) for entry in json.loads(text)}


def find_pretrained(name: str) -> Pretrained:
    """Return the pretrained vectors called ``name``, here or by gensim.

    Raises
    ------
    UnknownPretrained
        If there are none.
    """
    entries = catalogue()
    found = entries.get(name) or next((entry for entry in entries.values() if entry.gensim_name == name), None)
    if found is not None:
        return found
    meant = get_close_matches(name, entries, n=1)
    hint = f"did you mean {meant[0]}?" if meant else "see: w2v load --list"
    raise UnknownPretrained(f"{name}: no such file, and nothing to download has that name; {hint}")
