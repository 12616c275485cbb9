"""An evaluation as a page of Markdown: what was measured, by which rules, and what came out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from w2vcli.escaping import visible
from w2vcli.measure.evaluate import Answers, EvaluationSettings
from w2vcli.measure.evaluation import Evaluation
from w2vcli.measure.figure_rows import shown, shown_for_other_documents, shown_interval
from w2vcli.measure.figures import Figure, SureFigure
from w2vcli.measure.word_rows import describe_case
from w2vcli.models.directory import Model


def markdown(models: Mapping[str, Model], found: Evaluation, settings: EvaluationSettings, resamples: int) -> str:
    """Return the page on what was ``found`` for ``models``, which have names.

    Whoever reads it can measure the same again: the hash of each model's vectors is there, and each rule that was
    chosen.
    """
    return "\n".join(
        [
            "# Evaluation of word vectors",
            "",
            *_models(models, found.answers),
            "",
            *_sets(found.answers),
            "",
            *_rules(settings, resamples),
            *_figures([figure for figure in found.figures if figure.minus is None]),
            *_differences([figure for figure in found.figures if figure.minus is not None]),
            "",
        ]
    )


def _models(models: Mapping[str, Model], answers: Sequence[Answers]) -> Iterator[str]:
    cases = {each.model: each.case for each in answers}  # one for all sets of a model
    rows = (
        (
            name,
            f"{model.facts.words:,}",
            str(model.facts.vector_size),
            describe_case(cases[name]),
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
    """Yield which words were searched, what became of unknown ones, and what measures and intervals mean."""
    unknown = "counts as wrong; a pair, as one of similarity 0" if settings.dummy4unknown else "is left out"
    vocabulary = f"the first {settings.restrict_vocab:,} words" if settings.restrict_vocab else "the whole vocabulary"
    yield f"The vocabulary is {vocabulary} of each model. A question with a word that is not in it {unknown}."
    yield "A measure *with query words* allows the words of a question as answers to it. Intervals are 95 % ones from"
    yield f"{resamples:,} bootstrap resamples: of the pairs of words that analogies are made of, else of questions."


def _figures(figures: Sequence[Figure]) -> Iterator[str]:
    """Yield a section for each set, with a table of all its figures."""
    if any(isinstance(figure, SureFigure) for figure in figures):
        yield "The interval for *other documents* is what a model of another corpus of the same kind would give (95 %)."
    for name in dict.fromkeys(figure.set for figure in figures):
        yield from ("", f"## {_cell(name)}", "")
        yield from _table(
            ("section", "measure", "model", "value", "95 % interval", "covered", *_other_documents(figures)),
            (
                (figure.section, figure.measure, figure.model, *_value(figure), *_for_other_documents(figure))
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


def _other_documents(figures: Sequence[Figure]) -> list[str]:
    return ["other documents"] if any(isinstance(figure, SureFigure) for figure in figures) else []


def _for_other_documents(figure: Figure) -> list[str]:
    return [shown_for_other_documents(figure)] if isinstance(figure, SureFigure) else []


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"


def _cell(text: str) -> str:
    """Return a text that a table of Markdown leaves whole: a | in a name would end its cell."""
    return visible(text).replace("\\", "\\\\").replace("|", "\\|")
