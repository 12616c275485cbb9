"""What reading a text takes, from its file to token ids on disk, in processor time: of this checkout, or of two.

    python -m benchmarks.plain_words aclImdb.tar.gz > imdb-words.txt
    git worktree add ../before v0.1.0
    python -m benchmarks.reading imdb-words.txt ../before . --pairs 5

The table has a row for each tokenizer. Reading runs in a process of its own, whose own processes count, too. It has the
medians of both checkouts, the second one's processor time over the first one's pair by pair (A B B A), and the most
memory of one process. It fails if a file of the two corpora differs.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

_READ = """
import json, sys
from pathlib import Path
from w2vcli.corpus.reading import Reading, read_corpus
from w2vcli.corpus.tokenizers import WORD_RULES
from w2vcli.reporting import SILENT

if __name__ == "__main__":
    corpus, folder, settings = sys.argv[1:]
    read_corpus([corpus], Path(folder), Reading(word_rules=WORD_RULES, **json.loads(settings)), SILENT)
"""


class Used(NamedTuple):
    """Seconds by the clock and of processor time, and the most that was resident in one process, in MB."""

    seconds: float
    processor: float
    megabytes: float


def read(checkout: Path, corpus: Path, folder: Path, settings: str) -> Used:
    """Have a checkout read a corpus into an empty folder, and return what that used."""
    if not hasattr(os, "wait4"):
        raise SystemExit("what a process used is told on Unix alone")
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    script = folder.parent / "read.py"  # processes that it starts import it
    script.write_text(_READ, encoding="utf-8", newline="\n")
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, script, corpus, folder, settings], env=environment)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = status  # it has been waited for
    if status:
        raise SystemExit(f"{checkout} did not read {corpus}")
    return Used(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("checkouts", type=Path, nargs="*", help="none, or two: the earlier version and the later one")
    parser.add_argument("--tokenizers", default="whitespace,unicode", help="names with commas between them")
    parser.add_argument("--column", help="the column of a table that holds the text")
    parser.add_argument("--pairs", type=int, default=5)
    options = parser.parse_args()
    if len(options.checkouts) not in (0, 2):
        parser.error("two checkouts are compared, or none is given")
    checkouts = [path.resolve() for path in options.checkouts] or [Path(__file__).resolve().parents[1]]
    column = "null" if options.column is None else f'"{options.column}"'
    sys.stdout.write("| tokenizer | CPU s | of the first | s | MB in one process |\n|---|---:|---:|---:|---:|\n")
    for tokenizer in options.tokenizers.split(","):
        settings = f'{{"tokenizer": "{tokenizer}", "column": {column}}}'
        sys.stdout.write(f"| {tokenizer} | {_row(checkouts, options.corpus.absolute(), settings, options.pairs)} |\n")
        sys.stdout.flush()


def _row(checkouts: list[Path], corpus: Path, settings: str, pairs: int) -> str:
    """Return the cells of a tokenizer: each checkout goes first in every other pair."""
    found: list[list[Used]] = [[] for _ in checkouts]
    numbers = list(range(len(checkouts)))
    for pair in range(pairs):
        with tempfile.TemporaryDirectory() as home:
            folders = [Path(home, str(at)) for at in numbers]
            for at in numbers if pair % 2 == 0 else numbers[::-1]:
                folders[at].mkdir()
                found[at].append(read(checkouts[at], corpus, folders[at], settings))
            _require_same(folders[0], folders[-1])
    middle = [Used(*map(statistics.median, zip(*each, strict=True))) for each in found]
    ratios = [now.processor / before.processor for before, now in zip(found[0], found[-1], strict=True)]
    ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})" if len(found) > 1 else ""
    cells = (" → ".join(f"{used[at]:,.{digits}f}" for used in middle) for at, digits in ((1, 2), (0, 2), (2, 0)))
    processor, seconds, megabytes = cells
    return f"{processor} | {ratio} | {seconds} | {megabytes}"


def _require_same(one: Path, other: Path) -> None:
    """Refuse corpora that are not the same to the byte."""
    names = sorted(path.name for path in one.iterdir())
    _, different, missing = filecmp.cmpfiles(one, other, names, shallow=False)
    if different or missing or names != sorted(path.name for path in other.iterdir()):
        raise SystemExit(f"the corpora differ in {', '.join(different + missing) or 'their files'}")


if __name__ == "__main__":
    main()
