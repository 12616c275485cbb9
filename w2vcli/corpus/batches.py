"""From pieces of text to token ids, in batches that other processes can make.

A batch has ids of its own, from 0, since the process that makes it does not know the words of the batches before.
Whoever takes the batches in order gives each word its id in the corpus (see `w2vcli.corpus.writer`).
"""

from __future__ import annotations

import os
import re
import signal
import threading
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, overload

import numpy as np
import numpy.typing as npt

from w2vcli.corpus.sentences import Piece, Splitter
from w2vcli.corpus.tokenizer_names import SUBWORDS
from w2vcli.corpus.tokenizers import TOKENIZERS
from w2vcli.processors import processors

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future, ProcessPoolExecutor

    from w2vcli.corpus.walking import PieceWalker

_CHARACTERS = 1 << 20  # of the pieces in a batch, at least
_TOKENS = 1 << 18
_CHARACTERS_BEFORE_COMPILING = 3 << 19
_CHARACTERS_A_WORD = 64  # a batch of a million characters has about 17,000 different words
# To start processes takes about a second, in which one of them reads about ten million characters.
_BATCHES_BEFORE_PROCESSES = 16
# Tokenizers of which a compiled loop knows the rules.
_WALKED = {"unicode", "whitespace", "characters", SUBWORDS}
# Digits, as 7, 1,000 or 3.14, and so with the part of speech that the tokenizer korean-tags gives them.
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*(?:/SN)?")


def is_number(token: str) -> bool:
    """Tell whether a token is digits, which ``keep_numbers`` decides about."""
    return _NUMBER.fullmatch(token) is not None


@dataclass(frozen=True)
class TokenizerConfig:
    """How text is tokenized, by which rules, and which tokens are left out. See `w2vcli.corpus.reading.Reading`."""

    tokenizer: str
    lowercase: bool
    keep_numbers: bool
    stop_words: tuple[str, ...]
    word_rules: int


class WordLines(Sequence[str]):
    """Words that are ``lines`` in UTF-8, with a newline behind each. A list is made of them when it is needed."""

    def __init__(self, lines: bytes) -> None:
        self.lines = lines

    @cached_property
    def _list(self) -> list[str]:
        return self.lines.decode("utf-8", "surrogatepass").split("\n")[:-1]

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> list[str]: ...

    def __getitem__(self, at: int | slice) -> str | list[str]:
        """Return a word, or some."""
        return self._list[at]

    def __len__(self) -> int:
        return self.lines.count(b"\n")

    def __iter__(self) -> Iterator[str]:
        return iter(self._list)


class Batch(NamedTuple):
    r"""The tokens of consecutive pieces, as ids within the batch.

    ``words[id]`` is the word of an id. Words stand in order of first appearance. Sentences end before the tokens at
    ``ends``, and the last one may go on in the next batch. For each end, ``places`` is where the text of the sentence
    stops, in characters from the beginning of the batch. Documents end with the first ``document_ends[i]`` sentences.
    ``characters`` is the length of all pieces. ``stop_words`` and ``number_tokens`` count the tokens left out as such.

    A text ``"b a b\na"``, which ends, gives ``words == ["b", "a"]``, ``ids == [0, 1, 0, 1]``, ``ends == [3, 4]``,
    ``places == [6, 7]``, ``document_ends == [2]`` and ``characters == 7``.
    """

    words: Sequence[str]
    ids: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    document_ends: npt.NDArray[np.int64]
    characters: int
    stop_words: int
    number_tokens: int


class WordIds(dict[str, int]):
    """The id of each word. A word that is new gets the next id."""

    def __missing__(self, word: str) -> int:
        self[word] = new = len(self)
        return new


