"""From pieces of text to token ids, in batches that other processes can make."""

from __future__ import annotations

import os
import re
import signal
import threading
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.corpus.sentences import Piece, Splitter
from w2vcli.corpus.tokenizers import TOKENIZERS
from w2vcli.processors import processors

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

_CHARACTERS = 1 << 20
_TOKENS = 1 << 18
# To start processes takes about a second, in which one of them reads about ten million characters.
_BATCHES_BEFORE_PROCESSES = 16
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*(?:/SN)?")


@dataclass(frozen=True)
class TokenizerConfig:
    """How text is cut into tokens, by which rules, and which tokens are left out."""

    tokenizer: str
    lowercase: bool
    keep_numbers: bool
    stop_words: tuple[str, ...]
    word_rules: int


class Batch(NamedTuple):
    r"""The tokens of consecutive pieces, as ids within the batch.

    ``words[id]`` is the word of an id. Words stand in order of first appearance. Sentences end before the tokens at
    ``ends``, and the last one may go on in the next batch. ``stop_words`` and ``number_tokens`` count the tokens that
    were left out as such.

    The pieces ``"b a b\na"`` give ``words == ["b", "a"]``, ``ids == [0, 1, 0, 1]`` and ``ends == [3]``.
    """

    words: list[str]
    ids: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int64]
    stop_words: int
    number_tokens: int


class WordIds(dict[str, int]):
    """The id of each word. A word that is new gets the next id."""

    def __missing__(self, word: str) -> int:
        self[word] = new = len(self)
        return new


class BatchMaker:
    """Makes a batch of the tokens of one sentence after the other."""

    def __init__(self) -> None:
        self.stop_words = self.number_tokens = 0
        self._begin()

    def _begin(self) -> None:
        self._word_ids = WordIds()
        self._ids, self._ends = array("i"), array("q")

    def append(self, tokens: Sequence[str], *, ends: bool) -> None:
        """Append tokens of the running sentence."""
        self._ids.extend(map(self._word_ids.__getitem__, tokens))
        if ends:
            self._ends.append(len(self._ids))

    def is_full(self) -> bool:
        """Tell whether there is enough for a batch."""
        return len(self._ids) >= _TOKENS

    def finish(self) -> Batch:
        """Return what there is, and begin anew."""
        batch = Batch(
            list(self._word_ids),
            np.array(self._ids, dtype=np.int32),
            np.array(self._ends, dtype=np.int64),
            self.stop_words,
            self.number_tokens,
        )
        self._begin()
        return batch


class BatchTokenizer:
    """Turns pieces of text into batches of token ids."""

    def __init__(self, config: TokenizerConfig) -> None:
        tokenizer = TOKENIZERS[config.tokenizer]
        self._splitter = Splitter(tokenizer, lowercase=config.lowercase)
        self._tokenize = tokenizer.compile_by(config.word_rules)
        self._stop_words = frozenset(config.stop_words)
        self._keep_numbers = config.keep_numbers

    def tokenize(self, pieces: Sequence[Piece]) -> Batch:
        """Return the tokens of ``pieces``."""
        sentences = list(chain.from_iterable(map(self._splitter.split, pieces)))
        maker = BatchMaker()
        for sentence, found in zip(sentences, self._tokenize([text for text, _ in sentences]), strict=True):
            kept = found
            if self._stop_words:
                kept = [token for token in found if token not in self._stop_words]
                maker.stop_words += len(found) - len(kept)
            if not self._keep_numbers:
                words = [token for token in kept if not _NUMBER.fullmatch(token)]
                maker.number_tokens += len(kept) - len(words)
                kept = words
            maker.append(kept, ends=sentence.ends)
        return maker.finish()


def tokenize_all(pieces: Iterable[Piece], config: TokenizerConfig) -> Iterator[Batch]:
    """Yield the tokens of all ``pieces`` in order; a long text is cut by several processes."""
    batches = _batches(pieces)
    tokenizer = BatchTokenizer(config)
    for _, batch in zip(range(_BATCHES_BEFORE_PROCESSES), batches, strict=False):
        yield tokenizer.tokenize(batch)
    cores = processors()
    first = next(batches, None)
    if first is None:
        return
    rest = chain([first], batches)
    if cores == 1 or TOKENIZERS[config.tokenizer].has_threads:
        yield from map(tokenizer.tokenize, rest)
        return
    with _processes(cores, config) as executor:
        yield from _in_order(executor, rest, waiting=2 * cores)


def _batches(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    batch: list[Piece] = []
    characters = 0
    for piece in pieces:
        batch.append(piece)
        characters += len(piece.text)
        if characters >= _CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _in_order(executor: ProcessPoolExecutor, batches: Iterable[list[Piece]], waiting: int) -> Iterator[Batch]:
    futures: deque[Future[Batch]] = deque()
    try:
        for batch in batches:
            futures.append(executor.submit(_tokenize_here, batch))
            if len(futures) > waiting:
                yield futures.popleft().result()
        while futures:
            yield futures.popleft().result()
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _processes(count: int, config: TokenizerConfig) -> ProcessPoolExecutor:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # A forked process would have the locks, but not the threads, of the one that shows the progress.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(count, context, _start_process, (config,))


_tokenize_pieces: Callable[[Sequence[Piece]], Batch]  # in a process of the pool


def _start_process(config: TokenizerConfig) -> None:
    global _tokenize_pieces  # noqa: PLW0603 - a process of a pool has no other place
    _tokenize_pieces = BatchTokenizer(config).tokenize
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that waits for this one ends it
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import connection, parent_process

    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)  # where it was killed, nobody would end this process


def _tokenize_here(pieces: Sequence[Piece]) -> Batch:
    return _tokenize_pieces(pieces)
