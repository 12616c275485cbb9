"""Processor time of questions by two versions of w2v, which other work on the machine disturbs less than seconds.

    git worktree add ../before v0.1.0
    python -m benchmarks.processor_time ../before . big.w2v --pairs 10 --asked 2000

Both checkouts ask one model that is there, whose words are those of `benchmarks.questions`. Where their indexes differ,
``--later`` names a copy for the second one. Prints a table: the medians of user and system time, the second version's
over the first one's in pairs A B B A, and the peak of resident memory. With ``--cold-pairs`` there is another one, of a
question whose model is read from the disk.
"""

from __future__ import annotations

import argparse
import mmap
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.processes import forget_files
from benchmarks.questions import make_questions, word_of
from w2vcli.models.facts import read_facts


class Used(NamedTuple):
    """The seconds of processor time of a process, the most that was resident, its wall time, what it read of the disk.

    Memory and what was read are in MB.
    """

    seconds: float
    megabytes: float
    wall: float
    read: float


def measure(checkout: Path, arguments: tuple[str, ...], stdin: Path) -> Used:
    """Run a command of a checkout where there are no settings of a project, and return what it used."""
    if not hasattr(os, "wait4"):
        raise SystemExit("what a process used is told on Unix alone")
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.perf_counter()
    with open(stdin, "rb") as source:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=stdin.parent, env=environment, stdin=source, stdout=subprocess.DEVNULL
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = status  # it has been waited for
    if status:
        raise SystemExit(f"{' '.join(arguments)}: exit status {status}")
    wall = time.perf_counter() - started
    return Used(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, wall, used.ru_inblock * 512 / 1e6)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=Path, help="a checkout of the earlier version")
    parser.add_argument("second", type=Path, help="a checkout of the later version")
    parser.add_argument("model", type=Path)
    parser.add_argument("--later", type=Path, help="a copy of the model for the later version")
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--cold-pairs", type=int, default=0, help="pairs of a question that reads the disk")
    parser.add_argument("--slow-pairs", type=int, default=1, help="pairs of many questions")
    parser.add_argument("--asked", type=int, default=2000, help="how many are many questions")
    options = parser.parse_args()
    checkouts = options.first.resolve(), options.second.resolve()
    model = options.model.resolve()
    models = model, (options.later or model).resolve()
    words = read_facts(model).words
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as asked:
        asked.write("".join(f"{question.line()}\n" for question in make_questions(words, options.asked)))
        asked.flush()
        similar = ("-m", "w2vcli", "similar", word_of(words // 3))
        rows: dict[str, tuple[int, tuple[str, ...]]] = {
            "`python -c 'import numpy'`": (options.pairs, ("-c", "import numpy")),
            "`w2v --help`": (options.pairs, ("-m", "w2vcli", "--help")),
            "`w2v similar WORD`": (options.pairs, similar),
            f"`w2v analogy -`, {options.asked:,} questions": (options.slow_pairs, ("-m", "w2vcli", "analogy", "-")),
        }
        sys.stdout.write(
            "| process | before, CPU s | now, CPU s | now / before | before, s | now, s | before, MB | now, MB |\n"
        )
        sys.stdout.write("|---|---:|---:|---:|---:|---:|---:|---:|\n")
        for name, (pairs, arguments) in rows.items():
            if pairs:
                sys.stdout.write(f"| {name} | {_row(checkouts, models, arguments, Path(asked.name), pairs)} |\n")
                sys.stdout.flush()
        if options.cold_pairs:
            sys.stdout.write(_from_the_disk(checkouts, models, similar, options.cold_pairs))


def _row(
    checkouts: tuple[Path, Path], models: tuple[Path, Path], arguments: tuple[str, ...], stdin: Path, pairs: int
) -> str:
    """Return the cells of a command: each version runs once before it counts, and goes first in every other pair."""
    found: tuple[list[Used], list[Used]] = ([], [])
    asks = "w2vcli" in arguments and "--help" not in arguments
    both = [(*arguments, "-m", str(model)) if asks else arguments for model in models]
    for checkout, command in zip(checkouts, both, strict=True) if pairs > 1 else ():
        measure(checkout, command, stdin)
    for pair in range(pairs):
        for at in (0, 1) if pair % 2 == 0 else (1, 0):
            found[at].append(measure(checkouts[at], both[at], stdin))
    ratios = [now.seconds / before.seconds for before, now in zip(*found, strict=True)]
    before, now = (Used(*map(statistics.median, zip(*each, strict=True))) for each in found)
    ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    walls = f"{before.wall:.2f} | {now.wall:.2f}"
    return (
        f"{before.seconds:.2f} | {now.seconds:.2f} | {ratio} | {walls} | {before.megabytes:,.0f} | {now.megabytes:,.0f}"
    )


def _from_the_disk(
    checkouts: tuple[Path, Path], models: tuple[Path, Path], arguments: tuple[str, ...], pairs: int
) -> str:
    """Return a table of a question to a model no page of which is in memory, and the speed of the disk."""
    found: tuple[list[Used], list[Used]] = ([], [])
    speeds = []
    for pair in range(pairs):
        speeds.append(_gigabytes_a_second(models[0] / "vectors.npy"))
        for at in (0, 1) if pair % 2 == 0 else (1, 0):
            forget_files(path for path in models[at].rglob("*") if path.is_file())
            found[at].append(measure(checkouts[at], (*arguments, "-m", str(models[at])), Path(os.devnull)))
    told = "\n| from the disk | seconds | least to most | CPU s | MB read |\n|---|---:|---:|---:|---:|\n"
    for name, each in zip(("before", "now"), found, strict=True):
        walls = [used.wall for used in each]
        seconds, read = (statistics.median(values) for values in ([u.seconds for u in each], [u.read for u in each]))
        least_to_most = f"{min(walls):.2f} to {max(walls):.2f}"
        told += f"| {name} | {statistics.median(walls):.2f} | {least_to_most} | {seconds:.2f} | {read:,.0f} |\n"
    return f"{told}\nThe disk gave {min(speeds):.1f} to {max(speeds):.1f} GB/s, 8 MB at a time past the page cache.\n"


def _gigabytes_a_second(path: Path) -> float:
    """Return how fast the disk gives the first half gigabyte of a file."""
    if sys.platform != "linux":
        raise SystemExit("the page cache is passed by on Linux alone")
    space = mmap.mmap(-1, 1 << 23)  # which begins with a page, as reading past the cache wants it
    number = os.open(path, os.O_RDONLY | os.O_DIRECT)
    started, done = time.perf_counter(), 0
    while done < 1 << 29 and (count := os.preadv(number, [space], done)):
        done += count
    os.close(number)
    return done / 1e9 / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
