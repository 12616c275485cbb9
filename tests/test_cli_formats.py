"""The forms in which answers are printed, beside readers of these forms that are not ours."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
import pytest

from tests.conftest import MakeModel, W2v, require
from w2vcli.cli.formats import FORMATS
from w2vcli.cli.main import cli
from w2vcli.cli.table_formats import latex, markdown
from w2vcli.cli.tables import TableColumn
from w2vcli.escaping import escape_unseen

STREAMED = [name for name in FORMATS if name not in {"table", "json", "markdown", "latex"}]
# Words that one of the forms would take for something else.
HOSTILE = [
    "왕,여왕",
    'quo"ted',
    "two\nlines",
    "a|b",
    "=1+1",
    "50%_#{x}",
    "tab\tbed",
    "\x1b[31m",
    "\\~^&$",
    "[unk]",
    "*",
]


@pytest.fixture
def hostile(make_model: MakeModel) -> list[str]:
    words = ["near", *HOSTILE]
    make_model(words, np.vstack([np.ones((1, 3)), np.random.default_rng(1).normal(size=(len(HOSTILE), 3))]))
    return HOSTILE


def commands(group: click.Group = cli, before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))
        else:
            yield (*before, name), command


@pytest.mark.usefixtures("toy")
def test_all_forms_of_an_answer_have_the_same_values(w2v: W2v) -> None:
    def ask(name: str) -> str:
        run = w2v("similar", "king", "--topn", "3", "--format", name)
        assert run.status == 0, run.err
        return run.out

    rows = json.loads(ask("json"))
    assert [json.loads(line) for line in ask("jsonl").splitlines()] == rows
    texts = [{key: str(value) for key, value in row.items()} for row in rows]
    assert list(csv.DictReader(io.StringIO(ask("csv")))) == texts
    assert list(csv.DictReader(io.StringIO(ask("tsv")), delimiter="\t")) == texts
    shown = [[row["word"], f"{row['similarity']:.4f}"] for row in rows]
    assert [line.split() for line in ask("table").splitlines()[1:]] == shown
    assert [line[2:-2].split(" | ") for line in ask("markdown").splitlines()[2:]] == [
        [word.ljust(6), number.rjust(10)] for word, number in shown
    ]
    assert ask("latex").splitlines() == [
        r"\begin{tabular}{lr}", r"\toprule", r"word & similarity \\", r"\midrule",
        *(rf"{word} & {number} \\" for word, number in shown), r"\bottomrule", r"\end{tabular}",
    ]  # fmt: skip


def test_a_pipe_gets_tsv_and_json_is_short_for_a_format(w2v: W2v, toy: object) -> None:
    asked = ("similar", "king")
    assert w2v(*asked).out == w2v(*asked, "--format", "tsv").out
    assert w2v(*asked, "--json").out == w2v(*asked, "--format", "json").out == w2v(*asked, "--json", "--json").out


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize("typed", [("--json", "--format", "csv"), ("--format", "jsonl", "--json")])
def test_two_formats_at_once_are_wrong_usage(w2v: W2v, typed: tuple[str, ...]) -> None:
    run = w2v("similar", "king", *typed)
    assert (run.status, run.out) == (2, "")
    assert "two formats are named" in run.err


def test_csv_has_the_words_as_they_are(w2v: W2v, hostile: list[str]) -> None:
    run = w2v("words", "--format", "csv")
    found = [row["word"] for row in csv.DictReader(io.StringIO(run.out, newline=""))]
    assert found == ["near", *(word.replace("\x1b", "\\x1b") for word in hostile)]
    assert "\r" not in run.out


def test_json_lines_have_an_object_each(w2v: W2v, hostile: list[str]) -> None:
    run = w2v("words", "--format", "jsonl")
    assert [json.loads(line)["word"] for line in run.out.splitlines()] == ["near", *hostile]


def test_pandas_reads_csv(w2v: W2v, hostile: list[str]) -> None:
    require("pandas")
    import pandas

    found = pandas.read_csv(io.StringIO(w2v("words", "--format", "csv").out))
    assert list(found.columns) == ["rank", "word", "count"]
    assert len(found) == len(hostile) + 1


def test_markdown_has_a_cell_for_each_value(w2v: W2v, hostile: list[str]) -> None:
    lines = w2v("similar", "near", "--topn", "20", "--format", "markdown").out.splitlines()
    assert len(lines) == 2 + len(hostile)
    for line in lines:
        assert line.replace("\\|", "").count("|") == 3, line
    assert lines[1].startswith("| :-") and lines[1].endswith("-: |")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", r"a\|b"), ("new_york", "new_york"), ("_a_", r"\_a\_"), ("*a*", r"\*a\*"), ("<UNK>", r"\<UNK>"),
        ("[a](b)", r"\[a\](b)"), ("a\\b", r"a\\b"), ("`a`", r"\`a\`"), ("&amp;", r"\&amp;"), ("왕", "왕 "),
    ],
)  # fmt: skip
def test_markdown_has_no_markup_of_a_word(text: str, shown: str) -> None:
    assert list(markdown([TableColumn("w")], [[text]]))[2] == f"| {shown.ljust(2 if text == '왕' else 3)} |"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("50%_#{x}", r"50\%\_\#\{x\}"), ("\\~^&$", r"\textbackslash{}\textasciitilde{}\textasciicircum{}\&\$"),
        ("<a|b>", r"\textless{}a\textbar{}b\textgreater{}"), ("a--b", "a{-}{-}b"), ("[unk]", "{[}unk]"), ("*", "{*}"),
        ("왕", "왕"),
    ],
)  # fmt: skip
def test_latex_prints_a_word_as_it_is(text: str, shown: str) -> None:
    assert list(latex([TableColumn("w")], [[text]]))[4] == f"{shown} \\\\"


def test_numbers_of_latex_are_right_and_have_a_minus() -> None:
    lines = list(latex([TableColumn("word"), TableColumn("again", right=True)], [["-", "-0.12"], ["b", "0.08 ?"]]))
    assert lines[0] == r"\begin{tabular}{lr}"
    assert lines[4:6] == [r"{-} & $-$0.12 \\", r"b & 0.08\rlap{ ?} \\"]


def test_controls_are_seen_and_blanks_stay() -> None:
    assert escape_unseen("\u00a0\t\x1b왕\u202e", keep="\t") == "\u00a0\t\\x1b왕\\u202e"


@pytest.mark.usefixtures("toy")
def test_fields_choose_and_order_columns(w2v: W2v) -> None:
    assert w2v("similar", "king", "-n", "1", "--fields", "similarity, word").out.splitlines()[0] == "similarity\tword"
    assert w2v("similar", "king", "-n", "2", "--fields", "word", "--json").json == [{"word": "man"}, {"word": "boy"}]
    assert w2v("info", "--fields", "words,model", "--format", "csv").out == "property,value\nwords,8\nmodel,toy\n"
    assert list(w2v("info", "--fields", "words,model", "--json").json[0]) == ["words", "model"]


@pytest.mark.usefixtures("toy")
def test_an_unknown_field_is_told_with_those_that_there_are(w2v: W2v) -> None:
    run = w2v("similar", "king", "--fields", "word,cosine")
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith("Error: no field 'cosine' in this answer; its fields: word, similarity, low, ")
    for wrong in ("word,", "word,word"):
        assert w2v("similar", "king", "--fields", wrong).status == 2


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(
    ("ending", "name"), [("csv", "csv"), ("JSON", "json"), ("md", "markdown"), ("tex", "latex"), ("txt", "tsv")]
)
def test_a_file_has_the_format_of_its_ending(w2v: W2v, ending: str, name: str) -> None:
    run = w2v("similar", "king", "-o", f"found.{ending}")
    assert (run.status, run.out) == (0, "")
    assert Path(f"found.{ending}").read_text(encoding="utf-8") == w2v("similar", "king", "--format", name).out
    assert w2v("similar", "king", "-o", "other.csv", "--format", "jsonl").status == 0
    assert json.loads(Path("other.csv").read_text(encoding="utf-8").splitlines()[0])["word"] == "man"


@pytest.mark.usefixtures("toy")
def test_a_file_is_not_replaced_without_force(w2v: W2v) -> None:
    Path("found.csv").write_text("mine")
    run = w2v("similar", "king", "-o", "found.csv")
    assert (run.out, Path("found.csv").read_text()) == ("", "mine")
    assert run.status not in {0, 2}
    assert "found.csv exists already; use --force to replace it" in run.err
    assert w2v("similar", "king", "-o", "found.csv", "--force").status == 0
    assert Path("found.csv").read_text().startswith("word,similarity\n")
    assert w2v("similar", "king", "--force").status == 2


@pytest.mark.usefixtures("toy")
def test_a_format_that_is_typed_goes_before_that_of_a_setting(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("W2V_SIMILAR_FORMAT", "csv")
    monkeypatch.setenv("W2V_SIMILAR_FIELDS", "word")
    assert w2v("similar", "king", "-n", "1").out == "word\nman\n"
    assert w2v("similar", "king", "-n", "1", "--json").json == [{"word": "man"}]
    assert w2v("similar", "king", "-n", "1", "--format", "tsv", "--fields", "similarity").out.startswith("similarity\n")
    monkeypatch.setenv("W2V_SIMILAR_FORMAT", "cvs")
    assert w2v("similar", "king").status == 2


@pytest.mark.usefixtures("toy")
def test_a_setting_of_force_waits_for_a_file(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("W2V_SIMILAR_FORCE", "1")
    Path("found.csv").touch()
    assert w2v("similar", "king").status == w2v("similar", "king", "-o", "found.csv").status == 0


@pytest.mark.usefixtures("toy")
def test_an_error_leaves_no_file_and_a_dash_is_standard_output(w2v: W2v) -> None:
    assert w2v("similar", "kingg", "-o", "found.csv").status != 0
    assert not list(Path().iterdir())
    assert w2v("similar", "king", "-o", "-").out == w2v("similar", "king").out


@pytest.mark.usefixtures("toy")
def test_a_batch_with_errors_still_has_its_file(w2v: W2v) -> None:
    run = w2v("similar", "-", "-n", "1", "-o", "found.csv", stdin="king\nkingg\n")
    assert (run.status, run.out) == (1, "")
    assert Path("found.csv").read_text().splitlines()[1].startswith("king,man,")


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize("name", list(FORMATS))
def test_a_batch_and_the_shell_have_each_format(w2v: W2v, name: str) -> None:
    batch = w2v("similar", "-", "-n", "1", "--format", name, stdin="king\nqueen\n")
    shell = w2v("shell", "-n", "1", "--format", name, stdin="king\nqueen\n")
    assert (batch.status, shell.status) == (0, 0), shell.err
    one = w2v("similar", "king", "-n", "1", "--format", name).out
    assert shell.out.startswith(one)
    assert "queen" in batch.out


@pytest.mark.usefixtures("toy")
def test_a_stream_has_each_row_at_once(w2v: W2v) -> None:
    for name in STREAMED:
        lines = w2v("pairs", "a b c", "--format", name, "-q").out.splitlines()
        assert len(lines) == 6 + (name != "jsonl")


@pytest.mark.usefixtures("toy")
def test_vectors_have_a_column_for_each_value(w2v: W2v) -> None:
    assert w2v("vector", "man", "--format", "csv").out == "word,1,2,3\nman,1.0,0.0,0.0\n"
    assert w2v("vector", "man", "--fields", "2,word").out == "2\tword\n0.0\tman\n"
    assert w2v("vector", "-", "--format", "csv", stdin="man\n").out == "query,word,1,2,3,error\nman,man,1.0,0.0,0.0,\n"
    assert w2v("vector", "man").out == "1.00000000 0.00000000 0.00000000\n"


def test_every_command_with_rows_has_all_formats() -> None:
    without = {("shell",), ("game",), ("mcp",), ("use",), ("rename",), ("help",), ("completion",)}
    for typed, command in commands():
        names = {name for parameter in command.params for name in parameter.opts}
        if typed not in without:
            assert {"--json", "--format", "--fields"} <= names, typed
            assert "--output" in names or "--force" in names, typed
