"""What the stages of ``w2v load`` cost, and how fast text vectors are parsed, in processor time.

    python -m benchmarks.loading
    python -m benchmarks.loading ../before . --pairs 4
    python -m benchmarks.loading ../before . --clock

The commands make files: 100,000 words in text and 300,000 in binary, with 300 values each. The first one runs each
stage alone, in one thread of this process. The second one loads the files by two checkouts in pairs A B B A. The third
one takes seconds by the clock, for the binary file alone, beside ``cp`` and ``sha256sum`` of it. All print a table.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from benchmarks.processor_time import measure
from benchmarks.questions import write_binary
from w2vcli.inputs import open_input
from w2vcli.models.codes import quantize
from w2vcli.models.formats.blocks import Block, ReadOptions
from w2vcli.models.formats.format_table import detect
from w2vcli.models.formats.text_rows import values_as_text
from w2vcli.models.vectors import VectorsWriter, rows_a_block

_SIZE = 300
_BLOCK = 5_000
_RUNS = 3


def write_text(path: Path, words: int, *, places: int | None) -> None:
    """Write normal values: with ``places`` digits behind the point, or with as few as give them back."""
    rng = np.random.default_rng(0)
    with open(path, "wb") as file:
        if places is None:
            file.write(b"%d %d\n" % (words, _SIZE))
        for start in range(0, words, _BLOCK):
            vectors = rng.standard_normal((min(_BLOCK, words - start), _SIZE), dtype=np.float32) * np.float32(0.1)
            rows = (
                values_as_text(vectors, b" ")
                if places is None
                else [" ".join(f"{value:.{places}f}" for value in row).encode() for row in vectors.tolist()]
            )
            file.write(b"".join(b"word%d %s\n" % (start + at, row) for at, row in enumerate(rows)))


def processor_seconds(run: Callable[[], object]) -> float:
    """Return the least processor time of some runs."""
    taken = []
    for _ in range(_RUNS):
        started = time.process_time()
        run()
        taken.append(time.process_time() - started)
    return min(taken)


def blocks_of(path: Path) -> list[Block]:
    """Read a file as ``w2v load`` does, hash included."""
    with open_input(path) as file:
        return list(detect(file).read(file, ReadOptions()))


def stages(path: Path) -> str:
    """Return the rows of a table: what each stage costs for a file."""
    megabytes = path.stat().st_size / 1e6
    data = path.read_bytes()
    read = processor_seconds(path.read_bytes)
    hashed = processor_seconds(lambda: hashlib.sha256(data))
    rows = processor_seconds(lambda: blocks_of(path)) - read - hashed
    blocks = blocks_of(path)

    def narrowed() -> None:
        with tempfile.TemporaryDirectory(dir=path.parent) as folder, ExitStack() as stack:
            writer = VectorsWriter(Path(folder) / "vectors.npy", _SIZE)
            stack.callback(writer.close)
            for block in blocks:
                writer.append(block.vectors)

    written = processor_seconds(narrowed)
    step = rows_a_block(_SIZE)
    codes = processor_seconds(
        lambda: [quantize(each.vectors[at : at + step]) for each in blocks for at in range(0, len(each.vectors), step)]
    )
    costs = {
        "reading": read,
        "SHA-256": hashed,
        "rows, parsed": rows,
        "narrowing and writing": written,
        "codes of the index": codes,
    }
    rows_of_table = (f"{name} | {cost:.2f} | {megabytes / cost:,.0f}" for name, cost in costs.items())
    return "".join(f"| `{path.name}` | {row} |\n" for row in rows_of_table)


def pairs_of(checkouts: tuple[Path, Path], files: list[Path], pairs: int) -> str:
    """Return the rows of a table: what loading costs two checkouts, whole processes."""
    told = ""
    for path in files:
        taken: tuple[list[float], list[float]] = ([], [])
        command = ("-m", "w2vcli", "load", str(path), "-o", "measured", "--force", "-q")
        for at in range(pairs):
            for which in (0, 1) if at % 2 == 0 else (1, 0):
                taken[which].append(measure(checkouts[which], command, Path(os.devnull)).seconds)
        before, now = map(statistics.median, taken)
        ratios = [b / a for a, b in zip(*taken, strict=True)]
        megabytes = path.stat().st_size / 1e6
        told += (
            f"| `w2v load {path.name}` | {megabytes:.0f} | {before:.2f} | {now:.2f} | {statistics.median(ratios):.2f} "
            f"({min(ratios):.2f} to {max(ratios):.2f}) | {megabytes / before:.0f} | {megabytes / now:.0f} |\n"
        )
    return told


def by_the_clock(checkouts: tuple[Path, Path], path: Path, runs: int) -> str:
    """Return the rows of a table: seconds of copying a file, of hashing it, and of loading it by two checkouts."""
    copied = path.with_name("copied")
    load = [sys.executable, "-m", "w2vcli", "load", str(path), "-o", "measured", "--force", "-q"]
    commands = {
        "`cp`": (["cp", str(path), str(copied)], None),
        "`sha256sum`": (["sha256sum", str(path)], None),
        "load, before": (load, checkouts[0]),
        "load, now": (load, checkouts[1]),
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, (command, checkout) in commands.items():
            copied.unlink(missing_ok=True)
            environment = os.environ | ({"PYTHONPATH": str(checkout)} if checkout else {})
            started = time.perf_counter()
            subprocess.run(command, env=environment, cwd=path.parent, stdout=subprocess.DEVNULL, check=True)
            taken[name].append(time.perf_counter() - started)
    rows = {name: (statistics.median(each), min(each), max(each)) for name, each in taken.items()}
    return "".join(f"| {name} | {mid:.2f} ({low:.2f} to {high:.2f}) |\n" for name, (mid, low, high) in rows.items())


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", type=Path, nargs="*", help="none, or an earlier version and a later one")
    parser.add_argument("--words", type=int, default=100_000, help="in text; three times as many in binary")
    parser.add_argument("--pairs", type=int, default=4)
    parser.add_argument("--clock", action="store_true", help="by the clock, beside cp and sha256sum")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [folder / "big.txt", folder / "glove.txt", folder / "big.bin"]
        write_binary(files[2], 3 * options.words)
        if not options.clock:
            write_text(files[0], options.words, places=None)
            write_text(files[1], options.words, places=6)
        if options.checkouts:
            os.environ["W2V_HOME"] = name
            first, second = (checkout.resolve() for checkout in options.checkouts)
            if options.clock:
                told = by_the_clock((first, second), files[2], options.pairs)
                sys.stdout.write(f"| process | seconds |\n|---|---:|\n{told}")
                return
            sys.stdout.write(
                "| process | MB | before, CPU s | now, CPU s | now / before | before, MB a CPU s | now, MB a CPU s |\n"
                "|---|---:|---:|---:|---:|---:|---:|\n" + pairs_of((first, second), files, options.pairs)
            )
        else:
            told = "".join(map(stages, files))
            sys.stdout.write(f"| file | stage | CPU s | MB a CPU s |\n|---|---|---:|---:|\n{told}")


if __name__ == "__main__":
    main()
