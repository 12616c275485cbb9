"""The two halves of a corpus, which share no document, each as a corpus of its own.

What stays together is chosen. A corpus of tales in thirteen folders, one a book, may be split so that no tale, or no
book, lies on both sides. A text that is one file may be split by pages, or by stretches of many.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Integers
from w2vcli.corpus.encoded import (
    COUNTS,
    DOCUMENT_ENDS,
    FACTS,
    IDS,
    SENTENCE_ENDS,
    WORDS,
    EncodedCorpus,
    open_corpus,
)
from w2vcli.training.blocks import Blocks, find_blocks

PARTS, DOCUMENTS, FOLDERS = "parts", "documents", "folders"


def split_in_halves(
    corpus: EncodedCorpus, folder: Path, seed: int, apart: str = PARTS
) -> tuple[EncodedCorpus, EncodedCorpus]:
    """Return two corpora of one half of the parts of a corpus each, as ``seed`` draws them. They lie in ``folder``.

    Parts are what variants weight: the documents, or the blocks of 500 tokens of a corpus with fewer than 50. Each is a
    document of its half. ``apart`` tells which of them stay on one side:

    - ``parts``: each may be on another side than the one before
    - ``documents``: those of one document stay together
    - ``folders``: those of the files of one folder
    - a number, such as ``20``: those of one of 20 stretches of text, equally long
    """
    blocks = find_blocks(corpus)
    group = _groups(corpus, blocks, apart)
    groups = np.random.default_rng([seed, 5]).permutation(group.max() + 1)
    middle = len(groups) // 2
    halves = [np.flatnonzero(np.isin(group, drawn)) for drawn in (groups[:middle], groups[middle:])]
    one, other = (_write(corpus, blocks, drawn, folder / name) for drawn, name in zip(halves, "AB", strict=True))
    return one, other


def _groups(corpus: EncodedCorpus, blocks: Blocks, apart: str) -> Integers:
    """Return for each block, from 0, the group that stays on one side."""
    if apart == PARTS:
        return np.arange(len(blocks.ends))
    token_ends = blocks.stops[blocks.ends - 1]
    if apart not in (DOCUMENTS, FOLDERS):
        found: Integers = (token_ends - 1) * int(apart) // corpus.ids.size
        return found
    document_ends = corpus.sentence_ends[corpus.document_ends() - 1]
    documents: Integers = np.searchsorted(document_ends, token_ends)
    if apart == DOCUMENTS:
        return documents
    names = [Path(file.path).parent for file in corpus.files()]
    if len(names) != len(document_ends):
        raise SystemExit(f"{len(names)} files have {len(document_ends)} documents: a table, or a file without text")
    folders = {folder: at for at, folder in enumerate(dict.fromkeys(names))}
    return np.array([folders[folder] for folder in names])[documents]


def _write(corpus: EncodedCorpus, blocks: Blocks, drawn: Integers, folder: Path) -> EncodedCorpus:
    """Write the blocks that were drawn as the documents of a corpus."""
    folder.mkdir(parents=True)
    begins = np.concatenate([[0], blocks.ends[:-1]])
    sentences = _ranges(begins[drawn], blocks.ends[drawn])
    starts, stops = blocks.starts[sentences], blocks.stops[sentences]
    ids = corpus.ids[_ranges(starts, stops)]
    # Ids are given by first appearance.
    known, first, where = np.unique(ids, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.argsort(order)
    arrays: dict[str, npt.NDArray[np.generic]] = {
        IDS: rank[where].astype(np.int32),
        COUNTS: np.bincount(rank[where]).astype(np.int64),
        SENTENCE_ENDS: np.cumsum(stops - starts),
        DOCUMENT_ENDS: np.cumsum((blocks.ends - begins)[drawn]),
    }
    for name, array in arrays.items():
        (folder / name).write_bytes(array.data)
    words = [corpus.words[each] for each in known[order].tolist()]
    (folder / WORDS).write_text("".join(f"{word}\n" for word in words), encoding="utf-8", newline="\n")
    read = replace(corpus.read, tokens=len(ids), sentences=len(sentences))
    (folder / FACTS).write_text(json.dumps(asdict(read)), encoding="utf-8", newline="\n")
    return open_corpus(folder)


def _ranges(starts: Integers, stops: Integers) -> Integers:
    """Return the numbers of several ranges, one after the other: 3, 4 and 7, 8, 9 of 3 to 5 and 7 to 10."""
    lengths = stops - starts
    within: Integers = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return within + np.repeat(starts, lengths)
