from __future__ import annotations

import math

import numpy as np
import pytest

from w2vcli.errors import BadExpression, UnknownWords, W2vError
from w2vcli.models.directory import Model
from w2vcli.queries.answers import Neighbour, Scored, WordPair, as_row, columns_of
from w2vcli.queries.asking import ask_analogies, ask_neighbours, ask_odd, ask_similarity, ask_vectors
from w2vcli.queries.expression import Expression
from w2vcli.queries.lines import COMMANDS, CommandLine, read_line, usage
from w2vcli.queries.search import most_similar, most_similar_cosmul, similarity, similarity_to_mean
from w2vcli.queries.terms import find_rows


def nothing(message: str) -> None:
    raise AssertionError(message)


def test_a_question_that_fails_leaves_the_others_their_answers(toy: Model) -> None:
    first, unknown, last = ask_neighbours(toy, [["king"], ["xyzzy"], ["apple", "-"]], 2, None, nothing)
    assert first == most_similar(toy, ["king"], topn=2)
    assert isinstance(unknown, UnknownWords)
    assert isinstance(last, BadExpression)


def test_analogies_are_answered_by_either_method(toy: Model) -> None:
    questions = ["boy queen - girl".split(), "boy queen -".split()]
    good, bad = ask_analogies(toy, questions, "3cosmul", 1, None, nothing)
    assert good == most_similar_cosmul(toy, ["boy", "queen"], ["girl"], 1)
    assert isinstance(bad, BadExpression)
    assert ask_analogies(toy, questions[:1], "3cosadd", 1, 4, nothing)[0] == most_similar(
        toy, ["boy", "queen"], ["girl"], topn=1, restrict_vocab=4
    )


def test_questions_that_take_a_number_of_words_say_so(toy: Model) -> None:
    pair, few = ask_similarity(toy, [["king", "man"], ["king"]], nothing)
    assert pair == [WordPair("king", "man", similarity(toy, "king", "man"))]
    assert str(few) == "two words are needed, 1 given: king"
    odd, too_few = ask_odd(toy, [["king", "man", "apple"], ["king", "man"]], nothing)
    assert odd == similarity_to_mean(toy, ["king", "man", "apple"])
    assert str(too_few) == "at least three words are needed, 2 given: king man"


def test_the_values_of_a_vector_give_the_same_float32_again(toy: Model) -> None:
    [found] = ask_vectors(toy, [["orange"]], nothing)
    assert not isinstance(found, W2vError)
    [row] = find_rows(toy, ["orange"])
    assert np.array_equal(np.array(found[0].vector, dtype=np.float32), toy.vectors[[row]][0])


def test_a_row_has_the_fields_of_its_record_and_seven_decimals() -> None:
    assert as_row(Neighbour("queen", 2**-0.5)) == {"word": "queen", "similarity": 0.7071068}
    assert as_row(WordPair("a", "b", math.nan)) == {"word1": "a", "word2": "b", "similarity": None}
    assert columns_of(Scored) == ["word", "score"]


def test_a_line_of_the_shell_is_words_or_a_command(toy: Model) -> None:
    assert read_line("boy + queen - girl", toy, nothing) == Expression(["boy", "queen"], ["girl"], [])
    assert read_line(":odd king man apple", toy, nothing) == CommandLine("odd", ["king", "man", "apple"])
    assert usage("topn") == ":topn [N]"
    assert [COMMANDS["odd"].takes(number) for number in (2, 3, 9)] == [False, True, True]
    with pytest.raises(BadExpression, match="1 after :similarity; write :similarity WORD WORD"):
        read_line(":similarity king", toy, nothing)
