"""Where the time of the compiled loop goes, beside what the processor can do at most.

    python -m benchmarks.training_peak CORPUS --vector-size 100

One thread trains on the first words of CORPUS, a text whose sentences are lines of words between blanks: with the loop
as it is, and with parts of it left out. Counted are the multiply-adds (three for each float of each pair of an input
and an output: one in the score, one for each of the two that are moved) and the bytes of the rows that are read and
written: the outputs of each step, and for each word one vector (the others of its window were there for the word
before). Beside them stand what the core does at most: multiply-adds that wait for nothing, and numpy adding to 64 MB in
order, in place. Prints tables in Markdown.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any, NamedTuple

import click
import numba
import numpy as np

from benchmarks.trainers import DEFAULTS
from benchmarks.training_growth import first_lines, read, speed
from w2vcli.training.engines import kernel, numba_engine
from w2vcli.training.engines.lanes import (
    BYTES,
    LANES,
    add,
    aligned,
    fma,
    load,
    load_int64,
    row_floats,
    store,
    store_int64,
    zeros,
)
from w2vcli.training.engines.loop import SLOTS, TILE

_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
_compiled: _Decorator = numba.njit
_inlined: _Decorator = numba.njit(nogil=True, forceinline=True)
_counted = np.zeros(3, np.int64)
_COUNTED = _counted.ctypes.data


@_inlined
def _no_errors(count: int, tile: int, row_bytes: int, scratch: Any) -> None:
    pass


@_inlined
def _touch(contexts: int, count: int, tile: int, row_bytes: int, scratch: Any) -> None:
    """Read and write the rows that the loop moves."""
    for i in range(count):
        place = load_int64(contexts + 8 * i)
        for byte in range(0, row_bytes, BYTES):
            store(place + byte, add(load(place + byte), load(scratch.inputs + byte)))
    for k in range(TILE):
        place = load_int64(scratch.places + 8 * (SLOTS * tile + k))
        for byte in range(0, row_bytes, BYTES):
            store(place + byte, add(load(place + byte), load(scratch.inputs + byte)))


@_inlined
def _count(start: int, count: int, first: int, tiles: int, weights: Any, how: Any, scratch: Any) -> None:
    """Count inputs, words and steps, and do nothing with them."""
    store_int64(_COUNTED + 16, load_int64(_COUNTED + 16) + 1)
    if start == 0:
        store_int64(_COUNTED, load_int64(_COUNTED) + count)
        store_int64(_COUNTED + 8, load_int64(_COUNTED + 8) + 1)


@_compiled
def _multiply_and_add(rounds: int, result: int) -> None:
    """Do as many multiply-adds as can be on the way at once."""
    a, b, c, d, e, f = zeros(), zeros(), zeros(), zeros(), zeros(), zeros()
    g, h, i, j, k, m = zeros(), zeros(), zeros(), zeros(), zeros(), zeros()
    x = load(result)
    for _ in range(rounds):
        a, b, c, d, e, f = fma(x, a, x), fma(x, b, x), fma(x, c, x), fma(x, d, x), fma(x, e, x), fma(x, f, x)
        g, h, i, j, k, m = fma(x, g, x), fma(x, h, x), fma(x, i, x), fma(x, j, x), fma(x, k, x), fma(x, m, x)
    total = add(add(add(a, b), add(c, d)), add(add(e, f), add(g, h)))
    store(result, add(total, add(add(i, j), add(k, m))))


VARIANTS: dict[str, dict[str, Any]] = {
    "the loop": {},
    "without scores and logistic function": {"_find_errors": _no_errors},
    "and rows only read and written, not moved": {"_find_errors": _no_errors, "_move": _touch},
    "drawing alone: words, windows, noise": {"_step": _count},
}
"""What is measured, and what is put in the place of which function of the kernel."""


class Counts(NamedTuple):
    """How much an epoch had to do."""

    inputs: float
    words: float
    steps: float


def main() -> None:
    """Measure, print tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--words", type=int, default=4_000_000, help="how many words to train on")
    parser.add_argument("--vector-size", type=int, default=DEFAULTS.vector_size)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    settings = replace(DEFAULTS, vector_size=options.vector_size, workers=1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["W2V_HOME"] = name
        with options.corpus.open(encoding="utf-8") as file:
            corpus = read(first_lines(file, options.words), folder / "text")
        seconds: dict[str, list[float]] = {title: [] for title in VARIANTS}
        variants = {title: variant(folder / f"{i}", VARIANTS[title]) for i, title in enumerate(VARIANTS)}
        peaks, flows = [], []
        for _ in range(options.rounds):
            peaks.append(peak())
            flows.append(flow())
            for title, module in variants.items():
                numba_engine.load_kernel = lambda module=module: module  # type: ignore[attr-defined, misc]
                _counted[:] = 0
                seconds[title].append(corpus.read.tokens / speed(corpus, "numba", settings))
    counts = Counts(*(int(count) / 2 for count in _counted))  # of two epochs
    report(
        {title: median(found) for title, found in seconds.items()},
        median(peaks),
        median(flows),
        counts,
        options.vector_size,
    )


def variant(folder: Path, replaced: dict[str, Any]) -> ModuleType:
    """Return the kernel anew, with other functions; what is compiled of it is kept in ``folder`` alone."""
    before, numba.config.CACHE_DIR = numba.config.CACHE_DIR, str(folder)
    try:
        spec = importlib.util.spec_from_file_location(f"kernel{folder.name}", str(kernel.__file__))
        if spec is None or spec.loader is None:
            raise SystemExit("the kernel has no source")
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
    finally:
        numba.config.CACHE_DIR = before
    for name, function in replaced.items():
        setattr(module, name, function)
    return module


def peak() -> float:
    """Return how many multiply-adds of floats one core does in a second."""
    result, rounds = aligned(1, LANES), 50_000_000
    _multiply_and_add(1, result.ctypes.data)
    started = time.perf_counter()
    _multiply_and_add(rounds, result.ctypes.data)
    return 12 * LANES * rounds / (time.perf_counter() - started)


def flow() -> float:
    """Return how many bytes one core reads and writes in a second, in order, in 64 MB."""
    weights, rounds = np.zeros(1 << 24, np.float32), 20
    np.add(weights, 1, out=weights)
    started = time.perf_counter()
    for _ in range(rounds):
        np.add(weights, 1, out=weights)
    return 2 * weights.nbytes * rounds / (time.perf_counter() - started)


def report(seconds: dict[str, float], most: float, fastest: float, counts: Counts, vector_size: int) -> None:
    """Print what was measured."""
    whole = seconds["the loop"]
    click.echo("| one thread | seconds an epoch | share |\n|---|---:|---:|")
    for title, value in seconds.items():
        click.echo(f"| {title} | {value:.2f} | {value / whole:.0%} |")
    outputs = DEFAULTS.negative + 1
    floats = row_floats(vector_size)
    operations = 3 * floats * counts.inputs * outputs / whole
    moved = 2 * 4 * floats * (counts.steps * outputs + counts.words) / whole
    click.echo(
        f"\n{counts.words:,.0f} words of {counts.inputs / counts.words:.2f} inputs in "
        f"{counts.steps / counts.words:.2f} steps, each with {outputs} outputs. "
        f"Multiply-adds: {operations / 1e9:.1f} billion a second, "
        f"{operations / most:.0%} of the core's {most / 1e9:.1f}. "
        f"Rows read and written: {moved / 1e9:.1f} GB a second, where 64 MB in order go at {fastest / 1e9:.1f}."
    )


if __name__ == "__main__":
    main()
