"""From texts to rows of numbers that a network takes: tokens, a vocabulary of the frequent ones, padding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.corpus.batches import WordIds
from w2vcli.corpus.bpe import bpe_in, learn_subwords, split_words
from w2vcli.corpus.sentences import Splitter
from w2vcli.corpus.tokenizers import TOKENIZERS, WORD_RULES

Integers = npt.NDArray[np.int32]

# The number of padding; words count from 1, and the number behind the last one is that of all other words.
PADDING = 0


@dataclass(frozen=True)
class Tokens:
    """Texts as numbers of ``words``, which stand in order of first appearance."""

    words: list[str]
    texts: list[Integers]

    def counts(self) -> npt.NDArray[np.int64]:
        """Return how often each word comes."""
        if not self.texts:
            return np.zeros(len(self.words), dtype=np.int64)
        return np.bincount(np.concatenate(self.texts), minlength=len(self.words))


def cut_texts(texts: Sequence[str], tokenizer: str, *, lowercase: bool, word_rules: int = WORD_RULES) -> Tokens:
    """Cut texts into tokens; those of the tokenizer ``subwords`` are words until `into_pieces`.

    Raises
    ------
    MissingExtra
        If the tokenizer's library is not installed.
    """
    table = TOKENIZERS[tokenizer]
    splitter = Splitter(table, lowercase=lowercase)
    numbers = WordIds()
    found = table.compile_by(word_rules)([splitter.normalise(text) for text in texts])
    rows = [np.fromiter(map(numbers.__getitem__, tokens), dtype=np.int32, count=len(tokens)) for tokens in found]
    return Tokens(list(numbers), rows)


def into_pieces(tokens: Tokens, folder: Path, vocabulary: int | None = None) -> Tokens:
    """Return the texts in pieces of their words, by the file in ``folder``; first learn ``vocabulary`` of them.

    Raises
    ------
    MissingExtra
        If the library is not installed.
    """
    if vocabulary is not None:
        learn_subwords(tokens.words, tokens.counts(), vocabulary, folder)
    return in_pieces(tokens, bpe_in(folder))


def in_pieces(tokens: Tokens, tokenizer: Any) -> Tokens:
    """Return the texts in pieces of their words, by an open tokenizer."""
    numbers = WordIds()
    pieces = [
        np.array([numbers[piece] for piece in found], dtype=np.int32) for found in split_words(tokens.words, tokenizer)
    ]
    empty = np.zeros(0, dtype=np.int32)
    rows = [np.concatenate([empty, *(pieces[number] for number in text.tolist())]) for text in tokens.texts]
    return Tokens(list(numbers), rows)


def frequent_words(tokens: Tokens, most: int, min_count: int) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Return the most frequent words and their counts; of equal ones the one that came first is first."""
    counts = tokens.counts()
    order = np.argsort(-counts, kind="stable")[:most]
    order = order[counts[order] >= min_count]
    return [tokens.words[number] for number in order.tolist()], counts[order]


@dataclass(frozen=True)
class Shape:
    """How long rows are: ``length`` numbers, of longer texts the beginning (``truncating`` post) or the end (pre)."""

    length: int
    truncating: str


def to_rows(tokens: Tokens, vocabulary: Sequence[str], shape: Shape) -> Integers:
    """Return texts as rows (texts x length) of numbers of ``vocabulary``; one without words is one unknown word."""
    unknown = len(vocabulary) + 1
    number_of = {word: number for number, word in enumerate(vocabulary, 1)}
    numbers = np.array([number_of.get(word, unknown) for word in tokens.words], dtype=np.int32)
    found = np.full((len(tokens.texts), shape.length), PADDING, dtype=np.int32)
    for row, text in zip(found, tokens.texts, strict=True):
        kept = text[-shape.length :] if shape.truncating == "pre" else text[: shape.length]
        row[: len(kept)] = numbers[kept]
        if not len(kept):
            row[0] = unknown
    return found


def tokenizer_facts(name: str, *, lowercase: bool, word_rules: int = WORD_RULES) -> dict[str, Any]:
    """Return how texts are cut as a model's facts say it."""
    return {
        "tokenizer": name,
        "lowercase": lowercase,
        "version": TOKENIZERS[name].version(),
        "word_rules": word_rules,
    }
