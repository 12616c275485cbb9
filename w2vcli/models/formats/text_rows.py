"""Text formats: a row a line, first the word and then its values.

word2vec's text has a header line, and GloVe's has none::

    2 3
    king 1.0 2.0 3.0                       king 1.0 2.0 3.0
    queen 0.5 -1.5 0.0                     queen 0.5 -1.5 0.0

A word may hold blanks, as in ``new york 1.0 2.0 3.0``: the last values belong to the vector, as many as a row has.
"""

from __future__ import annotations

import sys
import warnings
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s
from w2vcli.compression import new_output
from w2vcli.errors import DamagedInput
from w2vcli.inputs import InputFile
from w2vcli.models.formats import layout
from w2vcli.models.formats.blocks import BLOCK_BYTES, MAX_WORD_BYTES, Block, ReadOptions, decode_words
from w2vcli.models.formats.number_kernel import NumberKernel, load_number_kernel
from w2vcli.models.formats.sinks import Append, RowFacts, Spelling

# A float32 in decimal, with its sign, exponent and blank, takes up to 17 bytes; some programs write 25.
_VALUE_BYTES = 32
# All that separates fields for the programs that read these formats.
SPELLING = Spelling(" \t\n\r\x0b\x0c")


class TextRows:
    """The rows of an open text file, of which ``before`` lines have been read.

    Values are separated by blanks or tabs. The last ``vector_size`` fields of a line are its values. The rest is
    the word. Where the file has no words, all fields are values, and words are empty.
    """

    subwords = None
    unread = b""

    def __init__(
        self,
        file: InputFile,
        reading: ReadOptions,
        vector_size: int,
        promised: int | None,
        *,
        before: int = 0,
        has_words: bool = True,
        is_base64: bool = False,
    ) -> None:
        self.vector_size = vector_size
        self.promised = promised
        self.notes: list[str] = []
        self._file = file
        self._reading = reading
        self.left_out: list[int] = []
        self.trained = None
        self._has_words = has_words
        self._is_base64 = is_base64
        self._line_number = before
        self._longer = 0
        self._longer_example = ""
        self._is_long = False  # compiling pays for long files: from the second block on

    def __iter__(self) -> Iterator[Block]:
        """Yield the rows in blocks."""
        bounds = [bound for bound in (self.promised, self._reading.limit) if bound is not None]
        left = min(bounds, default=sys.maxsize)
        done = good = 0
        while left and (lines := self._read_lines(left)):
            block = self._parse(lines)
            yield block
            done += len(lines)
            good += len(block.words)
            left -= len(block.words)  # a line that is left out is none of the rows
        if left and self.promised is not None and done < self.promised:
            raise DamagedInput(
                f"{self._file.name}: the header promises {self.promised:,} rows, the file ends after {done:,}"
                f"{f'; load and convert read these with --limit {good}' if good else ''}"
            )
        if self._longer:
            self.notes.append(
                f"{self._file.name}: {self._longer:,} rows have more than {self.vector_size:,} numbers; "
                f"the first ones were taken for parts of their words, {self._longer_example}"
            )

    def _read_lines(self, most: int) -> list[tuple[int, bytes]]:
        """Return up to ``most`` numbered lines that are not blank, about ``BLOCK_BYTES`` in all."""
        longest = longest_line(self.vector_size)
        lines: list[tuple[int, bytes]] = []
        size = 0
        while size < BLOCK_BYTES and len(lines) < most and (line := self._file.stream.readline(longest)):
            self._line_number += 1
            # A file without newlines would fill memory: what is longer than any row can be is damage.
            if len(line) == longest:
                raise DamagedInput(f"{self._where(self._line_number)}: longer than {longest:,} bytes")
            size += len(line)
            stripped = line.rstrip()
            if stripped:
                # Without words, a blank before the values makes the word empty.
                lines.append((self._line_number, stripped if self._has_words else b" " + stripped.lstrip()))
        return lines

    def _parse(self, lines: list[tuple[int, bytes]]) -> Block:
        """Return the rows in ``lines``.

        They are parsed at once if each is a word, a blank and its values, which is fast. If not, one by one.
        """
        kernel = load_number_kernel() if self._is_long else None
        self._is_long = True
        plain = self._parse_plain(lines) if kernel is None else self._parse_compiled(kernel, lines)
        lines, words, values = self._parse_one_by_one(lines) if plain is None else (lines, *plain)
        if self._is_base64:
            words = [self._from_base64(word, number) for word, (number, _) in zip(words, lines, strict=True)]
        decoded = decode_words(words, self._reading, lambda at: self._where(lines[at][0]))
        return Block(decoded, values.reshape(len(lines), self.vector_size))

    def _parse_plain(self, lines: list[tuple[int, bytes]]) -> tuple[Sequence[bytes], npt.NDArray[np.float32]] | None:
        """Return the words and the values of plain rows, or None if one is not."""
        # A plain row has one blank after its word and one between two values. Without words, one stands before all.
        blanks = self.vector_size if self._has_words else 1
        tabs = 0 if self._has_words else self.vector_size - 1
        if not all(line.count(b" ") == blanks and line.count(b"\t") == tabs for _, line in lines):
            return None
        words, _, rests = zip(*(line.partition(b" ") for _, line in lines), strict=True)
        # With so many separators no line has more values, so the sum is right only if each has all of them.
        values = parse_values(b" ".join(rests))
        return None if values is None or len(values) != len(lines) * self.vector_size else (words, values)

    def _parse_compiled(
        self, kernel: NumberKernel, lines: list[tuple[int, bytes]]
    ) -> tuple[Sequence[bytes], npt.NDArray[np.float32]] | None:
        """Return what `_parse_plain` does, bit for bit, about three times as fast."""
        words, _, rests = zip(*(line.partition(b" ") for _, line in lines), strict=True)
        found = kernel.parse(rests, self.vector_size, b" " if self._has_words else b"\t")
        if found is None or any(b"\t" in word for word in words):
            return None
        values, unsure = found
        if len(unsure):
            read = parse_values(b" ".join(rests[row] for row in unsure.tolist()))
            if read is None or len(read) != len(unsure) * self.vector_size:
                return None
            values[unsure] = read.reshape(len(unsure), self.vector_size)
        return words, values

    def _parse_one_by_one(
        self, lines: list[tuple[int, bytes]]
    ) -> tuple[list[tuple[int, bytes]], list[bytes], npt.NDArray[np.float32]]:
        """Return the lines that are rows, their words and their values.

        Other lines raise `DamagedInput`, or are left out with ``--skip-bad-rows``.
        """
        rows = []
        words = []
        values = [np.zeros(0, dtype=np.float32)]
        for number, line in lines:
            try:
                word, row = self._parse_line(number, line)
            except DamagedInput as error:
                if not self._reading.skip_bad_rows:
                    raise DamagedInput(f"{error}{self._advice(lines)}") from error
                self.left_out.append(number)
                continue
            rows.append((number, line))
            words.append(word)
            values.append(row)
        return rows, words, np.concatenate(values)

    def _advice(self, lines: list[tuple[int, bytes]]) -> str:
        """Return how to go on without a bad row, if most others of its block are good."""
        good = 0
        for number, line in lines:
            with suppress(DamagedInput):
                self._parse_line(number, line)
                good += 1
        is_told = self._has_words and 2 * good > len(lines)
        return "; load and convert leave such rows out with --skip-bad-rows" if is_told else ""

    def _from_base64(self, word: bytes, number: int) -> bytes:
        """Return the word that DL4J has written in base64."""
        found = layout.from_base64(word)
        if found is None:
            raise DamagedInput(f"{self._where(number)}: {word[:40]!r} is no word in base64, as those before it are")
        return found

    def _parse_line(self, number: int, line: bytes) -> tuple[bytes, npt.NDArray[np.float32]]:
        """Return the word and the values of a line, or raise `DamagedInput` with what is wrong."""
        word, fields = self._split(line)
        values = parse_values(b" ".join(fields))
        if values is None:
            values = parse_values(layout.with_usual_spellings(b" ".join(fields)))
        count = len(fields) if values is None else len(values)  # a field between blanks may have a tab in it
        if len(fields) == count == self.vector_size and (self._has_words or not word) and values is not None:
            if layout.numbers_in_word(word):
                self._tell_longer(number, word)
            return word, values
        found = count if self._has_words else len(line.split())
        wrong = layout.told_field(fields) or f"found {found:,} values"
        needed = f"a word and {self.vector_size:,}" if self._has_words else f"{self.vector_size:,}"
        raise DamagedInput(f"{self._where(number)}: expected {needed} values, {wrong}")

    def _split(self, line: bytes) -> tuple[bytes, list[bytes]]:
        """Return the word and the values of a line. Other blanks than a plain one may belong to the word."""
        word, *fields = line.split(b" ")
        if len(fields) != self.vector_size or not all(fields):
            word, *fields = (b"x" + line).rsplit(None, self.vector_size)
            word = word[1:]
        return word, fields

    def _tell_longer(self, number: int, word: bytes) -> None:
        """Remember a word with blanks and numbers, and refuse one with so many that it must be several rows."""
        if 2 * layout.numbers_in_word(word) > self.vector_size > 1:
            found = layout.numbers_in_word(word) + self.vector_size
            raise DamagedInput(
                f"{self._where(number)}: expected a word and {self.vector_size:,} values, found {found:,} values; "
                "are there two rows on this line?"
            )
        self._longer += 1
        self._longer_example = self._longer_example or f"as in line {number:,}: {word[:40].decode(errors='replace')!r}"

    def _where(self, number: int) -> str:
        """Return how a line is called in messages."""
        return f"{self._file.name}, line {number:,}"


