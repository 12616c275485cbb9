"""``w2v plot``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2vcli.atomic import require_absent
from w2vcli.cli import completing, options
from w2vcli.cli.columns import COLUMNS
from w2vcli.cli.command import QuestionCommand
from w2vcli.cli.output import print_facts
from w2vcli.cli.questions import input_lines, open_model
from w2vcli.cli.see.curves import plot_curves
from w2vcli.errors import BadSettings, BadVocabulary
from w2vcli.inputs import STDIN
from w2vcli.models.registry import suggested_name
from w2vcli.reporting import Reporter
from w2vcli.speaking.language import language

if TYPE_CHECKING:
    from w2vcli.models.directory import Model

LECTURE = "lecture"
_OF_POINTS = ("clusters", "axis", "method", "dimensions", "perplexity", "seed")
_OF_WORDS = ("vocabulary", "top", "around", "topn", "group_files", "arrows", "heatmap", "theme", "show", "model")
_MODES = (
    options.Mode((*_OF_WORDS, *_OF_POINTS), lambda values: not values["curves"], "--curve draws trainings"),
    options.Mode((*_OF_POINTS, "style", "arrows"), lambda values: not values["heatmap"], "--heatmap draws cosines"),
    options.Mode(
        ("group_files",),
        lambda values: not (values["heatmap"] and (values["vocabulary"] or values["top"] or values["around"])),
        "--heatmap draws no groups",
    ),
    options.Mode(("topn",), lambda values: values["around"], "--topn is how many neighbours --around draws"),
    options.Mode(
        ("group_files", "clusters", "axis", "arrows", "dimensions", "theme"),
        lambda values: values["style"] != LECTURE,
        "--style lecture draws each word in a colour of its own, and nothing else",
    ),
    options.Mode(
        ("variants",),
        lambda values: not (values["curves"] or values["heatmap"] or values["style"] == LECTURE),
        "only words as points are faded by how sure they are",
    ),
    options.Mode(("force",), lambda values: values["output"] or not values["show"], "--show alone writes nothing"),
)


@click.command("plot", cls=QuestionCommand, columns=COLUMNS["plot"], modes=_MODES)
@click.argument("vocabulary", nargs=-1, type=completing.WordOrFile(), metavar="VOCAB|WORD...")
@click.option("--top", type=click.IntRange(min=1), help="Take only this many words, the most frequent.")
@click.option(
    "--around",
    type=completing.Word(),
    multiple=True,
    metavar="WORD",
    help="Draw this word and its nearest neighbours; may be repeated.",
)
@options.topn
@options.group_files
@click.option(
    "--clusters", type=click.IntRange(min=2), help="Colour the words by this many clusters, found by k-means."
)
@click.option(
    "--axis",
    metavar="NAME[=NEG:POS,...|FILE]",
    help="Colour the words by the side of an axis on which they are for sure: gender, royal, or as for features.",
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
    "--method", type=click.Choice(["tsne", "pca", "umap"]), default="tsne", help="How to project to fewer dimensions."
)
@click.option(
    "--dimensions", type=click.IntRange(2, 3), default=2, help="Dimensions of the picture: a plane (2) or space (3)."
)
@click.option(
    "--perplexity",
    type=click.FloatRange(min=0, min_open=True),
    help="Perplexity of t-SNE; must be less than the number of words.  [default: by that number, 3 for 12 words]",
)
@options.seed
@click.option(
    "--style",
    type=click.Choice(["w2v", LECTURE]),
    default="w2v",
    help="Labels beside each other (w2v), or ticks, and a colour for each word, as the lecture draws it; with --curve, "
    "a picture for each measure.",
)
@options.theme
@options.variants
@click.option("--show", is_flag=True, help="Show the picture in a window; only -o writes it, too.")
@options.model
@options.force
@options.formats
@options.reporting
def command(
    vocabulary: tuple[str, ...],
    top: int | None,
    around: tuple[str, ...],
    topn: int,
    group_files: tuple[Path, ...],
    clusters: int | None,
    axis: str | None,
    arrows: tuple[str, ...],
    heatmap: bool,
    curves: tuple[str, ...],
    output: Path | None,
    seed: int,
    style: str,
    theme: str,
    variants: bool,
    show: bool,
    model: str | None,
    force: bool,
    reporter: Reporter,
    **projection: Any,
) -> None:
    """Draw words as points. Similar words are close together.

    \b
    Examples:
      w2v plot vocab.txt
      w2v plot vocab.txt --style lecture --seed 42
      w2v plot king queen man woman -o royal.svg --method pca
      w2v plot --top 300 --clusters 6 -o words.html
      w2v plot --around girl --around fruit -n 20
      w2v plot --top 100 --axis gender
      w2v plot --arrow man:king --arrow woman:queen --method pca
      w2v plot --heatmap king queen apple orange
      w2v plot --curve novels

    VOCAB is a file with one word a line, or - for standard input. A WORD is drawn
    as it is. With -o plot.html you get a page to zoom, search and point at. It is
    one file, and it needs no network.

    Where the model has variants (w2v stability), a word is the fainter the fewer of
    its ten nearest words come again in them. Up to 2,000 words are compared so.
    """
    if curves:
        plot_curves(curves, output, reporter, as_lecture=style == LECTURE, force=force)
        return
    ends = [_ends(arrow) for arrow in arrows]
    if not (vocabulary or top or around or group_files or arrows):
        raise click.UsageError("Missing argument 'VOCAB|WORD...'; or say --top, --around, --group or --arrow.")
    colouring = [
        name for name, value in (("--group", group_files), ("--clusters", clusters), ("--axis", axis)) if value
    ]
    if len(colouring) > 1:
        raise click.UsageError(f"{' and '.join(colouring)} both colour the words; say one of them.")
    from w2vcli.cli.how_sure import open_variants
    from w2vcli.explorer.scene_page import save_scene_page
    from w2vcli.queries.axes import find_axis
    from w2vcli.views import composition
    from w2vcli.views.groups import read_groups
    from w2vcli.views.heatmap import draw_similarities
    from w2vcli.views.lecture_plot import draw_as_lecture
    from w2vcli.views.pictures import keeps_text
    from w2vcli.views.plot import draw
    from w2vcli.views.projection import require_method
    from w2vcli.views.scene import THEMES
    from w2vcli.views.selection import select

    require_method(projection["method"])
    target = output or (None if show else Path(f"{_name_of(vocabulary)}.png"))
    is_page = _is_page(target, show=show, may_be_page=not (heatmap or style == LECTURE))
    is_text = keeps_text(target, on_screen=show)
    opened = open_model(model, reporter)
    near = composition.find_neighbourhoods(opened, around, topn)
    files = read_groups(group_files) if group_files else None
    words = composition.choose_words(
        opened, _read_words(opened, vocabulary), top=top or 0, neighbourhoods=near, arrows=ends, groups=files
    )
    selection = select(opened, words, reporter)
    # The projection can take minutes, so an output that cannot be written is refused before it.
    if target is not None:
        require_absent(target, force=force)
    facts: dict[str, object] = {"output": target and str(target), "words": len(selection.words)}
    if heatmap:
        picture = draw_similarities(
            opened, selection.words, THEMES[theme], on_screen=show, keeps_text=is_text, reporter=reporter
        )
        picture.deliver(target, on_screen=show, force=force)
        print_facts(facts)
        return
    others = open_variants(opened, model) if variants and style != LECTURE else []
    groups = composition.group_words(
        opened,
        selection,
        clusters=clusters,
        groups=files,
        axis=find_axis(opened, axis) if axis else None,
        neighbourhoods=near,
        seed=seed,
        variants=others,
        reporter=reporter,
    )
    scene = composition.compose(
        opened,
        selection,
        groups,
        ends,
        seed=seed,
        theme=THEMES[theme],
        again=composition.find_again(opened, selection.words, others, reporter),
        keeps_text=is_page or is_text,
        reporter=reporter,
        **projection,
    )
    if is_page and target is not None:
        save_scene_page(
            opened,
            scene,
            target,
            language(),
            follows_system="theme" not in options.said(with_settings=True),
            force=force,
        )
    else:
        draw_scene = draw_as_lecture if style == LECTURE else draw
        points = draw_scene(scene, on_screen=show, keeps_text=is_text, reporter=reporter)
        points.deliver(target, on_screen=show, force=force)
        facts["labels"] = points.labels
    if scene.group_names and style != LECTURE:
        facts["groups"] = len(scene.group_names)
    print_facts(facts | scene.projection.as_row())


def _ends(arrow: str) -> tuple[str, str]:
    """Return where an arrow begins and ends."""
    start, _, end = arrow.partition("→" if "→" in arrow else ":")
    if not start or not end:
        raise click.UsageError(f"--arrow {arrow}: an arrow is FROM:TO, such as man:king.")
    return start, end


def _is_page(target: Path | None, *, show: bool, may_be_page: bool) -> bool:
    """Tell whether a page is to be written. Raise before all work if the target cannot be written or shown."""
    from w2vcli.views.pictures import PAGE, require_format, require_screen

    if target is not None:
        require_format(target, *([PAGE] if may_be_page else []))
    is_page = target is not None and target.suffix.lower() == PAGE
    if is_page and show:
        raise BadSettings("--show shows pictures; open the page that -o writes with a browser")
    if show:
        require_screen()
    return is_page


def _read_words(model: Model, vocabulary: Sequence[str]) -> list[str]:
    """Return the words that are given and those of the files that are given.

    Raises
    ------
    BadVocabulary
        If one is not in the vocabulary, and looks like the path of a file.
    """
    from w2vcli.views.selection import read_words

    words: list[str] = []
    for item in vocabulary:
        if item == STDIN:
            words += [line for _, line in input_lines()]
        elif Path(item).is_file():
            words += read_words(Path(item))
        elif ("/" in item or Path(item).suffix) and model.words.row(item) is None:  # a path with a typing error
            raise BadVocabulary(f"{item}: no such file, and not in the vocabulary")
        else:
            words.append(item)
    return words


def _name_of(vocabulary: Sequence[str]) -> str:
    """Return the default name of a picture, without its ending."""
    first = vocabulary[0] if vocabulary else STDIN
    return suggested_name(first) if first != STDIN and Path(first).is_file() else "plot"
