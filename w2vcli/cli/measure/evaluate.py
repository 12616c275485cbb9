"""``w2v evaluate``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import click

from w2vcli.atomic import new_file, require_absent
from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.measure.figure_tables import print_figures
from w2vcli.cli.output import print_rows
from w2vcli.cli.questions import open_model_for_search
from w2vcli.errors import BadSettings
from w2vcli.escaping import visible
from w2vcli.measure.kinds import BUNDLED, Kind
from w2vcli.queries.answers import METHODS, Method
from w2vcli.reporting import Reporter

if TYPE_CHECKING:
    from w2vcli.measure.bootstrap import Bootstrap
    from w2vcli.measure.evaluate import Answers, EvaluationSettings, SetAnswer
    from w2vcli.measure.figures import Figure
    from w2vcli.measure.sets import EvaluationSet
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


@click.command("evaluate", cls=W2vCommand, modes=_MODES)
@click.argument("models", nargs=-1, metavar="[MODEL]...", type=options.ModelName())
@click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="FILE",
    help="Test set: a file, or questions-words, wordsim353 or simlex999; may be repeated.  [default: these three]",
)
@click.option(
    "--kind",
    type=click.Choice(get_args(Kind)),
    help="Layout of the test sets.  [default: recognised]",
)
@click.option(
    "--method",
    "methods",
    multiple=True,
    type=click.Choice(METHODS),
    default=("3cosadd",),
    show_default=True,
    help=f"{options.METHOD} May be repeated.",
)
@options.restrict_vocab
@click.option(
    "--case",
    type=click.Choice(["auto", "keep", "lower", "ignore"]),
    default="auto",
    show_default=True,
    help="Look words up as written, in lower case, or in any case; auto: in lower case if the model has no capitals.",
)
@click.option(
    "--dummy4unknown", is_flag=True, help="Count questions with words out of vocabulary as wrong, or as similarity 0."
)
@click.option(
    "--resamples",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    help="Resamples for the confidence intervals.",
)
@options.seed
@click.option("--answers", type=options.OutputFile(), help="Write the answer to each question into this file (TSV).")
@click.option("--report", type=options.OutputFile(), help="Write the whole report into this file (Markdown).")
@click.option("--plot", type=options.OutputFile(), help="Draw the figures as bars: .png, .svg or .pdf.")
@options.encoding
@options.force
@options.as_json
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
    answers: Path | None,
    report: Path | None,
    plot: Path | None,
    encoding: str,
    force: bool,
    as_json: bool,
    reporter: Reporter,
) -> None:
    """Measure how good models are, on analogies and similarities.

    Each figure comes with its 95 % confidence interval and with how many of the
    questions the model covers. Of several models, the differences are shown too,
    on the questions that both cover.

    \b
    Examples:
      w2v evaluate
      w2v evaluate mine google-news --set questions-words
      w2v evaluate --set korean.csv --report korean.md
    """
    _require_places([path for path in (answers, report, plot) if path is not None], force=force)
    if plot is not None:
        from w2vcli.views.pictures import require_format

        require_format(plot)
    opened = {model.path: model for model in map(open_model_for_search, models or (None,))}
    from w2vcli.measure.bootstrap import Bootstrap
    from w2vcli.measure.evaluate import EvaluationSettings
    from w2vcli.measure.report import markdown
    from w2vcli.measure.sets import read_set

    settings = EvaluationSettings(
        tuple(dict.fromkeys(methods)), restrict_vocab, None if case == "auto" else case, dummy4unknown
    )
    named = _named(list(opened.values()))
    test_sets = {source: read_set(source, kind, encoding) for source in sets or BUNDLED}
    if not any(test_set.kind == "analogies" for test_set in test_sets.values()):
        options.refuse(("methods",), "no set has analogies, which --method answers")
    found = _measure(named, _with_own_names(test_sets), settings, Bootstrap(resamples, seed), reporter)
    if answers is not None:
        _write_answers(answers, found.answers, force=force)
    if report is not None:
        with new_file(report, force=force) as stream:
            stream.write(markdown(named, found.answers, found.figures, settings, resamples).encode())
    if plot is not None:
        _draw(plot, found.figures, force=force)
    if sys.stdout.isatty() and not as_json:
        print_figures(found.figures)
    else:
        columns = [field.name for field in fields(found.figures[0])]
        print_rows([asdict(figure) for figure in found.figures], columns, as_json=as_json)


class _Found(NamedTuple):
    answers: list[Answers]
    figures: list[Figure]


def _require_places(outputs: Sequence[Path], *, force: bool) -> None:
    for path in outputs:
        if outputs.count(path) > 1:
            raise BadSettings(f"{path} cannot be two outputs at once; give them names of their own")
        require_absent(path, force=force)


def _named(models: Sequence[Model]) -> dict[str, Model]:
    """Return the models by name; by path where two have the same."""
    names = [model.name for model in models]
    return {
        name if names.count(name) == 1 else str(model.path): model for name, model in zip(names, models, strict=True)
    }


def _with_own_names(test_sets: Mapping[str, EvaluationSet]) -> list[EvaluationSet]:
    """Return the sets by the names of their files; by their paths where two have the same."""
    names = [test_set.name for test_set in test_sets.values()]
    return [
        test_set if names.count(test_set.name) == 1 else replace(test_set, name=source)
        for source, test_set in test_sets.items()
    ]


def _measure(
    models: Mapping[str, Model],
    test_sets: Sequence[EvaluationSet],
    settings: EvaluationSettings,
    bootstrap: Bootstrap,
    reporter: Reporter,
) -> _Found:
    from w2vcli.measure.evaluate import evaluate
    from w2vcli.measure.figures import differences, figures
    from w2vcli.measure.report import case_told

    found = _Found([], [])
    for test_set in test_sets:
        if test_set.name not in BUNDLED:
            reporter.note(f"{test_set.name}: {test_set.layout}")
        _warn_of_invalid_lines(test_set, reporter)
    for test_set in test_sets:
        of_models = [evaluate(model, name, test_set, settings, reporter) for name, model in models.items()]
        for of_one_model in of_models:
            _tell_what_is_covered(of_one_model[0], reporter)
        for of_one_method in zip(*of_models, strict=True):
            found.answers.extend(of_one_method)
            for each in of_one_method:
                found.figures.extend(figures(each, bootstrap))
            for one, other in combinations(of_one_method, 2):
                found.figures.extend(differences(one, other, bootstrap))
    for name, case in {each.model: each.case for each in found.answers}.items():
        reporter.note(f"{name}: words of test sets are looked up {case_told(case)} (--case {case})")
    return found


def _warn_of_invalid_lines(test_set: EvaluationSet, reporter: Reporter) -> None:
    from w2vcli.measure.coverage import some

    if test_set.invalid:
        first = test_set.invalid[0]
        others = some([f"{line:,}" for line, _ in test_set.invalid[1:]])
        reporter.warn(
            f"{test_set.name}, line {first.line:,}: {first.message}; left out"
            f"{f', and also line {others}' if others else ''}"
        )


def _tell_what_is_covered(answers: Answers, reporter: Reporter) -> None:
    from w2vcli.measure.coverage import empty_sections, skipped, tokenized

    for told in (tokenized(answers), skipped(answers), empty_sections(answers)):
        if told is not None:
            reporter.note(f"{answers.model}, {answers.set.name}: {told}")


def _write_answers(path: Path, found: Sequence[Answers], *, force: bool) -> None:
    from w2vcli.measure.sets import expected

    columns = ("model", "set", "method", "line", "section", "words", "expected", "answer", "outcome", "reason")
    with new_file(path, force=force) as stream:
        stream.write(("\t".join(columns) + "\n").encode())
        for of_model in found:
            for answer in of_model.answers:
                values = (
                    *(of_model.model, of_model.set.name, of_model.method, answer.item.line, answer.item.section),
                    *(" ".join(answer.item.words), expected(of_model.set.kind, answer.item)),
                    *(answer.answer, _outcome(answer), answer.reason),
                )
                row = "\t".join("" if value is None else visible(str(value)) for value in values)
                stream.write(f"{row}\n".encode())


def _outcome(answer: SetAnswer) -> str:
    if answer.reason is not None:
        return "skipped"
    return "measured" if answer.correct is None else "correct" if answer.correct else "wrong"


def _draw(path: Path, found: Sequence[Figure], *, force: bool) -> None:
    from w2vcli.views.bars import draw_bars
    from w2vcli.views.pictures import save

    with new_file(path, force=force) as stream:
        save(draw_bars(_panels(found)), stream, path)


def _panels(found: Sequence[Figure]) -> list[Panel]:
    """Return a panel for each set and each method of analogies."""
    from w2vcli.measure.report import blocks, is_correlation
    from w2vcli.views.bars import Bar, Panel

    def bar(figure: Figure) -> Bar | None:
        if figure.value is None or figure.low is None or figure.high is None:
            return None
        factor = 1 if is_correlation(figure.measure) else 100
        return Bar(figure.value * factor, figure.low * factor, figure.high * factor)

    panels = []
    for title, rows in blocks(found).items():
        figures = [figure for row in rows.values() for figure in row.values()]
        correlations = is_correlation(figures[0].measure)
        names = dict.fromkeys(figure.model for figure in figures)
        series = {name: [bar(row[name]) for row in rows.values()] for name in names}
        unit, most = ("correlation", 1.0) if correlations else (f"{_share(figures[0])} in %", 100.0)
        panels.append(Panel(title, unit, most, list(rows), series))
    return panels


def _share(figure: Figure) -> str:
    return "purity" if figure.measure == "purity" else "accuracy"
