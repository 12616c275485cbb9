"""A page that is sent to somebody: one file with words, places, neighbours and compact vectors, which asks nobody.

Of each word it has the exact neighbours among the words of the page. Sums such as ``king - man + woman`` are answered
from compact vectors of the most frequent words. How far their cosines are off is measured, and the page tells it.
"""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path
from typing import Any, NamedTuple

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
from w2vcli.queries.axes import find_axis, known_pairs
from w2vcli.queries.neighbours import nearest_among
from w2vcli.queries.ready_axes import READY_AXES
from w2vcli.queries.tokens import row_of
from w2vcli.reporting import SILENT, Reporter

# A page with more words would be too large to be sent.
MOST_WORDS = 100_000
# How many neighbours a page keeps of each word: fewer of many words.
_NEIGHBOURS, _FEW_NEIGHBOURS, _MANY_WORDS = 10, 4, 20_000
# Places of many words are less fine: there are 8,192 from side to side.
_COARSE = 8
# How many words have compact vectors: more where a page is large anyway, and the vectors are a small part of it.
_COMPACT_WORDS, _MORE_COMPACT_WORDS = 3_000, 4_000
# The vectors take what a page has left of so many bytes, and more where it has more words.
_BYTES, _BYTES_OF_WORDS, _BYTES_PER_WORD = 496_000, 5_000, 26
# A byte is so many in a page: seven bits are a character, and four characters of 128 take two bytes.
_AS_TEXT = 8 / 7 * (1 + 4 / 128)
_LEAST_ROOM = 100_000
# Fewer words have vectors where cosines would be off by more, as those of many dimensions.
_MOST_OFF, _LEAST_WORDS = 0.05, 750
# A value of a vector is a multiple of a step: so many steps of 1 at most, and the steps of two tries differ by a tenth.
_FINEST, _TRIES, _RATIO = 1_000, 64, 1.1
# The sums by which compact vectors are measured, the words that they are of, and the answers that are looked at.
_SUMS, _SUMMED, _ANSWERS = 200, 2_000, 10
_SURE = 0.95
_LARGEST = 2**32 - 1


class Compact(NamedTuple):
    """Vectors of whole numbers (words x dimensions), and by how much their cosines are ``off``."""

    steps: npt.NDArray[np.int16]
    off: float


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
        packed = gzip.compress(_packet(model, found, top, language, reporter), mtime=0)
        text = make_page(model, language, packed, words=top).text.encode("utf-8", "backslashreplace")
        stream.write(text)
    return len(text)


def _packet(model: Model, found: WordMap, top: int, language: str, reporter: Reporter) -> bytes:
    units = units_of(model, 0, top)
    is_many = top > _MANY_WORDS
    exact = min(top, _MORE_COMPACT_WORDS if is_many else _COMPACT_WORDS)
    known, arrays = _neighbours(units, _FEW_NEIGHBOURS if is_many else _NEIGHBOURS, reporter)
    arrays["places"] = found.places[:top] // _COARSE * _COARSE if is_many else found.places[:top]
    arrays |= {"region_of": found.region_of[:top], "trust": found.trust[:top]}
    if model.counts is not None:
        arrays["counts"] = np.minimum(model.counts[:top], _LARGEST).astype(np.uint32)
    head = known | {"words": "\n".join(map(visible, model.words.between(0, top))), "count": top}
    head |= head_of(found) | {"version": 1, "improving": False, "axes": _ready_axes(model, top)}
    frame = make_page(model, language, words=top).text.encode("utf-8", "backslashreplace")
    most = _BYTES + _BYTES_PER_WORD * max(0, top - _BYTES_OF_WORDS)
    room = int((most - len(frame)) / _AS_TEXT) - len(gzip.compress(pack(head, arrays, shuffled=True)))
    told, vectors = _vectors(units[:exact], max(_LEAST_ROOM, room))
    return pack(head | told, arrays | vectors, shuffled=True)


def _ready_axes(model: Model, words: int) -> dict[str, list[list[int]]]:
    """Return the rows of the pairs of each axis that has a name, by both of its names, among the first ``words``."""
    found: dict[str, list[list[int]]] = {}
    for axis in READY_AXES:
        pairs = known_pairs(model, find_axis(model, axis.name)).axis.pairs
        rows = [[row for word in pair if (row := row_of(model, word)) is not None and row < words] for pair in pairs]
        whole = [pair for pair in rows if len(pair) == len(pairs[0])]
        found |= {axis.name: whole, axis.korean_name: whole} if whole else {}
    return found


