"""Files of vectors of texts: an array of numpy's, a Parquet table, or JSON, written as the vectors come.

.npy        float32, texts x vector_size
.parquet    the columns text and vector
.jsonl      {"text": "the girl", "vector": [0.1, 0.2]} on each line
.json       a list of the same
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from w2vcli.array_types import Float32s
from w2vcli.atomic import new_file, require_absent
from w2vcli.errors import BadSettings
from w2vcli.models.arrays import write_header
from w2vcli.models.formats.arrow import require_pyarrow
from w2vcli.queries.sentence_vectors import Append


def require_vector_file(path: Path, *, force: bool) -> None:
    """Raise what would keep a file of that name from being written, before the work is done.

    Raises
    ------
    BadSettings
        If its ending is none of those above.
    MissingExtra
        If the library that writes it is not installed.
    OutputExists
        If it is there and ``force`` is false.
    """
    if path.suffix not in _WRITERS:
        raise BadSettings(f"{path.name}: vectors of texts are written as {', '.join(_WRITERS)}")
    require_absent(path, force=force)
    if path.suffix == ".parquet":
        require_pyarrow()


@contextmanager
def new_vector_file(path: Path, vector_size: int, *, force: bool) -> Iterator[Append]:
    """Open a file that appears whole or not at all, and yield the function that writes texts and their vectors."""
    require_vector_file(path, force=force)
    with new_file(path, force=force) as stream, _WRITERS[path.suffix](stream, vector_size) as append:
        yield append


def shortest_decimals(vectors: Float32s) -> list[list[float]]:
    """Return vectors as the numbers of the shortest decimals that are these float32."""
    import orjson

    found: list[list[float]] = orjson.loads(_dumped(np.ascontiguousarray(vectors)))
    return found


def number_lists(vectors: Float32s) -> list[str]:
    """Return each vector as a list of JSON, with a blank behind each comma, in the shortest decimals."""
    if not vectors.size:
        return ["[]"] * len(vectors)
    lists = _dumped(np.ascontiguousarray(vectors)).decode().replace(",", ", ")
    return [f"[{numbers}]" for numbers in lists[2:-2].split("], [")]


def as_json(text: str, vector: Float32s) -> bytes:
    """Return a text and its vector as an object of JSON, in the shortest decimals that are these float32."""
    return _dumped({"text": text, "vector": np.ascontiguousarray(vector)})


def _dumped(found: Any) -> bytes:
    import orjson

    return orjson.dumps(found, option=orjson.OPT_SERIALIZE_NUMPY)


@contextmanager
def _write_numpy(stream: BinaryIO, vector_size: int) -> Iterator[Append]:
    rows = 0
    write_header(stream, "<f4", (0, vector_size))

    def append(_: Sequence[str], vectors: Float32s) -> None:
        nonlocal rows
        stream.write(np.ascontiguousarray(vectors, "<f4").data)
        rows += len(vectors)

    yield append
    stream.seek(0)
    write_header(stream, "<f4", (rows, vector_size))


@contextmanager
def _write_parquet(stream: BinaryIO, vector_size: int) -> Iterator[Append]:
    pa = require_pyarrow()
    from pyarrow import parquet

    schema = pa.schema([("text", pa.string()), ("vector", pa.list_(pa.float32(), vector_size))])
    # A dictionary of the numbers, which hardly ever come twice, would take six times as long.
    with parquet.ParquetWriter(stream, schema, use_dictionary=["text"]) as writer:

        def append(texts: Sequence[str], vectors: Float32s) -> None:
            values = pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), vector_size)
            writer.write_batch(pa.record_batch([pa.array(texts, pa.string()), values], schema=schema))

        yield append


@contextmanager
def _write_lines(stream: BinaryIO, _: int) -> Iterator[Append]:
    def append(texts: Sequence[str], vectors: Float32s) -> None:
        stream.writelines(as_json(text, vector) + b"\n" for text, vector in zip(texts, vectors, strict=True))

    yield append


@contextmanager
def _write_list(stream: BinaryIO, _: int) -> Iterator[Append]:
    before = b"["

    def append(texts: Sequence[str], vectors: Float32s) -> None:
        nonlocal before
        for text, vector in zip(texts, vectors, strict=True):
            stream.write(before + as_json(text, vector))
            before = b",\n "

    yield append
    stream.write((b"[" if before == b"[" else b"") + b"]\n")


_WRITERS: dict[str, Callable[[BinaryIO, int], AbstractContextManager[Any]]] = {
    ".npy": _write_numpy,
    ".parquet": _write_parquet,
    ".jsonl": _write_lines,
    ".json": _write_list,
}
