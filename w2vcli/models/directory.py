"""The model directory ``NAME.w2v/``: opening one, writing one. What is in it: `w2vcli.models.model_parts`.

    with new_model(path, vector_size=2) as writer:
        writer.append(["king", "queen"], np.eye(2, dtype=np.float32))
        writer.finish(source={"kind": "test"})
    model = open_model_directory(path)
    model.vectors[[model.words.row("queen")]]  # [[0.0, 1.0]]

No file is a pickle. The arrays are memory-mapped, so opening costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from w2vcli.array_types import Float32s, Integers
from w2vcli.atomic import link_or_copy, new_directory
from w2vcli.errors import BadModel, MissingModel
from w2vcli.models.arrays import ArrayWriter, keep_rows, map_array, map_rows
from w2vcli.models.codes import Codes
from w2vcli.models.facts import Facts, file_hashes, read_facts, write_facts
from w2vcli.models.housekeeping import require_place
from w2vcli.models.index import Index, index_in_memory, make_index, open_index
from w2vcli.models.mapped_texts import MappedText, open_texts
from w2vcli.models.model_parts import (
    COPIES,
    COUNTS,
    INDEX,
    SUBWORDS,
    TOKENIZER,
    VARIANTS,
    VECTORS,
    WORDS,
    TrainingFolder,
    require_parts,
)
from w2vcli.models.records import StaticFacts, SubwordFacts, TokenizerFacts
from w2vcli.models.registry import model_name
from w2vcli.models.snapshot import Held, read_snapshot
from w2vcli.models.vectors import STORED, Vectors, VectorsWriter
from w2vcli.models.words import WordIndex, Words, WordsWriter, index_words, keep_lines
from w2vcli.reporting import SILENT, Reporter

if TYPE_CHECKING:
    from w2vcli.models.runs import Run
    from w2vcli.models.subwords import Subwords

T = TypeVar("T")


@dataclass(frozen=True)
class Model:
    """An open model: mapped vectors (words x vector_size), words in row order, counts if known.

    ``codes`` are its unit vectors in eight bits, None where they could not be written. ``texts`` are files that few
    questions need, by name. ``weights`` are what a training continues from, where they were asked for.
    """

    path: Path
    facts: Facts
    vectors: Vectors
    words: Words
    counts: Integers | None
    codes: Codes | None
    subwords: Subwords | None
    texts: Mapping[str, MappedText]
    weights: Mapping[str, Float32s]

    @property
    def name(self) -> str:
        """The name of the model: its directory's, without the suffix."""
        return model_name(self.path)

    def vector_of_unknown(self, word: str) -> Float32s | None:
        """Return the vector of a word that is not in the vocabulary, made of its parts, or None if there is none."""
        return None if self.subwords is None else self.subwords.vector(word)


def open_model_directory(path: Path, reporter: Reporter = SILENT, *, with_weights: bool = False) -> Model:
    """Open the model in the directory ``path``, and make its index if that is missing, stale or damaged.

    All files are opened at once, so that an open model stays what it is when another takes its place.

    Raises
    ------
    BadModel
        If there is no such model, or its files do not fit together.
    """

    def read(held: Held) -> Model:
        facts = read_facts(path)
        vectors = _vectors(path, facts)  # first, since it tells best what is wrong with them
        return _open(path, facts, vectors, open_index(held, facts, reporter), with_weights=with_weights)

    return read_model(path, read)


def open_without_index(path: Path, *, with_weights: bool = False) -> Model:
    """Open the model in the directory ``path`` to go through its rows. Its words are indexed in memory.

    Raises
    ------
    BadModel
        If there is no such model, or its files do not fit together.
    """

    def read(_: Held) -> Model:
        facts = read_facts(path)
        vectors, index = _vectors(path, facts), index_in_memory(path, facts)
        return _open(path, facts, vectors, index, with_weights=with_weights)

    return read_model(path, read)


