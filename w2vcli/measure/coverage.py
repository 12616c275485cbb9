"""How much of a test set a model has answers to, in words: what is left out, what is empty, and why.

    9 of 16 questions are left out; not in the vocabulary: pear, fig and 3 more

A figure means little without that: a model that knows only the easy words of a set has a better one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from w2vcli.escaping import listed, visible
from w2vcli.measure.evaluate import ONE_AND_THE_SAME, Answers, SetAnswer
from w2vcli.measure.sets import EvaluationSet

_MOST_SHOWN = 5


def some(words: Sequence[str]) -> str:
    """Return the first five of ``words``, and how many more there are."""
    return listed(list(map(visible, words)), _MOST_SHOWN)


def invalid_lines(test_set: EvaluationSet) -> str | None:
    """Return which lines of a set's file could not be read, and what is wrong with the first.

    None is returned if all could be read.
    """
    if not test_set.invalid:
        return None
    first, *others = test_set.invalid
    also = f", and also line {some([f'{line:,}' for line, _ in others])}" if others else ""
    return f"{test_set.name}, line {first.line:,}: {first.message}; left out{also}"


def skipped(answers: Answers) -> str | None:
    """Return how many questions have no answer, and why, with the first words for each reason.

    None is returned if all have an answer. With ``dummy4unknown`` such questions count as wrong, which is said.
    """
    count = int((~answers.covered).sum())
    if not count:
        return None
    by_reason: dict[str, list[str]] = {}  # words that are unknown, and not questions: they are fewer
    for word, reason in answers.unknown.items():
        by_reason.setdefault(reason, []).append(word)
    told = [f"{reason}: {some(words)}" for reason, words in by_reason.items()]
    same = dict.fromkeys(answer.reason for answer in answers.answers if _is_same_token(answer))
    if same:
        words = [str(reason).removeprefix(f"{ONE_AND_THE_SAME}: ").replace(", ", " = ") for reason in same]
        told.append(f"{ONE_AND_THE_SAME}: {some(words)}")
    does = "count as wrong" if answers.dummy4unknown else "are left out"
    what = "words" if answers.set.kind == "weat" else "questions"
    return f"{count:,} of {len(answers.answers):,} {what} {does}; {'; '.join(told)}"


def tokenized(answers: Answers) -> str | None:
    """Return how many questions were answered by tokens of the model's tokenizer, such as 소녀 for 소녀를.

    None is returned if no question was.
    """
    found = answers.tokenized
    count = sum(
        answer.reason is None and any(word in found for word in answer.item.words) for answer in answers.answers
    )
    if not count:
        return None
    words = [f"{word} as {token}" for word, token in found.items()]
    questions = "1 question has" if count == 1 else f"{count:,} questions have"
    return f"{questions} words that the model's tokenizer cut to a known token: {some(words)}"


def empty_sections(answers: Answers) -> str | None:
    """Return which sections have no question with an answer, and the most frequent reason of each.

    None is returned if all have some. The categories of a set of categories are no sections that can be empty.
    """
    reasons: dict[str, list[str | None]] = {}
    for answer in answers.answers:
        reasons.setdefault(answer.item.section, []).append(answer.reason)
    if len(reasons) < 2 or answers.set.kind == "categories":
        return None
    empty = {section: found for section, found in reasons.items() if None not in found}
    if not empty:
        return None
    told = []
    for section, found in empty.items():
        # That words are one token would stay so with any vocabulary.
        kinds = Counter(str(reason).split(": ")[0] for reason in found)
        why = ONE_AND_THE_SAME if ONE_AND_THE_SAME in kinds else kinds.most_common(1)[0][0]
        example = next(str(reason) for reason in found if str(reason).startswith(why)).split("; ")[0]
        told.append(f"{visible(section)} ({example})")
    shown = "; ".join(told[:_MOST_SHOWN]) + (
        f"; and {len(told) - _MOST_SHOWN:,} more" if len(told) > _MOST_SHOWN else ""
    )
    inflection = "; dictionary forms cannot answer questions of inflection" if ONE_AND_THE_SAME in shown else ""
    return f"{len(empty):,} of {len(reasons):,} sections have no question with an answer: {shown}{inflection}"


def _is_same_token(answer: SetAnswer) -> bool:
    return answer.reason is not None and answer.reason.startswith(ONE_AND_THE_SAME)
