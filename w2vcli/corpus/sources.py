"""Where text comes from: files, folders, addresses and standard input, read and decoded in parts of 256 KiB."""

from __future__ import annotations

import codecs
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO

from w2vcli.corpus.encoded import FACTS, IDS
from w2vcli.corpus.remote import is_remote, list_remote, local_path, open_remote, require_readable
from w2vcli.errors import BadCorpus
from w2vcli.inputs import STDIN, InputFile, open_input
from w2vcli.sealing import sha256_of
from w2vcli.text_encodings import decode_block, remedy, settle

# Folders that Spark and Delta Lake keep for themselves.
_BOOKKEEPING = {"_temporary", "_delta_log"}
# Of a file that is read, whose text comes in parts of so many bytes.
BLOCK_BYTES = 1 << 18


@dataclass(frozen=True)
class Source:
    """A file to read: its path, its address, or ``-`` for standard input.

    ``named`` says that the user named it, so that it is an error if it is no text. A file that was found in a folder is
    left out then. ``size`` is its bytes, None if unknown. The first source of a folder has in ``passed_over`` the
    files of Spark and its like there that are no text, such as ``_SUCCESS``.
    """

    name: str
    named: bool
    size: int | None
    passed_over: tuple[str, ...] = ()

    @contextmanager
    def open(self) -> Iterator[InputFile]:
        """Open it. Whether and how it is compressed is decided by its content, not by its name."""
        with open_remote(self.name) if is_remote(self.name) else open_input(self.name) as file:
            yield file

    def content_sha256(self) -> str | None:
        """Return the SHA-256 of the file. None if it can be read only once, or needs a network."""
        return None if self.size is None else sha256_of(Path(self.name))


def find_sources(names: Sequence[str]) -> list[Source]:
    """Return the files that ``names`` stand for: files, addresses, ``-``, and what folders hold at any depth, by name.

    An address of ``s3://`` or ``gs://`` that ends with ``/`` is a folder. In folders, all whose name starts with a dot
    is left out. So are the files of Spark and its like about what they wrote: ``*.crc``, and names with ``_`` in front
    and no ending, such as ``_SUCCESS``.

    Raises
    ------
    BadCorpus
        If a source does not exist, or a folder holds no file, or an encoded corpus.
    """
    found: list[Source] = []
    for name in map(local_path, names):
        path = Path(name)
        if is_remote(name) and name.endswith("/") and not name.startswith("http"):
            found += _in_folder(name, _addresses_below(name))
        elif name == STDIN or is_remote(name) or path.is_fifo():
            if is_remote(name):
                require_readable(name)
            found.append(Source(name, named=True, size=None))
        elif path.is_file():
            found.append(Source(name, named=True, size=path.stat().st_size))
        elif path.is_dir():
            found += _in_folder(str(path), _files_below(path))
        elif path.exists():
            raise BadCorpus(f"{path}: this is a device or a socket; text is read from files, folders and pipes")
        else:
            raise BadCorpus(f"{path}: no such file or folder")
    if sum(source.name == STDIN for source in found) > 1:
        raise BadCorpus("standard input (-) can be read only once")
    return found


def _in_folder(folder: str, files: Iterable[tuple[str, int | None]]) -> list[Source]:
    """Return as sources the ``files`` of a folder, each with its size, which are not those of Spark."""
    texts: list[tuple[str, int | None]] = []
    passed_over: list[str] = []
    for name, size in files:
        last = name.replace("\\", "/").rpartition("/")[2]
        if last.endswith(".crc") or (last.startswith("_") and "." not in last):
            passed_over.append(last)
        else:
            texts.append((name, size))
    if not texts:
        raise BadCorpus(f"{folder}: there is no text in this folder")
    told = tuple(passed_over)
    return [Source(name, False, size, () if at else told) for at, (name, size) in enumerate(texts)]


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name in _BOOKKEEPING


def _addresses_below(address: str) -> Iterator[tuple[str, None]]:
    """Yield the addresses below one, but those of hidden files."""
    for name, path in list_remote(address):
        if not any(map(_is_hidden, path.split("/"))):
            yield name, None


