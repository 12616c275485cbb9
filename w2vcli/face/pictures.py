"""Pictures of a model in Python, which show themselves in a notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from w2vcli.atomic import require_absent
from w2vcli.errors import BadSettings
from w2vcli.explorer.scene_page import save_scene_page
from w2vcli.models.directory import Model as OpenModel
from w2vcli.queries.axes import find_axis
from w2vcli.reporting import Reporter
from w2vcli.views import composition
from w2vcli.views.groups import Groups
from w2vcli.views.heatmap import draw_similarities
from w2vcli.views.pictures import PAGE, Picture, keeps_text, require_format
from w2vcli.views.plot import draw
from w2vcli.views.projection import require_method
from w2vcli.views.scene import THEMES
from w2vcli.views.selection import SelectedWords, select

Groupings = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Plot:
    """Which words are drawn, and what colours them: at most one of ``groups``, ``clusters`` and ``axis``."""

    words: Sequence[str]
    top: int
    around: Sequence[str]
    topn: int
    groups: Groupings
    clusters: int | None
    axis: str | None
    arrows: Sequence[tuple[str, str]]
    seed: int

    def __post_init__(self) -> None:
        """Refuse to draw nothing, and two colourings at once."""
        if not (self.words or self.top or self.around or self.groups or self.arrows):
            raise BadSettings("name some words to draw, or say top, around, groups or arrows")
        if not isinstance(self.groups, Mapping) or any(isinstance(words, str) for words in self.groups.values()):
            raise BadSettings("groups are lists of words by their name, such as dict(people=['king', 'queen'])")
        colouring = [name for name in ("groups", "clusters", "axis") if getattr(self, name)]
        if len(colouring) > 1:
            raise BadSettings(f"{' and '.join(colouring)} both colour the words; say one of them")


def draw_words(
    model: OpenModel,
    plot: Plot,
    variants: Sequence[OpenModel],
    theme: str,
    output: str | PathLike[str] | None,
    reporter: Reporter,
    *,
    heatmap: bool,
    force: bool,
    **projection: Any,
) -> Picture:
    """Return a picture of words as points, or of their similarities, and write it to ``output`` if that is given."""
    require_method(projection["method"])
    target = None if output is None else Path(output)
    is_page = target is not None and target.suffix.lower() == PAGE
    if target is not None:
        require_format(target, *([] if heatmap else [PAGE]))
        require_absent(target, force=force)
    if theme not in THEMES:
        raise BadSettings(f"there is no theme {theme}: they are {', '.join(THEMES)}")
    groups = Groups({word: name for name, words in plot.groups.items() for word in words}, []) if plot.groups else None
    near = composition.find_neighbourhoods(model, plot.around, plot.topn)
    words = composition.choose_words(
        model, plot.words, top=plot.top, neighbourhoods=near, arrows=plot.arrows, groups=groups
    )
    selection = select(model, words, reporter)
    is_text = keeps_text(target)
    if heatmap:
        picture = draw_similarities(model, selection.words, THEMES[theme], keeps_text=is_text, reporter=reporter)
    else:
        coloured = _coloured(model, plot, selection, groups, near, variants, reporter)
        scene = composition.compose(
            model,
            selection,
            coloured,
            plot.arrows,
            seed=plot.seed,
            theme=THEMES[theme],
            again=composition.find_again(model, selection.words, variants, reporter),
            keeps_text=is_page or is_text,
            reporter=reporter,
            **projection,
        )
        if is_page and target is not None:
            save_scene_page(model, scene, target, force=force)
        picture = draw(scene, keeps_text=is_text, reporter=reporter)
    if target is not None and not is_page:
        picture.write(target, force=force)
    return picture


def _coloured(
    model: OpenModel,
    plot: Plot,
    selection: SelectedWords,
    groups: Groups | None,
    near: Mapping[str, Sequence[str]],
    variants: Sequence[OpenModel],
    reporter: Reporter,
) -> list[str] | None:
    """Return the group of each word, which colours it."""
    return composition.group_words(
        model,
        selection,
        clusters=plot.clusters,
        groups=groups,
        axis=find_axis(model, plot.axis) if plot.axis else None,
        neighbourhoods=near,
        seed=plot.seed,
        variants=variants,
        reporter=reporter,
    )
