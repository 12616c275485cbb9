"""The lines of a text in which a word comes: a choice of them, spread over the documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Integers
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.errors import BadCorpus, UnknownWords
from w2vcli.evidence.occurrences import documents_of, look_through, place_blocks, spread
from w2vcli.evidence.source import OpenText
from w2vcli.evidence.text_lines import Line, lines_at
from w2vcli.models.directory import Model
from w2vcli.queries.suggestions import explain
from w2vcli.queries.tokens import has_pieces, row_of, tokens_of

_BEGINS_WORD = "▁"


@dataclass(frozen=True)
class Concordance:
    """Lines with a word, how often it comes in the text, and in how many documents."""

    lines: list[Line]
    count: int
    documents: int


def find_concordance(model: Model, text: OpenText, word: str, most: int, seed: int) -> Concordance:
    """Return at most this many lines with a word, in the order of the text.

    Lines are drawn at random, and no document has two of them before each has one. A word may be several, as
    ``new york``, and it may be too rare for the model.

    Raises
    ------
    UnknownWords
        If the text does not have it.
    BadCorpus
        If it is several words that do not follow each other anywhere.
    """
    tokens = _tokens_of(model, text, word)
    corpus = text.corpus
    blocks = place_blocks(corpus, tokens)
    if has_pieces(model):
        begins = np.array([word.startswith(_BEGINS_WORD) for word in corpus.words])
        blocks = (places[_ends_word(corpus, begins, places + len(tokens))] for places in blocks)
    found = look_through(corpus, blocks, int(corpus.counts[tokens[0]]), seed)
    if not found.count:
        raise BadCorpus(f"{word}: the text has these words, but never one after the other")
    chosen = found.places[spread(documents_of(corpus, found.places), most, seed)]
    return Concordance(lines_at(text, chosen, len(tokens)), found.count, found.documents)


def _tokens_of(model: Model, text: OpenText, word: str) -> list[int]:
    """Return the ids of the tokens that a word is in the text."""
    row = row_of(model, word)
    tokens: Sequence[str] = tokens_of(word, model) if row is None else [model.words[row]]
    if not tokens or not all(token in text.ids for token in tokens):
        raise UnknownWords({word: explain(word, model)})
    return [text.ids[token] for token in tokens]


def _ends_word(corpus: EncodedCorpus, begins: npt.NDArray[np.bool_], places: Integers) -> npt.NDArray[np.bool_]:
    """Tell of each place behind some tokens whether the next subword unit ``begins`` a word, or a sentence."""
    inside = np.minimum(places, len(corpus.ids) - 1)
    ends = corpus.sentence_ends
    at = np.minimum(np.searchsorted(ends, places), len(ends) - 1)
    is_end: npt.NDArray[np.bool_] = begins[corpus.ids[inside]] | (ends[at] == places)
    return is_end
