"""A page that is sent to somebody: one file with words, places, neighbours and compact vectors, which asks nobody.

Of each word it has the exact neighbours among the words of the page. Sums such as ``king - man + woman`` are answered
from compact vectors of the most frequent words, and the page says that these are about right.
"""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Float32s
from w2vcli.atomic import new_file
from w2vcli.escaping import visible
from w2vcli.explorer.maps import head_of
from w2vcli.explorer.packets import pack
from w2vcli.explorer.page import make_page
from w2vcli.explorer.word_map import WordMap, units_of
from w2vcli.models.directory import Model
from w2vcli.queries.neighbours import nearest_among
from w2vcli.reporting import SILENT, Reporter

# A page with more words would be too large to be sent.
MOST_WORDS = 100_000
# How many neighbours a page keeps of each word: fewer of many words.
_NEIGHBOURS, _FEW_NEIGHBOURS, _MANY_WORDS = 10, 4, 20_000
# Places of many words are less fine: there are 8,192 from side to side.
_COARSE = 8
# How many words have compact vectors, and of how many values.
_COMPACT_WORDS, _COMPACT_VALUES = 4_000, 80
# A value has four bits, for -7 to 7.
_STEPS = 7
_LARGEST = 2**32 - 1


def save_page(
    model: Model, found: WordMap, top: int, path: Path, language: str, reporter: Reporter, *, force: bool
) -> int:
    """Write the page of the ``top`` most frequent words, whole or not at all, and return its size in bytes.

    Raises
    ------
    OutputExists
        If there is such a file, unless ``force`` is set.
    """
    with new_file(path, force=force) as stream:
        packed = gzip.compress(_packet(model, found, top, reporter), mtime=0)
        text = make_page(model, language, packed, words=top).text.encode("utf-8", "backslashreplace")
        stream.write(text)
    return len(text)


def _packet(model: Model, found: WordMap, top: int, reporter: Reporter) -> bytes:
    units = units_of(model, 0, top)
    known, arrays = answers_of(units, _NEIGHBOURS if top <= _MANY_WORDS else _FEW_NEIGHBOURS, reporter)
    step = 1 if top <= _MANY_WORDS else _COARSE
    arrays["places"] = found.places[:top] // step * step
    arrays |= {"region_of": found.region_of[:top], "trust": found.trust[:top]}
    if model.counts is not None:
        arrays["counts"] = np.minimum(model.counts[:top], _LARGEST).astype(np.uint32)
    head = known | {"words": "\n".join(map(visible, model.words.between(0, top))), "count": top}
    return pack(head | head_of(found) | {"version": 1, "improving": False}, arrays, shuffled=True)


def answers_of(
    units: Float32s, topn: int, reporter: Reporter = SILENT
) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """Return what a page needs to answer by itself, for the head and as arrays: neighbours, and compact vectors."""
    words = len(units)
    neighbours, similarities = nearest_among(units, topn, reporter)
    exact = min(words, _COMPACT_WORDS)
    vectors = compact_vectors(units[:exact])
    arrays: dict[str, npt.NDArray[Any]] = {
        "neighbours": neighbours.astype(np.uint16 if words <= 1 << 16 else np.uint32),
        "similarities": _falling(similarities),
        "vectors": _as_halves(vectors),
    }
    return {"near": neighbours.shape[1], "exact": exact, "dimensions": vectors.shape[1]}, arrays


def _falling(similarities: Float32s) -> npt.NDArray[np.uint16]:
    """Return similarities (words x topn) in thousandths by rank: 1 + the first, then by how much each is less."""
    steps = np.rint((np.clip(similarities, -1, 1) + 1) * 1000).astype(np.int64)
    falling: npt.NDArray[np.uint16] = np.column_stack([steps[:, :1], -np.diff(steps, axis=1)]).T.astype(np.uint16)
    return falling


def compact_vectors(units: Float32s) -> Float32s:
    """Return vectors (words x 80 at most, an even number) of whole numbers from -7 to 7.

    They lie in the directions in which the vectors are longest. A vector is as long as its largest value allows, since
    the page divides by its length.
    """
    _, axes = np.linalg.eigh(units.T.astype(np.float64) @ units)
    turned = units @ axes[:, ::-1][:, :_COMPACT_VALUES].astype(np.float32)
    turned = np.pad(turned, [(0, 0), (0, turned.shape[1] % 2)])
    largest = np.abs(turned).max(axis=1, keepdims=True)
    steps: Float32s = np.rint(turned / np.where(largest > 0, largest, 1) * _STEPS)
    return steps


def _as_halves(vectors: Float32s) -> npt.NDArray[np.uint8]:
    """Return numbers from -7 to 7 as 1 to 15, two in a byte, the first one low."""
    steps = (vectors + _STEPS + 1).astype(np.uint8)
    halves: npt.NDArray[np.uint8] = steps[:, ::2] | np.left_shift(steps[:, 1::2], np.uint8(4))
    return halves
