"""The table of vector formats, and how the format of a file is told by its content or its name."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from w2vcli.atomic import require_absent
from w2vcli.compression import without_compression
from w2vcli.errors import BadSettings, UnknownFormat
from w2vcli.inputs import InputFile
from w2vcli.models.formats import (
    arrow,
    fasttext_binary,
    layout,
    numpy_array,
    projector_tsv,
    sidecar,
    text_rows,
    word2vec_binary,
)
from w2vcli.models.formats.blocks import ReadOptions, RowReader, parse_header
from w2vcli.models.formats.gensim_pickle import (
    is_pickle,
    read_gensim,
    require_for_kv,
    require_for_model,
    write_gensim,
    write_gensim_model,
)
from w2vcli.models.formats.model2vec_folder import Model2vecFolder
from w2vcli.models.formats.postgres.address import SCHEMES
from w2vcli.models.formats.postgres.sink import find_table
from w2vcli.models.formats.projector_tsv import is_tsv, read_tsv, write_tsv
from w2vcli.models.formats.safetensors import is_safetensors, read_safetensors, write_safetensors
from w2vcli.models.formats.sinks import AS_THEY_ARE, Append, RowFacts, Sink, Spelling
from w2vcli.models.formats.text_rows import (
    read_glove,
    read_word2vec_text,
    write_glove,
    write_word2vec_text,
)
from w2vcli.models.formats.word2vec_binary import Word2vecBinary, write_word2vec_binary
from w2vcli.reporting import Reporter


class OpenWriter(Protocol):
    """Opens a file to write rows into, see `w2vcli.models.formats.sinks.Sink.open`."""

    def __call__(self, path: Path, rows: RowFacts, *, force: bool) -> AbstractContextManager[Append]:
        """Open the file ``path``, which appears whole or not at all."""


@dataclass(frozen=True)
class VectorFormat:
    """A format of vector files: how it is recognised by the first bytes of a file, read, and written.

    ``endings`` are those of the names of files that are written in it, and none where ``write`` is None. ``spelling``
    tells how it holds words. ``words_path`` gives the path of the second file, where the words are written beside the
    vectors. Their hashes are then in a third one.

    ``streams`` tells whether it is written from beginning to end, so that it can be compressed. ``lines`` tells whether
    a line is a word and its values, so that one can be left out. ``mapped`` tells whether it is read at several
    places at once, so that it cannot be compressed. ``of_training`` tells whether only a trained model can be written.
    ``require`` raises what tells that the library which writes it is missing, before a long file is read in vain.
    """

    name: str
    matches: Callable[[bytes], bool]
    read: Callable[[InputFile, ReadOptions], RowReader]
    write: OpenWriter | None = None
    endings: tuple[str, ...] = ()
    words_path: Callable[[Path], Path] | None = None
    spelling: Spelling = AS_THEY_ARE
    streams: bool = False
    lines: bool = False
    mapped: bool = False
    of_training: bool = False
    require: Callable[[], object] | None = None


@dataclass(frozen=True)
class FileSink:
    """A file at ``path``, which is written in ``format``."""

    format: VectorFormat
    path: Path
    force: bool
    has_tokenizer: bool = False

    @property
    def name(self) -> str:
        """The name of the format."""
        return self.format.name

    @property
    def spelling(self) -> Spelling:
        """How the format holds words."""
        return self.format.spelling

    @property
    def files(self) -> tuple[Path, ...]:
        """The file, and those of its words and hashes where it has them."""
        if self.format.words_path is None:
            return (self.path,)
        return self.path, self.format.words_path(self.path), sidecar.hashes_path(self.path)

    @property
    def of_training(self) -> bool:
        """Whether the format is that of models which were trained."""
        return self.format.of_training

    def require_free(self) -> None:
        """Raise `OutputExists` if one of the files is there and may not be replaced."""
        for file in self.files:
            require_absent(file, force=self.force)

    def open(self, rows: RowFacts, reporter: Reporter) -> AbstractContextManager[Append]:
        """Begin to write the file."""
        if self.format.write is None:
            raise ValueError(f"{self.name} cannot be written")
        return self.format.write(self.path, rows, force=self.force)


def find_sink(target: str | Path, ending: str | None = None, *, force: bool) -> Sink:
    """Return where rows go that are written to ``target``: an address of a scheme in `SINKS`, a folder, or a file.

    A file is written in the format of its ending, or in that of the ``ending`` that is given.

    Raises
    ------
    BadSettings
        If no format has that ending, it cannot be compressed, or no sink has that scheme.
    MissingExtra
        If the library that writes the format is not installed.
    OutputExists
        If a file is there and ``force`` is false.
    """
    scheme, is_address, _ = str(target).partition("://")
    if is_address and scheme in SINKS:
        if ending:
            raise BadSettings(f"--to says the format of a file, and {scheme}:// is none; leave it out")
        return SINKS[scheme](str(target), force)
    kind = ending.removeprefix(".") if ending else Path(target).suffix.removeprefix(".")
    if not is_address and kind in FOLDERS:
        folder = FOLDERS[kind](Path(target), force)
        folder.require_free()
        return folder
    if is_address:  # or a folder called s3: would be made here
        raise BadSettings(f"{target}: vectors cannot be written to {scheme}:// addresses; write a file and copy it")
    sink = FileSink(format_for(Path(target), ending), Path(target), force)
    require_absent(sink.path, force=force)
    if sink.format.require is not None:
        sink.format.require()
    return sink


def detect(file: InputFile) -> VectorFormat:
    """Return the format of an open file, of which nothing is consumed.

    Raises
    ------
    UnknownFormat
        If it has none of the known formats.
    """
    head = file.stream.peek()
    if head.startswith(BOM_UTF8):
        file.stream.read(len(BOM_UTF8))  # at the beginning it is a mark of some editors, not a part of a word
        head = file.stream.peek()
    if not head:
        raise UnknownFormat(f"{file.name} is empty")
    for vector_format in FORMATS if not _has_carriage_returns(head) else ():
        if vector_format.matches(head):
            return vector_format
    if _has_carriage_returns(head):
        raise UnknownFormat(
            f"{file.name}: its lines end with carriage returns alone; write newlines for them "
            "(tr '\\r' '\\n' < FILE | w2v load - -o NAME)"
        )
    known = ", ".join(vector_format.name for vector_format in FORMATS)
    told = layout.told_text(head)
    raise UnknownFormat(f"{file.name} is in no known vector format{f'; {told}' if told else f' ({known})'}")


def format_for(path: Path, ending: str | None = None) -> VectorFormat:
    """Return the format in which a file called ``path`` is written, or the one of ``ending``.

    Raises
    ------
    BadSettings
        If no format has that ending, or it cannot be compressed.
    """
    plain = without_compression(path)
    wanted = f".{ending.removeprefix('.')}" if ending else plain.suffix
    found = next((known for known in FORMATS if wanted in known.endings), None)
    if found is None:
        raise BadSettings(
            f"no format is known by the ending of {path.name}; name one with --to: {', '.join(writable_endings())}"
        )
    # A format that is read at several places, or whose hash is taken, cannot pass through a compressor.
    if plain != path and not found.streams:
        raise BadSettings(f"{found.name} files are not compressed as a whole; leave out {path.suffix}")
    return found


def writable_endings() -> list[str]:
    """Return the endings, without their dots, of all formats of files and folders that can be written."""
    return [ending[1:] for vector_format in FORMATS for ending in vector_format.endings] + [*FOLDERS]


def _is_word2vec_text(head: bytes) -> bool:
    """Tell whether a file is word2vec's text: a header of two numbers, and lines that end with numbers.

    The binary format has the same header. What follows it decides, see `w2vcli.models.formats.layout`.
    """
    header, _, rows = head.partition(b"\n")
    found = parse_header(header)
    if found is None:
        return False
    _, *lines = layout.first_lines(head)
    # A row that has lost some values still counts: half of them are enough to be no accident.
    read = sum(layout.values_in(line) >= max(1, found.vector_size // 2) for line in lines if line)
    # Numbers after words are text whatever the words, which may be empty, or hold blanks or control characters.
    if not rows.strip() or 2 * read >= sum(map(bool, lines)):
        return True
    return layout.is_text(rows[:_SAMPLE_BYTES]) and not layout.is_whole_binary(rows, found.rows, found.vector_size)


def _is_word2vec_binary(head: bytes) -> bool:
    """Tell whether a file has word2vec's header, and behind it something that is no text."""
    header, _, rows = head.partition(b"\n")
    return parse_header(header) is not None and bool(rows.strip()) and not _is_word2vec_text(head)


