from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from tests.conftest import MakeModel, W2v, on_a_terminal
from tests.gensim_oracle import NEEDS_GENSIM
from w2vcli.models.directory import Model

ANALOGIES = ": people\nman woman king queen\nman woman boy girl\n: 과일\nman boy apple orange\nman boy pear apple\n"
PAIRS = "man,king,9\nman,woman,2\nman,apple,4\nman,pear,1\n"
COLUMNS = "model minus set section measure value low high correct covered questions"


@pytest.fixture
def sets(toy: Model) -> None:
    Path("analogies.txt").write_text(ANALOGIES)
    Path("pairs.csv").write_text(PAIRS)


@pytest.mark.usefixtures("sets")
def test_figures_in_a_pipe(w2v: W2v) -> None:
    run = w2v("evaluate", "--set", "analogies.txt", "--set", "pairs.csv", "--method", "3cosmul", "--method", "3cosadd")
    assert run.status == 0
    assert run.out.splitlines()[0].split("\t") == COLUMNS.split()
    found = {tuple(row[2:5]): row for row in run.rows}
    assert found["analogies.txt", "people", "3cosadd"][5:] == ["1.0", "1.0", "1.0", "2", "2", "2"]
    assert found["analogies.txt", "과일", "3cosadd"][8:] == ["1", "1", "2"]
    assert found["analogies.txt", "total", "3cosadd"][8:] == ["3", "3", "4"]
    # girl is opposite to man, the word that divides
    assert found["analogies.txt", "people", "3cosmul"][8:] == ["0", "2", "2"]
    # woman has girl's direction and comes first; apple is nearer to itself than orange is
    assert found["analogies.txt", "people", "3cosadd_with_query_words"][8:] == ["1", "2", "2"]
    assert found["analogies.txt", "과일", "3cosadd_with_query_words"][8:] == ["0", "1", "2"]
    assert float(found["pairs.csv", "total", "spearman"][5]) == pytest.approx(1)
    assert found["pairs.csv", "total", "spearman"][8:] == ["", "3", "4"]
    assert "toy, analogies.txt: 1 of 4 questions are left out; not in the vocabulary: pear\n" in run.err
    assert "toy: words of test sets are looked up in lower case (--case lower)\n" in run.err


@pytest.mark.usefixtures("sets")
def test_json_and_the_same_figures_again(w2v: W2v) -> None:
    first = w2v("evaluate", "--set", "analogies.txt", "--json", "-q")
    assert first == w2v("evaluate", "--set", "analogies.txt", "--json", "-q")
    assert first.err == ""
    assert [*first.json[0]] == COLUMNS.split()
    assert first.json[0]["minus"] is None
    assert first.json[0]["value"] == 1.0


@NEEDS_GENSIM
def test_the_sets_that_come_with_gensim_are_the_default(w2v: W2v, toy: Model) -> None:
    run = w2v("evaluate")
    assert {row[2]: row[10] for row in run.rows if row[3] == "total"} == {
        "questions-words": "19544",
        "wordsim353": "353",
        "simlex999": "999",
    }
    assert "questions-words: 19,538 of 19,544 questions are left out; not in the vocabulary: Athens, " in run.err


@pytest.mark.usefixtures("sets")
def test_several_models(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["man", "woman", "king", "queen"], [[1, 0], [0, 1], [2, 1], [1, 2]], name="small")
    run = w2v("evaluate", "toy", "small", "toy", "--set", "analogies.txt")
    rows = [(row[0], row[1], row[9]) for row in run.rows if row[3] == "total" and row[4] == "3cosadd"]
    assert rows == [("toy", "", "3"), ("small", "", "1"), ("toy", "small", "1")]


@pytest.mark.usefixtures("sets")
def test_two_models_of_the_same_name_go_by_their_paths(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["man", "woman"], np.eye(2), name="./toy")
    run = w2v("evaluate", "toy", "./toy.w2v", "--set", "pairs.csv")
    names = list(dict.fromkeys(row[0] for row in run.rows))
    assert len(names) == 2
    assert all(name.endswith("toy.w2v") for name in names)


