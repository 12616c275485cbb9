"""Parquet and Arrow (Feather) tables: a column of words, one of lists of values, and counts where known.

What is written::

    word: string   vector: fixed_size_list<float32>[3]   count: int64
    king           [1.0, 2.0, 3.0]                       120
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from w2vcli.atomic import new_file
from w2vcli.errors import DamagedInput, MissingExtra
from w2vcli.inputs import InputFile
from w2vcli.models.formats.blocks import (
    Block,
    ReadOptions,
    RowStream,
    block_rows,
    known_counts,
    plain_path,
    require_vector_size,
    rows_to_read,
)
from w2vcli.models.formats.sinks import Append, RowFacts

if TYPE_CHECKING:
    import pyarrow as pa

PARQUET_MAGIC = b"PAR1"
ARROW_MAGIC = b"ARROW1"
_MOST_GROUP_ROWS = 1 << 15
_MOST_GROUP_BYTES = 1 << 26


def read_parquet(file: InputFile, reading: ReadOptions) -> RowStream:
    """Return the rows of a Parquet file.

    The words are in the column ``word``, or the first one of text. The vectors in the column ``vector``,
    or the first one of lists, or in all columns of floating-point numbers, in their order.
    """
    require_pyarrow()
    from pyarrow import parquet

    with _damage_told(file.name):
        table = parquet.ParquetFile(plain_path(file))
        return _rows(file, reading, table.schema_arrow, table.metadata.num_rows, table.iter_batches)


def read_arrow(file: InputFile, reading: ReadOptions) -> RowStream:
    """Return the rows of an Arrow file, which Feather (version 2) is too, with columns as in `read_parquet`."""
    pa = require_pyarrow()
    from pyarrow import ipc

    with _damage_told(file.name):
        table = ipc.open_file(pa.memory_map(str(plain_path(file))))
        count = sum(table.get_batch(at).num_rows for at in range(table.num_record_batches))
        return _rows(file, reading, table.schema, count, lambda batch_size: _split(table, batch_size))


@contextmanager
def write_parquet(path: Path, rows: RowFacts, *, force: bool) -> Iterator[Append]:
    """Write the columns ``word``, ``vector`` and, where known, ``count``, in groups of some 32,768 rows.

    Values hardly repeat, so they get no dictionary. The bytes of each place in a float stand together, which Zstandard
    then packs.
    """
    require_pyarrow()
    import pyarrow as pa
    from pyarrow import parquet

    schema = _schema(rows)
    gathered: list[pa.RecordBatch] = []
    # Of small vectors more rows would fit, of large ones fewer: the vectors of a group are held in memory.
    most = min(_MOST_GROUP_ROWS, max(1, _MOST_GROUP_BYTES // (4 * rows.vector_size)))

    def append(block: Block) -> None:
        gathered.append(_batch(block, schema))
        if sum(batch.num_rows for batch in gathered) >= most:
            write_gathered()

    def write_gathered() -> None:
        table = pa.Table.from_batches(gathered, schema)
        writer.write_table(table, row_group_size=table.num_rows)
        gathered.clear()

    with (
        new_file(path, force=force) as stream,
        parquet.ParquetWriter(
            stream,
            schema,
            compression="zstd",
            use_dictionary=False,
            column_encoding={"vector.list.element": "BYTE_STREAM_SPLIT"},
        ) as writer,
    ):
        yield append
        if gathered:
            write_gathered()


@contextmanager
def write_arrow(path: Path, rows: RowFacts, *, force: bool) -> Iterator[Append]:
    """Write the columns ``word``, ``vector`` and, where known, ``count``."""
    require_pyarrow()
    from pyarrow import ipc

    schema = _schema(rows)
    with new_file(path, force=force) as stream, ipc.new_file(stream, schema) as writer:
        yield lambda block: writer.write_batch(_batch(block, schema))


def require_pyarrow() -> Any:
    """Return the library, or raise `MissingExtra` with the command that installs it."""
    try:
        import pyarrow as pa
    except ImportError as error:
        raise MissingExtra("Parquet and Arrow files", "arrow") from error
    return pa


@contextmanager
def _damage_told(name: str) -> Iterator[None]:
    """Turn what Arrow raises on bad data into `DamagedInput`."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and error.errno is not None:  # the disk's trouble, not the data's
            raise
        raise DamagedInput(f"{name}: {' '.join(str(error).split())}") from error


def _schema(rows: RowFacts) -> pa.Schema:
    """Return the columns that are written."""
    import pyarrow as pa

    fields = [("word", pa.string()), ("vector", pa.list_(pa.float32(), rows.vector_size))]
    return pa.schema(fields + ([("count", pa.int64())] if rows.has_counts else []))


def _batch(block: Block, schema: pa.Schema) -> pa.RecordBatch:
    """Return rows as Arrow has them, with the columns of ``schema``."""
    import pyarrow as pa

    flat = pa.array(np.ascontiguousarray(block.vectors).reshape(-1))
    columns = [pa.array(block.words), pa.FixedSizeListArray.from_arrays(flat, block.vectors.shape[1])]
    if block.counts is not None:
        columns.append(pa.array(np.asarray(block.counts)))
    return pa.record_batch(columns, schema=schema)


