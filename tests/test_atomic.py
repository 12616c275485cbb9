from __future__ import annotations

import ctypes
import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from w2vcli.atomic import new_directory, new_file
from w2vcli.errors import OutputExists, Unwritable


class Stop(Exception):
    pass


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_when_the_block_ends(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "out.txt"
    with new_file(target) as stream:
        stream.write(b"all of it")
        assert not target.exists()
    assert target.read_bytes() == b"all of it"
    assert names(target.parent) == ["out.txt"]


def test_a_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    with new_file(tmp_path / "a"):
        pass
    (tmp_path / "b").touch()
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_a_failure_leaves_the_earlier_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    target.write_bytes(b"earlier")
    with pytest.raises(Stop), new_file(target, force=True) as stream:
        stream.write(b"half")
        raise Stop
    assert target.read_bytes() == b"earlier"
    assert names(tmp_path) == ["out.txt"]


def test_an_existing_file_needs_force(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    target.write_bytes(b"earlier")
    with pytest.raises(OutputExists, match="--force"), new_file(target):
        pass
    with new_file(target, force=True) as stream:
        stream.write(b"new")
    assert target.read_bytes() == b"new"


def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    with pytest.raises(OutputExists), new_file(target):
        target.write_bytes(b"of another process")
    assert target.read_bytes() == b"of another process"


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_directory_replaces_the_earlier_one_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can_exchange: bool
) -> None:
    if not can_exchange:
        monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: object())
    target = tmp_path / "m.w2v"
    with new_directory(target) as folder:
        (folder / "one").write_text("1")
    with pytest.raises(OutputExists), new_directory(target):
        pass
    with new_directory(target, force=True) as folder:
        (folder / "two").write_text("2")
        assert names(target) == ["one"]
    assert names(target) == ["two"]
    assert names(tmp_path) == ["m.w2v"]


def test_a_failure_leaves_the_earlier_directory_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "m.w2v"
    with new_directory(target) as folder:
        (folder / "one").write_text("1")
    with pytest.raises(Stop), new_directory(target, force=True) as folder:
        (folder / "two").write_text("2")
        raise Stop
    assert names(target) == ["one"]
    assert names(tmp_path) == ["m.w2v"]


def test_what_a_killed_process_left_is_removed_but_not_what_a_living_one_writes(tmp_path: Path) -> None:
    left = tmp_path / ".dead.w2v.0123abcd.w2v-partial"
    left.mkdir()
    (left / "vectors.npy").write_bytes(b"half")
    (tmp_path / ".dead.png.0123abcd.w2v-partial").write_bytes(b"half")
    with new_directory(tmp_path / "living.w2v") as folder:
        (folder / "one").write_text("1")
        with new_file(tmp_path / "other.txt"):
            assert not left.exists()
            assert (folder / "one").exists()
    assert names(tmp_path) == ["living.w2v", "other.txt"]


def test_a_full_disk_is_an_error_of_the_system_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"), new_file(tmp_path / "out.txt") as stream:
        stream.write(b"x")
    assert names(tmp_path) == []


def test_a_full_disk_is_told_with_the_place(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space") as raised, new_file(tmp_path / "out"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert raised.value.filename == str(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("is_link", [False, True])
def test_a_directory_replaces_a_file_and_leaves_nothing_of_it(tmp_path: Path, is_link: bool) -> None:
    target = tmp_path / "m.w2v"
    if is_link:
        (tmp_path / "elsewhere").mkdir()
        target.symlink_to("elsewhere")
    else:
        target.write_text("no model")
    with new_directory(target, force=True) as folder:
        (folder / "one").write_text("1")
    assert names(target) == ["one"]
    assert names(tmp_path) == ["elsewhere", "m.w2v"][not is_link :]


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_in_the_place_of_a_file_is_not_said_to_be_replaced_by_force(tmp_path: Path, force: bool) -> None:
    (tmp_path / "out.txt").mkdir()
    with (
        pytest.raises(OutputExists, match="is a folder; choose another name"),
        new_file(tmp_path / "out.txt", force=force),
    ):
        pass


def test_pipes_and_links_of_the_system_are_never_replaced(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("needs named pipes in folders")
    pipe, output = tmp_path / "pipe", tmp_path / "stdout"
    os.mkfifo(pipe)
    output.symlink_to("/proc/self/fd/1")  # as /dev/stdout
    for path in (pipe, output):
        with pytest.raises(OutputExists, match="a device, a pipe or a socket"), new_file(path, force=True):
            pass
        with pytest.raises(OutputExists, match="a device, a pipe or a socket"), new_directory(path, force=True):
            pass
    assert pipe.is_fifo()
    assert output.readlink() == Path("/proc/self/fd/1")


@pytest.fixture
def no_swap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this a system that cannot swap two names in one step."""
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: object())


@pytest.mark.usefixtures("no_swap")
@pytest.mark.parametrize("renames", [0, 1, 2, 3])
def test_after_a_kill_between_the_renames_one_of_the_two_directories_is_there(tmp_path: Path, renames: int) -> None:
    code = """
import ctypes, os, pathlib, sys
ctypes.CDLL = lambda *_, **__: object()
from w2vcli.atomic import new_directory
left, rename = int(sys.argv[2]), pathlib.Path.rename
def counted(*names):
    global left
    if not left:
        os._exit(9)
    left -= 1
    return rename(*names)
pathlib.Path.rename = counted
with new_directory(pathlib.Path(sys.argv[1]), force=True) as folder:
    (folder / "new").touch()
os._exit(9)
"""
    target = tmp_path / "m.w2v"
    target.mkdir()
    (target / "earlier").touch()
    done = subprocess.run([sys.executable, "-c", code, str(target), str(renames)], check=False, capture_output=True)
    assert done.returncode == 9, done.stderr
    with new_file(tmp_path / "next"):
        pass
    assert names(tmp_path) == ["m.w2v", "next"]
    assert names(target) == ["earlier" if renames < 2 else "new"]


@pytest.mark.usefixtures("no_swap")
@pytest.mark.parametrize("refused", ["m.w2v", "partial"])
def test_a_directory_that_cannot_be_replaced_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    target, rename = tmp_path / "m.w2v", Path.rename
    target.mkdir()
    (target / "earlier").touch()

    def refusing(path: Path, other: Path) -> Path:
        if path.name.endswith(refused):
            raise PermissionError(errno.EACCES, "Access is denied")
        return rename(path, other)

    monkeypatch.setattr(Path, "rename", refusing)
    with pytest.raises((Unwritable, PermissionError), match="Access is denied"), new_directory(target, force=True):
        pass
    assert names(tmp_path) == ["m.w2v"]
    assert names(target) == ["earlier"]
