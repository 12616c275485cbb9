"""Corpora that were read before, by their content and how they were read, so that they need not be read again.

A cache is a folder of corpora (see `w2vcli.corpus.numbers`); the name of each is two hashes: of the sizes
of the files and the way of reading, and of their contents. What is in it can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from w2vcli.atomic import link_or_copy, new_directory
from w2vcli.corpus.numbers import Corpus, FileRead, open_corpus, read_files, write_files
from w2vcli.corpus.reading import Reading, read_corpus
from w2vcli.corpus.sources import Source, find_sources
from w2vcli.corpus.tokenizers import TOKENIZERS
from w2vcli.reporting import Reporter

_FORMAT = 1


@dataclass(frozen=True)
class Entry:
    """A corpus in the cache: its name, the words of its text, bytes on disk, and the first file it was read from."""

    name: str
    words: int
    bytes: int
    source: str


def read_with_cache(
    names: Sequence[str],
    folder: Path,
    reading: Reading,
    cache: Path | None,
    reporter: Reporter,
    *,
    keep: bool = True,
) -> Corpus:
    """Make the corpus in ``folder`` as `read_corpus` does, from the cache if it is there; else ``keep`` it there.

    ``cache`` is None for none. Standard input and addresses are not kept, since their content is not
    known before they are read.
    """
    sources = find_sources(names)
    if cache is None or any(source.size is None for source in sources):
        return read_corpus(names, folder, reading, reporter)
    prefix = _hash([_FORMAT, asdict(reading), TOKENIZERS[reading.tokenizer].version(), [s.size for s in sources]])
    if any(cache.glob(f"{prefix}-*")):
        hashes = [source.content_sha256() or "" for source in sources]
        found = cache / f"{prefix}-{_hash(hashes)}"
        if found.is_dir():
            reporter.note("this text was read before; its numbers are taken from the cache (--no-cache reads it again)")
            _link(found, folder)
            _rename_files(folder, sources)
            return open_corpus(folder)
    corpus = read_corpus(names, folder, reading, reporter)
    hashes = [file.sha256 for file in corpus.files()]
    if keep and len(hashes) == len(sources):  # a binary file in a folder was left out, and has no hash here
        with new_directory(cache / f"{prefix}-{_hash(hashes)}", force=True) as entry:
            _link(folder, entry)
    return corpus


def cached_corpora(cache: Path) -> list[Entry]:
    """Return what is in the cache, by name."""
    return list(_entries(cache))


def clear_cache(cache: Path) -> list[Entry]:
    """Delete what is in the cache, and return what it was."""
    found = cached_corpora(cache)
    for entry in found:
        shutil.rmtree(cache / entry.name)
    return found


def _entries(cache: Path) -> Iterator[Entry]:
    for folder in sorted(cache.glob("*-*")):
        if not (folder / "corpus.json").exists():
            continue
        first = read_files(folder / "files.jsonl")[0].path
        words = json.loads((folder / "corpus.json").read_text(encoding="utf-8"))["tokens"]
        yield Entry(folder.name, words, sum(file.stat().st_size for file in folder.iterdir()), first)


def _link(source: Path, target: Path) -> None:
    for file in source.iterdir():
        link_or_copy(file, target / file.name)


def _rename_files(folder: Path, sources: Sequence[Source]) -> None:
    """Say where the same text was found this time."""
    files: list[FileRead] = open_corpus(folder).files()
    now = [str(Path(source.name).absolute()) for source in sources]
    if [file.path for file in files] != now:
        (folder / "files.jsonl").unlink()  # the file in the cache stays as it is
        write_files([replace(file, path=path) for file, path in zip(files, now, strict=True)], folder / "files.jsonl")


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:32]