@pytest.mark.usefixtures("sets")
def test_two_sets_of_the_same_name_go_by_their_paths(w2v: W2v) -> None:
    Path("folder").mkdir()
    Path("folder/pairs.csv").write_text(PAIRS)
    run = w2v("evaluate", "--set", "pairs.csv", "--set", "folder/pairs.csv", "--set", "pairs.csv")
    assert [row[2] for row in run.rows] == ["pairs.csv", "pairs.csv", "folder/pairs.csv", "folder/pairs.csv"]


@pytest.mark.usefixtures("sets")
def test_a_table_for_the_eye() -> None:
    shown = on_a_terminal("evaluate", "--set", "analogies.txt", "--set", "pairs.csv", NO_COLOR="1")
    lines = [re.sub(r"\x1b\[\d*m", "", line).rstrip() for line in shown.splitlines()]
    assert lines == [
        "            covered     value   95 % interval  with query words",
        "analogies.txt, 3cosadd",
        "  people        2/2  100.00 %  100.0 to 100.0           50.00 %",
        "  과일          1/2  100.00 %  100.0 to 100.0            0.00 %",
        "  total         3/4  100.00 %  100.0 to 100.0           33.33 %",
        "pairs.csv",
        "  spearman      3/4    1.0000  1.000 to 1.000",
        "  pearson       3/4    0.9423  0.942 to 1.000",
    ]


@pytest.mark.usefixtures("sets")
def test_several_models_side_by_side(make_model: MakeModel) -> None:
    make_model(["man", "woman", "king", "queen"], [[1, 0], [0, 1], [2, 1], [1, 2]], name="small")
    shown = on_a_terminal("evaluate", "toy", "small", "--set", "analogies.txt", NO_COLOR="1")
    lines = [re.sub(r"\x1b\[\d*m", "", line).rstrip() for line in shown.splitlines()]
    assert all(len(line) <= 80 for line in lines)
    assert [line.split() for line in lines if line.startswith("  covered")] == [["covered", "3/4", "1/4"]]
    assert lines[-2:] == [
        "toy - small",
        "  analogies.txt, 3cosadd                1     +0.00 %   +0.0 to +0.0",
    ]
    names = [f"model{at}" for at in range(9)]
    for name in names:
        make_model(["man", "woman", "king"], np.eye(3), name=name)
    narrow = on_a_terminal("evaluate", *names, "--set", "pairs.csv")
    assert re.sub(r"\x1b\[\d*m", "", narrow.splitlines()[0]).split() == names  # a line too long, but no broken name


@pytest.mark.usefixtures("sets")
def test_what_is_answered_to_each_question(w2v: W2v) -> None:
    assert w2v("evaluate", "--set", "analogies.txt", "--set", "pairs.csv", "--answers", "a.tsv").status == 0
    lines = [line.split("\t") for line in Path("a.tsv").read_text().splitlines()]
    assert lines[0] == "model set method line section words expected answer outcome reason".split()
    assert lines[1] == [
        "toy",
        "analogies.txt",
        "3cosadd",
        "2",
        "people",
        "man woman king queen",
        "queen",
        "queen",
        "correct",
        "",
    ]
    assert lines[4][7:] == ["", "skipped", "not in the vocabulary: pear"]
    assert lines[5][3:] == ["1", "", "man king", "9.0", lines[5][7], "measured", ""]
    assert float(lines[5][7]) == pytest.approx(0.5**0.5)


@pytest.mark.usefixtures("sets")
def test_a_report(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["man", "woman", "king", "queen"], [[1, 0], [0, 1], [2, 1], [1, 2]], name="a|b")
    run = w2v(
        "evaluate", "toy", "a|b", "--set", "analogies.txt", "--set", "pairs.csv", "--report", "r.md", "--dummy4unknown"
    )
    assert run.status == 0
    report = Path("r.md").read_text()
    assert "| toy | 8 | 3 | in lower case | `" in report
    assert "| pairs.csv | pairs | 4 | 0 |" in report
    assert "counts as wrong" in report
    assert r"| total | 3cosadd | a\|b | 25.00 % |" in report
    assert r"| toy − a\|b |" in report
    columns = {line.replace(r"\|", "").count("|") for line in report.splitlines() if line.startswith("| total")}
    assert columns == {7}


