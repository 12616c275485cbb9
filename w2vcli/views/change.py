"""The way of a word between two texts, as a scene: the word on each side, an arrow, and what it is near there.

The picture is a plane through the space of the vectors. Its first axis leads from the word on the first side to the
word on the second, so that the arrow is as long as the way. The second axis is that of the other directions in which
the neighbours vary most. Every other distance in the plane is that of the vectors or less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2vcli.array_types import Float32s
from w2vcli.escaping import decimals, visible
from w2vcli.reporting import SILENT, Reporter
from w2vcli.views.fonts import find_label_fonts
from w2vcli.views.legend import shortened
from w2vcli.views.projection import Projection
from w2vcli.views.scene import THEMES, Scene, Theme

_SURE = 0.05
_LONGEST_SIDE = 24  # letters
# A word that moved less than this has not moved: vectors of length 1 are rounded to about a millionth.
_MOVED = 1e-4


@dataclass(frozen=True)
class Verdict:
    """How much a word differs, the ends of the 95 % interval, and how often chance alone would do as much."""

    difference: float
    low: float
    high: float
    p: float

    @property
    def in_words(self) -> str:
        """The figures, and what they come to, such as "difference 0.656 (95 %: 0.496 to 0.817), p 0.0003"."""
        low, high = decimals(self.low, 3), decimals(self.high, 3)
        figures = f"difference {decimals(self.difference, 3)} (95 %: {low} to {high}), p {self.p:.2g}"
        return figures if self.p < _SURE else f"{figures}: chance alone may do as much"


@dataclass(frozen=True)
class ChangeScene(Scene):
    """A word on two ``sides``, called by its ``verdict``; the first two words are those on the sides."""

    word: str = ""
    sides: tuple[str, str] = ("", "")
    verdict: Verdict = Verdict(0, 0, 0, 1)

    @property
    def title(self) -> str:
        """The word, where it comes from and goes to, and how sure that is."""
        first, second = self.sides
        return f"{self.word}: {first} → {second}\n{self.verdict.in_words}"

    @property
    def group_names(self) -> list[str]:
        """The names of the groups: the word, what it is near on the first side, on the second, on both."""
        first, second = self.sides
        order = [self.word, f"near in {first}", f"near in {second}", f"near in {first} and {second}"]
        return [name for name in order if name in (self.groups or ())]

    @property
    def is_sure(self) -> bool:
        """Whether the arrows are more than chance."""
        return self.verdict.p < _SURE

    @property
    def caption(self) -> str:
        """How the picture was made."""
        return (
            f"{len(self.words) - 2} neighbours, vectors of length 1, {self.model}; without what chance moves the word; "
            "only the arrow has its true length, other distances are that long or longer"
        )

    @property
    def axis_names(self) -> list[str] | None:
        """What the axes mean, and how much of the variance of all points lies along each."""
        first, second = self.projection.explained_variance or (0.0, 0.0)
        way = f"from {self.sides[0]} to {self.sides[1]}" if self.arrows else "where the neighbours vary most"
        return [
            f"{way} ({first:.0%} of the variance)",
            f"where the neighbours vary most besides ({second:.0%} of the variance)",
        ]


def compose_change(
    model: str,
    word: str,
    sides: tuple[str, str],
    verdict: Verdict,
    vectors: Float32s,
    near: tuple[Sequence[str], Sequence[str]],
    rows: Sequence[int],
    *,
    seed: int,
    theme: Theme = THEMES["light"],
    keeps_text: bool = False,
    reporter: Reporter = SILENT,
) -> ChangeScene:
    """Return the scene of a word on two sides.

    ``near`` are its neighbours on each side. ``vectors`` have length 1: first those of the word on both sides, then
    those of its neighbours, each once and in this order. ``rows`` are those of the vectors in the model. Of a word that
    has not moved there is no arrow. What no font can write is warned of, unless the picture ``keeps_text``.
    """
    first, second = (shortened(side, _LONGEST_SIDE) for side in sides)
    neighbours = list(dict.fromkeys([*near[0], *near[1]]))
    groups = [
        f"near in {first} and {second}" if is_both else f"near in {first if other in near[0] else second}"
        for other in neighbours
        for is_both in [other in near[0] and other in near[1]]
    ]
    words = [f"{word} ({first})", f"{word} ({second})", *neighbours]
    has_moved = bool(np.linalg.norm(vectors[1] - vectors[0]) > _MOVED)
    if not keeps_text:
        find_label_fonts(words, [*groups, model], reporter)
    return ChangeScene(
        visible(model),
        words,
        list(rows),
        plane_of(vectors, seed),
        [word, word, *groups],
        [(0, 1)] if has_moved else [],
        theme,
        word=word,
        sides=(first, second),
        verdict=verdict,
    )


def plane_of(vectors: Float32s, seed: int) -> Projection:
    """Return the points of vectors in the plane of which the first axis leads from the first vector to the second.

    The middle of these two is at 0. Its ``explained_variance`` is the share of the squared distances from the mean of
    all vectors that lies along each axis. If both vectors are equal, the axes are those of PCA. The first neighbour
    with a place of its own on an axis that has no direction of its own is on its positive side.
    """
    centred = vectors.astype(np.float64) - vectors[:2].astype(np.float64).mean(axis=0)
    way = centred[1] - centred[0]
    length = float(np.linalg.norm(way))
    others = centred[2:] - centred[2:].mean(axis=0)
    axes = []
    if length > _MOVED:
        axes.append(way / length)
        others = others - np.outer(others @ axes[0], axes[0])
    for direction in np.linalg.svd(others, full_matrices=False)[2][: 2 - len(axes)]:
        along = others @ direction
        axes.append(direction * (1 if along[np.argmax(np.abs(along))] >= 0 else -1))
    points = centred @ np.array(axes).T
    spread = centred - centred.mean(axis=0)
    total = float((spread**2).sum()) or 1.0
    shares = [float(((spread @ axis) ** 2).sum()) / total for axis in axes]
    return Projection(points.astype(np.float32), "change", seed, "numpy", explained_variance=(shares[0], shares[1]))
