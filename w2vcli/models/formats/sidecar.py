"""Words in a file beside the file of their vectors: one a line, in row order.

``v.npy`` has its words in ``v.txt``, and ``v.npy.sha256`` has the hashes of both as sha256sum writes them. So a pair of
which one was replaced is found::

    $ sha256sum -c v.npy.sha256
    v.npy: OK
    v.txt: OK
"""

from __future__ import annotations

import hashlib
import os
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from w2vcli.atomic import new_files
from w2vcli.compression import without_compression
from w2vcli.decoding import is_plain_name, read_regular
from w2vcli.errors import BadSettings, DamagedInput
from w2vcli.inputs import InputFile, open_input
from w2vcli.models.formats.blocks import MAX_WORD_BYTES, ReadOptions, decode_word
from w2vcli.models.formats.sinks import Spelling
from w2vcli.sealing import sha256_of

# What in a word would end its line, or look like a second column.
SPELLING = Spelling("\n\r\t")
_LINES_LOOKED_AT = 1000
_PIECE_BYTES = 1 << 20
_MOST_BYTES_OF_HASHES = 1 << 16
_WORD_AND_COUNT = re.compile(rb"([^ \t]+)[ \t](\d{1,18})")
_HASH = re.compile(rb"([0-9a-fA-F]{64}) [ *](.+)")


def words_names(file: InputFile, *others: str) -> list[str]:
    """Return how the file of the words of ``file`` may be called: as `words_path` calls it, or as others do.

    For ``glove.6B.npy`` these are ``glove.6B.vocab``, ``glove.6B.txt``, ``glove.vocab``, ``glove.txt``, ``words.txt``.
    """
    path = without_compression(Path(file.name))
    stem = path.name.partition(".")[0]
    return [
        path.with_suffix(".vocab").name,
        path.with_suffix(".txt").name,
        f"{stem}.vocab",
        f"{stem}.txt",
        *(f"{stem}.{name}" for name in others),
        "words.txt",
        "vocab.txt",
    ]


def words_path(path: Path) -> Path:
    """Return the path of the words that are written beside the vectors in ``path``.

    Raises
    ------
    BadSettings
        If it is the same.
    """
    words = path.with_suffix(".txt")
    if words == path:
        raise BadSettings(f"{path} is how the file of the words is called; give that of the vectors another ending")
    return words


def hashes_path(path: Path) -> Path:
    """Return the path of the hashes of the vectors in ``path`` and of what belongs to them."""
    return path.with_name(f"{path.name}.sha256")


