"""``w2v evaluate``."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from w2vcli.atomic import new_file, require_absent
from w2vcli.cli import options
from w2vcli.cli.columns import COLUMNS
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.measure.figure_tables import print_figures
from w2vcli.cli.output import is_for_the_eye, print_rows
from w2vcli.cli.questions import open_model_for_search
from w2vcli.errors import BadModel, BadSettings
from w2vcli.measure.kinds import Kind
from w2vcli.queries.methods import METHODS, Method
from w2vcli.reporting import Reporter

if TYPE_CHECKING:
    from w2vcli.measure.figures import Figure
    from w2vcli.models.directory import Model
    from w2vcli.views.bars import Panel

_MODES = (
    options.Mode(("kind", "encoding"), lambda values: values["sets"], "the sets that come with w2v are known"),
    options.Mode(
        ("force",),
        lambda values: values["answers"] or values["report"] or values["plot"],
        "without --answers, --report and --plot nothing is written",
    ),
)


@click.command("evaluate", cls=W2vCommand, columns=COLUMNS["evaluate"], modes=_MODES)
@click.argument("models", nargs=-1, metavar="[MODEL]...", type=options.ModelName())
@click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="FILE",
    help="Test set: a file, or questions-words, wordsim353 or simlex999; may be repeated.  [default: these three]",
)
@click.option("--kind", type=click.Choice(get_args(Kind)), help="Layout of the test sets.  [default: recognised]")
@click.option(
    "--method",
    "methods",
    multiple=True,
    type=click.Choice(METHODS),
    default=("3cosadd",),
    help=f"{options.METHOD} May be repeated.",
)
@options.restrict_vocab
@click.option(
    "--case",
    type=click.Choice(["auto", "keep", "lower", "ignore"]),
    default="auto",
    help="Look words up as written, in lower case, or in any case; auto: in lower case if the model has no capitals.",
)
@click.option(
    "--dummy4unknown", is_flag=True, help="Count questions with words out of vocabulary as wrong, or as similarity 0."
)
@click.option("--resamples", type=click.IntRange(min=1), default=1000, help="Resamples for the confidence intervals.")
@options.seed
@click.option(
    "--variants", is_flag=True, help="Also show what other documents would give, by asking the variants of the model."
)
@click.option("--answers", type=options.OutputFile(), help="Write the answer to each question into this file (TSV).")
@click.option("--report", type=options.OutputFile(), help="Write the whole report into this file (Markdown).")
@click.option("--plot", type=options.OutputFile(), help="Draw the figures as bars: .png, .svg or .pdf.")
@options.encoding
@options.force
@options.answer_file
@options.formats
@options.reporting
def command(
    models: tuple[str, ...],
    sets: tuple[str, ...],
    kind: Any,
    methods: tuple[Method, ...],
    restrict_vocab: int | None,
    case: Any,
    dummy4unknown: bool,
    resamples: int,
    seed: int,
    variants: bool,
    answers: Path | None,
    report: Path | None,
    plot: Path | None,
    encoding: str,
    force: bool,
    reporter: Reporter,
) -> None:
    """Measure how good models are, on analogies and similarities.

    \b
    Examples:
      w2v evaluate
      w2v evaluate mine google-news --set questions-words
      w2v evaluate --set korean.csv --report korean.md

    Each figure has its 95 % confidence interval, and how many of the questions the
    model covers. Of two models, the differences are shown too, on the questions
    that both cover.

    --variants asks all variants of a model (w2v stability), too, which takes as
    many times longer. It shows the interval for a model of other documents.
    """
    _require_places([path for path in (answers, report, plot) if path is not None], force=force)
    if plot is not None:  # a wrong ending is to be told before minutes are spent on measuring
        from w2vcli.views.pictures import require_format

        require_format(plot)
    # By path, so that a model that is named twice is measured once.
    opened = {model.path: model for model in map(open_model_for_search, models or (None,))}
    if len(opened) > 1:
        options.refuse(("variants",), "variants are asked of one model alone")
    others = _require_variants(next(iter(opened.values()))) if variants else []
    from w2vcli.measure.answer_table import write_answers
    from w2vcli.measure.bootstrap import Bootstrap
    from w2vcli.measure.evaluate import EvaluationSettings
    from w2vcli.measure.evaluation import evaluate_all, name_models, read_sets
    from w2vcli.measure.report import markdown
    from w2vcli.measure.variant_figures import with_variants
    from w2vcli.queries.answers import columns_of

    settings = EvaluationSettings(
        tuple(dict.fromkeys(methods)), restrict_vocab, None if case == "auto" else case, dummy4unknown
    )
    named = name_models(list(opened.values()))
    test_sets = read_sets(sets, kind, encoding)
    if not any(test_set.kind == "analogies" for test_set in test_sets):
        options.refuse(("methods",), "no set has analogies, which --method answers")
    if all(test_set.kind == "weat" for test_set in test_sets):
        options.refuse(("dummy4unknown", "resamples"), "associations have neither wrong answers nor resamples")
    found = evaluate_all(named, test_sets, settings, Bootstrap(resamples, seed), reporter)
    if others:
        found = found._replace(figures=[*with_variants(found.figures, others, test_sets, settings, reporter)])
    if answers is not None:
        with new_file(answers, force=force) as stream:
            write_answers(stream, found.answers)
    if report is not None:
        with new_file(report, force=force) as stream:
            stream.write(markdown(named, found, settings, resamples).encode())
    if plot is not None:
        _draw(plot, found.figures, reporter, force=force)
    if is_for_the_eye():  # a program gets every digit, the eye a few
        print_figures(found.figures)
    else:
        print_rows([asdict(figure) for figure in found.figures], columns_of(type(found.figures[0])))


def _require_variants(model: Model) -> Sequence[Model]:
    """Return the variants of a model, or raise `BadModel` if it has none."""
    from w2vcli.models.variants import open_variants

    found = open_variants(model)
    if not found and (not model.facts.training or model.facts.subwords is not None):
        raise BadModel(f"{model.path} has no variants, and none can be made: it is no word2vec model trained here")
    if not found:
        raise BadModel(f"{model.path} has no variants; make some with: w2v stability {shlex.quote(str(model.path))}")
    return found


def _require_places(outputs: Sequence[Path], *, force: bool) -> None:
    """Refuse outputs that exist or are one file, before minutes are spent on measuring."""
    for path in outputs:
        if outputs.count(path) > 1:
            raise BadSettings(f"{path} cannot be two outputs at once; give them names of their own")
        require_absent(path, force=force)


def _draw(path: Path, found: Sequence[Figure], reporter: Reporter, *, force: bool) -> None:
    """Write the figures as a picture."""
    from w2vcli.views.bars import draw_bars
    from w2vcli.views.pictures import keeps_text, save

    with new_file(path, force=force) as stream:
        save(draw_bars(_panels(found), reporter, keeps_text=keeps_text(path)), stream, path)


def _panels(found: Sequence[Figure]) -> list[Panel]:
    """Return a panel for each block of figures, which are shares in percent or correlations."""
    from w2vcli.measure.figure_rows import figure_blocks
    from w2vcli.views.bars import Bar, Panel

    def bar(figure: Figure) -> Bar | None:
        if figure.value is not None and figure.is_effect:
            return Bar(figure.value, figure.value, figure.value)
        if figure.value is None or figure.low is None or figure.high is None:
            return None
        factor = 100 if figure.is_share else 1  # shares are drawn in percent
        return Bar(figure.value * factor, figure.low * factor, figure.high * factor)

    panels = []
    for title, rows in figure_blocks(found):
        # All rows of a block have one kind of measure.
        first, *_ = rows[0].figures.values()
        share = "purity" if first.measure == "purity" else "accuracy"
        unit, most = ("correlation", 1.0) if first.is_correlation else (f"{share} in %", 100.0)
        if not (first.is_share or first.is_correlation):  # of associations, a p-value is no bar
            unit, most = "effect size", 2.0
        drawn = [row for row in rows if not any(figure.is_p_value for figure in row.figures.values())]
        series = {name: [bar(row.figures[name]) for row in drawn] for name in drawn[0].figures}
        panels.append(Panel(title, unit, most, [row.label for row in drawn], series))
    return panels
