r"""An encoded corpus: the text as token ids on disk. Words have their ids in order of first appearance.

The text is read and tokenized once. Every epoch of training then runs over the mapped ids. So a corpus may come from a
pipe, be larger than memory, or be one single line. A corpus is a folder:

===================  ===========================================================================
words.txt            UTF-8, one word a line, by id
counts.int64         how often each word comes, by id
tokens.int32         the ids of all tokens of the text
sentence-ends.int64  before which token each sentence ends
document-ends.int64  before which sentence each document ends
text-ends.int64      where the text of each sentence stops, in characters, all files in a row
text-lengths.uint32  how many characters the text of each sentence has
file-ends.int64      where the text of each file stops, in the same characters
corpus.json          what was read, see `Read`
files.jsonl          the files that were read, see `FileRead`
===================  ===========================================================================

A document is a text of its own: a text file, a member of an archive, a row of a table (with ``--column``), or standard
input. A sentence without tokens is none, and a document without sentences is none.

The characters are those that the files were decoded to: in the Unicode of the text as it stands there, before letters
are composed or lower-cased, with one newline for each line break, and without a byte-order mark. Of a table they are
those of its texts. So they do not depend on how a file is compressed, archived, or laid out. For example, the files
``The king.\r\nHe ruled.`` and ``The end.`` have three sentences, and the documents, texts and files end at:

    document-ends  2, 3
    text-ends      9, 19, 27      "The king.", "He ruled." and "The end."
    text-lengths   9, 9, 8        the line break at 10 ends a sentence without tokens
    file-ends      19, 27
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.decoding import decode_json, open_regular, read_json
from w2vcli.errors import BadCorpus, DamagedInput

# gensim trains on the first 10,000 words of a sentence and drops the rest without a word: longer ones go in parts.
LONGEST_SENTENCE = 10_000

WORDS, COUNTS, IDS = "words.txt", "counts.int64", "tokens.int32"
SENTENCE_ENDS, DOCUMENT_ENDS, FILE_ENDS = "sentence-ends.int64", "document-ends.int64", "file-ends.int64"
TEXT_ENDS, TEXT_LENGTHS = "text-ends.int64", "text-lengths.uint32"
FACTS, FILES = "corpus.json", "files.jsonl"


@dataclass(frozen=True)
class FileRead:
    """A file that was read: its path, its bytes on disk and their SHA-256, and whether its lines were joined.

    ``members`` are the files that were read in it, if it is an archive. ``text_bytes`` are the bytes of its text after
    decompression. They are 0 in records of earlier versions.
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

    ``words`` is how many tokens the tokenizer made, and ``tokens`` how many of them are in the corpus. ``numbers`` were
    left out because they are digits. ``joined`` is how many went into phrases with the token before.
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

    What training does not need is mapped when it is asked for: documents, and where in the sources the text is.
    Each method that does so raises `BadCorpus` if a version of w2v wrote the corpus that did not keep it yet, and
    `DamagedInput` if it does not fit the sentences.
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

    def bytes_on_disk(self) -> int:
        """Return how many bytes the files of the corpus take."""
        return sum(file.stat().st_size for file in self.folder.iterdir() if file.is_file())

    def document_ends(self) -> npt.NDArray[np.int64]:
        """Return before which sentence each document ends. The last one ends with the corpus."""
        ends = self._map_later(DOCUMENT_ENDS, np.int64)
        if np.diff(ends, prepend=0).min(initial=1) < 1 or ends[-1:].sum() != len(self.sentence_ends):
            raise _unfitting(self.folder / DOCUMENT_ENDS)
        return ends

    def text_ends(self) -> npt.NDArray[np.int64]:
        """Return where the text of each sentence stops, in characters of all files in a row."""
        return self._by_sentence(TEXT_ENDS, np.int64)

    def text_lengths(self) -> npt.NDArray[np.uint32]:
        """Return how many characters the text of each sentence has, with what ends the sentence.

        A text of more than 4,294,967,295 characters has this length too, so that its beginning is not found.
        """
        return self._by_sentence(TEXT_LENGTHS, np.uint32)

    def file_ends(self) -> npt.NDArray[np.int64]:
        """Return where the text of each of the `files` stops, in the characters of `text_ends`."""
        return self._map_later(FILE_ENDS, np.int64)

    def _by_sentence(self, name: str, dtype: type[np.generic]) -> npt.NDArray[Any]:
        values = self._map_later(name, dtype)
        if len(values) != len(self.sentence_ends):
            raise _unfitting(self.folder / name)
        return values

    def _map_later(self, name: str, dtype: type[np.generic]) -> npt.NDArray[Any]:
        try:
            return map_array(self.folder / name, dtype)
        except FileNotFoundError as error:
            raise BadCorpus(f"{self.folder} has no {name}: an earlier version of w2v read the text") from error

    def sentences(self, longest: int = LONGEST_SENTENCE) -> Iterator[list[str]]:
        """Yield the sentences in order. One of more than ``longest`` tokens comes in several parts."""
        start = 0
        for end in self.sentence_ends.tolist():
            while start < end:
                stop = min(start + longest, end)
                yield [self.words[word] for word in self.ids[start:stop].tolist()]
                start = stop


