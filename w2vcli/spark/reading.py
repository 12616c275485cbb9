"""A corpus that Spark reads: its tasks tokenize the sources, and this process numbers and counts what they give.

The tasks write their batches into a table of Spark, in one job. From there they come in the order of the sources into
the same `CorpusWriter` that reading on one machine writes with. So the corpus is the same to the byte. The table is
removed in the end.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from w2vcli.corpus.batches import Batch
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.learnt import Learnt
from w2vcli.corpus.reading import Batches, Reading, SourceReader, read_corpus
from w2vcli.corpus.remote import is_remote
from w2vcli.corpus.sources import find_sources
from w2vcli.corpus.stretches import StretchRead, join_stretches
from w2vcli.decoding import decode_json
from w2vcli.errors import BadSettings, SparkFailed
from w2vcli.reporting import Reporter
from w2vcli.spark.failures import failures_of_spark, raise_from
from w2vcli.spark.parts import plan_parts
from w2vcli.spark.session import open_session
from w2vcli.spark.tasks import COLUMNS, Plan, Told, batch_of, read_parts, versions_here

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# Of batches that are fetched at once.
_BYTES_AT_ONCE = 1 << 26


def read_on_spark(
    names: Sequence[str], folder: Path, reading: Reading, reporter: Reporter, *, on: str | None, scratch: Path
) -> EncodedCorpus:
    """Read a corpus as `read_corpus` does, but let Spark at ``on`` tokenize it. See `open_session` for ``on``.

    Raises
    ------
    BadSettings
        If a source is standard input or a pipe, which no other machine can read.
    SparkFailed
        If Spark fails.
    """
    sources = find_sources(names)
    for source in sources:
        if source.size is None and not is_remote(source.name):
            raise BadSettings(f"{source.name} is a pipe, which no task of Spark can read; save it as a file first")
    with open_session(on, scratch) as session:
        return read_corpus(names, folder, reading, reporter, sources, partial(_batches_of_spark, session))


def _batches_of_spark(session: SparkSession, reader: SourceReader) -> Batches:
    """Let Spark read the sources of a reader, and yield their batches in order."""
    from pyspark.sql.types import BinaryType, LongType, StructField, StructType

    parts = tuple(plan_parts(reader.sources, reader.reading))
    plan = Plan(parts, reader.reading, str(Path.cwd()), versions_here(reader.reading.tokenizer))
    types = {"long": LongType(), "binary": BinaryType()}
    schema = StructType([StructField(name, types[kind]) for name, kind in COLUMNS.items()])
    table = f"w2v_read_{os.urandom(8).hex()}"
    session.catalog.createTable(table, schema=schema)
    try:
        with reader.reporter.phase("reading on Spark"):
            places = session.range(0, len(parts), 1, len(parts))
            places.mapInArrow(partial(read_parts, plan), schema).write.insertInto(table)
        told = _told(session.table(table), len(parts))
        _learn(reader, told)
        yield from _fetched(session.table(table), told, reader.reporter)
    finally:
        with suppress(*failures_of_spark()):  # Spark itself may be what failed
            session.sql(f"DROP TABLE IF EXISTS {table}")


def _told(table: DataFrame, parts: int) -> list[Told]:
    """Return what was told of each part.

    Raises
    ------
    W2vError, OSError
        What the first part that failed raised.
    SparkFailed
        If a part is missing.
    """
    from pyspark.sql.functions import col

    rows = table.where(col("told").isNotNull()).select("part", "told").toArrow().to_pylist()
    found = {row["part"]: decode_json(row["told"], Told, "what a task of Spark told", SparkFailed) for row in rows}
    for place in sorted(found):
        if found[place].error:
            raise_from(found[place].error)
    if len(found) != parts:
        raise _lost()
    return [found[place] for place in range(parts)]


def _lost() -> SparkFailed:
    return SparkFailed(
        "some of what tasks of Spark wrote is not there; set spark.sql.warehouse.dir to a folder that all machines of "
        "the cluster see"
    )


def _learn(reader: SourceReader, told: Sequence[Told]) -> None:
    """Add to a reader what was learnt in all parts, and tell what was told there."""
    stretches: list[StretchRead] = []
    for part in told:
        reader.learnt.extend(part.learnt)
        if part.stretch is not None:
            stretches.append(part.stretch)
        if part.sha256:
            reader.learnt.extend(Learnt([join_stretches(stretches, part.bytes, part.sha256)], [0]))
            stretches = []
        for kind, message in part.messages:
            (reader.reporter.warn if kind == "warn" else reader.reporter.note)(message)


def _fetched(table: DataFrame, told: Sequence[Told], reporter: Reporter) -> Iterator[Batch]:
    """Yield the batches of all parts in order."""
    total = sum(sum(part.sizes) for part in told)
    with reporter.phase("numbering", total, "B") as advance:
        done = 0
        for window in _windows(told):
            rows = _rows_between(table, window[0], window[-1])
            if [(row["part"], row["number"]) for row in rows] != window:
                raise _lost()
            for row in rows:
                yield batch_of(row)
            done += sum(told[part].sizes[number] for part, number in window)
            advance(done)


def _windows(told: Sequence[Told]) -> Iterator[list[tuple[int, int]]]:
    """Yield the places of batches, part and number, that are fetched at once."""
    window: list[tuple[int, int]] = []
    size = 0
    for place, part in enumerate(told):
        for number, more in enumerate(part.sizes):
            if window and size + more > _BYTES_AT_ONCE:
                yield window
                window, size = [], 0
            window.append((place, number))
            size += more
    if window:
        yield window


def _rows_between(table: DataFrame, first: tuple[int, int], last: tuple[int, int]) -> list[dict[str, Any]]:
    """Return the rows of batches from ``first`` to ``last``, in order. Spark itself knows of none."""
    from pyspark.sql.functions import col

    part, number = col("part"), col("number")
    rows = (
        table.where(col("told").isNull())
        .where(part.between(first[0], last[0]))
        .where((part > first[0]) | (number >= first[1]))
        .where((part < last[0]) | (number <= last[1]))
        .toArrow()
    )
    return sorted(rows.to_pylist(), key=lambda row: (row["part"], row["number"]))
