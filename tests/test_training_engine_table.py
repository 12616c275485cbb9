"""What the table of engines says is all that the rest asks of an engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import ROOT, require
from tests.gensim_oracle import NEEDS_GENSIM
from tests.test_training_train import planted
from w2vcli.corpus.reading import Reading
from w2vcli.errors import BadModel, BadSettings, MissingEngine, UnfinishedTraining
from w2vcli.models.directory import open_model_directory
from w2vcli.models.facts import read_facts
from w2vcli.reporting import Silent
from w2vcli.training.engines.table import ENGINES, Engine, engine_for
from w2vcli.training.plans import TrainingPlan
from w2vcli.training.rerun import rerun
from w2vcli.training.settings import Settings
from w2vcli.training.train import resume_training, train_model

TOY = '''
import numpy as np

from w2vcli.training.engines.task import Epoch, State, Task


def train(task: Task) -> None:
    """Give all words the same vector, and tell it once, at the end."""
    if {fails}:
        raise KeyboardInterrupt
    vectors = np.ones((len(task.vocabulary.words), task.settings.vector_size), np.float32)
    task.on_epoch(Epoch(task.epochs, None, None, State({{"vectors": vectors}})))
'''
"""An engine that can do nothing of what is data: it neither counts, nor stops between epochs, nor gives outputs."""

ROW = Engine(name="toy", trainer="toy_engine:train", sentence="a toy", packages=())
FAST = Settings(vector_size=4, epochs=3)


@pytest.fixture(autouse=True)
def table() -> Iterator[None]:
    """Leave the table as it was, in its order."""
    before = dict(ENGINES)
    yield
    ENGINES.clear()
    ENGINES.update(before)


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Add the toy to the table; return its file."""
    path = tmp_path / "toy_engine.py"
    path.write_text(TOY.format(fails=False))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "toy_engine", raising=False)
    ENGINES["toy"] = ROW
    return path


