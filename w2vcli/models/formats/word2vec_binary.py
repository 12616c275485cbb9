r"""word2vec's binary format: a header line, then for each row the word, a blank and float32 values.

Two words of three values::

    2 3\n  king ␣ 00 00 80 3f  00 00 00 40  00 00 40 40  queen ␣ ...      1.0, 2.0, 3.0 in little-endian float32

Google's own file has nothing between rows, the C program writes a newline there. Both are read. The format says neither
the type of its numbers nor their byte order: `w2vcli.models.formats.binary_layout` finds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s
from w2vcli.compression import new_output
from w2vcli.errors import DamagedInput
from w2vcli.inputs import InputFile
from w2vcli.models.formats import binary_layout as layout
from w2vcli.models.formats.blocks import (
    BLOCK_BYTES,
    MAX_WORD_BYTES,
    Block,
    ReadOptions,
    block_rows,
    decode_words,
    read_header,
    rows_to_read,
)
from w2vcli.models.formats.sinks import Append, RowFacts, Spelling

SPELLING = Spelling(" \n")
_LINE_ENDS = {b"\r", b"\n"}
_SPARE_BYTES = 1 << 16


class Word2vecBinary:
    """The rows of an open word2vec binary file.

    ``notes`` tell of another type than float32, of words with blanks and of rows whose values vectors hardly have.
    """

    subwords = None
    left_out = ()
    trained = None

    def __init__(self, file: InputFile, reading: ReadOptions) -> None:
        header = read_header(file)
        self.vector_size = header.vector_size
        self.promised: int | None = header.rows
        self.notes: list[str] = []
        self._file = file
        self._reading = reading
        self._dtype = layout.dtype_of_values(file.stream.peek(), header, file.name)
        self._row_bytes = np.dtype(self._dtype).itemsize * header.vector_size
        if other := layout.name_of_type(self._dtype):
            self.notes.append(f"{file.name}: its values seem to be {other}, so they were read as such")
        self._data, self._at = b"", 0
        self._word_bytes = 16  # with its blank, on average, as the block before has it
        self._with_blanks = self._odd_rows = self._first_odd = 0
        smallest = header.rows * (self._row_bytes + 2)  # a word of one byte and a blank
        if file.size is not None and not file.compressed and reading.limit is None and smallest > 2 * file.size:
            raise DamagedInput(
                f"{file.name}: the header promises {header.rows:,} rows of {header.vector_size:,} values, "
                f"at least {smallest:,} bytes; the file has {file.size:,}"
            )

    @property
    def unread(self) -> bytes:
        """What was read and lies behind the rows."""
        return self._data[self._at :]

    def __iter__(self) -> Iterator[Block]:
        """Yield the rows in blocks."""
        wanted = rows_to_read(self.promised or 0, self._reading)
        rows_a_block = block_rows(self.vector_size)
        for first in range(0, wanted, rows_a_block):
            yield self._block(first, min(wanted - first, rows_a_block))
        if self._odd_rows:
            self.notes.append(
                f"{self._file.name}: {self._odd_rows:,} rows have values that vectors hardly have, such as those of "
                f"row {self._first_odd:,}: above 1e8, or all below 1e-12; the file may be damaged"
            )
        if self._with_blanks:
            self.notes.append(f"{self._file.name}: {self._with_blanks:,} words seem to have blanks, and were read so")

    def _block(self, first: int, count: int) -> Block:
        """Return the next ``count`` rows.

        Rows that look odd are looked at again: a word may have blanks, and then those after it are misplaced.
        """
        self._data, self._at = self._data[self._at :], 0
        raws: list[bytes] = []
        starts: list[int] = []
        with np.errstate(over="ignore", invalid="ignore"):
            vectors = self._read_rows(first, count, raws, starts)
            done = self._realign(first, vectors, raws, starts, 0)
            while done < count:
                vectors[done:] = self._read_rows(first, count, raws, starts)
                done = self._realign(first, vectors, raws, starts, done)
        words = decode_words(raws, self._reading, lambda row: f"{self._file.name}, row {first + row + 1:,}")
        self._word_bytes = self._at // count - self._row_bytes + 1
        return Block(words, vectors)

    def _realign(
        self, first: int, vectors: npt.NDArray[np.float32], raws: list[bytes], starts: list[int], done: int
    ) -> int:
        """Correct the first row from ``done`` on whose word has a blank, drop what follows, and return what is done.

        Raises
        ------
        DamagedInput
            If a row has neither a word nor usual values.
        """
        odd = set(layout.odd_rows(vectors).tolist())
        before_odd_words = set()
        # All words of the block at once; only a block with such characters is looked through.
        if layout.has_control_characters(b"x".join(raws)):
            before_odd_words = {row - 1 for row, raw in enumerate(raws) if row and layout.has_control_characters(raw)}
        for row in sorted(each for each in odd | before_odd_words if each >= done):
            self._fill(starts[row] + 2 * MAX_WORD_BYTES + self._row_bytes)
            blank = layout.word_with_blanks(self._data, starts[row], self.vector_size, self._dtype)
            # The rows behind it were read from wrong places: they are dropped and read again from here.
            if blank is not None:
                raws[row:] = [layout.without_line_end(self._data[starts[row] : blank])]
                del starts[row + 1 :]
                vectors[row] = np.frombuffer(self._data, self._dtype, self.vector_size, blank + 1)
                self._at = blank + 1 + self._row_bytes
                self._with_blanks += 1
                return row + 1
            if row in odd and not layout.is_utf8(raws[row]):
                raise DamagedInput(
                    f"{self._file.name}, row {first + row + 1:,}: {raws[row][:40]!r} is no text, and the values after "
                    "it are not such as vectors have; the file is damaged, or no word2vec binary file of float32"
                )
        if odd:
            self._first_odd = self._first_odd or first + min(odd) + 1
            self._odd_rows += len(odd)
        return len(vectors)

    def _fill(self, size: int) -> bool:
        """Read until there are ``size`` bytes of data, if the file has them, and tell whether there are."""
        while (missing := size - len(self._data)) > 0 and (more := self._file.stream.read(missing)):
            self._data += more
        return len(self._data) >= size

    def _read_rows(self, first: int, count: int, raws: list[bytes], starts: list[int]) -> npt.NDArray[np.float32]:
        """Return the vectors of the rows of a block that have no word in ``raws``.

        Their words are added to it, and to ``starts`` where they begin in the data.
        """
        self._fill(self._at + self._expected_bytes(count - len(raws)))
        data, at, row_bytes = self._data, self._at, self._row_bytes
        first_at, blanks = at, []
        for row in range(len(raws), count):
            blank = data.find(b" ", at)
            while blank < 0 or len(data) < blank + 1 + row_bytes:
                self._read_more(first + row, at, count - row, has_blank=blank >= 0)
                data = self._data
                blank = data.find(b" ", at)
            blanks.append(blank)
            at = blank + 1 + row_bytes
        self._at = at
        behind = np.array(blanks) + 1
        new_starts = [first_at, *(behind[:-1] + row_bytes).tolist()]
        new = [data[start:blank] for start, blank in zip(new_starts, blanks, strict=True)]
        raws += [layout.without_line_end(raw) if raw[:1] in _LINE_ENDS else raw for raw in new]
        starts += new_starts
        # A view of the data with a row at every byte, of which numpy copies those behind the blanks.
        all_rows = np.ndarray((len(data) - row_bytes + 1,), f"V{row_bytes}", data, strides=(1,))
        values = all_rows[behind].view(self._dtype).reshape(-1, self.vector_size)
        vectors: npt.NDArray[np.float32] = values.astype(np.float32, copy=False)
        return vectors

    def _expected_bytes(self, rows: int) -> int:
        """Return about how many bytes so many rows have, and some more, so that a block takes few reads."""
        return min(rows * (self._row_bytes + self._word_bytes), 2 * BLOCK_BYTES) + _SPARE_BYTES

    def _read_more(self, done: int, at: int, left: int, *, has_blank: bool) -> None:
        """Read more data, since the row that begins at ``at`` is cut: ``done`` rows lie before it.

        With it, ``left`` rows of the block are left.

        Raises
        ------
        DamagedInput
            If nothing is left, or no blank came so far behind ``at`` that there is no word.
        """
        size = len(self._data)
        # Behind a word with blanks, rows may be misplaced among zeros: a blank is looked for in some more bytes.
        if has_blank or size - at <= max(MAX_WORD_BYTES, BLOCK_BYTES):
            # A fourth more at least: all data is copied each time.
            more = max(size // 4, _SPARE_BYTES if has_blank else BLOCK_BYTES)
            self._fill(max(at + self._expected_bytes(left), size + more))
            if len(self._data) > size:
                return
        if not has_blank and size - at > MAX_WORD_BYTES:
            raise DamagedInput(
                f"{self._file.name}: row {done + 1:,} has no word: no blank within "
                f"{MAX_WORD_BYTES:,} bytes; the file is damaged or no word2vec binary file"
            )
        raise DamagedInput(
            f"{self._file.name}: the header promises {self.promised:,} rows of {self.vector_size:,} "
            f"values, the file ends within row {done + 1:,}"
            f"{f'; load and convert read those before with --limit {done}' if done else ''}"
        )


@contextmanager
def write_word2vec_binary(path: Path, rows: RowFacts, *, force: bool) -> Iterator[Append]:
    """Write the file as Google's is, with nothing between rows."""
    with new_output(path, force=force) as stream:
        stream.write(b"%d %d\n" % (rows.words, rows.vector_size))

        def append(block: Block) -> None:
            if block.words:
                stream.write(_joined([word.encode() + b" " for word in block.words], block.vectors))

        yield append


def _joined(words: list[bytes], vectors: Float32s) -> memoryview:
    """Return each word with the values of its row behind it."""
    rows = np.ascontiguousarray(vectors, dtype="<f4").view(f"V{4 * vectors.shape[1]}")[:, 0]
    row_bytes = rows.itemsize
    letters = np.frombuffer(b"".join(words), dtype=np.uint8)
    lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
    before = row_bytes * np.arange(len(words))  # the bytes of the rows above
    data = np.empty(len(letters) + rows.nbytes, dtype=np.uint8)
    # A view with a row at every byte, of which numpy fills those behind the words.
    all_rows = np.ndarray((len(data) - row_bytes + 1,), rows.dtype, data, strides=(1,))
    all_rows[np.cumsum(lengths) + before] = rows
    data[np.arange(len(letters)) + np.repeat(before, lengths)] = letters
    return data.data
