"""Writes an encoded corpus into a folder, batch by batch. `w2vcli.corpus.encoded` says what lies in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from w2vcli.corpus.batches import Batch
from w2vcli.corpus.corpus_words import CorpusWords
from w2vcli.corpus.encoded import (
    COUNTS,
    DOCUMENT_ENDS,
    FACTS,
    FILE_ENDS,
    FILES,
    IDS,
    SENTENCE_ENDS,
    TEXT_ENDS,
    TEXT_LENGTHS,
    WORDS,
    EncodedCorpus,
    FileRead,
    Read,
    open_corpus,
    write_files,
)

_LONGEST_TEXT = (1 << 32) - 1

Integers = npt.NDArray[np.int64]


class CorpusWriter:
    """Writes a corpus as its batches come, and counts its words.

    ``before`` is a corpus that is encoded again, with phrases joined or words split. The ``places`` of such batches
    are sentences of that corpus, whose text and documents are those of the new sentences.
    """

    def __init__(self, folder: Path, before: EncodedCorpus | None = None) -> None:
        self._folder = folder
        self._before = before
        self._known = (before.document_ends(), before.text_ends(), before.text_lengths()) if before else None
        self._words = CorpusWords()
        self._counts = np.zeros(0, dtype=np.int64)
        self._tokens = self._last_end = self._sentences = self._stop_words = self._number_tokens = 0
        self._characters = self._text_end = self._documents = self._document = 0
        self._open = ExitStack()

    def __enter__(self) -> CorpusWriter:
        names = (IDS, SENTENCE_ENDS, DOCUMENT_ENDS, TEXT_ENDS, TEXT_LENGTHS)
        self._out = {name: self._open.enter_context((self._folder / name).open("wb")) for name in names}
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def append(self, batch: Batch) -> None:
        """Write a batch. A sentence without tokens is none, nor is a document without sentences.

        Raises
        ------
        BadCorpus
            If a word is none.
        """
        ids = self._words.ids_of(batch.words)
        self._write(IDS, ids[batch.ids])
        self._count(ids, batch.ids)
        ends = batch.ends + self._tokens
        kept = np.diff(ends, prepend=self._last_end) > 0
        self._write(SENTENCE_ENDS, ends[kept])
        text_ends, lengths, documents = (found[kept] for found in self._places(batch))
        self._write(TEXT_ENDS, text_ends)
        self._write(TEXT_LENGTHS, np.minimum(lengths, _LONGEST_TEXT).astype(np.uint32))
        # A document ends where the sentence behind it is of another one.
        changed = np.flatnonzero(np.diff(documents, prepend=self._document)) + self._sentences
        self._write(DOCUMENT_ENDS, changed[changed > 0])
        self._document = int(documents[-1]) if len(documents) else self._document
        self._last_end = int(ends[-1]) if len(ends) else self._last_end
        self._sentences += len(documents)
        self._tokens += len(batch.ids)
        self._stop_words += batch.stop_words
        self._number_tokens += batch.number_tokens

    def _count(self, ids: npt.NDArray[np.int32], found: npt.NDArray[np.int32]) -> None:
        """Count the words of a batch with these ``ids``, of which it ``found`` those in the places of the latter."""
        if len(self._counts) < len(self._words):
            self._counts = np.append(self._counts, np.zeros(len(self._words), dtype=np.int64))
        self._counts[ids] += np.bincount(found, minlength=len(ids))

    def _places(self, batch: Batch) -> tuple[Integers, Integers, Integers]:
        """Return where the text of each sentence of a batch ends, how long it is, and the number of its document."""
        if self._known is not None:
            document_ends, known_ends, known_lengths = self._known
            of: Integers = np.searchsorted(document_ends, batch.places, side="right")
            return known_ends[batch.places], known_lengths[batch.places].astype(np.int64), of
        text_ends = batch.places + self._characters
        # A sentence's text begins where the sentence before stops, whether that one has tokens or is in another batch.
        lengths = np.diff(text_ends, prepend=self._text_end)
        documents: Integers = np.searchsorted(batch.document_ends, np.arange(len(text_ends)), side="right")
        documents += self._documents
        if len(text_ends):
            self._text_end = int(text_ends[-1])
        self._characters += batch.characters
        self._documents += len(batch.document_ends)
        return text_ends, lengths, documents

    def _write(self, name: str, values: npt.NDArray[np.generic]) -> None:
        self._out[name].write(values.data)  # numpy's tofile does not say why it fails

    def finish(self, files: Sequence[FileRead], file_ends: Sequence[int] | Integers) -> EncodedCorpus:
        """Write the rest, and return the corpus with its ids mapped. ``file_ends`` are where the texts of files end.

        A corpus that is encoded again keeps what was read, except ``words``, which counts the new tokens.

        Raises
        ------
        BadCorpus
            If a word is no text in UTF-8.
        """
        self._write(DOCUMENT_ENDS, np.array([self._sentences] if self._sentences else [], dtype=np.int64))
        self._open.close()
        (self._folder / COUNTS).write_bytes(self._counts[: len(self._words)].data)
        (self._folder / FILE_ENDS).write_bytes(np.array(file_ends, dtype=np.int64).data)
        (self._folder / WORDS).write_bytes(self._words.joined())
        write_files(files, self._folder / FILES)
        (self._folder / FACTS).write_text(json.dumps(asdict(self._read(files))), encoding="utf-8", newline="\n")
        return open_corpus(self._folder)

    def _read(self, files: Sequence[FileRead]) -> Read:
        """Return what was read."""
        sentences, stop_words, numbers, joined = self._sentences, self._stop_words, self._number_tokens, 0
        if self._before is not None:
            before = self._before.read
            sentences, stop_words, numbers = before.sentences, before.stop_words, before.numbers
            joined = max(before.tokens - self._tokens, 0)
        return Read(
            files=len(files),
            bytes=sum(file.text_bytes for file in files),
            undecodable_bytes=sum(file.undecodable_bytes for file in files),
            lines=sum(file.lines for file in files),
            empty_lines=sum(file.empty_lines for file in files),
            sentences=sentences,
            words=self._tokens + stop_words + numbers + joined,
            stop_words=stop_words,
            numbers=numbers,
            joined=joined,
            tokens=self._tokens,
        )