class BatchMaker:
    """Makes batches of one sentence after the other."""

    def __init__(self) -> None:
        self.stop_words = self.number_tokens = 0
        self._begin()

    def _begin(self) -> None:
        self._word_ids = WordIds()
        self._ids, self._ends, self._places = array("i"), array("q"), array("q")

    def append(self, tokens: Sequence[str], place: int | None) -> None:
        """Append tokens of the running sentence. It ends with them, at ``place``, or goes on if that is None."""
        self._ids.extend(map(self._word_ids.__getitem__, tokens))
        if place is not None:
            self._ends.append(len(self._ids))
            self._places.append(place)

    def is_full(self) -> bool:
        """Tell whether there is enough for a batch."""
        return len(self._ids) >= _TOKENS

    def finish(self, document_ends: Sequence[int] = (), characters: int = 0) -> Batch:
        """Return what there is, and begin anew."""
        batch = Batch(
            words=list(self._word_ids),
            ids=np.array(self._ids, dtype=np.int32),
            ends=np.array(self._ends, dtype=np.int64),
            places=np.array(self._places, dtype=np.int64),
            document_ends=np.array(document_ends, dtype=np.int64),
            characters=characters,
            stop_words=self.stop_words,
            number_tokens=self.number_tokens,
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
        self._may_be_compiled = config.tokenizer in _WALKED and config.word_rules not in tokenizer.earlier
        self._name = config.tokenizer
        self._characters = 0
        self._walker: PieceWalker | None = None

    def tokenize(self, pieces: Sequence[Piece]) -> Batch:
        """Return the tokens of ``pieces``."""
        if (walker := self._find_walker(pieces)) is not None:
            return self._walk(walker, pieces)
        texts: list[str] = []
        places: list[int | None] = []
        document_ends = []
        start = going_on = 0
        for piece in pieces:
            found, stops = self._splitter.split(piece)
            texts += found
            places += [start + stop for stop in stops] if start else stops
            start += len(piece.text)
            if piece.ends:
                document_ends.append(len(texts) - going_on)
            else:
                places[-1] = None
                going_on += 1
        maker = BatchMaker()
        # All at once, since some tokenizers prepare for the characters that come, or share the work among threads.
        for tokens, place in zip(self._tokenize(texts), places, strict=True):
            maker.append(self._keep(tokens, maker), place)
        return maker.finish(document_ends, start)

    def is_compiled(self) -> bool:
        """Tell whether a compiled loop tokenizes by now. Several threads may have it do so at once."""
        return self._walker is not None

    def _find_walker(self, pieces: Sequence[Piece]) -> PieceWalker | None:
        """Return what walks over ``pieces`` by the compiled loop, or None.

        To compile it takes as long as to tokenize about a million characters without it.
        """
        self._characters += sum(len(piece.text) for piece in pieces)
        if self._may_be_compiled and self._walker is None and self._characters > _CHARACTERS_BEFORE_COMPILING:
            from w2vcli.corpus.text_kernel import load_text_kernel
            from w2vcli.corpus.walking import PieceWalker

            self._may_be_compiled = load_text_kernel() is not None
            if self._may_be_compiled:
                self._walker = PieceWalker(self._name, self._splitter, self._tokenize)
        return self._walker

    def _walk(self, walker: PieceWalker, pieces: Sequence[Piece]) -> Batch:
        """Return the tokens of ``pieces`` by the compiled loop."""
        from w2vcli.corpus.walking import WordTable

        characters = sum(len(piece.text) for piece in pieces)
        table = WordTable(characters // _CHARACTERS_A_WORD)
        walked = walker.walk(pieces, table)
        ended = np.flatnonzero([piece.ends for piece in pieces])
        batch = Batch(
            words=WordLines(table.joined()),
            ids=walked.ids,
            ends=walked.ends,
            places=walked.places,
            document_ends=walked.ends_by_piece[ended],
            characters=characters,
            stop_words=0,
            number_tokens=0,
        )
        return batch if self._keep_numbers and not self._stop_words else self._without_left_out(batch)

    def _without_left_out(self, batch: Batch) -> Batch:
        """Return a batch without the tokens that are left out, and with how many they are."""
        words = batch.words
        is_stop_word = _which(self._stop_words.__contains__, words) if self._stop_words else np.zeros(len(words), bool)
        digits = np.zeros(len(words), bool) if self._keep_numbers else _which(is_number, words)
        kept = ~(is_stop_word | digits)
        if kept.all():
            return batch
        is_kept = kept[batch.ids]
        behind = np.cumsum(np.append(0, is_kept))
        counts = np.bincount(batch.ids, minlength=len(words))
        new_ids = (np.cumsum(kept) - 1).astype(np.int32)
        return batch._replace(
            words=[word for word, is_word_kept in zip(words, kept.tolist(), strict=True) if is_word_kept],
            ids=new_ids[batch.ids[is_kept]],
            ends=behind[batch.ends],
            stop_words=int(counts[is_stop_word].sum()),
            number_tokens=int(counts[digits & ~is_stop_word].sum()),
        )

    def _keep(self, tokens: list[str], maker: BatchMaker) -> list[str]:
        """Return the tokens that are not left out, and count the others."""
        kept = tokens
        if self._stop_words:
            kept = [token for token in tokens if token not in self._stop_words]
            maker.stop_words += len(tokens) - len(kept)
        if not self._keep_numbers:
            words = [token for token in kept if not is_number(token)]
            maker.number_tokens += len(kept) - len(words)
            kept = words
        return kept


def _which(test: Callable[[str], bool], words: Sequence[str]) -> npt.NDArray[np.bool_]:
    return np.fromiter(map(test, words), bool, len(words))


def tokenize_all(pieces: Iterable[Piece], config: TokenizerConfig) -> Iterator[Batch]:
    """Yield the tokens of all ``pieces`` in order. Several processes tokenize a long text."""
    batches = in_batches(pieces)
    tokenizer = BatchTokenizer(config)
    for _, batch in zip(range(_BATCHES_BEFORE_PROCESSES), batches, strict=False):
        yield tokenizer.tokenize(batch)
        if tokenizer.is_compiled():
            break
    cores = processors()
    first = next(batches, None)
    if first is None:
        return
    rest = chain([first], batches)
    if cores == 1 or TOKENIZERS[config.tokenizer].has_threads:
        yield from map(tokenizer.tokenize, rest)
    elif tokenizer.is_compiled():
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(cores) as executor:
            yield from _in_order(executor, tokenizer.tokenize, rest, waiting=cores)
    else:
        with _processes(cores, config) as executor:
            yield from _in_order(executor, _tokenize_here, rest, waiting=2 * cores)


def in_batches(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Yield pieces in lists of about a million characters."""
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


def _in_order(
    executor: Executor, tokenize: Callable[[Sequence[Piece]], Batch], batches: Iterable[list[Piece]], waiting: int
) -> Iterator[Batch]:
    """Yield the batches in order. No more than ``waiting`` are asked for ahead, so that memory stays bounded."""
    futures: deque[Future[Batch]] = deque()
    try:
        for batch in batches:
            futures.append(executor.submit(tokenize, batch))
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
    """Wait for the end of the process that started this one, and end with it."""
    from multiprocessing import connection, parent_process

    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)  # where it was killed, nobody would end this process


def _tokenize_here(pieces: Sequence[Piece]) -> Batch:
    return _tokenize_pieces(pieces)
