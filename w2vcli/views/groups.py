"""Groups of words in files, which give the points of a picture their colours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from w2vcli.errors import BadVocabulary
from w2vcli.inputs import read_text
from w2vcli.views.selection import lines_of


class Groups(NamedTuple):
    """The group ``of_word``, in the order of the files, and the ``doubled`` words that are in several groups.

    A doubled word keeps the group that was read first.
    """

    of_word: dict[str, str]
    doubled: list[str]


def read_groups(paths: Sequence[Path]) -> Groups:
    """Return the groups of words in files.

    A file has one of two layouts. Either each line is a word, a tab and its group, or each line is a word alone.
    The words of the second layout are one group with the name of the file: those of ``colours.txt`` are "colours".

    Raises
    ------
    DamagedInput
        If a file is not UTF-8.
    BadVocabulary
        If a file has no words, or mixes the two layouts.
    """
    of_word: dict[str, str] = {}
    doubled: dict[str, None] = {}
    for path in paths:
        lines = lines_of(read_text(path, "a file of words and groups"))
        cells = [[cell.strip(" \r") for cell in line.split("\t")] for line in lines]
        found = [(number, row) for number, row in enumerate(cells, 1) if any(row)]
        if not found:
            raise BadVocabulary(f"{path}: there are no words in it")
        has_groups = len(found[0][1]) > 1
        for number, row in found:
            if len(row) != 1 + has_groups or not all(row):
                raise BadVocabulary(
                    f"{path}, line {number:,}: a line is a word, a tab and its group; or all lines are words alone"
                )
            group = row[1] if has_groups else path.name.removesuffix("".join(path.suffixes)) or path.name
            if of_word.setdefault(row[0], group) != group:
                doubled[row[0]] = None
    return Groups(of_word, list(doubled))
