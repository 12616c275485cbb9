"""What loading vectors would take, from the beginning of their file alone, for ``--dry-run``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from w2vcli.models.catalogue import find_pretrained
from w2vcli.models.facts import read_facts
from w2vcli.models.formats.blocks import ReadOptions
from w2vcli.models.formats.postgres.address import is_table, parse_address
from w2vcli.models.loading import read_vectors
from w2vcli.models.source_names import is_source
from w2vcli.reporting import Reporter

_BYTES_OF_A_VALUE = 4


@dataclass(frozen=True)
class Rehearsed:
    """What would be read: ``words`` as the file promises them. What is not known before it is read is None.

    ``download`` are the bytes to download, ``vectors`` those of the vectors as float32.
    """

    format: str | None
    words: int | None
    vector_size: int
    download: int | None
    vectors: int | None


def rehearse(source: str, reading: ReadOptions, reporter: Reporter) -> Rehearsed:
    """Return what loading a file, or the vectors that the catalogue has under a name, would take.

    Raises
    ------
    UnknownPretrained
        If there is neither.
    DamagedInput
        If the beginning of the file is none of vectors.
    """
    kind: str | None = None
    download: int | None = None
    if is_table(source):
        from w2vcli.models.formats.postgres.rows import open_table
        from w2vcli.models.formats.postgres.sink import NAME

        with open_table(parse_address(source), reading.limit) as rows:
            kind, words, vector_size = NAME, rows.promised, rows.vector_size
    elif is_source(source):
        with read_vectors(Path(source), reading, reporter) as vectors:
            kind = vectors.vector_format.name
            words, vector_size = vectors.rows.promised, vectors.rows.vector_size
    else:
        entry = find_pretrained(source)
        words, vector_size, download = entry.words, entry.vector_size, entry.bytes
    if words is not None and reading.limit is not None:
        words = min(words, reading.limit)
    return Rehearsed(
        kind, words, vector_size, download, None if words is None else _BYTES_OF_A_VALUE * words * vector_size
    )


def rehearse_model(path: Path) -> Rehearsed:
    """Return what reading the model at ``path`` would take."""
    facts = read_facts(path)
    return Rehearsed("w2v", facts.words, facts.vector_size, None, _BYTES_OF_A_VALUE * facts.words * facts.vector_size)
