"""The parts of a corpus that variants weight as wholes: its documents, or blocks of its sentences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from w2vcli.array_types import Integers
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.errors import BadCorpus
from w2vcli.training.text import all_sentences, in_parts
from w2vcli.training.vocabulary import Vocabulary

# With fewer documents, the corpus counts as blocks of its sentences.
_FEWEST_DOCUMENTS = 50
_BLOCK_TOKENS = 500
# Tokens that are looked at together, but for a block that has more.
_TOKENS_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class Blocks:
    """The parts of a corpus that are weighted as wholes.

    Sentence ``i`` is the tokens from ``starts[i]`` to before ``stops[i]``. Block ``i`` is the sentences from before
    ``ends[i - 1]`` to before ``ends[i]``. ``are_documents`` tells whether they are the documents of the corpus. Else
    they are sentences that follow each other, 500 tokens or more, and a sentence of more counts as several.
    """

    starts: Integers
    stops: Integers
    ends: Integers
    are_documents: bool

    @property
    def name(self) -> str:
        """What one is called in records."""
        return "documents" if self.are_documents else "blocks"


def find_blocks(corpus: EncodedCorpus) -> Blocks:
    """Return the documents of a corpus; of fewer than 50 documents, blocks of at least 500 tokens.

    A block ends with a document in any case. So the last of a document may have fewer tokens.

    Raises
    ------
    BadCorpus
        If there are fewer than two blocks, or the corpus was encoded before documents were kept.
    """
    documents = np.asarray(corpus.document_ends(), dtype=np.int64)
    sentences = all_sentences(corpus)
    if len(documents) >= _FEWEST_DOCUMENTS:
        return Blocks(sentences.starts, sentences.stops, documents, are_documents=True)
    starts, stops, which = in_parts(sentences.starts, sentences.stops, _BLOCK_TOKENS)
    ends: list[int] = []
    first = 0
    for last in np.searchsorted(which, documents).tolist():
        while first < last:
            first = min(last, int(np.searchsorted(stops, starts[first] + _BLOCK_TOKENS)) + 1)
            ends.append(first)
    if len(ends) < 2:
        raise BadCorpus(
            f"a corpus of {corpus.read.tokens:,} words is one block, and variants need several blocks of "
            f"{_BLOCK_TOKENS} words to weight"
        )
    return Blocks(starts, stops, np.array(ends, dtype=np.int64), are_documents=False)


def count_units(corpus: EncodedCorpus, blocks: Blocks, vocabulary: Vocabulary) -> Integers:
    """Return in how many of the blocks each word of a vocabulary is, in its order.

    Of a word that all variants see in one block alone, nobody knows how it would be used in other text.
    """
    words = len(vocabulary.words)
    found = np.zeros(words, dtype=np.int64)
    token_ends = blocks.stops[blocks.ends - 1]
    first = start = 0
    while first < len(token_ends):
        last = max(first + 1, int(np.searchsorted(token_ends, start + _TOKENS_AT_ONCE, side="right")))
        stop = int(token_ends[last - 1])
        rows = vocabulary.rows[corpus.ids[start:stop]].astype(np.int64)
        which = np.repeat(np.arange(last - first), np.diff(token_ends[first:last], prepend=start))
        pairs = np.unique(which[rows >= 0] * words + rows[rows >= 0])
        found += np.bincount(pairs % words, minlength=words)
        first, start = last, stop
    return found
