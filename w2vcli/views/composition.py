"""From a model and the words that were asked for to a scene: which words, which groups, which arrows.

A picture of the neighbourhoods of two words, for example::

    around = find_neighbourhoods(model, ["girl", "fruit"], topn=10)
    selection = select(model, choose_words(model, neighbourhoods=around))
    scene = compose(model, selection, group_words(model, selection, neighbourhoods=around))
    draw(scene).write(Path("around.png"))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from w2vcli.errors import BadSettings
from w2vcli.escaping import visible
from w2vcli.models.directory import Model
from w2vcli.queries.again import shares_again
from w2vcli.queries.axes import Axis, choose_axes, find_direction
from w2vcli.queries.axis_trust import place_with_intervals, trust
from w2vcli.queries.clusters import find_clusters
from w2vcli.queries.search import most_similar
from w2vcli.reporting import SILENT, Reporter
from w2vcli.views.fonts import find_label_fonts
from w2vcli.views.groups import Groups
from w2vcli.views.projection import project
from w2vcli.views.scene import THEMES, Again, Scene, Theme, require_few_groups
from w2vcli.views.selection import SelectedWords

Arrow = tuple[str, str]
_WORDS_OF_A_SIDE = 2
# More words take longer than a picture of them. So many products of numbers take some seconds.
_MOST_FADED = 2_000
_MOST_PRODUCTS = 100_000_000_000


def find_neighbourhoods(model: Model, words: Sequence[str], topn: int) -> dict[str, list[str]]:
    """Return for each word a list of the word itself and its ``topn`` nearest neighbours, nearest first.

    Raises
    ------
    UnknownWords
        If the model does not have all words.
    """
    return {word: [word, *(found.word for found in most_similar(model, [word], topn=topn))] for word in words}


def choose_words(
    model: Model,
    words: Sequence[str] = (),
    *,
    top: int = 0,
    neighbourhoods: Mapping[str, Sequence[str]] | None = None,
    arrows: Sequence[Arrow] = (),
    groups: Groups | None = None,
) -> list[str]:
    """Return the words to draw, in this order and perhaps several times.

    They are ``words``, the ``top`` most frequent words, those of neighbourhoods, and the ends of arrows. The words
    in ``groups`` are drawn only if nothing else was asked for, since else the groups colour what was asked for.
    """
    found = [*words, *(model.words[row] for row in range(min(top, model.facts.words)))]
    for near in (neighbourhoods or {}).values():
        found += near
    found += [word for arrow in arrows for word in arrow]
    return found or list(groups.of_word if groups else ())


def group_by_file(words: Sequence[str], groups: Groups, reporter: Reporter = SILENT) -> list[str]:
    """Return the group of each word, empty for none, and warn of words that are in several."""
    if groups.doubled:
        reporter.warn(f"in more than one group, drawn in the first: {', '.join(groups.doubled)}")
    return [groups.of_word.get(word, "") for word in words]


def group_by_neighbourhood(words: Sequence[str], neighbourhoods: Mapping[str, Sequence[str]]) -> list[str] | None:
    """Return for each word ``around W`` for the first W that it is near, empty for none.

    A single neighbourhood would give all words one colour, so the answer is None then.
    """
    if len(neighbourhoods) < 2:
        return None
    of_word: dict[str, str] = {}
    for word, near in neighbourhoods.items():
        of_word = dict.fromkeys(near, f"around {word}") | of_word
    return [of_word.get(word, "") for word in words]


def find_again(
    model: Model, words: Sequence[str], variants: Sequence[Model], reporter: Reporter = SILENT
) -> Again | None:
    """Return how many of each word's ten nearest neighbours come again in ``variants``, None if there are none.

    It is None also for so many words that it would take longer than the picture; ``reporter`` is told of it.
    """
    if not variants:
        return None
    products = model.facts.words * model.facts.vector_size * len(variants)
    most = min(_MOST_FADED, _MOST_PRODUCTS // products)
    if len(words) > most:
        reporter.note(f"no word is faded: of more than {most:,} words, it would take long to see which come again")
        return None
    with reporter.phase("comparing neighbours in variants"):
        return Again(shares_again(model, variants, words), len(variants))


def group_by_axis(
    model: Model,
    words: Sequence[str],
    axis: Axis,
    seed: int,
    reporter: Reporter = SILENT,
    variants: Sequence[Model] = (),
) -> list[str]:
    """Return the side of an axis on which each word is, empty where its interval holds 0: that may be either side.

    With ``variants`` it is the interval for other documents, if that is the wider one.

    A side is called by the axis and the first words of its pairs, such as ``gender: woman, girl``. ``reporter`` is
    warned where the axis may not be what its name says.

    Raises
    ------
    BadSettings
        If the model has fewer than two of its pairs.
    """
    [known] = choose_axes(model, [axis], reporter)
    if len(known.pairs) < 2:
        raise BadSettings(
            f"words are coloured by an axis of two pairs or more, and the model has one of {axis.name}: add some pairs"
        )
    direction = find_direction(model, known, seed)
    doubt = trust(model, words, direction).doubt
    if doubt is not None:
        reporter.warn(doubt)
    ends = [list(dict.fromkeys(words)) for words in zip(*known.pairs, strict=True)]
    negative, positive = (f"{axis.name}: {', '.join(words[:_WORDS_OF_A_SIDE])}" for words in ends)
    sides = []
    for found in place_with_intervals(model, words, direction, variants):
        is_sure = found.half_width is not None and abs(found.value) > found.half_width
        sides.append("" if not is_sure else positive if found.value > 0 else negative)
    counts = "; ".join(f"{sides.count(side):,} near {side.partition(': ')[2]}" for side in (negative, positive))
    reporter.note(f"{axis.name}: {counts}; {sides.count(''):,} on neither side for sure, in grey")
    return sides


def group_words(
    model: Model,
    selection: SelectedWords,
    *,
    clusters: int | None = None,
    groups: Groups | None = None,
    axis: Axis | None = None,
    neighbourhoods: Mapping[str, Sequence[str]] | None = None,
    seed: int = 1,
    variants: Sequence[Model] = (),
    reporter: Reporter = SILENT,
) -> list[str] | None:
    """Return the group of each selected word, empty for none, by the first of four ways that is asked for.

    The ways are so many ``clusters``, ``groups`` of files, the sides of an ``axis``, ``neighbourhoods``. None means
    that there are no groups.

    Raises
    ------
    BadSettings
        If there are not as many clusters (see `find_clusters`), or no two pairs of the axis.
    """
    if clusters is not None:
        vectors = model.vectors[selection.rows]
        return find_clusters(vectors, selection.words, selection.rows, clusters, seed)
    if groups is not None:
        return group_by_file(selection.words, groups, reporter)
    if axis is not None:
        return group_by_axis(model, selection.words, axis, seed, reporter, variants)
    return group_by_neighbourhood(selection.words, neighbourhoods or {})


def compose(
    model: Model,
    selection: SelectedWords,
    groups: Sequence[str] | None = None,
    arrows: Sequence[Arrow] = (),
    *,
    method: str = "tsne",
    dimensions: int = 2,
    perplexity: float | None = None,
    seed: int = 1,
    theme: Theme = THEMES["light"],
    again: Again | None = None,
    keeps_text: bool = False,
    reporter: Reporter = SILENT,
) -> Scene:
    """Return the scene of the selected words: projected to points, with their groups and arrows.

    ``method``, ``dimensions``, ``perplexity`` and ``seed`` are those of `project`. Words are faded by ``again``, of
    which there is a share for each selected word. An arrow is left out if one of its
    ends was not selected. What a picture cannot show is refused, and what no font can write is
    warned of, before the projection, which can take minutes. A page and a picture in SVG (``keeps_text``) are drawn by
    the fonts of their reader, so they lack none.

    Raises
    ------
    BadSettings
        If there are more groups than can be told apart, or the settings do not fit the words (see `project`).
    BadVocabulary
        If there are too few words to project.
    MissingExtra
        If the method needs a library that is not installed.
    """
    names = {*(groups or ())} - {""}
    require_few_groups(len(names))
    if not keeps_text:
        find_label_fonts(selection.words, [*names, model.name], reporter)
    projection = project(
        model.vectors[selection.rows],
        method,
        seed=seed,
        dimensions=dimensions,
        perplexity=perplexity,
        reporter=reporter,
    )
    places = {word: at for at, word in enumerate(selection.words)}
    known = [(places[start], places[end]) for start, end in arrows if start in places and end in places]
    return Scene(visible(model.name), selection.words, selection.rows, projection, groups, known, theme, again)
