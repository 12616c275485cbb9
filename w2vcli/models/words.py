r"""The vocabulary of a model on disk: word to row and row to word, without a dictionary in memory.

Three words, done by hand::

    words.txt   king\nqueen\nman\n
    ends        4 10 14                 the positions of the newlines: row 1 is data[5:10]
    hashes      69a297d8 a2cded63 a2edb4ba   the CRC-32 of man, king, queen: ascending
    hash_rows   2 0 1

To find a word, its hash is bisected in ``hashes``. The lines of the rows that have it are compared with the word, since
two words may have one hash. So a question reads a few pages of these files, and makes no dictionary of all words.
"""

from __future__ import annotations

import mmap
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.decoding import open_regular
from w2vcli.errors import BadModel, DamagedInput
from w2vcli.escaping import escape_newlines, unescape_newlines

_PIECE = 1 << 22
_ROWS_AT_ONCE = 1 << 16


class WordIndex(NamedTuple):
    """Where the lines of ``words.txt`` end, and their hashes: what finds a word without reading the file.

    ``ends`` has the position of each line's newline, by row. ``hashes`` has the CRC-32 of the lines
    in ascending order, and ``hash_rows`` the row of each. Equal hashes are in row order.
    """

    ends: npt.NDArray[np.int64]
    hashes: npt.NDArray[np.uint32]
    hash_rows: npt.NDArray[np.int32]


def index_words(path: Path) -> WordIndex:
    """Return the index of the words in the file ``path``."""
    ends: list[npt.NDArray[np.int64]] = []
    hashes: list[npt.NDArray[np.uint32]] = []
    with open_regular(path) as file:
        at, rest = 0, b""
        while piece := file.read(_PIECE):
            # numpy finds the newlines of four megabytes at once; Python's split gives the lines to hash.
            ends.append(np.flatnonzero(np.frombuffer(piece, dtype=np.uint8) == ord("\n")) + at)
            at += len(piece)
            *lines, rest = (rest + piece).split(b"\n")
            hashes.append(np.fromiter(map(zlib.crc32, lines), dtype=np.uint32, count=len(lines)))
    # A stable sort, so that the first of equal rows is found first.
    in_row_order = np.concatenate(hashes) if hashes else np.zeros(0, dtype=np.uint32)
    hash_rows = np.argsort(in_row_order, kind="stable").astype(np.int32)
    all_ends = np.concatenate(ends) if ends else np.zeros(0, dtype=np.int64)
    return WordIndex(all_ends.astype(np.int64, copy=False), in_row_order[hash_rows], hash_rows)


