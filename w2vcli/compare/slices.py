"""Where words lie on axes in each of several slices of a text, such as its years.

One model of all the text gives the axis and the words, so that nothing has to be aligned. The vector of a word in a
slice is that of the model, moved as the word's contexts in the slice differ from all its contexts (see
`w2vcli.compare.differences`). Its place is the cosine with the axis. Chance makes a vector longer, so that its place
would be nearer to 0 the fewer occurrences a slice has. The squared length that is due to chance is taken away.

What the contexts of all words in a slice have in common is taken away, too. So a word moves only if it moves otherwise
than the text does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from w2vcli.array_types import Floats, Integers
from w2vcli.compare.comparison import text_of_model
from w2vcli.compare.context_sums import count_on_sides
from w2vcli.compare.differences import look_at
from w2vcli.compare.document_sides import values_of_documents
from w2vcli.compare.sides import make_sides
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.errors import BadCorpus
from w2vcli.escaping import visible
from w2vcli.models.directory import Model
from w2vcli.queries.axes import Direction
from w2vcli.queries.intervals import student
from w2vcli.queries.terms import find_rows
from w2vcli.reporting import Reporter
from w2vcli.training.model_text import open_text
from w2vcli.training.plans import TrainingPlan

# A word that comes more seldom in a slice has no place there.
LEAST = 20
_MOST_SLICES = 100
_GROUPS = 20


@dataclass(frozen=True)
class PlaceInSlice:
    """The place of a word on an axis in a slice, the ends of its 95 % interval, and how often the word comes there.

    The place is None where the word comes too seldom.
    """

    word: str
    axis: str
    slice: str
    place: float | None
    low: float | None
    high: float | None
    count: int


def find_places(
    model: Model,
    moved_to: Sequence[str],
    column: str,
    words: Sequence[str],
    directions: Sequence[Direction],
    cache: Path | None,
    *,
    seed: int,
    reporter: Reporter,
) -> list[PlaceInSlice]:
    """Return the places of words on axes in each slice of the text of a model, which is read again.

    Raises
    ------
    BadModel
        If it was not trained here.
    BadCorpus
        If its text is gone or has changed, or as in `places_in_slices`.
    """
    with open_text(model.path, model.facts, cache, reporter, moved_to) as text:
        found = places_in_slices(
            model, text.corpus, text.plan, column, words, directions, min_count=LEAST, seed=seed, reporter=reporter
        )
    if any(one.place is None for one in found):
        reporter.note(f"a word has no place in a slice in which it comes fewer than {LEAST} times")
    return found


def places_in_slices(
    model: Model,
    corpus: EncodedCorpus,
    plan: TrainingPlan,
    column: str,
    words: Sequence[str],
    directions: Sequence[Direction],
    *,
    min_count: int,
    seed: int,
    reporter: Reporter,
) -> list[PlaceInSlice]:
    """Return the places of words on axes in each slice, by word, axis and slice.

    Slices are the values of a ``column`` of the table, in the order of their numbers if all are numbers. The interval
    is by a jackknife that leaves out a twentieth of the documents at a time: it is for other documents of the same
    slice. A word that comes fewer than ``min_count`` times, or in fewer than five documents of a slice, has no place.

    Raises
    ------
    BadCorpus
        If the text is no table, has no such column, or that has fewer than two values or more than a hundred.
    BadModel
        If the model has words of other texts.
    """
    documents = values_of_documents(corpus, plan.reading, column)
    values = _in_order(set(filter(None, documents)))
    if not 2 <= len(values) <= _MOST_SLICES:
        raise BadCorpus(f"{visible(column)} has {len(values):,} values; 2 to {_MOST_SLICES} can be slices")
    text, _ = text_of_model(model, corpus, plan)
    rows = find_rows(model, words)
    axes = np.array([direction.vector for direction in directions], dtype=np.float64)
    found: dict[tuple[int, str], tuple[Floats, Floats]] = {}
    counts: dict[tuple[int, str], int] = {}
    with threadpool_limits(1), reporter.phase("comparing", len(values), "slices") as advance:
        for done, value in enumerate(values, 1):
            of_document = np.array([0 if one == value else 1 if one else -1 for one in documents], dtype=np.int64)
            sides = make_sides(corpus, of_document, (value, "all others"), seed)
            on_sides = count_on_sides(text.tokens, sides, len(text.vectors))
            enough = on_sides.min(axis=0) >= min_count
            wanted = np.where(np.isin(np.arange(len(enough)), rows) & enough, on_sides.sum(axis=0), 0)
            counts |= {(row, value): int(on_sides[0, row]) for row in rows}
            for one in look_at(text, sides, np.where(enough, on_sides.sum(axis=0), 0), seed).words(wanted, seed):
                vector = text.vectors[one.row].astype(np.float64)
                found[one.row, value] = place_on_axes(
                    one.as_vectors.astype(np.float64), one.counts, sides.side[one.units], vector, axes
                )
            advance(done)
    result = []
    for word, row in zip(words, rows, strict=True):
        for at, direction in enumerate(directions):
            for value in values:
                place = found.get((row, value))
                middle = low = high = None
                if place is not None:
                    middle, half = float(place[0][at]), float(place[1][at])
                    low, high = max(middle - half, -1.0), min(middle + half, 1.0)
                result.append(PlaceInSlice(word, direction.axis, value, middle, low, high, counts[row, value]))
    return result


def place_on_axes(sums: Floats, counts: Floats, side: Integers, vector: Floats, axes: Floats) -> tuple[Floats, Floats]:
    """Return the places of a word on ``axes`` (axes x vector_size) on the first side, and half of their intervals.

    ``sums`` (units x vector_size) are of contexts as they move the word's ``vector``, ``counts`` how often it comes in
    each unit, and ``side`` is 0 or 1.
    """
    totals = np.array([sums[side == number].sum(axis=0) for number in (0, 1)])
    sizes = np.array([counts[side == number].sum() for number in (0, 1)])
    ahead = sizes[1] / sizes.sum()
    chance = 0.0
    for number in (0, 1):
        here = side == number
        rest = sums[here] - counts[here, None] * (totals[number] / sizes[number])
        chance += here.sum() / (here.sum() - 1) * float((rest**2).sum()) / sizes[number] ** 2
    places = _cosines(vector + ahead * (totals[0] / sizes[0] - totals[1] / sizes[1])[None], ahead**2 * chance, axes)[0]
    variance, groups = np.zeros(len(axes)), [min(_GROUPS, int((side == number).sum())) for number in (0, 1)]
    for number in (0, 1):
        here = np.flatnonzero(side == number)
        firsts = np.arange(groups[number]) * len(here) // groups[number]
        without = totals[number] - np.add.reduceat(sums[here], firsts)
        means = without / (sizes[number] - np.add.reduceat(counts[here], firsts))[:, None]
        other = totals[1 - number] / sizes[1 - number]
        moved = means - other if number == 0 else other - means
        again = _cosines(vector + ahead * moved, ahead**2 * chance, axes)
        variance += (groups[number] - 1) / groups[number] * ((again - again.mean(axis=0)) ** 2).sum(axis=0)
    half: Floats = student(min(groups) - 1) * np.sqrt(variance)
    return places, half


def _cosines(vectors: Floats, chance: float, axes: Floats) -> Floats:
    """Return the cosines of vectors with axes, when so much of their squared length is due to ``chance``."""
    squared = np.einsum("kd,kd->k", vectors, vectors)
    # Where chance alone makes a vector long, little is known of its true length: half of it is kept.
    lengths = np.sqrt(np.maximum(squared - chance, squared / 4))
    found: Floats = (vectors @ axes.T) / np.maximum(lengths, 1e-12)[:, None]
    return found.clip(-1, 1)


def _in_order(values: set[str]) -> list[str]:
    """Return values by number if all are numbers, else by their letters."""
    try:
        return sorted(values, key=lambda value: (float(value), value))
    except ValueError:
        return sorted(values)