def answers_of(
    units: Float32s, topn: int, reporter: Reporter = SILENT
) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """Return what a page needs to answer by itself, for the head and as arrays: neighbours, and compact vectors."""
    known, arrays = _neighbours(units, topn, reporter)
    told, vectors = _vectors(units[:_COMPACT_WORDS], _LEAST_ROOM)
    return known | told, arrays | vectors


def _neighbours(units: Float32s, topn: int, reporter: Reporter) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    neighbours, similarities = nearest_among(units, topn, reporter)
    return {"near": neighbours.shape[1]}, {
        "neighbours": neighbours.astype(np.uint16 if len(units) <= 1 << 16 else np.uint32),
        "similarities": _falling(similarities),
    }


def _vectors(units: Float32s, room: int) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """Return compact vectors of all words; of half of them, or a quarter, where those would be too far off."""
    found = compact_vectors(units, room)
    while found.off > _MOST_OFF and len(found.steps) >= 2 * _LEAST_WORDS:
        found = compact_vectors(units[: len(found.steps) // 2], room)
    exact, dimensions = found.steps.shape
    return {"exact": exact, "dimensions": dimensions, "off": found.off}, {"vectors": _zigzag(found.steps)}


def _falling(similarities: Float32s) -> npt.NDArray[np.uint16]:
    """Return similarities (words x topn) in thousandths by rank: 1 + the first, then by how much each is less."""
    steps = np.rint((np.clip(similarities, -1, 1) + 1) * 1000).astype(np.int64)
    falling: npt.NDArray[np.uint16] = np.column_stack([steps[:, :1], -np.diff(steps, axis=1)]).T.astype(np.uint16)
    return falling


def compact_vectors(units: Float32s, room: int) -> Compact:
    """Return vectors that take ``room`` bytes at most once they are compressed, or as few as 64 tries reach.

    They lie in the directions in which the vectors are longest, and one step is the same in all of them: so the error
    of a cosine is about as small as so many bytes allow. A page divides by the length of a vector.
    """
    _, axes = np.linalg.eigh(units.T.astype(np.float64) @ units)
    turned = units @ axes[:, ::-1].astype(np.float32)

    def at(trial: int) -> npt.NDArray[np.int16]:
        found: npt.NDArray[np.int16] = np.rint(turned * (_FINEST / _RATIO**trial)).astype(np.int16)
        return found

    low, high = 0, _TRIES
    while low < high:  # the finest that has room
        middle = (low + high) // 2
        pairs = _zigzag(at(middle)).reshape(-1, 1).view(np.uint8)
        size = len(zlib.compress(pairs.T.tobytes()))  # the packet is shuffled
        low, high = (low, middle) if size <= room else (middle + 1, high)
    steps = at(low)
    steps = steps[:, : max(1, int(steps.any(axis=0).nonzero()[0].max(initial=0)) + 1)]
    return Compact(steps, _off(units, steps))


def _zigzag(steps: npt.NDArray[np.int16]) -> npt.NDArray[np.uint16]:
    """Return numbers as 2n, or -2n - 1 below zero, one dimension after the other: they compress best so."""
    numbers: npt.NDArray[np.uint16] = np.where(steps < 0, -2 * steps - 1, 2 * steps).T.astype(np.uint16)
    return numbers


def _off(units: Float32s, steps: npt.NDArray[np.int16]) -> float:
    """Return by how much 95 % of the cosines are off at most, of answers to random sums of three words."""
    if len(units) < 2:
        return 0.0
    asked = np.random.default_rng(0).integers(0, min(len(units), _SUMMED), (_SUMS, 3))
    own, exact = (cosines_of_sums(vectors, asked) for vectors in (steps.astype(np.float32), units))
    answers = np.argsort(-own, axis=1)[:, :_ANSWERS]
    told, true = (np.take_along_axis(cosines, answers, axis=1) for cosines in (own, exact))
    known = np.isfinite(told) & np.isfinite(true)  # all but the three words, where there are few others
    errors = np.abs(told[known] - true[known])
    return math.ceil(1000 * float(np.quantile(errors, _SURE))) / 1000 if errors.size else 0.0


def cosines_of_sums(vectors: Float32s, asked: npt.NDArray[np.int64]) -> Float32s:
    """Return the cosines (sums x words) of all words with a - b + c, for rows a, b, c. Those of the three are -inf."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    long = vectors / np.where(lengths > 0, lengths, 1)
    sums = long[asked[:, 0]] - long[asked[:, 1]] + long[asked[:, 2]]
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    cosines: Float32s = (sums / np.where(lengths > 1e-6, lengths, 1)) @ long.T
    np.put_along_axis(cosines, asked, -np.inf, axis=1)
    return cosines
