"""Scenes: what is to be drawn, before it is known whether as a picture or as a page.

A scene has words as points, their groups and arrows between them. The colours are such that people with any kind of
colour vision can tell them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from w2vcli.errors import BadSettings
from w2vcli.views.projection import Projection

# A word of which half of the nearest neighbours come again is drawn as strongly as can be.
_SURE = 0.5
# The opacity of a point and of a label that are least sure. So a label has a contrast of 4.5 at least, which is what
# the Web Content Accessibility Guidelines ask for.
_FAINTEST_POINT, _FAINTEST_LABEL = 0.4, 0.62
_METHODS = {"tsne": "t-SNE", "pca": "PCA", "umap": "UMAP"}


class Theme(NamedTuple):
    """Colours of a picture, as ``#rrggbb``.

    ``groups`` are of Okabe and Ito (2008), "Color Universal Design": those that show on the background.
    """

    background: str
    text: str
    faint: str
    line: str
    groups: tuple[str, ...]


THEMES = {
    "light": Theme(
        background="#ffffff",
        text="#1a1a1a",
        faint="#8a8a8a",
        line="#c8c8c8",
        groups=("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"),
    ),
    "dark": Theme(
        background="#1b1b1f",
        text="#ececec",
        faint="#8f8f96",
        line="#5a5a62",
        groups=("#56b4e9", "#e69f00", "#009e73", "#f0e442", "#cc79a7", "#d55e00", "#ffffff"),
    ),
}


class Style(NamedTuple):
    """How the points of a group look: a ``color``, and a shape, by matplotlib's name for such a ``marker``."""

    color: str
    marker: str


_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
# Eight markers and seven colours have no common divisor, so 56 groups pass before a pair of them comes again.
MOST_GROUPS = len(_MARKERS) * len(THEMES["light"].groups)


class Again(NamedTuple):
    """Of each word the share of its nearest neighbours that come again in so many ``variants`` of the model."""

    shares: Sequence[float]
    variants: int


@dataclass(frozen=True)
class Scene:
    """Words as points.

    ``rows`` are the rows of the words in the model, so a lower row is a more frequent word. ``groups`` has the group
    of each word, empty for none. An arrow is a pair of places in ``words``: from, to. By ``again`` words are faded.
    """

    model: str
    words: Sequence[str]
    rows: Sequence[int]
    projection: Projection
    groups: Sequence[str] | None = None
    arrows: Sequence[tuple[int, int]] = ()
    theme: Theme = THEMES["light"]
    again: Again | None = None

    @property
    def point_opacities(self) -> list[float] | None:
        """How opaque the point of each word is, None where all are."""
        return None if self.again is None else [_opacity(share, _FAINTEST_POINT) for share in self.again.shares]

    @property
    def label_opacities(self) -> list[float] | None:
        """How opaque the label of each word is, None where all are."""
        return None if self.again is None else [_opacity(share, _FAINTEST_LABEL) for share in self.again.shares]

    @property
    def group_names(self) -> list[str]:
        """The names of the groups, in the order of their first words."""
        return list(dict.fromkeys(filter(None, self.groups or ())))

    @property
    def styles(self) -> dict[str, Style]:
        """How the points of each group look, no two alike. Neighbouring groups differ in colour and in marker."""
        colors = self.theme.groups
        return {
            name: Style(colors[at % len(colors)], _MARKERS[at % len(_MARKERS)])
            for at, name in enumerate(self.group_names)
        }

    @property
    def title(self) -> str | None:
        """What stands above the picture, None if nothing does."""
        return None

    @property
    def is_sure(self) -> bool:
        """Whether the arrows stand for more than chance."""
        return True

    @property
    def caption(self) -> str:
        """How the picture was made, in a line such as "PCA of 12 words of english, seed 1, scikit-learn"."""
        found = self.projection
        parts = [f"{_METHODS[found.method]} of {len(self.words):,} words of {self.model}"]
        if found.perplexity is not None:
            parts.append(f"perplexity {found.perplexity:g}")
        if found.n_neighbors is not None:
            parts.append(f"n_neighbors {found.n_neighbors}")
        parts += [f"seed {found.seed}", found.library]
        if self.again is not None:
            parts.append(f"faint: their nearest words seldom come again in {self.again.variants} variants")
        return ", ".join(parts)

    @property
    def axis_names(self) -> list[str] | None:
        """What the axes of PCA mean. The axes of other methods mean nothing, so they have no names (None)."""
        shares = self.projection.explained_variance
        if shares is None:
            return None
        return [f"PC {at} ({share:.1%} of the variance)" for at, share in enumerate(shares, 1)]


def _opacity(share: float, least: float) -> float:
    """Return an opacity between ``least`` and 1."""
    return least + (1 - least) * min(share / _SURE, 1)


def require_few_groups(count: int) -> None:
    """Raise `BadSettings` if ``count`` groups are more than colours and markers can tell apart."""
    if count > MOST_GROUPS:
        raise BadSettings(f"{count:,} groups cannot be told apart in a picture; {MOST_GROUPS} can")
