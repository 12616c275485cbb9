"""CONTRIBUTING says which files an addition touches: a toy is added to a copy of the code in those, and works."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import ROOT


class Addition(NamedTuple):
    """A new file, and for each file that is touched the rows that it gets: text to find, and what is put before it."""

    file: str
    text: str
    rows: Mapping[str, Sequence[tuple[str, str]]]


COMMAND = Addition(
    "cli/ask/toy.py",
    '''"""``w2v toy``."""

import click

from w2vcli.cli.command import W2vCommand


@click.command("toy", cls=W2vCommand)
@click.argument("word")
def command(word: str) -> None:
    """Say a word twice."""
    click.echo(f"{word} {word}")
''',
    {"cli/main.py": [('"similar",', '"toy", ')]},
)

ENGINE = Addition(
    "training/engines/toy_engine.py",
    '''"""An engine that gives each word the vector of its row."""

import numpy as np

from w2vcli.training.engines.task import Epoch, State, Task


def toy_engine(task: Task) -> None:
    """Train nothing."""
    rows = np.arange(len(task.vocabulary.words), dtype=np.float32)
    vectors = np.repeat(rows[:, None] + 1, task.settings.vector_size, axis=1)
    task.on_epoch(Epoch(task.epochs, None, None, State({"vectors": vectors})))
''',
    {
        "training/engines/table.py": [
            (
                '        Engine(\n            name="gensim",',
                '        Engine(\n            name="toy",\n'
                '            trainer="w2vcli.training.engines.toy_engine:toy_engine",\n'
                '            sentence="counts rows",\n            packages=(),\n        ),\n',
            )
        ]
    },
)

FORMAT = Addition(
    "models/formats/toy_format.py",
    '''"""Lines of a word, an equals sign and its values."""

from contextlib import contextmanager

import numpy as np

from w2vcli.atomic import new_file
from w2vcli.models.formats.blocks import Block, RowStream


def matches(head):
    """Tell whether a file begins as this format does."""
    return head.startswith(b"TOY")


@contextmanager
def write(path, rows, *, force):
    """Write a line for each word."""
    with new_file(path, force=force) as stream:
        stream.write(b"TOY %d" % rows.vector_size)

        def append(block):
            for word, vector in zip(block.words, block.vectors.tolist()):
                stream.write(f"\\n{word}={vector}".encode())

        yield append


def read(file, reading):
    """Return the rows of an open file."""
    head, *lines = file.stream.read().decode().split("\\n")
    pairs = [line.split("=") for line in lines]
    vectors = np.array([eval(values) for _, values in pairs], dtype=np.float32)
    return RowStream(int(head[4:]), None, lambda: iter([Block([word for word, _ in pairs], vectors)]))
''',
    {
        "models/formats/format_table.py": [
            ("    word2vec_binary,\n)\nfrom", "    toy_format,\n"),
            (
                '    VectorFormat(\n        "numpy",',
                '    VectorFormat("toy", toy_format.matches, toy_format.read, toy_format.write, (".toy",)),\n',
            ),
        ]
    },
)

SINK = Addition(
    "models/formats/toy_sink.py",
    '''"""A sink that prints its rows."""

from contextlib import contextmanager

from w2vcli.models.formats.sinks import AS_THEY_ARE


class Sink:
    """Standard error."""

    name, spelling, files, of_training, has_tokenizer = "toy", AS_THEY_ARE, (), False, False

    def __init__(self, address, force):
        self.address = address

    def require_free(self):
        """Nothing is in the way."""

    @contextmanager
    def open(self, rows, reporter):
        """Print each row."""
        import sys

        yield lambda block: [print(self.address, word, file=sys.stdout) for word in block.words]
''',
    {
        "models/formats/format_table.py": [
            ("    word2vec_binary,\n)\nfrom", "    toy_sink,\n"),
            ('}\n"""Sinks that are no files', '"toy": toy_sink.Sink'),
        ]
    },
)

