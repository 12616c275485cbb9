"""Write the documentation that commands produce: the sessions in README.md, and docs/commands.md.

In README.md, each line of a ``console`` block that starts with ``$ `` is run as on a terminal of 80
columns, in a folder that has this project's ``data``, with no model to begin with; what it prints on
standard output is put below it. With --check nothing is written, and the exit status is 1 if what is
committed differs; numbers may differ a little, since other processors round otherwise.
"""

from __future__ import annotations

import argparse
import math
import os
import pty
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path

from w2vcli.cli.main import SECTIONS

ROOT = Path(__file__).resolve().parents[1]
PICTURE = "vocab.png"  # what a command of the README draws, kept in docs/
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


@contextmanager
def workplace() -> Iterator[tuple[Path, dict[str, str]]]:
    """Make a folder with the project's data, and the environment of a new user in it."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "w2v"
        place.mkdir()
        (place / "data").symlink_to(ROOT / "data")
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        settings = {"W2V_HOME": str(Path(folder) / "home"), "COLUMNS": "80", "TERM": "dumb", "PATH": path}
        yield place, {name: value for name, value in os.environ.items() if name != "W2V_MODEL"} | settings


def run_on_terminal(command: str, place: Path, environment: dict[str, str]) -> str:
    """Return what a command prints on a terminal; end with its error if it fails."""
    controller, terminal = pty.openpty()
    with subprocess.Popen(
        ["bash", "-c", command],
        cwd=place,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=terminal,
        stderr=subprocess.PIPE,
    ) as process:
        os.close(terminal)
        data = b""
        try:
            while chunk := os.read(controller, 1 << 16):
                data += chunk
        except OSError:  # how Linux tells that the other end is closed
            pass
        _, err = process.communicate()
    os.close(controller)
    if process.returncode:
        raise SystemExit(f"{command}: exit status {process.returncode}\n{err.decode()}")
    lines = (line.rstrip() for line in data.decode().splitlines())
    return "".join(f"{line}\n" for line in lines)


def readme(text: str) -> tuple[str, bytes]:
    """Return the README with its sessions run again, and the picture that they drew."""
    with workplace() as (place, environment):

        def session(match: re.Match[str]) -> str:
            commands = [line for line in match[1].splitlines() if line.startswith("$ ")]
            parts = [f"{line}\n{run_on_terminal(line[2:], place, environment)}" for line in commands]
            return "```console\n" + "\n".join(parts) + "```"

        return _BLOCK.sub(session, text), (place / PICTURE).read_bytes()


def commands() -> str:
    """Return the command reference: every command's help."""
    parts = ["# Commands\n\nWritten from `--help` by `make docs`.\n"]
    with workplace() as (place, environment):
        for section, names in SECTIONS.items():
            parts.append(f"\n## {section}\n")
            for name in names:
                shown = run_on_terminal(f"w2v {name} --help", place, environment)
                parts.append(f"\n### w2v {name}\n\n```text\n{shown}```\n")
    return "".join(parts)


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
    session, picture = readme((ROOT / "README.md").read_text(encoding="utf-8"))
    documents = {ROOT / "README.md": session, ROOT / "docs" / "commands.md": commands()}
    if check:
        stale = [path.name for path, made in documents.items() if differs(path.read_text(encoding="utf-8"), made)]
        return f"not up to date: {', '.join(stale)}; run: make docs" if stale else None
    for path, made in documents.items():
        path.write_text(made, encoding="utf-8")
    (ROOT / "docs" / PICTURE).write_bytes(picture)
    return None


if __name__ == "__main__":
    raise SystemExit(main())
