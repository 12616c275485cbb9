"""What a task of Spark does: it reads a part of the sources as one machine would, and gives rows with its batches.

The rows of a part are the same whenever and wherever it is read. So a task may be tried again, or done twice.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from w2vcli.corpus.batches import Batch, BatchTokenizer, TokenizerConfig, WordLines, in_batches
from w2vcli.corpus.learnt import Learnt
from w2vcli.corpus.reading import Reading, SourceReader, tokenizer_config
from w2vcli.corpus.stretches import StretchRead, StretchReader, can_be_cut
from w2vcli.corpus.tokenizers import TOKENIZERS
from w2vcli.errors import BadCorpus, DownloadFailed, SparkFailed, W2vError
from w2vcli.reporting import Silent
from w2vcli.spark.failures import TaskFailed, line_of
from w2vcli.spark.parts import Part

if TYPE_CHECKING:
    import pyarrow as pa

# The columns of a row, with their types in Spark. A row has a batch. The last one of a part has what was ``told``.
COLUMNS = {
    "part": "long",
    "number": "long",
    **dict.fromkeys(("words", "ids", "ends", "places", "document_ends"), "binary"),
    **dict.fromkeys(("characters", "stop_words", "number_tokens"), "long"),
    "told": "binary",
}
_ARRAYS = {"ids": "<i4", "ends": "<i8", "places": "<i8", "document_ends": "<i8"}


@dataclass
class Told:
    """What the last row of a part tells: the bytes of its batches, and what was learnt and told while it was read.

    Of a stretch it has ``stretch``, and of a file that is read in stretches the ``bytes`` and the ``sha256``. If the
    part could not be read, it has the line of an ``error`` (see `w2vcli.spark.failures`).
    """

    sizes: list[int] = field(default_factory=list)
    learnt: Learnt = field(default_factory=Learnt)
    messages: list[tuple[str, str]] = field(default_factory=list)
    stretch: StretchRead | None = None
    bytes: int = 0
    sha256: str = ""
    error: str = ""


@dataclass(frozen=True)
class Plan:
    """What all tasks are to do: the ``parts``, each by its place, and how they are read.

    ``folder`` is the one in which w2v was called, in which relative paths begin. ``versions`` are those of w2v and of
    the tokenizer there.
    """

    parts: tuple[Part, ...]
    reading: Reading
    folder: str
    versions: tuple[str, str]


class _Collecting(Silent):
    """A reporter that keeps what it is told."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, str]] = []

    def note(self, message: str) -> None:
        self.messages.append(("note", message))

    def warn(self, message: str) -> None:
        self.messages.append(("warn", message))


