"""``w2v plot``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from w2vcli.atomic import new_file, require_absent
from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import print_facts
from w2vcli.cli.questions import input_lines, open_model
from w2vcli.cli.see.curves import plot_curves
from w2vcli.compression import STDIN
from w2vcli.errors import BadSettings, BadVocabulary
from w2vcli.escaping import visible
from w2vcli.models.registry import suggested_name
from w2vcli.reporting import Reporter

if TYPE_CHECKING:
    from w2vcli.models.directory import Model
    from w2vcli.views.scene import Scene, Theme
    from w2vcli.views.vocabulary import Selection


class _Target(NamedTuple):
    """Where a picture goes: a file, a window, or both."""

    output: Path | None
    show: bool
    force: bool

    @property
    def is_page(self) -> bool:
        """Tell whether it is a page, and no picture."""
        return self.output is not None and self.output.suffix.lower() == ".html"


class _Asked(NamedTuple):
    """The words that are to be drawn, in several ways of saying it; ``around`` has each word's neighbours."""

    vocabulary: tuple[str, ...]
    top: int | None
    around: dict[str, list[str]]
    group_files: tuple[Path, ...]
    arrows: list[tuple[str, str]]


class _How(NamedTuple):
    """How words become points."""

    clusters: int | None
    method: str
    dimensions: int
    perplexity: float | None
    seed: int


_OF_POINTS = ("clusters", "method", "dimensions", "perplexity", "seed")
_OF_WORDS = ("vocabulary", "top", "around", "topn", "group_files", "arrows", "heatmap", "theme", "show", "model")
_MODES = (
    options.Mode((*_OF_WORDS, *_OF_POINTS), lambda values: not values["curves"], "--curve draws trainings"),
    options.Mode((*_OF_POINTS, "arrows"), lambda values: not values["heatmap"], "--heatmap draws cosines"),
    options.Mode(
        ("group_files",),
        lambda values: not (values["heatmap"] and (values["vocabulary"] or values["top"] or values["around"])),
        "--heatmap draws no groups",
    ),
    options.Mode(("topn",), lambda values: values["around"], "--topn is how many neighbours --around draws"),
    options.Mode(("force",), lambda values: values["output"] or not values["show"], "--show alone writes nothing"),
)


@click.command("plot", cls=W2vCommand, modes=_MODES)
@click.argument("vocabulary", nargs=-1, metavar="VOCAB|WORD...")
@click.option("--top", type=click.IntRange(min=1), help="Take only this many words, the most frequent.")
@click.option(
    "--around", multiple=True, metavar="WORD", help="Draw this word and its nearest neighbours; may be repeated."
)
@options.topn
@options.group_files
@click.option(
    "--clusters", type=click.IntRange(min=2), help="Colour the words by this many clusters, found by k-means."
)
@click.option(
    "--arrow",
    "arrows",
    multiple=True,
    metavar="FROM:TO",
    help="Draw an arrow from one word to another; may be repeated.",
)
@click.option("--heatmap", is_flag=True, help="Draw the similarities between the words instead.")
@click.option(
    "--curve",
    "curves",
    type=options.ModelName(),
    multiple=True,
    metavar="MODEL",
    help="Draw the training of a model instead: loss or accuracy after each epoch; may be repeated.",
)
@click.option(
    "-o",
    "--output",
    type=options.OutputFile(),
    help="Picture (.png, .svg or .pdf) or page (.html) to write.  [default: VOCAB.png or plot.png]",
)
@click.option(
    "--method",
    type=click.Choice(["tsne", "pca", "umap"]),
    default="tsne",
    show_default=True,
    help="How to project to fewer dimensions.",
)
@click.option(
    "--dimensions",
    type=click.IntRange(2, 3),
    default=2,
    show_default=True,
    help="Dimensions of the picture: a plane (2) or space (3).",
)
@click.option(
    "--perplexity",
    type=click.FloatRange(min=0, min_open=True),
    help="Perplexity of t-SNE; must be less than the number of words.  [default: by that number; 3 for 12]",
)
@options.seed
@options.theme
@click.option("--show", is_flag=True, help="Show the picture in a window; only -o writes it, too.")
@options.model
@options.force
@options.as_json
@options.reporting
def command(
    vocabulary: tuple[str, ...],
    top: int | None,
    around: tuple[str, ...],
    topn: int,
    group_files: tuple[Path, ...],
    clusters: int | None,
    arrows: tuple[str, ...],
    heatmap: bool,
    curves: tuple[str, ...],
    output: Path | None,
    method: str,
    dimensions: int,
    perplexity: float | None,
    seed: int,
    theme: str,
    show: bool,
    model: str | None,
    force: bool,
    as_json: bool,
    reporter: Reporter,
) -> None:
    """Draw words as points; similar words are close together.

    VOCAB is a file with a word a line, or - for standard input; words may be
    given as they are. -o plot.html writes a page to zoom, search and point at, one
    file that needs no network.

    \b
    Examples:
      w2v plot vocab.txt
      w2v plot king queen man woman -o royal.svg --method pca
      w2v plot --top 300 --clusters 6 -o words.html
      w2v plot --around girl --around fruit -n 20
      w2v plot --arrow man:king --arrow woman:queen --method pca
      w2v plot --heatmap king queen apple orange
      w2v plot --curve novels
    """
    if curves:
        plot_curves(curves, output, force=force, as_json=as_json)
        return
    ends = [_ends(arrow) for arrow in arrows]
    if not (vocabulary or top or around or group_files or arrows):
        raise click.UsageError("Missing argument 'VOCAB|WORD...'; or say --top, --around, --group or --arrow.")
    if group_files and clusters:
        raise click.UsageError("--group and --clusters both colour the words; say one of them.")
    from w2vcli.views.scene import THEMES

    target = _checked(_Target(output or (None if show else Path(f"{_name_of(vocabulary)}.png")), show, force), heatmap)
    opened = open_model(model, reporter)
    asked = _Asked(vocabulary, top, _neighbours(opened, around, topn), group_files, ends)
    selection = _select(opened, asked, reporter)
    if target.output is not None:
        require_absent(target.output, force=force)
    if heatmap:
        facts = _draw_heatmap(opened, selection, target, THEMES[theme])
    else:
        how = _How(clusters, method, dimensions, perplexity, seed)
        scene = _scene(opened, asked, selection, how, THEMES[theme], reporter, is_page=target.is_page)
        facts = _draw_points(scene, opened, target, reporter)
    print_facts(facts, as_json=as_json)


