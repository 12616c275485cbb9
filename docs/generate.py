"""Write the documentation that commands produce: sessions, the lecture, the reference and the layouts.

A session is a ``console`` block of a document in ``WITH_SESSIONS``. Each of its lines that begins with ``$ `` is a
command, and lines indented by four blanks below it go on with it. It is run as on a terminal of 80 columns, in a folder
that has this project's ``data``. Each document begins with no model. What a command prints on standard output is put
below it. A ``shell-session`` block needs other programs, too: where one is missing, the block stays as it is.

The lecture is what ``w2v lecture all --markdown`` prints. With --check nothing is written, and the exit status is 1 if
what is committed differs. Numbers may differ a little, since other processors round otherwise.
"""

from __future__ import annotations

import argparse
import math
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import click
import layouts

from w2vcli.cli.command_line import describe
from w2vcli.cli.main import SECTIONS, cli, with_subcommands
from w2vcli.lessons.lecture import LANGUAGES
from w2vcli.lessons.running import run_on_terminal
from w2vcli.speaking.catalogue import read_catalogue
from w2vcli.speaking.language import ENGLISH, choose_language

ROOT = Path(__file__).resolve().parents[1]
WITH_SESSIONS = ("README.md", "README.ko.md", "docs/walk.md", "docs/report.md", "docs/pipelines.md", "docs/programs.md")

# The command reference in each language: its title, its origin, the heads of its table, and the word for columns.
REFERENCE = {
    "en": (
        "Commands",
        "Written from `--help` and `--help-json` by `make docs`.",
        "| job | command | what it does |",
        "Columns",
    ),
    "ko": (
        "명령어",
        "`make docs`가 `--help`와 `--help-json`을 모아 쓴 문서입니다.",
        "| 하는 일 | 명령어 | 설명 |",
        "열",
    ),
}

