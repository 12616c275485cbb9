from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import MakeModel, W2v, on_a_terminal
from w2vcli.lessons.encodings import untrained_vectors
from w2vcli.models.directory import Model

SENTENCE = "The cat sat on the mat"


def matrix(shown: str) -> list[list[str]]:
    """Return the cells of a matrix on a terminal, which ends at an empty line."""
    return [line.split() for line in shown.split("\n\n", maxsplit=1)[0].splitlines()]


def test_one_hot_on_a_terminal_is_the_matrix_of_the_lecture() -> None:
    shown = on_a_terminal("encode", SENTENCE, "--as", "one-hot", NO_COLOR="1", TERM="dumb")
    assert matrix(shown) == [
        ["word", "cat", "mat", "on", "sat", "the"],
        ["the", "0", "0", "0", "0", "1"],
        ["cat", "1", "0", "0", "0", "0"],
        ["sat", "0", "0", "0", "1", "0"],
        ["on", "0", "0", "1", "0", "0"],
        ["the", "0", "0", "0", "0", "1"],
        ["mat", "0", "1", "0", "0", "0"],
    ]
    facts = dict(line.split(maxsplit=1) for line in shown.split("\n\n")[1].splitlines())
    assert facts["zeros"].strip() == "24 of 30 (80.0%)"
    assert facts["distance"].strip() == "1.4142"
    assert facts["similarity"].strip() == "0.0000"
    assert facts["angle"].strip() == "90.0"
    assert facts["shape"].strip() == "(1, 6, 5)"


def test_what_is_known_of_an_array_is_in_korean_on_a_terminal_alone(w2v: W2v) -> None:
    arguments = ("encode", "--ids", "[[0, 1], [2, 3]]", "--as", "embedding", "--vocabulary-size", "9")
    shown = on_a_terminal(*arguments, "--vector-size", "2", "--lang", "ko", NO_COLOR="1", TERM="dumb")
    assert matrix(shown)[0] == ["글", "번호", "1", "2"]
    facts = dict(line.split(maxsplit=1) for line in shown.split("\n\n")[1].splitlines() if not line.startswith("0의"))
    assert "8개 가운데 0개(0.0%)" in shown
    assert re.fullmatch(r"[\d.]+ ~ [\d.]+", facts["거리"].strip())
    run = w2v(*arguments, "--vector-size", "2", "--lang", "ko", "-o", "a.npy")
    assert dict(run.rows)["zeros"] == "0 of 8 (0.0%)"


def test_integers_in_a_pipe_and_as_json(w2v: W2v) -> None:
    run = w2v("encode", SENTENCE)
    assert run.out == "text\tword\tinteger\n1\tthe\t5\n1\tcat\t1\n1\tsat\t4\n1\ton\t3\n1\tthe\t5\n1\tmat\t2\n"
    assert "vocabulary: 5" in run.err
    assert w2v("encode", "a", "--json", "-q").json == [{"text": 1, "word": "a", "integer": 1}]


def test_one_hot_in_a_pipe_has_a_column_for_each_word(w2v: W2v) -> None:
    run = w2v("encode", "b a", "--as", "one-hot")
    assert run.out == "text\tword\ta\tb\n1\tb\t0\t1\n1\ta\t1\t0\n"
    assert w2v("encode", "b a", "--as", "one-hot", "--json").json[0] == {"text": 1, "word": "b", "one_hot": [0, 1]}


def test_korean_text(w2v: W2v) -> None:
    run = w2v("encode", "고양이가 매트 위에 앉았다", "--as", "one-hot")
    assert run.out.splitlines()[0].split("\t") == ["text", "word", "고양이가", "매트", "앉았다", "위에"]
    assert [row[1:] for row in w2v("encode", "고양이가 매트 위에").rows] == [
        ["고양이가", "1"],
        ["매트", "2"],
        ["위에", "3"],
    ]
    shown = on_a_terminal("encode", "고양이가 매트 위에 앉았다", "--as", "one-hot", NO_COLOR="1", TERM="dumb")
    assert matrix(shown)[1] == ["고양이가", "1", "0", "0", "0"]


def test_untrained_vectors_are_a_table_of_four_numbers_a_word(w2v: W2v) -> None:
    rows = w2v("encode", SENTENCE, "--as", "embedding", "--vector-size", 4).rows
    assert [row[1] for row in rows] == "the cat sat on the mat".split()
    assert all(len(row) == 6 for row in rows)
    assert rows[0][2:] == rows[4][2:] != rows[1][2:]
    other = w2v("encode", SENTENCE, "--as", "embedding", "--vector-size", 4, "--seed", 2).rows
    assert rows != other


