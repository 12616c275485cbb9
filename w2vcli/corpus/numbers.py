"""A corpus as numbers on disk: each word has a number, in order of first appearance.

The text is read and tokenised once; every epoch of training then runs over the mapped numbers, so
a corpus may come from a pipe, be larger than memory, or be one single line.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from w2vcli.compression import InputFile, open_input
from w2vcli.corpus.sentences import Splitter, is_hard_wrapped
from w2vcli.corpus.sources import Text, find_files, looks_binary
from w2vcli.corpus.tokenizers import TOKENIZERS
from w2vcli.errors import BadCorpus
from w2vcli.reporting import Advance, Reporter

_FLUSH_TOKENS = 1 << 20


@dataclass(frozen=True)
class FileRead:
    """A file that was read: its path, its bytes on disk and their SHA-256; whether its lines were joined."""

    path: str
    bytes: int
    sha256: str
    undecodable_bytes: int
    joined_lines: bool


@dataclass(frozen=True)
class Reading:
    """How text is read.

    ``tokenizer`` is a name in the table of tokenizers. ``line_breaks`` says what a line break means:
    ``end`` ends the sentence, ``join`` does not (an empty line does); ``auto`` joins the lines of files
    that look hard-wrapped, if the tokenizer is for running text.
    """

    tokenizer: str = "unicode"
    lowercase: bool = False
    line_breaks: str = "auto"
    encoding: str = "utf-8"
    encoding_errors: str = "strict"


@dataclass(frozen=True)
class Corpus:
    """A corpus as numbers.

    ``tokens`` (int32) are the numbers of all words in order; sentence ``i`` ends before token
    ``sentence_ends[i]`` (int64). ``words[n]`` is the word of number ``n``, ``counts[n]`` how often it comes.
    """

    words: list[str]
    counts: npt.NDArray[np.int64]
    tokens: npt.NDArray[np.int32]
    sentence_ends: npt.NDArray[np.int64]
    files: list[FileRead]

    def sentences(self, longest: int) -> Iterator[list[str]]:
        """Yield the sentences in order; one of more than ``longest`` words comes in several parts."""
        start = 0
        for end in self.sentence_ends.tolist():
            while start < end:
                stop = min(start + longest, end)
                yield [self.words[number] for number in self.tokens[start:stop].tolist()]
                start = stop


def read_corpus(sources: Sequence[str], folder: Path, reading: Reading, reporter: Reporter) -> Corpus:
    """Read files, folders and standard input (``-``) into numbers, which are kept in ``folder``.

    Raises
    ------
    BadCorpus
        If a source does not exist, is not text, or there is no word in all of them.
    DamagedInput
        If a compressed file breaks off.
    """
    paths = find_files(sources)
    named = set(map(Path, sources))
    splitter = Splitter(TOKENIZERS[reading.tokenizer], lowercase=reading.lowercase)
    sizes = [path.stat().st_size if path.is_file() else None for path in paths]
    total = None if None in sizes else sum(size or 0 for size in sizes)
    files: list[FileRead] = []
    not_text: list[Path] = []
    before = 0
    with _NumbersWriter(folder) as writer, reporter.phase("reading", total, "B") as advance:
        for path in paths:
            with open_input(path) as file:
                if not looks_binary(file, reading.encoding):
                    files.append(_read_file(file, splitter, reading, writer, partial(_advance_from, advance, before)))
                elif path in named:
                    raise BadCorpus(
                        f"{path}: this is not text (it has zero bytes); if it is UTF-16, say --encoding utf-16"
                    )
                else:
                    not_text.append(path)
                before += file.consumed
    _tell(files, not_text, in_folders=len(paths) > len(named), reading=reading, reporter=reporter)
    corpus = writer.finish(files)
    if not corpus.words:
        raise BadCorpus(f"there are no words in {', '.join(sources)}")
    return corpus


def _advance_from(advance: Advance, before: int, done: int) -> None:
    advance(before + done)


def _read_file(
    file: InputFile, splitter: Splitter, reading: Reading, writer: _NumbersWriter, advance: Advance
) -> FileRead:
    text = Text(file, reading.encoding, reading.encoding_errors)
    join = reading.line_breaks == "join" or (
        reading.line_breaks == "auto"
        and TOKENIZERS[reading.tokenizer].joins_lines
        and is_hard_wrapped(text.beginning())
    )
    for tokens, ends in splitter.split(text, join_lines=join):
        writer.append(tokens)
        if ends:
            writer.end_sentence()
        advance(file.consumed)
    return FileRead(
        path=file.name if file.size is None else str(Path(file.name).absolute()),
        bytes=file.consumed,
        sha256=file.sha256(),
        undecodable_bytes=text.undecodable_bytes,
        joined_lines=join,
    )


def _tell(
    files: Sequence[FileRead], not_text: Sequence[Path], *, in_folders: bool, reading: Reading, reporter: Reporter
) -> None:
    """Tell what was read and what was not."""
    if in_folders:
        kinds = Counter(Path(file.path).suffix or "without ending" for file in files)
        reporter.note(f"files read: {', '.join(f'{count:,} {kind}' for kind, count in kinds.most_common())}")
    if not_text:
        reporter.warn(f"left out, since they are not text: {_some(not_text)}")
    undecodable = sum(file.undecodable_bytes for file in files)
    if undecodable:
        reporter.warn(f"{undecodable:,} bytes are not {reading.encoding}: {reading.encoding_errors}d")
    joined = sum(file.joined_lines for file in files)
    if reading.line_breaks == "auto" and joined:
        reporter.note(
            f"lines joined in {joined:,} of {len(files):,} files: they look hard-wrapped (--line-breaks auto)"
        )


def _some(paths: Sequence[Path], most: int = 3) -> str:
    names = ", ".join(map(str, paths[:most]))
    return f"{names} and {len(paths) - most:,} more" if len(paths) > most else names


class _Numbers(dict[str, int]):
    """The number of each word; a word that is new gets the next one."""

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        return number


class _NumbersWriter:
    """Writes tokens and sentence ends to two files as they come."""

    def __init__(self, folder: Path) -> None:
        self._numbers = _Numbers()
        self._tokens_path = folder / "tokens.int32"
        self._ends_path = folder / "sentence-ends.int64"
        self._tokens_file: BinaryIO
        self._ends_file: BinaryIO
        self._tokens = array("i")
        self._ends = array("q")
        self._count = 0
        self._last_end = 0

    def __enter__(self) -> _NumbersWriter:
        self._tokens_file = open(self._tokens_path, "wb")
        self._ends_file = open(self._ends_path, "wb")
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        self._tokens_file.close()
        self._ends_file.close()

    def append(self, tokens: list[str]) -> None:
        """Write tokens of the running sentence."""
        self._tokens.extend(map(self._numbers.__getitem__, tokens))
        self._count += len(tokens)
        if len(self._tokens) >= _FLUSH_TOKENS:
            self._flush()

    def end_sentence(self) -> None:
        """End the running sentence; one without tokens is no sentence."""
        if self._count > self._last_end:
            self._ends.append(self._count)
            self._last_end = self._count

    def finish(self, files: list[FileRead]) -> Corpus:
        """Return the corpus, its numbers mapped from the files."""
        tokens = _map(self._tokens_path, np.int32)
        counts = np.zeros(len(self._numbers), dtype=np.int64)
        for start in range(0, len(tokens), _FLUSH_TOKENS):
            counts += np.bincount(tokens[start : start + _FLUSH_TOKENS], minlength=len(counts))
        ends = _map(self._ends_path, np.int64)
        return Corpus(list(self._numbers), counts, tokens, ends, files)

    def _flush(self) -> None:
        self._tokens.tofile(self._tokens_file)
        self._ends.tofile(self._ends_file)
        del self._tokens[:], self._ends[:]


def _map(path: Path, dtype: type[np.generic]) -> npt.NDArray[Any]:
    if path.stat().st_size == 0:  # which cannot be mapped
        return np.zeros(0, dtype=dtype)
    return np.memmap(path, dtype=dtype, mode="r")
