"""Several trainings at once, each by one thread on weights of its own.

Threads that train the same weights wait for each other's memory. So two variants of the fairy tales by one thread each
take 4/5 of the time of two that are trained one after the other by two threads. And with one thread, a seed gives the
same bytes each time.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice

from w2vcli.array_types import Float32s
from w2vcli.reporting import Advance, Reporter

_SECONDS_BETWEEN_LOOKS = 0.1
Train = Callable[[int, Reporter], Float32s]


class _Stopped(Exception):
    """Raised in a training that nobody waits for any more."""


def train_at_once(
    train: Train,
    seeds: Sequence[int],
    workers: int,
    warn: Callable[[str], None],
    advance: Advance,
) -> Generator[Float32s, None, None]:
    """Yield what ``train`` returns for each of the ``seeds``, in their order, ``workers`` of them at a time.

    ``advance`` is told what all have done together, by the thread that asks. Close the iterator to stop them.
    """
    done = dict.fromkeys(seeds, 0)
    stop = threading.Event()
    rest = iter(seeds)
    with ThreadPoolExecutor(workers) as threads:

        def begin(seed: int) -> None:
            def keep(words: int) -> None:
                # Before the first words code may be compiled, and nothing may be raised in the middle of that.
                if words and stop.is_set():
                    raise _Stopped
                done[seed] = words

            begun.append(threads.submit(train, seed, _Part(warn, keep)))

        begun: deque[Future[Float32s]] = deque()
        try:
            for seed in islice(rest, workers):
                begin(seed)
            while begun:
                first = begun.popleft()
                while wait([first], _SECONDS_BETWEEN_LOOKS).not_done:
                    advance(sum(done.values()))
                vectors = first.result()
                for seed in islice(rest, 1):
                    begin(seed)
                yield vectors
        finally:
            stop.set()
            for each in begun:
                each.cancel()


def train_one_by_one(
    train: Train, seeds: Sequence[int], words: int, reporter: Reporter, advance: Advance
) -> Generator[Float32s, None, None]:
    """Yield what ``train`` returns for each of the ``seeds``, where each goes through about so many ``words``."""
    for at, seed in enumerate(seeds):

        def move(done: int, before: int = at * words) -> None:
            advance(before + min(done, words))

        yield train(seed, _Part(reporter.warn, move))
        advance((at + 1) * words)


class _Part:
    """A reporter of one of several trainings, which hands on its progress."""

    def __init__(self, warn: Callable[[str], None], advance: Advance) -> None:
        self.warn = warn
        self._advance = advance

    @contextmanager
    def phase(self, name: str, total: int | None = None, unit: str = "") -> Iterator[Advance]:
        """Hand on how much of the phase is done."""
        yield self._advance

    def status(self, message: str) -> None:
        """Do nothing."""

    def note(self, message: str) -> None:
        """Do nothing."""
