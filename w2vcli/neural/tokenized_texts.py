"""From texts to rows of ids: tokens, the most frequent of them as vocabulary, padding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.corpus.batches import WordIds
from w2vcli.corpus.bpe import split_words
from w2vcli.corpus.sentences import Splitter
from w2vcli.corpus.tokenizers import TOKENIZERS
from w2vcli.errors import BadCorpus
from w2vcli.models.records import TokenizerFacts
from w2vcli.neural.ids import PAD, IdArray, NetworkIds
from w2vcli.neural.network_plans import RowShape, TextSettings


@dataclass(frozen=True)
class TokenizedTexts:
    """Tokenized texts: each is an array of places in ``words``, which stand in order of first appearance.

    The texts *good film* and *good old film* have the words good, film, old, and are 0 1 and 0 2 1. Places are no ids
    of a network: these are known when the most frequent words are.
    """

    words: list[str]
    texts: list[IdArray]

    def counts(self) -> npt.NDArray[np.int64]:
        """Return how often each of ``words`` was seen."""
        if not self.texts:
            return np.zeros(len(self.words), dtype=np.int64)
        return np.bincount(np.concatenate(self.texts), minlength=len(self.words))

    def select(self, which: npt.NDArray[np.int64]) -> TokenizedTexts:
        """Return the texts at some places, with all of ``words``."""
        return TokenizedTexts(self.words, [self.texts[at] for at in which.tolist()])


def tokenize_texts(texts: Sequence[str], settings: TextSettings) -> TokenizedTexts:
    """Return texts as tokens. The tokenizer ``subwords`` gives whole words, which `split_into_subwords` splits.

    Raises
    ------
    MissingExtra
        If the tokenizer's library is not installed.
    """
    tokenizer = TOKENIZERS[settings.tokenizer]
    splitter = Splitter(tokenizer, lowercase=settings.lowercase)
    places = WordIds()
    found = tokenizer.compile_by(settings.word_rules)([splitter.normalise(text) for text in texts])
    rows = [np.fromiter(map(places.__getitem__, tokens), dtype=np.int32, count=len(tokens)) for tokens in found]
    return TokenizedTexts(list(places), rows)


def split_into_subwords(words: TokenizedTexts, tokenizer: Any) -> TokenizedTexts:
    """Return the texts in subword units, by an open tokenizer of the library ``tokenizers``.

    Each word is split once, however often it was seen.
    """
    places = WordIds()
    units = [
        np.array([places[unit] for unit in found], dtype=np.int32) for found in split_words(words.words, tokenizer)
    ]
    empty = np.zeros(0, dtype=np.int32)  # for a text without words, of which nothing could be joined
    rows = [np.concatenate([empty, *(units[place] for place in text.tolist())]) for text in words.texts]
    return TokenizedTexts(list(places), rows)


def frequent_words(
    words: Sequence[str], counts: npt.NDArray[np.int64], most: int, min_count: int
) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Return the most frequent words with their counts, at most ``most``. The first of equal ones stays first.

    Raises
    ------
    BadCorpus
        If every word was seen less than ``min_count`` times.
    """
    order = np.argsort(-counts, kind="stable")[:most]
    order = order[counts[order] >= min_count]
    if not len(order):
        raise BadCorpus(f"no word comes {min_count} times or more (--min-count)")
    return [words[place] for place in order.tolist()], counts[order]


def to_ids(tokens: TokenizedTexts, ids: NetworkIds, shape: RowShape) -> list[IdArray]:
    """Return texts as ids, cut to their shape. A text without words is one unknown word.

    With the vocabulary film, good, the text *good old film* is 2 3 1.
    """
    # One look-up for each different word, not for each token.
    id_of_place = ids.encode(tokens.words)
    empty = np.array([ids.unknown], dtype=np.int32)  # the mean over a row that is all masked would be 0 / 0
    return [id_of_place[shape.cut(text)] if len(text) else empty for text in tokens.texts]


def to_rows(texts: Sequence[IdArray], length: int) -> IdArray:
    """Return texts of ids as rows (texts x length), padded at the end: 2 3 1 is 2 3 1 0 with a length of 4."""
    found = np.full((len(texts), length), PAD, dtype=np.int32)
    for row, text in zip(found, texts, strict=True):
        row[: len(text)] = text
    return found


def tokenizer_facts(settings: TextSettings) -> TokenizerFacts:
    """Return how texts are tokenized as ``model.json`` says it, with the version of the tokenizer's library."""
    version = TOKENIZERS[settings.tokenizer].version()
    return TokenizerFacts(settings.tokenizer, version, settings.lowercase, settings.word_rules)
