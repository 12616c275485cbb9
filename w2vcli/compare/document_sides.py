"""Which side each document is on: by a column of its table, by its folder or file, or by the model it comes from.

Each function returns the side of each document of a corpus: 0, 1, or -1 for neither.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path, PurePath

import numpy as np

from w2vcli.array_types import Integers
from w2vcli.compare.sides import NEITHER
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.reading import Reading
from w2vcli.corpus.sources import SourceText
from w2vcli.corpus.tables import open_column
from w2vcli.errors import BadCorpus
from w2vcli.escaping import listed, visible
from w2vcli.inputs import open_input, read_text

LIST = "@"
_VALUES_NAMED = 8


def sides_by_column(
    corpus: EncodedCorpus, reading: Reading, column: str, values: Sequence[str] = ()
) -> tuple[Integers, tuple[str, str]]:
    """Return the side of each document by what stands in ``column`` of its row, and the two values.

    ``values`` are those of the two sides. Without them the column has to have two, empty cells left aside.

    Raises
    ------
    BadCorpus
        If the text is no table, has no such column, or that has other values.
    """
    documents = values_of_documents(corpus, reading, column)
    counts = Counter(filter(None, documents))
    first, second = values or _two_values(counts, column)
    for value in (first, second):
        if not counts[value]:
            named = listed(_counted(counts), _VALUES_NAMED)
            raise BadCorpus(f"no document has {visible(value)} as its {visible(column)}; there are: {named}")
    numbers = {first: 0, second: 1}
    return np.array([numbers.get(value, NEITHER) for value in documents], dtype=np.int64), (first, second)


def values_of_documents(corpus: EncodedCorpus, reading: Reading, column: str) -> list[str]:
    """Return what stands in ``column`` of the row of each document.

    Raises
    ------
    BadCorpus
        If the text is no table, or has no such column.
    """
    if reading.column is None:
        raise BadCorpus(f"the text was read without --column, so that no document has a {visible(column)}")
    files = corpus.files()
    row_ends: list[Integers] = []
    cells: list[str] = []
    for file, start, end in zip(
        files, [0, *corpus.file_ends()[:-1].tolist()], corpus.file_ends().tolist(), strict=True
    ):
        lengths, found = _read_column(file.path, reading, column)
        row_ends.append(start + np.cumsum(lengths))
        if start + sum(lengths) != end:
            raise BadCorpus(f"{file.path}: this file has changed since its text was read")
        cells += found
    rows = np.searchsorted(np.concatenate(row_ends), _text_ends(corpus))
    return [cells[row] for row in rows.tolist()]


def _read_column(path: str, reading: Reading, column: str) -> tuple[list[int], list[str]]:
    """Return for each row of a table the length of its text, and what it has in ``column``."""
    with open_input(path) as file:
        text = SourceText(file, reading.encoding, reading.encoding_errors)
        table = open_column(file, text, str(reading.column))
        table.require([column], "--by")
        rows = [(len(cell), value.strip()) for cell, value in table.rows([str(reading.column), column])]
    return [length for length, _ in rows], [value for _, value in rows]


def _two_values(counts: Counter[str], column: str) -> tuple[str, str]:
    if len(counts) != 2:
        named = listed(_counted(counts), _VALUES_NAMED)
        raise BadCorpus(f"{visible(column)} has {len(counts):,} values: {named}; name two of them with --sides")
    first, second = sorted(counts)
    return first, second


def _counted(counts: Counter[str]) -> list[str]:
    """Return values with how many documents have each, the most frequent first."""
    return [f"{visible(value)} ({times:,})" for value, times in counts.most_common()]


def sides_by_name(corpus: EncodedCorpus, names: Sequence[str]) -> Integers:
    """Return the side of each document by the names of its folders and its file.

    ``names`` are of the two sides. ``pos`` and ``train/pos`` are both a name of ``aclImdb/train/pos/7_9.txt``. Folders
    that all documents lie in are no name of a side by themselves. A name may also be ``@FILE``, a list of such names,
    one a line.

    Raises
    ------
    BadCorpus
        If a document has names of both sides, or the members of an archive are not all in the text.
    """
    wanted = [_parts_of(name) for name in names]
    files = corpus.files()
    of_file = np.searchsorted(corpus.file_ends(), _text_ends(corpus))
    paths: list[str] = []
    for number, file in enumerate(files):
        documents = int((of_file == number).sum())
        members = [f"{file.path}/{member}" for member in file.members] if file.members else [file.path] * documents
        if len(members) != documents:
            raise BadCorpus(
                f"{file.path}: of {len(members):,} files in it, {documents:,} have words, and it is not known which; "
                "unpack it and train on the folder"
            )
        paths += members
    folders = [PurePath(path).parts[:-1] for path in paths]
    # What the first and the last in order have in common at the beginning, all have.
    shared = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(min(folders), max(folders), strict=False))))
    return np.array([_side_of(path, wanted, shared) for path in paths], dtype=np.int64)


def _parts_of(name: str) -> set[tuple[str, ...]]:
    """Return the names that ``name`` stands for, each as its parts."""
    if not name.startswith(LIST):
        return {PurePath(name).parts}
    lines = read_text(Path(name.removeprefix(LIST)), "a list of files, one a line").splitlines()
    return {PurePath(line.strip()).parts for line in lines if line.strip()}


def _side_of(path: str, wanted: Sequence[set[tuple[str, ...]]], shared: int) -> int:
    """Return the side of a document by the names that its path has beyond the ``shared`` first parts."""
    parts = PurePath(path).parts
    stretches = {parts[start:end] for end in range(shared + 1, len(parts) + 1) for start in range(end)}
    sides = [number for number, names in enumerate(wanted) if names & stretches]
    if len(sides) == 2:
        raise BadCorpus(f"{path} is on both sides (--sides)")
    return sides[0] if sides else NEITHER


def sides_by_files(corpus: EncodedCorpus, files: int) -> Integers:
    """Return the side of each document of a text whose first ``files`` files are the first side."""
    of_file = np.searchsorted(corpus.file_ends(), _text_ends(corpus))
    return np.where(of_file < files, 0, 1)


def _text_ends(corpus: EncodedCorpus) -> Integers:
    """Return where each document ends, in characters of the whole text."""
    return np.asarray(corpus.text_ends()[np.asarray(corpus.document_ends()) - 1], dtype=np.int64)
