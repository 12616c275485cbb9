"""Processor time of questions by two versions of w2v, which other work on the machine disturbs less than seconds.

    git worktree add ../before v0.1.0
    python -m benchmarks.processor_time ../before . big.w2v --pairs 10 --asked 2000

Both checkouts ask one model that is there, whose words are those of `benchmarks.questions`. Prints a table: the medians
of user and system time, the second version's over the first one's in pairs A B B A, and the peak of resident memory.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from benchmarks.questions import make_questions, word_of
from w2vcli.models.directory import open_model_directory


class Used(NamedTuple):
    """The seconds of processor time of a process, and the most that was resident, in MB."""

    seconds: float
    megabytes: float


def measure(checkout: Path, arguments: tuple[str, ...], stdin: Path) -> Used:
    """Run a command of a checkout where there are no settings of a project, and return what it used."""
    if not hasattr(os, "wait4"):
        raise SystemExit("what a process used is told on Unix alone")
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with open(stdin, "rb") as source:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=stdin.parent, env=environment, stdin=source, stdout=subprocess.DEVNULL
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = status  # it has been waited for
    if status:
        raise SystemExit(f"{' '.join(arguments)}: exit status {status}")
    return Used(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=Path, help="a checkout of the earlier version")
    parser.add_argument("second", type=Path, help="a checkout of the later version")
    parser.add_argument("model", type=Path)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--slow-pairs", type=int, default=1, help="pairs of many questions")
    parser.add_argument("--asked", type=int, default=2000, help="how many are many questions")
    options = parser.parse_args()
    checkouts = options.first.resolve(), options.second.resolve()
    model = options.model.resolve()
    words = open_model_directory(model).facts.words
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as asked:
        asked.write("".join(f"{question.line()}\n" for question in make_questions(words, options.asked)))
        asked.flush()
        rows = {
            "`python -c 'import numpy'`": (options.pairs, ("-c", "import numpy")),
            "`w2v --help`": (options.pairs, ("-m", "w2vcli", "--help")),
            "`w2v similar WORD`": (options.pairs, ("-m", "w2vcli", "similar", word_of(words // 3), "-m", str(model))),
            f"`w2v analogy -`, {options.asked:,} questions": (
                options.slow_pairs,
                ("-m", "w2vcli", "analogy", "-", "-m", str(model)),
            ),
        }
        sys.stdout.write("| process | before, CPU s | now, CPU s | now / before | before, MB | now, MB |\n")
        sys.stdout.write("|---|---:|---:|---:|---:|---:|\n")
        for name, (pairs, arguments) in rows.items():
            sys.stdout.write(f"| {name} | {_row(checkouts, arguments, Path(asked.name), pairs)} |\n")
            sys.stdout.flush()


def _row(checkouts: tuple[Path, Path], arguments: tuple[str, ...], stdin: Path, pairs: int) -> str:
    """Return the cells of a command: each version runs once before it counts, and goes first in every other pair."""
    found: tuple[list[Used], list[Used]] = ([], [])
    for checkout in checkouts if pairs > 1 else ():
        measure(checkout, arguments, stdin)
    for pair in range(pairs):
        for at in (0, 1) if pair % 2 == 0 else (1, 0):
            found[at].append(measure(checkouts[at], arguments, stdin))
    ratios = [now.seconds / before.seconds for before, now in zip(*found, strict=True)]
    before, now = (Used(*map(statistics.median, zip(*each, strict=True))) for each in found)
    ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    return f"{before.seconds:.2f} | {now.seconds:.2f} | {ratio} | {before.megabytes:,.0f} | {now.megabytes:,.0f}"


if __name__ == "__main__":
    main()
