"""The words of a model with their places, as packets: first by PCA, and by the better map once that is there."""

from __future__ import annotations

import os
import sys
import threading
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.errors import W2vError
from w2vcli.escaping import visible
from w2vcli.explorer.kept_map import keep_map, open_map
from w2vcli.explorer.packets import pack
from w2vcli.explorer.word_map import FirstMap, WordMap, make_better_map
from w2vcli.models.directory import Model
from w2vcli.reporting import Reporter

_MOST_WORDS = 200_000
_LARGEST = 2**32 - 1
_BEHIND = 15


class Maps:
    """The maps of a model. A better one is made in a thread of its own, unless one is kept."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._better = open_map(model)
        self._first = None if self._better else FirstMap(model)
        self._is_improving = self._better is None
        self._begun = False

    def improve(self) -> None:
        """Begin to make the better map, once."""
        if self._is_improving and not self._begun:
            self._begun = True
            threading.Thread(target=self._improve_behind, daemon=True).start()

    def _improve_behind(self) -> None:
        """Make the better map behind all questions, on Linux, where each thread has a priority of its own."""
        if sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _BEHIND)
        self._improve()

    def _improve(self) -> None:
        try:
            found = make_better_map(self._model)
            keep_map(self._model, found)
            self._better = found
        except W2vError:  # too few words: the first map stays
            pass
        finally:
            self._is_improving = False

    def words(self, start: int, most: int) -> bytes:
        """Return a packet of words from ``start`` on, with their counts and places; the first has all of the map.

        Raises
        ------
        ValueError
            If there is no such word.
        """
        total = len(self._model.words)
        if not 0 <= start < total:
            raise ValueError(f"no word {start}")
        stop = min(total, start + max(1, min(most, _MOST_WORDS)))
        better = self._better
        arrays: dict[str, npt.NDArray[Any]] = {"places": self._places(better, start, stop)}
        if self._model.counts is not None:
            arrays["counts"] = np.minimum(self._model.counts[start:stop], _LARGEST).astype(np.uint32)
        head = {
            "words": "\n".join(map(visible, self._model.words.between(start, stop))),
            "count": stop - start,
        }
        if start == 0:
            head, arrays = head | self._head(better), arrays | _known(better)
        return pack(head, arrays)

    def newer_than(self, version: int) -> bytes:
        """Return a packet with the better map, if the page has another one; else whether one is being made."""
        better = self._better
        if better is None or version > 0:
            return pack({"improving": self._is_improving}, {})
        return pack(self._head(better), {"places": better.places, **_known(better)})

    def _places(self, better: WordMap | None, start: int, stop: int) -> npt.NDArray[np.uint16]:
        if better is not None:
            return better.places[start:stop]
        if self._first is None:
            self._first = FirstMap(self._model)
        return self._first.places(start, stop)

    def _head(self, better: WordMap | None) -> dict[str, Any]:
        if better is None:
            return {"version": 0, "method": FirstMap.method, "improving": self._is_improving}
        return head_of(better) | {"version": 1, "improving": False}


def kept_or_made(model: Model, reporter: Reporter, words: int) -> WordMap:
    """Return the better map of a model, of the first ``words`` at least: the one that is kept, or a new one.

    A new one has no other words, since there may be many times as many. It is kept if it has all.

    Raises
    ------
    BadVocabulary
        If there are too few words.
    """
    kept = open_map(model)
    if kept is not None:
        return kept
    with reporter.phase("mapping"):
        found = make_better_map(model, words=words)
    if words == len(model.words):
        keep_map(model, found)
    return found


def head_of(found: WordMap) -> dict[str, Any]:
    """Return what the page is told of a map besides its numbers."""
    return {
        "method": found.method,
        "landmarks": found.landmarks,
        "regions": [[region._asdict() for region in level] for level in found.regions],
    }


def _known(better: WordMap | None) -> dict[str, npt.NDArray[Any]]:
    return {} if better is None else {"region_of": better.region_of, "trust": better.trust}
