"""A corpus as numbers on disk: each word has a number, in order of first appearance.

The text is read and tokenised once; every epoch of training then runs over the mapped numbers, so
a corpus may come from a pipe, be larger than memory, or be one single line. A corpus is a folder:

===================  ===========================================================================
words.txt            UTF-8, one word a line, by number
counts.int64         how often each word comes, by number
tokens.int32         the numbers of all words of the text
sentence-ends.int64  before which token each sentence ends
corpus.json          what was read, see `Read`
files.jsonl          the files that were read, see `FileRead`
===================  ===========================================================================
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from w2vcli.corpus.batches import Batch, WordIds
from w2vcli.decoding import decode_json, open_regular, read_json
from w2vcli.errors import BadCorpus, DamagedInput
from w2vcli.escaping import visible

# gensim trains on the first 10,000 words of a sentence and drops the rest without a word: longer ones go in parts.
LONGEST_SENTENCE = 10_000
_TOKENS_AT_ONCE = 1 << 20
FILES = "files.jsonl"


@dataclass(frozen=True)
class FileRead:
    """A file that was read: its path, its bytes on disk and their SHA-256; whether its lines were joined.

    ``members`` are the files that were read in it, if it is an archive. ``text_bytes`` are those of its text, which
    are more where it is compressed; 0 in records of earlier versions.
    """

    path: str
    bytes: int
    sha256: str
    undecodable_bytes: int
    lines: int
    empty_lines: int
    joined_lines: bool
    members: tuple[str, ...] = ()
    text_bytes: int = 0


@dataclass(frozen=True)
class Read:
    """What was read: ``words == tokens + stop_words + numbers + joined``.

    ``words`` is how many tokens the tokenizer gave, ``tokens`` how many of them are in the corpus;
    ``joined`` is how many went into phrases with the one before.
    """

    files: int
    bytes: int
    undecodable_bytes: int
    lines: int
    empty_lines: int
    sentences: int
    words: int
    stop_words: int
    numbers: int
    joined: int
    tokens: int


@dataclass(frozen=True)
class EncodedCorpus:
    """A corpus as token ids, mapped from its folder.

    ``ids`` (int32) are the tokens of the whole text in order. Sentence ``i`` ends before token
    ``sentence_ends[i]`` (int64). ``words[id]`` is the word of an id, ``counts[id]`` how often it comes.
    """

    folder: Path
    read: Read
    words: list[str]
    counts: npt.NDArray[np.int64]
    ids: npt.NDArray[np.int32]
    sentence_ends: npt.NDArray[np.int64]

    def files(self) -> list[FileRead]:
        """Return the files that were read, in order."""
        return read_files(self.folder / FILES)

    def sentences(self, longest: int = LONGEST_SENTENCE) -> Iterator[list[str]]:
        """Yield the sentences in order. One of more than ``longest`` tokens comes in several parts."""
        start = 0
        for end in self.sentence_ends.tolist():
            while start < end:
                stop = min(start + longest, end)
                yield [self.words[word] for word in self.ids[start:stop].tolist()]
                start = stop


def open_corpus(folder: Path) -> EncodedCorpus:
    """Open the corpus in ``folder``; its numbers are mapped.

    Raises
    ------
    FileNotFoundError
        If it is not there.
    DamagedInput
        If its parts do not fit together.
    """
    read = read_json(folder / "corpus.json", Read, DamagedInput)
    with open_regular(folder / "words.txt", DamagedInput) as file:
        try:
            words = file.read().decode().split("\n")[:-1]  # no tokenizer leaves a newline in a word
        except UnicodeDecodeError as error:
            raise DamagedInput(f"{folder / 'words.txt'} is damaged: {error}") from error
    corpus = EncodedCorpus(
        folder,
        read,
        words,
        np.array(_map(folder / "counts.int64", np.int64)),
        _map(folder / "tokens.int32", np.int32),
        _map(folder / "sentence-ends.int64", np.int64),
    )
    _require_fitting(corpus)
    return corpus


def _require_fitting(corpus: EncodedCorpus) -> None:
    counts, tokens, ends = corpus.counts, corpus.ids, corpus.sentence_ends
    faults = {
        "corpus.json": corpus.read.tokens != len(tokens),
        "words.txt": len(corpus.words) != len(counts),
        "counts.int64": counts.sum() != len(tokens) or counts.min(initial=1) < 1,
        "tokens.int32": tokens.min(initial=0) < 0 or tokens.max(initial=-1) >= len(counts),
        "sentence-ends.int64": np.diff(ends, prepend=0).min(initial=1) < 1 or ends[-1:].sum() != len(tokens),
    }
    for name, is_faulty in faults.items():
        if is_faulty:
            raise DamagedInput(f"{corpus.folder / name} is damaged: it does not fit the files beside it")


def read_files(path: Path) -> list[FileRead]:
    """Return the list of files in the file ``path``.

    Raises
    ------
    DamagedInput
        If it is none.
    """
    with open_regular(path, DamagedInput) as lines:
        return [decode_json(line, FileRead, path, DamagedInput) for line in lines]


def write_files(files: Sequence[FileRead], path: Path) -> None:
    """Write a list of files, a line of JSON for each, into the file ``path``."""
    with open(path, "wb") as out:
        for file in files:
            out.write(json.dumps(asdict(file), ensure_ascii=False).encode(errors="surrogateescape") + b"\n")


class CorpusWriter:
    """Writes the numbers of a corpus into a folder as they come."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._word_ids = WordIds()
        self._ids: BinaryIO
        self._ends: BinaryIO
        self._count = self._last_end = self._sentences = 0
        self._stop_words = self._number_tokens = 0

    def __enter__(self) -> CorpusWriter:
        self._ids = open(self._folder / "tokens.int32", "wb")
        self._ends = open(self._folder / "sentence-ends.int64", "wb")
        return self

    def __exit__(self, *_: object) -> None:
        self._ids.close()
        self._ends.close()

    def append(self, batch: Batch) -> None:
        """Write a batch; a sentence without tokens is none."""
        ids = np.fromiter(map(self._word_ids.__getitem__, batch.words), dtype=np.int32, count=len(batch.words))
        self._ids.write(ids[batch.ids].data)  # numpy's tofile does not say why it fails
        ends = np.unique(batch.ends + self._count)
        ends = ends[ends > self._last_end]
        self._ends.write(ends.data)
        if len(ends):
            self._last_end = int(ends[-1])
        self._sentences += len(ends)
        self._count += len(batch.ids)
        self._stop_words += batch.stop_words
        self._number_tokens += batch.number_tokens

    def finish(self, files: Sequence[FileRead], before: Read | None = None) -> EncodedCorpus:
        """Write what is left and return the corpus, its numbers mapped.

        ``before`` is what was read where these are the tokens of a corpus with phrases joined, or cut into pieces;
        ``words`` then counts the pieces.
        """
        self._ids.flush()
        self._ends.flush()
        tokens = _map(self._folder / "tokens.int32", np.int32)
        counts = np.zeros(len(self._word_ids), dtype=np.int64)
        for start in range(0, len(tokens), _TOKENS_AT_ONCE):
            counts += np.bincount(tokens[start : start + _TOKENS_AT_ONCE], minlength=len(counts))
        (self._folder / "counts.int64").write_bytes(counts.data)
        with open(self._folder / "words.txt", "wb") as out:
            for word in self._word_ids:
                out.write(_utf8(word) + b"\n")
        write_files(files, self._folder / FILES)
        stop_words, numbers, joined = self._stop_words, self._number_tokens, 0
        if before is not None:
            stop_words, numbers, joined = before.stop_words, before.numbers, max(before.tokens - len(tokens), 0)
        read = Read(
            files=len(files),
            bytes=sum(file.text_bytes for file in files),
            undecodable_bytes=sum(file.undecodable_bytes for file in files),
            lines=sum(file.lines for file in files),
            empty_lines=sum(file.empty_lines for file in files),
            sentences=self._sentences if before is None else before.sentences,
            words=self._count + stop_words + numbers + joined,
            stop_words=stop_words,
            numbers=numbers,
            joined=joined,
            tokens=len(tokens),
        )
        (self._folder / "corpus.json").write_text(json.dumps(asdict(read)), encoding="utf-8")
        return open_corpus(self._folder)


def _utf8(word: str) -> bytes:
    try:
        return word.encode()
    except UnicodeEncodeError as error:
        raise BadCorpus(f"{visible(word)} is no text in UTF-8") from error


def _map(path: Path, dtype: type[np.generic]) -> npt.NDArray[Any]:
    with open_regular(path, DamagedInput) as file:
        size, of_one = os.fstat(file.fileno()).st_size, np.dtype(dtype).itemsize
        if size % of_one:
            raise DamagedInput(f"{path} is damaged: its {size:,} bytes are no whole numbers of {of_one} bytes")
        if size == 0:  # which cannot be mapped
            return np.zeros(0, dtype=dtype)
        return np.memmap(file, dtype=dtype, mode="r")
