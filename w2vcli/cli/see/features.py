"""``w2v features``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from w2vcli.atomic import new_file, require_absent
from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.matrix import decimals, print_matrix
from w2vcli.cli.output import is_for_the_eye, print_rows
from w2vcli.cli.questions import open_model
from w2vcli.errors import BadSettings
from w2vcli.escaping import visible
from w2vcli.reporting import Reporter

if TYPE_CHECKING:
    from w2vcli.models.directory import Model
    from w2vcli.queries.axes import Axis

_DECIMALS = 7  # of cosines of float32
_AXIS_COLUMNS = ("axis", "pairs", "share_of_pairs", "p_value", "share_of_words")

_MODES = (options.Mode(("theme", "force"), lambda values: values["output"], "without --output nothing is drawn"),)


@click.command("features", cls=W2vCommand, modes=_MODES, aliases={"--axes": "--show-axes"})
@click.argument("words", nargs=-1, required=True, metavar="WORD...")
@click.option(
    "--axis",
    "axes",
    multiple=True,
    metavar="NAME=NEG:POS,...",
    help="Feature, by pairs of words from its negative to its positive end; may be repeated."
    "  [default: gender, royal, age and food]",
)
@click.option("--show-axes", is_flag=True, help="Show how good the axes are instead of the words.")
@click.option("-o", "--output", type=options.OutputFile(), help="Heat map to write, too: .png, .svg or .pdf.")
@options.theme
@options.seed
@options.model
@options.force
@options.as_json
@options.reporting
def command(
    words: tuple[str, ...],
    axes: tuple[str, ...],
    show_axes: bool,
    output: Path | None,
    theme: str,
    seed: int,
    model: str | None,
    force: bool,
    as_json: bool,
    reporter: Reporter,
) -> None:
    """Describe words by features: gender, royal, age, food.

    An axis is the mean difference of its pairs; a word's place on it is its cosine,
    -1 to 1. Below it stands what an axis is worth: share_of_pairs, how far its pairs
    agree; p_value, how often pairs turned around at random agree as well; and
    share_of_words, how much of the words' variance lies along it.

    \b
    Examples:
      w2v features man woman king queen apple orange
      w2v features king apple --axis royal=man:king,woman:queen -o features.png
      w2v features king queen --show-axes --json
    """
    from w2vcli.queries.axes import find_direction, parse_axis, place, share_of_words

    if output is not None:
        from w2vcli.views.pictures import require_format

        require_format(output)
        require_absent(output, force=force)
    opened = open_model(model, reporter)
    directions = [
        find_direction(opened, axis, seed) for axis in _axes(opened, [parse_axis(text) for text in axes], reporter)
    ]
    words = _known(opened, words, reporter)
    values = place(opened, words, directions)
    names = [found.axis for found in directions]
    if output is not None:
        from w2vcli.views.heatmap import draw_heatmap
        from w2vcli.views.pictures import save
        from w2vcli.views.scene import THEMES

        caption = f"words of {visible(opened.name)} by features: cosine with the mean difference of pairs"
        figure = draw_heatmap(values, words, names, "cosine", caption, THEMES[theme])
        with new_file(output, force=force) as stream:
            save(figure, stream, output, caption)
    worth = [
        {
            "axis": found.axis,
            "pairs": found.pairs,
            "share_of_pairs": found.share_of_pairs,
            "p_value": found.p_value,
            "share_of_words": share_of_words(opened, words, found),
        }
        for found in directions
    ]
    if show_axes:
        print_rows(worth, _AXIS_COLUMNS, as_json=as_json)
        return
    if is_for_the_eye() and not as_json:
        print_matrix("word", words, len(names), lambda at: (names[at], list(map(decimals, values[:, at].tolist()))))
        click.echo()
        print_rows(worth, _AXIS_COLUMNS, as_json=False)
        return
    rows = [
        {"word": word} | {name: round(value, _DECIMALS) for name, value in zip(names, line, strict=True)}
        for word, line in zip(words, values.tolist(), strict=True)
    ]
    print_rows(rows, ["word", *names], as_json=as_json)


def _known(model: Model, words: tuple[str, ...], reporter: Reporter) -> tuple[str, ...]:
    """Return the words that the model has, and tell the others; if it has none, all are unknown."""
    from w2vcli.queries.terms import sort_words

    known, unknown = sort_words(model, words)
    if not known:
        return words  # what is asked of them raises the error that explains each
    if unknown:
        reporter.warn(f"not in the vocabulary, left out: {', '.join(unknown)}")
    return tuple(known)


def _axes(model: Model, asked: list[Axis], reporter: Reporter) -> list[Axis]:
    """Return the axes with the pairs that the model has."""
    from w2vcli.queries.axes import known_pairs, lecture_axes

    found: list[Axis] = []
    missing: list[str] = []
    for axis in asked or lecture_axes(model):
        known, unknown = known_pairs(model, axis)
        named = ", ".join(":".join(pair) for pair in unknown)
        if not known.pairs and asked:
            raise BadSettings(f"the model has no pair of the axis {axis.name}: {named}")
        if unknown and asked:
            reporter.warn(f"not in the vocabulary, left out of the axis {axis.name}: {named}")
        if known.pairs:
            found.append(known)
        else:
            missing.append(axis.name)
    names = [axis.name for axis in found]
    if found and missing:
        reporter.warn(f"the model has no pair of these axes, left out: {', '.join(missing)}")
    if not found:
        raise BadSettings("the model has no pairs of the lecture's axes; name some: --axis NAME=neg:pos,neg:pos")
    if len({*names, "word"}) <= len(names):
        raise BadSettings("each axis needs a name of its own, other than word")
    return found