ADDITIONS = {
    "command": COMMAND,
    "training engine": ENGINE,
    "vector format": FORMAT,
    "place for rows that is no file, such as a database": SINK,
}


def files_named(kind: str) -> set[str]:
    """Return the files of the package that CONTRIBUTING's row on adding a ``kind`` names."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| an? {kind} \|(.*)\|$", text, re.MULTILINE)
    return {name for name in re.findall(r"`([\w/.]+)`", row) if (ROOT / "w2vcli" / name).exists()}


@pytest.fixture
def w2v_of(tmp_path: Path) -> Path:
    """Give a folder with a copy of the package."""
    shutil.copytree(ROOT / "w2vcli", tmp_path / "w2vcli", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def add(addition: Addition, folder: Path) -> None:
    (folder / "w2vcli" / addition.file).write_text(addition.text, encoding="utf-8")
    for name, rows in addition.rows.items():
        path = folder / "w2vcli" / name
        text = path.read_text(encoding="utf-8")
        for found, row in rows:
            assert text.count(found) == 1
            text = text.replace(found, row + found)
        path.write_text(text, encoding="utf-8")


def run(folder: Path, *arguments: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(folder), "W2V_HOME": str(folder / "home")}
    done = subprocess.run(
        [sys.executable, "-m", "w2vcli", *arguments], cwd=folder, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.mark.parametrize("kind", ADDITIONS)
def test_an_addition_touches_the_files_that_are_named(kind: str) -> None:
    addition = ADDITIONS[kind]
    named = files_named(kind)
    assert {name for name in named if name.endswith(".py")} == set(addition.rows)
    folders = {name.rstrip("/") for name in named if not name.endswith(".py")}
    assert any(str(Path(addition.file)).startswith(folder) for folder in folders)


def test_a_toy_command_is_listed_and_runs(w2v_of: Path) -> None:
    add(COMMAND, w2v_of)
    assert re.search(r"^  toy +Say a word twice\.$", run(w2v_of, "--help"), re.MULTILINE)
    assert run(w2v_of, "toy", "girl") == "girl girl\n"


def test_a_toy_engine_is_offered_trains_and_is_recorded(w2v_of: Path) -> None:
    add(ENGINE, w2v_of)
    (w2v_of / "text.txt").write_text("a b c a b a\n" * 20)
    assert re.search(r"--engine.*toy", run(w2v_of, "train", "--help"))
    table = run(w2v_of, "train", "text.txt", "--engine", "toy", "--vector-size", "2", "--epochs", "1", "-q")
    receipt = dict(line.split("\t") for line in table.splitlines())
    assert receipt["words"] == "3"
    assert json.loads(run(w2v_of, "vector", "b", "--json"))[0]["vector"] == [2.0, 2.0]
    assert '"engine": "toy"' in (w2v_of / "home" / "models" / "text.w2v" / "model.json").read_text()


def test_a_toy_format_is_written_recognised_and_read(w2v_of: Path) -> None:
    add(FORMAT, w2v_of)
    (w2v_of / "v.glove").write_text("king 1 2\nqueen 3 4\n")
    run(w2v_of, "convert", "v.glove", "out.toy")
    assert (w2v_of / "out.toy").read_text() == "TOY 2\nking=[1.0, 2.0]\nqueen=[3.0, 4.0]"
    run(w2v_of, "load", "out.toy", "-o", "back")
    assert json.loads(run(w2v_of, "vector", "queen", "--json"))[0]["vector"] == [3.0, 4.0]


def test_a_toy_sink_gets_the_rows(w2v_of: Path) -> None:
    add(SINK, w2v_of)
    (w2v_of / "v.glove").write_text("king 1 2\nqueen 3 4\n")
    printed = run(w2v_of, "convert", "v.glove", "toy://here").splitlines()
    assert printed[:2] == ["toy://here king", "toy://here queen"]