def _split(table: pa.RecordBatchFileReader, rows: int) -> Iterator[pa.RecordBatch]:
    """Yield the batches of an Arrow file in pieces of at most ``rows``, which it may have any number of."""
    for at in range(table.num_record_batches):
        batch = table.get_batch(at)
        for start in range(0, batch.num_rows, rows):
            yield batch.slice(start, rows)


def _rows(file: InputFile, reading: ReadOptions, schema: pa.Schema, count: int, batches: Any) -> RowStream:
    """Return the rows of a table with the columns of ``schema``.

    ``batches`` yields them as ``batch_size`` rows at a time, in order.
    """
    words, vectors = _columns(schema, file.name)

    def blocks() -> Iterator[Block]:
        left = rows_to_read(count, reading)
        with _damage_told(file.name):
            for whole in batches(batch_size=block_rows(vector_size)):
                if not left:
                    return
                batch = whole.slice(0, left)
                batch.validate(full=True)  # or else offsets that lie lead out of the file
                left -= batch.num_rows
                yield _block(batch, words, vectors, vector_size, file.name)
        if left:
            raise DamagedInput(f"{file.name}: {count:,} rows are promised, the file ends {left:,} before")

    vector_size = len(vectors)
    if _is_list(schema.field(vectors[0]).type):
        vector_size = _list_size(schema, vectors[0], batches, file.name)
    return RowStream(require_vector_size(vector_size, file.name), count, blocks)


def _columns(schema: pa.Schema, name: str) -> tuple[str, list[str]]:
    """Return the name of the column of words, and of those of the vectors."""
    import pyarrow as pa

    # Arrow allows columns of one name, and can then not be asked for either.
    times = Counter(schema.names)
    types = {field.name: field.type for field in schema if times[field.name] == 1}
    # The name `word` is ours; other programs use any, so the types decide.
    texts = [column for column, kind in types.items() if _is_text(kind)]
    lists = [column for column, kind in types.items() if _is_list(kind)]
    floats = [column for column, kind in types.items() if pa.types.is_floating(kind) and column != "count"]
    vectors = ["vector"] if "vector" in lists else lists[:1] or floats
    if not texts or not vectors:
        raise DamagedInput(
            f"{name}: a column of words and one of lists of numbers are needed; there is: "
            f"{', '.join(f'{field.name} ({field.type})' for field in schema)}"
        )
    return "word" if "word" in texts else texts[0], vectors


def _is_text(kind: Any) -> bool:
    """Tell whether a column holds texts, also as categories."""
    import pyarrow as pa

    if pa.types.is_dictionary(kind):  # as pandas and polars write categories
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_list(kind: Any) -> bool:
    """Tell whether a column holds lists of floating-point numbers."""
    import pyarrow as pa

    lists = pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    return bool(lists and pa.types.is_floating(kind.value_type))


def _list_size(schema: pa.Schema, column: str, batches: Any, name: str) -> int:
    """Return how many values the lists of a column have: by its type, or else by its first row."""
    import pyarrow as pa

    kind = schema.field(column).type
    if pa.types.is_fixed_size_list(kind):
        return int(kind.list_size)
    # Lists of any length: the first row tells, and `_block` refuses those that differ.
    first = next(batches(batch_size=1), None)
    if first is None or first.column(column)[0].as_py() is None:
        raise DamagedInput(f"{name}: there is no list in the first row of the column {column}")
    return len(first.column(column)[0])


def _block(batch: pa.RecordBatch, words: str, vectors: list[str], vector_size: int, name: str) -> Block:
    """Return a batch as a block of rows.

    Raises
    ------
    DamagedInput
        If a cell is empty or lists differ in their lengths.
    """
    texts = batch.column(words).to_pylist()
    if any(text is None for text in texts) or any(batch.column(column).null_count for column in vectors):
        raise DamagedInput(f"{name}: there are empty cells among the words or the values")
    if _is_list(batch.column(vectors[0]).type):
        values = batch.column(vectors[0]).flatten()
        lengths = {len(row) for row in batch.column(vectors[0])}
        if lengths - {vector_size}:
            raise DamagedInput(f"{name}: expected {vector_size:,} values in each list, found {sorted(lengths)}")
        if values.null_count:
            raise DamagedInput(f"{name}: there are empty cells among the values")
        table = values.to_numpy(zero_copy_only=False).reshape(-1, vector_size)
    else:
        table = np.stack([batch.column(column).to_numpy(zero_copy_only=False) for column in vectors], axis=1)
    with np.errstate(over="ignore", invalid="ignore"):
        return Block(texts, table.astype(np.float32), _counts(batch))


def _counts(batch: pa.RecordBatch) -> npt.NDArray[np.int64] | None:
    """Return the column ``count`` if it has a whole number from 0 on for each row."""
    import pyarrow as pa

    if batch.schema.names.count("count") != 1:
        return None
    counts = batch.column("count")
    if not pa.types.is_integer(counts.type) or counts.null_count:
        return None
    return known_counts(counts.to_numpy(zero_copy_only=False).astype(np.int64))
