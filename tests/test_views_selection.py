from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import unix_only
from w2vcli.errors import DamagedInput, W2vError
from w2vcli.models.directory import Model
from w2vcli.views.selection import read_words, select


def test_words_are_read_a_line_each(tmp_path: Path) -> None:
    (tmp_path / "v").write_bytes("\ufeffking\r\n\r\n New York \n소녀\n\u00a0\nlast".encode())
    assert read_words(tmp_path / "v") == ["king", "New York", "소녀", "\u00a0", "last"]


@pytest.mark.parametrize(("data", "message"), [(b"\xff", "line 1 is not UTF-8"), (b" \n", "there are no words")])
def test_what_is_no_list_of_words(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "v").write_bytes(data)
    with pytest.raises(W2vError, match=message):
        read_words(tmp_path / "v")


@unix_only
def test_what_is_too_large_for_a_list_of_words() -> None:
    with pytest.raises(DamagedInput, match="larger than 64 MiB"):
        read_words(Path("/dev/zero"))


def test_words_are_selected_once_and_unknown_ones_named(toy: Model) -> None:
    found = select(toy, ["queen", "xyzzy", "man", "queen"])
    assert (found.words, found.rows, found.unknown) == (["queen", "man"], [3, 0], ["xyzzy"])
