"""The places of words on axes in Python: of the whole text, or of each slice of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from w2vcli.compare.slices import PlaceInSlice, find_places
from w2vcli.errors import BadSettings
from w2vcli.face.answers import Features
from w2vcli.face.saving import Paths
from w2vcli.face.table import Table
from w2vcli.face.texts import paths_of
from w2vcli.models.directory import Model as OpenModel
from w2vcli.queries import axis_trust
from w2vcli.queries.axes import Axis, Direction, choose_axes, find_axis, find_direction, words_with_vector
from w2vcli.reporting import Reporter

# Axes by their names or as at the command line, or pairs of words by the name of their axis.
Axes = str | Sequence[str] | Mapping[str, Sequence[tuple[str, str]]]


def find_directions(model: OpenModel, axes: Axes, seed: int, reporter: Reporter) -> list[Direction]:
    """Return the directions of axes, of those of the lecture if there are none."""
    if isinstance(axes, str):
        axes = [axes]
    if isinstance(axes, Mapping):
        asked = [_axis_of(name, pairs) for name, pairs in axes.items()]
    else:
        asked = [find_axis(model, text) for text in axes]
    return [find_direction(model, axis, seed) for axis in choose_axes(model, asked, reporter)]


def _axis_of(name: str, pairs: Sequence[tuple[str, str]]) -> Axis:
    """Return an axis of pairs, or raise `BadSettings` if one is no pair of words."""
    found = [() if isinstance(pair, str) else tuple(pair) for pair in pairs]
    if not found or any(len(pair) != 2 or not all(isinstance(word, str) and word for word in pair) for pair in found):
        raise BadSettings(f"the axis {name} is no list of pairs of words, such as [('man', 'woman'), ('boy', 'girl')]")
    return Axis(name, tuple((pair[0], pair[1]) for pair in found))


def place_on_axes(
    model: OpenModel,
    words: Sequence[str],
    directions: Sequence[Direction],
    variants: Sequence[OpenModel],
    reporter: Reporter,
) -> Features:
    """Return the places of words on axes, word by word, and what the axes are worth."""
    chosen = words_with_vector(model, words, reporter)
    trusts = axis_trust.trust_all(model, chosen, directions, reporter)
    placed = [axis_trust.place_with_intervals(model, chosen, found, variants) for found in directions]
    by_word = [place for of_word in zip(*placed, strict=True) for place in of_word]
    return Features(by_word, Table(trusts, axis_trust.AxisTrust))


def place_in_slices(
    model: OpenModel,
    words: Sequence[str],
    directions: Sequence[Direction],
    column: str,
    seed: int,
    text: Paths,
    cache: Path | None,
    reporter: Reporter,
) -> Table[PlaceInSlice]:
    """Return the places of words on axes in each slice of the text, by word, axis and slice."""
    chosen = words_with_vector(model, words, reporter)
    texts = paths_of(text, model.path)
    found = find_places(model, texts, column, chosen, directions, cache, seed=seed, reporter=reporter)
    return Table(found, PlaceInSlice)
