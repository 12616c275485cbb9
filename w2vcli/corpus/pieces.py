"""Pieces of words: byte-pair encoding, learnt on the corpus, so that a small vocabulary covers every word.

Sennrich et al. (2016), by the library ``tokenizers``, whose file ``pieces.json`` is kept. A piece that
begins a word begins with ▁, as in SentencePiece.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from w2vcli.corpus.batches import BatchMaker
from w2vcli.corpus.numbers import Corpus, NumbersWriter
from w2vcli.errors import MissingExtra
from w2vcli.reporting import Reporter

NAME = "pieces.json"
_BEGINS_WORD = "▁"
_LONGEST_PART = 10_000
_WORDS_AT_ONCE = 1 << 14


def find_pieces(corpus: Corpus, folder: Path, vocabulary: int, reporter: Reporter) -> Corpus:
    """Learn up to ``vocabulary`` pieces of the words of ``corpus``, and write it cut into them into ``folder``.

    Raises
    ------
    MissingExtra
        If the library is not installed.
    """
    tokenizer = _learn(corpus, vocabulary)
    pieces: list[list[str]] = []
    for start in range(0, len(corpus.words), _WORDS_AT_ONCE):
        words = corpus.words[start : start + _WORDS_AT_ONCE]
        pieces += [found.tokens for found in tokenizer.encode_batch(words)]
    with NumbersWriter(folder) as writer, reporter.phase("cutting into pieces", corpus.read.tokens, "words") as advance:
        maker = BatchMaker()
        start = 0
        for end in corpus.sentence_ends.tolist():
            for part in range(start, end, _LONGEST_PART):
                numbers = corpus.tokens[part : min(part + _LONGEST_PART, end)].tolist()
                maker.append(
                    [piece for number in numbers for piece in pieces[number]], ends=part + _LONGEST_PART >= end
                )
            start = end
            if maker.is_full():
                writer.append(maker.finish())
                advance(end)
        writer.append(maker.finish())
        found = writer.finish(corpus.files(), corpus.read)
    tokenizer.save(str(folder / NAME))
    reporter.note(f"{corpus.read.tokens:,} words became {found.read.tokens:,} pieces of {len(found.words):,} kinds")
    return found


def cut_into_pieces(word: str, folder: Path) -> list[str]:
    """Return the pieces of a word, by the file in ``folder``.

    Raises
    ------
    MissingExtra
        If the library is not installed.
    """
    found: list[str] = _open(folder / NAME).encode(word).tokens
    return found


@cache
def _open(path: Path) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise MissingExtra("pieces of words", "subwords") from error
    return Tokenizer.from_file(str(path))


def _learn(corpus: Corpus, vocabulary: int) -> Any:
    try:
        from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    except ImportError as error:
        raise MissingExtra("pieces of words", "subwords") from error
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(_BEGINS_WORD, prepend_scheme="always")
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, show_progress=False)
    # Each word as often as it comes: merges are by count.
    order = np.argsort(-corpus.counts, kind="stable").tolist()
    lines = (" ".join([corpus.words[number]] * int(corpus.counts[number])) for number in order)
    tokenizer.train_from_iterator(lines, trainer)
    return tokenizer
