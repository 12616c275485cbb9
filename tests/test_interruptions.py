"""Ctrl-C, an ordinary kill and kill -9 in the middle of the work: the earlier model stays, whole and alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import MakeModel, W2v
from tests.test_training_train import planted
from w2vcli.models.registry import find_model

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without signals")
_STATUS = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129, "SIGKILL": -9}
SIGNALS = {getattr(signal, name): status for name, status in _STATUS.items() if hasattr(signal, name)}
TINY = ("--epochs", 1, "--vector-size", 2)
each_signal = pytest.mark.parametrize(("number", "status"), SIGNALS.items(), ids=str)


@pytest.fixture
def earlier(make_model: MakeModel) -> Path:
    """Return the directory of a model that is there before."""
    make_model(["earlier", "model"], [[1, 2], [1, 3]], name="m")
    return find_model("m")


@pytest.fixture
def start(heeded_signals: None) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start commands, which end with the test at the latest."""
    started = []

    def run(*arguments: object) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "w2vcli", *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def wait_for(folder: Path, pattern: str) -> None:
    """Wait until a file that matches is there and has something in it."""
    for _ in range(3000):
        if any(path.stat().st_size for path in folder.glob(pattern)):
            return
        time.sleep(0.01)
    raise AssertionError(f"{pattern} never came: {sorted(folder.rglob('*'))}")


def check(process: subprocess.Popen[bytes], number: signal.Signals, status: int, earlier: Path, w2v: W2v) -> None:
    """End a process; the earlier model is as it was, and nothing is left that the next one would not remove."""
    end(process, number, status)
    assert w2v("similar", "earlier").rows == [["model", "0.9899495"]]
    if number.name == "SIGKILL":
        assert all(name.startswith(".") or name == "m.unfinished" for name in others(earlier))
        assert w2v("train", planted(Path("next.txt")), "-o", "next", *TINY).status == 0
        assert w2v("train", planted(Path("next.txt")), "-o", "m", "--force", *TINY).status == 0
        assert others(earlier) == ["next.w2v"]
    else:
        assert others(earlier) == []


def end(process: subprocess.Popen[bytes], number: signal.Signals, status: int) -> None:
    process.send_signal(number)
    _, err = process.communicate(timeout=600)  # the loop of training is compiled before a signal is heeded
    # Python itself ends with the signal, which a shell calls 130 too, where Ctrl-C came within an exec().
    assert process.returncode in ({status, -2} if number == signal.SIGINT else {status})
    assert b"Traceback" not in err


def others(earlier: Path) -> list[str]:
    return sorted(path.name for path in earlier.parent.iterdir() if path != earlier)


@each_signal
def test_training_before_an_epoch_is_done(
    start: Callable[..., subprocess.Popen[bytes]], earlier: Path, w2v: W2v, number: signal.Signals, status: int
) -> None:
    Path("t.txt").write_text("the king and the queen went to the hill and the road\n" * 300_000)
    process = start("train", "t.txt", "-o", "m", "--force", "--sample", 0)
    wait_for(earlier.parent, "m.unfinished/corpus/tokens.int32")
    check(process, number, status, earlier, w2v)


@each_signal
def test_training_goes_on_where_it_was_interrupted(
    start: Callable[..., subprocess.Popen[bytes]], earlier: Path, w2v: W2v, number: signal.Signals, status: int
) -> None:
    settings = ("--epochs", 40, "--vector-size", 8, "--workers", 1)
    process = start("train", planted(Path("t.txt")), "-o", "m", "--force", *settings)
    wait_for(earlier.parent, "m.unfinished/epoch/vectors.npy")
    end(process, number, status)
    assert w2v("similar", "earlier").rows == [["model", "0.9899495"]]
    assert "m.unfinished" in others(earlier)
    refused = w2v("train", "t.txt", "-o", "m", *settings)
    assert refused.status == 5
    assert w2v("train", "--resume", "-o", "m").status == 0
    assert w2v("train", "t.txt", "-o", "whole", *settings).status == 0
    assert (earlier / "vectors.npy").read_bytes() == (find_model("whole") / "vectors.npy").read_bytes()
    assert others(earlier) == ["whole.w2v"]