def read_word2vec_text(file: InputFile, reading: ReadOptions) -> TextRows:
    """Return the rows of an open word2vec text file, which fastText's ``.vec`` is too."""
    return _laid_out(file, reading, layout.layout_with_header(file.stream.peek(), file.name))


def read_glove(file: InputFile, reading: ReadOptions) -> TextRows:
    """Return the rows of an open GloVe file. How many values a row has is told by its first lines."""
    return _laid_out(file, reading, layout.layout_without_header(file.stream.peek(), file.name))


def _laid_out(file: InputFile, reading: ReadOptions, found: layout.Layout) -> TextRows:
    """Return the rows of a file whose layout was ``found``, behind the lines before the first one."""
    for _ in range(found.before):
        file.stream.readline()
    rows = TextRows(file, reading, found.vector_size, found.rows, before=found.before, is_base64=found.is_base64)
    rows.notes.extend(found.notes)
    return rows


@contextmanager
def write_word2vec_text(path: Path, rows: RowFacts, *, force: bool) -> Iterator[Append]:
    """Write a header line, and a line for each word."""
    with new_output(path, force=force) as stream:
        stream.write(b"%d %d\n" % (rows.words, rows.vector_size))
        yield partial(_write_lines, stream)


@contextmanager
def write_glove(path: Path, rows: RowFacts, *, force: bool) -> Iterator[Append]:
    """Write a line for each word. A first word that begins with U+FEFF gets one more before it, as the file's mark."""
    with new_output(path, force=force) as stream:
        is_first = True

        def append(block: Block) -> None:
            nonlocal is_first
            if is_first and block.words and block.words[0].startswith("\ufeff"):
                stream.write(BOM_UTF8)
            is_first = False
            _write_lines(stream, block)

        yield append


