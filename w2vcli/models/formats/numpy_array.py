"""A numpy array (``.npy``) of vectors with a text file of words beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from w2vcli.atomic import new_file
from w2vcli.compression import InputFile
from w2vcli.errors import DamagedInput
from w2vcli.models.directory import Model
from w2vcli.models.formats import beside
from w2vcli.models.formats.rows import Block, Reading, Rows, block_rows, require_vector_size, rows_to_read
from w2vcli.models.formats.writing import rows_to_write
from w2vcli.reporting import Reporter

MAGIC = b"\x93NUMPY"


def read_numpy(file: InputFile, reading: Reading) -> Rows:
    """Return the rows of an open ``.npy`` file of two axes, of float16, float32 or float64."""
    stem = Path(file.name).name.partition(".")[0]
    words = beside.find_words(file, reading, [f"{stem}.txt", f"{stem}.words.txt", "words.txt", "vocab.txt"])
    stream = cast(BinaryIO, file.stream)
    try:
        version = np.lib.format.read_magic(stream)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran_order, dtype = read(stream)
    except ValueError as error:
        raise DamagedInput(f"{file.name}: {error}") from error
    if dtype.kind != "f" or dtype.itemsize > 8 or len(shape) != 2 or fortran_order:
        raise DamagedInput(
            f"{file.name}: expected rows of float16, float32 or float64, found {dtype} {shape}"
            f"{' by columns (Fortran order)' if fortran_order else ''}"
        )
    count, vector_size = shape[0], require_vector_size(shape[1], file.name)

    def blocks() -> Iterator[Block]:
        with beside.open_words(words, reading) as names:
            left = rows_to_read(count, reading)
            while left:
                rows = min(left, block_rows(vector_size))
                data = file.stream.read(rows * vector_size * dtype.itemsize)
                if len(data) < rows * vector_size * dtype.itemsize:
                    raise DamagedInput(f"{file.name}: the header promises {count:,} rows, the file ends before")
                with np.errstate(over="ignore"):
                    vectors = np.frombuffer(data, dtype).reshape(rows, vector_size).astype(np.float32)
                yield Block(beside.take_words(names, rows, str(words)), vectors)
                left -= rows
            if reading.limit is None and next(names, None) is not None:
                raise DamagedInput(f"{words}: there are more words than the {count:,} vectors of {file.name}")

    return Rows(vector_size, count, blocks)


def write_numpy(model: Model, path: Path, reporter: Reporter, *, force: bool) -> None:
    """Write ``path`` as float32, and the words into a file of the same name that ends with ``.txt``."""
    with new_file(path, force=force) as array, new_file(path.with_suffix(".txt"), force=force) as words:
        header = {"descr": "<f4", "fortran_order": False, "shape": model.vectors.shape}
        np.lib.format.write_array_header_1_0(array, header)
        for block in rows_to_write(model, beside.BREAKING, reporter):
            array.write(np.ascontiguousarray(block.vectors).data)
            words.write("".join(f"{word}\n" for word in block.words).encode())
