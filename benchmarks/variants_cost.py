"""What variants cost beside the training that they are variants of: whole processes in turns, from text to files.

    python -m benchmarks.variants_cost fairy-tales.txt.gz --variants 25 --pairs 2

Both read the text anew (``--no-cache``). CPU seconds are those of all threads. On a machine that does other work they
tell more than the seconds.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

_W2V = (sys.executable, "-m", "w2vcli")


class Cost(NamedTuple):
    """Seconds of a process, by the clock and of all its threads."""

    seconds: float
    cpu_seconds: float


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--variants", type=int, nargs="+", default=[12, 25])
    parser.add_argument("--pairs", type=int, default=1)
    parser.add_argument("--workers", default="2")
    options = parser.parse_args()
    train = ("train", str(options.corpus), "-o", "cost", "--lowercase", "--force", "--workers", options.workers)
    _tell("| variants | training, s | variants, s | times | training, CPU s | variants, CPU s | times |")
    _tell("|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["W2V_HOME"] = folder
        run(*train)  # which compiles
        for _ in range(options.pairs):
            for count in options.variants:
                one, all_ = run(*train), run("stability", "cost", "--again", "--variants", str(count))
                _tell(
                    f"| {count} | {one.seconds:.1f} | {all_.seconds:.1f} | {all_.seconds / one.seconds:.1f} "
                    f"| {one.cpu_seconds:.1f} | {all_.cpu_seconds:.1f} | {all_.cpu_seconds / one.cpu_seconds:.1f} |"
                )


def run(*arguments: str) -> Cost:
    """Run w2v without its cache, and return what it took."""
    before, began = os.times(), time.perf_counter()
    subprocess.run([*_W2V, *arguments, "--no-cache", "-q"], check=True, stdout=subprocess.DEVNULL)
    after, seconds = os.times(), time.perf_counter() - began
    user, system = after.children_user - before.children_user, after.children_system - before.children_system
    return Cost(seconds, user + system)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
