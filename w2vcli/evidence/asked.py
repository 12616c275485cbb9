"""What is explained, as it is typed: two words, a word with its nearest neighbours, an analogy with its answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from w2vcli.errors import BadExpression, W2vError
from w2vcli.evidence.context_counts import ContextCounter
from w2vcli.evidence.context_map import sample_of
from w2vcli.evidence.reasons import Explainer, Explanation
from w2vcli.evidence.source import open_source
from w2vcli.models.directory import Model
from w2vcli.queries.asking import ask_analogies, ask_neighbours
from w2vcli.queries.signs import Note, read_expression
from w2vcli.queries.terms import find_rows
from w2vcli.reporting import Reporter


def explain_terms(
    model: Model,
    terms: Sequence[str],
    topn: int,
    contexts: int,
    lines: int,
    cache: Path | None,
    reporter: Reporter,
    moved_to: Sequence[str] = (),
) -> list[Explanation]:
    """Return why two words are near, or a word and its ``topn`` nearest ones, or an analogy and its answers.

    Raises
    ------
    BadExpression
        If there are three words or more without a sign, or one has a weight.
    UnknownWords
        If the model does not have all words.
    BadModel, BadCorpus
        As `open_source` does.
    """
    questions = _questions(model, list(terms), topn, reporter.note)
    with open_source(model, cache, reporter, moved_to) as text:
        counter = ContextCounter(model, text)
        explainer = Explainer(model, text, counter, sample_of(model, text, counter))
        return [explainer.explain(*question, contexts, lines) for question in questions]


def _questions(model: Model, terms: list[str], topn: int, note: Note) -> list[tuple[str, list[int], list[int], int]]:
    """Return what is to be explained: a name, the rows added and subtracted, and the row of the other word."""
    expression = read_expression(terms, model, note)
    if expression.weights:
        raise BadExpression(f"words with weights are not explained: {' '.join(terms)}")
    has_signs = terms != expression.positive
    if not has_signs and len(terms) == 2:
        one, other = find_rows(model, terms)
        return [(terms[0], [one], [], other)]
    if not has_signs and len(terms) > 2:
        raise BadExpression(f"one word or two are explained, {len(terms)} given: {' '.join(terms)}")
    [answers] = (
        ask_analogies(model, [terms], "3cosadd", topn, None, note)
        if has_signs
        else ask_neighbours(model, [terms], topn, None, note)
    )
    if isinstance(answers, W2vError):
        raise answers
    added, subtracted = find_rows(model, expression.positive), find_rows(model, expression.negative)
    return [(" ".join(terms), added, subtracted, row) for answer in answers for row in find_rows(model, [answer.word])]
