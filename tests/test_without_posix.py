"""The core without what Unix alone has, with the rules of Windows for open files: `tests.without_posix` says which."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT, Run, W2v, require
from tests.test_interruptions import wait_for
from tests.without_posix import MODULES, OS, SIGNAL
from w2vcli.lessons.lecture import MODELS
from w2vcli.lessons.walk import LectureWalk

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what is open is asked of Linux")
DATA = ROOT / "data"
SETTINGS = ("--workers", 1, "--epochs", 2, "--vector-size", 20)

Poorer = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for all tests of this file. In it lies what Python imports at its start."""
    pytest.importorskip("filelock")
    folder = tmp_path_factory.mktemp("poorer")
    (folder / "sitecustomize.py").write_text("from tests.without_posix import hide\nhide()\n", encoding="utf-8")
    return folder


@pytest.fixture
def start(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> Poorer:
    """Start Python without what Unix alone has."""
    monkeypatch.setenv("W2V_HOME", str(elsewhere / "home"))
    monkeypatch.chdir(elsewhere)

    def begin(*arguments: object) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (elsewhere, ROOT)))},
        )

    return begin


@pytest.fixture
def poorer(start: Poorer) -> W2v:
    """Run a command so."""

    def run(*arguments: object) -> Run:
        process = start("-m", "w2vcli", *arguments)
        out, err = process.communicate(timeout=600)
        return Run(process.returncode, out.decode(), err.decode())

    return run


@pytest.fixture
def model(elsewhere: Path, poorer: W2v) -> Path:
    """Return a model that was trained so, once for all tests."""
    path = elsewhere / "home" / "models" / "m.w2v"
    if not path.exists():
        run = poorer("train", DATA / "english.txt", "-o", "m", *SETTINGS)
        assert run.status == 0, run.err
    return path


def files(model: Path) -> dict[str, bytes]:
    """Return what is in the files of a model, but for those that say when it was made, or of which file."""
    dated = {"model.json", "model.json.sha256", "manifest.json"}
    found = (path for path in model.rglob("*") if path.is_file() and path.name not in dated)
    return {path.relative_to(model).as_posix(): path.read_bytes() for path in found}


def test_nothing_is_there_that_is_hidden_and_what_is_open_stays(start: Poorer, tmp_path: Path) -> None:
    code = f"""
import sys, pathlib
__name__ = "w2vcli.test"
import os, signal, ctypes
assert not [name for name in {OS} if hasattr(os, name)]
assert not [name for name in {SIGNAL} if hasattr(signal, name)]
for name in {sorted(MODULES)}:
    try:
        __import__(name, globals())
    except ImportError:
        continue
    raise AssertionError(name)
place = pathlib.Path(sys.argv[1])
(place / "folder").mkdir()
refused = 0
with open(place / "folder" / "file", "wb"):
    for act in (
        lambda: (place / "folder" / "file").unlink(),
        lambda: (place / "folder" / "file").replace(place / "other"),
        lambda: (place / "folder").rename(place / "other"),
        lambda: os.open(place, os.O_RDONLY),
        lambda: ctypes.CDLL(None),
    ):
        try:
            act()
        except (PermissionError, TypeError):
            refused += 1
(place / "folder").rename(place / "other")
print(refused)
"""
    out, err = start("-c", code, tmp_path).communicate(timeout=600)
    assert (out, err) == (b"5\n", b"")


def test_a_training_gives_the_same_bytes(model: Path, w2v: W2v) -> None:
    run = w2v("train", DATA / "english.txt", "-o", "n", *SETTINGS)
    assert run.status == 0
    assert files(model.with_name("n.w2v")) == files(model)
    assert {path.suffix for path in model.parent.iterdir()} == {".w2v"}


def test_a_training_is_resumed_and_replaces_the_earlier_model(
    model: Path, start: Poorer, poorer: W2v, w2v: W2v, heeded_signals: None
) -> None:
    settings = ("--workers", 1, "--epochs", 8, "--vector-size", 8)
    with start("-m", "w2vcli", "train", DATA / "english.txt", "-o", "m2", *settings) as process:
        wait_for(model.parent, "m2.unfinished/epoch/vectors.npy")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=600)
    assert process.returncode == 128 + signal.SIGTERM
    assert w2v("convert", model, "v.bin").status == 0
    assert poorer("load", "v.bin", "-o", "m2").status == 0
    run = poorer("train", "--resume", "-o", "m2", "--force")
    assert run.status == 0, run.err
    assert w2v("train", DATA / "english.txt", "-o", "whole", *settings).status == 0
    assert files(model.with_name("m2.w2v")) == files(model.with_name("whole.w2v"))
    assert {path.suffix for path in model.parent.iterdir()} == {".w2v"}


