"""Two versions of w2v side by side: whole commands of two checkouts, in turns, each with a home of its own.

    git worktree add ../before v0.1.0
    python -m benchmarks.versions ../before . CORPUS --pairs 10

CORPUS is a text whose sentences are lines of words between blanks. Each command runs with the Python of this
process. The table has a row for each command: the median seconds of both versions, and the second one's time over the
first one's, pair by pair.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.processes import in_turns, measure, read_through

ROOT = Path(__file__).resolve().parents[1]
_TRAIN = (
    "--tokenizer",
    "whitespace",
    "--epochs",
    "1",
    "--workers",
    "2",
    "--engine",
    "numba",
    "--no-cache",
    "-q",
    "--force",
)
_SMALL = ("train", str(ROOT / "data" / "english.txt"), "--workers", "1", "-q", "-o", "small")


def command(checkout: Path, home: Path, *arguments: str) -> list[str]:
    """Return the command line that runs a checkout with a home of its own."""
    # Installed packages are compiled once, whatever this process has been told.
    settings = [f"PYTHONPATH={checkout}", f"W2V_HOME={home / checkout.name}", "PYTHONDONTWRITEBYTECODE="]
    return ["env", *settings, sys.executable, "-m", "w2vcli", *arguments]


def main() -> None:
    """Measure, print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=Path, help="a checkout of the earlier version")
    parser.add_argument("second", type=Path, help="a checkout of the later version")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--slow-pairs", type=int, default=3, help="pairs of trainings")
    options = parser.parse_args()
    checkouts, corpus = [options.first.resolve(), options.second.resolve()], options.corpus.absolute()
    with tempfile.TemporaryDirectory(dir=corpus.parent) as folder:
        home = Path(folder)
        os.chdir(home)  # with -m, Python looks for the package where it is started before it looks elsewhere
        vectors = home / "small.txt"
        for checkout in checkouts:
            measure(*command(checkout, home, *_SMALL))
            measure(*command(checkout, home, "convert", "small", str(vectors), "--force"))
        measured = {
            "w2v --help": (options.pairs, ("--help",)),
            "w2v similar king": (options.pairs, ("similar", "king", "-m", "small")),
            "w2v analogy boy queen - girl": (options.pairs, ("analogy", "boy", "queen", "-", "girl", "-m", "small")),
            "w2v load small.txt": (options.pairs, ("load", str(vectors), "-o", "loaded", "--force", "-q")),
            "w2v train CORPUS": (options.slow_pairs, ("train", str(corpus), "-o", "trained", *_TRAIN)),
        }
        sys.stdout.write("| command | seconds, first | seconds, second | second / first |\n|---|---:|---:|---:|\n")
        for name, (pairs, arguments) in measured.items():
            commands = {str(each): command(each, home, *arguments) for each in checkouts}
            first, second = in_turns(commands, pairs, before=lambda: read_through(corpus))
            ratio = f"{second.ratio:.3f} ({second.least:.2f} to {second.most:.2f})"
            sys.stdout.write(f"| {name} | {first.cost.seconds:.3f} | {second.cost.seconds:.3f} | {ratio} |\n")


if __name__ == "__main__":
    main()
