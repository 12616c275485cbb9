"""``w2v features``."""

from __future__ import annotations

from pathlib import Path

import click

from w2vcli.atomic import require_absent
from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.matrix import print_matrix
from w2vcli.cli.output import is_for_the_eye, print_rows
from w2vcli.cli.questions import open_model
from w2vcli.escaping import decimals
from w2vcli.reporting import Reporter

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

    \b
    Examples:
      w2v features man woman king queen apple orange
      w2v features king apple --axis royal=man:king,woman:queen -o features.png
      w2v features king queen --show-axes --json

    An axis is the mean difference of pairs of words. The place of a word on it is a
    cosine, from -1 to 1. A second table says what each axis is worth:

    \b
      share_of_pairs  how far the pairs agree
      p_value         share of random sign flips of the pairs that give an axis
                      at least as strong
      share_of_words  share of the variance of the words that lies along it
    """
    from w2vcli.queries.axes import choose_axes, find_direction, parse_axis, place, share_of_words, words_with_vector

    if output is not None:
        from w2vcli.views.pictures import require_format

        require_format(output)
        require_absent(output, force=force)
    opened = open_model(model, reporter)
    asked = [parse_axis(text) for text in axes]
    directions = [find_direction(opened, axis, seed) for axis in choose_axes(opened, asked, reporter)]
    chosen = words_with_vector(opened, words, reporter)
    values = place(opened, chosen, directions)
    names = [found.axis for found in directions]
    if output is not None:
        from w2vcli.views.heatmap import draw_features
        from w2vcli.views.pictures import keeps_text
        from w2vcli.views.scene import THEMES

        picture = draw_features(
            opened, values, chosen, names, THEMES[theme], keeps_text=keeps_text(output), reporter=reporter
        )
        picture.write(output, force=force)
    worth = [found._asdict() | {"share_of_words": share_of_words(opened, chosen, found)} for found in directions]
    if show_axes:
        print_rows(worth, _AXIS_COLUMNS, as_json=as_json)
    elif is_for_the_eye() and not as_json:
        print_matrix("word", chosen, len(names), lambda at: (names[at], list(map(decimals, values[:, at].tolist()))))
        click.echo()
        print_rows(worth, _AXIS_COLUMNS, as_json=False)
    else:
        rows = [
            {"word": word} | {name: round(value, _DECIMALS) for name, value in zip(names, line, strict=True)}
            for word, line in zip(chosen, values.tolist(), strict=True)
        ]
        print_rows(rows, ["word", *names], as_json=as_json)
