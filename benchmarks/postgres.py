"""Loading a table of PostgreSQL, and what it answers, beside w2v.

    python -m benchmarks.postgres [--rows 300000] [--vector-size 300] [--questions 200] [--type halfvec] [--no-index]

The vectors are mixtures of a thousand directions and noise, so that there are neighbours. The server is the one of the
tests: one process, without writing to the disk at once (``fsync=off``).

- ``COPY alone`` is the same bytes, packed before, into a table without keys. ``w2v convert`` reads a model, packs it,
  copies, makes both keys and gives the table its name; the index is timed apart.
- Each question asks ten neighbours. Exact answers are compared with w2v's word by word; those of the index by recall.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tests.postgres_server import serve_postgres
from w2vcli.models.converting import convert_model
from w2vcli.models.directory import Model, new_model, open_model_directory
from w2vcli.models.formats.format_table import find_sink
from w2vcli.models.formats.postgres import statements
from w2vcli.models.formats.postgres.packing import COPY_END, COPY_HEAD, RowPacker
from w2vcli.models.formats.sinks import AS_THEY_ARE, rows_to_write
from w2vcli.queries.asking import ask_neighbours
from w2vcli.reporting import SILENT

_TOPN = 10


def make_model(path: Path, rows: int, vector_size: int) -> Model:
    """Write a model of mixtures of directions."""
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(1000, vector_size)).astype(np.float32)
    with new_model(path, vector_size) as writer:
        for start in range(0, rows, 10_000):
            count = min(10_000, rows - start)
            mixed = directions[rng.integers(1000, size=(count, 3))].sum(axis=1)
            values = mixed + rng.normal(size=mixed.shape).astype(np.float32)
            words = [f"w{number}" for number in range(start, start + count)]
            writer.append(words, values.astype(np.float32), np.arange(rows - start, rows - start - count, -1))
        writer.finish(source={"kind": "benchmark"})
    return open_model_directory(path)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def timed(name: str, work: Callable[[], Any]) -> Any:
    """Do some work, and print how long it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    _tell(f"{name:34} {time.perf_counter() - wall:8.1f} s wall {time.process_time() - cpu:8.1f} s CPU here")
    return found


def copy_alone(connection: Any, model: Model, kind: str) -> None:
    """Copy packed rows into a table without keys."""
    connection.execute("DROP TABLE IF EXISTS alone")
    connection.execute(
        f"CREATE TABLE alone (row int, word text, count bigint, vector {kind}({model.vectors.shape[1]}))"
    )
    packer = RowPacker(kind, model.vectors.shape[1])
    blocks = rows_to_write(model, AS_THEY_ARE, SILENT)
    packed = [packer.packed(block) for block in blocks]

    def copy() -> None:
        with connection.cursor().copy(statements.LOAD.format("alone")) as stream:
            for data in (COPY_HEAD, *packed, COPY_END):
                stream.write(data)

    timed(f"COPY alone, {sum(map(len, packed)) / 1e6:,.0f} MB", copy)


def answers(connection: Any, table: str, asked: Sequence[str]) -> list[list[str]]:
    """Return the neighbours of words by SQL."""
    query = (
        f"SELECT word FROM {table} WHERE word <> %s "  # noqa: S608 (the name is ours)
        f"ORDER BY vector <=> (SELECT vector FROM {table} WHERE word = %s) LIMIT {_TOPN}"
    )
    return [[row[0] for row in connection.execute(query, (word, word)).fetchall()] for word in asked]


def compare(connection: Any, arguments: argparse.Namespace, expected: list[list[str]]) -> None:
    """Print how the answers of the exact search and of the index agree with ``expected``."""
    asked = [f"w{number * (arguments.rows // arguments.questions)}" for number in range(arguments.questions)]
    connection.execute("SET enable_indexscan = off")
    exact = timed(f"{len(asked)} questions, exact", lambda: answers(connection, "news", asked))
    _tell(f"the same ten in the same order: {sum(map(list.__eq__, exact, expected))} of {len(asked)}")
    connection.execute("SET enable_indexscan = on")
    for looked_at in () if arguments.no_index else (40, 100, 200):
        connection.execute(f"SET hnsw.ef_search = {looked_at}")
        found = timed(f"{len(asked)} questions, ef_search {looked_at}", lambda: answers(connection, "news", asked))
        shared = sum(len(set(one) & set(other)) for one, other in zip(found, expected, strict=True))
        _tell(f"recall of the first ten: {shared / _TOPN / len(asked):.3f}")


def main() -> None:
    """Make a model, load it in several ways, and ask."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--vector-size", type=int, default=300)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--type", choices=["vector", "halfvec"], default="vector")
    parser.add_argument("--no-index", action="store_true", help="measure without the index, whose making takes minutes")
    arguments = parser.parse_args()
    import psycopg

    with tempfile.TemporaryDirectory() as folder, serve_postgres() as address:
        os.environ["W2V_HOME"] = folder
        model = make_model(Path(folder, "m.w2v"), arguments.rows, arguments.vector_size)
        asked = [[f"w{number * (arguments.rows // arguments.questions)}"] for number in range(arguments.questions)]
        told = timed("w2v, 200 questions at once", lambda: ask_neighbours(model, asked, _TOPN, None, lambda _: None))
        expected = [[neighbour.word for neighbour in answer] for answer in told]
        with psycopg.connect(address, autocommit=True, prepare_threshold=None) as connection:
            connection.execute("CREATE EXTENSION vector")
            copy_alone(connection, model, arguments.type)
            connection.execute("DROP TABLE alone")
            for index in ["none"] if arguments.no_index else ["none", "hnsw"]:
                table = f"{address}?table=news&type={arguments.type}&index={index}"
                convert = partial(convert_model, model.path, find_sink(table, force=True), SILENT)
                timed(f"w2v convert, index={index}", convert)
            sizes = connection.execute("SELECT pg_table_size('news') / 1e6, pg_indexes_size('news') / 1e6").fetchone()
            _tell("table {:,.0f} MB, indexes {:,.0f} MB".format(*sizes or (0, 0)))
            compare(connection, arguments, expected)


if __name__ == "__main__":
    main()
