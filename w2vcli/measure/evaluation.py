"""A whole evaluation: models and test sets in, answers and figures out.

named = name_models([mine, google_news])
found = evaluate_all(named, read_sets(["questions-words"]), EvaluationSettings(), Bootstrap(1000, seed=1), reporter)
found.figures[-1]  # by how much mine is better on all questions that both cover
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import NamedTuple

from w2vcli.measure.bootstrap import Bootstrap
from w2vcli.measure.coverage import empty_sections, invalid_lines, skipped, tokenized
from w2vcli.measure.evaluate import Answers, EvaluationSettings, evaluate
from w2vcli.measure.figures import Figure, differences, figures
from w2vcli.measure.kinds import BUNDLED, Kind
from w2vcli.measure.sets import EvaluationSet, read_set
from w2vcli.measure.word_rows import describe_case
from w2vcli.models.directory import Model
from w2vcli.reporting import Reporter


class Evaluation(NamedTuple):
    """What models answered to test sets, and the figures that come of it: of each model, and their differences."""

    answers: list[Answers]
    figures: list[Figure]


def name_models(models: Sequence[Model]) -> dict[str, Model]:
    """Return the models by name, or by path if two have the same name."""
    names = [model.name for model in models]
    return {
        name if names.count(name) == 1 else str(model.path): model for name, model in zip(names, models, strict=True)
    }


def read_sets(sources: Sequence[str] = (), kind: Kind | None = None, encoding: str = "utf-8") -> list[EvaluationSet]:
    """Return the test sets in the files ``sources``, or those that come with gensim if there are none.

    A set is called by the name of its file, or by its path if two have the same name.

    Raises
    ------
    DamagedInput
        If a file has no questions, or may have questions of several kinds.
    MissingGensim
        If a set comes with gensim, and that is not installed.
    """
    found = {source: read_set(source, kind, encoding) for source in sources or BUNDLED}
    names = [test_set.name for test_set in found.values()]
    return [
        test_set if names.count(test_set.name) == 1 else replace(test_set, name=source)
        for source, test_set in found.items()
    ]


def evaluate_all(
    models: Mapping[str, Model],
    test_sets: Sequence[EvaluationSet],
    settings: EvaluationSettings,
    bootstrap: Bootstrap,
    reporter: Reporter,
) -> Evaluation:
    """Ask all ``models`` all ``test_sets``, and return the answers and figures.

    The figures of a set stand together: those of each model, then the differences of each two models. ``reporter`` is
    told how sets were read, what was left out and why, and by which rule words were looked up.
    """
    found = Evaluation([], [])
    for test_set in test_sets:
        if test_set.name not in BUNDLED:
            reporter.note(f"{test_set.name}: {test_set.layout}")
        if (invalid := invalid_lines(test_set)) is not None:
            reporter.warn(invalid)
    for test_set in test_sets:
        of_models = [evaluate(model, name, test_set, settings, reporter) for name, model in models.items()]
        for answers, *_ in of_models:  # all methods cover the same questions
            for remark in (tokenized(answers), skipped(answers), empty_sections(answers)):
                if remark is not None:
                    reporter.note(f"{answers.model}, {answers.set.name}: {remark}")
        for of_one_method in zip(*of_models, strict=True):
            found.answers.extend(of_one_method)
            for answers in of_one_method:
                found.figures.extend(figures(answers, bootstrap))
            for one, other in combinations(of_one_method, 2):
                found.figures.extend(differences(one, other, bootstrap))
    for name, case in {answers.model: answers.case for answers in found.answers}.items():
        reporter.note(f"{name}: words of test sets are looked up {describe_case(case)} (--case {case})")
    return found
