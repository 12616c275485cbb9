"""Text formats: a row a line, the word and then its values; word2vec's has a header line, GloVe's none."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from w2vcli.compression import InputFile
from w2vcli.errors import DamagedInput
from w2vcli.models.formats.rows import (
    BLOCK_BYTES,
    MAX_WORD_BYTES,
    Block,
    Reading,
    decode_word,
    read_header,
)

# A float32 in decimal, with its sign, exponent and blank, takes up to 17 bytes; some programs write 25.
_VALUE_BYTES = 32


class TextRows:
    """The rows of an open text file whose header, if it has one, has been read.

    Values are separated by blanks or tabs. A word may hold blanks: the last ``vector_size`` fields of a
    line are its values, the rest is the word.
    """

    def __init__(self, file: InputFile, reading: Reading, vector_size: int, promised: int | None) -> None:
        self.vector_size = vector_size
        self.promised = promised
        self._file = file
        self._reading = reading
        self._line_number = 0 if promised is None else 1

    def __iter__(self) -> Iterator[Block]:
        """Yield the rows in blocks."""
        bounds = [bound for bound in (self.promised, self._reading.limit) if bound is not None]
        left = min(bounds, default=sys.maxsize)
        done = 0
        while left and (lines := self._read_lines(left)):
            yield self._parse(lines)
            done += len(lines)
            left -= len(lines)
        if left and self.promised is not None and done < self.promised:
            raise DamagedInput(
                f"{self._file.name}: the header promises {self.promised:,} rows, the file ends after {done:,}"
            )

    def _read_lines(self, most: int) -> list[tuple[int, bytes]]:
        """Return up to ``most`` numbered lines that are not blank, about ``BLOCK_BYTES`` in all."""
        longest = longest_line(self.vector_size)
        lines: list[tuple[int, bytes]] = []
        size = 0
        while size < BLOCK_BYTES and len(lines) < most and (line := self._file.stream.readline(longest)):
            self._line_number += 1
            if len(line) == longest:
                raise DamagedInput(f"{self._where(self._line_number)}: longer than {longest:,} bytes")
            size += len(line)
            if line.strip():
                lines.append((self._line_number, line))
        return lines

    def _parse(self, lines: list[tuple[int, bytes]]) -> Block:
        """Return the rows in ``lines``, at once where each is a word, a blank and its values, else one by one."""
        words, _, rests = zip(*(line.partition(b" ") for _, line in lines), strict=True)
        values = None
        if all(len(rest.split()) == self.vector_size for rest in rests):
            values = parse_values(b" ".join(rests))
        if values is None:
            words, rows = zip(*(self._parse_line(number, line) for number, line in lines), strict=True)
            values = np.concatenate(rows)
        decoded = [
            decode_word(word, self._reading, self._where(number))
            for word, (number, _) in zip(words, lines, strict=True)
        ]
        return Block(decoded, values.reshape(len(lines), self.vector_size))

    def _parse_line(self, number: int, line: bytes) -> tuple[bytes, npt.NDArray[np.float32]]:
        word, *fields = line.rsplit(None, self.vector_size)
        if len(fields) != self.vector_size:
            raise DamagedInput(
                f"{self._where(number)}: expected a word and {self.vector_size:,} values, found {len(fields):,} values"
            )
        values = parse_values(b" ".join(fields))
        if values is None:
            raise DamagedInput(
                f"{self._where(number)}: expected {self.vector_size:,} values after the word, "
                "found something that is no number"
            )
        return word, values

    def _where(self, number: int) -> str:
        return f"{self._file.name}, line {number:,}"


def word2vec_text(file: InputFile, reading: Reading) -> TextRows:
    """Return the rows of an open word2vec text file; fastText's ``.vec`` is the same."""
    header = read_header(file)
    return TextRows(file, reading, header.vector_size, header.rows)


def glove_text(file: InputFile, reading: Reading) -> TextRows:
    """Return the rows of an open GloVe file; how many values a row has is told by its first line."""
    line = file.stream.peek().partition(b"\n")[0]
    return TextRows(file, reading, glove_vector_size(line), None)


def glove_vector_size(line: bytes) -> int:
    """Return how many numbers ``line`` ends with, after at least one field that may be a word; 0 if none."""
    fields = line.split()[1:]
    values = 0
    while values < len(fields) and parse_values(fields[-1 - values]) is not None:
        values += 1
    return values


def longest_line(vector_size: int) -> int:
    """Return the length in bytes beyond which a line is taken for damage."""
    return MAX_WORD_BYTES + _VALUE_BYTES * vector_size


def parse_values(text: bytes) -> npt.NDArray[np.float32] | None:
    """Return the numbers in ``text``, which are separated by blanks, or None if something else is there."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # how numpy tells that it stopped early
        try:
            return np.fromstring(text, dtype=np.float32, sep=" ")
        except (DeprecationWarning, ValueError):
            return None
