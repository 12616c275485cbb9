"""The habits of good command lines in docs/programs.md, each shown by its command. Other tests look closer."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, MakeModel, W2v
from tests.gensim_oracle import NEEDS_GENSIM
from tests.test_cli_command import commands
from tests.test_cli_help_json import lines_of
from w2vcli.cli.exit_statuses import EXIT_STATUSES
from w2vcli.models.model_parts import VECTORS
from w2vcli.models.registry import home, path_for_new

PAGE = (ROOT / "docs" / "programs.md").read_text(encoding="utf-8")
TABLE = PAGE[PAGE.index("## Habits of good command lines") :]
HABITS = re.findall(r"^\| (\d+) \| (.+) \| (.+) \|$", TABLE, re.MULTILINE)
SMALL = ("--vector-size", 4, "--epochs", 1, "--workers", 1, "--min-count", 1, "--sample", 0, "--no-held-out")
pytestmark = pytest.mark.usefixtures("toy")


def text() -> None:
    Path("novel.txt").write_text("the king and the queen\na man and a woman\n" * 20)


def test_all_28_are_in_the_table_and_have_a_test() -> None:
    assert [int(number) for number, _, _ in HABITS] == list(range(1, 29))
    assert not re.search(r"\bNot:", TABLE)
    tested = {int(found) for name in globals() for found in re.findall(r"^test_(\d+)_", name)}
    assert tested == set(range(1, 29))


def test_01_no_arguments_and_both_options_show_help_with_examples(w2v: W2v) -> None:
    assert w2v().out == w2v("-h").out == w2v("--help").out
    assert w2v("similar", "-h").out == w2v("similar", "--help").out
    assert "Examples:\n    w2v similar girl\n" in w2v("similar", "-h").out


def test_02_help_fits_80_columns_and_is_grouped_by_job(w2v: W2v) -> None:
    run = w2v("--help")
    assert re.findall(r"^([A-Z][a-z ]+):$", run.out, re.M) == [
        *("Options", "Build", "Ask", "See", "Learn", "Networks", "Measure", "Set up"),
    ]
    assert max(map(len, run.out.splitlines())) <= 80


def test_03_the_version(w2v: W2v) -> None:
    assert re.fullmatch(r"w2v \d+\.\d+\.\d+\n", w2v("--version").out)


def test_04_exit_statuses_are_documented(w2v: W2v) -> None:
    for status, meaning in EXIT_STATUSES.items():
        assert f"| {status} | {meaning} |" in PAGE
    assert [w2v(*typed.split()).status for typed in ("similar king", "similar king -m x", "smilar", "similar zz")] == [
        *(0, 4, 2, 3),
    ]


def test_05_answers_are_on_standard_output_and_all_else_on_standard_error(w2v: W2v) -> None:
    run = w2v("similar", "-", stdin="king\nzz\n")
    assert "Error: line 2" in run.err and "king" in run.out and "Error" not in run.out


def test_06_json_has_the_numbers_of_the_table(w2v: W2v) -> None:
    table, found = w2v("similar", "king").rows, w2v("similar", "king", "--json").json
    assert [[row["word"], str(row["similarity"])] for row in found] == table


def test_07_two_formats_at_once_are_wrong_usage(w2v: W2v) -> None:
    for form, start in (("csv", "word,similarity\n"), ("tsv", "word\tsimilarity\n"), ("jsonl", '{"word": ')):
        assert w2v("similar", "king", "--format", form).out.startswith(start)
    assert w2v("similar", "king", "--format", "csv", "--json").status == 2


def test_08_a_pipe_gets_plain_rows_and_nothing_is_cut(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["a" * 300, "b"], [[1, 0], [0, 1]], name="long")
    run = w2v("words", "--all", "-m", "long")
    assert run.rows[0][1] == "a" * 300
    assert run.out.isascii()


def test_09_a_dash_reads_standard_input_but_never_waits_at_a_terminal(
    w2v: W2v, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(w2v("similar", "-", "-n1", stdin="king\nqueen\n").rows) == 2
    monkeypatch.setattr("w2vcli.cli.questions.open_stdin", type("Terminal", (), {"isatty": lambda _: True}))
    run = w2v("similar", "-")
    assert run.status == 2 and "this is a terminal" in run.err


def test_10_a_dash_as_output_is_standard_output(w2v: W2v) -> None:
    assert w2v("models", "-o", "-").out == w2v("models").out != ""


def test_11_no_colours_where_they_are_not_wanted(process: W2v) -> None:
    bold = process("similar", "kingg", FORCE_COLOR="1").err
    plain = process("similar", "kingg", "--no-color", FORCE_COLOR="1").err
    assert "\x1b[1m" in bold and "\x1b" not in plain


@NEEDS_GENSIM
def test_12_progress_is_on_standard_error(w2v: W2v) -> None:
    text()
    run = w2v("train", "novel.txt", *SMALL)
    assert "training: " in run.err and "training: " not in run.out
    assert w2v("train", "novel.txt", "--force", "--json", "-q", *SMALL).err == ""


def test_13_help_imports_nothing_that_takes_long() -> None:
    script = "import sys; from w2vcli.cli.main import cli; cli(['--help'], standalone_mode=False); "
    script += "sys.exit(bool({'numpy', 'gensim', 'keras', 'matplotlib'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 0


def test_14_quiet_leaves_notes_out_and_debug_adds_a_traceback(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["king", "-", "man"], [[1, 2], [1, 1], [3, 1]], name="dash")
    assert w2v("similar", "king", "-", "man").err and not w2v("similar", "king", "-", "man", "-q").err
    assert "Traceback" in w2v("similar", "kingg", "--debug").err
    assert "Traceback" not in w2v("similar", "kingg", "-q").err != ""
    assert "-v, --verbose" in w2v("train", "--help").out


def test_15_what_may_be_meant(w2v: W2v) -> None:
    assert "did you mean similar?" in w2v("similr", "king").err
    assert "did you mean --topn?" in w2v("similar", "king", "--tpon", 3).err
    assert "did you mean king?" in w2v("similar", "kingg").err


def test_16_an_unknown_model_names_those_that_there_are(w2v: W2v) -> None:
    assert "there is: toy" in w2v("similar", "king", "-m", "novel").err


def test_17_settings_in_their_order(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    def shown(*typed: object) -> int:
        return len(w2v("similar", "king", *typed).rows)

    (home() / "config.toml").write_text("similar.topn = 1")
    assert shown() == 1
    Path("w2v.toml").write_text("similar.topn = 2")
    assert shown() == 2
    monkeypatch.setenv("W2V_SIMILAR_TOPN", "3")
    assert (shown(), shown("-n", 4)) == (3, 4)
    assert "$W2V_SIMILAR_TOPN" in w2v("config", "similar").out


def test_18_files_are_where_the_system_wants_them(w2v: W2v) -> None:
    assert all(str(home()) in row[-1] for row in w2v("paths").rows if "project" not in row[0])


def test_19_rehearsals_write_nothing(w2v: W2v) -> None:
    text()
    Path("vectors.txt").write_text("the 1 2\nking 2 1\n")
    before = sorted(home().rglob("*"))
    for typed in ("load vectors.txt -o new", "convert toy toy.txt", "rm toy"):
        assert w2v(*typed.split(), "--dry-run").status == 0, typed
    assert sorted(home().rglob("*")) == before and not Path("toy.txt").exists()
    assert "--dry-run" in w2v("train", "--help").out


def test_20_nothing_is_replaced_without_force(w2v: W2v) -> None:
    Path("king.csv").write_text("mine")
    assert w2v("similar", "king", "-o", "king.csv").status == 5
    assert w2v("similar", "zz", "-o", "king.csv", "--force").status == 3
    assert Path("king.csv").read_text() == "mine"
    assert w2v("similar", "king", "-o", "king.csv", "--force").status == 0


def test_21_no_question_where_nobody_can_answer(w2v: W2v) -> None:
    run = w2v("rm", "toy")
    assert (run.status, path_for_new("toy").exists()) == (2, True)
    assert w2v("rm", "toy", "--yes").status == 0


def test_22_what_to_do_next_is_said_after_a_success(w2v: W2v) -> None:
    Path("vectors.txt").write_text("the 1 2\nking 2 1\n")
    assert "ask it with: w2v similar WORD" in w2v("load", "vectors.txt", "-o", "new").err
    assert not w2v("load", "vectors.txt", "-o", "newer", "-q").err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_23_completion_for_four_shells(w2v: W2v, shell: str) -> None:
    assert "_W2V_COMPLETE" in w2v("completion", shell).out


def test_24_an_option_has_the_same_name_in_all_commands(w2v: W2v) -> None:
    long = {"-m": {"--model"}, "-n": {"--topn"}, "-o": {"--output"}, "-v": {"--verbose"}, "-q": {"--quiet"}}
    for typed, command in commands():
        for option in command.params:
            for short in set(option.opts) & set(long):
                assert set(option.opts) & long[short], (typed, option.opts)
    assert w2v("simil", "king").status == 2  # no abbreviations


def test_25_the_network_can_be_ruled_out(w2v: W2v) -> None:
    run = w2v("--offline", "load", "google-news")
    assert run.status == 1 and "--offline" in run.err
    assert w2v("--offline", "similar", "king").status == 0


@NEEDS_GENSIM
def test_26_the_same_seed_and_one_worker_give_the_same_bytes(w2v: W2v) -> None:
    text()
    for name in ("one", "two"):
        assert w2v("train", "novel.txt", "-o", name, "-q", *SMALL).status == 0
    one, two = ((path_for_new(name) / VECTORS).read_bytes() for name in ("one", "two"))
    assert one == two


def test_27_utf8_whatever_the_locale(process: W2v, make_model: MakeModel) -> None:
    make_model(["소녀", "소년", "é" * 100], [[1, 0], [1, 1], [0, 1]], name="korean")
    run = process("similar", "-", "-m", "korean", LC_ALL="C", stdin="\ufeff소녀\r\n")
    assert [row[1] for row in run.rows] == ["소년", "é" * 100]


def test_28_the_tests_run_what_help_and_documents_show(w2v: W2v) -> None:
    assert sum(1 for _ in lines_of(ROOT / "docs" / "programs.md")) > 40
    assert w2v("help", "similar").out == w2v("similar", "--help").out
