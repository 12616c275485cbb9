"""Pieces of words: byte-pair encoding, learnt on the corpus, so that a small vocabulary covers every word.

Sennrich et al. (2016), by the library ``tokenizers``, whose file ``pieces.json`` is kept. A piece that
begins a word begins with ▁, as in SentencePiece.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

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
    learn_pieces(corpus.words, corpus.counts, vocabulary, folder)
    pieces = cut_all_into_pieces(corpus.words, folder)
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


def cut_all_into_pieces(words: Sequence[str], folder: Path) -> list[list[str]]:
    """Return the pieces of each word, by the file in ``folder``; see `cut_into_pieces`."""
    tokenizer = _open(folder / NAME)
    pieces: list[list[str]] = []
    for start in range(0, len(words), _WORDS_AT_ONCE):
        pieces += [found.tokens for found in tokenizer.encode_batch(list(words[start : start + _WORDS_AT_ONCE]))]
    return pieces


def learn_pieces(words: Sequence[str], counts: npt.NDArray[np.int64], vocabulary: int, folder: Path) -> None:
    """Learn up to ``vocabulary`` pieces of ``words``, each of which comes so often, and write them into ``folder``.

    Raises
    ------
    MissingExtra
        If the library is not installed.
    """
    try:
        from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    except ImportError as error:
        raise MissingExtra("pieces of words", "subwords") from error
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(_BEGINS_WORD, prepend_scheme="always")
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, show_progress=False)
    # Each word as often as it comes: merges are by count.
    order = np.argsort(-counts, kind="stable").tolist()
    lines = (" ".join([words[number]] * int(counts[number])) for number in order)
    tokenizer.train_from_iterator(lines, trainer)
    tokenizer.save(str(folder / NAME))


@cache
def _open(path: Path) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise MissingExtra("pieces of words", "subwords") from error
    return Tokenizer.from_file(str(path))