def test_embeddings_are_the_model_s(w2v: W2v, toy: Model) -> None:
    run = w2v("encode", "king orange", "xyz", "--as", "embedding", "--json")
    assert [(row["text"], row["word"], row["embedding"]) for row in run.json] == [
        (1, "king", [1, 1, 0]),
        (1, "orange", [0, 0.6, 0.8]),
        (2, "xyz", [0, 0, 0]),
        (2, "<PAD>", [0, 0, 0]),
    ]
    assert run.err.splitlines()[0] == "Warning: not in the vocabulary: xyz"
    run = w2v("encode", "King", "-m", "toy")
    assert run.rows == [["1", "King", "9"]]
    assert "--lowercase" in run.err
    assert w2v("encode", "King", "-m", "toy", "--lowercase").rows == [["1", "king", "3"]]


def test_one_hot_of_a_large_vocabulary_shows_the_columns_that_matter(make_model: MakeModel) -> None:
    make_model([f"w{n}" for n in range(3000)], np.ones((3000, 1)))
    shown = on_a_terminal("encode", "w77 w2345 xyz", "--as", "one-hot", "-m", "toy", NO_COLOR="1", TERM="dumb")
    heading, first, second, third = matrix(shown)
    assert {"w77", "w2345", "<UNK>", "…"} <= set(heading)
    assert [row[heading.index("<UNK>")] for row in (first, second, third)] == ["0", "0", "1"]
    assert first[heading.index("w77")] == second[heading.index("w2345")] == "1"
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert "(1, 3, 3001)" in shown


def test_distances_of_one_hot_vectors_beside_those_of_embeddings(w2v: W2v, toy: Model) -> None:
    run = w2v("encode", "man woman king", "--distances", "--json")
    assert run.json[0] == {
        "word1": "man",
        "word2": "woman",
        "one_hot_distance": pytest.approx(2**0.5),
        "one_hot_similarity": 0,
        "one_hot_angle": 90,
        "distance": 2,
        "similarity": -1,
        "angle": 180,
    }
    assert len(run.json) == 3
    shown = on_a_terminal("encode", "man woman king", "--distances", NO_COLOR="1", TERM="dumb")
    assert matrix(shown)[1] == ["man", "woman", "1.4142", "90.0", "2.0000", "-1.0000", "180.0"]


def test_a_file_is_written_with_its_vocabulary_which_encodes_other_texts(w2v: W2v) -> None:
    Path("texts.txt").write_text("the cat sat\n\nthe mat\n")
    facts = w2v("encode", "texts.txt", "-o", "x.npy", "--json").json[0]
    assert (facts["shape"], facts["padding"], facts["output"]) == ([3, 3], 4, "x.npy")  # a row for each line
    assert np.load("x.npy").tolist() == [[4, 1, 3], [0, 0, 0], [4, 2, 0]]
    assert Path("x.vocab.txt").read_text().split() == ["cat", "mat", "sat", "the"]
    again = w2v(
        "encode", "-", "-o", "y.npy", "--vocabulary", "x.vocab.txt", "--length", 4, "--padding", "pre", stdin="A cat\n"
    )
    assert again.status == 0
    assert np.load("y.npy").tolist() == [[0, 0, 5, 1]]
    assert not Path("y.vocab.txt").exists()
    refused = w2v("encode", "texts.txt", "-o", "x.npy")
    assert refused.status == 5
    assert "x.npy" in refused.err
    assert w2v("encode", "texts.txt", "-o", "x.npy", "--as", "one-hot", "--force").status == 0
    assert np.load("x.npy").shape == (3, 3, 4)


def test_the_model_s_tokenizer_cuts_the_text(w2v: W2v) -> None:
    Path("t.txt").write_text("new york is big . new york is old .\n" * 20)
    assert w2v("train", "t.txt", "-o", "m", "--phrases", "npmi", "--vector-size", 4, "--min-count", 1).status == 0
    assert w2v("encode", "new york", "-m", "m").rows[0][1] == "new_york"


TABLE = ("--as", "embedding", "--vocabulary-size", 1000, "--vector-size", 5)


