"""How much the meaning of words differs between two sides of a text.

One model of both sides gives the vectors of the words, and so of their contexts. A word's mean context on a side says
what it means there. From that follow::

    word    difference   low  high       p   fdr
    boxer         .612  .481  .743  .00001  .002     other contexts in A than in B
    the           .003  .001  .005    .300  .610     no more apart than by chance

- What the contexts of all words have in common on a side is taken away first, see `w2vcli.compare.space`.
- ``p`` is of shuffled documents, see `w2vcli.compare.shuffles`.
- The *difference* is 1 - the cosine of the word's vectors on both sides. The vector on a side is that of the model,
  moved as the word's contexts there differ from all its contexts. Means of few contexts lie apart by chance, which adds
  to every distance (Green et al. 2025). So the squared distance that is due to chance is taken away. Of a word that
  does not differ, half of the differences are below 0.
- ``low`` and ``high`` are its 95 % interval, by a jackknife that leaves out a twentieth of the documents of a side at a
  time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from w2vcli.array_types import Float32s, Floats, Integers
from w2vcli.compare.context_sums import TokenRows, count_on_sides, word_contexts
from w2vcli.compare.shuffles import (
    Pool,
    distances,
    false_discovery_rates,
    pack_shuffles,
    packed_distances,
    shuffle_sides,
    unusual,
)
from w2vcli.compare.sides import Sides
from w2vcli.compare.space import context_features, make_space
from w2vcli.queries.intervals import student
from w2vcli.reporting import SILENT, Reporter

# A word needs so many units on each side.
FEWEST_UNITS = 5
# A word with a false-discovery rate below this differs.
SURE = 0.05
# So many of the smallest p-values are checked by more shuffles, if they are below this.
_CHECKED = 200
_DOUBTFUL = 1e-3
_TIMES = 10
_GROUPS = 20


@dataclass(frozen=True)
class ComparedText:
    """A text and what it is compared by: the ``vectors`` and ``counts`` of the words of a model, by row.

    ``window`` and ``sample`` are those of the model's training.
    """

    tokens: TokenRows
    vectors: Float32s
    counts: Integers
    window: int
    sample: float


@dataclass(frozen=True)
class Differences:
    """What was measured for the words in ``rows``, in this order.

    ``counts`` (2 x rows) are how often each word comes on each side. ``moved`` (rows x vector_size) is how far its
    vector on the first side is ahead of that on the second, and ``chance`` the squared length of what is across its
    vector that is due to chance.
    """

    rows: Integers
    counts: Integers
    difference: Floats
    low: Floats
    high: Floats
    p: Floats
    fdr: Floats
    chance: Floats
    moved: Floats

    def ranked(self, *, least: bool) -> Integers:
        """Return the places of the words, the most changed first, or the least changed.

        Those whose false-discovery rate is below `SURE` are the most changed, then the others, and of each first those
        that differ much at least, by the lower end of the interval. The least changed are those whose interval reaches
        least far from 0, on either side.
        """
        if least:
            return np.argsort(np.maximum(np.abs(self.low), np.abs(self.high)), kind="stable")
        return np.lexsort((-self.low, self.fdr >= SURE))


def measure_differences(
    text: ComparedText,
    sides: Sides,
    *,
    min_count: int,
    shuffles: int,
    seed: int,
    asked: Sequence[int] | None = None,
    reporter: Reporter = SILENT,
) -> Differences:
    """Return how much words differ between two sides: those in the rows ``asked``, or all.

    Words that come fewer than ``min_count`` times on a side, or in fewer than five of its units, are left out.
    """
    counts = count_on_sides(text.tokens, sides, len(text.vectors))
    enough = counts.min(axis=0) >= min_count
    if not enough.any():
        return _collected([], np.zeros(0), counts, text.vectors.shape[1])
    together = np.where(enough, counts.sum(axis=0), 0)
    looked_at = look_at(text, sides, together, seed)
    wanted = together if asked is None else np.where(np.isin(np.arange(len(enough)), asked), together, 0)
    is_first = shuffle_sides(sides.side, shuffles, seed)
    pool, measured = Pool.empty(), []
    # The products are small, and threads would wait for each other.
    with threadpool_limits(1), reporter.phase("comparing", int((wanted > 0).sum()), "words") as advance:
        for one in looked_at.words(wanted, seed):
            apart = unusual(distances(one.evened, one.counts, is_first[one.units]))
            pool.add(len(one.units), apart[1:])
            vector = text.vectors[one.row].astype(np.float64)
            difference = _difference(one.as_vectors.astype(np.float64), one.counts, sides.side[one.units], vector)
            measured.append((one.row, len(one.units), apart[0], *difference))
            advance(len(measured))
        units = np.array([one[1] for one in measured], dtype=np.int64)
        p = pool.p_values(units, np.array([one[2] for one in measured], dtype=np.float64))
        small = np.argsort(p, kind="stable")[:_CHECKED]
        doubtful = {measured[at][0]: at for at in small.tolist() if p[at] < _DOUBTFUL}
        again = np.where(np.isin(np.arange(len(wanted)), [*doubtful]), wanted, 0)
        for row, checked in _shuffled_more(looked_at, again, pool, shuffles * _TIMES, seed):
            p[doubtful[row]] = checked
    return _collected(measured, p, counts, text.vectors.shape[1])


class LookedAt(NamedTuple):
    """The contexts of a word by unit, as they are compared (units x vector_size), and as they move its vector."""

    row: int
    units: Integers
    counts: Floats
    evened: Float32s
    as_vectors: Float32s


@dataclass(frozen=True)
class Look:
    """How contexts are looked at: ``ways`` has both matrices of a `Space`, ``common`` is what is taken away."""

    text: ComparedText
    sides: Sides
    features: Float32s
    ways: Float32s
    common: Float32s

    def words(self, wanted: Integers, seed: int) -> Iterator[LookedAt]:
        """Yield the words with a count in ``wanted`` that come in enough units of each side."""
        size = self.text.vectors.shape[1]
        for found in word_contexts(self.text.tokens, self.sides, wanted, self.features, self.text.window, seed):
            here = self.sides.side[found.units]
            if min((here == 0).sum(), (here == 1).sum()) >= FEWEST_UNITS:
                half = (np.where(here == 0, -0.5, 0.5) * found.counts).astype(np.float32)
                sums = (found.sums + half[:, None] * self.common) @ self.ways
                yield LookedAt(found.row, found.units, found.counts, sums[:, :size], sums[:, size:])


def look_at(text: ComparedText, sides: Sides, counts: Integers, seed: int) -> Look:
    """Return how contexts are looked at between two sides, on which the words come ``counts`` times together."""
    features = context_features(text.vectors, text.counts, text.sample)
    space = make_space(text.tokens, sides, text.vectors, counts, features, text.window, seed)
    ways = np.hstack([space.evened, space.to_vector.astype(np.float32)])
    return Look(text, sides, features, ways, space.common.astype(np.float32))


def _shuffled_more(
    looked_at: Look, wanted: Integers, pool: Pool, shuffles: int, seed: int
) -> Iterator[tuple[int, float]]:
    """Yield the row of each word with a count in ``wanted``, and its p-value by more shuffles of its own."""
    if not wanted.any():
        return
    packed = pack_shuffles(looked_at.sides.side, shuffles, seed)
    for one in looked_at.words(wanted, seed):
        found = packed_distances(one.evened, one.counts, packed[one.units])
        usual = pool.p_values(np.array([len(one.units)]), unusual(found)[:1])
        yield one.row, max(float(usual[0]), float((found[1:] >= found[0]).mean()))


Measured = tuple[int, int, float, float, float, float, Floats]


def _collected(measured: Sequence[Measured], p: Floats, counts: Integers, size: int) -> Differences:
    """Return what was measured of each word as arrays, with its p-value and false-discovery rate."""
    rows = np.array([one[0] for one in measured], dtype=np.int64)
    difference, half, chance = (np.array([one[at] for one in measured], dtype=np.float64) for at in (3, 4, 5))
    moved = np.array([one[6] for one in measured], dtype=np.float64).reshape(len(measured), size)
    return Differences(
        rows=rows,
        counts=counts[:, rows],
        difference=difference,
        low=difference - half,
        high=difference + half,
        p=p,
        fdr=false_discovery_rates(p),
        chance=chance,
        moved=moved,
    )


def _difference(sums: Floats, counts: Floats, side: Integers, vector: Floats) -> tuple[float, float, float, Floats]:
    """Return the difference of a word, half of its interval, the squared length by chance, and how far it moved.

    That length is of the part across the ``vector``. ``sums`` (units x vector_size), ``counts`` and ``side`` are of the
    word's units.
    """
    sizes, totals, chance = np.zeros(2), np.zeros((2, len(vector))), 0.0
    along = vector / (float(np.linalg.norm(vector)) or 1.0)
    for number in (0, 1):
        here = side == number
        sizes[number], totals[number] = counts[here].sum(), sums[here].sum(axis=0)
        # The variance of a mean over units of different sizes.
        rest = sums[here] - counts[here, None] * (totals[number] / sizes[number])
        across = float((rest**2).sum() - ((rest @ along) ** 2).sum())
        chance += here.sum() / (here.sum() - 1) * across / sizes[number] ** 2
    moved = totals[0] / sizes[0] - totals[1] / sizes[1]
    difference = float(apart_cosine(vector, moved[None], sizes, chance)[0])
    variance, groups = 0.0, [min(_GROUPS, int((side == number).sum())) for number in (0, 1)]
    for number in (0, 1):
        here = np.flatnonzero(side == number)
        firsts = np.arange(groups[number]) * len(here) // groups[number]
        without = totals[number] - np.add.reduceat(sums[here], firsts)
        means = without / (sizes[number] - np.add.reduceat(counts[here], firsts))[:, None]
        other = totals[1 - number] / sizes[1 - number]
        again = apart_cosine(vector, means - other if number == 0 else other - means, sizes, chance)
        variance += (groups[number] - 1) / groups[number] * float(((again - again.mean()) ** 2).sum())
    return difference, student(min(groups) - 1) * float(np.sqrt(variance)), chance, moved


def apart_cosine(vector: Floats, moved: Floats, sizes: Floats, chance: float) -> Floats:
    """Return 1 - the cosine of a word's vectors on both sides, for each of several ways in which it ``moved``.

    The word has ``sizes`` occurrences on the sides, n1 and n2, and the model's ``vector``. On the first side its vector
    is n2 / (n1 + n2) of the way ahead of it, on the second side n1 / (n1 + n2) behind. What it moved has a part along
    the vector, which makes it longer, and a part across, which turns it. ``chance`` is the squared length that the part
    across is expected to have without any difference, and is taken away.
    """
    ahead, behind = sizes[1] / sizes.sum(), sizes[0] / sizes.sum()
    length = float(np.linalg.norm(vector)) or 1.0
    along = moved @ vector / length
    across = np.einsum("kd,kd->k", moved, moved) - along**2 - chance
    first = np.maximum(length + ahead * along, 0.1 * length)
    second = np.maximum(length - behind * along, 0.1 * length)
    squared = (first**2 + ahead**2 * across) * (second**2 + behind**2 * across)
    found: Floats = 1 - (first * second - ahead * behind * across) / np.sqrt(np.maximum(squared, 1e-2 * length**4))
    # Where chance alone makes a vector long, a difference says little, and is at least no cosine's.
    return found.clip(-1, 2)


def shrunk(moved: Floats, vector: Floats, chance: float) -> Floats:
    """Return how far a word moved less what is due to chance: nothing where chance alone would turn it as far."""
    across = float(moved @ moved) - float(moved @ vector) ** 2 / (float(vector @ vector) or 1.0)
    result: Floats = moved * (max(0.0, 1 - chance / across) if across > 0 else 0.0)
    return result
