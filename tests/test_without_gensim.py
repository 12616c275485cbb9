"""What there is where gensim has no wheel: everything but its own, and one line that says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import w2vcli
from tests.conftest import ROOT, W2v
from tests.test_training_train import planted
from w2vcli import requirements
from w2vcli.errors import MissingGensim
from w2vcli.models.facts import read_facts
from w2vcli.models.registry import find_model
from w2vcli.neural.ids import NetworkIds
from w2vcli.neural.initial_vectors import vectors_of_texts
from w2vcli.neural.tokenized_texts import TokenizedTexts
from w2vcli.reporting import SILENT

QUICK = ("--vector-size", 4, "--epochs", 1, "--workers", 1)


@pytest.fixture(autouse=True)
def without_gensim(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this an installation without gensim."""
    monkeypatch.setattr(requirements, "find_spec", lambda _: None)
    monkeypatch.delitem(sys.modules, "w2vcli.training.engines.gensim_engine", raising=False)


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("train t --engine gensim", "gensim's Word2Vec and FastText"),
        ("load m.kv --trust-pickle", "pickles of gensim"),
        ("convert toy out.kv", ".kv files"),
        ("convert toy out.model", ".model files"),
        ("evaluate", "test sets such as questions-words"),
        ("evaluate --set simlex999", "test sets such as simlex999"),
    ],
)
@pytest.mark.usefixtures("toy")
def test_what_needs_gensim_says_so_in_one_line_and_leaves_nothing(w2v: W2v, command: str, what: str) -> None:
    planted(Path("t"))
    Path("m.kv").write_bytes(b"\x80\x04.")
    run = w2v(*command.split())
    assert (run.status, run.out) == (1, "")
    assert run.err.startswith(f"Error: {what} need gensim, which is not installed; ")
    assert run.err.count("\n") == 1
    assert sorted(path.name for path in Path().iterdir()) == ["m.kv", "t"]


@pytest.mark.usefixtures("toy")
def test_models_in_python_say_so_too() -> None:
    with pytest.raises(MissingGensim, match="models in Python need gensim, which is not installed; "):
        w2vcli.open_model("toy")


@pytest.mark.parametrize(
    "more",
    [(), ("--hs", 1, "--negative", 0), ("--phrases", "npmi"), ("--model-type", "fasttext", "--bucket", 50)],
    ids=str,
)
def test_little_text_is_trained_by_our_own_loop_which_is_told(w2v: W2v, more: tuple[object, ...]) -> None:
    run = w2v("train", planted(Path("t")), "-o", "m", *QUICK, *more, "-q")
    assert run.err.splitlines()[0] == "Warning: gensim is not installed; numba trains instead"
    (record,) = read_facts(find_model("m")).runs
    assert record.engine == "numba"


def test_a_network_begins_with_vectors_of_our_own_loop() -> None:
    """Of six words three always come together, and so do the others; the seventh is not in the vocabulary."""
    words = [*"abcdef", "rare"]
    rng = np.random.default_rng(1)
    groups = rng.integers(0, 2, 600)
    texts = [(rng.integers(0, 3, 30) + 3 * group).astype(np.int32) for group in groups]
    tokens = TokenizedTexts(words, [*texts, np.array([6, 0, 6], dtype=np.int32), np.zeros(0, dtype=np.int32)])
    ids = NetworkIds(list("fedcba"))
    found = vectors_of_texts(tokens, ids, 8, 3, SILENT)
    assert found.shape == (8, 8)
    assert found.dtype == np.float32
    units = found[ids.rows] / np.linalg.norm(found[ids.rows], axis=1, keepdims=True)
    cosines = units @ units.T
    is_same = np.equal.outer(np.arange(6) // 3, np.arange(6) // 3)
    assert cosines[is_same].min() > cosines[~is_same].max() + 0.5
    assert vectors_of_texts(tokens, ids, 8, 3, SILENT).tobytes() == found.tobytes()
    assert (found[[0, 7]] != 0).all()


def test_the_whole_command_line_is_imported_without_gensim() -> None:
    """A finder that fails stands for a library that is not there."""
    code = (
        "import sys; sys.modules['gensim'] = None\n"
        "import pkgutil, importlib, w2vcli\n"
        "names = [each.name for each in pkgutil.walk_packages(w2vcli.__path__, 'w2vcli.')]\n"
        "own = {'w2vcli.__main__', 'w2vcli.models.keyed_vectors', 'w2vcli.training.engines.gensim_engine',\n"
        "       'w2vcli.serving.mcp_server'}\n"
        "for name in names:\n"
        "    if name not in own: importlib.import_module(name)\n"
        "print(len(names))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 150
