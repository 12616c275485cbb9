from __future__ import annotations

import json
import os
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import pytest
from msgspec import Meta

from tests.conftest import make_pipe
from w2vcli.corpus.reading import Reading
from w2vcli.decoding import decode_json, is_plain_name, open_regular, read_json, read_regular
from w2vcli.errors import BadModel, BadSettings, UnfinishedTraining


@dataclass(frozen=True)
class Inner:
    loss: list[float]
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outer:
    size: Annotated[int, Meta(ge=0)]
    parts: dict[str, Inner] = field(default_factory=dict)
    runs: list[Inner] = field(default_factory=list)
    anything: Any = None

    def __post_init__(self) -> None:
        if self.size == 13:
            raise BadSettings("--size 13 is refused")


def test_json_becomes_frozen_dataclasses_with_tuples_and_defaults() -> None:
    found = decode_json(b'{"size": 3, "parts": {"a": {"loss": [1, 2.5], "words": ["x"]}}}', Outer, "F")
    assert found == Outer(3, {"a": Inner([1.0, 2.5], ("x",))})
    assert isinstance(found.parts["a"].loss[0], float)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "it is no JSON: Expecting value"),
        (b"\x80\x81", "it is no JSON"),
        (b'{"size": 3', "it is no JSON"),
        (b"null", "expected object, got null"),
        (b"[]", "expected object, got array"),
        (b"{}", "object missing required field size"),
        (b'{"size": "3"}', "size: expected int, got str"),
        (b'{"size": true}', "size: expected int, got bool"),
        (b'{"size": 3.5}', "size: expected int, got float"),
        (b'{"size": -1}', "size: expected int >= 0"),
        (b'{"size": 1e999}', "size: inf is no number"),
        (b'{"size": 3, "anything": [0, NaN]}', r"anything\[1\]: nan is no number"),
        (b'{"size": 3, "runs": [{"loss": ["a"]}]}', r"runs\[0\].loss\[0\]|runs\[...\].loss\[0\]: expected float"),
        (b'{"size": 3, "runs": [{"loss": [], "pace": 1}]}', r"runs\[0\].pace: this version of w2v knows no such field"),
        (b'{"size": 3, "a\\u001bb": 1}', r"a\\x1bb: this version"),
        (b'{"size": 3, "\\ud800": 1}', "is no name of a field"),
        (b'{"size": %s}' % (b"9" * 5000), "it is no JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"size": 3, "anything": %s}' % (b"[" * 40 + b"]" * 40), "nested too deeply"),
        (b'{"size": 13}', "--size 13 is refused"),
    ],
)
def test_what_does_not_fit_is_told_in_one_line_with_its_place(data: bytes, fault: str) -> None:
    with pytest.raises(BadModel, match=f"^F is damaged: .*{fault}") as raised:
        decode_json(data, Outer, "F")
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 400


def test_a_caller_names_its_error_and_what_to_do() -> None:
    with pytest.raises(UnfinishedTraining, match="F is damaged: size: expected int, got null; --force"):
        decode_json(b'{"size": null}', Outer, "F", lambda text: UnfinishedTraining(f"{text}; --force begins anew"))


def test_infinite_numbers_and_unknown_fields_are_allowed_where_that_is_said() -> None:
    assert decode_json(b'{"loss": [Infinity]}', Inner, "F", infinite=True) == Inner([float("inf")])
    assert decode_json(b'{"loss": [], "pace": 1}', Inner, "F", unknown=True) == Inner([])


def test_paths_that_are_not_utf_8_come_back(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    text = json.dumps({"loss": [], "words": [name]}, ensure_ascii=False)
    (tmp_path / "f.json").write_bytes(text.encode(errors="surrogateescape"))
    assert read_json(tmp_path / "f.json", Inner).words == (name,)


def test_what_is_no_regular_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    make_pipe(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "device").symlink_to("/dev/zero")
    for name, what in (("pipe", "a named pipe"), ("folder", "a folder"), ("device", "a device")):
        with pytest.raises(BadModel, match=f"{name} is damaged: it is {what}, not a file"):
            open_regular(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / "absent")
    if sys.platform == "win32":
        return
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        with pytest.raises(OSError, match="No such device"):
            open_regular(tmp_path / "socket")


def test_no_more_is_read_than_was_allowed(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"12345")
    assert read_regular(tmp_path / "f", 5) == b"12345"
    os.truncate(tmp_path / "f", 1 << 40)  # sparse
    with pytest.raises(BadModel, match="it has more than 5 bytes"):
        read_regular(tmp_path / "f", 5)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc on this system")
def test_a_file_that_says_it_is_empty_is_bounded_too() -> None:
    with pytest.raises(BadModel, match="it has more than 1 bytes"):
        read_regular("/proc/self/environ", 1)


@pytest.mark.parametrize("name", ["vectors.npy", "training/syn1neg.npy", "a..b", ".hidden"])
def test_plain_names(name: str) -> None:
    assert is_plain_name(name)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", "a\nb", "a\x1bb", "a\0b"]
)
def test_names_that_leave_their_folder_are_not_plain(name: str) -> None:
    assert not is_plain_name(name)


def test_a_field_without_a_name_is_no_field_that_is_passed_over() -> None:
    with pytest.raises(BadModel, match="knows no such field"):
        decode_json(b'{"": 1}', Reading, "f.json")


def test_an_encoding_that_there_is_not_is_told_with_its_file() -> None:
    with pytest.raises(BadModel, match="Python knows no encoding of text called utf03"):
        decode_json(b'{"encoding": "utf03"}', Reading, "f.json")
