"""The layouts of docs/layouts.md: each is read right or refused, none is read wrong."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """Give what makes the page; it changes the home and the working folder."""
    pytest.importorskip("pyarrow")
    monkeypatch.setenv("W2V_HOME", "")
    here = Path.cwd()
    made: Callable[[], str] = runpy.run_path(str(ROOT / "docs" / "layouts.py"))["page"]
    yield made
    monkeypatch.chdir(here)


def test_no_layout_is_read_wrong(page: Callable[[], str]) -> None:
    text = page()
    rows = [line for line in text.splitlines() if re.match(r"\| [^|]+ \| [^|]* \| [^|]* \| (read|refused): ", line)]
    assert len(rows) >= 40
    assert len(re.findall(r"^## ", text, re.MULTILINE)) == 4


def test_the_page_has_a_row_for_each_layout() -> None:
    pytest.importorskip("pyarrow")
    written = (ROOT / "docs" / "layouts.md").read_text(encoding="utf-8")
    sections = runpy.run_path(str(ROOT / "docs" / "layouts.py"))["SECTIONS"]
    for title, _, layouts, _ in sections:
        assert f"## {title}" in written
        for layout in layouts:
            assert f"| {layout.name} |" in written