def values_as_text(vectors: Float32s, separator: bytes) -> list[bytes]:
    """Return each row as text, with as few digits as give the same float32 again."""
    import orjson  # writes numbers 25 times faster than Python

    if not np.isfinite(vectors).all():  # JSON has neither NaN nor infinity
        return [separator.join(str(value).encode() for value in row) for row in vectors]
    text = orjson.dumps(np.ascontiguousarray(vectors), option=orjson.OPT_SERIALIZE_NUMPY)
    return [row.replace(b",", separator) for row in text[2:-2].split(b"],[")]


def longest_line(vector_size: int) -> int:
    """Return the length in bytes beyond which a line is taken for damage."""
    return MAX_WORD_BYTES + _VALUE_BYTES * vector_size


def parse_values(text: bytes) -> npt.NDArray[np.float32] | None:
    """Return the numbers in ``text``, which are separated by blanks, or None if something else is there.

    ``b"1.0 2e-3"`` gives [1.0, 0.002], and ``b"1.0 x"`` None.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # how numpy tells that it stopped early
        try:
            return np.fromstring(text, dtype=np.float32, sep=" ")
        except (DeprecationWarning, ValueError):
            return None


def _write_lines(stream: BinaryIO, block: Block) -> None:
    """Write a line for each row of a block."""
    rows = zip(block.words, values_as_text(block.vectors, b" "), strict=True)
    stream.write(b"".join(b"%s %s\n" % (word.encode(), values) for word, values in rows))
