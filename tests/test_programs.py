"""The tasks of data engineers and of paper writers in docs/programs.md, each run by a shell."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, require, unix_only

_TASK = re.compile(r"^(.+)\n\n```shell-session\n\$ (.+)\n((?:.*\n)*?)```$", re.MULTILINE)
TASKS = _TASK.findall((ROOT / "docs" / "programs.md").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with the data of the project, and a home with a model of its tales."""
    folder = tmp_path_factory.mktemp("programs")
    (folder / "data").symlink_to(ROOT / "data")
    done = shell("w2v train data/english.txt --workers 1 -q", folder)
    assert done.returncode == 0, done.stderr
    return folder


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line by bash, in which w2v and python are those of this test."""
    python = shlex.quote(sys.executable)
    functions = f'w2v() {{ {python} -m w2vcli "$@"; }}\npython() {{ {python} "$@"; }}\n'
    settings = {"W2V_HOME": str(folder / "home"), "W2V_LANG": "en", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        ["bash", "-c", functions + command],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "W2V_MODEL"} | settings,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )


def test_there_are_ten_of_each() -> None:
    assert len(TASKS) == 20
    assert all("\\\n" not in command for _, command, _ in TASKS)


@unix_only
@pytest.mark.parametrize(("what", "command", "printed"), TASKS, ids=lambda text: text[:50].strip(":,"))
def test_a_task_is_one_line(place: Path, what: str, command: str, printed: str) -> None:
    """Another processor may round otherwise, so that other words are near. But there are as many lines."""
    for program in re.findall(r"\b(jq|sqlite3|Rscript|pdflatex)\b", command):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    for library in re.findall(r"python -c 'import (\w+)", command):
        require(library)
    done = shell(command, place)
    assert done.returncode == 0, (what, done.stderr)
    is_chosen = "select(.similarity" in command  # by numbers
    assert done.stdout
    assert is_chosen or len(done.stdout.splitlines()) == len(printed.splitlines()), done.stdout
