"""``w2v embed``: forms of output, what is told, and texts from wherever they come."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import MakeModel, W2v, on_a_terminal, require
from w2vcli.models.directory import Model

LINES = "man woman\n\nking xyzzy\r\nqueen"
MEANS = [[0, 0, 0], [0, 0, 0], [1, 1, 0], [-1, 1, 0]]


@pytest.mark.parametrize("name", ["v.npy", "v.jsonl", "v.json", "v.parquet"])
def test_each_form_has_a_row_for_each_text(toy: Model, w2v: W2v, name: str) -> None:
    if name == "v.parquet":
        require("pyarrow")
    Path("texts.txt").write_bytes(LINES.encode())
    run = w2v("embed", "texts.txt", "-o", name)
    assert (run.status, run.out) == (0, "")
    assert "4 texts, 5 tokens, 1 of them out of vocabulary (toy)" in run.err
    assert "Warning: 1 texts have no word of the vocabulary, so their vectors are zeros; the first is text 2" in run.err
    texts = ["man woman", "", "king xyzzy", "queen"]
    if name == "v.npy":
        found = np.load(name)
        assert found.dtype == np.float32
    elif name == "v.parquet":
        from pyarrow import parquet

        table = parquet.read_table(name).to_pydict()
        assert table["text"] == texts
        found = table["vector"]
    else:
        text = Path(name).read_text(encoding="utf-8")
        rows = json.loads(text) if name == "v.json" else [json.loads(line) for line in text.splitlines()]
        assert [row["text"] for row in rows] == texts
        found = [row["vector"] for row in rows]
    np.testing.assert_array_equal(found, MEANS)


def test_texts_come_from_arguments_files_and_standard_input(toy: Model, w2v: W2v) -> None:
    Path("t.txt.gz").write_bytes(gzip.compress("queen\n".encode("utf-8-sig")))
    run = w2v("embed", "king man", "t.txt.gz", "-", "--json", stdin="woman\n")
    assert [(row["text"], row["vector"]) for row in run.json] == [
        ("king man", [1, 0.5, 0]),
        ("queen", [-1, 1, 0]),
        ("woman", [-1, 0, 0]),
    ]
    assert w2v("embed", "-", "--json").json == []
    assert w2v("embed", "king").out == "1.00000000 1.00000000 0.00000000\n"
    assert w2v("embed", "king man", "--normalize").out == "0.89442720 0.44721360 0.00000000\n"


def test_other_formats_have_a_column_for_each_value(toy: Model, w2v: W2v) -> None:
    assert w2v("embed", "king man", "--format", "csv").out == "text,1,2,3\nking man,1.0,0.5,0.0\n"
    assert w2v("embed", "king", "--fields", "text,2").out == "text\t2\nking\t1.0\n"
    assert json.loads(w2v("embed", "king", "--format", "jsonl").out) == {"text": "king", "vector": [1, 1, 0]}


def test_a_terminal_shows_each_text_above_its_numbers(toy: Model) -> None:
    assert on_a_terminal("embed", "king man") == "king man\n  1.00000000   0.50000000   0.00000000\n"


def test_what_cannot_be_is_refused(toy: Model, w2v: W2v) -> None:
    assert "vectors of texts are written as .npy, .parquet, .jsonl, .json" in w2v("embed", "king", "-o", "v.csv").err
    assert "nothing is written; leave --force out" in w2v("embed", "king", "--force").err
    assert "--components is 0 to 2 for this model" in w2v("embed", "king", "--components", 3).err
    assert "does not know how often its words were seen" in w2v("embed", "king", "--weights", "sif").err
    assert "no other format can be named" in w2v("embed", "king", "-o", "w.npy", "--json").err
    assert "no such file" in w2v("embed", "texts.txt").err
    Path("latin.txt").write_bytes(b"king\nna\xefve\n")
    assert "latin.txt: line 2 is not UTF-8" in w2v("embed", "latin.txt").err
    Path("v.npy").touch()
    assert "v.npy exists already" in w2v("embed", "king", "-o", "v.npy").err


def test_common_components_are_left_out_when_all_texts_are_read(toy: Model, w2v: W2v) -> None:
    run = w2v("embed", "king", "queen", "apple", "--components", 1, "--json")
    vectors = np.array([row["vector"] for row in run.json])
    plain = np.array([[1, 1, 0], [-1, 1, 0], [0, 0, 1.0]])
    # Of two singular values that are equal, either may be left out.
    assert np.linalg.norm(vectors) ** 2 == pytest.approx(np.linalg.norm(plain) ** 2 - 2, abs=1e-5)


def test_json_is_printed_as_texts_come_with_the_numbers_of_the_file(toy: Model, w2v: W2v) -> None:
    texts = [f"king man {at % 3 * 'queen '}\u202e" for at in range(5000)]
    Path("texts.txt").write_text("\n".join(texts) + "\n", encoding="utf-8", newline="\n")
    assert w2v("embed", "texts.txt", "-o", "v.jsonl", "-q").status == 0
    rows = [json.loads(line) for line in Path("v.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == len(texts)
    as_list = w2v("embed", "texts.txt", "--json", "-q").out
    assert "\u202e" not in as_list
    assert json.loads(as_list) == rows
    assert [json.loads(line) for line in w2v("embed", "texts.txt", "--format", "jsonl", "-q").out.splitlines()] == rows
    assert w2v("embed", "king", "--json", "--fields", "text").json == [{"text": "king"}]
    Path("none.txt").write_bytes(b"")
    assert w2v("embed", "none.txt", "--json", "-q").out == "[]\n"
    assert w2v("embed", "none.txt", "--format", "jsonl", "-q").out == ""


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are bytes there")
def test_an_argument_that_is_no_utf_8_is_written_out(toy: Model, w2v: W2v) -> None:
    for output in ("v.jsonl", "v.npy"):
        assert w2v("embed", "the \udcff king", "-o", output, "-q").status == 0
    assert json.loads(Path("v.jsonl").read_text(encoding="utf-8"))["text"] == "the \\xff king"


def test_what_is_no_answer_is_told(make_model: MakeModel, w2v: W2v) -> None:
    make_model(["king", "queen"], np.array([[np.nan, 1], [2, 1]]), name="broken")
    run = w2v("embed", "king", "queen", "-m", "broken", "--components", 0, "--json")
    assert "1 texts have words with NaN or infinity in their vector" in run.err
    assert run.json[0]["vector"] == [None, 1.0]
    make_model(["king", "queen"], np.array([[0.1, 0.3], [0.2, 0.1]]), name="small")
    run = w2v("embed", "king", "king", "king", "-m", "small", "--components", 1, "--normalize", "--json")
    assert "3 texts have nothing but what all have in common" in run.err
    assert [row["vector"] for row in run.json] == [[0, 0]] * 3
