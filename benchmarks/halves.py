"""The two halves of a corpus, which share no document, each as a corpus of its own."""

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
from w2vcli.training.variant_training import Blocks, find_blocks


def split_in_halves(corpus: EncodedCorpus, folder: Path, seed: int) -> tuple[EncodedCorpus, EncodedCorpus]:
    """Return two corpora of one half of the documents each, as ``seed`` draws them. They lie in ``folder``.

    Of a corpus with fewer than 50 documents, its blocks of 500 tokens are drawn, as variants weight them, and each is
    a document of its half.
    """
    blocks = find_blocks(corpus)
    order = np.random.default_rng([seed, 5]).permutation(len(blocks.ends))
    middle = len(order) // 2
    halves = [np.sort(drawn) for drawn in (order[:middle], order[middle:])]
    one, other = (_write(corpus, blocks, drawn, folder / name) for drawn, name in zip(halves, "AB", strict=True))
    return one, other


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
