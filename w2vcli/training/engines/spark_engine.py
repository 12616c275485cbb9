"""Training in orthogonal blocks on a cluster of Spark: a task of Spark trains a bucket.

Spark decides on which machine a task runs, and runs it again where one is lost. Tasks read and write files in a folder
that all machines see. Rows that went through the driver would be held there, and those of a frame computed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from w2vcli.errors import BadSettings, SparkFailed, W2vError
from w2vcli.spark.failures import TaskFailed
from w2vcli.spark.session import is_within_spark, open_session
from w2vcli.training.engines.block_files import BlockMachine, stamp_of
from w2vcli.training.engines.blocks_engine import Method, train_in_blocks
from w2vcli.training.engines.task import Task

if TYPE_CHECKING:
    from pyarrow import RecordBatch
    from pyspark.sql import SparkSession

_HERE = "local[*]"


def spark_engine(task: Task) -> None:
    """Train word2vec by machines of Spark, skip-gram with noise words.

    The same blocks, segments, text, settings and seed give the same bytes on the same kind of processor, on however
    many machines.

    Raises
    ------
    BadSettings
        If it is no training of a model of its own, or some vectors are to stay as they are.
    SparkFailed
        If Spark cannot be reached, fails, or its machines do not see the folder of the training.
    """
    if task.cluster is None:
        raise BadSettings("--engine spark trains models, and nothing besides; take --engine numba")
    folder = task.cluster.folder
    folder.mkdir(parents=True, exist_ok=True)
    with open_session(task.cluster.on or (None if is_within_spark() else _HERE), folder.parent) as session:
        train_in_blocks(task, task.cluster, partial(_on_machines, session, folder))


def _on_machines(session: SparkSession, folder: Path, method: Method, calls: Sequence[tuple[int, ...]]) -> list[int]:
    """Let a task of Spark do each call, and return the results in order."""
    work = partial(_work, str(folder.absolute()), stamp_of(folder), method, calls)
    frame = session.range(0, len(calls), 1, len(calls)).mapInArrow(work, "call:long,result:long")
    found = {row["call"]: row["result"] for row in frame.collect()}
    return [found[call] for call in range(len(calls))]


def _work(
    folder: str, stamp: str, method: Method, calls: Sequence[tuple[int, ...]], batches: Iterable[RecordBatch]
) -> Iterator[RecordBatch]:
    """Do the calls whose numbers are in the batches."""
    import pyarrow

    for batch in batches:
        numbers = batch.column(0).to_pylist()
        try:
            machine = _machine(folder, stamp)
            results = [getattr(machine, method)(*calls[number]) for number in numbers]
        except (W2vError, OSError) as error:
            raise TaskFailed(error) from error
        yield pyarrow.RecordBatch.from_pydict({"call": numbers, "result": results})


@lru_cache(maxsize=1)
def _machine(folder: str, stamp: str) -> BlockMachine:
    """Return this process as a machine. It stays one for the next tasks of the same job."""
    path = Path(folder)
    try:
        is_there = stamp_of(path) == stamp
    except FileNotFoundError:
        is_there = False
    if not is_there:
        raise SparkFailed(f"machines of Spark do not see {folder}; name a model (-o) where all machines see it")
    return BlockMachine(path)
