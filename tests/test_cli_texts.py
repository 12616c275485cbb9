from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from w2vcli.cli.text_arguments import read_texts
from w2vcli.errors import DamagedInput

LINES = ["a film", "", "", "bad"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_each_line_is_a_text_and_blank_ones_are_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, last: bool
) -> None:
    data = ("\ufeffa film" + end + end + "   " + end + "bad" + (end if last else "")).encode()
    (tmp_path / "lines.txt").write_bytes(data)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert read_texts([str(tmp_path / "lines.txt")]) == LINES
    assert read_texts(["-", "x"]) == [*LINES, "x"]


def test_standard_input_that_is_closed_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(DamagedInput, match="standard input is closed"):
        read_texts(["-"])
