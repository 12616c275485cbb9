"""Where a word comes in an encoded corpus, and a choice of these places that is spread over the documents.

A word may be several tokens in a row: ``new york``, or a word that is made of subword units. The ids are gone through
in blocks, so memory stays bounded for a corpus that is larger than memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from w2vcli.array_types import Integers
from w2vcli.corpus.encoded import EncodedCorpus

BLOCK = 1 << 22
# Of a word that comes more often, this many places are drawn, and lines are chosen from these.
_MOST_PLACES = 1 << 20
# So many are kept in memory at all.
_MOST_KEPT = 1 << 22


@dataclass(frozen=True)
class Occurrences:
    """Where a word comes: its ``places`` in order, how often in all, and in how many documents.

    Of a word that comes more than four million times, about as many places are drawn.
    """

    places: Integers
    count: int
    documents: int


def place_blocks(corpus: EncodedCorpus, tokens: Sequence[int]) -> Iterator[Integers]:
    """Yield the tokens of a corpus, in blocks, at which the ids ``tokens`` begin, in a row and in one sentence."""
    total = len(corpus.ids)
    for start in range(0, total, BLOCK):
        block = np.asarray(corpus.ids[start : start + BLOCK + len(tokens) - 1])
        last = min(BLOCK, len(block) - len(tokens) + 1)
        if last <= 0:
            break
        here = np.flatnonzero(block[:last] == tokens[0])
        for offset, token in enumerate(tokens[1:], 1):
            here = here[block[here + offset] == token]
        places = here + start
        if len(tokens) > 1 and len(places):
            places = places[places + len(tokens) <= corpus.sentence_ends[sentences_of(corpus, places)]]
        yield places


def blocks_of_any(corpus: EncodedCorpus, tokens: Sequence[int]) -> Iterator[Integers]:
    """Yield the tokens of a corpus that have one of the ids ``tokens``, in blocks."""
    for start in range(0, len(corpus.ids), BLOCK):
        block = np.asarray(corpus.ids[start : start + BLOCK])
        yield np.flatnonzero(np.logical_or.reduce([block == token for token in tokens])) + start


def look_through(corpus: EncodedCorpus, blocks: Iterable[Integers], expected: int, seed: int) -> Occurrences:
    """Return where a word comes, from its places in ``blocks``, of which there are at most ``expected``."""
    rng = np.random.default_rng([seed, 6])
    share = min(1.0, _MOST_KEPT / max(expected, 1))
    kept, count, documents, last = [np.zeros(0, dtype=np.int64)], 0, 0, -1
    for places in blocks:
        if not len(places):
            continue
        found = documents_of(corpus, places)
        documents += int((np.diff(found, prepend=last) > 0).sum())
        count, last = count + len(places), int(found[-1])
        kept.append(places if share == 1 else places[rng.random(len(places)) < share])
    return Occurrences(np.concatenate(kept), count, documents)


def sentences_of(corpus: EncodedCorpus, places: Integers) -> Integers:
    """Return the sentence of each of some tokens of a corpus."""
    return np.searchsorted(corpus.sentence_ends, places, side="right")


def documents_of(corpus: EncodedCorpus, places: Integers) -> Integers:
    """Return the document of each of some tokens of a corpus, of those that have words."""
    return np.searchsorted(corpus.document_ends(), sentences_of(corpus, places), side="right")


def spread(documents: Integers, most: int, seed: int) -> Integers:
    """Return which of some places are chosen, at most this many, in order: not all from one document.

    ``documents`` has the document of each place. Places are drawn at random, first one of each document, then a second
    one, and so on. So of documents 7 7 7 7 9, three places are two of 7 and the one of 9.
    """
    rng = np.random.default_rng([seed, 4])
    drawn = rng.permutation(len(documents))
    if len(drawn) > _MOST_PLACES:
        drawn = drawn[:_MOST_PLACES]
    by_document = drawn[np.argsort(documents[drawn], kind="stable")]
    firsts = np.flatnonzero(np.diff(documents[by_document], prepend=-1))
    lengths = np.diff(np.append(firsts, len(by_document)))
    turn = np.arange(len(by_document)) - np.repeat(firsts, lengths)
    # In a turn, documents come in random order: that in which their places were drawn.
    when = np.empty(len(documents), dtype=np.int64)
    when[drawn] = np.arange(len(drawn))
    chosen: Integers = by_document[np.lexsort((when[by_document], turn))][:most]
    return np.sort(chosen)
