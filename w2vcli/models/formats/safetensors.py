"""safetensors: the length of a JSON header, the header, and the bytes of the tensors, with the words in a second file.

A file of two words of three values::

    48 00 00 00 00 00 00 00                                                         the length of the header, uint64
    {"vectors": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}         padded with blanks
    00 00 80 3f ...                                                                 24 bytes

https://huggingface.co/docs/safetensors
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.decoding import convert, open_regular, parse_json
from w2vcli.errors import DamagedInput
from w2vcli.inputs import InputFile
from w2vcli.models.formats import sidecar
from w2vcli.models.formats.blocks import Block, ReadOptions, RowStream, block_rows, require_vector_size, rows_to_read
from w2vcli.models.formats.sinks import Append, RowFacts
from w2vcli.models.vectors import decode

_MOST_HEADER_BYTES = 1 << 24
_DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}
_WHOLE = {"I8": "<i1", "I16": "<i2", "I32": "<i4", "I64": "<i8", "U8": "<u1"}
_NAMES = ("vectors", "embeddings", "embedding.weight")


def is_safetensors(head: bytes) -> bool:
    """Tell whether a file that begins with ``head`` is one."""
    return head[8:9] == b"{" and 2 <= int.from_bytes(head[:8], "little") <= _MOST_HEADER_BYTES


def read_safetensors(file: InputFile, reading: ReadOptions) -> RowStream:
    """Return the rows of the tensor ``vectors``, or of the only one with two axes.

    float64, float32, float16 and bfloat16 are read.

    Raises
    ------
    DamagedInput
        If the header is damaged or does not say which tensor has the vectors, or the file ends before its rows do.
    """
    words = sidecar.find_words(file, reading, sidecar.words_names(file))
    tensor = _tensor(file)
    try:
        (count, vector_size), (first, last), dtype = tensor["shape"], tensor["data_offsets"], tensor["dtype"]
        width = np.dtype(_DTYPES[dtype]).itemsize
        if not all(isinstance(number, int) for number in (count, vector_size, first, last)):
            raise TypeError("sizes that are no whole numbers")
        # A header that lies would ask for memory that there is not, or mix up rows.
        if last - first != count * vector_size * width or not 0 <= first <= last:
            raise ValueError(f"{count} x {vector_size} values of {dtype} do not take {last - first} bytes")
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedInput(f"{file.name}: the header is damaged, or of a type that is not read: {error}") from error
    require_vector_size(vector_size, file.name)

    def blocks() -> Iterator[Block]:
        _skip(file, first)
        left = rows_to_read(count, reading)
        with words.open(count) as names:
            while left:
                rows = min(left, block_rows(vector_size))
                data = file.stream.read(rows * vector_size * width)
                if len(data) < rows * vector_size * width:
                    raise DamagedInput(f"{file.name}: the header promises {count:,} rows, the file ends before")
                stored = np.frombuffer(data, _DTYPES[dtype]).reshape(rows, vector_size)
                with np.errstate(over="ignore", invalid="ignore"):
                    vectors = decode(stored, "bfloat16" if dtype == "BF16" else "")
                texts, counts = names.take(rows)
                yield Block(texts, vectors, counts)
                left -= rows

    return RowStream(vector_size, count, blocks, notes=words.notes)


class Tensor(NamedTuple):
    """A mapped tensor. ``dtype`` is what `w2vcli.models.vectors.decode` is to be told of its numbers."""

    array: npt.NDArray[Any]
    dtype: str


def map_tensors(path: Path) -> dict[str, Tensor]:
    """Return the tensors in a file by name, mapped. Those of a type that is not read are left out.

    Raises
    ------
    DamagedInput
        If the header is damaged, or the file ends before a tensor does.
    """
    with open_regular(path, DamagedInput) as file:
        size = file.seek(0, 2)
        file.seek(0)
        start = file.read(8)
        header_size = int.from_bytes(start, "little")
        if not is_safetensors(start + file.read(1)) or 8 + header_size > size:
            raise DamagedInput(f"{path} is no file of tensors in the format safetensors")
        file.seek(8)
        header = parse_json(file.read(header_size), path, DamagedInput)
        data = np.memmap(file, np.uint8, "r") if size > 8 + header_size else np.zeros(size, np.uint8)
    entries = {name: entry for name, entry in header.items() if name != "__metadata__"}
    found = convert(entries, dict[str, _Entry], path, DamagedInput)
    tensors = {}
    for name, entry in found.items():
        stored = np.dtype((_DTYPES | _WHOLE).get(entry.dtype, "V1"))
        first, last = entry.data_offsets
        if entry.dtype not in _DTYPES | _WHOLE:
            continue
        promised = prod(entry.shape) * stored.itemsize
        if (
            min(entry.shape, default=0) < 0
            or not 0 <= first <= last <= size - 8 - header_size
            or last - first != promised
        ):
            raise DamagedInput(f"{path} is damaged: the header promises a tensor {name} that is not there")
        array = data[8 + header_size + first : 8 + header_size + last].view(stored).reshape(entry.shape)
        tensors[name] = Tensor(array, "bfloat16" if entry.dtype == "BF16" else "")
    return tensors


@dataclass(frozen=True)
class _Entry:
    """What the header says of a tensor."""

    dtype: str
    shape: list[int]
    data_offsets: tuple[int, int]


@contextmanager
def write_safetensors(path: Path, rows: RowFacts, *, force: bool) -> Iterator[Append]:
    """Write the tensor ``vectors`` of float32, the words into a file of that name with ``.txt``, and their hashes."""
    with sidecar.new_pair(path, sidecar.words_path(path), force=force) as (tensors, words):
        tensors.write(tensor_header("vectors", (rows.words, rows.vector_size)))

        def append(block: Block) -> None:
            tensors.write(np.ascontiguousarray(block.vectors).data)
            sidecar.write_lines(words, block.words)

        yield append


def tensor_header(name: str, shape: tuple[int, int]) -> bytes:
    """Return what stands before the numbers of a file with one tensor of float32."""
    tensor = {"dtype": "F32", "shape": shape, "data_offsets": [0, 4 * shape[0] * shape[1]]}
    header = json.dumps({name: tensor}).encode()
    # The format wants the tensors to begin at a multiple of eight.
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header


def _tensor(file: InputFile) -> dict[str, Any]:
    """Return what the header says of the tensor of vectors: ``dtype``, ``shape`` and ``data_offsets``."""
    size = int.from_bytes(file.stream.read(8), "little")
    try:
        header = json.loads(file.stream.read(size))
        tensors = {name: tensor for name, tensor in header.items() if len(tensor.get("shape", ())) == 2}
    except (ValueError, AttributeError, TypeError, RecursionError) as error:
        raise DamagedInput(f"{file.name}: the header is damaged: {error}") from error
    # The usual names of embeddings first; then the only tensor with two axes, whatever its name.
    names = [name for name in _NAMES if name in tensors] or list(tensors)
    if not names or (len(names) > 1 and names[0] not in _NAMES):
        raise DamagedInput(f"{file.name}: which tensor has the vectors? There is: {', '.join(map(repr, header))}")
    found: dict[str, Any] = tensors[names[0]]
    return found


def _skip(file: InputFile, count: int) -> None:
    """Read over ``count`` bytes, as in a stream that cannot be positioned."""
    while count > 0 and (data := file.stream.read(min(count, 1 << 20))):
        count -= len(data)
