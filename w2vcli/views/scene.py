"""What is drawn, whatever draws it: points with words, groups and arrows, in colours that everybody can tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from w2vcli.errors import BadSettings
from w2vcli.views.projection import Projection

_METHODS = {"tsne": "t-SNE", "pca": "PCA", "umap": "UMAP"}


class Theme(NamedTuple):
    """Colours of a picture; ``groups`` are those of Okabe and Ito (2008), for all kinds of colour vision."""

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
    """How the points of a group look: a colour, and a marker as matplotlib and as Plotly call it."""

    color: str
    marker: str
    symbol: str


_MARKERS = (
    ("o", "circle"),
    ("s", "square"),
    ("^", "triangle-up"),
    ("D", "diamond"),
    ("v", "triangle-down"),
    ("P", "cross"),
    ("X", "x"),
    ("*", "star"),
)
MOST_GROUPS = len(_MARKERS) * len(THEMES["light"].groups)


@dataclass(frozen=True)
class Scene:
    """Words as points.

    ``rows`` are the words' rows in the model, where the most frequent come first; ``groups`` has the group of
    each word, empty for none; ``arrows`` lead from one word to another, by their places in ``words``.
    """

    model: str
    words: Sequence[str]
    rows: Sequence[int]
    projection: Projection
    groups: Sequence[str] | None = None
    arrows: Sequence[tuple[int, int]] = ()
    theme: Theme = THEMES["light"]

    @property
    def group_names(self) -> list[str]:
        """The groups in the order of their first words."""
        return list(dict.fromkeys(filter(None, self.groups or ())))

    @property
    def styles(self) -> dict[str, Style]:
        """How the points of each group look, no two alike: the next group has another colour and another marker."""
        colors = self.theme.groups
        return {
            name: Style(colors[at % len(colors)], *_MARKERS[at % len(_MARKERS)])
            for at, name in enumerate(self.group_names)
        }

    @property
    def caption(self) -> str:
        """How the picture was made, in a line."""
        found = self.projection
        parts = [f"{_METHODS[found.method]} of {len(self.words):,} words of {self.model}"]
        if found.perplexity is not None:
            parts.append(f"perplexity {found.perplexity:g}")
        if found.n_neighbors is not None:
            parts.append(f"n_neighbors {found.n_neighbors}")
        return ", ".join([*parts, f"seed {found.seed}", found.library])

    @property
    def axis_names(self) -> list[str] | None:
        """What the axes mean, where they mean something: the components of PCA."""
        shares = self.projection.explained_variance
        if shares is None:
            return None
        return [f"PC {at} ({share:.1%} of the variance)" for at, share in enumerate(shares, 1)]


def require_few_groups(count: int) -> None:
    """Raise `BadSettings` if so many groups cannot be told apart by colour and marker."""
    if count > MOST_GROUPS:
        raise BadSettings(f"{count:,} groups cannot be told apart in a picture; {MOST_GROUPS} can")
