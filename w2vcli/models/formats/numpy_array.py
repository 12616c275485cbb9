"""A numpy array (``.npy``) of vectors with a text file of words beside it."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np

from w2vcli.errors import DamagedInput
from w2vcli.inputs import InputFile
from w2vcli.models.arrays import write_header
from w2vcli.models.formats import sidecar
from w2vcli.models.formats.blocks import Block, ReadOptions, RowStream, block_rows, require_vector_size, rows_to_read
from w2vcli.models.formats.sinks import Append, RowFacts

MAGIC = b"\x93NUMPY"
_MOST_HEADER_BYTES = 1 << 16
# The header is a Python literal: whatever its parser and numpy's dtype raise.
_BAD_HEADER = (LookupError, MemoryError, RecursionError, SyntaxError, TokenError, TypeError, ValueError)


def read_numpy(file: InputFile, reading: ReadOptions) -> RowStream:
    """Return the rows of an open ``.npy`` file of two axes, of float16, float32 or float64.

    Raises
    ------
    DamagedInput
        If the header is damaged, the array is of another kind, or it breaks off.
    """
    words = sidecar.find_words(file, reading, sidecar.words_names(file, "words.txt"))
    shape, fortran_order, dtype = _read_header(file)
    if dtype.kind != "f" or dtype.itemsize > 8 or len(shape) != 2 or min(shape) < 0 or fortran_order:
        raise DamagedInput(
            f"{file.name}: expected rows of float16, float32 or float64, found {dtype} {shape}"
            f"{' by columns (Fortran order)' if fortran_order else ''}"
        )
    count, vector_size = shape[0], require_vector_size(shape[1], file.name)

    def blocks() -> Iterator[Block]:
        with words.open(count) as names:
            left = rows_to_read(count, reading)
            while left:
                rows = min(left, block_rows(vector_size))
                data = file.stream.read(rows * vector_size * dtype.itemsize)
                if len(data) < rows * vector_size * dtype.itemsize:
                    raise DamagedInput(f"{file.name}: the header promises {count:,} rows, the file ends before")
                with np.errstate(over="ignore", invalid="ignore"):
                    vectors = np.frombuffer(data, dtype).reshape(rows, vector_size).astype(np.float32)
                texts, counts = names.take(rows)
                yield Block(texts, vectors, counts)
                left -= rows

    return RowStream(vector_size, count, blocks, notes=words.notes)


def _read_header(file: InputFile) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    head = io.BytesIO(file.stream.peek()[:_MOST_HEADER_BYTES])  # or else numpy asks for the memory that it promises
    try:
        version = np.lib.format.read_magic(head)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that Python 2 wrote the file is no news to who reads it
            found = read(head)
    except _BAD_HEADER as error:
        raise DamagedInput(f"{file.name}: the header is damaged: {' '.join(str(error).split())[:200]}") from error
    file.stream.read(head.tell())
    return found


@contextmanager
def write_numpy(path: Path, rows: RowFacts, *, force: bool) -> Iterator[Append]:
    """Write ``path`` as float32, the words into a file of the same name that ends with ``.txt``, and their hashes."""
    with sidecar.new_pair(path, sidecar.words_path(path), force=force) as (array, words):
        write_header(array, "<f4", (rows.words, rows.vector_size))

        def append(block: Block) -> None:
            array.write(np.ascontiguousarray(block.vectors).data)
            sidecar.write_lines(words, block.words)

        yield append
