"""What a model answers to a test set, question by question.

    set        question                        answer
    analogies  man is to woman as king to ...  queen, if that is the best word but for those three
    pairs      tiger, cat                      their cosine, which is compared with what people said
    odd        apple, pear, king               the word that is least like the mean of them all
    categories apple (food)                    the category that most words of its cluster have
    weat       math (target science)           how much nearer it is to the first attribute than to the second

A question with a word that the model does not have has no answer, but a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2vcli.measure.kinds import Kind
from w2vcli.measure.sets import EvaluationSet, Item
from w2vcli.measure.weat import associations, roles_of
from w2vcli.measure.word_rows import Case, WordRows, case_of
from w2vcli.models.directory import Model
from w2vcli.queries.analogies import AnalogyQuestion, solve
from w2vcli.queries.methods import Method
from w2vcli.queries.search import similarity, similarity_to_mean
from w2vcli.queries.terms import unit
from w2vcli.reporting import Reporter

# k-means is started this often and its best clustering taken. With a fixed seed, the figures are always the same.
_STARTS = 10
_SEED = 1
ONE_AND_THE_SAME = "one token for the model's tokenizer"


@dataclass(frozen=True)
class EvaluationSettings:
    """How to evaluate: gensim's parameters, where it has one of the same name.

    ``methods`` are those by which analogies are answered. With ``restrict_vocab`` only that many words from the first
    are known. ``case`` is a rule of `w2vcli.measure.word_rows`, or None for the one that suits the model. With
    ``dummy4unknown`` a question with an unknown word counts as wrong, and a pair as one of similarity 0.
    """

    methods: tuple[Method, ...] = ("3cosadd",)
    restrict_vocab: int | None = None
    case: Case | None = None
    dummy4unknown: bool = False


class SetAnswer(NamedTuple):
    """What a model answers to one question: a word or a category, and to a pair the cosine.

    ``reason`` says why there is none. ``correct`` tells whether it is right, and is None for a pair. For an analogy,
    ``correct_with_query_words`` tells whether it would be right if query words were allowed as answers. For a target
    word, ``cosines`` are those with each known word of the attributes, in the order of the set.
    """

    item: Item
    answer: str | float | None = None
    reason: str | None = None
    correct: bool | None = None
    correct_with_query_words: bool | None = None
    cosines: tuple[float, ...] = ()


@dataclass(frozen=True)
class Answers:
    """What a model answers to a set: to analogies by a ``method``, with words looked up by the rule ``case``.

    ``answers`` are in the order of the set's questions. ``unknown`` are the words that the model has no row for, and
    why. ``tokenized`` are those that were found as the one token that the model's tokenizer makes of them.
    """

    model: str
    set: EvaluationSet
    method: str | None
    case: Case
    dummy4unknown: bool
    unknown: Mapping[str, str]
    tokenized: Mapping[str, str]
    answers: list[SetAnswer]

    @property
    def covered(self) -> npt.NDArray[np.bool_]:
        """Which questions the model has an answer to."""
        return np.array([answer.reason is None for answer in self.answers])

    @property
    def counted(self) -> npt.NDArray[np.bool_]:
        """Which questions go into the figures: those covered, or with ``dummy4unknown`` all."""
        return np.ones(len(self.answers), dtype=np.bool_) if self.dummy4unknown else self.covered


def evaluate(
    model: Model, name: str, test_set: EvaluationSet, settings: EvaluationSettings, reporter: Reporter
) -> list[Answers]:
    """Return what a model called ``name`` answers to a set: analogies by each method, the others in one way.

    Pairs are answered by the cosine, and the odd one out by `w2vcli.queries.search.similarity_to_mean`. Words of
    categories are put into as many clusters as there are categories, by k-means on the unit vectors. Each cluster is
    taken for the category that most of its words have.
    """
    case = settings.case or case_of(model.words)
    lookup = WordRows(model, test_set, case, settings.restrict_vocab)
    reasons = [_reason(item, lookup, test_set.kind) for item in test_set.items]
    if test_set.kind == "weat":
        reasons = _reasons_of_same_rows(test_set.items, reasons, lookup)
    known = [item for item, reason in zip(test_set.items, reasons, strict=True) if reason is None]
    if test_set.kind == "analogies":
        questions = _questions(known, lookup, several=test_set.several)
        answered = _analogies(model, known, questions, settings, f"{name}: {test_set.name}", reporter)
    else:
        answered = {None: _ANSWER[test_set.kind](model, known, lookup)}
    found = []
    for method, answers in answered.items():
        of_known = iter(answers)
        all_answers = [
            next(of_known) if reason is None else SetAnswer(item, reason=reason)
            for item, reason in zip(test_set.items, reasons, strict=True)
        ]
        unknown, tokenized = lookup.unknown, lookup.tokenized
        dummies = settings.dummy4unknown and test_set.kind != "weat"  # a word has no wrong association
        found.append(Answers(name, test_set, method, case, dummies, unknown, tokenized, all_answers))
    return found


def _reason(item: Item, lookup: WordRows, kind: Kind) -> str | None:
    """Return why a question has no answer: unknown words, or words that are one token where they have to differ."""
    words = list(dict.fromkeys(item.words))
    reasons: dict[str, list[str]] = {}
    for word in words:
        if word in lookup.unknown:
            reasons.setdefault(lookup.unknown[word], []).append(word)
    # 밥 and 밥을 are one token and have one vector. As a pair they have a cosine, but no analogy can tell them apart.
    if not reasons and kind in {"analogies", "odd"} and any(word in lookup.tokenized for word in words):
        by_row: dict[int, list[str]] = {}
        for word in words:
            by_row.setdefault(lookup.rows(word)[0], []).append(word)
        same = next((each for each in by_row.values() if len(each) > 1), None)
        if same:
            return f"{ONE_AND_THE_SAME}: {', '.join(same)}"
    return "; ".join(f"{reason}: {', '.join(words)}" for reason, words in reasons.items()) or None


def _reasons_of_same_rows(items: Sequence[Item], reasons: Sequence[str | None], lookup: WordRows) -> list[str | None]:
    """Return the reasons, with one for each word whose vector another of the targets, or of the attributes, has.

    Girl and girl are one word of a model without capitals, and would count twice.
    """
    roles = roles_of([item.section for item in items])
    found: dict[tuple[str, int], str] = {}
    told = list(reasons)
    for at, item in enumerate(items):
        word = item.words[0]
        if reasons[at] is None:
            first = found.setdefault((roles[item.section], lookup.rows(word)[0]), word)
            told[at] = None if first == word else f"{ONE_AND_THE_SAME}: {first}, {word}"
    return told


def _questions(items: Sequence[Item], lookup: WordRows, *, several: bool) -> list[AnalogyQuestion]:
    """Return analogies of words as analogies of rows; with ``several``, an answer may be a list of right words."""
    questions = []
    for item in items:
        asked = [lookup.rows(word) for word in item.words[:3]]
        a, b, c = (rows[0] for rows in asked)
        left_out, right = frozenset[int]().union(*asked), lookup.answers(item.words[3])
        # Where one of several right answers is among the words asked, the others are right.
        questions.append(AnalogyQuestion(a, b, c, left_out, (right - left_out or right) if several else right))
    return questions


def _analogies(
    model: Model,
    items: Sequence[Item],
    questions: Sequence[AnalogyQuestion],
    settings: EvaluationSettings,
    phase: str,
    reporter: Reporter,
) -> dict[str | None, list[SetAnswer]]:
    """Return the answers to analogies by each method, in one pass over the vectors for all."""
    if not items:
        return {method: [] for method in settings.methods}
    stop = min(model.facts.words, settings.restrict_vocab or model.facts.words)
    with reporter.phase(phase, stop, "words") as advance:
        solved = solve(model, questions, settings.methods, stop, advance)
    return {
        method: [
            SetAnswer(
                item,
                model.words[row] if row >= 0 else None,
                correct=bool(correct),
                correct_with_query_words=bool(allowed),
            )
            for item, correct, allowed, row in zip(items, *answers, strict=True)
        ]
        for method, answers in zip(settings.methods, solved, strict=True)
    }


def _pairs(model: Model, items: Sequence[Item], lookup: WordRows) -> list[SetAnswer]:
    """Return the cosines of pairs, which are neither right nor wrong."""

    def cosine(item: Item) -> float:
        if model.facts.static is not None:  # the mean of the tokens of each
            means = [model.vectors[lookup.rows(word)].astype(np.float64).mean(axis=0) for word in item.words]
            one, two = unit(np.array(means))
            return float(one @ two)
        word1, word2 = (model.words[lookup.rows(word)[0]] for word in item.words)
        return similarity(model, word1, word2)

    return [SetAnswer(item, cosine(item)) for item in items]


def _odd(model: Model, items: Sequence[Item], lookup: WordRows) -> list[SetAnswer]:
    """Return the odd word of each question, which is right if it is the last one."""
    answers = []
    for item in items:
        # The model's words back to the set's, which may be written otherwise.
        by_word = {model.words[lookup.rows(word)[0]]: word for word in item.words}
        answer = by_word[similarity_to_mean(model, list(by_word))[0].word]
        answers.append(SetAnswer(item, answer, correct=answer == item.words[-1]))
    return answers


def _categories(model: Model, items: Sequence[Item], lookup: WordRows) -> list[SetAnswer]:
    """Return the category that each word's cluster is taken for."""
    from sklearn.cluster import KMeans

    categories, of_item = np.unique([item.section for item in items], return_inverse=True)
    if not items:
        return []
    rows = [lookup.rows(item.words[0])[0] for item in items]
    # At length 1, near means a high cosine, also to k-means, which knows only distances.
    units = unit(model.vectors[rows].astype(np.float64))
    # There cannot be more clusters than different vectors, so some categories may have none.
    count = min(len(categories), len(np.unique(units, axis=0)))
    clusters = KMeans(count, n_init=_STARTS, random_state=_SEED).fit_predict(units)
    counts = np.zeros((count, len(categories)), dtype=np.int64)
    np.add.at(counts, (clusters, of_item), 1)
    taken_for = counts.argmax(axis=1)[clusters]
    return [
        SetAnswer(item, str(categories[answer]), correct=bool(answer == expected))
        for item, answer, expected in zip(items, taken_for, of_item, strict=True)
    ]


def _associate(model: Model, items: Sequence[Item], lookup: WordRows) -> list[SetAnswer]:
    """Return how much nearer each word of a target is to the first attribute; words of attributes have no answer."""
    roles = roles_of([item.section for item in items])
    of_attributes = [item for item in items if roles[item.section] == "attribute"]
    first = np.array([item.section == of_attributes[0].section for item in of_attributes], dtype=np.bool_)
    if not items:
        return []
    units = unit(model.vectors[[lookup.rows(item.words[0])[0] for item in items]].astype(np.float64))
    cosines = units @ units[[roles[item.section] == "attribute" for item in items]].T
    values = [None if np.isnan(value) else value for value in associations(cosines, first).tolist()]
    return [
        SetAnswer(item, value, cosines=tuple(row)) if roles[item.section] == "target" else SetAnswer(item)
        for item, value, row in zip(items, values, cosines.tolist(), strict=True)
    ]


_ANSWER: dict[Kind, Callable[[Model, Sequence[Item], WordRows], list[SetAnswer]]] = {
    "pairs": _pairs,
    "odd": _odd,
    "categories": _categories,
    "weat": _associate,
}
