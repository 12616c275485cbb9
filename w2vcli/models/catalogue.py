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
    """Pretrained vectors: ``bytes`` and ``md5`` are those of the file at ``url``."""

    name: str
    description: str
    words: int
    vector_size: int
    bytes: int
    md5: str
    licence: str
    url: str


def catalogue() -> dict[str, Pretrained]:
    """Return all pretrained vectors by name."""
    text = (files("w2vcli.models") / "catalogue.json").read_text(encoding="utf-8")
    return {entry["name"]: Pretrained(**entry) for entry in json.loads(text)}


def find_pretrained(name: str) -> Pretrained:
    """Return the pretrained vectors called ``name``.

    Raises
    ------
    UnknownPretrained
        If there are none.
    """
    entries = catalogue()
    if name in entries:
        return entries[name]
    meant = get_close_matches(name, entries, n=1)
    hint = f"did you mean {meant[0]}?" if meant else "see: w2v load --list"
    raise UnknownPretrained(f"{name}: no such file, and nothing to download has that name; {hint}")
