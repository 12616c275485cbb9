"""A model opened in Python as gensim's KeyedVectors: what each step takes, and how much memory of its own.

Run it twice; the second time everything is in the page cache. Prints the table of docs/python.md.

    python -m benchmarks.open_model NAME
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

_LOOKUPS = 20_000


def private_gigabytes() -> float:
    """Return this process's memory that is no page of a file (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon:")) / 1024**2


class _Table:
    """Rows of what was measured."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._memory = private_gigabytes()
        sys.stdout.write("| | time | memory of its own |\n|---|---|---|\n")

    def row(self, name: str, times: int = 1) -> None:
        """Print what was done since the last row, ``times`` times."""
        seconds = (time.perf_counter() - self._started) / times
        memory = private_gigabytes() - self._memory
        shown = f"{seconds:.2f} s" if seconds >= 0.01 else f"{seconds * 1e6:.1f} µs"
        sys.stdout.write(f"| {name} | {shown} | {f'{memory:.2f} GB' if memory >= 0.01 else ''} |\n")
        self._started, self._memory = time.perf_counter(), private_gigabytes()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure w2vcli.open_model.")
    parser.add_argument("model", nargs="?", help="name or path; without it the default model")
    name = parser.parse_args().model
    table = _Table()
    import gensim.models

    table.row(f"`import gensim` {gensim.__version__}")
    import w2vcli

    keyed = w2vcli.open_model(name)
    table.row("`open_model`")
    words = keyed.index_to_key[:_LOOKUPS]
    table.row(f"the first {len(words):,} words")
    keyed.most_similar(words[0])
    table.row("`most_similar`")
    for word in words:
        keyed[word]
    table.row("one `kv[word]`", len(words))
    keyed.key_to_index = dict(keyed.key_to_index)
    table.row("`dict(kv.key_to_index)`")
    for word in words:
        keyed[word]
    table.row("one `kv[word]` after it", len(words))


if __name__ == "__main__":
    main()
