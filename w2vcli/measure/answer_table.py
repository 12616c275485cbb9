"""What was answered to each question, as a table: a row for each model, set, method and question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import BinaryIO, Literal

from w2vcli.escaping import visible
from w2vcli.measure.evaluate import Answers, SetAnswer
from w2vcli.measure.sets import expected

Outcome = Literal["correct", "wrong", "measured", "skipped"]


@dataclass(frozen=True)
class AnswerRow:
    """An answer to a question: ``line`` is that of the set's file, from 1, and ``words`` have blanks between them.

    What is ``expected`` of a pair is the score that people gave it, and the ``answer`` is its cosine, which is
    ``measured`` and neither correct nor wrong. A question that is ``skipped`` has a ``reason`` and no answer.
    """

    model: str
    set: str
    method: str | None
    line: int
    section: str
    words: str
    expected: str | float
    answer: str | float | None
    outcome: Outcome
    reason: str | None


def answer_rows(found: Iterable[Answers]) -> Iterator[AnswerRow]:
    """Yield the rows of what was answered, in the order of models, methods and lines."""
    for answers in found:
        for answer in answers.answers:
            yield AnswerRow(
                model=answers.model,
                set=answers.set.name,
                method=answers.method,
                line=answer.item.line,
                section=answer.item.section,
                words=" ".join(answer.item.words),
                expected=expected(answers.set.kind, answer.item),
                answer=answer.answer,
                outcome=_outcome(answer),
                reason=answer.reason,
            )


def write_answers(stream: BinaryIO, found: Iterable[Answers]) -> None:
    """Write the rows with tabs between their values, below a line of the columns' names. None is empty."""
    columns = [field.name for field in fields(AnswerRow)]
    stream.write(("\t".join(columns) + "\n").encode())
    for row in answer_rows(found):
        # A word may hold a tab: `visible` shows it as \t, so that a row stays a row.
        values = (getattr(row, column) for column in columns)
        line = "\t".join("" if value is None else visible(str(value)) for value in values)
        stream.write(f"{line}\n".encode())


def _outcome(answer: SetAnswer) -> Outcome:
    if answer.reason is not None:
        return "skipped"
    return "measured" if answer.correct is None else "correct" if answer.correct else "wrong"
