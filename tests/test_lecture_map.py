"""The map of the lecture: its commands run, and print what stands beside them."""

from __future__ import annotations

import os
import re
import shlex
import stat
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import ROOT, real_data, require
from w2vcli.lessons.running import run_on_terminal

MAP = (ROOT / "docs" / "lecture-map.md").read_text(encoding="utf-8")
SUBSET = "googlenews/GoogleNews-subset-negative300.bin.gz"
# Numbers and names of the slides, by item. An item that is said to be as on the slide has to print them.
SLIDES = {
    1: ["5,391", "9,853", "4,914", "7,157", "456", "6,257"],
    2: ["1.4142", "0.0000", "90.0"],
    7: ["(the, quick) (the, brown)", "(quick, the) (quick, brown) (quick, fox)"],
    9: ["Patriots New", "Patriots England", "Patriots win", "Patriots 14th"],
    12: ["6.71"],
    13: ["-0.01831055 0.05566406 -0.01153564"],
    14: ["boy 0.8543272", "woman 0.7494641", "teenager 0.7172499"],
    15: ["king 0.7298422"],
    16: ["perplexity 3", "seed 42"],
    18: ["8,928", "2,468"],
    20: ["the 5", "cat 1", "sat 4", "on 3", "mat 2", "(1, 6, 4)"],
    21: ["(3, 5)"],
    22: ["(2, 3, 5)"],
    25: ["131,249", "130,960", "272", "17"],
    29: ["16"],
}
ITEMS = 32


class Item(NamedTuple):
    """A row of the map. ``printed`` are the texts that its ``commands`` print, one after the other."""

    number: int
    needs: str
    commands: list[str]
    printed: list[str]
    remark: str

    @property
    def is_as_on_the_slide(self) -> bool:
        return self.remark.startswith("yes")


def code_in(cell: str) -> list[str]:
    return [code.replace(r"\|", "|") for code in re.findall(r"`([^`]+)`", cell)]


def items() -> Iterator[Item]:
    for line in MAP.splitlines():
        if re.match(r"\| \d+ \|", line):
            number, needs, _, commands, printed, remark = (cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1])
            yield Item(int(number), needs, code_in(commands), code_in(printed), remark)


def setup(needs: str) -> list[str]:
    """Return the commands that make what items with these needs ask."""
    block = re.search(r"```sh\n(.*?)```", MAP, re.DOTALL)
    assert block is not None
    lines = [line.rpartition("#") for line in block[1].splitlines()]
    return [command.strip() for command, _, what in lines if what.strip() == needs]


def test_the_map_has_all_items_and_counts_those_that_are_as_on_the_slide() -> None:
    found = list(items())
    assert [item.number for item in found] == list(range(1, ITEMS + 1))
    same = sum(item.is_as_on_the_slide for item in found)
    assert f"**{same} of {ITEMS} items are as on the slide.**" in MAP
    assert {item.needs for item in found} == {"data", "news", "neural", "IMDB", "network"}
    for item in found:
        assert item.commands
        assert item.is_as_on_the_slide or re.match(r"(no|untried): \S", item.remark), item.number
        assert item.printed or item.needs == "network"


@pytest.mark.parametrize("number", SLIDES)
def test_what_the_slide_has_is_what_is_looked_for(number: int) -> None:
    item = next(item for item in items() if item.number == number)
    assert item.is_as_on_the_slide
    for shown in SLIDES[number]:
        assert any(shown in text for text in item.printed), shown


def require_needs(needs: str) -> None:
    """Skip where the items cannot be tried."""
    if needs == "news":
        real_data(SUBSET)
    if needs in ("neural", "IMDB"):
        require("keras")
        require("jax")
    if needs == "IMDB":
        require("tokenizers")
        real_data("imdb/aclImdb.tar.gz")
        if "W2V_TEST_IMDB" not in os.environ:
            pytest.skip("two trainings on the film reviews take minutes: set W2V_TEST_IMDB=1")


@pytest.mark.skipif(sys.platform == "win32", reason="the commands are for a shell of Unix")
@pytest.mark.parametrize("needs", ["data", "news", "neural", "IMDB"])
def test_the_commands_print_what_the_map_says(needs: str, home: Path, tmp_path: Path) -> None:
    require_needs(needs)
    program = tmp_path / "bin" / "w2v"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m w2vcli "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    place = tmp_path / "place"
    place.mkdir()
    (place / "data").symlink_to(ROOT / "data")
    path = {"PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}

    @cache
    def run(command: str) -> str:
        ran = run_on_terminal(["bash", "-c", command], place, os.environ | path)
        assert ran.status == 0, f"{command}: {ran.err}"
        return " ".join(f"{ran.out} {ran.err}".split())

    for command in setup(needs):
        if needs == "IMDB" and not (place / "aclImdb.tar.gz").exists():
            (place / "aclImdb.tar.gz").symlink_to(real_data("imdb/aclImdb.tar.gz"))
        # The subset stands in for the download.
        run(f"w2v load {shlex.quote(str(real_data(SUBSET)))} -o news" if needs == "news" else command)
    for item in items():
        if item.needs == needs:
            shown = " ".join(run(command) for command in item.commands)
            missing = [text for text in item.printed if text not in shown]
            assert not missing, f"item {item.number}: {missing} not in {shown}"


def test_the_commands_for_korean_are_in_the_korean_lecture() -> None:
    """So a reader of the map finds each command that asks words with Korean words, too."""
    korean = (ROOT / "docs" / "lecture.ko.md").read_text(encoding="utf-8")
    asked = {"train", "encode", "features", "plot", "pairs", "step", "lookup", "info", "vector", "similar", "analogy"}
    used = {command.split()[1] for item in items() for command in item.commands if command.startswith("w2v ")}
    assert asked <= used | {"train"}
    assert asked <= set(re.findall(r"^\$ w2v ([a-z-]+)", korean, re.MULTILINE))
