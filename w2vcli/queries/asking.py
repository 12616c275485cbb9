"""Questions as they are typed, many at once, and what is answered to each: records, or the error in their place.

    >>> ask_similarity(model, [["king", "queen"], ["king"]], note)
    [[WordPair(word1='king', word2='queen', similarity=0.71)], BadExpression('two words are needed, 1 given: king')]

A question that fails does not keep the others from their answers. What may have been meant otherwise is told to
``note``. The vectors are opened by the caller, so a program or a page that asks gets the answers of the commands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from w2vcli.errors import BadExpression, W2vError
from w2vcli.models.directory import Model
from w2vcli.queries.answers import Answer, Neighbour, Query, Searched, WordPair, WordVector
from w2vcli.queries.expression import SIGNS, TIMES, Expression
from w2vcli.queries.methods import Method
from w2vcli.queries.signs import Note, read_expression, require_no_arithmetic
from w2vcli.queries.terms import find_terms
from w2vcli.queries.tokens import has_pieces, told_parts

if TYPE_CHECKING:
    from w2vcli.queries.predicting import LikelyWord
    from w2vcli.queries.ranks import RankedPair

# What only the words of an analogy may have.
_MARKS = SIGNS | TIMES
_Read = TypeVar("_Read")
_Record = TypeVar("_Record")
_Questions = Sequence[list[str]]


def ask_neighbours(
    model: Model,
    questions: _Questions,
    topn: int,
    restrict_vocab: Searched,
    note: Note,
    variants: Sequence[Model] = (),
) -> list[Answer]:
    """Return the nearest neighbours of each question's words, and what ``variants`` say of them.

    The words of a question are asked as their mean.
    """
    read = _each(_require_words(model, note), questions)
    _tell_parts(chain.from_iterable(questions), model, note)
    return _answered(
        read, lambda good: answer_queries(model, [Query(words) for words in good], topn, restrict_vocab, variants)
    )


def ask_analogies(
    model: Model,
    questions: _Questions,
    method: Method,
    topn: int,
    restrict_vocab: Searched,
    note: Note,
    variants: Sequence[Model] = (),
) -> list[Answer]:
    """Return the best words for each question, and what ``variants`` say of them.

    The terms of a question are words and signs as `read_expression` has them.
    """
    read = _each(lambda terms: as_query(read_expression(terms, model, note), method), questions)
    _tell_parts(
        (word for query in read if isinstance(query, Query) for word in (*query.positive, *query.negative)), model, note
    )
    return _answered(read, lambda good: answer_queries(model, good, topn, restrict_vocab, variants))


def as_query(expression: Expression, method: Method = "3cosadd") -> Query:
    """Return the question that an expression is."""
    return Query(expression.positive, expression.negative, method, expression.weights)


def answer_queries(
    model: Model, queries: Sequence[Query], topn: int, restrict_vocab: Searched, variants: Sequence[Model]
) -> list[Answer]:
    """Return what `w2vcli.queries.search.answer_all` does, with what ``variants`` say of it if there are some."""
    if variants:
        from w2vcli.queries.variant_answers import answer_all_with_variants

        return answer_all_with_variants(model, variants, queries, topn, restrict_vocab)
    from w2vcli.queries.search import answer_all

    return answer_all(model, queries, topn, restrict_vocab)


def ask_similarity(
    model: Model, questions: _Questions, note: Note, variants: Sequence[Model] = ()
) -> list[list[WordPair] | W2vError]:
    """Return the cosine of the two words of each question, and its interval if there are ``variants``."""
    from w2vcli.queries.search import similarity

    def ask(words: list[str]) -> WordPair:
        word1, word2 = _two(words)
        return WordPair(word1, word2, similarity(model, word1, word2))

    def ask_variants(pairs: list[WordPair]) -> list[list[WordPair]]:
        if variants:
            from w2vcli.queries.variant_answers import sure_pairs

            pairs = sure_pairs(model, variants, pairs)
        return [[pair] for pair in pairs]

    return _answered(_ask_words(model, questions, ask, note), ask_variants)


def ask_odd(
    model: Model, questions: _Questions, note: Note, variants: Sequence[Model] = ()
) -> list[list[Neighbour] | W2vError]:
    """Return the words of each question with their cosine to the mean of them all, the odd one out first.

    If there are ``variants``, each word also has what they say of it.
    """
    from w2vcli.queries.search import similarity_to_mean

    def ask(words: list[str]) -> list[Neighbour]:
        if len(words) < 3:
            raise BadExpression(f"at least three words are needed, {len(words)} given: {' '.join(words)}")
        return similarity_to_mean(model, words)

    def ask_variants(answers: list[list[Neighbour]]) -> list[list[Neighbour]]:
        if not variants or not answers:
            return answers
        from w2vcli.queries.variant_answers import sure_odd

        return sure_odd(model, variants, answers)

    return _answered(_ask_words(model, questions, ask, note), ask_variants)


def ask_ranks(model: Model, questions: _Questions, note: Note) -> list[list[RankedPair] | W2vError]:
    """Return how near the second word of each question is to the first one among all words."""
    from w2vcli.queries.ranks import rank

    return _ask_words(model, questions, lambda words: [rank(model, *_two(words))], note)


def ask_closer(model: Model, questions: _Questions, topn: int, note: Note) -> list[list[Neighbour] | W2vError]:
    """Return the nearest ``topn`` of the words that are closer to the first word of each question than the second."""
    from w2vcli.queries.ranks import closer_than

    return _ask_words(model, questions, lambda words: closer_than(model, *_two(words))[:topn], note)


def ask_likely(model: Model, questions: _Questions, topn: int, note: Note) -> list[list[LikelyWord] | W2vError]:
    """Return the words that are likely in the middle of those of each question. The model is open with its weights."""
    from w2vcli.queries.predicting import predict_word

    return _ask_words(model, questions, lambda words: predict_word(model, words, topn), note)


def ask_vectors(model: Model, questions: _Questions, note: Note) -> list[list[WordVector] | W2vError]:
    """Return the vector of each word of each question."""

    def ask(words: list[str]) -> list[WordVector]:
        vectors = find_terms(model, words).vectors.astype(np.float32)
        # str gives the shortest decimal for a float32; float alone would give the digits of the float64 next to it.
        return [
            WordVector(word, [float(str(value)) for value in vector])
            for word, vector in zip(words, vectors, strict=True)
        ]

    return _ask_words(model, questions, ask, note)


def _two(words: Sequence[str]) -> tuple[str, str]:
    if len(words) != 2:
        raise BadExpression(f"two words are needed, {len(words)} given: {' '.join(words)}")
    return words[0], words[1]


def _ask_words(
    model: Model, questions: _Questions, ask: Callable[[list[str]], _Record], note: Note
) -> list[_Record | W2vError]:
    """Ask questions of words one after the other."""
    _tell_parts(chain.from_iterable(questions), model, note)
    return _answered(_each(_require_words(model, note), questions), lambda good: _each(ask, good))


def _tell_parts(words: Iterable[str], model: Model, note: Note) -> None:
    """Tell of words whose vector is the mean of those of their tokens."""
    if has_pieces(model) and (told := told_parts(words, model)):
        note(told)


def _require_words(model: Model, note: Note) -> Callable[[list[str]], list[str]]:
    """Return a function that gives a question of words back, or raises if the words have a sign that would be lost."""

    def read(words: list[str]) -> list[str]:
        if not _MARKS.isdisjoint(chain.from_iterable(words)):
            require_no_arithmetic(words, model, note)
        return words

    return read


def _each(read: Callable[[list[str]], _Read], questions: Iterable[list[str]]) -> list[_Read | W2vError]:
    """Return what ``read`` makes of each question, or the error that it raises."""
    results: list[_Read | W2vError] = []
    for question in questions:
        try:
            results.append(read(question))
        except W2vError as error:
            results.append(error)
    return results


def _answered(
    read: Sequence[_Read | W2vError], ask_all: Callable[[list[_Read]], Iterable[_Record]]
) -> list[_Record | W2vError]:
    """Return what ``ask_all`` answers to the questions that could be read, and the errors of the others."""
    answers = iter(ask_all([question for question in read if not isinstance(question, W2vError)]))
    return [question if isinstance(question, W2vError) else next(answers) for question in read]
