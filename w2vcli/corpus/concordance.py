"""The original lines of sentences, read back from the files that a corpus was made of.

An encoded corpus has tokens, which may be lemmas in lower case. What people want to see is what stands in the text.
So a corpus keeps where the text of each sentence is (see `w2vcli.corpus.encoded`), and this module goes through the
files again, in the same way as they were read, and takes out what is asked for.

A file is read from its beginning to its end: no place in compressed text or in a table can be jumped to, and only its
hash tells that it is the text that was read. So ask for all sentences at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from w2vcli.corpus.encoded import EncodedCorpus, FileRead
from w2vcli.corpus.reading import Reading, SourceReader
from w2vcli.corpus.remote import is_remote
from w2vcli.corpus.sources import Source
from w2vcli.errors import BadCorpus
from w2vcli.reporting import SILENT


@dataclass(frozen=True)
class OriginalText:
    """The text of a sentence as its source has it, without the blanks around it, and where it was found.

    ``path`` is the file, and ``document`` which of its texts, from 1: the row of a table or the member of an archive.
    Lines that were joined into the sentence are still lines.
    """

    text: str
    path: str
    document: int


@dataclass
class _Wanted:
    """A sentence that is looked for from character ``start`` to ``stop`` of its file."""

    start: int
    stop: int
    parts: list[str] = field(default_factory=list)
    document: int = 0


def original_text(corpus: EncodedCorpus, sentence: int, reading: Reading) -> OriginalText:
    """Return the text of one sentence, counted from 0. It raises what `original_texts` raises."""
    return original_texts(corpus, [sentence], reading)[0]


def original_texts(corpus: EncodedCorpus, sentences: Sequence[int], reading: Reading) -> list[OriginalText]:
    r"""Return the text of each of ``sentences``, counted from 0, in their order. ``reading`` is how they were read.

    For example, a file ``"The KING.  He\nruled.\n"`` in lower case has the sentences ``the king``, ``he``, ``ruled``.
    Their texts are ``"The KING."``, ``"He"`` and ``"ruled."``. If a line break is put behind such a text and it is
    tokenized again, that makes the tokens of the sentence. Where phrases were joined, a sentence of more than 10,000
    words became several, and each of them has the text of the whole.

    Raises
    ------
    BadCorpus
        If a file is missing, has changed, or was a pipe, or if an earlier version of w2v read the corpus.
    IndexError
        If there is no such sentence.
    """
    files, file_ends = corpus.files(), corpus.file_ends()
    numbers = np.asarray(sentences, dtype=np.int64)
    if (numbers < 0).any():  # numpy would count them from the end
        raise IndexError(f"sentences are counted from 0: {numbers.min()}")
    stops = corpus.text_ends()[numbers]
    starts = stops - corpus.text_lengths()[numbers]
    of_file = np.searchsorted(file_ends, stops)  # the first one that does not end before the sentence
    before = np.concatenate([[0], file_ends])[of_file]
    wanted = [_Wanted(*bounds) for bounds in zip((starts - before).tolist(), (stops - before).tolist(), strict=True)]
    for file in np.unique(of_file).tolist():
        inside = [wanted[at] for at in np.flatnonzero(of_file == file).tolist()]
        _find(files[file], sorted(inside, key=lambda one: one.start), reading)
    return [
        OriginalText("".join(one.parts).strip(), files[file].path, one.document)
        for one, file in zip(wanted, of_file.tolist(), strict=True)
    ]


def _find(file: FileRead, wanted: Sequence[_Wanted], reading: Reading) -> None:
    """Fill in the texts of ``wanted``, which stand in order, from their file."""
    at, document, first = 0, 1, 0
    for text, ends in _pieces(file, reading):
        stop = at + len(text)
        while first < len(wanted) and wanted[first].stop <= at:
            first += 1
        for one in wanted[first:]:
            if one.start >= stop:
                break
            one.parts.append(text[max(one.start - at, 0) : one.stop - at])
            one.document = document
        document += ends
        at = stop


def _pieces(file: FileRead, reading: Reading) -> Iterator[tuple[str, bool]]:
    """Yield the text of a file in pieces, and whether a document ends with each, as they were when it was read."""
    path = Path(file.path)
    if not is_remote(file.path) and not path.is_file():
        gone = "came from a pipe, which can be read only once" if _was_pipe(file) else "is not there any more"
        raise BadCorpus(f"{file.path}: this text {gone}, so its lines cannot be shown")
    changed = f"{file.path}: this file has changed since its text was read, so its lines cannot be shown"
    if not is_remote(file.path) and path.stat().st_size != file.bytes:
        raise BadCorpus(changed)
    reader = SourceReader([Source(file.path, named=True, size=None)], reading, SILENT)
    for piece in reader.pieces(lambda done: None):
        yield piece.text, piece.ends
    if [found.sha256 for found in reader.learnt.files] != [file.sha256]:
        raise BadCorpus(changed)


def _was_pipe(file: FileRead) -> bool:
    """Tell whether a file that is no regular one was standard input, a named pipe, or one of a shell's <(...)."""
    return file.path == "-" or Path(file.path).exists() or file.path.startswith("/dev/fd/")
