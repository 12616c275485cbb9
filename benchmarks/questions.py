"""One question to a large model: a whole process of w2v beside a whole process of gensim.

Makes random vectors under random words, loads them with both, and asks each for the neighbours of one word,
in turns: A B A B. Prints the medians and the ratio of each pair, and writes docs/performance.md.

    python -m benchmarks.questions --words 200000
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
VECTOR_SIZE = 300
WORD = "w1000"

GENSIM_BINARY = """
import sys
from gensim.models import KeyedVectors
print(KeyedVectors.load_word2vec_format(sys.argv[1], binary=True).most_similar(sys.argv[2]))
"""
GENSIM_MAPPED = """
import sys
from gensim.models import KeyedVectors
print(KeyedVectors.load(sys.argv[1], mmap="r").most_similar(sys.argv[2]))
"""
GENSIM_SAVE = """
import sys
from gensim.models import KeyedVectors
KeyedVectors.load_word2vec_format(sys.argv[1], binary=True).save(sys.argv[2])
"""


class Cost(NamedTuple):
    """What a process took: seconds of wall time, and its peak of resident memory in MB."""

    seconds: float
    megabytes: float


def measure(*command: str) -> Cost:
    """Run a command and return its cost."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command[:3])}: exit status {process.returncode}")
    unit = 1024 if sys.platform == "linux" else 1 << 20
    return Cost(time.perf_counter() - started, usage.ru_maxrss / unit)


def write_binary(path: Path, words: int) -> None:
    """Write random vectors in word2vec's binary format, as Google's file is."""
    rng = np.random.default_rng(0)
    with open(path, "wb") as file:
        file.write(b"%d %d\n" % (words, VECTOR_SIZE))
        for row in range(words):
            file.write(b"w%d " % row + rng.standard_normal(VECTOR_SIZE, dtype=np.float32).tobytes())


def compare(commands: dict[str, list[str]], pairs: int) -> list[tuple[str, Cost, str]]:
    """Run the commands in turns; return each one's median cost, and its ratio to the first one's by pair."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for command in commands.values():
        measure(*command)  # so that all files are in the page cache
    for _ in range(pairs):
        for name, command in commands.items():
            costs[name].append(measure(*command))
    first = costs[next(iter(costs))]
    rows = []
    for name, found in costs.items():
        ratios = sorted(one.seconds / base.seconds for one, base in zip(found, first, strict=True))
        median = Cost(*(statistics.median(values) for values in zip(*found, strict=True)))
        rows.append((name, median, f"{statistics.median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})"))
    return rows


def report(words: int, pairs: int, rows: list[tuple[str, Cost, str]]) -> str:
    """Return the result as a page."""
    table = "".join(
        f"| {name} | {cost.seconds:.2f} | {ratio} | {cost.megabytes:,.0f} |\n" for name, cost, ratio in rows
    )
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return (
        "# Performance\n\n"
        "Whole processes in turns, files in the page cache, medians; the ratio is that of each pair, with the\n"
        "smallest and the largest. Memory is the peak of resident memory; the part of it that is the mapped\n"
        "file itself can be given back at any time. Written by the command; these machines are noisy, so trust\n"
        "the ratios.\n\n"
        f"## One question to {words:,} x {VECTOR_SIZE} vectors\n\n"
        f"    python -m benchmarks.questions --words {words} --pairs {pairs}\n\n"
        f"{machine}.\n\n"
        "| process | seconds | times the first | peak MB |\n|---|---:|---:|---:|\n" + table
    )


def main() -> None:
    """Measure, print and write the page."""
    parser = argparse.ArgumentParser(description="Measure one question beside gensim.")
    parser.add_argument("--words", type=int, default=200_000)
    parser.add_argument("--pairs", type=int, default=5)
    options = parser.parse_args()
    python = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        os.environ["W2V_HOME"] = folder
        binary, saved = str(Path(folder) / "big.bin"), str(Path(folder) / "big.kv")
        write_binary(Path(binary), options.words)
        measure(python, "-c", GENSIM_SAVE, binary, saved)
        measure(python, "-m", "w2vcli", "load", binary)
        rows = compare(
            {
                "`w2v similar`": [python, "-m", "w2vcli", "similar", WORD],
                "`python -c 'import numpy'`, the floor": [python, "-c", "import numpy"],
                "gensim, its own mapped file": [python, "-c", GENSIM_MAPPED, saved, WORD],
                "gensim, word2vec binary": [python, "-c", GENSIM_BINARY, binary, WORD],
            },
            options.pairs,
        )
    page = report(options.words, options.pairs, rows)
    (ROOT / "docs" / "performance.md").write_text(page, encoding="utf-8")
    sys.stdout.write(page)


if __name__ == "__main__":
    main()
