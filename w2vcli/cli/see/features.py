"""``w2v features``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2vcli.atomic import require_absent
from w2vcli.cli import completing, options
from w2vcli.cli.columns import COLUMNS, MORE_COLUMNS
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.matrix import print_matrix
from w2vcli.cli.output import Column, is_for_the_eye, print_rows
from w2vcli.cli.questions import open_model
from w2vcli.cli.tables import GAP, cells_of, terminal_width
from w2vcli.escaping import decimals
from w2vcli.reporting import Reporter
from w2vcli.speaking.language import heading

if TYPE_CHECKING:
    from w2vcli.array_types import Floats
    from w2vcli.models.directory import Model
    from w2vcli.queries.axes import Direction
    from w2vcli.queries.axis_trust import AxisTrust, PlacedWord

_DECIMALS = 7  # of cosines of float32
_FOR_THE_EYE = ("pairs", "agreeing", "pair_dir", "reliability", "share_of_pairs", "p_value", "share_of_words")
# Where there is no room, the last of these are left out first.
_PREFERRED = ("pairs", "reliability", "pair_dir", "agreeing", "p_value", "share_of_words", "share_of_pairs")
_HALF_DECIMALS = 2

_MODES = (
    options.Mode(("theme", "force"), lambda values: values["output"], "without --output nothing is drawn"),
    options.Mode(
        ("show_axes", "show_pairs", "intervals", "variants"),
        lambda values: values["by"] is None,
        "--by shows places with their intervals alone",
    ),
    options.Mode(("moved_to", "cache"), lambda values: values["by"] is not None, "without --by no text is read"),
    options.Mode(
        ("words", "axes", "by", "show_axes", "show_pairs", "intervals", "variants", "output", "seed", "model"),
        lambda values: not values["list_axes"],
        "--list-axes shows the axes that are ready, of no model",
    ),
    options.Mode(
        ("show_pairs", "intervals", "variants"),
        lambda values: not values["show_axes"],
        "--show-axes shows the axes alone",
    ),
    options.Mode(
        ("intervals", "variants"), lambda values: not values["show_pairs"], "--show-pairs shows the pairs alone"
    ),
)


@click.command(
    "features",
    cls=W2vCommand,
    columns=COLUMNS["features"],
    more_columns=MORE_COLUMNS["features"],
    modes=_MODES,
    aliases={"--axes": "--show-axes"},
)
@click.argument("words", nargs=-1, type=completing.Word(), metavar="WORD...")
@click.option(
    "--axis",
    "axes",
    multiple=True,
    metavar="NAME[=NEG:POS,...|FILE]",
    help="Feature: the name of a ready axis, or a name with pairs of words from its negative to its positive end, or"
    " with a file of them; may be repeated.  [default: gender, royal, age and food]",
)
@click.option("--list-axes", is_flag=True, help="Show the axes that are ready, with their pairs.")
@click.option("--show-axes", is_flag=True, help="Show how good the axes are instead of the words.")
@click.option("--show-pairs", is_flag=True, help="Show how far each pair agrees with the others instead of the words.")
@click.option("--intervals", is_flag=True, help="Show a row for each place, with its 95 % intervals.")
@options.variants
@click.option(
    "--by", metavar="COLUMN", help="Show where the words lie in each slice of the text, by a column of its table."
)
@options.moved_to
@click.option("--cache/--no-cache", default=True, help="Use the cache of encoded corpora.")
@click.option("-o", "--output", type=options.OutputFile(), help="Picture to write, too: .png, .svg or .pdf.")
@options.theme
@options.seed
@options.model
@options.force
@options.formats
@options.reporting
def command(
    words: tuple[str, ...],
    axes: tuple[str, ...],
    list_axes: bool,
    show_axes: bool,
    show_pairs: bool,
    intervals: bool,
    variants: bool,
    by: str | None,
    moved_to: tuple[str, ...],
    cache: bool,
    output: Path | None,
    theme: str,
    seed: int,
    model: str | None,
    force: bool,
    reporter: Reporter,
) -> None:
    """Describe words by features: gender, royal, age, food.

    \b
    Examples:
      w2v features man woman king queen apple orange
      w2v features king apple --axis royal=man:king,woman:queen -o features.png
      w2v features bread silk --axis class --axis cost --intervals
      w2v features king queen --show-axes --json
      w2v features nurse --axis gender --by year -o nurse.png

    An axis is the mean difference of pairs of words. The place of a word on it is a
    cosine, from -1 to 1. Behind ± is half of its 95 % interval for other pairs of
    the same kind. Where the model has variants (w2v stability), it is that of the
    interval for other documents, if that is wider. --intervals has both:

    \b
      low, high                    with other pairs
      least, most                  without one of the pairs
      variants_low, variants_high  with other documents, if there are variants

    A second table says what each axis is worth:

    \b
      pairs, given    how many of its pairs the model has
      agreeing        how many of them agree with the others
      pair_dir        mean cosine of two pairs' differences
      reliability     cosine to expect with the axis of as many other such pairs
      share_of_pairs  how far the pairs agree
      p_value         share of random sign flips of the pairs that give an axis
                      at least as strong
      share_of_words  share of the variance of the words that lies along it

    With --by there is a row for each slice of the text, such as a year: the place
    of the word as it is used there, and its 95 % interval for other documents of
    that slice. What all words of a slice have in common is taken away.
    """
    if list_axes:
        _print_ready_axes()
        return
    if not words:
        raise click.UsageError("Missing argument 'WORD...'.")
    from w2vcli.queries import axis_trust
    from w2vcli.queries.axes import choose_axes, find_axis, find_direction, place, words_with_vector

    if output is not None:
        from w2vcli.views.pictures import require_format

        require_format(output)
        require_absent(output, force=force)
    opened = open_model(model, reporter)
    asked = [find_axis(opened, text) for text in axes]
    directions = [find_direction(opened, axis, seed) for axis in choose_axes(opened, asked, reporter)]
    chosen = words_with_vector(opened, words, reporter)
    if by is not None:
        from w2vcli.cli.see.slice_table import print_slices

        print_slices(
            opened,
            chosen,
            directions,
            by,
            moved_to,
            output,
            cache=cache,
            seed=seed,
            theme=theme,
            force=force,
            reporter=reporter,
        )
        return
    values = place(opened, chosen, directions)
    names = [found.axis for found in directions]
    if output is not None:
        _draw(opened, values, chosen, names, theme, output, reporter, force=force)
    trusts = axis_trust.trust_all(opened, chosen, directions, reporter)
    if show_axes:
        _print_trust(trusts)
    elif show_pairs:
        pairs = [pair._asdict() for found in directions for pair in axis_trust.agreements_of(found)]
        print_rows(pairs, axis_trust.PairAgreement._fields)
    elif intervals:
        _print_intervals(_placed(opened, chosen, directions, variants=variants))
    elif is_for_the_eye():
        _print_places(chosen, names, _placed(opened, chosen, directions, variants=variants))
        click.echo()
        _print_trust(trusts)
    else:
        rows = [
            _rounded({"word": word} | dict(zip(names, line, strict=True)))
            for word, line in zip(chosen, values.tolist(), strict=True)
        ]
        print_rows(rows, ["word", *(Column(name, own=True) for name in names)])


def _draw(
    model: Model,
    values: Floats,
    words: Sequence[str],
    names: Sequence[str],
    theme: str,
    output: Path,
    reporter: Reporter,
    *,
    force: bool,
) -> None:
    """Draw the places of words on axes (words x axes) as a heat map."""
    from w2vcli.views.heatmap import draw_features
    from w2vcli.views.pictures import keeps_text
    from w2vcli.views.scene import THEMES

    picture = draw_features(
        model, values, words, names, THEMES[theme], keeps_text=keeps_text(output), reporter=reporter
    )
    picture.write(output, force=force)


def _placed(
    model: Model, words: Sequence[str], directions: Sequence[Direction], *, variants: bool
) -> list[list[PlacedWord]]:
    """Return the places of words with their intervals (axes x words), with ``variants`` also those of its variants."""
    from w2vcli.cli.how_sure import open_variants
    from w2vcli.queries.axis_trust import place_with_intervals

    others = open_variants(model, None) if variants else []
    return [place_with_intervals(model, words, found, others) for found in directions]


def _print_intervals(placed: Sequence[Sequence[PlacedWord]]) -> None:
    """Print a row for each place (axes x words), word by word; what is of variants only where there are some."""
    found = [word for of_word in zip(*placed, strict=True) for word in of_word]
    has_variants = found[0].variants_low is not None
    columns = [name for name in found[0]._fields if has_variants or not name.startswith("variants")]
    print_rows([_rounded(word._asdict()) for word in found], columns)


def _print_ready_axes() -> None:
    """Print the axes that are ready: a row for each language, with the pairs as --axis takes them."""
    from w2vcli.queries.ready_axes import LANGUAGES, READY_AXES

    rows = [
        {
            "axis": axis.name if language == "en" else axis.korean_name,
            "language": language,
            "pairs": axis.pairs[language],
        }
        for axis in READY_AXES
        for language in LANGUAGES
    ]
    print_rows(rows, ("axis", "language", "pairs"))


def _print_trust(trusts: Sequence[AxisTrust]) -> None:
    """Print what each axis is worth. For the eye, what speaks against one was a warning."""
    if not is_for_the_eye():
        print_rows([found._asdict() for found in trusts], trusts[0]._fields)
        return

    def column(at: int) -> tuple[str, list[str]]:
        name = _FOR_THE_EYE[at]
        if name == "pairs":
            return heading(name), [f"{found.pairs}/{found.given}" for found in trusts]
        return heading(name), [_shown(getattr(found, name)) for found in trusts]

    preferred = list(map(_FOR_THE_EYE.index, _PREFERRED))
    print_matrix(
        "axis",
        [found.axis for found in trusts],
        len(_FOR_THE_EYE),
        lambda at: (heading(column(at)[0]), column(at)[1]),
        preferred,
    )


def _shown(value: float | int | None) -> str:
    """Return a number for the eye, empty for None."""
    return "" if value is None else decimals(value) if isinstance(value, float) else str(value)


def _print_places(words: Sequence[str], axes: Sequence[str], placed: Sequence[Sequence[PlacedWord]]) -> None:
    """Print the places of words (axes x words) for the eye: with half of each interval, if all axes have room then."""

    def cells(at: int, *, with_intervals: bool) -> list[str]:
        return [_cell(found, with_intervals=with_intervals) for found in placed[at]]

    widths = [max(map(cells_of, [axes[at], *cells(at, with_intervals=True)])) + GAP for at in range(len(axes))]
    has_room = max(map(cells_of, ["word", *words])) + sum(widths) <= terminal_width()
    print_matrix("word", words, len(axes), lambda at: (axes[at], cells(at, with_intervals=has_room)))


def _cell(found: PlacedWord, *, with_intervals: bool) -> str:
    """Return a place with four decimals, and with half of its interval behind it if that is asked for and known."""
    value, half = decimals(found.value), found.half_width
    return value if half is None or not with_intervals else f"{value} ±{decimals(half, _HALF_DECIMALS)}"


def _rounded(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with as many decimals as cosines of float32 have."""
    return {name: round(value, _DECIMALS) if isinstance(value, float) else value for name, value in row.items()}
