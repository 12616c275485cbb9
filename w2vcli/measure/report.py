"""An evaluation as a page of Markdown: what was measured, by which rules, and what came out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from w2vcli.escaping import visible
from w2vcli.measure.evaluate import Answers, EvaluationSettings
from w2vcli.measure.figures import TOTAL, WITH_QUERY_WORDS, Figure
from w2vcli.models.directory import Model
from w2vcli.queries.answers import METHODS

# A figure of each model, by its name; below the label of their row; below the title of their set.
Blocks = dict[str, dict[str, dict[str, Figure]]]

_CASES = {
    "keep": "as they are written",
    "lower": "lower-cased",
    "ignore": "in any case",
}


def markdown(
    models: Mapping[str, Model],
    answers: Sequence[Answers],
    figures: Sequence[Figure],
    settings: EvaluationSettings,
    resamples: int,
) -> str:
    """Return the page; ``answers`` and ``figures`` are those of all ``models``, which have names."""
    return "\n".join(
        [
            "# Evaluation of word vectors",
            "",
            *_models(models, answers),
            "",
            *_sets(answers),
            "",
            *_rules(settings, resamples),
            *_figures([figure for figure in figures if figure.minus is None]),
            *_differences([figure for figure in figures if figure.minus is not None]),
            "",
        ]
    )


def case_told(case: str) -> str:
    """Return how words are looked up by a rule of `w2vcli.measure.word_rows`."""
    return _CASES[case]


def shown(figure: Figure) -> str:
    """Return the value of a figure for the eye: a share in percent, a correlation with four decimals."""
    if figure.value is None:
        return "-"
    sign = _sign(figure)
    return f"{figure.value:{sign}.4f}" if is_correlation(figure.measure) else f"{100 * figure.value:{sign}.2f} %"


def shown_interval(figure: Figure) -> str:
    """Return the confidence interval of a figure for the eye, in the same unit and with a decimal less."""
    if figure.low is None or figure.high is None:
        return "-"
    factor, decimals = (1, 3) if is_correlation(figure.measure) else (100, 1)
    low, high = (f"{factor * value:{_sign(figure)}.{decimals}f}" for value in (figure.low, figure.high))
    return f"{low} to {high}"


def _sign(figure: Figure) -> str:
    return "" if figure.minus is None else "+"


def is_correlation(measure: str) -> bool:
    """Tell whether a measure is a correlation, and not a share."""
    return measure in {"spearman", "pearson"}


def blocks(figures: Iterable[Figure]) -> Blocks:
    """Return the figures of a table, without differences and without the measures with query words allowed."""
    found: Blocks = {}
    for figure in figures:
        if figure.minus is None and not figure.measure.endswith(WITH_QUERY_WORDS):
            analogies = figure.measure in METHODS
            title = f"{figure.set}, {figure.measure}" if analogies else figure.set
            label = figure.measure if figure.section == TOTAL and not analogies else figure.section
            found.setdefault(title, {}).setdefault(label, {})[figure.model] = figure
    return found


def _models(models: Mapping[str, Model], answers: Sequence[Answers]) -> Iterator[str]:
    cases = {each.model: each.case for each in answers}
    rows = (
        (
            name,
            f"{model.facts.words:,}",
            str(model.facts.vector_size),
            _CASES[cases[name]],
            f"`{model.facts.sha256['vectors.npy']}`",
        )
        for name, model in models.items()
    )
    return _table(("model", "words", "vector size", "words are looked up", "SHA-256 of vectors.npy"), rows)


def _sets(answers: Sequence[Answers]) -> Iterator[str]:
    sets = {each.set.name: each.set for each in answers}
    rows = ((each.name, each.kind, f"{len(each.items):,}", f"{len(each.invalid):,}") for each in sets.values())
    return _table(("set", "kind", "questions", "lines that could not be read"), rows)


def _rules(settings: EvaluationSettings, resamples: int) -> Iterator[str]:
    unknown = "counts as wrong; a pair, as one of similarity 0" if settings.dummy4unknown else "is left out"
    vocabulary = f"the first {settings.restrict_vocab:,} words" if settings.restrict_vocab else "the whole vocabulary"
    yield f"The vocabulary is {vocabulary} of each model. A question with a word that is not in it {unknown}."
    yield "A measure *with query words* allows the words of a question as answers to it. Intervals are 95 % ones from"
    yield f"{resamples:,} bootstrap resamples: of the pairs of words that analogies are made of, else of questions."


def _figures(figures: Sequence[Figure]) -> Iterator[str]:
    for name in dict.fromkeys(figure.set for figure in figures):
        yield from ("", f"## {_cell(name)}", "")
        yield from _table(
            ("section", "measure", "model", "value", "95 % interval", "covered"),
            (
                (figure.section, figure.measure, figure.model, *_value(figure))
                for figure in figures
                if figure.set == name
            ),
        )


def _differences(figures: Sequence[Figure]) -> Iterator[str]:
    if figures:
        yield from ("", "## Differences on what both models cover", "")
        yield from _table(
            ("set", "section", "measure", "difference", "value", "95 % interval", "covered by both"),
            (
                (figure.set, figure.section, figure.measure, f"{figure.model} − {figure.minus}", *_value(figure))
                for figure in figures
            ),
        )


def _value(figure: Figure) -> tuple[str, str, str]:
    return shown(figure), shown_interval(figure), f"{figure.covered:,} of {figure.questions:,}"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"


def _cell(text: str) -> str:
    return visible(text).replace("\\", "\\\\").replace("|", "\\|")
