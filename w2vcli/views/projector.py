"""Files for the Embedding Projector, by itself and in TensorBoard.

A folder has the vectors, the words with what is known of them, and two configurations: TensorBoard looks for one of
them in its ``--logdir``, and the page of the Projector takes the other one with ``?config=``.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s
from w2vcli.atomic import new_files
from w2vcli.errors import BadVocabulary
from w2vcli.models.directory import Model
from w2vcli.models.formats import projector_tsv, sidecar
from w2vcli.models.formats.blocks import Block
from w2vcli.reporting import SILENT, Reporter
from w2vcli.views.groups import Groups
from w2vcli.views.selection import has_numbers, select

# The Projector loads this many points and leaves out the rest (data-provider-server.ts, LIMIT_NUM_POINTS).
MOST_POINTS = 100_000

VECTORS_TSV, VECTORS_BYTES, METADATA = "vecs.tsv", "vecs.bytes", "meta.tsv"
TENSORBOARD_CONFIG, PAGE_CONFIG = "projector_config.pbtxt", "projector_config.json"

_ROWS_AT_ONCE = 1024

Rows = npt.NDArray[np.intp]


def require_loadable(words: int, vector_size: int) -> None:
    """Raise `BadVocabulary` if the Projector would not load ``words`` vectors of ``vector_size`` values."""
    if words < 1:
        raise BadVocabulary("there are no words to write")
    if vector_size < 2:
        raise BadVocabulary("the Embedding Projector loads vectors of two values or more; these have one")


def tensorboard_config(name: str, words: int, vector_size: int, vectors: str) -> bytes:
    """Return the configuration that TensorBoard looks for: a ProjectorConfig in the text format of protobuf.

    ``vectors`` is the name of the file of vectors.
    """
    fields = {"tensor_name": name, "tensor_path": vectors, "metadata_path": METADATA}
    lines = [f"  {field}: {json.dumps(value, ensure_ascii=False)}" for field, value in fields.items()]
    lines += [f"  tensor_shape: {size}" for size in (words, vector_size)]
    return "\n".join(["embeddings {", *lines, "}", ""]).encode()


def page_config(name: str, words: int, vector_size: int, vectors: str, url: str) -> bytes:
    """Return the configuration for the page of the Projector, as JSON.

    The page fetches the files itself, so it needs the ``url`` of the folder, with a slash at its end.
    """
    embedding = {
        "tensorName": name,
        "tensorShape": [words, vector_size],
        "tensorPath": url + vectors,
        "metadataPath": url + METADATA,
    }
    return (json.dumps({"embeddings": [embedding]}, ensure_ascii=False, indent=2) + "\n").encode()


class BytesWriter:
    """Writes vectors row by row as float32, little-endian.

    TensorBoard reads a file as text if it is UTF-8. So `finish` refuses vectors whose bytes happen to be UTF-8, such as
    zeros alone.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        # None as soon as there were bytes that are not UTF-8.
        self._decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()

    def append(self, vectors: Float32s) -> None:
        """Write more rows."""
        raw = vectors.astype("<f4").tobytes()
        self._stream.write(raw)
        try:
            if self._decoder is not None:
                self._decoder.decode(raw)
        except UnicodeDecodeError:
            self._decoder = None

    def finish(self) -> None:
        """Raise `BadVocabulary` if TensorBoard would not know that these are vectors."""
        if self._decoder is not None:
            raise BadVocabulary("TensorBoard would take these vectors for text; write them without --bytes")


def choose_rows(
    model: Model, words: Sequence[str] | None = None, top: int | None = None, reporter: Reporter = SILENT
) -> Rows:
    """Return the rows of ``words`` in their order, or of the whole vocabulary, no more than ``top`` of them."""
    if words is None:
        return np.arange(model.facts.words)[:top]
    return np.array(select(model, words, reporter).rows, dtype=np.intp)[:top]


class Export(NamedTuple):
    """How many ``words`` were written, and to how many ``groups`` the words that were chosen belong."""

    words: int
    groups: int