def _files_below(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield the files in a folder at any depth, those of each folder by name before those of the folders in it."""
    for parent, folders, names in os.walk(folder):
        if IDS in names and FACTS in names:  # whose words would be taken for text
            raise BadCorpus(f"{parent} is a corpus that was read already; name the texts that it is of")
        folders[:] = sorted(name for name in folders if not _is_hidden(name))
        for path in (Path(parent, name) for name in sorted(names) if not _is_hidden(name)):
            if path.is_file():  # a pipe among them would be waited for
                yield str(path), path.stat().st_size


def looks_binary(file: InputFile, encoding: str) -> bool:
    """Tell whether an open file is not text: it has a zero byte near its start, and is not UTF-16 or UTF-32."""
    block = file.stream.peek()
    return b"\0" in block[:8192] and not settle(encoding, block).encoding.startswith(("utf-16", "utf-32"))


class SourceText:
    """The text of one open file, in parts. Line breaks of any system become newlines.

    ``encoding`` is one of Python's names. The beginning of the file may settle that it is another: see `settle`.
    ``errors`` says what becomes of bytes that are no text in it: strict, replace or ignore.
    """

    def __init__(self, file: InputFile, encoding: str = "utf-8", errors: str = "strict") -> None:
        self.name = file.name
        self.settled = settle(encoding, file.stream.peek())
        self._file = file
        self._errors = errors
        self.undecodable_bytes = 0
        self.decoded_bytes = 0
        self._is_tolerant = False

    def beginning(self) -> str:
        """Return the beginning of the text, for a guess. It can still be read."""
        return decode_block(self._file.stream.peek(), self.settled.encoding, "ignore") or ""

    def __iter__(self) -> Iterator[str]:
        """Yield the text in parts of about 256 KiB.

        Raises
        ------
        BadCorpus
            If bytes are no text in the encoding and errors are strict.
        """
        self.decoded_bytes = 0
        yield from self._parts(self._decoder(self.settled.encoding), self._file.stream, None)

    def from_block(self, stream: BinaryIO, start: int, stop: int | None) -> tuple[str, Iterator[str]]:
        """Return the text of the block before ``start``, and the parts from that block to before ``stop``, or the end.

        ``stream`` is the file itself, of a text in UTF-8. `w2vcli.corpus.stretches` says where a block may begin.
        """
        decoder = self._decoder("utf-8" if start else self.settled.encoding)
        before = ""
        stream.seek(max(start - 1, 0) * BLOCK_BYTES)
        if start:
            self._is_tolerant = True
            before = decoder.decode(stream.read(BLOCK_BYTES))
            self._is_tolerant = False
        self.decoded_bytes = start * BLOCK_BYTES
        return before, self._parts(decoder, stream, None if stop is None else stop - start)

    def _decoder(self, encoding: str) -> io.IncrementalNewlineDecoder:
        name = f"w2v-{self._errors}"
        codecs.register_error(name, self._on_error)
        return io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(name), translate=True)

    def _parts(self, decoder: io.IncrementalNewlineDecoder, stream: BinaryIO, blocks: int | None) -> Iterator[str]:
        """Yield the text of so many blocks, or of all with what is left in the decoder."""
        for _ in count() if blocks is None else range(blocks):
            chunk = stream.read(BLOCK_BYTES)
            if not chunk:
                break
            self._chunk_bytes = len(chunk)
            yield self._decode(decoder, chunk)
            self.decoded_bytes += len(chunk)
        if blocks is None:
            self._chunk_bytes = 0
            yield self._decode(decoder, b"")

    def _decode(self, decoder: io.IncrementalNewlineDecoder, chunk: bytes) -> str:
        try:
            return decoder.decode(chunk, final=not chunk)
        except UnicodeError as error:  # without a place: UTF-16 whose bytes do not say in which order they stand
            raise BadCorpus(self._message(chunk, 0, self.decoded_bytes)) from error

    def _on_error(self, error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        if self._is_tolerant:  # of a block that is another one's to read
            return ("�" if self._errors == "replace" else "", error.end)
        if self._errors == "strict":
            # The decoder may have put bytes of the chunk before in front of this one.
            before = len(error.object) - self._chunk_bytes
            raise BadCorpus(
                self._message(error.object, error.start, self.decoded_bytes - before + error.start)
            ) from error
        self.undecodable_bytes += error.end - error.start
        return ("�" if self._errors == "replace" else "", error.end)

    def _message(self, data: bytes, start: int, position: int) -> str:
        encoding = self.settled.encoding
        return f"{self.name}: byte {position:,} is not {encoding.upper()}; {remedy(data, encoding, start)}"
