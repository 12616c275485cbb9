"""word2vec's binary format: a header line, then for each row the word, a blank and float32 values.

Google's own file has nothing between rows, the C program writes a newline there: both are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from w2vcli.compression import InputFile, new_output
from w2vcli.errors import DamagedInput
from w2vcli.models.directory import Model
from w2vcli.models.formats.rows import (
    BLOCK_BYTES,
    MAX_WORD_BYTES,
    Block,
    Reading,
    block_rows,
    decode_word,
    read_header,
    rows_to_read,
)
from w2vcli.models.formats.writing import rows_to_write
from w2vcli.reporting import Reporter

_BREAKING = " \n"


class Word2vecBinary:
    """The rows of an open word2vec binary file."""

    subwords = None

    def __init__(self, file: InputFile, reading: Reading) -> None:
        header = read_header(file)
        self.vector_size = header.vector_size
        self.promised: int | None = header.rows
        self._wanted = rows_to_read(header.rows, reading)
        self._file = file
        self._reading = reading
        self._row_bytes = 4 * header.vector_size
        smallest = header.rows * (self._row_bytes + 2)  # a word of one byte and a blank
        if file.size is not None and not file.compressed and reading.limit is None and smallest > file.size:
            raise DamagedInput(
                f"{file.name}: the header promises {header.rows:,} rows of {header.vector_size:,} values, "
                f"at least {smallest:,} bytes; the file has {file.size:,}"
            )

    def __iter__(self) -> Iterator[Block]:
        """Yield the rows in blocks."""
        left = self._wanted
        rows_a_block = block_rows(self.vector_size)
        done = 0
        data, at = b"", 0
        while left:
            vectors = np.empty((min(left, rows_a_block), self.vector_size), dtype=np.float32)
            words = []
            for row in range(len(vectors)):
                blank = data.find(b" ", at)
                while blank < 0 or len(data) < blank + 1 + self._row_bytes:
                    if blank < 0 and len(data) - at > MAX_WORD_BYTES:
                        raise DamagedInput(
                            f"{self._file.name}: row {done + row + 1:,} has no word: no blank within "
                            f"{MAX_WORD_BYTES:,} bytes; the file is damaged or no word2vec binary file"
                        )
                    more = self._file.stream.read(BLOCK_BYTES)
                    if not more:
                        raise DamagedInput(
                            f"{self._file.name}: the header promises {self.promised:,} rows of "
                            f"{self.vector_size:,} values, the file ends within row {done + row + 1:,}"
                        )
                    data, at = data[at:] + more, 0
                    blank = data.find(b" ")
                raw = data[at:blank].lstrip(b"\n")
                words.append(decode_word(raw, self._reading, f"{self._file.name}, row {done + row + 1:,}"))
                vectors[row] = np.frombuffer(data, "<f4", self.vector_size, blank + 1)
                at = blank + 1 + self._row_bytes
            done += len(vectors)
            left -= len(vectors)
            yield Block(words, vectors)


def write_word2vec_binary(model: Model, path: Path, reporter: Reporter, *, force: bool) -> None:
    """Write the file as Google's is, with nothing between rows."""
    with new_output(path, force=force) as stream:
        stream.write(b"%d %d\n" % model.vectors.shape)
        for block in rows_to_write(model, _BREAKING, reporter):
            rows = zip(block.words, block.vectors.astype("<f4", copy=False), strict=True)
            stream.write(b"".join(b"%s %s" % (word.encode(), row.tobytes()) for word, row in rows))
