"""The Embedding Projector's pair of files: tab-separated vectors, and a word a line.

::

    vecs.tsv    1.0 -> 2.0 -> 3.0       (-> is a tab)
    meta.tsv    king

What the Projector's loader does decides what is written. The vectors have no header and one tab-separated row for
each word. The words have no header, since the loader takes the first line for a header only if there is
a tab in it. The loader skips a line that looks empty, which would shift all labels behind it. So words of
blanks alone, and tabs and newlines inside words, are written visibly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from w2vcli.array_types import Float32s
from w2vcli.errors import BadVocabulary
from w2vcli.escaping import visible
from w2vcli.inputs import InputFile
from w2vcli.models.formats import layout, sidecar
from w2vcli.models.formats.blocks import Block, ReadOptions, RowStream, require_vector_size
from w2vcli.models.formats.sinks import Append, RowFacts, Spelling
from w2vcli.models.formats.text_rows import TextRows, parse_values, values_as_text

# How the files of vectors are called, and those of words that go with them.
_PAIRS = (("vecs", "meta"), ("vectors", "metadata"), ("tensor", "metadata"))


def is_tsv(head: bytes) -> bool:
    """Tell whether most first lines are numbers alone with tabs between them, or decimals with blanks."""
    lines = [line for line in layout.first_lines(head) if line]
    if layout.has_decimals_alone(lines):
        return True
    has_tabs = bool(lines) and b"\t" in lines[0]
    return has_tabs and 2 * sum(b" " not in line.strip() and parse_values(line) is not None for line in lines) > len(
        lines
    )


def words_path(path: Path) -> Path:
    """Return the path of the words that go with the vectors in ``path``."""
    for vectors, words in _PAIRS:
        if vectors in path.name:
            return path.with_name(words.join(path.name.rsplit(vectors, 1)))
    return path.with_name(f"{path.stem}.meta{path.suffix}")


def read_tsv(file: InputFile, reading: ReadOptions) -> RowStream:
    """Return the rows of an open file of vectors alone, with tabs or blanks between their values."""
    words = sidecar.find_words(file, reading, [words_path(Path(file.name)).name])
    line = file.stream.peek().partition(b"\n")[0]
    vector_size = require_vector_size(len(line.split()), file.name)
    rows = TextRows(file, reading, vector_size, None, has_words=False)

    def blocks() -> Iterator[Block]:
        with words.open(None) as names:
            for block in rows:
                texts, counts = names.take(len(block.vectors))
                yield Block(texts, block.vectors, counts)

    return RowStream(vector_size, None, blocks, notes=words.notes)


@contextmanager
def write_tsv(path: Path, rows: RowFacts, *, force: bool) -> Iterator[Append]:
    """Write the vectors into ``path``, the words beside it, as ``vecs.tsv`` and ``meta.tsv``, and their hashes."""
    with sidecar.new_pair(path, words_path(path), force=force) as (vectors, words):

        def append(block: Block) -> None:
            write_vectors(vectors, block.vectors)
            write_words(words, block.words)

        yield append


def write_vectors(stream: BinaryIO, vectors: Float32s) -> None:
    """Write rows of vectors, with as many digits as give the same float32 again."""
    stream.write(b"".join(b"%s\n" % line for line in values_as_text(vectors, b"\t")))


def write_words(stream: BinaryIO, words: Iterable[str]) -> None:
    """Write a word a line. None looks empty."""
    write_columns(stream, words)


def write_columns(stream: BinaryIO, *columns: Iterable[object]) -> None:
    """Write rows of several columns, such as words, counts and groups, with tabs between them. None looks empty.

    The first of these rows is to be a heading: it is taken for one as soon as it has a tab.
    """
    rows = zip(*columns, strict=True)
    sidecar.write_lines(stream, ("\t".join(_shown(str(cell)) for cell in row) for row in rows))


def write_plain(vectors: BinaryIO, words: BinaryIO, block: Block) -> None:
    """Write a block as a loop over words and ``str(value)`` does: ``1e-05``, where `write_vectors` has ``0.00001``.

    Words stay as they are, so each must be a line that the loader shows.

    Raises
    ------
    BadVocabulary
        If one is not: it looks empty, or there is a tab or a line break in it.
    """
    for word, vector in zip(block.words, block.vectors, strict=True):
        if not word.strip().strip("\ufeff") or "\t" in word or "\n" in word:
            raise BadVocabulary(f"{visible(word)!r} would shift all labels behind it; leave --plain out")
        words.write(f"{word}\n".encode())
        vectors.write(("\t".join(map(str, vector)) + "\n").encode())


def _shown(word: str) -> str:
    """Return a word as the loader shows it, never a line that looks empty."""
    return visible(word) or "(empty)"


SPELLING = Spelling(spell=_shown)
