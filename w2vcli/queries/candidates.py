"""Rows that may be among the best of many questions: a threshold for each, which rises with what is found."""

from __future__ import annotations

import threading
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.queries.row_blocks import Rows
from w2vcli.queries.scores import Scores


class Candidates(NamedTuple):
    """Pairs of a question and a row, with the interval of the score."""

    questions: Rows
    rows: Rows
    lows: Scores
    highs: Scores

    def at(self, places: npt.NDArray[Any]) -> Candidates:
        """Return the pairs at some places, or where a mask is true."""
        return Candidates(self.questions[places], self.rows[places], self.lows[places], self.highs[places])


class Shortlist:
    """The candidates of some questions, of which the ``topn`` best rows of each are wanted.

    A question's threshold is -inf at first. Later it is the ``topn``-th best lower bound of what was found, and pairs
    below it are left out. Several threads may add to it.
    """

    def __init__(self, questions: int, topn: int) -> None:
        self.thresholds = np.full(questions, -np.inf, dtype=np.float32)
        self._topn = topn
        self._found: list[Candidates] = []
        self._new = 0
        self._lock = threading.Lock()

    def require(self, thresholds: Scores) -> None:
        """Raise the thresholds to what ``topn`` rows of each question are known to reach, where that is higher."""
        with self._lock:
            np.maximum(self.thresholds, thresholds, out=self.thresholds)

    def add(self, found: Candidates) -> None:
        """Take pairs that are not below the thresholds, in any order."""
        with self._lock:
            self._found.append(found)
            self._new += len(found.questions)
            if self._new > len(self.thresholds) * self._topn:
                self._raise_thresholds()

    def rows(self) -> list[Rows]:
        """Return the rows left for each question."""
        self._raise_thresholds()
        found = self._found[0]
        bounds = np.searchsorted(found.questions, np.arange(len(self.thresholds) + 1))
        return [found.rows[first:last] for first, last in pairwise(bounds)]

    def _raise_thresholds(self) -> None:
        found = Candidates(*map(np.concatenate, zip(*self._found, strict=True)))
        found = found.at(_best_first(found))
        firsts = np.searchsorted(found.questions, np.arange(len(self.thresholds)))
        place = np.arange(len(found.questions)) - firsts[found.questions]
        last = place == self._topn - 1
        # What was required before may be higher than what these pairs show.
        questions = found.questions[last]
        self.thresholds[questions] = np.maximum(self.thresholds[questions], found.lows[last])
        self._found = [found.at(found.highs >= self.thresholds[found.questions])]
        self._new = 0


def _best_first(found: Candidates) -> npt.NDArray[np.intp]:
    """Return the places of pairs by question, and of each question the highest lower bound first."""
    # One integer for both is sorted much faster. As integers, the bits of floats have their order but for the sign.
    bits = found.lows.astype(np.float32, copy=False).view(np.int32)
    return np.argsort((found.questions << 32) - (bits ^ (bits >> 31 & 0x7FFFFFFF)))
