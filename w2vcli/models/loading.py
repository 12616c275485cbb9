"""From a vector file to a model directory, in a stream: memory stays flat whatever the size."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from w2vcli.atomic import require_absent
from w2vcli.compression import STDIN, InputFile, open_input
from w2vcli.errors import DamagedInput
from w2vcli.models.directory import Facts, ModelWriter, new_model
from w2vcli.models.formats.rows import Block, Reading, RowReader
from w2vcli.models.formats.table import detect
from w2vcli.reporting import Reporter


@dataclass(frozen=True)
class Loaded:
    """What `load_vectors` made: the facts of the model, and the rows left out as duplicates."""

    facts: Facts
    duplicates: int


def load_vectors(
    source: Path, target: Path, reading: Reading, reporter: Reporter, *, force: bool, origin: str | None = None
) -> Loaded:
    """Write the vectors of the file ``source`` (``-``: standard input) as a model at ``target``.

    ``origin`` is the address that the file was downloaded from.

    A word that comes a second time is left out, as gensim does; a word whose values are not all
    numbers stays and is reported.

    Raises
    ------
    DamagedInput
        If the file has no known format, breaks off, or has no rows.
    OutputExists
        If ``target`` exists and ``force`` is false.
    """
    require_absent(target, force=force)
    with open_input(source) as file:
        vector_format = detect(file)
        rows = vector_format.read(file, reading)
        _require_space(target, rows, reading)
        with (
            new_model(target, rows.vector_size, force=force) as writer,
            reporter.phase(f"loading {vector_format.name}", file.size, "B") as advance,
        ):
            tally = _Tally()
            for block in rows:
                tally.write(block, writer)
                advance(file.consumed)
            if not tally.seen:
                raise DamagedInput(f"{file.name}: there are no rows in it")
            tally.report(reporter)
            _report_rest(file, rows, tally, reading, reporter)
            facts = writer.finish(source=_source(origin or _absolute(source), file, vector_format.name, reading))
    return Loaded(facts, tally.duplicates)


class _Tally:
    """The words seen so far, and what was odd about the rows."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.rows = 0
        self.duplicates = 0
        self.not_numbers = 0

    def write(self, block: Block, writer: ModelWriter) -> None:
        """Append the rows of a block whose words are new."""
        keep = []
        for row, word in enumerate(block.words):
            if word not in self.seen:
                self.seen.add(word)
                keep.append(row)
        self.rows += len(block.words)
        self.duplicates += len(block.words) - len(keep)
        self.not_numbers += int(np.count_nonzero(~np.isfinite(block.vectors[keep]).all(axis=1)))
        whole = len(keep) == len(block.words)
        writer.append(
            block.words if whole else [block.words[row] for row in keep],
            block.vectors if whole else block.vectors[keep],
        )

    def report(self, reporter: Reporter) -> None:
        """Warn of what was odd."""
        if self.duplicates:
            reporter.warn(f"{self.duplicates:,} rows left out: their words came before (the first row is kept)")
        if self.not_numbers:
            reporter.warn(f"{self.not_numbers:,} words have a vector with NaN or infinity in it")


def _report_rest(file: InputFile, rows: RowReader, tally: _Tally, reading: Reading, reporter: Reporter) -> None:
    """Warn where the file goes on behind the rows that it promised."""
    if reading.limit is None and rows.promised is not None and file.stream.read(1 << 16).strip():
        reporter.warn(f"{file.name}: the header promises {tally.rows:,} rows, what follows them was left out")


def _require_space(target: Path, rows: RowReader, reading: Reading) -> None:
    """Raise the error of a full disk before the work is done, where the size can be known."""
    if rows.promised is None:
        return
    needed = 4 * rows.vector_size * min(rows.promised, reading.limit or rows.promised)
    existing = next(folder for folder in target.parents if folder.exists())
    free = shutil.disk_usage(existing).free
    if needed > free:
        raise DamagedInput(
            f"the header promises {needed / 2**30:,.1f} GiB of vectors, {existing} has {free / 2**30:,.1f} GiB free; "
            "free some space, or read fewer rows with --limit"
        )


def _absolute(path: Path) -> str:
    return STDIN if str(path) == STDIN else str(path.absolute())


def _source(origin: str, file: InputFile, format_name: str, reading: Reading) -> dict[str, object]:
    at_end = not file.stream.read(1)
    return {
        "kind": "vectors",
        "format": format_name,
        "origin": origin,
        "bytes": file.size or file.consumed,
        "sha256": file.sha256() if at_end else None,
        "limit": reading.limit,
    }
