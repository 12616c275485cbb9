"""Blocks of rows: what all searches share, whichever rows they look at.

A search cuts the matrix into blocks, hands them to threads, scales their rows to length 1 and ranks what is left.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from w2vcli.processors import processors
from w2vcli.queries.scores import DECIMALS, Scores
from w2vcli.queries.terms import unit

Rows = npt.NDArray[np.int64]

# Between these lengths the squares of a float32 vector's values neither vanish nor overflow.
_SHORT, _LONG = 1e-15, 1e15


def in_threads(work: Callable[[int], None], starts: range) -> None:
    """Call ``work`` with each of ``starts``, the first rows of blocks, on all processors.

    The first exception of a thread stops the others and is raised.
    """
    threads = min(processors(), len(starts))
    waiting: Iterator[int] = iter(starts)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            for start in waiting:
                if failures:  # one thread was interrupted, so the others need not go on
                    return
                work(start)
        except BaseException as error:  # noqa: BLE001 - raised again below
            failures.append(error)

    others = [threading.Thread(target=run) for _ in range(threads - 1)]
    for thread in others:
        thread.start()
    run()
    for thread in others:
        thread.join()
    if failures:
        raise failures[0]


def float32_units(block: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the rows scaled to length 1, or rows of NaN where there is no direction."""
    with np.errstate(all="ignore"):
        lengths = np.sqrt(np.einsum("ij,ij->i", block, block))
        units: npt.NDArray[np.float32] = block / lengths[:, None]
        extreme = np.flatnonzero(~((lengths > _SHORT) & (lengths < _LONG)))
        if extreme.size:
            exact = unit(block[extreme].astype(np.float64))
            units[extreme] = np.where(exact.any(axis=1, keepdims=True), exact, np.nan)
        return units


def rank(scores: Scores, rows: Rows) -> npt.NDArray[np.intp]:
    """Return the places of ``scores`` from the best to the worst. Of ties, the lower of ``rows`` comes first."""
    return np.lexsort((rows, -scores.round(DECIMALS)))