@pytest.mark.usefixtures("sets")
@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_a_picture(w2v: W2v, suffix: str) -> None:
    Path("plain.txt").write_text(ANALOGIES.replace("과일", "fr$it$"))
    assert w2v("evaluate", "--set", "plain.txt", "--set", "pairs.csv", "--plot", f"p{suffix}").status == 0
    data = Path(f"p{suffix}").read_bytes()
    assert data.startswith({".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}[suffix])
    assert w2v("evaluate", "--set", "plain.txt", "--set", "pairs.csv", "--plot", f"q{suffix}").status == 0
    assert Path(f"q{suffix}").read_bytes() == data


@pytest.mark.usefixtures("sets")
@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--set", "missing.txt"], 1, "missing.txt"),
        (["--set", "empty.txt"], 1, "empty.txt has no question in it: expected lines of two words and a score; or"),
        (["--set", "pairs.csv", "--kind", "analogies"], 1, "line 1: expected four words, found 3 fields: man king 9"),
        (["--set", "pairs.csv", "--report", "pairs.csv"], 5, "pairs.csv exists already"),
        (["--set", "pairs.csv", "--report", "x", "--answers", "x"], 2, "x cannot be two outputs at once"),
        (["--set", "pairs.csv", "--plot", "x.gif"], 2, "x.gif: a picture's name ends with"),
        (["--case", "upper"], 2, "--case"),
        (["nobody"], 4, "no model called nobody"),
    ],
    ids=["missing", "empty", "kind", "exists", "two-outputs", "picture", "case", "model"],
)
def test_what_goes_wrong(w2v: W2v, arguments: list[str], status: int, message: str) -> None:
    Path("empty.txt").touch()
    before = sorted(path.name for path in Path().iterdir())
    run = w2v("evaluate", *arguments)
    assert (run.status, run.out) == (status, "")
    assert message in run.err
    assert sorted(path.name for path in Path().iterdir()) == before


@pytest.mark.usefixtures("sets")
def test_lines_that_are_no_questions_are_told(w2v: W2v) -> None:
    Path("broken.csv").write_text(PAIRS + "man,king\nman,,\n")
    run = w2v("evaluate", "--set", "broken.csv", "-q")
    assert run.status == 0
    assert run.err == (
        "Warning: broken.csv, line 5: expected two words and a score, found 2 fields: man king; "
        "left out, and also line 6\n"
    )


def test_how_a_set_was_read_is_said(w2v: W2v, toy: Model) -> None:
    Path("indexed.csv").write_text(
        ",type,word1,word2,word3,target\n0,people,man,woman,king,queen\n1,people,man,woman,boy,girl\n"
    )
    run = w2v("evaluate", "--set", "indexed.csv")
    assert (
        "indexed.csv: read as analogies (--kind); words in word1, word2, word3, target; section in type;"
        " not used: column 1; line 1 is the heading\n" in run.err
    )
    assert {tuple(row[4:6]) for row in run.rows} == {("3cosadd", "1.0"), ("3cosadd_with_query_words", "0.5")}


def test_any_of_several_right_answers_is_right(w2v: W2v, make_model: MakeModel) -> None:
    words = ["man", "woman", "king", "queen", "lady"]
    make_model(words, [[1, 0, 0], [-1, 0, 0.1], [1, 1, 0], [-1, 1.2, 0], [-1, 0.3, 0.9]], name="small")
    Path("bats.txt").write_text("man\twoman/female\nking\tlady/queen\n")
    run = w2v("evaluate", "small", "--set", "bats.txt", "--answers", "a.tsv")
    rows = [line.split("\t") for line in Path("a.tsv").read_text().splitlines()[1:]]
    assert rows[0][5:9] == ["man woman/female king lady/queen", "lady/queen", "queen", "correct"]
    # The first answer that the model has is taken where it is asked: lady for king.
    assert rows[1][5:9] == ["king lady/queen man woman/female", "woman/female", "woman", "correct"]
    assert [row[8:] for row in run.rows if row[4] == "3cosadd"] == [["2", "2", "2"]]


