"""Models that are deleted, renamed and listed; trainings that are not needed; rehearsals; the log; no network."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.conftest import MakeModel, W2v
from tests.gensim_oracle import NEEDS_GENSIM
from w2vcli.errors import W2vError
from w2vcli.locks import LOCK, locked
from w2vcli.models.directory import open_model_directory
from w2vcli.models.registry import path_for_new

SMALL = ("--sample", "0", "--min-count", "1", "--vector-size", "4", "--workers", "1")
VECTORS = "3 2\nking 1 2\nqueen 2 1\nman 3 3\n"


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the network was used")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse, raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def text(name: str = "t.txt", line: str = "the king and the queen\n") -> Path:
    path = Path(name)
    path.write_text(line * 30)
    return path


@pytest.mark.usefixtures("no_network")
def test_offline_refuses_addresses_in_a_line_and_does_all_else(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = ["load google-news", "train https://127.0.0.1/x.txt", "train s3://bucket/x.txt", "train gs://bucket/x/"]
    for typed in refused:
        for offline in (["--offline"], []):
            monkeypatch.setenv("W2V_OFFLINE", "" if offline else "1")
            run = w2v(*typed.split(), *offline, "-q")
            assert (run.status, run.out) == (1, "")
            assert re.fullmatch(r"Error: \S+ is in the network, which --offline or W2V_OFFLINE rules out\n", run.err)
    text()
    Path("v.txt").write_text(VECTORS)
    for typed in (
        f"train t.txt {' '.join(SMALL)} -q",
        "load v.txt -q",
        "load --list",
        "similar king",
        "info",
        "models",
    ):
        assert w2v(*typed.split(), "--offline").status == 0, typed


@pytest.mark.usefixtures("no_network")
def test_a_project_may_put_offline_on_but_not_off(w2v: W2v) -> None:
    Path("w2v.toml").write_text("offline = true\n")
    assert "rules out" in w2v("load", "google-news").err
    Path("w2v.toml").write_text("offline = false\n")
    assert "a project cannot set offline" in w2v("load", "google-news").err


def test_paths_says_where_all_is(w2v: W2v, home: Path, toy: object) -> None:
    rows = {row["what"]: row for row in w2v("paths", "--json").json}
    assert rows["home"]["path"] == str(home)
    assert rows["models"]["bytes"] == sum(file.stat().st_size for file in home.rglob("toy.w2v/**/*") if file.is_file())
    assert rows["default model"]["path"] == str(home / "models" / "toy.w2v")
    assert rows["settings"] == {"what": "settings", "bytes": None, "path": str(home / "config.toml")}
    assert rows["settings of the project"]["path"] == str(Path.cwd() / "w2v.toml")
    assert rows["cache"]["path"] == str(home / "cache")


def test_models_are_deleted_as_wholes(w2v: W2v, make_model: MakeModel) -> None:
    for name in ("a", "b", "./c"):
        make_model(["x", "y"], [[1, 0], [0, 1]], name=name)
    run = w2v("rm", "a")
    assert (run.status, run.out) == (2, "")
    assert run.err == "Error: there is no terminal to ask on; say --yes to delete without a question.\n"
    run = w2v("rm", "a", "./c.w2v", "--dry-run")
    assert [row[:2] for row in run.rows] == [["a", "model"], ["c", "model"]]
    assert int(run.rows[0][2]) > 0
    assert "no model called z" in w2v("rm", "a", "z", "--yes").err
    assert path_for_new("a").is_dir()  # one that is not there keeps all
    run = w2v("rm", "a", "./c", "--yes")
    assert run.status == 0
    assert run.err == f"{Path.cwd() / 'c.w2v'} was the default model; choose another with: w2v use NAME\n"
    assert not path_for_new("a").exists() and not Path("c.w2v").exists()
    assert [row[1] for row in w2v("models").rows] == ["b"]
    assert "is gone; choose another with: w2v use NAME" in w2v("similar", "x").err
    assert not [path for path in path_for_new("b").parent.iterdir() if path.name != "b.w2v"]


def test_nothing_is_deleted_that_is_not_the_models(w2v: W2v, make_model: MakeModel) -> None:
    path = make_model(["x"], [[1, 0]], name="a").path
    (path / "notes").mkdir()
    (path / "notes" / "mine.txt").write_text("mine")
    run = w2v("rm", "a", "--yes")
    assert run.status == 1
    assert run.err == f"Error: {path} has files that are no part of a model: notes/mine.txt; move them away first\n"
    (path / "notes" / "mine.txt").unlink()
    (path / "notes").rmdir()
    with locked(path / f".variants{LOCK}", wait=False):
        assert "another process is training variants of" in w2v("rm", "a", "--yes").err
        assert "another process is training variants of" in w2v("rename", "a", "b").err
    outside = Path("outside.w2v").absolute()
    path.rename(outside)
    path.symlink_to(outside)
    assert w2v("rm", "a", "--dry-run").rows[0][1] == "link"
    assert w2v("rm", "a", "--yes").status == 0
    assert not path.is_symlink()
    assert open_model_directory(outside).words.row("x") == 0
    for name in ("..", "../", "/", "."):
        assert w2v("rm", name, "--yes").status != 0
    Path("folder").mkdir()
    assert w2v("rm", "./folder", "--yes").status == 4
    assert Path("folder").is_dir()


def test_a_person_is_asked_on_a_terminal(w2v: W2v, toy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for answer, status in (("n\n", 1), ("\n", 1), ("y\n", 0)):
        with mock.patch("w2vcli.cli.build.rm.is_on_terminal", return_value=True):
            run = w2v("rm", "toy", stdin=answer)
        assert run.status == status
        assert f"{toy.path}: " in run.err and "Delete this? [y/N]" in run.err
        assert toy.path.exists() == bool(status)


def test_a_model_gets_another_name(w2v: W2v, make_model: MakeModel) -> None:
    for name in ("a", "b", "./c"):
        make_model(["x", "y"], [[1, 0], [0, 1]], name=name)
    run = w2v("rename", "a", "b")
    assert run.status == 5 and run.err.endswith("exists already; choose another name\n")  # there is no --force
    assert w2v("rename", "./c", "d").status == 0  # it was the default, and stays in its folder
    assert w2v("similar", "x").status == 0
    assert Path("d.w2v").is_dir()
    answers = w2v("similar", "x", "-m", "a").out
    assert w2v("rename", "a", "e").err == f"{path_for_new('a')} is now {path_for_new('e')}\n"
    assert w2v("similar", "x", "-m", "e") == (0, answers, "")
    assert w2v("info", "e", "--check").status == 0
    assert w2v("rename", "e", "./f").status == 0
    assert Path("f.w2v").is_dir()
    assert w2v("rename", "b", ".hidden").status == 2
    assert w2v("rename", "b", "new/folder/b").status == 0
    assert w2v("similar", "x", "-m", "new/folder/b").status == 0


def test_a_model_elsewhere_is_suggested_by_what_finds_it(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["x", "y"], [[1, 0], [0, 1]], name="./novels")
    elsewhere = Path("novels.w2v").absolute()
    assert w2v("use", "./novels").status == 0
    for asked in ("novels", "else"):
        run = w2v("similar", "x", "-m", asked)
        assert run.status == 4 and str(elsewhere) in run.err
    assert w2v("similar", "x", "-m", str(elsewhere)).status == 0


def test_no_model_replaces_what_is_not_of_a_model(w2v: W2v, make_model: MakeModel) -> None:
    """A folder in which something else lies keeps it, as with ``w2v rm``; a link to it goes alone."""
    path = make_model(["x", "y"], [[1, 0], [0, 1]], name="./m").path
    (path / "notes.txt").write_text("precious")
    Path("link.w2v").symlink_to(path, target_is_directory=True)
    Path("v.txt").write_text("x 1 0\ny 0 1\n")
    for arguments in (["load", "v.txt", "-o", "./m"], ["train", text(), *SMALL, "-q", "-o", "./m"]):
        run = w2v(*arguments, "--force")
        assert run.status == 5
        assert run.err == f"Error: {path} has files that are no part of a model: notes.txt; move them away first\n"
    assert w2v("load", "v.txt", "-o", "./link", "--force").status == 0
    assert (path / "notes.txt").read_text() == "precious"
    (path / "notes.txt").unlink()
    assert w2v("load", "v.txt", "-o", "./m", "--force").status == 0


def test_an_unfinished_training_gets_the_other_name_too(w2v: W2v, make_model: MakeModel) -> None:
    text()
    with mock.patch("w2vcli.training.publish.new_model", side_effect=W2vError("stopped")):
        assert w2v("train", "t.txt", *SMALL, "-q").status == 1
    make_model(["x", "y"], [[1, 0], [0, 1]], name="other")
    assert w2v("rename", "t", "other").status == 5
    run = w2v("rename", "t", "novels")
    target = path_for_new("novels")
    assert (run.status, run.err) == (0, f"the unfinished training goes on with: w2v train --resume -o {target}\n")
    make_model(["x", "y"], [[1, 0], [0, 1]], name="novels")
    assert w2v("rename", "novels", "books").err.count("\n") == 2  # the model, and the training that is to replace it
    assert w2v("train", "--resume", "-o", "books", "--force", "-q").status == 0
    assert w2v("similar", "king", "-m", "books").status == 0
    assert w2v("rename", "novels", "t").status == 4


def test_an_unfinished_training_is_listed_with_how_to_go_on(w2v: W2v) -> None:
    text()
    with mock.patch("w2vcli.training.publish.new_model", side_effect=W2vError("stopped")):
        assert w2v("train", "t.txt", *SMALL, "--epochs", 3, "-q").status == 1
    run = w2v("models", "--json")
    assert [(row["model"], row["epochs_done"], row["words"]) for row in run.json] == [("t", "3 of 3", None)]
    [command] = re.findall(r"go on with: w2v (.*)", run.err)
    assert "epochs_done" in w2v("models").out
    run = w2v("rm", "t", "--dry-run")
    assert run.rows[0][:2] == ["t", "unfinished training"]
    assert w2v(*command.split(), "-q").status == 0
    [row] = w2v("models", "--json").json
    assert (row["model"], row["epochs_done"]) == ("t", None)
    with mock.patch("w2vcli.training.publish.new_model", side_effect=W2vError("stopped")):
        assert w2v("train", "t.txt", "-o", "u", *SMALL, "--epochs", 3, "-q").status == 1
    assert w2v("rm", "u", "--yes").status == 0
    assert len(w2v("models").rows) == 1


@NEEDS_GENSIM
def test_a_training_is_left_out_where_text_and_settings_are_the_same(w2v: W2v) -> None:
    path = text()
    once = ("train", "t.txt", "--if-changed", *SMALL)
    assert w2v(*once, "-q").status == 0  # there was none
    facts = path_for_new("t") / "model.json"

    def trains(*more: str) -> bool:
        before = facts.read_bytes()
        run = w2v(*once, *more)
        assert run.status == 0, run.err
        same = f"{path_for_new('t')} is of this text and these settings; nothing is to be done\n"
        assert (run.out == "" and run.err == same) == (facts.read_bytes() == before)
        return facts.read_bytes() != before

    assert not trains()
    assert trains("--window", "2") and not trains("--window", "2") and trains()
    assert trains("--lowercase") and trains()
    assert not trains("--epochs", "50")  # what auto is for so little text
    assert trains("--seed", "2") and trains()
    assert not trains("--engine", "gensim")
    path.write_text(path.read_text() + "a man\n")
    assert trains() and not trains()
    (path_for_new("t") / "words.txt").write_text("")
    assert trains() and not trains()
    text("u.txt")
    assert trains("u.txt")
    run = w2v("train", "-", "-o", "t", "--if-changed", *SMALL, "-q", stdin="a b c d\n" * 20)
    assert run.status == 0 and run.out  # what standard input has cannot be known
    trained, kept = (w2v(*once, "--json", "--seed", "3", "-q").json for _ in range(2))
    assert [found.pop("changed") for [found] in (trained, kept)] == [True, False]
    assert trained == kept
    for more, said in (("--resume", "--if-changed"), ("--dry-run", "--if-changed")):
        run = w2v("train", "t.txt", "--if-changed", more)
        assert run.status == 2 and f"leave {said} out" in run.err


def test_an_interrupted_training_is_not_thrown_away_by_if_changed(w2v: W2v) -> None:
    text()
    assert w2v("train", "t.txt", *SMALL, "-q").status == 0
    with mock.patch("w2vcli.training.publish.new_model", side_effect=W2vError("stopped")):
        assert w2v("train", "t.txt", "--if-changed", *SMALL, "--window", "2", "--epochs", "2", "-q").status == 1
    run = w2v("train", "t.txt", "--if-changed", *SMALL, "--window", "2", "--epochs", "2", "-q")
    assert run.status == 1 and "--resume goes on with it" in run.err
    assert w2v("train", "--resume", "-o", "t", "-q").status == 0
    assert w2v("train", "t.txt", "--if-changed", *SMALL, "--window", "2", "--epochs", "2").out == ""


@NEEDS_GENSIM
def test_a_rehearsal_writes_nothing_and_says_sizes(w2v: W2v, home: Path, toy: object) -> None:
    Path("v.txt").write_text(VECTORS)
    before = sorted(home.rglob("*")) + sorted(Path.cwd().rglob("*"))
    [found] = w2v("load", "v.txt", "--dry-run", "--json").json
    assert found == {
        "model": "v",
        "path": str(path_for_new("v")),
        "format": "word2vec text",
        "words": 3,
        "vector_size": 2,
        "download": None,
        "vectors": 24,
    }
    [found] = w2v("load", "google-news", "--dry-run", "--limit", 1000, "--json", "--offline").json
    assert (found["words"], found["download"], found["vectors"]) == (1000, 1_743_563_840, 1_200_000)
    [found] = w2v("convert", "toy", "x.txt", "--dry-run", "--json").json
    assert found == {"output": "x.txt", "format": "word2vec text", "words": 8, "vector_size": 3, "vectors": 96}
    assert w2v("convert", "v.txt", "x.kv", "--dry-run").status == 0
    assert w2v("convert", "v.txt", "v.txt", "--dry-run").status == 5  # as it would be without it
    assert w2v("load", "nothing.txt", "--dry-run").status == 4
    assert sorted(home.rglob("*")) + sorted(Path.cwd().rglob("*")) == before


@NEEDS_GENSIM
def test_a_log_has_all_that_is_told_with_times(w2v: W2v) -> None:
    text()
    run = w2v("train", "t.txt", *SMALL, "--log", "x.log", "-q")
    assert (run.status, run.err) == (0, "")
    lines = Path("x.log").read_text(encoding="utf-8").splitlines()
    stamped = [re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d (.+)", line) for line in lines]
    said = [found[1] for found in stamped if found]
    assert len(said) == len(lines)
    assert said[0] == "w2v train"
    assert any(line.startswith("training: ") for line in said)
    assert said[-1].endswith("ask it with: w2v similar WORD")
    assert w2v("--log", "x.log", "similar", "kingg").status == 3
    later = Path("x.log").read_text(encoding="utf-8").splitlines()
    assert later[: len(lines)] == lines
    assert later[-1].endswith("Error: not in the vocabulary: kingg; did you mean king?")
    assert "\x1b" not in Path("x.log").read_text(encoding="utf-8")
    run = w2v("similar", "king", "--log", "no/where.log")
    assert (run.status, run.err) == (2, "Error: --log no/where.log: No such file or directory\n")
    w2v("similar", "king")
    assert Path("x.log").read_text(encoding="utf-8").splitlines() == later


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is full")
def test_a_log_that_is_full_does_not_end_the_work(w2v: W2v, toy: object) -> None:
    run = w2v("similar", "king", "--log", "/dev/full")
    assert (run.status, len(run.rows)) == (0, 7)
    assert run.err.startswith("Warning: nothing more is written into the log /dev/full: ")
