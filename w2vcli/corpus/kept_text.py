"""The text of an encoded corpus as UTF-8 in its folder, so that the lines behind its tokens are found at once.

Original files are compressed, packed into archives or laid out as tables, and no place in them can be jumped to (see
`w2vcli.corpus.concordance`). So the text is read once more, and written down beside the token ids:

===================  ==========================================================================
text.utf8            the texts of all documents in a row, as they were decoded
text-starts.int64    at which byte the text of each sentence begins
text-stops.int64     before which byte it stops
documents.int64      for each document: its first byte, its file, its member of an archive, its row of a table
contexts-HASH.npy    of the model with vectors of this hash: sums of contexts, see `w2vcli.evidence.context_map`
===================  ==========================================================================

A document without words is one here, so that rows are counted as in the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from w2vcli.atomic import new_files
from w2vcli.corpus.encoded import EncodedCorpus, FileRead, map_array
from w2vcli.corpus.reading import Reading, SourceReader
from w2vcli.corpus.sources import Source
from w2vcli.errors import BadCorpus, DamagedInput
from w2vcli.reporting import SILENT, Advance, Reporter

TEXT, STARTS, STOPS, DOCUMENTS = "text.utf8", "text-starts.int64", "text-stops.int64", "documents.int64"
SUMS = "contexts"
_BLOCK = 1 << 22

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Place:
    """Where a piece of text is: in which file, which member of it if that is an archive, and which line or row.

    ``line`` counts from 1 within the file or the member. Of a table it is the row, and its header is row 1.
    """

    file: str
    line: int
    member: str | None = None

    @property
    def name(self) -> str:
        """The file, and the member in it."""
        return self.file if self.member is None else f"{self.file}: {self.member}"


@dataclass(frozen=True)
class KeptText:
    """The text of an encoded corpus, mapped.

    ``starts`` and ``stops`` bound the text of each sentence in the bytes of ``text``. ``documents`` (documents x 4)
    has the first byte of each document, the place of its file in ``files``, that of its member and its row. The last
    two are -1 where there are none.
    """

    folder: Path
    files: Sequence[FileRead]
    text: Bytes
    starts: npt.NDArray[np.int64]
    stops: npt.NDArray[np.int64]
    documents: npt.NDArray[np.int64]

    def read(self, start: int, stop: int) -> str:
        """Return the text from byte ``start`` to before ``stop``. Characters that are cut there are left out."""
        return self.text[max(start, 0) : stop].tobytes().decode("utf-8", "ignore")

    def document(self, byte: int) -> tuple[int, int]:
        """Return the first byte of the document that a byte is in, and the byte behind it."""
        at = int(np.searchsorted(self.documents[:, 0], byte, side="right"))
        stop = int(self.documents[at, 0]) if at < len(self.documents) else len(self.text)
        return int(self.documents[at - 1, 0]), stop

    def places(self, positions: Sequence[int]) -> list[Place]:
        """Return where bytes of the text are, in their order."""
        found: dict[int, Place] = {}
        before = (-1, 0, 0)  # a document, a byte in it, and the line breaks up to there
        for byte in sorted(set(positions)):
            at = int(np.searchsorted(self.documents[:, 0], byte, side="right")) - 1
            first, file, member, row = self.documents[at].tolist()
            read = self.files[file]
            name = read.members[member] if member >= 0 else None
            if row < 0:
                start, lines = before[1:] if before[0] == at else (first, 0)
                lines += self._line_breaks(start, byte)
                before = (at, byte, lines)
            found[byte] = Place(read.path, row if row >= 0 else lines + 1, name)
        return [found[byte] for byte in positions]

    def _line_breaks(self, start: int, stop: int) -> int:
        blocks = (self.text[at : min(at + _BLOCK, stop)] for at in range(start, stop, _BLOCK))
        return sum(int(np.count_nonzero(block == ord("\n"))) for block in blocks)


def open_kept_text(folder: Path, corpus: EncodedCorpus, files: Sequence[FileRead]) -> KeptText:
    """Open the text in ``folder``, of a corpus whose ``files`` may have moved.

    Raises
    ------
    FileNotFoundError
        If it is not there.
    DamagedInput
        If it does not fit the corpus.
    """
    starts, stops, documents = (map_array(folder / name, np.int64) for name in (STARTS, STOPS, DOCUMENTS))
    if not len(starts) == len(stops) == len(corpus.sentence_ends) or not len(documents) or len(documents) % 4:
        raise DamagedInput(f"{folder / STARTS} is damaged: it does not fit the files beside it")
    return KeptText(folder, files, map_array(folder / TEXT, np.uint8), starts, stops, documents.reshape(-1, 4))


def drop_kept(folder: Path) -> None:
    """Delete the text in ``folder``, and the sums of contexts that were made with it, if they are there."""
    for path in (*(folder / name for name in (TEXT, STARTS, STOPS, DOCUMENTS)), *folder.glob(f"{SUMS}-*.npy")):
        path.unlink(missing_ok=True)


def keep_text(
    folder: Path, corpus: EncodedCorpus, files: Sequence[FileRead], reading: Reading, reporter: Reporter
) -> None:
    """Read the text of a corpus once more, from its ``files``, and write it into ``folder``.

    Raises
    ------
    BadCorpus
        If a file has changed since, or the corpus was encoded before places of sentences were kept.
    """
    sources = [Source(file.path, named=True, size=file.bytes) for file in files]
    reader = SourceReader(sources, reading, SILENT)  # what there is to say of the files was said before
    paths = [folder / name for name in (TEXT, STARTS, STOPS, DOCUMENTS)]
    with (
        new_files(*paths, force=True) as (text, starts, stops, documents),
        reporter.phase("keeping the text for its lines", reader.total, "B") as advance,
    ):
        bounds = (_Starts(corpus, starts), _Stops(corpus, stops))
        for piece, data, byte in _pieces(reader, advance, documents):
            text.write(data)
            for bound in bounds:
                bound.write(piece, data, byte)
        now = [file.sha256 for file in reader.learnt.files]
        changed = [file.path for file in files if file.sha256 not in now]
        if changed:
            raise BadCorpus(f"{changed[0]}: this file has changed since its text was read")


def _pieces(reader: SourceReader, advance: Advance, documents: BinaryIO) -> Iterator[tuple[str, bytes, int]]:
    """Yield pieces of text, also as bytes, and how many bytes there were before; write where documents begin."""
    begins, byte = True, 0
    for piece in reader.pieces(advance):
        if begins:
            documents.write(np.array([byte, *reader.place], dtype=np.int64).data)
        data = piece.text.encode("utf-8", "surrogatepass")
        yield piece.text, data, byte
        byte += len(data)
        begins = piece.ends


class _Stops:
    """Turns where sentences stop from characters into bytes, as the text passes through."""

    def __init__(self, corpus: EncodedCorpus, out: BinaryIO) -> None:
        self._ends = corpus.text_ends()
        self._lengths = corpus.text_lengths()
        self._out = out
        self._characters = self._sentences = 0

    def write(self, text: str, data: bytes, byte: int) -> None:
        """Write the bounds in the next piece of text, before which there were ``byte`` bytes."""
        stop = self._characters + len(text)
        found = self._within(stop)
        self._sentences += len(found)
        self._out.write((byte + _bytes_before(text, data, found - self._characters)).data)
        self._characters = stop

    def _within(self, stop: int) -> npt.NDArray[np.int64]:
        """Return the bounds that come next, up to ``stop``."""
        last = int(np.searchsorted(self._ends, stop, side="right"))
        return np.array(self._ends[self._sentences : last])


class _Starts(_Stops):
    """The same of where they begin."""

    def _within(self, stop: int) -> npt.NDArray[np.int64]:
        last = max(self._sentences, int(np.searchsorted(self._ends, stop, side="right")))
        # A sentence that goes on behind the piece begins in it. So do its parts, if it became several.
        while last < len(self._ends) and int(self._ends[last]) - int(self._lengths[last]) < stop:
            last += 1
        some = slice(self._sentences, last)
        return np.array(self._ends[some]) - self._lengths[some]


def _bytes_before(text: str, data: bytes, places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return how many bytes of a text there are before each place in its characters."""
    if len(data) == len(text) or not len(places):
        return places
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    lengths = 1 + (codes > 0x7F) + (codes > 0x7FF) + (codes > 0xFFFF)
    before: npt.NDArray[np.int64] = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    return before[places]