def read_model(path: Path, read: Callable[[Held], T]) -> T:
    """Return what ``read`` makes of a model's directory, again from the beginning if that was replaced meanwhile.

    Raises
    ------
    BadModel
        If there is no such directory.
    """
    try:
        return read_snapshot(path, read)
    except (FileNotFoundError, NotADirectoryError) as error:
        if path.is_dir():
            raise
        raise MissingModel(f"no model at {path}") from error


def copy_model(source: Path, target: Path) -> None:
    """Give the files of a model other names in the folder ``target``, but for what can be made again, as variants can.

    Raises
    ------
    BadModel
        If there is no such model.
    """
    import shutil  # with its archive formats, 4 ms that a question need not pay

    def copy(_: Held) -> None:
        shutil.rmtree(target, ignore_errors=True)  # what was copied of the one that was replaced
        # The index has stamps of the files that it was made of; it is made again for the copy.
        ignored = shutil.ignore_patterns(INDEX, ".*", COPIES, VARIANTS)
        try:
            shutil.copytree(source, target, copy_function=link_or_copy, ignore=ignored)
        except shutil.Error as error:  # which has those of all files
            raise BadModel(f"{source} cannot be copied: {error.args[0][0][-1]}") from error

    read_model(source, copy)


def _open(path: Path, facts: Facts, vectors: Vectors, index: Index, *, with_weights: bool) -> Model:
    """Open all files of a model but the vectors and the index, which are given."""
    counts = map_array(path / COUNTS, "<i8", (facts.words,)) if (path / COUNTS).exists() else None
    return Model(
        path=path,
        facts=facts,
        vectors=vectors,
        words=Words(path / WORDS, index.words, escaped=facts.words_escaped),
        counts=counts,
        codes=index.codes,
        subwords=_subwords(path, facts),
        texts=open_texts(path),
        weights=_weights(path, facts) if with_weights else {},
    )


def _vectors(directory: Path, facts: Facts) -> Vectors:
    """Map the vectors, or raise `BadModel` if they are not words x vector_size."""
    shape = (facts.words, facts.vector_size)
    stored, file = map_rows(directory / VECTORS, STORED[facts.dtype], shape)
    return Vectors(stored, facts.dtype, file)


def _weights(directory: Path, facts: Facts) -> dict[str, Float32s]:
    """Map the weights that a training continues from, by their names."""
    shape = (facts.words, facts.vector_size)
    return {name: map_array(file, "<f4", shape) for name, file in TrainingFolder(directory).weights()}


def _subwords(directory: Path, facts: Facts) -> Subwords | None:
    """Map the vectors of n-grams, or None for a model without."""
    if facts.subwords is None:
        return None
    from w2vcli.models.subwords import Subwords

    settings, shape = facts.subwords, (facts.subwords.bucket, facts.vector_size)
    stored = map_array(directory / SUBWORDS, STORED[settings.dtype], shape)
    return Subwords(settings.min_n, settings.max_n, Vectors(stored, settings.dtype))


class Static(NamedTuple):
    """What belongs to static embeddings besides their vectors: the JSON of the ``tokenizer``, and the ``facts``."""

    tokenizer: bytes
    facts: StaticFacts


class Written(NamedTuple):
    """What `ModelWriter.finish` wrote: the facts, and how many rows it left out since their word came before."""

    facts: Facts
    duplicates: int


