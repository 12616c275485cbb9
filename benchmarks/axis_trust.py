"""How well axes order words as people do, by how far their pairs agree; and how often an interval holds.

    python -m benchmarks.axis_trust FOLDER MODEL...

FOLDER has the ratings of Kozlowski, Taddy and Evans (2019), with their pairs. Each model's axes are made of random
subsets of these pairs, some replaced by random words, so that there are good and bad ones.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from w2vcli.models.directory import Model, open_model_directory
from w2vcli.models.registry import find_model
from w2vcli.queries.axes import Axis, Pair, find_direction, known_pairs, place
from w2vcli.queries.axis_trust import LEAST_RELIABILITY, place_with_intervals, reliability
from w2vcli.queries.terms import find_terms, unit
from w2vcli.queries.tokens import row_of

PAIRS = {"gender": "gender_pairs.csv", "class": "affluence_pairs.csv", "race": "race_pairs.csv"}
RATINGS = "survey_means_weighted.csv"
_AXES = 600  # of each feature and model
_HALVES = 60
_RESAMPLES = 400
_SOME_WORDS = slice(300, 600)
_BINS = (0, 0.1, 0.3, 0.4, 0.5, LEAST_RELIABILITY, 0.7, 0.8, 1)


class Tried(NamedTuple):
    """An axis of random pairs: how far they agree, and how far its places agree with what people said."""

    reliability: float
    correlation: float


def read_pairs(path: Path) -> list[Pair]:
    """Return the pairs of a file, the positive end second."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [(row[1].strip(), row[0].strip()) for row in csv.reader(file) if row]


def read_ratings(path: Path) -> dict[str, list[float]]:
    """Return what people said of each word, in the order of `PAIRS`."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        _, *rows = csv.reader(file)
    return {row[0]: [float(value) for value in row[1:]] for row in rows}


def try_axes(model: Model, pairs: list[Pair], ratings: dict[str, float]) -> Iterator[Tried]:
    """Yield axes of some of the pairs and some of random words."""
    rng = np.random.default_rng(1)
    known = known_pairs(model, Axis("", tuple(pairs))).axis.pairs
    words = [word for word in ratings if row_of(model, word) is not None]
    rated = [ratings[word] for word in words]
    for _ in range(_AXES):
        size = int(rng.integers(3, 10))
        own = min(len(known), int(rng.integers(1, size + 1)))
        chosen = [known[at] for at in rng.choice(len(known), own, replace=False)]
        rows = [rng.choice(np.arange(200, 6000), 2, replace=False).tolist() for _ in range(size - own)]
        chosen += [(model.words[one], model.words[other]) for one, other in rows]
        if len(chosen) < 3:
            continue
        found = find_direction(model, Axis("", tuple(chosen)), seed=1)
        places = place(model, words, [found])[:, 0]
        yield Tried(reliability(found.differences) or 0.0, float(np.corrcoef(places, rated)[0, 1]))


class Held(NamedTuple):
    """How often an interval holds the place on the axis of other pairs: that of w2v, and that of resampled pairs."""

    ours: float
    resampled: float


def covered(model: Model, pairs: list[Pair], count: int) -> Held:
    """Return how often the interval of an axis of ``count`` pairs holds the place on the axis of all other pairs."""
    rng = np.random.default_rng(2)
    words = [model.words[row] for row in range(*_SOME_WORDS.indices(model.facts.words))]
    units = unit(find_terms(model, words).vectors)
    held = []
    for _ in range(_HALVES):
        order = rng.permutation(len(pairs))
        some, others = (Axis("", tuple(pairs[at] for at in part)) for part in (order[:count], order[count:]))
        truth = place(model, words, [find_direction(model, others, seed=1)])[:, 0]
        direction = find_direction(model, some, seed=1)
        placed = place_with_intervals(model, words, direction)
        ends = np.array([(found.low, found.high) for found in placed], dtype=float).T
        drawn = unit(rng.multinomial(count, np.full(count, 1 / count), _RESAMPLES) @ direction.differences)
        resampled = np.percentile(drawn @ units.T, (2.5, 97.5), axis=0)
        held.append([((low <= truth) & (truth <= high)).mean() for low, high in (ends, resampled)])
    return Held(*np.mean(held, axis=0).tolist())


def main() -> None:
    """Print both tables."""
    folder, *names = sys.argv[1:]
    ratings = read_ratings(Path(folder, RATINGS))
    tried: list[Tried] = []
    for name in names:
        model = open_model_directory(find_model(name))
        for at, (axis, file) in enumerate(PAIRS.items()):
            pairs = read_pairs(Path(folder, file))
            of_axis = list(try_axes(model, pairs, {word: values[at] for word, values in ratings.items()}))
            _tell(f"{name}, {axis}: {len(of_axis)} axes")
            tried += of_axis
        known = list(known_pairs(model, Axis("", tuple(dict.fromkeys(_many_pairs())))).axis.pairs)
        held = {count: covered(model, known, count) for count in (4, 6, 8, 12)}
        for count, (ours, resampled) in held.items():
            _tell(f"{name}, {count} of {len(known)} pairs: held {ours:.0%}, by resampled pairs {resampled:.0%}")
    values = np.array(tried)
    _tell("reliability\taxes\tmedian r\tr above .5")
    for low, high in (*pairwise(_BINS), (0, LEAST_RELIABILITY), (LEAST_RELIABILITY, 1)):
        found = values[(values[:, 0] >= low) & (values[:, 0] < high), 1]
        _tell(f"{low} to {high}\t{len(found)}\t{np.median(found):.2f}\t{(found > 0.5).mean():.0%}")


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _many_pairs() -> Iterator[Pair]:
    """Yield pairs of gender."""
    for pair in (
        "man:woman men:women boy:girl boys:girls father:mother son:daughter sons:daughters brother:sister he:she"
        " his:her brothers:sisters uncle:aunt grandfather:grandmother grandson:granddaughter husband:wife"
        " husbands:wives him:her himself:herself male:female males:females king:queen prince:princess dad:mom"
        " gentleman:lady nephew:niece actor:actress businessman:businesswoman spokesman:spokeswoman groom:bride"
        " boyfriend:girlfriend duke:duchess emperor:empress god:goddess hero:heroine guy:gal host:hostess"
        " waiter:waitress chairman:chairwoman"
    ).split():
        negative, _, positive = pair.partition(":")
        yield negative, positive


if __name__ == "__main__":
    main()
