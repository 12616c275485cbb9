from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import MakeModel
from w2vcli.errors import BadModel, BadSettings
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
    with pytest.raises(BadModel, match="no model called x; there is: none"):
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
    if os.name == "posix" and os.uname().sysname == "Linux":
        assert home() == tmp_path / "w2v"
    assert home().name == "w2v"
