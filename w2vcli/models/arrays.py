"""Arrays in numpy's ``.npy`` files: written in pieces, mapped, thinned out; never pickled."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from w2vcli.errors import BadModel

_ROWS_AT_ONCE = 1 << 16


class ArrayWriter:
    """Writes an array whose number of rows is known in the end only."""

    def __init__(self, path: Path, dtype: str, row_shape: tuple[int, ...]) -> None:
        self.rows = 0
        self._dtype = np.dtype(dtype)
        self._row_shape = row_shape
        self._file: BinaryIO = open(path, "xb")  # noqa: SIM115 - closed by `close`
        self._write_header()

    def append(self, rows: npt.NDArray[Any]) -> None:
        """Write more rows, which have the type and the shape that were promised."""
        if rows.shape[1:] != self._row_shape or rows.dtype != self._dtype:
            raise ValueError(f"expected {self._dtype} {self._row_shape}, got {rows.dtype} {rows.shape[1:]}")
        self._file.write(np.ascontiguousarray(rows).data)
        self.rows += len(rows)

    def close(self) -> None:
        """Close the file; the number of rows in its header is then right."""
        if not self._file.closed:
            self._file.seek(0)
            self._write_header()
            self._file.close()

    def _write_header(self) -> None:
        # numpy pads the header so that a longer first axis fits into the same bytes.
        header = {"descr": self._dtype.str, "fortran_order": False, "shape": (self.rows, *self._row_shape)}
        np.lib.format.write_array_header_1_0(self._file, header)


def save_array(path: Path, array: npt.NDArray[Any]) -> None:
    """Write an array into a new file; unlike numpy, say with an error number why it cannot be written."""
    writer = ArrayWriter(path, array.dtype.str, array.shape[1:])
    try:
        writer.append(array)
    finally:
        writer.close()


def map_array(path: Path, dtype: str, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """Return the array in the file ``path``, mapped and read-only.

    Raises
    ------
    BadModel
        If it is missing, damaged, or has another type or shape.
    """
    try:
        # A mapped file cannot have a size of 0; a model without words has nothing to map.
        array: npt.NDArray[Any] = np.load(path, mmap_mode="r" if all(shape) else None, allow_pickle=False)
    except FileNotFoundError as error:
        raise BadModel(f"{path.parent} is damaged: {path.name} is missing") from error
    except (ValueError, EOFError) as error:
        raise BadModel(f"{path} is damaged: {error}") from error
    if not isinstance(array, np.ndarray):  # numpy opens an archive of arrays as well
        raise BadModel(f"{path} is damaged: it is no array")
    if array.shape != shape or array.dtype != np.dtype(dtype):
        raise BadModel(f"{path} is damaged: expected {np.dtype(dtype)} {shape}, found {array.dtype} {array.shape}")
    return np.asarray(array)  # a memmap is slower to take an element of, by its own Python code


def keep_rows(path: Path, keep: npt.NDArray[np.bool_]) -> None:
    """Replace the array in a file that is being made by those of its rows that ``keep`` marks."""
    array = np.load(path, mmap_mode="r", allow_pickle=False)
    thinned = path.with_name(f"{path.name}.thinned")
    writer = ArrayWriter(thinned, array.dtype.str, array.shape[1:])
    try:
        for start in range(0, len(array), _ROWS_AT_ONCE):
            stop = start + _ROWS_AT_ONCE
            writer.append(array[start:stop][keep[start:stop]])
    finally:
        writer.close()
    thinned.replace(path)
