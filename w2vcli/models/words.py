"""The vocabulary of a model on disk: word to row and row to word, without a dictionary in memory."""

from __future__ import annotations

import mmap
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from w2vcli.errors import BadModel, DamagedInput
from w2vcli.escaping import escape_newlines, unescape_newlines


class Words:
    r"""The words of a model in row order, read from its mapped ``words.txt``.

    The file has one word a line in UTF-8. In an ``escaped`` file, newline and backslash are
    written as ``\n`` and ``\\``.
    """

    def __init__(self, path: Path, count: int, *, escaped: bool) -> None:
        self._path = path
        self._count = count
        self._escaped = escaped
        with open(path, "rb") as file:
            empty = file.seek(0, 2) == 0
            self._data = b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        """Yield all words in row order."""
        return map(self._decode, bytes(self._data).split(b"\n")[: self._count])

    def __getitem__(self, row: int) -> str:
        """Return the word of ``row``, which counts from 0."""
        start = int(self._ends[row - 1]) + 1 if row else 0
        return self._decode(self._data[start : int(self._ends[row])])

    def row(self, word: str) -> int | None:
        """Return the row of ``word``, or None if the model does not have it.

        A word that is there only in another way to write the same letters (NFC or NFD) is found too.
        """
        row = self._exact_row(word)
        for form in ("NFC", "NFD"):
            if row is None and (other := unicodedata.normalize(form, word)) != word:
                row = self._exact_row(other)
        return row

    def _exact_row(self, word: str) -> int | None:
        try:
            line = self._encode(word).encode() + b"\n"
        except UnicodeEncodeError:  # bytes of the command line that are no text are in no vocabulary
            return None
        if line.count(b"\n") > 1:
            return None
        if self._data[: len(line)] == line:
            return 0
        found = self._data.find(b"\n" + line)
        return None if found < 0 else int(np.searchsorted(self._ends, found)) + 1

    @cached_property
    def _ends(self) -> npt.NDArray[np.int64]:
        """The position of each word's newline."""
        ends = np.flatnonzero(np.frombuffer(self._data, dtype=np.uint8) == ord("\n"))
        if len(ends) != self._count:
            raise BadModel(f"{self._path} is damaged: expected {self._count:,} words, found {len(ends):,}")
        return ends

    def _decode(self, line: bytes) -> str:
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            raise BadModel(f"{self._path} is damaged: {line!r} is not UTF-8") from error
        return unescape_newlines(text) if self._escaped else text

    def _encode(self, word: str) -> str:
        return escape_newlines(word) if self._escaped else word


class WordsWriter:
    """Writes ``words.txt`` in pieces; newlines in words are escaped from the first one on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO = open(path, "xb")  # noqa: SIM115 - closed by `close`
        self.escaped = False

    def append(self, words: Iterable[str]) -> None:
        """Write more words."""
        words = list(words)
        if not self.escaped and any("\n" in word for word in words):
            self._escape_what_is_written()
        lines = map(escape_newlines, words) if self.escaped else words
        try:
            self._file.write("".join(f"{line}\n" for line in lines).encode())
        except UnicodeEncodeError as error:
            word = error.object[error.start : error.end]
            raise DamagedInput(f"{word!r} in a word is no text in UTF-8; is the --encoding right?") from error

    def close(self) -> None:
        """Finish the file."""
        self._file.close()

    def _escape_what_is_written(self) -> None:
        # Words so far hold no newline, so only their backslashes need it.
        self._file.close()
        self._path.write_bytes(self._path.read_bytes().replace(b"\\", b"\\\\"))
        self._file = open(self._path, "ab")  # noqa: SIM115
        self.escaped = True