def _scene(
    model: Model,
    asked: _Asked,
    selection: Selection,
    how: _How,
    theme: Theme,
    reporter: Reporter,
    *,
    is_page: bool,
) -> Scene:
    """Return what is to be drawn: the words as points, their groups and arrows."""
    from w2vcli.views.projection import project
    from w2vcli.views.scene import Scene, require_few_groups

    groups = _groups(model, asked, selection, how, reporter)
    names = {*(groups or ())} - {""}
    require_few_groups(len(names))
    if not is_page:
        from w2vcli.views.plot import find_label_fonts

        find_label_fonts(selection.words, [*names, model.name])  # what cannot be drawn is not projected first
    projection = project(
        model.vectors[selection.rows],
        how.method,
        seed=how.seed,
        dimensions=how.dimensions,
        perplexity=how.perplexity,
        reporter=reporter,
    )
    places = {word: at for at, word in enumerate(selection.words)}
    arrows = [(places[start], places[end]) for start, end in asked.arrows if start in places and end in places]
    return Scene(visible(model.name), selection.words, selection.rows, projection, groups, arrows, theme)


def _draw_points(scene: Scene, model: Model, target: _Target, reporter: Reporter) -> dict[str, object]:
    """Draw a picture or a page; return what to print."""
    labels = None
    if target.is_page:
        _write_page(model, scene, target)
    else:
        labels = _draw(scene, target, reporter)
    projection = scene.projection
    optional = {
        "labels": labels,
        "groups": len(scene.group_names) or None,
        "method": projection.method,
        "library": projection.library,
        "perplexity": projection.perplexity,
        "n_neighbors": projection.n_neighbors,
        "explained_variance": [round(share, 4) for share in projection.explained_variance or ()] or None,
        "seed": projection.seed,
    }
    facts = {"output": target.output and str(target.output), "words": len(scene.words)}
    return facts | {name: value for name, value in optional.items() if value is not None}


def _checked(target: _Target, heatmap: bool) -> _Target:
    """Return the target, if it can be written or shown."""
    from w2vcli.views.page import require_plotly
    from w2vcli.views.pictures import PAGE, require_format, require_screen

    if target.output is not None:
        require_format(target.output, *(() if heatmap else (PAGE,)))
    if target.is_page:
        if target.show:
            raise BadSettings("--show shows pictures; open the page that -o writes with a browser")
        require_plotly()
    if target.show:
        require_screen()
    return target


def _ends(arrow: str) -> tuple[str, str]:
    """Return where an arrow begins and ends."""
    start, _, end = arrow.partition("→" if "→" in arrow else ":")
    if not start or not end:
        raise click.UsageError(f"--arrow {arrow}: an arrow is FROM:TO, such as man:king.")
    return start, end


