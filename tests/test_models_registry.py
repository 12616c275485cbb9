from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conftest import MakeModel, W2v
from tests.gensim_oracle import QUICK_ENGINE
from w2vcli.errors import BadModel, BadSettings
from w2vcli.models import registry
from w2vcli.models.registry import (
    default_path,
    find_model,
    home,
    model_name,
    model_paths,
    path_for_new,
    set_default,
    suggested_name,
)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("novels", "{home}/models/novels.w2v"),
        ("소설", "{home}/models/소설.w2v"),
        ("./novels", "{cwd}/novels.w2v"),
        ("novels.w2v", "{cwd}/novels.w2v"),
        ("out/novels.w2v", "{cwd}/out/novels.w2v"),
        ("/tmp/novels", "/tmp/novels.w2v"),
    ],
)
def test_a_name_lives_at_home_and_a_path_is_a_path(name: str, path: str) -> None:
    assert str(path_for_new(name)) == path.format(home=home(), cwd=Path.cwd())


@pytest.mark.parametrize("name", ["", ".", "..", ".w2v", ".hidden", "out/"])
def test_what_is_no_name(name: str) -> None:
    if name == "out/":
        assert path_for_new(name).name == "out.w2v"
    else:
        with pytest.raises(BadSettings, match="not a name"):
            path_for_new(name)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("corpus.txt", "corpus"),
        ("a/GoogleNews-vectors-negative300.bin.gz", "GoogleNews-vectors-negative300"),
        ("glove.6B.50d.txt", "glove.6B.50d"),
        ("novels/", "novels"),
        ("-", "stdin"),
    ],
)
def test_names_are_taken_from_sources(source: str, name: str) -> None:
    assert suggested_name(source) == name


def test_the_flag_goes_before_the_variable_and_that_before_the_default(
    make_model: MakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two", "three"):
        make_model(["a"], [[1, 2]], name=name)
    assert model_name(find_model()) == "three"
    monkeypatch.setenv("W2V_MODEL", "two")
    assert model_name(find_model()) == "two"
    assert model_name(find_model("one")) == "one"


def test_the_default_may_be_anywhere_and_is_listed(make_model: MakeModel) -> None:
    make_model(["a"], [[1, 2]], name="home")
    make_model(["a"], [[1, 2]], name="./elsewhere")
    assert default_path() == Path.cwd() / "elsewhere.w2v"
    assert [model_name(path) for path in model_paths()] == ["home", "elsewhere"]


def test_half_written_and_foreign_folders_are_no_models(make_model: MakeModel) -> None:
    make_model(["a"], [[1, 2]], name="whole")
    (home() / "models" / "empty.w2v").mkdir()
    (home() / "models" / ".x.w2v.1234.w2v-partial").mkdir()
    assert [model_name(path) for path in model_paths()] == ["whole"]


def test_no_model_at_all() -> None:
    with pytest.raises(BadModel, match="w2v train"):
        find_model()
    with pytest.raises(BadModel, match="no model called x; there is none; make one with: w2v train CORPUS"):
        find_model("x")


def test_an_unknown_name_lists_those_there_are(make_model: MakeModel) -> None:
    make_model(["a"], [[1, 2]], name="novels")
    with pytest.raises(BadModel, match="no model called xyz; there is: novels"):
        find_model("xyz")
    with pytest.raises(BadModel, match=r"did you mean novels\?"):
        find_model("nevels")
    Path("v.bin").touch()
    with pytest.raises(BadModel, match=r"w2v load v\.bin"):
        find_model("v.bin")


def test_a_default_that_is_gone() -> None:
    set_default(Path.cwd() / "gone.w2v")
    with pytest.raises(BadModel, match=r"gone.w2v is gone; choose another"):
        find_model()


def test_without_the_variable_home_is_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("W2V_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    if sys.platform == "linux":
        assert home() == tmp_path / "w2v"
    assert home().name == "w2v"


@pytest.fixture
def no_home(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home that is a file, which root cannot write into either."""
    Path("t.txt").write_text("a cat sat on a mat . a dog sat on a log . the cat saw the dog .\n" * 40)
    Path("v.txt").write_text("2 2\na 1 0\nb 0 1\n")
    path = Path("file").absolute()
    path.touch()
    monkeypatch.setenv("W2V_HOME", str(path))
    return path


QUICK = ("--vector-size", 4, "--epochs", 1, "--engine", QUICK_ENGINE, "--workers", 1)


def test_without_a_home_a_model_with_a_path_is_made_and_is_not_the_default(no_home: Path, w2v: W2v) -> None:
    for command in (["train", "t.txt", "-o", "./x.w2v", *QUICK], ["load", "v.txt", "-o", "./y.w2v"]):
        run = w2v(*command)
        assert run.status == 0
        assert "cannot be written (File exists); set W2V_HOME to a folder" in run.err
        word = "cat" if command[0] == "train" else "a"
        assert w2v("similar", word, "-m", command[command.index("-o") + 1]).status == 0
    assert w2v("rerun", "./x.w2v", "-o", "./z.w2v").status == 0
    run = w2v("use", "./x.w2v")
    assert (run.status, run.err.count("\n"), "W2V_HOME" in run.err) == (1, 1, True)


def test_without_a_home_nothing_is_begun_that_cannot_be_kept(no_home: Path, w2v: W2v) -> None:
    for command in (["train", "t.txt", *QUICK], ["load", "v.txt"], ["load", "google-news"]):
        run = w2v(*command)
        assert (run.status, run.err.count("\n")) == (1, 1), run.err
        assert f"{no_home}/models cannot be written" in run.err
        assert "W2V_HOME" in run.err


def test_without_a_home_there_is_no_model_yet(no_home: Path, w2v: W2v) -> None:
    assert no_home.is_file()
    assert "there is no model yet" in w2v("similar", "cat").err
    assert w2v("models").status == 0


@pytest.mark.parametrize(
    "name", ["a:b", "what?", "<x>", 'a"b', "a|b", "a*", "a\x01b", "con", "NUL", "com1.x", "./aux", "lpt9.w2v"]
)
def test_names_that_windows_has_no_folders_for_are_refused_there(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert path_for_new(name)
    monkeypatch.setattr(registry, "_IS_WINDOWS", True)
    with pytest.raises(BadSettings, match=r"not a name for a model: .* Windows has no folders with"):
        path_for_new(name)


@pytest.mark.parametrize("name", ["news", "한국어", "con-1", "console", "com10", "a b", "a.b", "aux1", "xnul"])
def test_names_that_only_look_like_them_are_not(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(registry, "_IS_WINDOWS", True)
    assert path_for_new(name).name == f"{name}.w2v"