@pytest.mark.parametrize("text", ["1 2 3", "[1, 2, 3]", "1,2,3"])
def test_ids_are_rows_of_a_table_as_in_an_embedding_layer(w2v: W2v, text: str) -> None:
    run = w2v("encode", "--ids", text, *TABLE, "--json")
    table = untrained_vectors(1000, 5, seed=1)
    assert [(row["text"], row["id"]) for row in run.json] == [(1, "1"), (1, "2"), (1, "3")]
    np.testing.assert_array_equal(np.array([row["embedding"] for row in run.json], dtype=np.float32), table[[1, 2, 3]])
    assert "shape: (3, 5); vocabulary: 1000; zeros" in run.err


def test_lists_of_ids_have_one_dimension_more(w2v: W2v) -> None:
    run = w2v("encode", "--ids", "[[0, 1, 2], [3, 4, 5]]", *TABLE, "-o", "nested.npy", "--json")
    assert run.json[0]["shape"] == [2, 3, 5]
    np.testing.assert_array_equal(np.load("nested.npy"), untrained_vectors(1000, 5, seed=1)[[[0, 1, 2], [3, 4, 5]]])
    assert w2v("encode", "--ids", "0 1 2", "3 4 5", *TABLE, "-o", "two.npy").status == 0
    assert Path("two.npy").read_bytes() == Path("nested.npy").read_bytes()
    assert w2v("encode", "--ids", "0 1 2", *TABLE, "-o", "one.npy").status == 0
    assert np.load("one.npy").shape == (3, 5)
    assert w2v("encode", "--ids", "[[0, 1, 2]]", *TABLE, "-o", "list.npy", "--json").json[0]["shape"] == [1, 3, 5]
    assert not list(Path().glob("*.txt"))


def test_ids_as_one_hot_vectors(w2v: W2v) -> None:
    run = w2v("encode", "--ids", "2 0", "1", "--as", "one-hot", "--vocabulary-size", 3, "--length", 2)
    assert run.out.splitlines()[0] == "text\tid\t0\t1\t2"
    assert run.rows == [
        ["1", "2", "0", "0", "1"],
        ["1", "0", "1", "0", "0"],
        ["2", "1", "0", "1", "0"],
        ["2", "0", "1", "0", "0"],  # padded with 0, which is a row like any other
    ]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["1000", *TABLE], 1, "a table of 1,000 rows has no row 1,000: its ids are 0 to 999"),
        (["1 cat", *TABLE], 1, "cat is no id; --ids takes whole numbers, as in: 1 2 3"),
        (["[[1, 2.5]]", *TABLE], 1, "2.5 is no id"),
        (["[[1,2.5]]", *TABLE], 1, "2.5 is no id"),
        ([f"1 {'9' * 5_000}", *TABLE], 1, "9 is no id"),
        (["[[1], [2, 3]]", *TABLE], 1, "the texts have from 1 to 2 ids; pad them with --length 2"),
        (["[]", *TABLE], 1, "there are no ids in the text"),
        (["1 2"], 2, "--ids are integers already; say --as embedding or --as one-hot"),
        (["1 2", "--as", "one-hot"], 2, "say how large it is with --vocabulary-size."),
        (["1 2", *TABLE, "-m", "m"], 2, "--ids are rows of a table, and no words; leave --model out"),
        (["1", "--as", "one-hot", "--vocabulary-size", "9999999999"], 2, "is too large; lower --vocabulary-size"),
    ],
    ids=str,
)
def test_ids_that_are_no_rows_are_refused_in_one_line(
    w2v: W2v, arguments: list[object], status: int, message: str
) -> None:
    run = w2v("encode", "--ids", *arguments)
    assert (run.status, run.out) == (status, "")
    assert message in run.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["..."], 1, "there are no words in the text"),
        (["nothing.txt"], 2, "nothing.txt: no such file; a text would have blanks"),
        (["a b", "--as", "embedding"], 4, "there is no model yet"),
        (["a b", "-o", "x.txt"], 2, "x.txt: the numbers are written as .npy"),
        (["a b", "--vocabulary", "v.txt", "-m", "m"], 2, "--vocabulary has no vectors"),
        (["a b", "--vector-size", "4", "-m", "m"], 2, "leave --vector-size out"),
        (["a b", "--distances", "-o", "x.npy"], 2, "leave --output out"),
        (["a b", "--tokenizer", "subwords"], 2, "--tokenizer subwords"),
    ],
    ids=str,
)
def test_what_cannot_be_encoded_is_one_line(w2v: W2v, arguments: list[str], status: int, message: str) -> None:
    Path("v.txt").write_text("a\n")
    run = w2v("encode", *arguments)
    assert (run.status, run.out) == (status, "")
    assert message in run.err.splitlines()[-1]
    assert {path.name for path in Path().iterdir()} == {"v.txt"}