class ModelWriter:
    """Writes a model piece by piece, so that memory stays flat.

    A word may come again: `finish` keeps its first row, as gensim does. Where as many rows come as are ``expected``,
    the vectors are hashed while they are written.
    """

    def __init__(self, directory: Path, vector_size: int, expected: int | None = None) -> None:
        self.directory = directory
        self._vector_size = vector_size
        self._words = WordsWriter(directory / WORDS)
        self._vectors = VectorsWriter(directory / VECTORS, vector_size, expected)
        self._counts = ArrayWriter(directory / COUNTS, "<i8", ())
        self.index: WordIndex | None = None  # of the words, once `finish` has written them

    def append(self, words: Sequence[str], vectors: Float32s, counts: Integers | None = None) -> None:
        """Write more rows: as many ``words`` as ``vectors`` has rows, and ``counts`` where they are known.

        Counts that do not come for all rows are not kept.
        """
        if vectors.shape != (len(words), self._vector_size):
            raise ValueError(f"expected {(len(words), self._vector_size)}, got {vectors.shape}")
        self._words.append(words)
        self._vectors.append(vectors)
        if counts is not None:
            self._counts.append(counts.astype("<i8"))

    def finish(
        self,
        *,
        source: dict[str, Any],
        tokenizer: TokenizerFacts | None = None,
        training: list[Run] | None = None,
        subwords: Subwords | None = None,
        static: Static | None = None,
    ) -> Written:
        """Write what is left. Of a word that came more than once, the first row is kept."""
        from w2vcli.models.runs import run_as_json

        self.close()
        if static is not None:
            (self.directory / TOKENIZER).write_bytes(static.tokenizer)
        subword_settings = None if subwords is None else self._write_subwords(subwords)
        index, duplicates = self._thin_out()
        sha256 = self._vectors.sha256
        self.index = index
        require_parts(self.directory)
        facts = Facts(
            words=len(index.ends),
            vector_size=self._vector_size,
            source=source,
            tokenizer=tokenizer,
            training=None if training is None else [run_as_json(run) for run in training],
            subwords=subword_settings,
            dtype=self._vectors.dtype,
            words_escaped=self._words.escaped,
            sha256=file_hashes(self.directory, {} if duplicates or sha256 is None else {VECTORS: sha256}),
            static=None if static is None else static.facts,
        )
        write_facts(facts, self.directory)
        return Written(facts, duplicates)

    def close(self) -> None:
        """Close the files."""
        with ExitStack() as stack:
            for part in (self._counts, self._words, self._vectors):
                stack.callback(part.close)

    def _write_subwords(self, subwords: Subwords) -> SubwordFacts:
        """Write the vectors of n-grams, and return what the facts say of them."""
        writer = VectorsWriter(self.directory / SUBWORDS, self._vector_size)
        try:
            for _, block in subwords.vectors.blocks():
                writer.append(block)
        finally:
            writer.close()
        return SubwordFacts(subwords.min_n, subwords.max_n, len(subwords.vectors), writer.dtype)

    def _thin_out(self) -> tuple[WordIndex, int]:
        """Remove the rows of words that came before, and counts that are not for all rows."""
        words_file, counts_file = self.directory / WORDS, self.directory / COUNTS
        index = index_words(words_file)
        # Other parts of the file may have had no counts; a count of zero would be a lie.
        if not self._counts.rows or self._counts.rows < len(index.ends):
            counts_file.unlink()
        repeated = Words(words_file, index, escaped=self._words.escaped).repeated_rows()
        if not repeated.size:
            return index, 0
        # Words, vectors and counts lose the same rows, so that they stay together.
        keep = np.ones(len(index.ends), dtype=np.bool_)
        keep[repeated] = False
        keep_lines(words_file, index, keep)
        for array in (self.directory / VECTORS, counts_file):
            if array.exists():
                keep_rows(array, keep)
        return index_words(words_file), len(repeated)


@contextmanager
def new_model(
    path: Path, vector_size: int, reporter: Reporter = SILENT, *, force: bool = False, expected: int | None = None
) -> Iterator[ModelWriter]:
    """Write a model that appears at ``path`` when the block ends well. The block calls ``finish``.

    ``expected`` is the number of rows, where it is known.

    Raises
    ------
    OutputExists
        If ``path`` exists and ``force`` is false, or something lies in it that is no part of a model.
    """
    require_place(path, force=force)
    with new_directory(path, force=force) as directory:
        writer = ModelWriter(directory, vector_size, expected)
        try:
            yield writer
        finally:
            writer.close()
        make_index(directory, read_facts(directory), reporter, words=writer.index)
