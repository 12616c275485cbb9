"""From answers to figures: accuracies and correlations with their confidence intervals, and their differences.

    set              section  measure   value  low   high  correct  covered  questions
    questions-words  total    3cosadd   0.741  0.71  0.77    14104    19033      19544

The model answers 19,033 of 19,544 questions, and 14,104 of those right: the value is 14104 / 19033. Other pairs of
words of the same kind would give a value between 0.71 and 0.77 in 95 of 100 cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from w2vcli.array_types import Floats
from w2vcli.measure.bootstrap import Bootstrap, Sums, interval
from w2vcli.measure.evaluate import Answers
from w2vcli.measure.weat import associations, effects, roles_of

TOTAL = "total"
# What a measure of analogies ends with where the words of a question are allowed as answers to it.
WITH_QUERY_WORDS = "_with_query_words"
CORRELATIONS = ("spearman", "pearson")
# Of associations: the effect size of two targets and its p-values, and those of one word.
EFFECTS = ("weat", "sc_weat")
P_VALUES = ("p_two_sided", "p_one_sided", "sc_weat_p")
# How sections of questions-words begin that are about grammar; what else is in such a set is semantic.
_SYNTACTIC = "gram"

_NO_RESAMPLES = np.empty(0)
_Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Figure:
    """A figure with its 95 % confidence interval, from ``low`` to ``high``.

    It is about the questions of a ``section`` of a ``set``: ``covered`` of all ``questions`` have an answer, and
    ``correct`` of them a right one. If ``minus`` is set, the value is ``model``
    less ``minus``, on the questions that both cover.

    What is not defined is None: the value of a section without answers, the correct answers of a correlation.
    """

    model: str
    minus: str | None
    set: str
    section: str
    measure: str
    value: float | None
    low: float | None
    high: float | None
    correct: int | None
    covered: int
    questions: int

    @property
    def is_correlation(self) -> bool:
        """Whether the measure is a correlation."""
        return self.measure in CORRELATIONS

    @property
    def is_effect(self) -> bool:
        """Whether the measure is an effect size."""
        return self.measure in EFFECTS

    @property
    def is_p_value(self) -> bool:
        """Whether the measure is a p-value."""
        return self.measure in P_VALUES

    @property
    def is_share(self) -> bool:
        """Whether the measure is a share of questions, which is shown in percent."""
        return self.measure not in {*CORRELATIONS, *EFFECTS, *P_VALUES}

    @property
    def allows_query_words(self) -> bool:
        """Whether the words of an analogy are allowed as answers to it."""
        return self.measure.endswith(WITH_QUERY_WORDS)

    @property
    def plain_measure(self) -> str:
        """The measure, without the ending that says that query words are allowed."""
        return self.measure.removesuffix(WITH_QUERY_WORDS)


@dataclass(frozen=True)
class SureFigure(Figure):
    """A figure of a model with variants, with the 95 % interval for a model of other documents of the same kind.

    ``variants_low`` and ``variants_high`` are None where the value is, and for p-values.
    """

    variants_low: float | None
    variants_high: float | None


def figures(answers: Answers, bootstrap: Bootstrap) -> list[Figure]:
    """Return the figures of what a model answers to a set.

    ==============  =============================================================================================
    analogies       accuracy of each section, of semantic and syntactic ones and of all, without and with query
                    words allowed as answers
    pairs           Spearman's and Pearson's correlation of cosines and scores
    odd ones out    accuracy of each section and of all
    categories      purity of the clusters: the share of words in a cluster that is taken for their category
    weat            effect size of two targets with its p-values, and of each of their words; these have no intervals
    ==============  =============================================================================================
    """
    return _figures([answers], bootstrap)


def differences(answers: Answers, others: Answers, bootstrap: Bootstrap) -> list[Figure]:
    """Return by how much the figures of a model are above those of another, on the questions that both cover."""
    return _figures([answers, others], bootstrap)


def _figures(models: Sequence[Answers], bootstrap: Bootstrap) -> list[Figure]:
    if models[0].set.kind == "weat":
        return _effects(models, bootstrap.seed)
    return _correlations(models, bootstrap) if models[0].set.kind == "pairs" else _shares(models, bootstrap)


def _correlations(models: Sequence[Answers], bootstrap: Bootstrap) -> list[Figure]:
    """Return the correlations of cosines with the scores that people gave."""
    places = np.arange(len(models[0].answers))
    counted = np.flatnonzero(_counted(models))
    scores = np.array([models[0].answers[at].item.score for at in counted])
    of_models = [np.array([float(answers.answers[at].answer or 0) for at in counted]) for answers in models]
    found = []
    for measure, prepare in zip(CORRELATIONS, (_ranks, _unchanged), strict=True):
        # The set itself is a resample that draws each question once.
        value, resampled = (
            _minus([_correlation(prepare(scores[chosen]), prepare(cosines[chosen])) for cosines in of_models])
            for chosen in (np.arange(len(counted))[np.newaxis], bootstrap.choices(len(counted)))
        )
        found.append(_figure(models, TOTAL, measure, places, float(value[0]), resampled, None))
    return found


def _effects(models: Sequence[Answers], seed: int) -> list[Figure]:
    """Return the effect sizes of associations: of both targets if there are two, and for one model of each word."""
    items = models[0].set.items
    roles = roles_of([item.section for item in items])
    targets, attributes = (
        list(dict.fromkeys(item.section for item in items if roles[item.section] == role))
        for role in ("target", "attribute")
    )
    known = np.flatnonzero(np.logical_and.reduce([answers.covered for answers in models])).tolist()
    words = [at for at in known if items[at].section in targets]
    of_attributes = [at for at in known if items[at].section in attributes]
    is_first = np.array([items[at].section == attributes[0] for at in of_attributes], dtype=np.bool_)
    cosines = [_cosines(answers, words, of_attributes) for answers in models]
    found = _effects_of_words(models[0], words, cosines[0], is_first, seed) if len(models) == 1 else []
    if len(targets) == 2:
        of_first = np.array([items[at].section == targets[0] for at in words], dtype=np.bool_)
        both = [effects(associations(of_model, is_first)[None], of_first, seed)[0] for of_model in cosines]
        every = np.arange(len(items))
        values = [np.nan if effect is None else effect.size for effect in both]
        found.append(_figure(models, TOTAL, "weat", every, float(np.subtract.reduce(values)), _NO_RESAMPLES, None))
        if len(models) == 1:
            for measure in P_VALUES[:2]:
                value = getattr(both[0], measure, np.nan)
                found.append(_figure(models, TOTAL, measure, every, value, _NO_RESAMPLES, None))
    return found


def _effects_of_words(
    answers: Answers, words: Sequence[int], cosines: Floats, is_first: npt.NDArray[np.bool_], seed: int
) -> list[Figure]:
    """Return the effect size and the p-value of each word of a target, undefined for those that are unknown."""
    items = answers.set.items
    roles = roles_of([item.section for item in items])
    of_word = dict(zip(words, effects(cosines, is_first, seed) if words else [], strict=True))
    found = []
    for at, item in enumerate(items):
        if roles[item.section] == "target":
            effect, place = of_word.get(at), np.array([at])
            values = [np.nan, np.nan] if effect is None else [effect.size, effect.p_two_sided]
            for measure, value in zip(("sc_weat", "sc_weat_p"), values, strict=True):
                found.append(_figure([answers], item.words[0], measure, place, value, _NO_RESAMPLES, None))
    return found


def _cosines(answers: Answers, words: Sequence[int], of_attributes: Sequence[int]) -> Floats:
    """Return the cosines of words of targets (rows) with some words of attributes (columns), by their places."""
    roles = roles_of([item.section for item in answers.set.items])
    own = [
        at
        for at, answer in enumerate(answers.answers)
        if answer.reason is None and roles[answer.item.section] == "attribute"
    ]
    columns = [own.index(at) for at in of_attributes]
    cosines = np.array([answers.answers[at].cosines for at in words]).reshape(len(words), len(own))
    return cosines[:, columns]


def _shares(models: Sequence[Answers], bootstrap: Bootstrap) -> list[Figure]:
    """Return the shares of questions with a right answer."""
    items = models[0].set.items
    counted = _counted(models)
    sections: dict[str, _Places] = {}
    names = np.array([item.section if models[0].set.kind != "categories" else "" for item in items])
    for section in dict.fromkeys(names.tolist()):
        sections[section] = np.flatnonzero(names == section)
    # Sections are summed once for each resample, and larger groups add the sums of their sections up.
    found = []
    for measure, right in _right(models).items():
        worth = _minus([of_model.astype(np.float64) for of_model in right])
        sums = {
            section: _sums(models[0], places[counted[places]], worth, bootstrap) for section, places in sections.items()
        }
        for group, parts in _groups(list(sections)).items():
            places = np.concatenate([sections[part] for part in parts])
            here = places[counted[places]]
            value = worth[here].mean() if len(here) else np.nan
            with np.errstate(invalid="ignore"):  # a resample, or a section, may have no question
                resampled = sum(sums[part].counted for part in parts) / sum(sums[part].total for part in parts)
            correct = None if len(models) > 1 else int(right[0][here].sum())
            found.append(_figure(models, group, measure, places, float(value), np.asarray(resampled), correct))
    return found


def _right(models: Sequence[Answers]) -> dict[str, list[npt.NDArray[np.bool_]]]:
    """Return, by measure, which questions each model answers right."""
    correct = [np.array([answer.correct is True for answer in answers.answers]) for answers in models]
    kind, method = models[0].set.kind, models[0].method
    if method is None:
        return {"purity" if kind == "categories" else "accuracy": correct}
    with_query_words = [
        np.array([answer.correct_with_query_words is True for answer in answers.answers]) for answers in models
    ]
    return {method: correct, f"{method}{WITH_QUERY_WORDS}": with_query_words}


def _sums(answers: Answers, places: _Places, worth: Floats, bootstrap: Bootstrap) -> Sums:
    """Return the resampled sums of some questions; the units of an analogy are its two pairs of words."""
    if answers.set.kind != "analogies":
        return bootstrap.sums([(at,) for at in places.tolist()], worth[places])
    words = [answers.set.items[at].words for at in places]
    return bootstrap.sums([(four[:2], four[2:]) for four in words], worth[places])


def _groups(sections: Sequence[str]) -> dict[str, list[str]]:
    """Return the sections that each figure is about: each one, and if there are several, what they add up to.

    In questions-words the sections of grammar begin with ``gram``. The others are semantic.
    """
    if len(sections) == 1:
        return {TOTAL: list(sections)}
    groups = {section: [section] for section in sections}
    syntactic = [section for section in sections if section.startswith(_SYNTACTIC)]
    if 0 < len(syntactic) < len(sections):
        groups["semantic"] = [section for section in sections if section not in syntactic]
        groups["syntactic"] = syntactic
    return groups | {TOTAL: list(sections)}


def _counted(models: Sequence[Answers]) -> npt.NDArray[np.bool_]:
    """Return which questions go into the figures: those that count for all of ``models``."""
    counted: npt.NDArray[np.bool_] = np.logical_and.reduce([answers.counted for answers in models])
    return counted


def _minus(of_models: Sequence[Floats]) -> Floats:
    """Return the values of the only model, or those of the first minus those of the second."""
    difference: Floats = np.subtract.reduce(np.stack(of_models))
    return difference


def _ranks(samples: Floats) -> Floats:
    from scipy.stats import rankdata

    ranks: Floats = rankdata(samples, axis=1)
    return ranks


def _unchanged(samples: Floats) -> Floats:
    return samples


def _correlation(x: Floats, y: Floats) -> Floats:
    """Return Pearson's correlation of each row of ``x`` and ``y`` (resamples x questions).

    It is NaN where a row does not vary. Spearman's is the same of ranks.
    """
    if not x.size:
        return np.full(len(x), np.nan)
    # By hand and not by numpy's corrcoef, which would correlate all rows with all others.
    x = x - x.mean(axis=1, keepdims=True)
    y = y - y.mean(axis=1, keepdims=True)
    spread = np.linalg.norm(x, axis=1) * np.linalg.norm(y, axis=1)
    with np.errstate(invalid="ignore"):
        # Rounding may give a little more than 1.
        correlation: Floats = np.clip(np.einsum("ij,ij->i", x, y) / spread, -1, 1)
    return correlation


def _figure(
    models: Sequence[Answers],
    section: str,
    measure: str,
    places: _Places,
    value: float,
    resampled: Floats,
    correct: int | None,
) -> Figure:
    """Return the figure of one model, or of the first less the second; ``places`` are the questions it is about."""
    covered = np.logical_and.reduce([answers.covered for answers in models])[places]
    between = interval(resampled)
    return Figure(
        model=models[0].model,
        minus=models[1].model if len(models) > 1 else None,
        set=models[0].set.name,
        section=section,
        measure=measure,
        value=None if np.isnan(value) else value,
        low=between and between.low,
        high=between and between.high,
        correct=correct,
        covered=int(covered.sum()),
        questions=len(places),
    )
