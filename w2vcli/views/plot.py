"""A picture of words as labelled points, by matplotlib."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.reporting import SILENT, Reporter
from w2vcli.views.fonts import Fonts, find_label_fonts, label_of
from w2vcli.views.legend import add_legend, fitted, renderer_of
from w2vcli.views.pictures import Picture, drawing, new_figure, settings_for
from w2vcli.views.projection import Points
from w2vcli.views.scene import Scene, require_few_groups

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_INCHES = 8
_CAPTION_SIZE = 6.5
_TITLE_SIZE = 11
_CAPTION_HEIGHT = 0.025  # of the picture


class _Sizes(NamedTuple):
    """How large things are: a ``marker`` in square points, ``text`` in points, the line to a label as a share.

    ``longest_line`` is how far from its point a label may stand, as a share of the picture. The more words there are,
    the less a long line helps. Among very many words labels may stand ``on_points``, since else there would be none
    where the points are dense.
    """

    marker: float
    text: float
    longest_line: float
    on_points: bool = False


_A_FEW_WORDS, _MANY_WORDS = 50, 500
# About 400 labels of the smallest size fit. The time for placing them grows with the square of their number.
_MOST_LABELS = 1_000


@dataclass(frozen=True)
class PointsPicture(Picture):
    """A picture of words as points, and the words whose points have no label.

    There was no room for the labels of ``without_room``. No installed font can write those of ``without_font``: it
    would need the ``missing`` characters. ``labels`` is how many words have one.
    """

    without_room: list[str] = field(default_factory=list)
    without_font: list[str] = field(default_factory=list)
    missing: frozenset[str] = frozenset()
    labels: int = 0


def draw(
    scene: Scene, *, on_screen: bool = False, keeps_text: bool = False, reporter: Reporter = SILENT
) -> PointsPicture:
    """Return a picture of 8 x 8 inches with a point and a label for each word, and warn of labels without room.

    Labels stand beside their points and not over each other. Where they do not all fit, those of the most frequent
    words are placed first, which have the lowest rows. The caption stands below. A picture of three dimensions that
    is ``on_screen`` can be turned around, so there every word has its label, even over another one.

    A word that no installed font can write has a point without a label, and other names are escaped. The picture and
    its small print say so. `compose` has warned of it before. A picture that ``keeps_text`` has all labels.

    Raises
    ------
    BadSettings
        If there are more groups than can be told apart.
    """
    require_few_groups(len(scene.group_names))
    labels = [label_of(word) for word in scene.words]
    fonts = find_label_fonts(scene.words, [*scene.group_names, scene.caption, scene.title or ""], keeps_text=keeps_text)
    can_be_drawn = [fonts.can_draw(label) for label in labels]
    theme = scene.theme
    settings: Any = {
        **settings_for(theme, fonts.families),
        "axes.facecolor": theme.background,
        "axes.edgecolor": theme.line,
        "axes.labelcolor": theme.faint,
        **{f"axes3d.{letter}axis.panecolor": theme.background for letter in "xyz"},
    }
    with drawing(settings), reporter.phase("drawing"):
        figure = new_figure(_INCHES, _INCHES, on_screen=on_screen)
        is_flat = scene.projection.points.shape[1] == 2
        axes: Any = figure.add_subplot(projection=None if is_flat else "3d")
        _draw_frame(scene, figure, axes, _draw_points(scene, axes), fonts)
        order = sorted(range(len(labels)), key=lambda at: scene.rows[at])
        # The most frequent words first, since labels are placed first come, first served.
        wanted = {at: labels[at] for at in order if can_be_drawn[at]}
        # Equal distances look equal in every direction.
        axes.margins(0.1)
        axes.set_aspect("equal", adjustable="datalim")
        if is_flat:
            axes.apply_aspect()
            labelled = _label(scene, axes, wanted, scene.projection.points)
        elif on_screen:
            for at, label in wanted.items():
                opacity = None if scene.label_opacities is None else scene.label_opacities[at]
                axes.text(*scene.projection.points[at].tolist(), label, size=_sizes(scene).text, alpha=opacity)
            labelled = set(wanted)
        else:
            labelled = _label(scene, *_seen_from_the_front(figure, axes, wanted, scene.projection.points))
    without_room = [scene.words[at] for at in order if at in wanted and at not in labelled]
    without_font = [scene.words[at] for at in order if at not in wanted]
    if without_room:
        reporter.warn(
            f"no room for {len(without_room):,} of the labels, those of the less frequent words; their points are drawn"
        )
    return PointsPicture(figure, scene.caption, without_room, without_font, fonts.missing, len(labelled))


def _sizes(scene: Scene) -> _Sizes:
    """Return sizes that were chosen by eye, for pictures of a few, of many and of very many words."""
    if len(scene.words) <= _A_FEW_WORDS:
        return _Sizes(24, 11, 0.2)
    if len(scene.words) <= _MANY_WORDS:
        return _Sizes(6, 7, 0.06)
    return _Sizes(3, 7, 0.04, on_points=True)


def _draw_points(scene: Scene, axes: Any) -> list[Any]:
    """Draw a point for each word, and return the markers of the groups in the order of `Scene.group_names`."""
    points, styles = scene.projection.points, scene.styles
    groups = np.array(scene.groups if scene.groups is not None else [""] * len(points), dtype=object)
    size = _sizes(scene).marker
    # Beside groups, words of no group stand back. Without groups all words are alike, and none stands back.
    plain = scene.theme.faint if styles else scene.theme.groups[0]
    if (groups == "").any():
        axes.scatter(*points[groups == ""].T, s=size, color=_colors(scene, plain, groups == ""))
    drawn = []
    for name, style in styles.items():
        colors = _colors(scene, style.color, groups == name)
        of_group = axes.scatter(*points[groups == name].T, s=size, color=colors, marker=style.marker)
        if scene.again is not None:  # the legend has a marker that is not faded
            of_group = axes.scatter(*points[:0].T, s=size, color=style.color, marker=style.marker)
        drawn.append(of_group)
    return drawn


def _colors(scene: Scene, color: str, of_group: npt.NDArray[np.bool_]) -> Any:
    """Return a colour, or one for each word of a group where words are faded."""
    from matplotlib.colors import to_rgba

    if scene.point_opacities is None:
        return color
    return [to_rgba(color, opacity) for opacity in np.array(scene.point_opacities)[of_group].tolist()]


def _draw_frame(scene: Scene, figure: Figure, axes: Any, drawn: Sequence[Any], fonts: Fonts) -> None:
    """Draw what is around the points, and make room for it: the legend, the names of the axes, the caption.

    ``drawn`` are the markers of the groups.
    """
    names = scene.axis_names or []
    dimensions = "xyz"[: scene.projection.points.shape[1]]
    for letter in dimensions:
        getattr(axes, f"set_{letter}ticks")([])
    for letter, name in zip(dimensions, names, strict=False):
        getattr(axes, f"set_{letter}label")(name, size=9)
    caption = fonts.drawable(label_of(scene.caption))
    if fonts.missing:
        caption += f"; no font for {' and '.join(script.name for script in fonts.missing_scripts)}"
    figure.text(0.01, 0.008, fitted(figure, caption, _CAPTION_SIZE), size=_CAPTION_SIZE, color=scene.theme.faint)
    top = 1.0
    if scene.group_names:
        legend = add_legend(
            figure, drawn, [fonts.drawable(label_of(name)) for name in scene.group_names], loc="upper center"
        )
        box = legend.get_window_extent(renderer_of(figure))
        top = max(0.3, box.y0 / figure.bbox.height)
    if scene.title is not None:
        title = "\n".join(fonts.drawable(label_of(line)) for line in scene.title.split("\n"))
        axes.set_title(title, size=_TITLE_SIZE, color=scene.theme.text)
    figure.tight_layout(rect=(0, _CAPTION_HEIGHT, 1, top))


def _seen_from_the_front(
    figure: Figure, axes: Any, labels: Mapping[int, str], points: Points
) -> tuple[Axes, Mapping[int, str], Points]:
    """Return flat axes that lie over those of three dimensions, the labels, and where the points appear on them.

    Labels are placed by their pixels, so all that follows works in the plane.
    """
    from mpl_toolkits.mplot3d.proj3d import proj_transform

    figure.canvas.draw()  # before that, matplotlib does not know where the points will be
    x, y, _ = proj_transform(*points.T, axes.get_proj())
    over = figure.add_axes(axes.get_position(), facecolor="none")
    over.set_axis_off()
    corner, other = axes.transAxes.transform([(0, 0), (1, 1)])
    over.set_xlim(corner[0], other[0])
    over.set_ylim(corner[1], other[1])
    return over, labels, np.asarray(axes.transData.transform(np.column_stack([x, y])), dtype=np.float32)


def _label(scene: Scene, axes: Axes, labels: Mapping[int, str], points: Points) -> set[int]:
    """Draw the arrows and the ``labels`` by place of the word, first come first served. Return those with room.

    textalloc keeps labels away from points, arrows and each other.
    """
    import textalloc

    from w2vcli.views.halos import Halos

    sizes = _sizes(scene)
    arrow = {"arrowstyle": "-|>", "color": scene.theme.faint, "shrinkA": 4, "shrinkB": 4, "linewidth": 1.2}
    if not scene.is_sure:
        arrow["linestyle"] = "dotted"
    for start, end in scene.arrows:
        axes.annotate(
            "",
            (float(points[end, 0]), float(points[end, 1])),
            (float(points[start, 0]), float(points[start, 1])),
            arrowprops=arrow,
        )
    tried = list(labels)[:_MOST_LABELS]
    x, y = points.T.tolist()
    lines = {letter: [[at[start], at[end]] for start, end in scene.arrows] for letter, at in (("x", x), ("y", y))}
    obstacles: Any = {f"{letter}_lines": found for letter, found in lines.items() if found}
    markers = axes.scatter(x, y, s=sizes.marker, zorder=1)  # all points as one artist, which textalloc asks for
    allocated: Any = textalloc.allocate(
        axes,
        [x[at] for at in tried],
        [y[at] for at in tried],
        [labels[at] for at in tried],
        scatter_plot=None if sizes.on_points else markers,
        **obstacles,
        textsize=sizes.text,
        textcolor=scene.theme.text,
        margin=0.002,
        min_distance=0.007,
        max_distance=sizes.longest_line,
        linecolor=scene.theme.line,
        draw_all=False,
    )
    texts = allocated[2]
    markers.remove()
    if scene.label_opacities is not None:
        for at, text in zip(tried, texts, strict=True):
            if text is not None:
                text.set_alpha(scene.label_opacities[at])
    if sizes.on_points:
        axes.add_artist(Halos([text for text in texts if text is not None], scene.theme.background))
    return {at for at, text in zip(tried, texts, strict=True) if text is not None}
