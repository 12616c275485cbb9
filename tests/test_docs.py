"""The documents that people read: links that lead somewhere, and a README that stays short."""

from __future__ import annotations

import re
import urllib.parse
from pathlib import Path

import pytest

from tests.conftest import ROOT

DOCUMENTS = sorted(
    [*ROOT.glob("README*.md"), ROOT / "CONTRIBUTING.md", ROOT / "data" / "README.md", *(ROOT / "docs").glob("*.md")]
)
_CODE = re.compile(r"^```(?:.|\n)*?^```$|^    .*$|`[^`\n]*`", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def links(path: Path) -> list[str]:
    """Return where the links of a document lead; what only looks like one in code is left out."""
    return _LINK.findall(_CODE.sub("", path.read_text(encoding="utf-8")))


def anchors(path: Path) -> set[str]:
    """Return the anchors of a document's headings: lower case, no punctuation, hyphens for blanks, as GitHub's are."""
    text = re.sub(r"^```(?:.|\n)*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in _HEADING.findall(text)}


def test_anchors_are_those_of_github(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# What it costs\n\n```sh\n# no heading\n```\n\n## 3CosAdd, `w2v` & more\n")
    assert anchors(tmp_path / "a.md") == {"what-it-costs", "3cosadd-w2v--more"}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_and_anchor_leads_somewhere(path: Path) -> None:
    for link in links(path):
        address = urllib.parse.urlsplit(link)
        if address.scheme:
            continue
        target = path.parent / urllib.parse.unquote(address.path) if address.path else path
        assert target.exists(), f"{path.name}: {link}"
        if address.fragment:
            assert urllib.parse.unquote(address.fragment) in anchors(target), f"{path.name}: {link}"


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_a_readme_is_short_and_leads_each_reader_to_a_page(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert len(text.encode()) <= 8_000
    top = text[: text.index("\n## ")]
    assert {"docs/walk.md", "docs/report.md", "docs/pipelines.md"} <= set(re.findall(r"\]\(([^)]+)\)", top))
