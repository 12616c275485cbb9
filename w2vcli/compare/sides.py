"""Which documents of a corpus are on which side of a comparison.

A corpus of five documents, the first two on side A and the next two on side B::

    side of each document    0  0  1  1  -1

The fifth takes no part. What is shuffled between the sides are *units*. They are the documents, if each side has 50 of
them. Else they are blocks of 500 tokens, since a few books can be shuffled in a few ways only. Of more documents than
can be shuffled at once, several of one side are a unit together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2vcli.array_types import Integers
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.errors import BadCorpus
from w2vcli.escaping import visible
from w2vcli.training.text import in_parts

# With fewer documents on a side, blocks are shuffled.
_FEWEST_DOCUMENTS = 50
_BLOCK_TOKENS = 500
_MOST_UNITS = 50_000
_FEWEST_UNITS = 10
NEITHER = -1


@dataclass(frozen=True)
class Sides:
    """Two sides of a corpus, called ``names``, and the units that are shuffled between them.

    Part ``i`` of the corpus ends before token ``part_ends[i]`` and belongs to unit ``units[i]``, -1 if it is on neither
    side. ``side[unit]`` is 0 or 1. ``documents`` and ``tokens`` are how many each side has. ``are_documents`` tells
    whether a unit is made of whole documents.
    """

    names: tuple[str, str]
    part_ends: Integers
    units: Integers
    side: Integers
    documents: tuple[int, int]
    tokens: tuple[int, int]
    are_documents: bool

    def unit_of(self, tokens: Integers) -> Integers:
        """Return the unit of each of some tokens, by their places in the corpus. -1 for those on neither side."""
        found: Integers = self.units[np.searchsorted(self.part_ends, tokens, side="right")]
        return found

    def side_of(self, tokens: Integers) -> Integers:
        """Return the side of each of some tokens, by their places in the corpus. -1 for those on neither side."""
        units = self.unit_of(tokens)
        found: Integers = np.where(units < 0, NEITHER, self.side[units])
        return found


def make_sides(
    corpus: EncodedCorpus, of_document: Integers, names: Sequence[str], seed: int, *, shuffled: bool = True
) -> Sides:
    """Return the sides of a corpus from the side of each document: 0, 1, or -1 for neither.

    Where they are not ``shuffled``, as their words are counted alone, they may have few units.

    Raises
    ------
    BadCorpus
        If a side has no document, or fewer than ten units to be shuffled.
    """
    first, second = names
    documents = _counted(of_document)
    if first == second:
        raise BadCorpus(f"both sides are {visible(first)}, and a text does not differ from itself")
    if 0 in documents:
        empty = second if documents[0] else first
        raise BadCorpus(
            f"no document of the text is on the side {visible(empty)}; a side is a name of folders or files of the text"
        )
    ends = np.asarray(corpus.document_ends(), dtype=np.int64)
    are_documents = min(documents) >= _FEWEST_DOCUMENTS
    if are_documents:
        part_ends, of_part = np.asarray(corpus.sentence_ends, dtype=np.int64)[ends - 1], of_document
    else:
        part_ends, document = cut_into_blocks(np.asarray(corpus.sentence_ends, dtype=np.int64), ends)
        of_part = of_document[document]
    lengths = np.diff(part_ends, prepend=0)
    tokens = (int(lengths[of_part == 0].sum()), int(lengths[of_part == 1].sum()))
    units, side = _make_units(of_part, seed)
    if shuffled and min(_counted(side)) < _FEWEST_UNITS:
        short = names[int(np.argmin(_counted(side)))]
        raise BadCorpus(
            f"the side {visible(short)} has {min(tokens):,} words in {min(_counted(side))} blocks, and shuffling needs "
            f"{_FEWEST_UNITS} documents, or {_FEWEST_UNITS} blocks of 500 words"
        )
    return Sides((first, second), part_ends, units, side, documents, tokens, are_documents)


def cut_into_blocks(sentence_ends: Integers, document_ends: Integers) -> tuple[Integers, Integers]:
    """Return before which token each block ends, and the document that it is of.

    A block is sentences that follow each other, of 500 tokens or more. The last of a document may have fewer, and a
    longer sentence is several blocks.
    """
    starts, stops, sentence = in_parts(np.append(0, sentence_ends[:-1]), sentence_ends, _BLOCK_TOKENS)
    document = np.searchsorted(document_ends, sentence, side="right")
    ends: list[int] = []
    first = 0
    for last in np.searchsorted(document, np.arange(len(document_ends)), side="right").tolist():
        while first < last:
            first = min(last, int(np.searchsorted(stops, starts[first] + _BLOCK_TOKENS)) + 1)
            ends.append(first - 1)
    return stops[ends], document[ends]


def _counted(sides: Integers) -> tuple[int, int]:
    return int((sides == 0).sum()), int((sides == 1).sum())


def _make_units(of_part: Integers, seed: int) -> tuple[Integers, Integers]:
    """Return the unit of each part and the side of each unit. A unit has parts of one side, drawn at random."""
    together = -(-int((of_part >= 0).sum()) // _MOST_UNITS)
    units = np.full(len(of_part), NEITHER, dtype=np.int64)
    side: list[Integers] = []
    before = 0
    for number in (0, 1):
        parts = np.flatnonzero(of_part == number)
        if together > 1:
            parts = np.random.default_rng([seed, 1, number]).permutation(parts)
        units[parts] = before + np.arange(len(parts)) // together
        made = -(-len(parts) // together)
        side.append(np.full(made, number, dtype=np.int64))
        before += made
    return units, np.concatenate(side)