class Words:
    r"""The words of a model in row order, read from its mapped ``words.txt``.

    The file has one word a line in UTF-8. In an ``escaped`` file, newline and backslash are
    written as ``\n`` and ``\\``.
    """

    def __init__(self, path: Path, index: WordIndex, *, escaped: bool) -> None:
        self._path = path
        self._index = index
        self._escaped = escaped
        with open_regular(path) as file:
            empty = file.seek(0, 2) == 0
            self._data = b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def __len__(self) -> int:
        return len(self._index.ends)

    def __iter__(self) -> Iterator[str]:
        """Yield all words in row order."""
        for piece in self.pieces():
            yield from piece

    def pieces(self) -> Iterator[list[str]]:
        """Yield all words in row order, many at a time."""
        at = 0
        while at < len(self._data):
            stop = self._data.rfind(b"\n", at, at + _PIECE) + 1 or self._data.find(b"\n", at) + 1 or len(self._data)
            lines = self._decode(self._data[at:stop]).removesuffix("\n").split("\n")
            yield list(map(unescape_newlines, lines)) if self._escaped else lines
            at = stop

    def between(self, start: int, stop: int) -> list[str]:
        """Return the words of the rows from ``start`` to ``stop``, many times faster than one by one."""
        start, stop = max(0, start), min(stop, len(self))
        if start >= stop:
            return []
        begin = int(self._index.ends[start - 1]) + 1 if start else 0
        lines = self._decode(self._data[begin : int(self._index.ends[stop - 1])]).split("\n")
        return list(map(unescape_newlines, lines)) if self._escaped else lines

    def __getitem__(self, row: int) -> str:
        """Return the word of ``row``, which counts from 0."""
        if not 0 <= row < len(self):
            raise IndexError(row)
        return self._word(row)

    def row(self, word: str) -> int | None:
        """Return the row of ``word``, or None if the model does not have it.

        A word is also found if it differs only in how its letters are composed (NFC or NFD): é may be one
        character or an e with an accent.
        """
        row = self.exact_row(word)
        for form in ("NFC", "NFD"):
            if row is None and (other := unicodedata.normalize(form, word)) != word:
                row = self.exact_row(other)
        return row

    def exact_row(self, word: str) -> int | None:
        """Return the row of ``word`` as it is written, or None if the model does not have it."""
        try:
            line = (escape_newlines(word) if self._escaped else word).encode()
        except UnicodeEncodeError:  # bytes of the command line that are no text are in no vocabulary
            return None
        hashes = self._index.hashes
        wanted = np.uint32(zlib.crc32(line))
        first, last = np.searchsorted(hashes, wanted, "left"), np.searchsorted(hashes, wanted, "right")
        rows = self._index.hash_rows[first:last].tolist()
        return next((row for row in rows if self._line(row) == line), None)

    def starting_with(self, prefix: str, most: int) -> list[str]:
        """Return up to ``most`` words that start with ``prefix``, in row order."""
        start = b"\n" + (escape_newlines(prefix) if self._escaped else prefix).encode(errors="replace")
        found = [self[0]] if len(self) and self[0].startswith(prefix) else []
        # The whole file is searched for a newline with the prefix behind it: the words are in no other order.
        at = self._data.find(start)
        while 0 <= at < len(self._data) - 1 and len(found) < most:
            found.append(self._word(int(np.searchsorted(self._index.ends, at)) + 1))
            at = self._data.find(start, at + 1)
        return found[:most]

    def repeated_rows(self) -> npt.NDArray[np.int64]:
        """Return the rows whose word another row above has already, in ascending order.

        Only rows with equal hashes are compared, so that memory stays flat.
        """
        hashes, rows = self._index.hashes, self._index.hash_rows
        same = np.flatnonzero(hashes[1:] == hashes[:-1])
        repeated: list[int] = []
        seen: set[bytes] = set()
        for at in map(int, same):
            if at == 0 or hashes[at - 1] != hashes[at]:
                seen = {self._line(int(rows[at]))}
            line = self._line(int(rows[at + 1]))
            if line in seen:
                repeated.append(int(rows[at + 1]))
            seen.add(line)
        return np.sort(np.array(repeated, dtype=np.int64))

    def _word(self, row: int) -> str:
        """Return the word of ``row``, unescaped."""
        text = self._decode(self._line(row))
        return unescape_newlines(text) if self._escaped else text

    def _line(self, row: int) -> bytes:
        """Return the bytes of the line of ``row``.

        Raises
        ------
        BadModel
            If there is no such row, which only a damaged index can ask for.
        """
        if not 0 <= row < len(self):
            folder = self._path.parent
            raise BadModel(f"the index of {folder} is damaged: there is no row {row:,}; delete {folder / 'index'}")
        start = int(self._index.ends[row - 1]) + 1 if row else 0
        return self._data[start : int(self._index.ends[row])]

    def _decode(self, line: bytes) -> str:
        """Return a line as text, or raise `BadModel` if it is not UTF-8."""
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            raise BadModel(f"{self._path} is damaged: {line[error.start : error.start + 20]!r} is not UTF-8") from error


class WordsWriter:
    """Writes ``words.txt`` in pieces.

    From the first word on that has a newline, newlines and backslashes are escaped in the whole file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO = open(path, "xb")  # noqa: SIM115 - closed by `close`
        self.escaped = False

    def append(self, words: Iterable[str]) -> None:
        """Write more words.

        Raises
        ------
        DamagedInput
            If a word is not text that UTF-8 can hold.
        """
        words = list(words)
        if not words:
            return
        lines = "\n".join(words)
        if not self.escaped and lines.count("\n") >= len(words):
            self._escape_what_is_written()
        if self.escaped:
            lines = "\n".join(map(escape_newlines, words))
        try:
            self._file.write(f"{lines}\n".encode())
        except UnicodeEncodeError as error:
            word = error.object[error.start : error.end]
            raise DamagedInput(f"{word!r} in a word is no text in UTF-8; is the --encoding right?") from error

    def close(self) -> None:
        """Finish the file."""
        self._file.close()

    def _escape_what_is_written(self) -> None:
        # Words so far hold no newline, so only their backslashes need it.
        """Escape the words that are in the file already, and go on after them."""
        self._file.close()
        self._path.write_bytes(self._path.read_bytes().replace(b"\\", b"\\\\"))
        self._file = open(self._path, "ab")  # noqa: SIM115
        self.escaped = True


def keep_lines(path: Path, index: WordIndex, keep: npt.NDArray[np.bool_]) -> None:
    """Replace the words in a file that is being made by those whose rows ``keep`` marks.

    ``index`` says where the lines end.
    """
    data = np.memmap(path, dtype=np.uint8, mode="r")
    thinned = path.with_name(f"{path.name}.thinned")
    starts = np.concatenate([np.zeros(1, dtype=np.int64), index.ends[:-1] + 1])
    with open(thinned, "wb") as file:
        for first in range(0, len(keep), _ROWS_AT_ONCE):
            rows = slice(first, first + _ROWS_AT_ONCE)
            # The marks of rows are repeated for each byte of their lines: numpy drops the others at once.
            piece = data[starts[first] : index.ends[rows][-1] + 1]
            file.write(piece[np.repeat(keep[rows], index.ends[rows] + 1 - starts[rows])].data)
    del data, piece  # Windows replaces no file that is mapped
    thinned.replace(path)
