r"""Arrays in numpy's ``.npy`` files: written in pieces, mapped, thinned out. They are never pickled.

A file of 8 x 4 numbers begins with 128 bytes, and goes on with the numbers, row after row::

    \x93NUMPY\x01\x00 v\x00 {'descr': '<f4', 'fortran_order': False, 'shape': (8, 4), }      \n
    magic, version    the length of the rest    numpy's header: a Python literal, padded with blanks
"""

from __future__ import annotations

import io
import math
import os
import re
import struct
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import numpy.typing as npt

from w2vcli.decoding import Error, open_regular
from w2vcli.errors import BadModel

if TYPE_CHECKING:
    import hashlib

_ROWS_AT_ONCE = 1 << 16
# The beginnings of the format's versions, and how each writes the length of the header that follows.
_LENGTHS = {
    b"\x93NUMPY\x01\x00": struct.Struct("<H"),
    b"\x93NUMPY\x02\x00": struct.Struct("<I"),
    b"\x93NUMPY\x03\x00": struct.Struct("<I"),
}
# numpy's own bound; what is written here has 128 bytes.
_LONGEST_HEADER = 10_000
_HEADER = re.compile(
    rb"\{'descr': '(?P<dtype>[<>|][biufc][1248]|[<>|]c16)', 'fortran_order': False, "
    rb"'shape': \((?P<shape>|\d{1,18},|\d{1,18}(?:, \d{1,18}){1,8})\), \} *\n"
)


class ArrayWriter:
    """Writes an array whose number of rows is known in the end only.

    ``rows`` counts those that are written. The header is written again when the file is closed. Where they are as many
    as were ``expected``, ``sha256`` is then the hash of the file. It is None where that is not known.
    """

    def __init__(self, path: Path, dtype: str, row_shape: tuple[int, ...], expected: int | None = None) -> None:
        self.rows = 0
        self.sha256: str | None = None
        self._expected = expected
        self._dtype = np.dtype(dtype)
        self._row_shape = row_shape
        self._file: BinaryIO = open(path, "xb")  # noqa: SIM115 - closed by `close`
        self._write_header()
        self._digest = None if expected is None else self._begin_hash(expected)

    def append(self, rows: npt.NDArray[Any]) -> None:
        """Write more rows, which have the type and the shape that were promised."""
        if rows.shape[1:] != self._row_shape or rows.dtype != self._dtype:
            raise ValueError(f"expected {self._dtype} {self._row_shape}, got {rows.dtype} {rows.shape[1:]}")
        for start in range(0, len(rows), _ROWS_AT_ONCE):  # of rows with gaps between them, not all are there twice
            data = np.ascontiguousarray(rows[start : start + _ROWS_AT_ONCE]).data
            self._file.write(data)
            if self._digest is not None:
                self._digest.update(data)
        self.rows += len(rows)

    def close(self) -> None:
        """Close the file. The number of rows in its header is then right."""
        if not self._file.closed:
            self._file.seek(0)
            self._write_header()
            self._file.close()
            if self._digest is not None and self.rows == self._expected:
                self.sha256 = self._digest.hexdigest()

    def _write_header(self) -> None:
        write_header(self._file, self._dtype.str, (self.rows, *self._row_shape))

    def _begin_hash(self, expected: int) -> hashlib._Hash:
        """Return the hash of the header that the file has in the end, if the rows are as many as expected."""
        import hashlib  # costs a question 3 ms

        header = io.BytesIO()
        write_header(header, self._dtype.str, (expected, *self._row_shape))
        return hashlib.sha256(header.getvalue())


def write_header(stream: BinaryIO, dtype: str, shape: tuple[int, ...]) -> None:
    """Write what stands before the numbers of an array in a ``.npy`` file.

    numpy pads it, so that the number of rows may grow without making it longer.
    """
    np.lib.format.write_array_header_1_0(stream, {"descr": dtype, "fortran_order": False, "shape": shape})


def save_array(path: Path, array: npt.NDArray[Any]) -> None:
    """Write an array into a new file.

    Unlike numpy's own function, an error that comes of it has the number that says why.
    """
    writer = ArrayWriter(path, array.dtype.str, array.shape[1:])
    try:
        writer.append(array)
    finally:
        writer.close()


def map_array(path: Path, dtype: str, shape: Sequence[int | None]) -> npt.NDArray[Any]:
    """Return the array in the file ``path``, mapped and read-only.

    What is None in ``shape`` may be any number.

    Raises
    ------
    BadModel
        If it is missing, damaged, or has another type or shape.
    """
    with _open_array(path) as file:
        return map_open_array(file, path, dtype, shape)


def map_rows(path: Path, dtype: str, shape: Sequence[int | None]) -> tuple[npt.NDArray[Any], RowsFile | None]:
    """Return what `map_array` returns, and what reads rows of it at a place.

    Raises
    ------
    BadModel
        If it is missing, damaged, or has another type or shape.
    """
    with _open_array(path) as file:
        array = map_open_array(file, path, dtype, shape)
        return array, rows_file(file, path, array)


@contextmanager
def _open_array(path: Path) -> Iterator[BinaryIO]:
    """Open the file of an array, or raise `BadModel` if it is missing."""
    try:
        with open_regular(path) as file:
            yield file
    except FileNotFoundError as error:
        raise BadModel(f"{path.parent} is damaged: {path.name} is missing") from error