def write_files(
    model: Model,
    rows: Rows,
    directory: Path,
    *,
    groups: Groups | None = None,
    as_bytes: bool = False,
    plain: bool = False,
    url: str = "",
    force: bool = False,
    reporter: Reporter = SILENT,
) -> Export:
    """Write the vectors and the words of ``rows`` into ``directory``, and the two configurations that name them.

    All files are written or none. Words come with their counts, if the model has them, and with their groups, where
    ``-`` is none. Words with NaN or infinity in their vectors are left out. ``as_bytes`` writes the vectors as float32
    instead of text. ``plain`` writes words alone and values as `projector_tsv.write_plain` does. ``url`` is where the
    directory will be found on the web.

    Raises
    ------
    BadVocabulary
        If the Projector would not load what is to be written (see `require_loadable`, `BytesWriter` and
        `projector_tsv.write_plain`).
    OutputExists
        If one of the files is there. With ``force`` it is replaced, and vectors of the other form are deleted.
    """
    require_loadable(len(rows), model.facts.vector_size)
    if len(rows) > MOST_POINTS:
        reporter.warn(f"the Projector shows the first {MOST_POINTS:,} of these {len(rows):,} words; see --top")
    if groups is not None and groups.doubled:
        reporter.warn(f"in more than one group, written in the first: {', '.join(groups.doubled)}")
    group_of = None if groups is None else groups.of_word
    vectors_name = VECTORS_BYTES if as_bytes else VECTORS_TSV
    configs = [directory / TENSORBOARD_CONFIG, directory / PAGE_CONFIG]
    data = [directory / METADATA, directory / vectors_name]
    # The hashes let `w2v load` tell that both files belong together. They are for the form that it reads.
    hashes_names = [] if as_bytes else [sidecar.hashes_path(data[-1])]
    others = [directory / name for name in {VECTORS_TSV, VECTORS_BYTES} - {vectors_name}]
    # Vectors of the other form would be of other words than the new metadata.
    outdated = [*configs, *others, *map(sidecar.hashes_path, others)] if force else []
    with new_files(*hashes_names, *data, *configs, force=force, outdated=outdated) as files:
        *hashes, metadata, vectors, for_tensorboard, for_page = files
        columns = MetadataColumns(model, group_of, plain=plain)
        written = _write_rows(columns, rows, metadata, vectors, as_bytes=as_bytes, reporter=reporter)
        require_loadable(written, model.facts.vector_size)
        sizes = (model.name, written, model.facts.vector_size, vectors_name)
        for_tensorboard.write(tensorboard_config(*sizes))
        for_page.write(page_config(*sizes, url if not url or url.endswith("/") else f"{url}/"))
        for stream in hashes:
            sidecar.write_hashes(stream, {vectors_name: vectors, METADATA: metadata})
    if written < len(rows):
        reporter.warn(f"{len(rows) - written:,} words are left out: NaN or infinity in their vectors")
    named = {group_of.get(model.words[row], "") for row in rows.tolist()} if group_of is not None else set()
    return Export(written, len(named - {""}))


class MetadataColumns:
    """What stands beside the words of ``model`` in their file: the counts and the groups that are known.

    ``plain`` words stand alone.
    """

    def __init__(self, model: Model, group_of: Mapping[str, str] | None, *, plain: bool = False) -> None:
        self.model = model
        self.plain = plain
        self._counts = None if plain else model.counts
        self._group_of = group_of

    @property
    def names(self) -> list[str]:
        """What each column is called."""
        has = {"word": True, "count": self._counts is not None, "group": self._group_of is not None}
        return [name for name, is_there in has.items() if is_there]

    def of(self, words: Sequence[str], rows: Rows) -> list[list[object]]:
        """Return the columns of words and their rows."""
        columns: list[list[object]] = [list(words)]
        if self._counts is not None:
            columns.append(self._counts[rows].tolist())
        if self._group_of is not None:
            columns.append([self._group_of.get(word, "-") for word in words])
        return columns


def _write_rows(
    columns: MetadataColumns, rows: Rows, metadata: BinaryIO, vectors: BinaryIO, *, as_bytes: bool, reporter: Reporter
) -> int:
    """Write the words and the vectors of ``rows``, and return how many there were with finite vectors."""
    model = columns.model
    if len(columns.names) > 1:  # the Projector wants a heading for several columns, and none for one
        projector_tsv.write_columns(metadata, *([name] for name in columns.names))
    floats = BytesWriter(vectors)
    written = 0
    with reporter.phase("writing", len(rows), "words") as advance:
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            block = rows[start : start + _ROWS_AT_ONCE]
            block = block[has_numbers(model.vectors[block])]
            words = [model.words[row] for row in block.tolist()]
            if columns.plain:
                projector_tsv.write_plain(vectors, metadata, Block(words, model.vectors[block]))
            else:
                projector_tsv.write_columns(metadata, *columns.of(words, block))
                if as_bytes:
                    floats.append(model.vectors[block])
                else:
                    projector_tsv.write_vectors(vectors, model.vectors[block])
            written += len(block)
            advance(min(start + _ROWS_AT_ONCE, len(rows)))
    if as_bytes:
        floats.finish()
    return written