def open_corpus(folder: Path) -> EncodedCorpus:
    """Open the corpus in ``folder``. Its ids are mapped, not read into memory.

    Raises
    ------
    FileNotFoundError
        If it is not there.
    DamagedInput
        If its parts do not fit together.
    """
    read = read_json(folder / FACTS, Read, DamagedInput)
    with open_regular(folder / WORDS, DamagedInput) as file:
        try:
            words = file.read().decode().split("\n")[:-1]  # no tokenizer leaves a newline in a word
        except UnicodeDecodeError as error:
            raise DamagedInput(f"{folder / WORDS} is damaged: {error}") from error
    corpus = EncodedCorpus(
        folder,
        read,
        words,
        np.array(map_array(folder / COUNTS, np.int64)),
        map_array(folder / IDS, np.int32),
        map_array(folder / SENTENCE_ENDS, np.int64),
    )
    _require_fitting(corpus)
    return corpus


def _require_fitting(corpus: EncodedCorpus) -> None:
    """Refuse a corpus whose parts contradict each other: training computes addresses from them."""
    counts, tokens, ends = corpus.counts, corpus.ids, corpus.sentence_ends
    faults = {
        FACTS: corpus.read.tokens != len(tokens),
        WORDS: len(corpus.words) != len(counts),
        COUNTS: counts.sum() != len(tokens) or counts.min(initial=1) < 1,
        IDS: tokens.min(initial=0) < 0 or tokens.max(initial=-1) >= len(counts),
        SENTENCE_ENDS: np.diff(ends, prepend=0).min(initial=1) < 1 or ends[-1:].sum() != len(tokens),
    }
    for name, is_faulty in faults.items():
        if is_faulty:
            raise _unfitting(corpus.folder / name)


def _unfitting(path: Path) -> DamagedInput:
    return DamagedInput(f"{path} is damaged: it does not fit the files beside it")


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


def map_array(path: Path, dtype: type[np.generic]) -> npt.NDArray[Any]:
    """Return the values in a file, mapped.

    Raises
    ------
    DamagedInput
        If it ends within a value.
    """
    with open_regular(path, DamagedInput) as file:
        size, of_one = os.fstat(file.fileno()).st_size, np.dtype(dtype).itemsize
        if size % of_one:
            raise DamagedInput(f"{path} is damaged: its {size:,} bytes are no whole numbers of {of_one} bytes")
        if size == 0:  # which cannot be mapped
            return np.zeros(0, dtype=dtype)
        return np.memmap(file, dtype=dtype, mode="r")