_COMMAND = re.compile(r"^\$ (?:.*\\\n    )*.*", re.MULTILINE)
_BLOCK = re.compile(r"^```(console|shell-session)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What a block may need: programs, and libraries that Python imports.
_PROGRAMS = re.compile(r"\b(jq|sqlite3|Rscript|pdflatex)\b")
_LIBRARIES = re.compile(r"python -c 'import (\w+)")
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


class Made(NamedTuple):
    """A document, and the pictures that belong into docs/, by name."""

    text: str
    pictures: dict[str, bytes]


@contextmanager
def workplace(language: str) -> Iterator[tuple[Path, dict[str, str]]]:
    """Make a folder with the project's data, and the environment of a new user in it, who speaks a language."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "w2v"
        place.mkdir()
        (place / "data").symlink_to(ROOT / "data")
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        settings = {"W2V_HOME": str(Path(folder) / "home"), "W2V_LANG": language, "PATH": path}
        yield place, {name: value for name, value in os.environ.items() if name != "W2V_MODEL"} | settings


def printed(command: str, place: Path, environment: dict[str, str]) -> str:
    """Return what a command prints on a terminal; end with its error if it fails."""
    ran = run_on_terminal(["bash", "-c", command], place, environment)
    if ran.status:
        raise SystemExit(f"{command}: exit status {ran.status}\n{ran.err}")
    return ran.out


def sessions(name: str) -> Made:
    """Return a document with its sessions run again in its language, and the pictures that they drew."""
    text = (ROOT / name).read_text(encoding="utf-8")
    language = next((found for found in LANGUAGES if name.endswith(f".{found}.md")), ENGLISH)
    with workplace(language) as (place, environment):

        def session(match: re.Match[str]) -> str:
            kind, block = match.groups()
            if not all_at_hand(block):
                return match[0]
            parts = [f"{line}\n{printed(line[2:], place, environment)}" for line in _COMMAND.findall(block)]
            return f"```{kind}\n" + "\n".join(parts) + "```"

        return Made(_BLOCK.sub(session, text), _pictures(place))


def all_at_hand(block: str) -> bool:
    """Tell whether the programs and libraries that a block needs are installed."""
    return all(map(shutil.which, _PROGRAMS.findall(block))) and all(map(find_spec, _LIBRARIES.findall(block)))


def lecture(language: str) -> Made:
    """Return the lecture in a language, and its pictures."""
    command = f"w2v lecture all --lang {language} --markdown"
    with workplace(language) as (place, environment):
        text = printed(f"{command} -o lecture", place, environment)
        return Made(f"{links('lecture')}\n\n`{command}`\n\n{text}", _pictures(place / "lecture"))


def links(document: str) -> str:
    """Return the links to a document in all languages."""
    return " · ".join(f"[{name}]({in_language(document, language)})" for language, name in LANGUAGES.items())


def in_language(document: str, language: str) -> str:
    """Return the file of a document in a language: ``lecture.md``, ``lecture.ko.md``."""
    return f"{document}.md" if language == ENGLISH else f"{document}.{language}.md"


def _pictures(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.png"))}


def commands(language: str) -> str:
    """Return the command reference in a language: a table of all commands, then the help and the columns of each."""
    title, origin, heads, columns = REFERENCE[language]
    described = {found["name"]: found for found in describe(cli, SECTIONS)["commands"]}
    parts = [f"{links('commands')}\n\n# {title}\n\n{origin}\n\n{heads}\n|---|---|---|\n"]
    choose_language(language)
    for section, names in SECTIONS.items():
        for name in names:
            job = heading(section, language) if name == names[0] else ""
            parts.append(f"| {job} | [{name}](#w2v-{name}) | {short_help(name)} |\n")
    with workplace(language) as (place, environment):
        for section, names in SECTIONS.items():
            parts.append(f"\n## {heading(section, language)}\n")
            for command in (full for name in names for full in with_subcommands(name)):
                shown = printed(f"w2v {command} --help", place, environment)
                parts.append(f"\n### w2v {command}\n\n```text\n{shown}```\n")
                if names_of_columns := described.get(command, {}).get("columns"):
                    parts.append(f"\n{columns}: {', '.join(f'`{each}`' for each in names_of_columns)}\n")
    return "".join(parts)


def heading(text: str, language: str) -> str:
    """Return a heading of help in a language."""
    return text if language == ENGLISH else read_catalogue(language, "help").exact(text) or text


def short_help(name: str) -> str:
    """Return the first sentence of a command's help, in the language that is chosen."""
    command = cli.get_command(click.Context(cli), name)
    return command.get_short_help_str(limit=200) if command else ""


def differs(committed: str, made: str) -> bool:
    """Tell whether two texts differ in more than blanks and the last digits of numbers."""
    for ours, theirs in zip_longest(committed.split(), made.split(), fillvalue=""):
        if _NUMBER.sub("#", ours) != _NUMBER.sub("#", theirs):
            return True
        numbers = ([float(number.replace(",", "")) for number in _NUMBER.findall(text)] for text in (ours, theirs))
        if any(not math.isclose(a, b, rel_tol=0.02, abs_tol=0.02) for a, b in zip(*numbers, strict=True)):
            return True
    return False


def main() -> str | None:
    """Write the documents, or only compare them and name those that differ."""
    parser = argparse.ArgumentParser(description="Write the documentation that commands produce.")
    parser.add_argument("--check", action="store_true", help="compare, do not write")
    check = parser.parse_args().check
    made = {
        **{ROOT / name: sessions(name) for name in WITH_SESSIONS},
        **{ROOT / "docs" / in_language("lecture", language): lecture(language) for language in LANGUAGES},
        **{ROOT / "docs" / in_language("commands", language): Made(commands(language), {}) for language in LANGUAGES},
        ROOT / "docs" / "layouts.md": Made(layouts.page(), {}),
    }
    if check:
        stale = [path.name for path, found in made.items() if differs(_read(path), found.text)]
        stale += [name for found in made.values() for name in found.pictures if not (ROOT / "docs" / name).exists()]
        return f"not up to date: {', '.join(stale)}; run: make docs" if stale else None
    for path, found in made.items():
        path.write_text(found.text, encoding="utf-8")
        for name, picture in found.pictures.items():
            (ROOT / "docs" / name).write_bytes(picture)
    return None


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    raise SystemExit(main())