def _is_glove_text(head: bytes) -> bool:
    """Tell whether a file is lines that end with numbers, without a header."""
    lines = layout.first_lines(head)
    return parse_header(lines[0]) is None and layout.usual_size(map(layout.values_in, filter(None, lines))) > 1


def _has_carriage_returns(head: bytes) -> bool:
    """Tell whether the lines of a text end so, without newlines."""
    return b"\n" not in head and b"\r" in head.rstrip() and layout.is_text(head[:_SAMPLE_BYTES])


def _begins_with(magic: bytes) -> Callable[[bytes], bool]:
    """Return a function that tells whether a file begins with ``magic``."""
    return lambda head: head.startswith(magic)


# The first that matches is taken: those with a magic number come first, then the narrower of the texts.
FORMATS = (
    VectorFormat(
        "numpy",
        _begins_with(numpy_array.MAGIC),
        numpy_array.read_numpy,
        numpy_array.write_numpy,
        (".npy",),
        sidecar.words_path,
        sidecar.SPELLING,
    ),
    VectorFormat(
        "Parquet",
        _begins_with(arrow.PARQUET_MAGIC),
        arrow.read_parquet,
        arrow.write_parquet,
        (".parquet",),
        mapped=True,
        require=arrow.require_pyarrow,
    ),
    VectorFormat(
        "Arrow",
        _begins_with(arrow.ARROW_MAGIC),
        arrow.read_arrow,
        arrow.write_arrow,
        (".arrow", ".feather"),
        mapped=True,
        require=arrow.require_pyarrow,
    ),
    VectorFormat("fastText binary", _begins_with(fasttext_binary.MAGIC), fasttext_binary.read_fasttext, mapped=True),
    VectorFormat("gensim", is_pickle, read_gensim, write_gensim, (".kv",), mapped=True, require=require_for_kv),
    VectorFormat(
        "gensim model",
        is_pickle,
        read_gensim,
        write_gensim_model,
        (".model",),
        mapped=True,
        of_training=True,
        require=require_for_model,
    ),
    VectorFormat(
        "safetensors",
        is_safetensors,
        read_safetensors,
        write_safetensors,
        (".safetensors",),
        sidecar.words_path,
        sidecar.SPELLING,
    ),
    VectorFormat(
        "word2vec text",
        _is_word2vec_text,
        read_word2vec_text,
        write_word2vec_text,
        (".txt", ".vec"),
        spelling=text_rows.SPELLING,
        streams=True,
        lines=True,
    ),
    VectorFormat(
        "word2vec binary",
        _is_word2vec_binary,
        Word2vecBinary,
        write_word2vec_binary,
        (".bin",),
        spelling=word2vec_binary.SPELLING,
        streams=True,
    ),
    VectorFormat(
        "Projector TSV", is_tsv, read_tsv, write_tsv, (".tsv",), projector_tsv.words_path, projector_tsv.SPELLING
    ),
    VectorFormat(
        "GloVe text",
        _is_glove_text,
        read_glove,
        write_glove,
        (".glove",),
        spelling=text_rows.SPELLING,
        streams=True,
        lines=True,
    ),
)
FOLDERS: dict[str, Callable[[Path, bool], Sink]] = {"model2vec": Model2vecFolder}
"""Sinks that are folders, by the ending of their name or what ``--to`` says."""
SINKS: dict[str, Callable[[str, bool], Sink]] = {
    **dict.fromkeys(SCHEMES, find_table),
}
"""Sinks that are no files, by the scheme of their addresses: a function of the address and of ``--force``."""
_SAMPLE_BYTES = 1 << 12
