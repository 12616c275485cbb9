"""The files at the top: each fact in one of them, and a package that works when it is installed alone."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT, MakeModel
from tests.test_house import FILES, imported
from w2vcli.corpus.tokenizers import TOKENIZERS
from w2vcli.errors import gensim_remedy
from w2vcli.views.fonts import _FONT_FILES

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def is_installed(name: str) -> bool:
    try:
        return bool(distribution(name))
    except PackageNotFoundError:
        return False


def test_setup_cfg_says_what_is_packed_and_nothing_else() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    assert {name: sorted(config[name]) for name in config.sections()} == {
        "options": ["packages"],
        "options.packages.find": ["include"],
        "options.package_data": ["w2vcli", "w2vcli.explorer", "w2vcli.lessons", "w2vcli.models", "w2vcli.views"],
    }
    assert config["options"]["packages"] == "find:"
    assert "setuptools" not in PYPROJECT.get("tool", {})


def test_pyproject_says_what_the_project_is() -> None:
    assert {"name", "version", "description", "dependencies", "scripts"} <= set(PYPROJECT["project"])
    assert PYPROJECT["project"]["scripts"] == {"w2v": "w2vcli.cli.main:run"}


def test_every_dependency_is_declared_with_a_lower_bound_and_used() -> None:
    extras = PYPROJECT["project"]["optional-dependencies"]
    listed = [
        one for extra, names in extras.items() if extra not in {"all", "core-test", "test", "lint"} for one in names
    ]
    needed = map(Requirement, PYPROJECT["project"]["dependencies"] + listed)
    declared = {canonicalize_name(requirement.name): requirement for requirement in needed}
    assert all(">=" in str(requirement.specifier) for requirement in declared.values())
    missing = [name for name in declared if not is_installed(name)]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    owners = {file.parts[0].removesuffix(".py"): name for name in declared for file in distribution(name).files or ()}
    used = {
        owners[top]
        for file in FILES
        for top in {name.split(".")[0] for name in imported(file)}
        - sys.stdlib_module_names
        - {"w2vcli", "_typeshed", "compression"}
    }
    fonts = {canonicalize_name(name) for name in _FONT_FILES}
    assert not used & fonts  # importing them would change matplotlib's settings
    assert used | fonts == set(declared) - {"jax"}  # which Keras imports by the name of its backend


def test_a_package_that_is_used_for_its_font_has_that_font() -> None:
    for package, path in _FONT_FILES.items():
        if is_installed(package):
            assert path in map(str, distribution(package).files or ())


def test_the_demo_installs_the_font_of_the_korean_extra() -> None:
    (line,) = [line for line in (ROOT / "Makefile").read_text().splitlines() if line.endswith("koreanize-matplotlib")]
    assert line.split() == ["$(INSTALL)", "-e", ".", "koreanize-matplotlib"]
    korean = PYPROJECT["project"]["optional-dependencies"]["korean"]
    assert "koreanize-matplotlib" in [Requirement(needed).name for needed in korean]


def test_the_wheel_alone_answers_questions(tmp_path: Path, make_model: MakeModel, home: Path) -> None:
    """The dependencies are those of this environment, so that no network is needed."""
    make_model(["king", "queen"], [[1, 2], [1, 3]])
    tree = tmp_path / "tree"
    shutil.copytree(ROOT / "w2vcli", tree / "w2vcli", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.cfg", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "-q",
            "--no-deps",
            "--no-build-isolation",
            "--no-index",
            "-w",
            tmp_path,
            tree,
        ],
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    fresh = tmp_path / "fresh"
    venv.create(fresh, with_pip=False)
    python = fresh / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index", wheel], check=True
    )
    (packages,) = fresh.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"])
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*arguments: str) -> str:
        return subprocess.run(
            arguments, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        ).stdout

    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    sources = {str(path.relative_to(ROOT)) for path in (ROOT / "w2vcli").rglob("*") if path.is_file()}
    assert packed == {name for name in sources if "__pycache__" not in name}
    assert str(packages) in run(str(python), "-c", "import w2vcli; print(w2vcli.__file__)")
    w2v = str(fresh / "bin" / "w2v")
    assert "similar" in run(w2v, "--help")
    assert run(w2v, "similar", "king").splitlines()[1].startswith("queen\t")
    assert "google-news" in run(w2v, "load", "--list")


def test_no_new_python_is_refused_and_those_that_are_tested_are_named() -> None:
    assert PYPROJECT["project"]["requires-python"] == ">=3.10"
    named = [line.rpartition(" ")[2] for line in PYPROJECT["project"]["classifiers"] if ":: Python :: 3." in line]
    assert named == ["3.10", "3.11", "3.12", "3.13", "3.14"]


@pytest.mark.parametrize("minor", range(10, 16))
def test_gensim_is_asked_for_where_it_has_a_wheel_and_its_absence_is_told_so(
    minor: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = {name.name: name for name in map(Requirement, PYPROJECT["project"]["dependencies"])}
    marker = needed["gensim"].marker
    assert marker is not None
    assert marker.evaluate({"python_version": f"3.{minor}"}) == (minor <= 13)
    monkeypatch.setattr(sys, "version_info", (3, minor, 0))
    if minor <= 13:
        assert Requirement(gensim_remedy().split("'")[1]).specifier == needed["gensim"].specifier
    else:
        assert f"Python 3.10 to 3.13, and this is 3.{minor}" in gensim_remedy()


def test_the_command_line_offers_the_tokenizers_of_the_table() -> None:
    from w2vcli.cli.build.train import command

    (option,) = [p for p in command.params if p.name == "tokenizer"]
    assert list(option.type.choices) == list(TOKENIZERS)  # type: ignore[attr-defined]
