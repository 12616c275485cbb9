"""The documents that people read: links that lead somewhere, and a README that stays short."""

from __future__ import annotations

import re
import urllib.parse
from pathlib import Path

import click
import pytest

from tests.conftest import ROOT
from w2vcli.cli.everywhere import EVERYWHERE
from w2vcli.cli.main import cli

DOCUMENTS = sorted(
    [*ROOT.glob("README*.md"), ROOT / "CONTRIBUTING.md", ROOT / "data" / "README.md", *(ROOT / "docs").glob("*.md")]
)
_CODE = re.compile(r"^```(?:.|\n)*?^```$|^    .*$|`[^`\n]*`", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)

# Options of programs that measure.
_OPTIONS_OF_OTHERS = {"--word2vec", "--user", "--read-only", "--rows", "--type", "--no-index", "--pairs", "--table"}


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


def code_of(path: Path) -> list[str]:
    """Return the lines of code of a document: in blocks, indented, or within a sentence."""
    text = path.read_text(encoding="utf-8")
    return [line for found in _CODE.findall(text) for line in found.strip("`").splitlines()]


def options_of(command: click.Command) -> set[str]:
    """Return the options of a command and of those below it, without older spellings."""
    found = {"--help", "--version"}
    for option in (*command.params, *EVERYWHERE):
        if isinstance(option, click.Option) and not option.hidden:
            found |= {*option.opts, *option.secondary_opts}
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            found |= options_of(below)
    return found


# The reference is written from the options themselves.
@pytest.mark.parametrize(
    "path", [path for path in DOCUMENTS if not path.name.startswith("commands.")], ids=lambda path: path.name
)
def test_every_option_that_a_document_shows_exists(path: Path) -> None:
    """Of an option that stands alone, such as `--seed`, any command will do."""
    all_options = options_of(cli)
    for line in code_of(path):
        for name, rest in re.findall(r"\bw2v ([a-z][\w-]*)([^|;]*)", line):
            command = cli.get_command(click.Context(cli), name)
            if command is not None:
                unknown = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", rest)) - options_of(command)
                assert not unknown, f"{path.name}: {line}"
        if match := re.match(r"--[a-z][\w-]*", line):
            assert match[0] in all_options | _OPTIONS_OF_OTHERS, f"{path.name}: {line}"