def read_parts(plan: Plan, places: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of the parts at the ``places``, which come from Spark."""
    for batch in places:
        for place in batch.column(0).to_pylist():
            yield from _rows(plan, place)


def _rows(plan: Plan, place: int) -> Iterator[pa.RecordBatch]:
    told = Told()
    number = 0
    try:
        _require_versions(plan)
        with _working_in(plan.folder):
            for batch in _read(plan.parts[place], plan.reading, told):
                row = _row_of(batch)
                told.sizes.append(sum(map(len, (row["words"], *(row[name] for name in _ARRAYS)))))
                yield _record(row | {"part": place, "number": number})
                number += 1
    except (DownloadFailed, OSError) as error:
        # The network may be there again in a moment, or another machine may have more luck.
        raise TaskFailed(error) from error
    except W2vError as error:
        told = Told(error=line_of(error))
    yield _record({"part": place, "number": number, "told": encode_told(told)})


def _read(part: Part, reading: Reading, told: Told) -> Iterator[Batch]:
    """Yield the batches of a part, and fill in what is told of it."""
    here = socket.gethostname()
    for source in part.sources:
        if source.size is not None and not Path(source.name).is_file():
            raise BadCorpus(
                f"{source.name}: this file is not on {here}, where a task of Spark is to read it; "
                "name a path or an address that all machines of the cluster see"
            )
    [source, *_] = part.sources
    is_cut = (part.hashes or part.stretch is not None) and can_be_cut(source, reading)
    if part.hashes:
        if is_cut:
            with source.open() as file:
                while file.stream.read1():
                    pass
                told.bytes, told.sha256 = file.consumed, file.sha256()
        return
    if part.stretch is not None and part.stretch.start and not is_cut:
        return  # the first stretch has all of it
    reporter = _Collecting()
    reader = (
        StretchReader(source, part.stretch, reading, reporter)
        if is_cut and part.stretch is not None
        else SourceReader(part.sources, reading, reporter)
    )
    yield from map(_tokenizer(tokenizer_config(reading)).tokenize, in_batches(reader.pieces(lambda done: None)))
    told.learnt, told.messages = reader.learnt, reporter.messages
    if isinstance(reader, StretchReader):
        told.stretch = reader.read
        if part.stretch is not None and part.stretch.start:  # what the beginning looks like is told once
            told.learnt = Learnt(characters=reader.learnt.characters)


@lru_cache(maxsize=1)
def _tokenizer(config: TokenizerConfig) -> BatchTokenizer:
    """Return what makes tokens. A process does many tasks, and some tokenizers take seconds to begin."""
    return BatchTokenizer(config)


def _require_versions(plan: Plan) -> None:
    """Refuse to read with other versions than those of the machine that asks: words might differ."""
    name = plan.reading.tokenizer
    here = versions_here(name)
    for what, is_here, asked in zip(("w2v", f"the tokenizer {name}"), here, plan.versions, strict=True):
        if is_here != asked:
            raise SparkFailed(
                f"{socket.gethostname()}, where a task of Spark runs, has version {is_here} of {what}, "
                f"and not {asked}; install the same on all machines of the cluster"
            )


def versions_here(tokenizer: str) -> tuple[str, str]:
    """Return the versions of w2v and of a tokenizer on this machine, which are all that a `Plan` depends on."""
    try:
        own = version("w2vcli")
    except PackageNotFoundError:  # a folder of modules that was sent, not installed
        own = "unknown"
    return own, str(TOKENIZERS[tokenizer].version())


@contextmanager
def _working_in(folder: str) -> Iterator[None]:
    """Let relative paths begin in a folder, where that is on this machine."""
    before = Path.cwd()
    if not Path(folder).is_dir():
        yield
        return
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _row_of(batch: Batch) -> dict[str, Any]:
    arrays = {name: np.ascontiguousarray(getattr(batch, name), dtype=kind).tobytes() for name, kind in _ARRAYS.items()}
    counts = {name: getattr(batch, name) for name in ("characters", "stop_words", "number_tokens")}
    words = batch.words
    if not isinstance(words, WordLines):
        words = WordLines("".join(f"{word}\n" for word in words).encode(errors="surrogatepass"))
    return {"words": words.lines, **arrays, **counts}


def batch_of(row: dict[str, Any]) -> Batch:
    """Return the batch of a row."""
    arrays: dict[str, Any] = {name: np.frombuffer(row[name], dtype=kind) for name, kind in _ARRAYS.items()}
    counts = {name: row[name] for name in ("characters", "stop_words", "number_tokens")}
    return Batch(words=WordLines(row["words"]), **arrays, **counts)


def encode_told(told: Told) -> bytes:
    """Return what a part tells as JSON. Names of files may have bytes that are no text."""
    return json.dumps(asdict(told), ensure_ascii=False).encode(errors="surrogateescape")


def _record(row: dict[str, Any]) -> pa.RecordBatch:
    import pyarrow as pa

    types = {"long": pa.int64(), "binary": pa.binary()}
    arrays = [pa.array([row.get(name)], types[kind]) for name, kind in COLUMNS.items()]
    return pa.RecordBatch.from_arrays(arrays, list(COLUMNS))
