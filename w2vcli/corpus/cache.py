"""The cache of encoded corpora: a text that was read before, in the same way, is not read again.

A cache is a folder of corpora (see `w2vcli.corpus.encoded`). The name of each is two hashes, ``PREFIX-CONTENT``. The
first is of the way of reading and the sizes of the files, which cost nothing to find out. Only if a corpus has that
prefix, the files are hashed for the second. Each corpus is sealed (see `w2vcli.sealing`): a damaged one is thrown away,
and the text is read again. What is in the cache can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from w2vcli.atomic import link_or_copy, new_directory
from w2vcli.corpus.encoded import FACTS, FILES, EncodedCorpus, FileRead, Read, open_corpus, read_files, write_files
from w2vcli.corpus.reading import Reading, read_corpus
from w2vcli.corpus.sources import Source, find_sources
from w2vcli.corpus.tokenizers import TOKENIZERS
from w2vcli.decoding import read_json
from w2vcli.errors import DamagedInput
from w2vcli.reporting import Reporter
from w2vcli.sealing import SEAL, require_sealed, seal

# 2: sealed, 3: bytes of text, not of the disk, 4: documents and places in the text, 5: a list of tokens is one sentence
_FORMAT = 5
_NAME = re.compile("[0-9a-f]{32}-[0-9a-f]{32}")


@dataclass(frozen=True)
class Entry:
    """A corpus in the cache: its name, how many tokens it has, bytes on disk, and the first file it was read from.

    ``words`` are the tokens. They and ``source`` are None if it is damaged.
    """

    name: str
    words: int | None
    bytes: int
    source: str | None


def read_with_cache(
    names: Sequence[str],
    folder: Path,
    reading: Reading,
    cache: Path | None,
    reporter: Reporter,
    *,
    keep: bool = True,
) -> EncodedCorpus:
    """Write the corpus into ``folder`` as `read_corpus` does, or take it from the ``cache`` if it is there.

    With ``keep``, a corpus that had to be read is sealed and put into the cache. ``cache`` is None to use none.
    Standard input and addresses are not kept, since their content is not known before they are read.
    """
    sources = find_sources(names)
    usable = cache is not None and all(source.size is not None for source in sources)
    prefix = _prefix(reading, [source.size for source in sources])
    if cache is not None and usable and any(cache.glob(f"{prefix}-*")):
        hashes = [source.content_sha256() or "" for source in sources]
        corpus = _take(cache / f"{prefix}-{_hash(hashes)}", folder, sources, hashes, reporter)
        if corpus is not None:
            return corpus
    corpus = read_corpus(names, folder, reading, reporter, sources)
    if keep:
        seal(folder)
        hashes = [file.sha256 for file in corpus.files()]
        if cache is not None and usable and len(hashes) == len(sources):  # a binary file was left out, and has no hash
            _keep(folder, cache / f"{prefix}-{_hash(hashes)}", reporter)
    return corpus


def cache_entry(cache: Path, files: Sequence[FileRead], reading: Reading) -> Path:
    """Return the folder that a corpus of these files has in the cache, whether it is there or not."""
    prefix = _prefix(reading, [file.bytes for file in files])
    return cache / f"{prefix}-{_hash([file.sha256 for file in files])}"


def cached_corpora(cache: Path) -> list[Entry]:
    """Return what is in the cache, by name."""
    return list(_entries(cache))


def clear_cache(cache: Path) -> list[Entry]:
    """Delete what is in the cache, and return what it was."""
    found = cached_corpora(cache)
    for entry in found:
        shutil.rmtree(cache / entry.name)
    return found


def _take(
    entry: Path, folder: Path, sources: Sequence[Source], hashes: Sequence[str], reporter: Reporter
) -> EncodedCorpus | None:
    """Return the corpus of an entry, linked into ``folder``. If it is missing or damaged, return None.

    A damaged entry is thrown away, with a note.
    """
    if not entry.is_dir():
        return None
    try:
        known = require_sealed(entry)
        _link(entry, [SEAL, *known], folder)
        if [file.sha256 for file in open_corpus(folder).files()] != [*hashes]:
            raise DamagedInput(f"{entry} is damaged: it is of another text")
    except (DamagedInput, FileNotFoundError) as error:  # it may be cleared meanwhile
        reporter.note(f"{error}; this text is read again")
        shutil.rmtree(entry, ignore_errors=True)
        for file in folder.iterdir():
            file.unlink()
        return None
    reporter.note("this text was read before; its token ids are taken from the cache (--no-cache reads it again)")
    _rename_files(folder, sources, known)
    return open_corpus(folder)


def _keep(folder: Path, entry: Path, reporter: Reporter) -> None:
    """Put the corpus in ``folder`` into the cache. A failure is only a note, since training does not need the cache."""
    try:
        with new_directory(entry, force=True) as partial:
            _link(folder, [file.name for file in folder.iterdir()], partial)
    except OSError as error:
        reporter.note(f"the text's token ids are not kept: {error.filename or entry}: {error.strerror} (--no-cache)")


def _entries(cache: Path) -> Iterator[Entry]:
    """Yield what is in the cache. Nothing else that lies in its folder is counted, and none of it is followed."""
    for folder in sorted(cache.glob("*-*")):
        if not _NAME.fullmatch(folder.name) or folder.is_symlink() or not folder.is_dir():
            continue
        size = sum(file.lstat().st_size for file in folder.iterdir())
        try:
            read = read_json(folder / FACTS, Read, DamagedInput)
            yield Entry(folder.name, read.tokens, size, read_files(folder / FILES)[0].path)
        except (DamagedInput, OSError, IndexError):
            yield Entry(folder.name, None, size, None)


def _link(source: Path, names: Sequence[str], target: Path) -> None:
    for name in names:
        link_or_copy(source / name, target / name)


def _rename_files(folder: Path, sources: Sequence[Source], known: Mapping[str, str]) -> None:
    """Write where the same text was found this time into ``files.jsonl``."""
    files: list[FileRead] = open_corpus(folder).files()
    now = [str(Path(source.name).absolute()) for source in sources]
    if [file.path for file in files] != now:
        (folder / FILES).unlink()  # the file in the cache stays as it is
        write_files([replace(file, path=path) for file, path in zip(files, now, strict=True)], folder / FILES)
        seal(folder, known={name: sha256 for name, sha256 in known.items() if name != FILES})


def _prefix(reading: Reading, sizes: Sequence[int | None]) -> str:
    """Return the hash of a way of reading and the sizes of the files."""
    return _hash([_FORMAT, asdict(reading), TOKENIZERS[reading.tokenizer].version(), sizes])


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:32]
