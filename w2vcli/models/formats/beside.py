"""Words in a file beside the file of their vectors: one a line, in row order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from w2vcli.compression import InputFile, open_input, without_compression
from w2vcli.errors import BadSettings, DamagedInput
from w2vcli.models.formats.rows import MAX_WORD_BYTES, Reading, decode_word

# What in a word would end its line, or look like a second column.
BREAKING = "\n\r\t"


def words_names(file: InputFile, *others: str) -> list[str]:
    """Return how the file of the words of ``file`` may be called: as `words_path` calls it, or as others do."""
    path = without_compression(Path(file.name))
    stem = path.name.partition(".")[0]
    return [
        path.with_suffix(".txt").name,
        f"{stem}.txt",
        *(f"{stem}.{name}" for name in others),
        "words.txt",
        "vocab.txt",
    ]


def words_path(path: Path) -> Path:
    """Return the path of the words that are written beside the vectors in ``path``.

    Raises
    ------
    BadSettings
        If it is the same.
    """
    words = path.with_suffix(".txt")
    if words == path:
        raise BadSettings(f"{path} is how the file of the words is called; give that of the vectors another ending")
    return words


def find_words(file: InputFile, reading: Reading, names: Sequence[str]) -> Path:
    """Return the file of the words: ``reading.words``, or the first of ``names`` that is beside ``file``.

    Raises
    ------
    DamagedInput
        If there is none.
    """
    if reading.words is not None:
        return reading.words
    folder = Path(file.name).parent
    paths = [folder / name for name in names if folder / name != Path(file.name)]
    found = next((path for path in paths if path.is_file()), None)
    if found is None:
        raise DamagedInput(
            f"{file.name} has vectors and no words; name the file of its words with --words, "
            f"or call it {' or '.join(dict.fromkeys(names))} and put it beside"
        )
    return found


@contextmanager
def open_words(path: Path, reading: Reading) -> Iterator[Iterator[str]]:
    """Open the words in the file ``path``; each line is one word, its first column where there are several.

    As in the Embedding Projector, the first of several columns' lines is a heading.
    """
    with open_input(path) as file:
        yield _words(file, reading)


def _words(file: InputFile, reading: Reading) -> Iterator[str]:
    has_heading = b"\t" in file.stream.peek(MAX_WORD_BYTES).partition(b"\n")[0]
    number = 0
    while line := file.stream.readline(MAX_WORD_BYTES + 2):
        number += 1
        raw = line.removesuffix(b"\n").removesuffix(b"\r")
        if len(raw) > MAX_WORD_BYTES:
            raise DamagedInput(f"{file.name}, line {number:,}: longer than {MAX_WORD_BYTES:,} bytes")
        if number == 1 and has_heading:
            continue
        word = raw.partition(b"\t")[0] if has_heading else raw
        yield decode_word(word, reading, f"{file.name}, line {number:,}")


def take_words(words: Iterator[str], count: int, where: str) -> list[str]:
    """Return the next ``count`` words.

    Raises
    ------
    DamagedInput
        If there are fewer.
    """
    taken = list(islice(words, count))
    if len(taken) < count:
        raise DamagedInput(f"{where}: there are more vectors than words")
    return taken
