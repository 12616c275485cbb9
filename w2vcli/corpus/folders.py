"""Encoded corpora that a person keeps: a folder that ``w2v read`` writes, and that ``w2v train`` takes for its text.

Besides the files of an encoded corpus (see `w2vcli.corpus.encoded`) it has ``reading.json``, which says what sources it
is of and how they were read. It is sealed (see `w2vcli.sealing`), so that damage is told before it is trained on. The
same sources, read in the same way, make the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from w2vcli.atomic import link_or_copy, new_directory, require_absent
from w2vcli.corpus.bpe import BPE_FILE
from w2vcli.corpus.encoded import (
    COUNTS,
    DOCUMENT_ENDS,
    FACTS,
    FILE_ENDS,
    FILES,
    IDS,
    SENTENCE_ENDS,
    TEXT_ENDS,
    TEXT_LENGTHS,
    WORDS,
    EncodedCorpus,
    Read,
    open_corpus,
)
from w2vcli.corpus.phrases import PHRASES_FILE
from w2vcli.corpus.reading import Reading
from w2vcli.corpus.tokenizers import TOKENIZERS
from w2vcli.decoding import read_json
from w2vcli.errors import DamagedInput, OutputExists
from w2vcli.escaping import listed
from w2vcli.sealing import SEAL, require_sealed, seal

READING = "reading.json"
_PARTS = {
    *(COUNTS, DOCUMENT_ENDS, FACTS, FILE_ENDS, FILES, IDS, SENTENCE_ENDS, TEXT_ENDS, TEXT_LENGTHS, WORDS),
    *(READING, SEAL, PHRASES_FILE, BPE_FILE),
}


@dataclass(frozen=True)
class Origin:
    """What a corpus is of: its sources by absolute path, how they were read, and the version of the tokenizer."""

    sources: tuple[str, ...]
    reading: Reading
    tokenizer_version: str


def is_corpus(path: Path) -> bool:
    """Tell whether a folder is an encoded corpus that a person keeps."""
    return (path / READING).is_file() and (path / FACTS).is_file()


def write_corpus(
    sources: Sequence[str], reading: Reading, target: Path, make: Callable[[Path], EncodedCorpus], *, force: bool
) -> Read:
    """Write the corpus of ``sources``, which ``make`` writes into a folder, at ``target``; return what was read.

    Raises
    ------
    OutputExists
        If something is there, and ``force`` is false, or it is no corpus.
    """
    require_place(target, force=force)
    with new_directory(target, force=force) as folder:
        read = make(folder).read
        origin = Origin(tuple(sources), reading, str(TOKENIZERS[reading.tokenizer].version()))
        text = json.dumps(asdict(origin), ensure_ascii=False, indent=1)
        (folder / READING).write_bytes(text.encode(errors="surrogateescape") + b"\n")
        seal(folder)
    return read


def require_place(target: Path, *, force: bool) -> None:
    """Refuse to write a corpus at ``target`` if something is there that is no corpus, or may not be replaced.

    Raises
    ------
    OutputExists
        If it is so.
    """
    require_absent(target, force=force, directory=True)
    if target.is_dir() and not target.is_symlink():
        others = sorted({path.name for path in target.iterdir()} - _PARTS)
        if others:
            raise OutputExists(
                f"{target} has files that are no part of a corpus: {listed(others)}; move them away first"
            )


def read_origin(path: Path) -> Origin:
    """Return what the corpus in a folder is of.

    Raises
    ------
    DamagedInput
        If it does not say so.
    """
    return read_json(path / READING, Origin, DamagedInput)


def open_kept(path: Path) -> EncodedCorpus:
    """Open the corpus in a folder, after its files were compared with its seal.

    Raises
    ------
    DamagedInput
        If a file of it is not what was written.
    """
    require_sealed(path)
    return open_corpus(path)


def take_corpus(path: Path, folder: Path) -> EncodedCorpus:
    """Link the corpus in the folder ``path`` into ``folder``, and seal it there.

    Raises
    ------
    DamagedInput
        If a file of it is not what was written.
    """
    known = require_sealed(path)
    names = [name for name in known if name != READING]
    for name in names:
        link_or_copy(path / name, folder / name)
    seal(folder, names, known=known)
    return open_corpus(folder)
