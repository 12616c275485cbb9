from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import running
from w2vcli import locks
from w2vcli.locks import Locked, locked

HOLD = """
import pathlib, sys
from w2vcli import locks
if sys.argv[2] == "filelock": locks.fcntl = None
with locks.locked(pathlib.Path(sys.argv[1]), wait=True):
    print(flush=True)
    input()
"""


@pytest.fixture(params=["fcntl", "filelock"], autouse=True)
def by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Lock by what Unix has, and by the library that is used elsewhere."""
    name: str = request.param
    pytest.importorskip(name)
    if name == "filelock":
        monkeypatch.setattr(locks, "fcntl", None)
    return name


@contextmanager
def other_process(lock: Path, by: str) -> Iterator[subprocess.Popen[bytes]]:
    """Let another process hold a lock until it is killed."""
    command = [sys.executable, "-c", HOLD, str(lock), by]
    with running(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_a_lock_is_held_until_the_block_ends_and_leaves_no_file(tmp_path: Path) -> None:
    lock = tmp_path / ".m.w2v-lock"
    with locked(lock, wait=False):
        with pytest.raises(Locked), locked(lock, wait=False):
            raise AssertionError
        assert lock.exists()
    with locked(lock, wait=False):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_lock_of_a_killed_process_is_free_and_its_file_goes_with_the_next_one(tmp_path: Path, by: str) -> None:
    lock = tmp_path / ".m.w2v-lock"
    with other_process(lock, by), pytest.raises(Locked), locked(lock, wait=False):
        raise AssertionError
    assert lock.exists()
    with locked(lock, wait=False):
        pass
    assert not lock.exists()


def test_who_waits_gets_the_lock_after_the_other_although_that_removed_the_file(tmp_path: Path) -> None:
    lock, order = tmp_path / ".m.w2v-lock", []

    def work(number: int) -> None:
        with locked(lock, wait=True):
            order.append(number)
            with pytest.raises(Locked), locked(lock, wait=False):
                raise AssertionError
            order.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    with locked(lock, wait=True):
        for thread in threads:
            thread.start()
        assert order == []
    for thread in threads:
        thread.join()
    assert order[::2] == order[1::2]
    assert sorted(order[::2]) == list(range(8))
    assert not lock.exists()


def test_where_no_open_file_is_removed_it_is_removed_once_it_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, unlink, close = tmp_path / ".m.w2v-lock", Path.unlink, os.close
    closed: list[int] = []

    def noting(descriptor: int) -> None:
        closed.append(descriptor)
        close(descriptor)

    def refusing(path: Path) -> None:
        if not closed:
            raise PermissionError(13, "it is open")
        unlink(path)

    monkeypatch.setattr(os, "close", noting)
    monkeypatch.setattr(Path, "unlink", refusing)
    with locked(lock, wait=True):
        pass
    monkeypatch.undo()
    assert not lock.exists()


def test_the_lock_of_a_folder_that_was_replaced_stays_with_the_new_one(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    lock = tmp_path / "m" / ".index.w2v-lock"
    with locked(lock, wait=True):
        (tmp_path / "m").rename(tmp_path / "aside")
        (tmp_path / "m").mkdir()
        with locked(lock, wait=False):  # of another folder, so another lock
            pass
        lock.touch()
    assert lock.exists()


def test_a_lock_that_cannot_be_made_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), locked(tmp_path / "missing" / ".m.w2v-lock", wait=False):
        raise AssertionError
