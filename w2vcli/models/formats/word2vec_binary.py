"""word2vec's binary format: a header line, then for each row the word, a blank and float32 values.

Google's own file has nothing between rows, the C program writes a newline there: both are read.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from w2vcli.compression import InputFile
from w2vcli.errors import DamagedInput
from w2vcli.models.formats.rows import BLOCK_BYTES, MAX_WORD_BYTES, Block, Reading, decode_word, read_header


class Word2vecBinary:
    """The rows of an open word2vec binary file."""

    def __init__(self, file: InputFile, reading: Reading) -> None:
        header = read_header(file)
        self.vector_size = header.vector_size
        self.promised: int | None = header.rows
        self._wanted = min(header.rows, reading.limit or header.rows)
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
        rows_a_block = max(1, BLOCK_BYTES // self._row_bytes)
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