def test_ctrl_c_while_the_loop_is_compiled_waits_until_it_is(
    start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Path(os.environ["W2V_HOME"])
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    process = start("train", planted(Path("t.txt")), "-o", "m", "--engine", "numba", *TINY)
    wait_for(tmp_path, "**/*.nbi")
    assert not list((home / "cache").glob("compiled-*"))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=600)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert list((home / "cache").glob("compiled-*/**/kernel.train-*.nbi"))  # what is compiled last


@each_signal
def test_reading_a_corpus(
    start: Callable[..., subprocess.Popen[bytes]], earlier: Path, w2v: W2v, number: signal.Signals, status: int
) -> None:
    process = start("train", "-", "-o", "m", "--force")
    assert process.stdin is not None
    process.stdin.write(b"words and more words\n" * 500_000)
    process.stdin.flush()
    wait_for(earlier.parent, "m.unfinished/.*/tokens.int32")
    check(process, number, status, earlier, w2v)


@each_signal
def test_loading(
    start: Callable[..., subprocess.Popen[bytes]], earlier: Path, w2v: W2v, number: signal.Signals, status: int
) -> None:
    process = start("load", "-", "-o", "m", "--force")
    assert process.stdin is not None
    process.stdin.write(b"900000 9\n" + b"".join(b"w%d 1 2 3 4 5 6 7 8 9\n" % i for i in range(400_000)))
    process.stdin.flush()
    wait_for(earlier.parent, ".*/vectors.npy")
    check(process, number, status, earlier, w2v)


def test_a_full_disk_while_training_is_one_line_and_nothing_is_left(
    earlier: Path, w2v: W2v, process: W2v, tmp_path: Path
) -> None:
    """A limit on the size of files stands for the full disk."""
    (tmp_path / "t.txt").write_text("a b c d e f g h\n" * 100_000)
    command = f"ulimit -f 8; exec {sys.executable} -m w2vcli train {tmp_path / 't.txt'} -o m --force"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, timeout=600, env=os.environ
    )
    assert done.returncode == 1
    assert done.stderr.endswith("m.unfinished/corpus: File too large\n")
    assert [path.name for path in earlier.parent.iterdir()] == ["m.w2v"]
    assert w2v("similar", "earlier").rows == [["model", "0.9899495"]]


def test_a_signal_that_is_swallowed_comes_again() -> None:
    code = """
import os, signal, time
from w2vcli.cli import main

def swallowing(**_):
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(20)
    except SystemExit:
        pass
    time.sleep(20)

main.cli = swallowing
main.main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=600)
    assert (done.returncode, done.stderr) == (143, b"")


def test_a_process_that_a_signal_ends_waits_for_no_thread() -> None:
    """A pool whose start of a thread is broken off never ends that thread."""
    code = """
import os, signal, threading
from w2vcli.cli import main

def work(**_):
    threading.Thread(target=threading.Event().wait).start()
    print("written")
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(20)

main.cli = work
main.main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=600)
    assert (done.returncode, done.stdout.split(), done.stderr) == (143, [b"written"], b"")


def test_a_signal_that_python_swallows_comes_again_in_silence() -> None:
    """What is raised while an object is removed goes nowhere; other errors there are still written."""
    code = """
import os, signal, time
from w2vcli.cli import main

class Swallowing:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)

class Failing:
    def __del__(self):
        raise ValueError("written")

def work(**_):
    Failing()
    Swallowing()
    time.sleep(20)

main.cli = work
main.main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=600)
    assert b"ValueError: written" in done.stderr
    assert done.stderr.count(b"Exception ignored") == 1
    assert done.returncode == -signal.SIGINT  # Python's own way of ending with what nobody caught