@contextmanager
def new_pair(vectors: Path, words: Path, *, force: bool) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Open a file of vectors and one of words that appear together, and with them their hashes.

    The hashes appear first. If the others do not come after them, what is there does not fit them and is not read.
    """
    # Hashes, words, vectors: in this order they take their names, see `new_files`.
    with new_files(hashes_path(vectors), words, vectors, force=force) as (hashes, names, numbers):
        yield numbers, names
        write_hashes(hashes, {vectors.name: numbers, words.name: names})


def write_lines(stream: BinaryIO, lines: Iterable[str]) -> None:
    """Write more lines of text.

    A reader takes U+FEFF at the beginning of a file for its mark. So a first line that begins with it gets one more.
    """
    text = "".join(f"{line}\n" for line in lines)
    if text.startswith("\ufeff") and not stream.tell():
        stream.write(BOM_UTF8)
    stream.write(text.encode())


def write_hashes(stream: BinaryIO, files: Mapping[str, BinaryIO]) -> None:
    """Write the hashes of open files by their names, as the program sha256sum does."""
    for name, file in files.items():
        digest = hashlib.sha256()
        file.seek(0)
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
        stream.write(b"%s  %s\n" % (digest.hexdigest().encode(), os.fsencode(name)))


def save_hashes(path: Path, files: Iterable[Path]) -> None:
    """Write the hashes of files that will lie beside ``path``."""
    lines = [b"%s  %s\n" % (sha256_of(file).encode(), os.fsencode(file.name)) for file in files]
    path.write_bytes(b"".join(lines))


def require_hashes(path: Path) -> None:
    """Raise `DamagedInput` if the hashes beside ``path`` are not those of the files that they name."""
    hashes = hashes_path(path)
    for name, promised in _read_hashes(hashes).items():
        file = path.parent / name
        # Anybody may have written the hashes: a name must not lead out of the folder.
        if not is_plain_name(name) or not file.is_file() or sha256_of(file) != promised:
            raise _not_together(file, hashes)


def require_hash(path: Path, sha256: object) -> None:
    """Raise `DamagedInput` if the hash of a file is not the one beside it, whatever its format."""
    hashes = hashes_path(path)
    promised = _read_hashes(hashes).get(path.name)
    # What comes through a pipe, and what nobody wrote hashes of, cannot be compared.
    if None not in (promised, sha256) and promised != sha256:
        raise _not_together(path, hashes)


def _not_together(path: Path, hashes: Path) -> DamagedInput:
    """Return the error of files that do not belong together."""
    return DamagedInput(
        f"{path} is not the file whose hash is in {hashes.name}: it may not belong to the others; "
        f"write them again, or delete {hashes} if you changed one yourself"
    )


@dataclass(frozen=True)
class WordsBeside:
    """The file of the words of an open file of vectors.

    ``notes`` name it if it was found and not given. ``hashes`` are those that both files must have, by
    their names. There are none if nobody wrote any.
    """

    vectors: InputFile
    path: Path
    reading: ReadOptions
    hashes: Mapping[str, str]
    notes: list[str]

    @contextmanager
    def open(self, count: int | None) -> Iterator[WordLines]:
        """Open the words of ``count`` vectors, of as many as there are if None.

        Raises
        ------
        DamagedInput
            If the files do not belong together: one is not what its hash says, or there are more words than vectors.
        """
        with open_input(self.path) as file:
            words = WordLines(file, self.reading, may_have_counts=self.path.name not in self.hashes)
            yield words
            self._require_all(words, count)
            self._require_hashes(file)

    def _require_all(self, words: WordLines, count: int | None) -> None:
        """Raise `DamagedInput` unless there are as many words as vectors, or a file that was given has enough."""
        is_limited = self.reading.limit is not None
        if count is None and is_limited:
            return  # how many vectors there are is not known
        words.skip_rest()
        expected = words.taken if count is None else count
        if words.number > expected:
            raise DamagedInput(
                f"{self.path}: there are more words than the {expected:,} vectors of {self.vectors.name}"
            )
        if words.number < expected and not (is_limited and self.reading.vocabulary is not None):
            raise DamagedInput(
                f"{self.path}: there are {words.number:,} words for the {expected:,} vectors of {self.vectors.name}"
            )

    def _require_hashes(self, words: InputFile) -> None:
        """Raise `DamagedInput` if the words are not those that the hashes are of."""
        for file, path in ((words, self.path), (self.vectors, Path(self.vectors.name))):
            promised = self.hashes.get(path.name)
            if promised is None:
                continue
            while file.stream.read(_PIECE_BYTES):
                pass
            if file.sha256() != promised:
                raise _not_together(path, hashes_path(Path(self.vectors.name)))


def find_words(file: InputFile, reading: ReadOptions, names: Sequence[str]) -> WordsBeside:
    """Return the file of the words: ``reading.vocabulary``, or the first of ``names`` that is beside ``file``.

    Raises
    ------
    DamagedInput
        If there is none.
    """
    hashes = _read_hashes(hashes_path(Path(file.name)))
    if reading.vocabulary is not None:
        return WordsBeside(file, reading.vocabulary, reading, hashes, [])
    folder = Path(file.name).parent
    paths = [folder / name for name in (*hashes, *names) if name != Path(file.name).name]
    found = next((path for path in paths if path.is_file()), None)
    if found is None:
        raise DamagedInput(
            f"{file.name} has vectors and no words; name the file of its words with --vocabulary, "
            f"or call it {' or '.join(dict.fromkeys(names))} and put it beside"
        )
    notes = [] if found.name in hashes else [f"the words of {file.name} were taken from {found}"]
    return WordsBeside(file, found, reading, hashes, notes)


class WordLines:
    """The words in an open file. Each line is one word, or several columns of which the first is the word.

    As in the Embedding Projector, the first line of several columns is a heading. There is no heading where all lines
    are a word and a whole number, which is then its count, or where it is known that there are words alone.
    """

    def __init__(self, file: InputFile, reading: ReadOptions, *, may_have_counts: bool = True) -> None:
        self._file = file
        self._reading = reading
        if file.stream.peek().startswith(BOM_UTF8):
            file.stream.read(len(BOM_UTF8))
        head = file.stream.peek().split(b"\n", _LINES_LOOKED_AT)
        lines = [line.rstrip() for line in (head[:-1] if len(head) > 1 else head) if line.strip()]
        self.has_counts = may_have_counts and bool(lines) and all(map(_WORD_AND_COUNT.fullmatch, lines))
        self._has_heading = not self.has_counts and bool(lines) and b"\t" in head[0]
        self._line_number = 0
        self.number = self.taken = 0
        if self._has_heading:
            self._line()

    def take(self, count: int) -> tuple[list[str], npt.NDArray[np.int64] | None]:
        """Return the next ``count`` words, and how often each was seen where that is known.

        Raises
        ------
        DamagedInput
            If there are fewer.
        """
        words, counts = [], []
        for _ in range(count):
            line = self._line()
            if line is None:
                raise DamagedInput(f"{self._file.name}: there are more vectors than words ({self.number:,})")
            where = f"{self._file.name}, line {self._line_number:,}"
            if self.has_counts:
                line, seen = self._word_and_count(line, where)
                counts.append(seen)
            words.append(decode_word(line, self._reading, where))
        self.taken += count
        return words, np.array(counts, dtype=np.int64) if self.has_counts else None

    def skip_rest(self) -> None:
        """Count the words that are left."""
        while self._line() is not None:
            pass

    def _line(self) -> bytes | None:
        """Return the next line's word and count, if it has one, or None at the end."""
        line = self._file.stream.readline(MAX_WORD_BYTES + 2)
        if not line:
            return None
        self._line_number += 1
        raw = line.removesuffix(b"\n").removesuffix(b"\r")
        if len(raw) > MAX_WORD_BYTES:
            raise DamagedInput(f"{self._file.name}, line {self._line_number:,}: longer than {MAX_WORD_BYTES:,} bytes")
        self.number += not (self._has_heading and self._line_number == 1)
        return raw.partition(b"\t")[0] if self._has_heading else raw

    @staticmethod
    def _word_and_count(line: bytes, where: str) -> tuple[bytes, int]:
        """Return the word of a line and its count, None where it has none."""
        found = _WORD_AND_COUNT.fullmatch(line.rstrip())
        if found is None:
            raise DamagedInput(f"{where}: expected a word and its count, as on the lines before, found {line[:40]!r}")
        return found[1], int(found[2])


def _read_hashes(path: Path) -> dict[str, str]:
    """Return the hashes in a file that sha256sum could have written, by names, or none if there is no such file."""
    try:
        lines = read_regular(path, _MOST_BYTES_OF_HASHES, DamagedInput).split(b"\n")
    except FileNotFoundError:
        return {}
    found = (_HASH.fullmatch(line) for line in lines)
    return {os.fsdecode(match[2]): match[1].decode().lower() for match in found if match}