def _neighbours(model: Model, words: Sequence[str], topn: int) -> dict[str, list[str]]:
    """Return the neighbours of each word."""
    from w2vcli.queries.search import most_similar

    return {word: [neighbour.word for neighbour in most_similar(model, [word], topn=topn)] for word in words}


def _select(model: Model, asked: _Asked, reporter: Reporter) -> Selection:
    """Return which of the words asked for can be drawn; tell which cannot."""
    from w2vcli.views.groups import read_groups
    from w2vcli.views.vocabulary import select

    words = _words(asked.vocabulary)
    given = set(words)
    words += [model.words[row] for row in range(min(asked.top or 0, model.facts.words))]
    for word, neighbours in asked.around.items():
        words += [word, *neighbours]
    words += [word for arrow in asked.arrows for word in arrow]
    if not words:
        words = list(read_groups(asked.group_files).of_word)
    selection = select(model, words)
    for word in selection.unknown:
        if word in given and ("/" in word or Path(word).suffix):
            raise BadVocabulary(f"{word}: no such file, and not in the vocabulary")
    if selection.unknown:
        reporter.warn(f"not in the vocabulary, left out: {', '.join(selection.unknown)}")
    if selection.without_vector:
        reporter.warn(f"NaN or infinity in their vectors, left out: {', '.join(selection.without_vector)}")
    return selection


def _groups(model: Model, asked: _Asked, selection: Selection, how: _How, reporter: Reporter) -> list[str] | None:
    """Return the group of each word, empty for none; None if there are no groups."""
    from w2vcli.views.groups import find_clusters, read_groups

    if how.clusters is not None:
        return find_clusters(model.vectors[selection.rows], selection.words, selection.rows, how.clusters, how.seed)
    if asked.group_files:
        found = read_groups(asked.group_files)
        if found.doubled:
            reporter.warn(f"in more than one group, drawn in the first: {', '.join(found.doubled)}")
        return [found.of_word.get(word, "") for word in selection.words]
    if len(asked.around) > 1:
        of_word: dict[str, str] = {}
        for word, neighbours in asked.around.items():
            of_word = dict.fromkeys([word, *neighbours], f"around {word}") | of_word
        return [of_word.get(word, "") for word in selection.words]
    return None


def _draw(scene: Scene, target: _Target, reporter: Reporter) -> int:
    """Draw a picture; return how many words have a label."""
    from w2vcli.views.fonts import missing_characters
    from w2vcli.views.pictures import save, show
    from w2vcli.views.plot import draw

    picture = draw(scene, on_screen=target.show, reporter=reporter)
    without_room, without_font = len(picture.without_room), len(picture.without_font)
    if without_room:
        reporter.warn(
            f"no room for the labels of {without_room:,} words, the less frequent ones; their points are drawn"
        )
    if without_font:
        reporter.warn(f"{without_font:,} words have no label: {missing_characters(picture.missing)}")
    if target.output is not None:
        with new_file(target.output, force=target.force) as stream:
            save(picture.figure, stream, target.output, scene.caption)
    if target.show:
        show()
    return len(scene.words) - without_room - without_font


def _write_page(model: Model, scene: Scene, target: _Target) -> None:
    from w2vcli.views.page import write_page

    rows = list(scene.rows)
    counts = None if model.counts is None else model.counts[rows].tolist()
    if target.output is not None:
        with new_file(target.output, force=target.force) as stream:
            write_page(stream, scene, model.vectors[rows], counts)


def _draw_heatmap(model: Model, selection: Selection, target: _Target, theme: Theme) -> dict[str, object]:
    """Draw the cosines between words; return what to print."""
    from w2vcli.queries.search import similarities
    from w2vcli.views.heatmap import draw_heatmap
    from w2vcli.views.pictures import save, show

    if not selection.words:
        raise BadVocabulary("there is no word to draw")
    caption = f"cosines of {len(selection.words):,} words of {visible(model.name)}"
    values = similarities(model, selection.words)
    figure = draw_heatmap(values, selection.words, selection.words, "similarity", caption, theme, on_screen=target.show)
    if target.output is not None:
        with new_file(target.output, force=target.force) as stream:
            save(figure, stream, target.output, caption)
    if target.show:
        show()
    return {"output": target.output and str(target.output), "words": len(selection.words)}


def _words(vocabulary: Sequence[str]) -> list[str]:
    from w2vcli.views.vocabulary import read_words

    words: list[str] = []
    for item in vocabulary:
        if item == STDIN:
            words += [line for _, line in input_lines()]
        elif Path(item).is_file():
            words += read_words(Path(item))
        else:
            words.append(item)
    return words


def _name_of(vocabulary: Sequence[str]) -> str:
    first = vocabulary[0] if vocabulary else STDIN
    return suggested_name(first) if first != STDIN and Path(first).is_file() else "plot"
