from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from tests.conftest import MakeModel, W2v, on_a_terminal, running
from w2vcli.models.directory import Model

pytestmark = pytest.mark.usefixtures("toy")


def test_rows_in_a_pipe_have_a_header_tabs_and_full_precision(w2v: W2v) -> None:
    run = w2v("similar", "king", "-n", 2)
    assert (run.status, run.out, run.err) == (0, "word\tsimilarity\nman\t0.7071068\nboy\t0.7071068\n", "")


def test_json_is_a_list_of_objects_with_the_columns_as_keys(w2v: W2v) -> None:
    found = w2v("similar", "king", "-n", 1, "--json").json
    assert found == [{"word": "man", "similarity": 0.7071068}]


def test_several_words_are_asked_as_their_mean(w2v: W2v) -> None:
    assert w2v("similar", "king", "woman", "-n", 1).rows[0][0] == "queen"


def test_lines_of_standard_input_are_questions(w2v: W2v) -> None:
    run = w2v("similar", "-", "-n", 1, stdin="\ufeffapple\r\n\r\n king\twoman \n")
    assert run.status == 0
    assert run.rows == [["apple", "orange", "0.8"], ["king\\twoman", "queen", "0.9238795"]]


def test_what_can_be_answered_is_answered(w2v: W2v) -> None:
    run = w2v("similar", "-", "-n", 1, stdin="apple\nappel\n\xff\nman woman\nking\n".encode("latin-1"))
    assert run.status == 1
    assert [row[0] for row in run.rows] == ["apple", "king"]
    assert run.err.splitlines() == [
        "Error: line 2: not in the vocabulary: appel; did you mean apple?",
        "Error: line 3: not in the vocabulary: \\xff",
        "Error: line 4: man woman: the vectors are zero or cancel out, so nothing is near",
    ]


def test_no_questions_give_no_answers(w2v: W2v) -> None:
    assert w2v("similar", "-", "--json").json == []
    assert w2v("similar", "-").out == "query\tword\tsimilarity\n"


@pytest.mark.parametrize(
    ("terms", "options", "row"),
    [
        (["king", "woman", "-", "man"], [], ["queen", "0.959683"]),
        (["king", "+", "woman", "-", "man"], ["-n", "1"], ["queen", "0.959683"]),
        (["king + woman - man"], [], ["queen", "0.959683"]),
    ],
)
def test_analogies(w2v: W2v, terms: list[str], options: list[str], row: list[str]) -> None:
    assert w2v("analogy", *terms, *options).rows[0] == row


def test_3cosmul_gives_a_score_and_no_similarity(w2v: W2v) -> None:
    found = w2v("analogy", "king", "queen", "-", "apple", "--method", "3cosmul", "-n", "1", "--json").json
    # orange: its cosine is 0.6 * sqrt(0.5) to king and to queen, 0.8 to apple
    towards = (1 + 0.6 * 0.5**0.5) / 2
    assert found == [{"word": "orange", "score": pytest.approx(towards**2 / (0.9 + 1e-6))}]


def test_analogies_from_standard_input(w2v: W2v) -> None:
    run = w2v("analogy", "-", "-n", 1, stdin="king woman - man\nking -\n")
    assert run.status == 1
    assert run.rows == [["king woman - man", "queen", "0.959683"]]
    assert "line 2: not an analogy: 'king -'" in run.err


def test_a_bad_expression_is_wrong_usage(w2v: W2v) -> None:
    run = w2v("analogy", "king", "-")
    assert run.status == 2
    assert run.err.count("\n") == 1


def test_similarity(w2v: W2v) -> None:
    assert w2v("similarity", "king", "man").rows == [["king", "man", "0.7071068"]]
    assert w2v("similarity", "-", stdin="king man\nking\n").status == 1
    run = w2v("similarity", "king")
    assert (run.status, run.err) == (2, "Error: two words are needed, 1 given: king\n")


def test_the_odd_one_comes_first(w2v: W2v) -> None:
    assert w2v("odd", "man", "boy", "apple").rows[0][0] == "apple"
    assert w2v("odd", "man", "boy").status == 2


def test_vectors_are_numbers_alone_and_exact_in_json(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["a", "b"], [[0.1, -2], [3e-9, 1]])
    assert w2v("vector", "a", "b").out == "0.10000000 -2.00000000\n0.00000000 1.00000000\n"
    assert w2v("vector", "a", "b", "--json").json == [
        {"word": "a", "vector": [0.1, -2.0]},
        {"word": "b", "vector": [3e-9, 1.0]},
    ]


def test_a_cosine_that_is_no_number_is_null_in_json(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["a", "zero"], [[1, 1], [0, 0]])
    assert w2v("similarity", "a", "zero", "--json").json[0]["similarity"] is None


def test_no_model(w2v: W2v, home: object) -> None:
    run = w2v("similar", "king", "-m", "none")
    assert (run.status, run.err) == (4, "Error: no model called none; there is: toy\n")


def test_the_model_may_be_a_name_or_a_path(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["a", "b"], [[1, 1], [1, 2]], name="./other")
    assert w2v("similar", "king", "-m", "toy", "-n", 1).status == 0
    assert w2v("similar", "a", "-m", "other.w2v").rows[0][0] == "b"


def test_a_table_for_the_eye_on_a_terminal(make_model: MakeModel) -> None:
    make_model(["소녀", "소년", "king\x1b[0m", "x"], [[1, 0], [1, 1], [0, 1], [-1, 0]])
    shown = on_a_terminal("similar", "소녀", NO_COLOR="1")
    lines = [line.rstrip() for line in shown.splitlines()]
    assert [re.sub(r"\x1b\[\d*m", "", line) for line in lines] == [
        "word         similarity",
        "소년             0.7071",
        r"king\x1b[0m      0.0000",
        "x               -1.0000",
    ]


