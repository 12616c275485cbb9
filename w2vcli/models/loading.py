"""From a vector file to a model directory, in a stream: memory stays flat whatever the size."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from w2vcli.errors import BadSettings, DamagedInput
from w2vcli.escaping import listed
from w2vcli.inputs import STDIN, InputFile, open_input
from w2vcli.models.arrays import save_array
from w2vcli.models.catalogue import find_pretrained
from w2vcli.models.directory import ModelWriter, Static, Written, new_model
from w2vcli.models.formats.blocks import Block, ReadOptions, RowReader, keep_freed_blocks, rows_to_read
from w2vcli.models.formats.format_table import VectorFormat, detect
from w2vcli.models.formats.postgres.address import is_table, parse_address
from w2vcli.models.formats.sidecar import require_hash
from w2vcli.models.housekeeping import require_place
from w2vcli.models.model_parts import TrainingFolder
from w2vcli.models.opening import open_vectors
from w2vcli.models.registry import home
from w2vcli.models.source_names import is_source
from w2vcli.models.static_folders import StaticFolder, find_static
from w2vcli.models.vectors import count_not_numbers
from w2vcli.reporting import Reporter
from w2vcli.sealing import sha256_of

_MOST_NAMED = 10


def load_vectors(
    source: Path, target: Path, reading: ReadOptions, reporter: Reporter, *, force: bool, origin: str | None = None
) -> Written:
    """Write the vectors of ``source`` as a model at ``target``: a file, ``-`` for standard input, or static embeddings.

    ``origin`` is the address that the file was downloaded from. Of a word that comes twice the first
    row is kept, as gensim does. A word whose values are not all numbers stays and is reported.

    Raises
    ------
    DamagedInput
        If the file has no known format, breaks off, or has no rows.
    OutputExists
        If ``target`` exists and ``force`` is false.
    """
    require_place(target, force=force)
    with read_vectors(source, reading, reporter, origin=origin) as vectors:
        _require_space(target, vectors.rows, reading)
        expected = expected_rows(vectors.rows, reading)
        with new_model(target, vectors.rows.vector_size, reporter, force=force, expected=expected) as writer:
            return vectors.write(writer)


def load_source(source: str, target: Path, reading: ReadOptions, reporter: Reporter, *, force: bool) -> Written:
    """Make a model of a file of vectors, a table of PostgreSQL, or what the catalogue has under the name ``source``.

    The last is downloaded first, and its file is deleted once it is a model.

    Raises
    ------
    UnknownPretrained
        If there is neither a file nor such a name.
    DownloadFailed
        If a download fails, of which what has arrived is kept for the next time.
    DamagedInput, OutputExists
        As `load_vectors` does.
    """
    if is_table(source):
        return _load_table(source, target, reading, reporter, force=force)
    if is_source(source):
        return load_vectors(Path(source), target, reading, reporter, force=force)
    from w2vcli.models.download import download  # with a client of HTTP that no file needs

    entry = find_pretrained(source)
    reporter.note(f"{entry.name} is a download of {entry.size}; it is deleted when the model is made")
    file = download(entry, home() / "downloads", reporter)
    loaded = load_vectors(file, target, reading, reporter, force=force, origin=entry.url)
    file.unlink()
    return loaded


def _load_table(source: str, target: Path, reading: ReadOptions, reporter: Reporter, *, force: bool) -> Written:
    """Write the rows of a table of PostgreSQL as a model."""
    from w2vcli.models.formats.postgres.rows import open_table
    from w2vcli.models.formats.postgres.sink import NAME

    address = parse_address(source)
    require_place(target, force=force)
    with open_table(address, reading.limit) as rows:
        _require_space(target, rows, reading)
        with (
            new_model(target, rows.vector_size, reporter, force=force, expected=rows.promised) as writer,
            reporter.phase(f"reading {NAME}", rows.promised, "words") as advance,
        ):
            seen = 0
            for block in rows:
                writer.append(*block)
                seen += len(block.words)
                advance(seen)
            facts = {"kind": "vectors", "format": NAME, "origin": address.shown, "sha256": None, "limit": reading.limit}
            written = writer.finish(source=facts, tokenizer=rows.tokenizer)
    _tell_duplicates(written, reporter)
    return written


def _tell_duplicates(written: Written, reporter: Reporter) -> None:
    """Tell how many rows were left out."""
    if written.duplicates:
        reporter.warn(f"{written.duplicates:,} rows left out: their words came before (the first row is kept)")


@dataclass
class OpenVectors:
    """A vector file that is being read. ``require_only`` raises if its archive has another one.

    ``static`` is what static embeddings have besides their vectors, None for other files.
    """

    file: InputFile
    vector_format: VectorFormat
    rows: RowReader
    reading: ReadOptions
    reporter: Reporter
    origin: str
    require_only: Callable[[], None]
    static: Static | None = None
    seen: int = field(default=0, init=False)
    not_numbers: int = field(default=0, init=False)

    def write(self, writer: ModelWriter) -> Written:
        """Write all that is in the file, and warn of what is odd about it."""
        for block in self.blocks():
            writer.append(*block)
        if self.rows.left_out:
            self.reporter.warn(_told_left_out(self.rows.left_out))
        if not self.seen:
            raise DamagedInput(f"{self.file.name}: there are no rows in it")
        if self.goes_on():
            self.reporter.warn(
                f"{self.file.name}: the header promises {self.seen:,} rows, what follows them was left out"
            )
        source = self._source()
        require_hash(Path(self.file.name), source["sha256"])
        self.require_only()
        trained = self.rows.trained
        if trained is not None:
            source["settings"] = trained.settings
            folder = TrainingFolder(writer.directory)
            folder.make(None)
            for name, array in trained.weights.items():
                save_array(folder.weight(name), array)
            self.reporter.note("the weights of its training are kept; w2v train --start-from goes on with them")
        written = writer.finish(source=source, subwords=self.rows.subwords, static=self.static)
        _tell_duplicates(written, self.reporter)
        if self.not_numbers:
            self.reporter.warn(f"{self.not_numbers:,} rows have NaN or infinity in their vector")
        return written

    def blocks(self) -> Iterator[Block]:
        """Yield the rows in blocks, and show how far it is."""
        mapped = self.vector_format.mapped
        total, unit = (self.rows.promised, "words") if mapped else (self.file.size, "B")
        with self.reporter.phase(f"reading {self.vector_format.name}", total, unit) as advance:
            for block in self.rows:
                self.seen += len(block.words)
                self.not_numbers += count_not_numbers(block.vectors)
                yield block
                advance(self.seen if mapped else self.file.consumed)
        for note in self.rows.notes:
            self.reporter.note(note)

    def goes_on(self) -> bool:
        """Tell whether there is something behind the rows that the file promised and that were read."""
        if self.vector_format.mapped or self.reading.limit is not None or self.rows.promised is None:
            return False
        return bool((self.rows.unread + self.file.stream.read(1 << 16)).strip())

    def _source(self) -> dict[str, object]:
        """Return what the facts say of where the vectors came from."""
        # A mapped format was not read as a stream, so nothing was hashed on the way.
        if self.vector_format.mapped:
            sha256: str | None = sha256_of(Path(self.file.name))
        else:
            # With --limit the rest was not read, and the hash of a part would be that of no file.
            sha256 = None if self.file.stream.read(1) else self.file.sha256()
        return {
            "kind": "vectors",
            "format": self.vector_format.name,
            "origin": self.origin,
            "bytes": self.file.size or self.file.consumed,
            "sha256": sha256,
            "limit": self.reading.limit,
        }


@contextmanager
def read_vectors(
    source: Path, reading: ReadOptions, reporter: Reporter, *, origin: str | None = None
) -> Iterator[OpenVectors]:
    """Open a vector file, or standard input for ``-``, whose format is told by its content, or static embeddings.

    Raises
    ------
    DamagedInput
        If it has no known format, or its beginning is damaged.
    """
    keep_freed_blocks()
    if reading.vocabulary is None and (folder := find_static(source)) is not None:
        with open_input(folder.vectors) as file:
            yield _open_static(folder, file, reading, reporter)
        return
    with open_vectors(source, reading, reporter) as opened:
        file = opened.file
        vector_format = detect(file)
        _require_heeded(vector_format, reading, file.name)
        rows = vector_format.read(file, opened.reading)
        yield OpenVectors(
            file, vector_format, rows, reading, reporter, origin or _absolute(source), opened.require_only
        )


def _open_static(folder: StaticFolder, file: InputFile, reading: ReadOptions, reporter: Reporter) -> OpenVectors:
    """Return static embeddings, of which ``file`` has the vectors."""
    from w2vcli.models.formats.static_embeddings import read_static  # which most files do not need

    rows, static = read_static(folder, reading)
    vector_format = VectorFormat(folder.layout, lambda _: False, lambda *_: rows, mapped=True)
    _require_heeded(vector_format, reading, file.name)
    return OpenVectors(file, vector_format, rows, reading, reporter, _absolute(folder.vectors), lambda: None, static)


def _require_heeded(vector_format: VectorFormat, reading: ReadOptions, name: str) -> None:
    """Raise `BadSettings` if an option says how to read a file, and its format has no use for it."""
    if reading.skip_bad_rows and not vector_format.lines:
        raise BadSettings(
            f"--skip-bad-rows is for text with words and values on a line; {name} is {vector_format.name}"
        )
    if reading.vocabulary is not None and vector_format.words_path is None:
        raise BadSettings(f"--vocabulary is for files that have vectors alone; {name} is {vector_format.name}")


def _told_left_out(lines: Sequence[int]) -> str:
    """Return a message of the lines that are no rows."""
    shown = listed([f"{number:,}" for number in lines], _MOST_NAMED)
    return f"{len(lines):,} rows left out: they are no word with its values (lines {shown})"


def expected_rows(rows: RowReader, reading: ReadOptions) -> int | None:
    """Return how many rows will be read if the file is right, None if it does not say."""
    return None if rows.promised is None else rows_to_read(rows.promised, reading)


def _require_space(target: Path, rows: RowReader, reading: ReadOptions) -> None:
    """Raise the error of a full disk before the work is done, where the size can be known."""
    expected = expected_rows(rows, reading)
    if expected is None:
        return
    needed = 4 * rows.vector_size * expected
    existing = next(folder for folder in target.parents if folder.exists())
    free = shutil.disk_usage(existing).free
    if needed > free:
        raise DamagedInput(
            f"the header promises {needed / 2**30:,.1f} GiB of vectors, {existing} has {free / 2**30:,.1f} GiB free; "
            "free some space, or read fewer rows with --limit"
        )


def _absolute(path: Path) -> str:
    """Return the absolute path of a file, or what else a source is called."""
    return STDIN if str(path) == STDIN else str(path.absolute())
