"""Groups of words: those of files, or clusters found among their vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from warnings import catch_warnings, simplefilter

import numpy as np
import numpy.typing as npt

from w2vcli.compression import read_text
from w2vcli.errors import BadSettings, BadVocabulary
from w2vcli.queries.terms import unit
from w2vcli.views.vocabulary import lines_of

_WORDS_IN_A_NAME = 3
_STARTS = 10


class Groups(NamedTuple):
    """The group of each word, in the order of the files; and words that came again, in another group."""

    of_word: dict[str, str]
    doubled: list[str]


def read_groups(paths: Sequence[Path]) -> Groups:
    """Return the groups of words in files.

    A file has a word and its group on each line, with a tab between them; or words alone, a group that is called as
    the file, without its ending.

    Raises
    ------
    DamagedInput
        If a file is not UTF-8.
    BadVocabulary
        If it has no words, or some lines with a group and others without.
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


def find_clusters(
    vectors: npt.NDArray[np.float32], words: Sequence[str], rows: Sequence[int], clusters: int, seed: int
) -> list[str]:
    """Return for each word the cluster it is in, called by the cluster's most frequent words.

    The clusters are those of k-means (scikit-learn's) among unit vectors, so by cosine.

    Raises
    ------
    BadSettings
        If there are not as many words as clusters, or not as many vectors that differ.
    """
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    if clusters > len(words):
        raise BadSettings(f"--clusters {clusters} is more than the number of words, {len(words)}")
    units = unit(vectors.astype(np.float64))
    with (
        threadpool_limits(1, user_api="openmp"),
        catch_warnings(),
    ):  # beside other work, threads would wait for each other
        simplefilter("ignore", ConvergenceWarning)  # there are too few distinct vectors, which is told below
        labels = KMeans(clusters, n_init=_STARTS, random_state=seed).fit_predict(units)
    different = len(np.unique(labels))
    if different < clusters:
        raise BadSettings(f"--clusters {clusters} is more than the number of words whose vectors differ, {different}")
    names = {}
    for label in set(labels.tolist()):
        members = sorted(np.flatnonzero(labels == label).tolist(), key=lambda at: rows[at])
        more = "…" if len(members) > _WORDS_IN_A_NAME else ""
        names[label] = ", ".join(words[at] for at in members[:_WORDS_IN_A_NAME]) + more
    return [names[label] for label in labels.tolist()]