def test_words_with_tags_are_looked_up_with_them_first(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["sun", "moon", "moon-n", "run"], [[1, 0], [0, 1], [1, 0.1], [1, 1]], name="tagged")
    Path("men.txt").write_text("sun-n moon-n 50\nsun-n run-v 10\n")
    w2v("evaluate", "tagged", "--set", "men.txt", "--answers", "a.tsv")
    answers = [float(line.split("\t")[7]) for line in Path("a.tsv").read_text().splitlines()[1:]]
    assert answers == pytest.approx([1 / 1.01**0.5, 0.5**0.5])


def test_the_tokenizer_of_a_model_is_applied_to_words_that_it_does_not_have(w2v: W2v) -> None:
    Path("t").write_text("we live in new york city\nnew york is here\na new day in a city\n" * 30)
    train = ("-o", "m", "--epochs", 1, "--vector-size", 4, "--workers", 1, "--sample", 0)
    assert w2v("train", "t", *train, "--lowercase", "--phrases", "npmi", "--phrase-threshold", "0.6").status == 0
    Path("pairs.csv").write_text("new york,city!,5\ncity,a,9\nnew york,a city,2\n")
    run = w2v("evaluate", "--set", "pairs.csv")
    assert "1 question has words that the model's tokenizer cut to a known token: new york as new_york" in run.err
    assert "1 of 3 questions are left out; several tokens (--tokenizer unicode): a city" in run.err
    assert run.rows[0][9:] == ["2", "3"]


def test_dictionary_forms_do_not_answer_questions_of_inflection(w2v: W2v) -> None:
    pytest.importorskip("kiwipiepy")
    Path("t").write_text("소녀가 사과를 먹는다.\n배우는 영화를 좋아한다.\n" * 20, encoding="utf-8")
    train = ("-o", "m", "--epochs", 1, "--vector-size", 4, "--workers", 1, "--sample", 0)
    assert w2v("train", "t", *train, "--tokenizer", "korean").status == 0
    Path("korean.txt").write_text("# 조사\n소녀 소녀를 사과 사과를\n# 뜻\n소녀를 사과를 영화를 배우도\n")
    run = w2v("evaluate", "--set", "korean.txt")
    assert "1 of 2 sections have no question with an answer: 조사 (one token for the model's tokenizer" in run.err
    assert "1 question has words that the model's tokenizer cut to a known token" in run.err
    assert {row[3]: row[9] for row in run.rows if row[4] == "3cosadd"} == {"조사": "0", "뜻": "1", "total": "1"}


def test_bars_of_models_with_long_names_and_underscores_have_a_legend_within_the_picture() -> None:
    from w2vcli.views.bars import Bar, Panel, draw_bars

    names = ["_hidden", *(f"a model with a long name {at} {'x' * 60}" for at in range(12))]
    long = "capitals of common countries and their currencies " * 9
    figure = draw_bars([Panel(long, "accuracy", 100, [long], {name: [Bar(50, 40, 60)] for name in names})])
    [axes], [legend] = figure.axes, figure.legends
    for text in (axes.get_yticklabels()[0], cast(Any, axes)._left_title):
        assert figure.bbox.x0 <= text.get_window_extent().x0
        assert text.get_window_extent().x1 <= figure.bbox.x1
    assert [text.get_text()[:6] for text in legend.get_texts()] == ["_hidde", *["a mode"] * 12]
    box = legend.get_window_extent()
    assert 0 <= box.x0 < box.x1 <= figure.bbox.x1
    assert 0 <= box.y0 < box.y1 <= figure.bbox.y1


def test_words_with_equal_vectors_are_fewer_clusters_than_categories(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["man", "king", "apple"], [[1, 0], [1, 0], [0, 1]], name="equal")
    Path("c.txt").write_text("man\tmale\nking\troyal\napple\tfood\n")
    run = w2v("evaluate", "equal", "--set", "c.txt", "--kind", "categories")
    assert (run.status, run.rows[0][8]) == (0, "2")