class Notes(Silent):
    """A reporter that keeps notes."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, message: str) -> None:
        self.notes.append(message)

    warn = note


def plan(source: Path, settings: Settings = FAST, engine: str = "toy") -> TrainingPlan:
    return TrainingPlan((str(source),), Reading("whitespace"), settings, engine)


@pytest.mark.parametrize("engine", ENGINES.values(), ids=lambda engine: engine.name)
def test_each_row_names_a_function_that_there_is(engine: Engine) -> None:
    for package in engine.packages:
        require(package)
    assert callable(engine.load())


def test_importing_the_table_imports_no_engine() -> None:
    code = "import sys, w2vcli.training.engines.table; print({'numpy', 'numba', 'gensim'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "set()\n"


@pytest.mark.usefixtures("toy")
def test_what_an_engine_does_not_count_is_not_known(tmp_path: Path) -> None:
    notes, target = Notes(), tmp_path / "m.w2v"
    source = planted(tmp_path / "t")
    facts, receipt = train_model(plan(source), target, None, notes, force=False)
    assert (receipt.trained, receipt.subsampled, receipt.epochs) == (None, None, 3)
    assert receipt.total == receipt.read * 3
    assert receipt.held_out > 0
    rest = receipt.total - receipt.held_out - receipt.below_min_count
    assert f"{rest:,} trained or subsampled (how many of each is not known)" in notes.notes[-1]
    assert "the engine toy measures no loss" in notes.notes
    (run,) = read_facts(target).runs
    assert (run.engine, run.loss, run.receipt) == ("toy", [], receipt)
    assert facts.sha256.keys() == {"counts.npy", "dropped.tsv", "vectors.npy", "words.txt", "training/sources-1.jsonl"}
    assert (open_model_directory(target).vectors[:] == 1).all()


def test_an_engine_that_cannot_be_resumed_keeps_no_epoch(tmp_path: Path, toy: Path) -> None:
    toy.write_text(TOY.format(fails=True))
    notes, source = Notes(), planted(tmp_path / "t")
    with pytest.raises(KeyboardInterrupt):
        train_model(plan(source), tmp_path / "m.w2v", None, notes, force=False)
    assert not any("--resume" in note for note in notes.notes)
    with pytest.raises(UnfinishedTraining, match="there is no unfinished training of m"):
        resume_training(tmp_path / "m.w2v", notes, force=False)
    assert not list(tmp_path.glob("*.unfinished"))


@pytest.mark.usefixtures("toy")
def test_a_model_of_vectors_alone_is_not_started_from(tmp_path: Path) -> None:
    source, target = planted(tmp_path / "t"), tmp_path / "m.w2v"
    train_model(plan(source), target, None, Silent(), force=False)
    again = replace(plan(source, engine="gensim"), start_from=str(target))
    with pytest.raises(BadModel, match="has no weights of its training to go on with"):
        train_model(again, tmp_path / "n.w2v", None, Silent(), force=False)


@pytest.mark.usefixtures("toy")
def test_rerun_says_that_an_engine_is_not_repeatable(tmp_path: Path) -> None:
    notes = Notes()
    train_model(plan(planted(tmp_path / "t")), tmp_path / "m.w2v", None, notes, force=False)
    rerun(tmp_path / "m.w2v", tmp_path / "n.w2v", None, notes, force=False)
    assert "with --engine toy no two trainings are equal to the byte" in notes.notes


@NEEDS_GENSIM
@pytest.mark.usefixtures("toy")
def test_auto_takes_the_first_row_that_can_train_what_is_asked_for() -> None:
    assert engine_for("auto", FAST, 10**9).name == "numba"
    ENGINES["toy"] = replace(ROW, auto_from=10**9)
    assert engine_for("auto", FAST, 10**9).name == "numba"
    for name in ("numba", "gensim", "spark"):  # behind the toy now
        ENGINES[name] = ENGINES.pop(name)
    assert engine_for("auto", FAST, 10**9).name == "toy"
    assert engine_for("auto", FAST, 10**9 - 1).name == "numba"
    fasttext = Settings(model_type="fasttext")
    assert engine_for("auto", fasttext, 10**9).name == "numba"
    assert engine_for("auto", fasttext, 10**6).name == "gensim"
    with pytest.raises(BadSettings, match="--engine toy trains no fastText; leave it out, or take --engine numba"):
        engine_for("toy", fasttext, 1)
    with pytest.raises(BadSettings, match="there is no engine x: they are auto, toy, numba, gensim, spark"):
        engine_for("x", FAST, 1)


@NEEDS_GENSIM
@pytest.mark.parametrize(
    ("module", "code", "why"),
    [
        ("numba", "raise ImportError('numba needs NumPy 2.5 or less')", "numba needs NumPy 2.5 or less"),
        ("llvmlite", "raise RuntimeError('no LLVM\\nat all')", "no LLVM"),
        ("numba", "", "No module named 'numba.core'; 'numba' is not a package"),
    ],
    ids=["missing", "broken", "changed"],
)
def test_where_numba_does_not_import_auto_takes_gensim_and_numba_says_why(
    tmp_path: Path, module: str, code: str, why: str
) -> None:
    """A module of that name, found first, that fails as a missing or broken library does."""
    (tmp_path / "stubs").mkdir()
    (tmp_path / "stubs" / f"{module}.py").write_text(code)
    text = tmp_path / "t"
    text.write_text("the king and the queen went to the hill and saw the sea\n" * 10_000)
    path = os.pathsep.join([str(tmp_path / "stubs"), str(ROOT)])
    environment = os.environ | {"W2V_HOME": str(tmp_path / "home"), "PYTHONPATH": path}

    def train(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "w2vcli", "train", str(text), "-o", "m", "--vector-size", "2", *more]
        return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False)

    says = f"the engine numba cannot be used here: llvmlite and numba could not be imported ({why})"
    done = train("--epochs", "50", "--json", "-q")
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[0] == f"Warning: {says}; gensim trains instead"
    assert done.stderr.count("the engine") == 1
    record = json.loads((tmp_path / "home/models/m.w2v/model.json").read_text())["training"][0]
    assert record["engine"] == "gensim"
    done = train("--force", "--engine", "numba", "-q")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Error: {says}; leave --engine out, or install them with: pip install 'w2vcli'\n"


def test_an_engine_of_an_extra_names_it() -> None:
    row = replace(ROW, name="far", trainer="no_such_module:train", packages=("farlib",), extra="far")
    ENGINES["far"] = row
    with pytest.raises(
        MissingEngine, match=r"far cannot be used here: farlib could not be imported.*pip install 'w2vcli\[far\]'"
    ):
        engine_for("far", FAST, 1)
