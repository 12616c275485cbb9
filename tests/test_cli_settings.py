"""Settings in files and variables: their order, what is wrong with them, and what a project may not set."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.conftest import MakeModel, W2v
from tests.gensim_oracle import NEEDS_GENSIM
from tests.test_cli_command import commands
from w2vcli.cli import settings
from w2vcli.cli.everywhere import EVERYWHERE
from w2vcli.cli.settings_files import user_file
from w2vcli.models.facts import read_facts
from w2vcli.models.registry import path_for_new

SMALL = ("--sample", "0", "--min-count", "1", "--epochs", "1", "--workers", "1", "-q")
PAIRS = "king\tqueen\n"


def project(text: str, folder: Path | None = None) -> Path:
    path = (folder or Path.cwd()) / "w2v.toml"
    path.write_text(text, encoding="utf-8")
    return path


def user(text: str) -> Path:
    user_file().write_text(text, encoding="utf-8")
    return user_file()


@pytest.mark.usefixtures("toy")
def test_the_line_goes_before_variables_the_project_the_user_and_the_default(
    w2v: W2v, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows(*typed: object) -> int:
        return len(w2v("similar", "king", "-q", *typed).rows)

    assert rows() == 7
    user("[similar]\ntopn = 5\n")
    assert rows() == 5
    project("[similar]\ntopn = 4\n")
    assert rows() == 4
    monkeypatch.setenv("W2V_SIMILAR_TOPN", "3")
    assert rows() == 3
    assert rows("-n", 2) == 2
    monkeypatch.setenv("W2V_SIMILAR_TOPN", "")
    assert rows() == 4
    assert rows("--no-config") == 7
    monkeypatch.setenv("W2V_NO_CONFIG", "1")
    assert rows() == 7


@pytest.mark.usefixtures("toy")
def test_what_a_project_sets_is_told_and_what_is_typed_instead_is_not(w2v: W2v) -> None:
    project("[similar]\ntopn = 4\nrestrict-vocab = 6\n")
    assert w2v("similar", "king").err == "w2v.toml sets topn = 4, restrict-vocab = 6\n"
    assert w2v("similar", "king", "-n", 2).err == "w2v.toml sets restrict-vocab = 6\n"
    assert w2v("similar", "king", "-q").err == ""
    user("[odd]\njson = true\n")
    run = w2v("odd", "king", "queen", "apple")
    assert (run.err, len(run.json)) == ("", 3)


@pytest.mark.usefixtures("toy")
def test_the_project_is_the_nearest_folder_above_with_a_file(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    above = project("[similar]\ntopn = 1\n")
    Path("a/b").mkdir(parents=True)
    monkeypatch.chdir("a/b")
    run = w2v("similar", "king")
    assert (len(run.rows), run.err) == (1, f"{above} sets topn = 1\n")
    project("[similar]\ntopn = 2\n", Path.cwd().parent)
    assert len(w2v("similar", "king").rows) == 2
    Path("w2v.toml").mkdir()  # a folder of that name is none
    assert len(w2v("similar", "king").rows) == 2


@NEEDS_GENSIM
def test_a_setting_is_recorded_as_if_it_was_typed(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("t.txt").write_text("the king and the queen\n" * 30)
    Path("stop.txt").write_text("and\n")
    project('[train]\nvector-size = 7\nheld-out = false\nstop-words = "stop.txt"\nphrase-threshold = 3\n')
    monkeypatch.setenv("W2V_TRAIN_WINDOW", "2")
    Path("a").mkdir()
    monkeypatch.chdir("a")
    run = w2v("train", "../t.txt", *SMALL)
    assert (run.status, run.err) == (0, "")
    settings = read_facts(path_for_new("t")).runs[0].settings
    assert (settings["vector_size"], settings["window"], settings["held_out"]) == (7, 2, False)
    assert w2v("similar", "and").status != 0  # the path began at the folder of the file
    typed = w2v(
        *("train", "../t.txt", "--no-config", "-o", "u", "--vector-size", 7, "--no-held-out"),
        *("--stop-words", "../stop.txt", *SMALL),
    )
    assert typed.status == 0
    assert w2v("info", "u", "--json").json[0]["sha256"] == w2v("info", "t", "--json").json[0]["sha256"]
    assert w2v("rerun", "t", "--check").status == 0


def test_a_setting_that_a_mode_does_not_heed_is_passed_over(w2v: W2v, toy: object) -> None:
    project("[words]\ntopn = 2\n[stability]\nvariants = 3\n")
    assert len(w2v("words").rows) == 2
    assert len(w2v("words", "--all").rows) == 8
    run = w2v("words", "--all", "-n", 2)
    assert run.status == 2
    assert "leave --topn out" in run.err


@NEEDS_GENSIM
def test_a_training_that_goes_on_takes_its_settings_from_the_model(w2v: W2v) -> None:
    Path("t.txt").write_text("the king and the queen\n" * 30)
    assert w2v("train", "t.txt", "--vector-size", 5, *SMALL).status == 0
    project("[train]\nvector-size = 9\nwindow = 2\n")
    run = w2v("train", "--start-from", "t", "-o", "u", "--epochs", 1, "--workers", 1, "--sample", 0, "-q")
    assert (run.status, run.err) == (0, "")
    assert read_facts(path_for_new("u")).vector_size == 5


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[similar]\n\ntopm = 3", 3, "similar has no setting topm; did you mean topn?"),
        ("[similar]\nrestrict_vocab = 3", 2, "did you mean restrict-vocab?"),
        ("[train]\nwindow = 2\n\n[similiar]\ntopn = 3", 4, "there is no command similiar; did you mean similar?"),
        ("# none\ntopn = 3", 2, "topn is no setting of all commands; those of one command stand below its name"),
        ("modle = 'x'", 1, "modle is no setting of all commands; did you mean model?"),
        ("similar = 3", 1, "similar is a command; its settings stand below [similar]"),
        ("[similar]\ntopn = 'ten'", 2, "topn: 'ten' is not a valid integer"),
        ("[similar]\ntopn = '10'", 2, "topn takes a whole number"),
        ("[similar]\ntopn = 2.5", 2, "topn takes a whole number"),
        ("[similar]\ntopn = true", 2, "topn takes a whole number"),
        ("[similar]\ntopn = [\n 1,\n]", 2, "topn takes a whole number"),
        ("[similar]\n\ntopn = 0", 3, "topn: 0 is not in the range x>=1"),
        ("[similar]\nmodel = 3", 2, "model takes a text in quotes"),
        ("model = 3", 1, "model takes a text in quotes"),
        ("[similar]\njson = 'yes'", 2, "json takes true or false"),
        ("lang = 'fr'", 1, "lang: 'fr' is not one of 'en', 'ko'"),
        ("[similar]\ntopn = 2\ntopn 3", 3, "not TOML"),
        ("similar.topm = 3", 1, "similar has no setting topm"),
    ],
)
def test_a_wrong_key_or_value_is_told_with_its_line(w2v: W2v, toy: object, text: str, line: int, said: str) -> None:
    for write in (project, user):
        path = write(text)
        run = w2v("similar", "king")
        assert (run.status, run.out) == (2, "")
        [told] = run.err.splitlines()
        name = path.name if write is project else path
        assert told.startswith(f"Error: {name}") and said in told
        assert f"line {line}" in told
        assert (
            w2v("similar", "--help").status == w2v("--help").status == w2v("similar", "king", "--no-config").status == 0
        )
        path.unlink()


def test_a_file_that_cannot_be_read_is_told(w2v: W2v) -> None:
    Path("w2v.toml").write_bytes(b"[train]\n# \xff\n")
    assert w2v("models").err == "Error: w2v.toml: not UTF-8, in which files of settings are\n"
    Path("w2v.toml").write_bytes(b"\xef\xbb\xbf[models]\r\njson = true\r\n")
    assert w2v("models", "-q").out == "[]\n"


@pytest.mark.parametrize(
    ("command", "key"),
    [
        (typed, settings.option_key(option))
        for typed, command in commands()
        for option in command.params
        if isinstance(option, click.Option) and settings._is_for_users(settings.option_key(option), option)
    ],
    ids=str,
)
def test_a_project_cannot_set_what_writes_deletes_trusts_or_hides(w2v: W2v, command: list[str], key: str) -> None:
    text = f"[{'.'.join(command)}]\n{key} = true\n"
    project(text)
    run = w2v(*command, "-q")
    assert (run.status, run.out) == (2, "")
    assert run.err == (
        f"Error: w2v.toml, line 2: a project cannot set {key}; type it, or write it into {user_file()}\n"
    )
    Path("w2v.toml").unlink()
    user(text)
    assert "cannot set" not in w2v("config", *command).err


def test_each_option_that_writes_or_harms_is_kept_from_projects() -> None:
    """Who adds an option decides: what is not listed here may be set by a folder that was downloaded."""
    kept = {
        settings.option_key(option)
        for _, command in commands()
        for option in command.params
        if isinstance(option, click.Option) and settings._is_for_users(settings.option_key(option), option)
    }
    assert kept >= {"output", "force", "trust-pickle", "resume", "report", "answers", "plot", "clear", "serve", "again"}
    for key in ("quiet", "offline"):
        assert key in settings._NOT_IN_PROJECTS or key == "offline"


def test_a_project_cannot_hide_that_it_sets_something(w2v: W2v, toy: object) -> None:
    project("quiet = true\n")
    assert "a project cannot set quiet" in w2v("similar", "king").err
    Path("w2v.toml").unlink()
    user("quiet = true\n")
    project("[similar]\ntopn = 1\n")
    assert w2v("similar", "king").err == ""


def test_options_that_stand_anywhere_may_be_set(w2v: W2v, toy: object, monkeypatch: pytest.MonkeyPatch) -> None:
    project("lang = 'ko'\n")
    assert "사용법:" in w2v("--help").out
    assert "사용법:" in w2v("similar", "--help").out
    assert "어휘에 없습니다" in w2v("similar", "kingg").err
    assert "Usage:" in w2v("similar", "--help", "--lang", "en").out
    assert "Usage:" in w2v("--lang", "en", "similar", "--help").out
    monkeypatch.setenv("W2V_LANG", "en")
    assert "Usage:" in w2v("similar", "--help").out
    Path("w2v.toml").unlink()
    monkeypatch.setenv("W2V_QUIET", "1")
    assert w2v("use", "toy").err == ""
    monkeypatch.setenv("W2V_QUIET", "perhaps")
    assert (
        w2v("use", "toy").err
        == "Error: W2V_QUIET: 'perhaps' is not a valid boolean. Recognized values: "
        + (w2v("use", "toy").err.partition("Recognized values: ")[2])
    )


def test_a_file_names_the_model_of_its_folder(w2v: W2v, make_model: MakeModel, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("./here", "other", "last"):
        make_model(["a", "b"], [[1, 0], [0, 1]], name=name)
    project("model = './here.w2v'\n")
    Path("a").mkdir()
    assert w2v("info", "--json").json[0]["model"] == "here"
    assert w2v("similar", "a").err == f"w2v.toml sets model = {Path.cwd() / 'here.w2v'}\n"
    assert w2v("similar", "a", "-m", "last").err == ""
    monkeypatch.chdir("a")
    assert w2v("info", "--json").json[0]["model"] == "here"
    assert w2v("info", "last", "--json").json[0]["model"] == "last"
    monkeypatch.setenv("W2V_MODEL", "other")
    assert w2v("info", "--json").json[0]["model"] == "other"
    user("[similar]\nmodel = 'none'\n")
    assert w2v("similar", "a").status == 0  # a variable goes before all files
    monkeypatch.delenv("W2V_MODEL")
    assert "no model called none" in w2v("similar", "a").err
    assert w2v("info", "--no-config", "--json").json[0]["model"] == "last"


def test_a_new_default_model_is_asked_by_its_name_where_another_is_named(w2v: W2v, toy: object) -> None:
    Path("t.txt").write_text("the king and the queen\n" * 30)
    project("model = 'toy'\n")
    said = w2v("train", "t.txt", *SMALL[:-1]).err.splitlines()[-1]
    path = path_for_new("t")
    assert said.endswith(f"W2V_MODEL or a file of settings names another, so say: -m {path}")
    assert "the" in w2v("similar", "king", "-m", path, "-q").out
    assert w2v("train", "t.txt", "--force", "--no-config", *SMALL[:-1]).err.endswith("ask it with: w2v similar WORD\n")


@pytest.mark.usefixtures("toy")
def test_a_wrong_variable_is_told(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("W2V_SIMILAR_TOPM", "3")
    run = w2v("similar", "king")
    assert run.status == 2
    assert run.err == "Error: W2V_SIMILAR_TOPM: similar has no such setting; did you mean W2V_SIMILAR_TOPN?\n"
    assert w2v("odd", "king", "queen", "apple").status == 0
    monkeypatch.delenv("W2V_SIMILAR_TOPM")
    monkeypatch.setenv("W2V_SIMILAR_TOPN", "0")
    assert w2v("similar", "king").err == "Error: W2V_SIMILAR_TOPN: 0 is not in the range x>=1.\n"


def test_each_option_has_a_variable_of_its_own() -> None:
    variables = [
        settings.variable_of(typed, settings.option_key(option))
        for typed, command in commands()
        for option in command.params
        if isinstance(option, click.Option)
    ]
    variables += [settings.variable_of([], settings.option_key(option)) for option in EVERYWHERE]
    assert len(variables) == len(set(variables))
    assert not {"W2V_HOME", "W2V_MODEL", "W2V_FOR_THE_EYE"}.intersection(variables)
    prefixes = [
        settings.variable_of(typed, "") for typed, command in commands() if not isinstance(command, click.Group)
    ]
    for prefix in prefixes:  # so that none is taken for another command's
        assert [each for each in prefixes if each.startswith(prefix)] == [prefix]
        assert not {"W2V_HOME", "W2V_MODEL", "W2V_LANG", "W2V_TEST_DATA"} & {
            name for name in os.environ if name.startswith(prefix)
        }


def test_config_shows_what_is_set_and_where(w2v: W2v, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    assert w2v("config", "--json").json == [
        {"command": "", "option": "home", "value": str(home), "source": "$W2V_HOME"}
    ]
    path = project("model = 'novels'\n\n[similar]\ntopn = 4\n[classify.train]\nunits = 8\n")
    user("[train]\nwindow = 3\n")
    monkeypatch.setenv("W2V_PLOT_TOP", "9")
    rows = {(row["command"], row["option"]): (row["value"], row["source"]) for row in w2v("config", "--json").json}
    assert rows == {
        ("", "home"): (str(home), "$W2V_HOME"),
        ("", "model"): ("novels", f"{path}:1"),
        ("similar", "topn"): ("4", f"{path}:4"),
        ("classify train", "units"): ("8", f"{path}:6"),
        ("train", "window"): ("3", f"{user_file()}:2"),
        ("plot", "top"): ("9", "$W2V_PLOT_TOP"),
    }
    of_train = {row["option"]: (row["value"], row["source"]) for row in w2v("config", "train", "--json").json}
    assert of_train["window"] == ("3", f"{user_file()}:2")
    assert of_train["vector-size"] == ("100", "default")
    assert of_train["held-out"] == ("true", "default")
    project("[similar]\ntopn = 4\n[odd]\njsn = true\n")
    assert w2v("similar", "--help").status == 0
    assert "line 4: odd has no setting jsn; did you mean json?" in w2v("config").err
    assert len(w2v("config", "--no-config", "--json").json) == 2


@pytest.mark.parametrize("typed", [["nothing"], ["classify"], ["similar", "more"]])
def test_config_knows_commands_alone(w2v: W2v, typed: list[str]) -> None:
    assert w2v("config", *typed).status == 2


def test_settings_of_a_network_count_as_typed_unless_a_preset_is(w2v: W2v) -> None:
    project("[classify.train]\nunits = 8\n")
    assert "[default: 8" in w2v("classify", "train", "--help").out.replace("\n", " ")


def test_without_files_nothing_is_imported_that_reads_them() -> None:
    code = "import sys; from w2vcli.cli.main import cli; cli(['models'], standalone_mode=False)"
    ended = "sys.exit('tomllib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", f"{code}; {ended}"], check=False, capture_output=True).returncode == 0


@pytest.mark.usefixtures("toy")
def test_a_python_project_has_its_settings_in_its_own_file(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one folder ``w2v.toml`` goes before it; the nearest folder with either goes before those above."""
    other = '[project]\nname = "mine"\ndependencies = ["w2vcli"]\n\n'
    Path("pyproject.toml").write_text(f"{other}[tool.w2v.similar]\ntopn = 3\n")
    assert w2v("similar", "king").err == "pyproject.toml sets topn = 3\n"
    Path("below").mkdir()
    monkeypatch.chdir("below")
    Path("pyproject.toml").write_text(other)  # without a table of ours
    assert len(w2v("similar", "king").rows) == 3
    Path("pyproject.toml").write_text("w2v [")  # of another program
    assert len(w2v("similar", "king").rows) == 3
    Path("pyproject.toml").write_text("[tool]\nw2v = {similar = {topn = 2}}")
    assert len(w2v("similar", "king").rows) == 2
    monkeypatch.chdir("..")
    Path("w2v.toml").write_text("similar.topn = 4")
    assert w2v("similar", "king").err == "w2v.toml sets topn = 4\n"
    Path("w2v.toml").unlink()
    Path("pyproject.toml").write_text(f"{other}[tool.w2v.similar]\nforce = true\n")
    assert "pyproject.toml, line 6: a project cannot set force" in w2v("similar", "king").err
    assert w2v("paths", "--format", "csv").out.count("pyproject.toml") == 1
    Path("pyproject.toml").write_text(f"{other}[tool.w2v]\ntopn = 3\n")
    assert "those of one command stand below its name, as in [tool.w2v.train]\n" in w2v("similar", "king").err
    Path("pyproject.toml").write_text(f"{other}[tool.w2v]\nsimilar = 3\n")
    assert "its settings stand below [tool.w2v.similar]\n" in w2v("similar", "king").err
