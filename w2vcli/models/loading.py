"""From a vector file to a model directory, in a stream: memory stays flat whatever the size."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from w2vcli.atomic import require_absent
from w2vcli.compression import STDIN, InputFile, open_input
from w2vcli.errors import DamagedInput
from w2vcli.models.directory import Written, new_model
from w2vcli.models.formats.rows import Block, Reading, RowReader
from w2vcli.models.formats.table import detect
from w2vcli.reporting import Reporter


def load_vectors(
    source: Path, target: Path, reading: Reading, reporter: Reporter, *, force: bool, origin: str | None = None
) -> Written:
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
        with new_model(target, rows.vector_size, reporter, force=force) as writer:
            tally = _Tally()
            with reporter.phase(f"loading {vector_format.name}", file.size, "B") as advance:
                for block in rows:
                    tally.count(block)
                    writer.append(block.words, block.vectors)
                    advance(file.consumed)
            if not tally.rows:
                raise DamagedInput(f"{file.name}: there are no rows in it")
            _report_rest(file, rows, tally, reading, reporter)
            written = writer.finish(source=_source(origin or _absolute(source), file, vector_format.name, reading))
    tally.report(written, reporter)
    return written


class _Tally:
    """How many rows there were, and what was odd about them."""

    def __init__(self) -> None:
        self.rows = 0
        self.not_numbers = 0

    def count(self, block: Block) -> None:
        """Count the rows of a block."""
        self.rows += len(block.words)
        self.not_numbers += int(np.count_nonzero(~np.isfinite(block.vectors).all(axis=1)))

    def report(self, written: Written, reporter: Reporter) -> None:
        """Warn of what was odd."""
        if written.duplicates:
            reporter.warn(f"{written.duplicates:,} rows left out: their words came before (the first row is kept)")
        if self.not_numbers:
            reporter.warn(f"{self.not_numbers:,} rows have NaN or infinity in their vector")


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