def map_open_array(
    file: BinaryIO, path: Path, dtype: str, shape: Sequence[int | None], error: Error = BadModel
) -> npt.NDArray[Any]:
    """Return the array in an open file, which may be closed then.

    The file must have the bytes that its header promises, no less and no more.

    Raises
    ------
    BadModel
        Or another ``error``, which names ``path``: if it is damaged.
    """
    found_dtype, found_shape, offset = _read_header(file, path, error)
    fits = len(found_shape) == len(shape) and all(
        size in (None, found) for size, found in zip(shape, found_shape, strict=True)
    )
    if not fits or found_dtype != np.dtype(dtype):
        raise error(f"{path} is damaged: expected {np.dtype(dtype)} {shape}, found {found_dtype} {found_shape}")
    expected = offset + found_dtype.itemsize * math.prod(found_shape)
    size = os.fstat(file.fileno()).st_size
    if size != expected:
        raise error(f"{path} is damaged: expected {expected:,} bytes, found {size:,}")
    if not all(found_shape):  # nothing can be mapped
        return np.zeros(found_shape, dtype=dtype)
    mapped: npt.NDArray[Any] = np.memmap(file, dtype=dtype, mode="r", offset=offset, shape=found_shape)
    return np.asarray(mapped)  # a memmap is slower to take an element of, by its own Python code


class RowsFile:
    """The rows of an array in a file, which are read into memory that the caller has.

    To read all rows once costs a third less than to map them, and none of them stays in the memory of the process.
    """

    def __init__(self, file: BinaryIO, path: Path, array: npt.NDArray[Any]) -> None:
        """Take the open ``file`` that ``array`` was mapped of. It may be closed then. The system has ``os.preadv``."""
        self._path = path
        self._offset = os.fstat(file.fileno()).st_size - array.nbytes
        self._number = os.dup(file.fileno())

    def __del__(self) -> None:
        os.close(self._number)

    def read(self, start: int, rows: npt.NDArray[Any]) -> None:
        """Read as many ``rows`` as there are, from the row ``start``. Several threads may do so at once.

        Raises
        ------
        BadModel
            If the file has been cut meanwhile.
        """
        self._read(self._offset + start * (rows.nbytes // len(rows)), rows.data.cast("B"))

    def read_scattered(self, rows: Sequence[int] | npt.NDArray[np.integer[Any]], into: npt.NDArray[Any]) -> None:
        """Read the ``rows``, whose array has some, into ``into``.

        Raises
        ------
        BadModel
            If the file has been cut meanwhile.
        """
        if not len(rows):
            return
        size = into.nbytes // len(rows)
        places = [self._offset + size * row for row in np.asarray(rows).tolist()]
        if sys.platform == "linux" and len(places) > 1:
            # A disk reads many places at once faster than one after the other.
            for place in places:
                os.posix_fadvise(self._number, place, size, os.POSIX_FADV_WILLNEED)
        space = into.data.cast("B")
        for at, place in enumerate(places):
            self._read(place, space[at * size : (at + 1) * size])

    def _read(self, place: int, left: memoryview) -> None:
        if not hasattr(os, "preadv"):
            raise NotImplementedError  # whoever makes this looks first
        while left:
            count = os.preadv(self._number, [left], place)
            if not count:
                raise BadModel(f"{self._path} was cut by another process; ask again")
            left, place = left[count:], place + count


def rows_file(file: BinaryIO, path: Path, array: npt.NDArray[Any]) -> RowsFile | None:
    """Return what reads rows of ``array``, which the open ``file`` has, or None where there are none or it cannot."""
    return RowsFile(file, path, array) if array.size and hasattr(os, "preadv") else None


def _read_header(file: BinaryIO, path: Path, error: Error) -> tuple[np.dtype[Any], tuple[int, ...], int]:
    """Return the type and the shape of an array, and where its numbers begin.

    The header is a Python literal. It is matched and never evaluated, since anybody may have written it.
    """
    start = file.read(_LONGEST_HEADER)
    length = _LENGTHS.get(start[:8])
    if length is None:
        raise error(f"{path} is damaged: it is no array of numpy's")
    offset = 8 + length.size
    if len(start) >= offset:
        offset += length.unpack_from(start, 8)[0]
    found = _HEADER.fullmatch(start[8 + length.size : offset])
    if found is None or len(start) < offset:
        raise error(f"{path} is damaged: its header is none of an array of numbers")
    shape = tuple(int(size) for size in found["shape"].replace(b",", b" ").split())
    name = found["dtype"].decode()
    try:
        return np.dtype(name), shape, offset
    except TypeError as cause:  # such as <f1: numpy has no numbers of that size
        raise error(f"{path} is damaged: its header is none of an array of numbers: {name}") from cause


def keep_rows(path: Path, keep: npt.NDArray[np.bool_]) -> None:
    """Replace the array in a file that is being made by those of its rows that ``keep`` marks.

    It is copied piece by piece, so that memory stays flat.
    """
    array = np.load(path, mmap_mode="r", allow_pickle=False)
    thinned = path.with_name(f"{path.name}.thinned")
    writer = ArrayWriter(thinned, array.dtype.str, array.shape[1:])
    try:
        for start in range(0, len(array), _ROWS_AT_ONCE):
            stop = start + _ROWS_AT_ONCE
            writer.append(array[start:stop][keep[start:stop]])
    finally:
        writer.close()
    del array  # Windows replaces no file that is mapped
    thinned.replace(path)
