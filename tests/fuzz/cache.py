"""The cache of encoded text, damaged: the text is read again, and gives what it gave."""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.commands import Failure
from tests.fuzz.files import Damage, apply, draw_damage, link_tree, read_files
from w2vcli.corpus.cache import cached_corpora, read_with_cache
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.reading import Reading
from w2vcli.errors import W2vError
from w2vcli.reporting import SILENT

NAME = "cache"


class Case(NamedTuple):
    """Damage to one or two files, and whether the cache is only listed."""

    damages: list[Damage]
    listed: bool


_place: list[Path] = []
_whole: dict[str, bytes] = {}
_tokens: list[list[str]] = []


def prepare(folder: Path) -> None:
    """Read a text into the cache."""
    _place[:] = [folder]
    (folder / "t.txt").write_text("a b c, a\nb d\n" * 20, encoding="utf-8")
    (folder / "read").mkdir()
    corpus = read_with_cache([str(folder / "t.txt")], folder / "read", Reading(), folder / "cache", SILENT)
    _tokens[:] = _sentences(corpus)
    _whole.update(read_files(folder / "cache"))


def _sentences(corpus: EncodedCorpus) -> list[list[str]]:
    return [*corpus.sentences(100), [str(corpus.counts.tolist()), *corpus.words]]


def make(rng: random.Random) -> Case:
    """Return damage to the cache."""
    damages = {damage.path: damage for damage in (draw_damage(_whole, rng) for _ in range(rng.choice([1, 1, 2])))}
    return Case(list(damages.values()), rng.random() < 0.2)


def run(case: Case, folder: Path) -> str:
    """Read the text by the damaged cache."""
    link_tree(_place[0] / "cache", folder / "cache")
    for damage in case.damages:
        apply(damage, folder / "cache")
    try:
        if case.listed:
            cached_corpora(folder / "cache")
            return "answered"
        (folder / "read").mkdir()
        corpus = read_with_cache([str(_place[0] / "t.txt")], folder / "read", Reading(), folder / "cache", SILENT)
    except W2vError:
        return "refused"
    if _sentences(corpus) != _tokens:
        raise Failure(f"other tokens: {_sentences(corpus)[:3]}")
    return "answered"
