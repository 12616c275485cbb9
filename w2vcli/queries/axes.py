"""Words by named features: their place on axes that pairs of words make, and what such an axis is worth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np

from w2vcli.array_types import Floats
from w2vcli.errors import BadSettings, BadVocabulary, NoDirection
from w2vcli.inputs import read_text
from w2vcli.models.directory import Model
from w2vcli.queries.ready_axes import LANGUAGES, LECTURE, READY_AXES, find_ready_axis
from w2vcli.queries.terms import find_terms, sort_words, unit
from w2vcli.queries.tokens import row_of
from w2vcli.reporting import SILENT, Reporter

Pair = tuple[str, str]

# Up to so many pairs all assignments of signs are gone through, else so many are drawn.
_EXACT_PAIRS = 12
_DRAWN = 9_999
_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_BETWEEN_WORDS = re.compile(r"\s*[,;\t]\s*|\s+")
# What differs by less is the same, but for rounding.
_ROUNDING = 1e-9


class Axis(NamedTuple):
    """A name, and pairs of words from its negative to its positive end.

    ``missing`` is how many more pairs it was made of, which a model does not have.
    """

    name: str
    pairs: tuple[Pair, ...]
    missing: int = 0


class Direction(NamedTuple):
    """An axis in a model: its unit vector, and what it explains.

    ``share_of_pairs`` is how much of the squared length of the pairs' differences lies along it, 1 / vector_size
    by chance for many pairs and 1 for one; ``p_value`` is the share of all ways to turn pairs around that make their
    mean difference at least as long, so it cannot be less than 2 / 2 ** pairs (Fisher's randomisation). ``differences``
    (pairs x vector_size) are those of the ``words`` of each pair, of unit vectors. The axis was made of ``given``
    pairs, of which the model has so many.
    """

    axis: str
    vector: Floats
    pairs: int
    share_of_pairs: float
    p_value: float
    differences: Floats
    words: tuple[Pair, ...]
    given: int


class Known(NamedTuple):
    """The axis with those of its pairs that a model has, and the pairs that it has not."""

    axis: Axis
    unknown: list[Pair]


def parse_axis(text: str) -> Axis:
    """Return the axis that ``NAME=neg:pos,neg:pos`` names.

    Raises
    ------
    BadSettings
        If it is something else.
    """
    name, _, pairs = text.partition("=")
    ends = [tuple(pair.split(":")) for pair in pairs.split(",")]
    found = tuple((end[0], end[1]) for end in ends if len(end) == 2 and all(end))
    if not name or len(found) < len(ends):
        names = ", ".join(axis.name for axis in READY_AXES)
        raise BadSettings(f"{text}: an axis is NAME=neg:pos, such as gender=man:woman,boy:girl; or one of {names}")
    return Axis(name, found)


def find_axis(model: Model, text: str) -> Axis:
    """Return the axis that ``NAME=neg:pos,neg:pos``, ``NAME=FILE`` or the name of a ready axis stands for.

    A ready axis is taken in the language of which the model has more of its pairs, and is called as it was asked.

    Raises
    ------
    BadSettings
        If it is something else.
    BadVocabulary
        If a line of the file is no pair, or there is none.
    DamagedInput
        If the file is not UTF-8.
    """
    ready = find_ready_axis(text)
    name, _, file = text.partition("=")
    if name and ":" not in file and file and Path(file).is_file():
        return Axis(name, read_pairs(Path(file)))
    if ready is None:
        if name and ":" not in file and ("/" in file or Path(file).suffix):
            raise BadSettings(f"{file}: no such file of pairs")
        return parse_axis(text)
    return max((parse_axis(f"{text}={ready.pairs[language]}") for language in LANGUAGES), key=partial(_known, model))


def read_pairs(path: Path) -> tuple[Pair, ...]:
    """Return the pairs in a UTF-8 file: two words a line, between them a comma, a semicolon, a tab or a blank.

    The negative end comes first. Empty lines are passed over, and so is what comes after a second comma.

    Raises
    ------
    BadVocabulary
        If a line has one word alone, or there is no pair.
    DamagedInput
        If the file is not UTF-8.
    """
    pairs = []
    for number, line in enumerate(_LINE_ENDS.split(read_text(path, "a file of pairs")), 1):
        words = [word.strip(' "') for word in _BETWEEN_WORDS.split(line.strip(" \t\ufeff"))][:2]
        if words == [""]:
            continue
        if len(words) < 2 or not all(words):
            raise BadVocabulary(f"{path}, line {number:,}: an axis has two words a line, its negative end first")
        pairs.append((words[0], words[1]))
    if not pairs:
        raise BadVocabulary(f"{path}: there are no pairs in it")
    return tuple(pairs)


def lecture_axes(model: Model) -> list[Axis]:
    """Return the axes of the lecture, in the language of which the model has more of their pairs."""
    ready = [axis for axis in READY_AXES if axis.name in LECTURE]
    by_language = [[parse_axis(f"{axis.name}={axis.pairs[language]}") for axis in ready] for language in LANGUAGES]
    return max(by_language, key=lambda axes: sum(_known(model, axis) for axis in axes))


def _known(model: Model, axis: Axis) -> int:
    """Return how many pairs of an axis a model has."""
    return len(known_pairs(model, axis).axis.pairs)


def known_pairs(model: Model, axis: Axis) -> Known:
    """Return the axis without the pairs of which the model does not have both words, and those."""
    unknown = [pair for pair in axis.pairs if any(row_of(model, word) is None for word in pair)]
    kept = tuple(pair for pair in axis.pairs if pair not in unknown)
    return Known(Axis(axis.name, kept, len(unknown)), unknown)


def choose_axes(model: Model, asked: Sequence[Axis] = (), reporter: Reporter = SILENT) -> list[Axis]:
    """Return the axes that were ``asked`` for, or else those of the lecture, with the pairs that the model has.

    Pairs that it does not have are left out with a warning, and so are axes of the lecture without any pair. A pair
    that is given again says nothing new, and counts once.

    Raises
    ------
    BadSettings
        If there is no pair of an axis that was asked for, or of any axis. If two axes have the same name, or one is
        called ``word``, which is the name of the column of words.
    """
    found: list[Axis] = []
    missing: list[str] = []
    for axis in asked or lecture_axes(model):
        once = tuple(dict.fromkeys(axis.pairs))
        if len(once) < len(axis.pairs):
            again = dict.fromkeys(":".join(pair) for pair in axis.pairs if axis.pairs.count(pair) > 1)
            reporter.warn(f"given more than once for the axis {axis.name}, counted once: {', '.join(again)}")
        known, unknown = known_pairs(model, axis._replace(pairs=once))
        named = ", ".join(":".join(pair) for pair in unknown)
        if not known.pairs and asked:
            raise BadSettings(f"the model has no pair of the axis {axis.name}: {named}")
        if unknown and asked:
            reporter.warn(f"not in the vocabulary, left out of the axis {axis.name}: {named}")
        if known.pairs:
            found.append(known)
        else:
            missing.append(axis.name)
    names = [axis.name for axis in found]
    if found and missing:
        reporter.warn(f"the model has no pair of these axes, left out: {', '.join(missing)}")
    if not found:
        raise BadSettings("the model has no pairs of the lecture's axes; name some: --axis NAME=neg:pos,neg:pos")
    if len({*names, "word"}) <= len(names):
        raise BadSettings("each axis needs a name of its own, other than word")
    return found


def words_with_vector(model: Model, words: Sequence[str], reporter: Reporter = SILENT) -> list[str]:
    """Return the words that have a vector, and warn of those left out.

    If none has one, all are returned: whoever looks for their vectors raises an error that explains each.
    """
    known, unknown = sort_words(model, words)
    if not known:
        return list(words)
    if unknown:
        reporter.warn(f"not in the vocabulary, left out: {', '.join(unknown)}")
    return known


def find_direction(model: Model, axis: Axis, seed: int) -> Direction:
    """Return the mean difference of the axis' pairs, of unit vectors, as a unit vector (Kozlowski et al. 2019).

    With more than 12 pairs the p-value is drawn with ``seed``.

    Raises
    ------
    UnknownWords
        If the model does not have all words of the pairs.
    NoDirection
        If the differences are zero or cancel out.
    """
    differences = _differences(model, axis)
    total = float((differences**2).sum())
    vector = unit(differences.mean(axis=0))
    share = float(((differences @ vector) ** 2).sum()) / total
    given = len(axis.pairs) + axis.missing
    p_value = _p_value(differences, seed)
    return Direction(axis.name, vector, len(axis.pairs), share, p_value, differences, axis.pairs, given)


def place(model: Model, words: Sequence[str], directions: Sequence[Direction]) -> Floats:
    """Return the cosine of each word with each axis (words x axes), in [-1, 1].

    Raises
    ------
    UnknownWords
        If the model does not have all words.
    """
    cosines: Floats = unit(find_terms(model, words).vectors) @ np.stack([found.vector for found in directions]).T
    return cosines


def place_in_variants(variants: Sequence[Model], words: Sequence[str], direction: Direction) -> Floats:
    """Return the cosine of each word with an axis in each variant of a model (variants x words).

    The pairs of the axis are the same in all, and both their vectors and those of the words are the variant's.

    Raises
    ------
    UnknownWords
        If the model does not have all words.
    NoDirection
        If the differences of the pairs are zero or cancel out in a variant.
    """
    axis = Axis(direction.axis, direction.words)
    rows = []
    for variant in variants:
        vector = unit(_differences(variant, axis).mean(axis=0))
        rows.append(unit(find_terms(variant, words).vectors) @ vector)
    return np.stack(rows)


def share_of_words(model: Model, words: Sequence[str], direction: Direction) -> float | None:
    """Return how much of the variance of the words, of unit vectors, lies along the axis; None if there is none."""
    units = unit(find_terms(model, words).vectors)
    centred = units - units.mean(axis=0)
    total = float((centred**2).sum())
    return float(((centred @ direction.vector) ** 2).sum()) / total if total > _ROUNDING else None


def _differences(model: Model, axis: Axis) -> Floats:
    """Return the differences of the pairs of an axis, of unit vectors (pairs x vector_size).

    Raises
    ------
    UnknownWords
        If the model does not have all words of the pairs.
    NoDirection
        If the differences are zero or cancel out.
    """
    negative, positive = (unit(find_terms(model, words).vectors) for words in zip(*axis.pairs, strict=True))
    differences: Floats = positive - negative
    if not np.linalg.norm(differences.mean(axis=0)) > _ROUNDING:
        raise NoDirection(f"the pairs of the axis {axis.name} are zero or cancel out, so they have no direction")
    return differences


def _p_value(differences: Floats, seed: int) -> float:
    """Return the share of ways to turn differences around whose sum is at least as long as that of all as they are."""
    count = len(differences)
    products = differences @ differences.T
    if count <= _EXACT_PAIRS:
        signs = np.array(list(product([1.0, -1.0], repeat=count)))
    else:
        drawn = np.random.default_rng(seed).choice([1.0, -1.0], size=(_DRAWN, count))
        signs = np.concatenate([np.ones((1, count)), drawn])
    lengths = np.einsum("si,ij,sj->s", signs, products, signs, optimize=True)
    return float((lengths >= lengths[0] * (1 - _ROUNDING)).mean())