def test_no_colour_where_it_is_not_wanted() -> None:
    assert "\x1b[3" not in on_a_terminal("similar", "king", NO_COLOR="1")


def test_a_vector_on_a_terminal_stands_in_lines_under_its_word(make_model: MakeModel) -> None:
    make_model(["a"], [range(8)])
    shown = on_a_terminal("vector", "a").splitlines()
    assert shown[0] == "a"
    assert [len(line.split()) for line in shown[1:]] == [6, 2]
    assert all(len(line) <= 80 for line in shown)


def test_a_program_that_asks_one_line_at_a_time_has_its_answer_at_once(toy: Model) -> None:
    with running(
        [sys.executable, "-m", "w2vcli", "similar", "-", "--topn", "1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "query\tword\tsimilarity\n"
        for word, nearest in (("queen", "woman"), ("apple", "orange")):
            process.stdin.write(f"{word}\n")
            assert process.stdout.readline().split("\t")[:2] == [word, nearest]
        process.stdin.close()
        assert process.stdout.read() == ""
    assert process.returncode == 0


def test_many_lines_are_answered_as_each_alone(toy: Model, w2v: W2v) -> None:
    lines = ["king", "nobody", "apple orange", "man woman", "", "queen"] * 20
    run = w2v("similar", "-", "--topn", 3, stdin="\n".join(lines))
    expected = []
    for line in lines:
        if line:
            expected += [[line, *row] for row in w2v("similar", *line.split(), "--topn", 3).rows]
    assert run.rows == expected
    assert run.err.count("Error: line") == 40
    assert run.status == 1


def test_many_analogies_are_answered_as_each_alone(toy: Model, w2v: W2v) -> None:
    lines = ["king + woman - man", "boy queen - girl", "king -", "apple"] * 10
    for method in ("3cosadd", "3cosmul"):
        run = w2v("analogy", "-", "--topn", 2, "--method", method, stdin="\n".join(lines))
        alone = [
            [line, *row]
            for line in lines
            for row in w2v("analogy", *line.split(), "--topn", 2, "--method", method).rows
        ]
        assert run.rows == alone
        assert run.err.count("not an analogy") == 10


def test_restrict_vocab_searches_the_first_words(toy: Model, w2v: W2v) -> None:
    assert [row[0] for row in w2v("similar", "queen", "--restrict-vocab", 3).rows] == ["woman", "king", "man"]
    assert w2v("similar", "queen", "--restrict-vocab", 0).status == 2


@pytest.mark.parametrize(
    "stdin", ["king\n\nnobody\nqueen\n", "king\n\nnobody\nqueen", "king\r\n \r\nnobody\r\nqueen\r\n"]
)
def test_a_line_without_an_answer_does_not_shift_those_behind_it(toy: Model, w2v: W2v, stdin: str) -> None:
    run = w2v("vector", "-", stdin=stdin)
    king, queen = (w2v("vector", word).out for word in ("king", "queen"))
    assert run.out == f"{king}\n\n{queen}"
    assert (run.status, run.err.count("Error: line 3: ")) == (1, 1)
    assert [row["query"] for row in w2v("vector", "-", "--json", stdin=stdin).json] == ["king", "nobody", "queen"]
    assert w2v("vector", "-", stdin="").out == ""
    assert w2v("similar", "-", "-n", 1, stdin=stdin).out.count("\n") == 3


def test_json_has_no_nan(make_model: MakeModel, w2v: W2v) -> None:
    make_model(["a", "b", "c"], [[1, float("nan")], [float("inf"), 1], [1, 2]])
    for arguments in (["vector", "a", "b"], ["vector", "-"], ["similarity", "a", "b"], ["odd", "a", "b", "c"], ["info"],
                      ["encode", "a b", "--as", "embedding", "-m", "toy"], ["words"]):  # fmt: skip
        run = w2v(*arguments, "--json", stdin="a\nb\n")
        assert run.status == 0
        json.loads(run.out, parse_constant=pytest.fail)


def test_counts_stand_behind_neighbours_where_they_are_known(w2v: W2v, make_model: MakeModel) -> None:
    words, vectors = ["a", "b", "c", "d"], [[1, 0], [1, 0.1], [1, 1], [0, 1]]
    make_model(words, vectors, counts=[90, 41, 7, 5])
    run = w2v("similar", "a", "-n", 2)
    assert run.out.splitlines()[0] == "word\tsimilarity\tcount"
    assert [[row[0], row[2]] for row in run.rows] == [["b", "41"], ["c", "7"]]
    assert list(w2v("similar", "-", "-n", 1, "--json", stdin="a\n").json[0]) == ["query", "word", "similarity", "count"]
    for method, value in (("3cosadd", "similarity"), ("3cosmul", "score")):
        [found] = w2v("analogy", "b", "d", "-", "c", "--method", method, "-n", 1, "--json").json
        assert list(found) == ["word", value, "count"]
        assert found["count"] == 90
    # Many questions take another way.
    rows = w2v("similar", "-", "-n", 1, stdin="a\n" * 9).rows
    assert [row[3] for row in rows] == ["41"] * 9
    assert w2v("shell", stdin="a\n").rows[0][2] == "41"
    make_model(words, vectors, name="without")
    assert w2v("similar", "a", "-n", 1).out.splitlines()[0] == "word\tsimilarity"
    assert w2v("shell", stdin="a\n").out.splitlines()[0] == "word\tsimilarity"