@pytest.mark.parametrize(
    "question",
    [
        ("similar", "girl"),
        ("analogy", "boy", "queen", "-", "girl"),
        ("similarity", "king", "queen"),
        ("odd", "king", "queen", "apple"),
        ("vector", "king"),
        ("words",),
        ("info", "m"),
        ("models",),
        ("encode", "the king"),
        ("pairs", "the king is here"),
    ],
    ids=" ".join,
)
def test_an_answer_is_the_same(model: Path, poorer: W2v, w2v: W2v, question: tuple[str, ...]) -> None:
    chosen = () if question[0] in {"info", "models", "encode", "pairs"} else ("-m", "m")
    run = poorer(*question, *chosen, "--json")
    assert run == w2v(*question, *chosen, "--json")
    assert run.status == 0


@pytest.mark.parametrize("how", [("--phrases", "npmi"), ("--tokenizer", "subwords")], ids=" ".join)
def test_a_corpus_that_is_written_twice_leaves_nothing_of_the_first(
    model: Path, poorer: W2v, how: tuple[str, ...]
) -> None:
    if "subwords" in how:
        require("tokenizers")
    run = poorer("train", DATA / "vocab.txt", "-o", "p", "--force", "--min-count", 1, *how, *SETTINGS)
    assert run.status == 0, run.err
    assert {path.suffix for path in model.parent.iterdir()} == {".w2v"}


def test_vectors_are_loaded_replaced_and_written_again(model: Path, poorer: W2v, tmp_path: Path) -> None:
    for name in ("v.bin", "v.txt.gz", "v.bin"):  # the last in place of the first
        run = poorer("convert", model, tmp_path / name, "--force")
        assert run.status == 0, run.err
        run = poorer("load", tmp_path / name, "-o", "again", "--force")
        assert run.status == 0, run.err
        assert (model.with_name("again.w2v") / "vectors.npy").read_bytes() == (model / "vectors.npy").read_bytes()


def test_wide_values_and_a_word_that_comes_twice_are_written_anew(poorer: W2v, tmp_path: Path, model: Path) -> None:
    rows = [f"w{number} 1 {number}" for number in range(20_000)] + ["w1 5 5", "x 0.123456789 3"]
    (tmp_path / "v.txt").write_text("\n".join(rows) + "\n", encoding="utf-8")
    run = poorer("load", tmp_path / "v.txt", "-o", "wide")
    assert run.status == 0, run.err
    vectors = np.load(model.with_name("wide.w2v") / "vectors.npy")
    assert vectors.shape == (20_001, 2)
    np.testing.assert_array_equal(vectors[-1], np.array([0.123456789, 3], dtype=np.float32))
    np.testing.assert_array_equal(vectors[1], [1, 1])


def test_pictures_and_projector_files_are_written(model: Path, poorer: W2v, tmp_path: Path) -> None:
    (tmp_path / "v.png").write_bytes(b"an earlier picture")
    assert poorer("plot", DATA / "vocab.txt", "-m", "m", "-o", tmp_path / "v.png", "--force").status == 0
    assert (tmp_path / "v.png").read_bytes()[:4] == b"\x89PNG"
    for _ in range(2):
        assert poorer("projector", tmp_path / "p", "-m", "m", "--force").status == 0
    assert {"meta.tsv", "vecs.tsv"} < {path.name for path in (tmp_path / "p").iterdir()}
    assert not any(path.name.startswith(".") for path in tmp_path.rglob("*"))


def test_a_folder_for_a_while_is_removed_though_its_corpus_was_mapped(
    poorer: W2v, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert poorer("train", DATA / "english.txt", "--dry-run").status == 0
    assert poorer("pairs", "the king is here").status == 0
    assert list(tmp_path.iterdir()) == []


def test_the_lecture_prints_tables_without_a_terminal(model: Path, poorer: W2v, tmp_path: Path) -> None:
    LectureWalk(tmp_path / "lecture", "en").prepare()
    home = tmp_path / "lecture" / "home"
    shutil.copytree(model, home / "models" / f"{MODELS['en']}.w2v")
    (home / "default-model").write_bytes(os.fsencode(home / "models" / f"{MODELS['en']}.w2v"))
    run = poorer("lecture", 2, 3, "--output", tmp_path / "lecture")
    assert run.status == 0, run.err
    assert "\t" not in run.out
    assert "king    apple" in run.out
