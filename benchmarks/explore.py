"""The page of ``w2v explore`` in a headless Chromium: how soon it is there, how large it is, what has a label.

    python -m benchmarks.explore first MODEL      seconds to the first picture and to all words, frames, memory
    python -m benchmarks.explore questions MODEL  milliseconds to the neighbours of a word, of 20 words
    python -m benchmarks.explore labels MODEL     how many of a word and its ten neighbours have a label, of 100 words
    python -m benchmarks.explore sizes MODEL      bytes of pages with 5,000 and up to 100,000 words
    python -m benchmarks.explore sums MODEL       how good the sums of a page that was sent are, of 200
    python -m benchmarks.explore trust MODEL      how many of the nearest are near on the map, which must be kept
    python -m benchmarks.explore made WORDS SIZE [TEXT]  make a model of a mixture of 200 normal distributions, with
                                                  the most frequent words of a text, split at blanks
    python -m benchmarks.explore pictures MODEL FOLDER WORD AXIS

A model is a name or a path. Chromium draws without a graphics card. The window has 1400 x 900 dots.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

_UNIX: Any = import_module("resource")  # Windows has none
_SIZE: Any = {"width": 1400, "height": 900}
_PATIENCE = 600_000  # milliseconds
_QUIET = [f"--disable-{what}" for what in ("background-networking", "component-update", "sync", "quic", "gpu")]
# How long 20 frames take while one moves about, and how long an answer does.
_FRAMES = """() => Array.from({length: 20}, (_, at) => {
    zoom(at % 2 ? 0.9 : 1.1); pan(5, 0); paint(); return paint.took;
})"""
_ASKED = """async row => {
    const begun = performance.now(); await source.askRow(row, 10); return performance.now() - begun;
}"""


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def _page(scheme: Any = "light", size: Any = None) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--no-first-run", *_QUIET]
        )
        yield browser.new_context(viewport=size or _SIZE, color_scheme=scheme).new_page()
        browser.close()


@contextmanager
def _served(model: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Start the program, and yield the address of its page."""
    command = [sys.executable, "-m", "w2vcli", "explore", "-m", model, "--no-browser"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            lines = iter(process.stderr or ())
            address = next(found[0] for line in lines if (found := re.search(r"http://\S+/", line)))
            yield address, process
        finally:
            process.kill()


def _resident(pid: int) -> float:
    """Return the memory of a process in MB that is its own: files that are mapped are not."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.findall(r"RssAnon:\s+(\d+)", status)[0]) / 1024


def first(model: str) -> None:
    """Print how soon the page is there, and how long a frame takes while one moves about."""
    begun = time.perf_counter()
    with _served(model) as (address, process), _page() as page:
        program = time.perf_counter() - begun
        opened = time.perf_counter()
        page.goto(address)
        page.wait_for_selector("html[data-ready=yes]", timeout=_PATIENCE)
        picture = time.perf_counter() - opened
        page.wait_for_selector("html[data-whole=yes]", timeout=_PATIENCE)
        whole = time.perf_counter() - opened
        frames = page.evaluate(_FRAMES)
        heap = page.evaluate("() => performance.memory.usedJSHeapSize") / 1e6
        say(
            f"program {program:.2f} s, first picture {picture:.2f} s, all words {whole:.2f} s after that of the program"
        )
        say(f"frames: median {statistics.median(frames):.0f} ms, slowest {max(frames):.0f} ms")
        say(f"memory: program {_resident(process.pid):.0f} MB of its own, page {heap:.0f} MB")


def questions(model: str) -> None:
    """Print how long the neighbours of a word take to be listed in the page, after the first."""
    with _served(model) as (address, _), _page() as page:
        page.goto(address)
        page.wait_for_selector("html[data-whole=yes]", timeout=_PATIENCE)
        took = [
            page.evaluate(
                _ASKED,
                row,
            )
            for row in range(100, 2100, 100)
        ]
        say(f"first {took[0]:.0f} ms, then median {statistics.median(took[1:]):.0f} ms, slowest {max(took[1:]):.0f} ms")


def labels(model: str) -> None:
    """Print how many of a word and its ten neighbours have a label on the map."""
    with _served(model) as (address, _), _page() as page:
        page.goto(address)
        page.wait_for_selector("html[data-whole=yes]", timeout=_PATIENCE)
        rows = np.random.default_rng(0).choice(min(5000, page.evaluate("() => words.length")), 100, replace=False)
        found = [
            page.evaluate("async row => { await askAbout(row); paint(); return labels.placed.length; }", int(row))
            for row in rows
        ]
        say(f"labels of 11: mean {statistics.mean(found):.2f}, fewest {min(found)}")


def sizes(model: str) -> None:
    """Print the bytes of pages, and what it took to write them."""
    with tempfile.TemporaryDirectory() as folder:
        for words in (5_000, 100_000):
            path = Path(folder, f"{words}.html")
            begun = time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "w2vcli", "explore", "-m", model, "-o", str(path), "--top", str(words)],
                check=True,
            )
            used = _UNIX.getrusage(_UNIX.RUSAGE_CHILDREN)
            seconds = time.perf_counter() - begun
            size = path.stat().st_size
            say(f"{words:,} words: {size:,} bytes, {seconds:.1f} s, {used.ru_maxrss / 1024:.0f} MB so far")


def sums(model: str) -> None:
    """Print how often the best answer to a sum of three frequent words is the first, and one of ten, of a page.

    Sums are of the words that have compact vectors. The bytes are those of a page of 5,000 words.
    """
    from w2vcli.explorer.kept_map import open_map
    from w2vcli.explorer.sent_page import cosines_of_sums, save_page
    from w2vcli.reporting import SILENT

    opened, found = _opened(model), open_map(_opened(model))
    if found is None:
        raise SystemExit(f"no map of {model} is kept; run w2v explore first")
    with tempfile.TemporaryDirectory() as folder, _page() as page:
        path = Path(folder, "page.html")
        save_page(opened, found, min(5_000, len(opened.words)), path, "en", SILENT, force=True)
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-whole=yes]", timeout=_PATIENCE)
        exact, off, values = page.evaluate("() => [source.all.exact, source.all.off, [...source.all.vectors]]")
    asked = np.random.default_rng(1).integers(0, min(2_000, exact), (200, 3))
    compact = cosines_of_sums(np.array(values, np.float32).reshape(exact, -1), asked)
    true = cosines_of_sums(_units(opened, exact), asked)
    best, listed = np.argsort(-true, axis=1)[:, :1], np.argsort(-compact, axis=1)[:, :10]
    hits = best == listed
    top = np.take_along_axis(compact, listed, axis=1)
    errors = np.abs(top - np.take_along_axis(true, listed, axis=1))
    sure = top[:, 0] - top[:, 1] > 2 * off
    wrong = (sure & ~hits[:, 0]).sum()
    say(f"the best answer is the first in {hits[:, 0].mean():.0%}, among ten in {hits.any(axis=1).mean():.0%}")
    share = (errors <= off).mean()
    say(f"told: {off} off; measured: {share:.0%} of cosines are no more off, and the worst is {errors.max():.3f}")
    say(f"called sure: the first of {sure.sum()} sums, of which {wrong} are wrong")


def _units(model: Any, words: int) -> Any:
    from w2vcli.explorer.word_map import units_of

    return units_of(model, 0, words)


def trust(model: str) -> None:
    """Print the mean share of the ten nearest words that are among the thirty nearest on the map."""
    from w2vcli.explorer.kept_map import open_map

    kept = open_map(_opened(model))
    if kept is None:
        raise SystemExit(f"no map of {model} is kept; run w2v explore first")
    say(f"{kept.trust[: kept.landmarks].mean() / 250:.0%} of {kept.landmarks:,} words")


def _opened(model: str) -> Any:
    from w2vcli.models.directory import open_model_directory
    from w2vcli.models.registry import find_model

    return open_model_directory(find_model(model))


def made(words: str, size: str, text: str | None = None) -> None:
    """Make a model of so many words, whose vectors are a mixture of 200 normal distributions, as ``made-WORDS``."""
    from w2vcli.models.directory import new_model
    from w2vcli.models.registry import path_for_new

    random = np.random.default_rng(0)
    middles = random.normal(size=(200, int(size))).astype(np.float32)
    names = [f"w{row}" for row in range(int(words))]
    if text is not None:
        found = Counter(Path(text).read_text(encoding="utf-8").split()).most_common(int(words))
        names = [word for word, _ in found]
    total, step = len(names), 100_000
    with new_model(path_for_new(f"made-{words}"), int(size), force=True) as writer:
        for start in range(0, total, step):
            rows = np.arange(start, min(start + step, total))
            vectors = middles[random.integers(0, 200, len(rows))] + random.normal(size=(len(rows), int(size)))
            counts = (1e9 / (rows + 10.0)).astype(np.int64)
            writer.append([names[row] for row in rows], vectors.astype(np.float32), counts)
        writer.finish(source={"kind": "made"})


def pictures(model: str, folder: str, word: str, axis: str) -> None:
    """Write pictures of the page: all words, a word and its neighbours, an axis; light and dark, and on a telephone."""
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    with _served(model) as (address, _):
        for name, scheme, size in (
            ("light", "light", _SIZE),
            ("dark", "dark", {"width": 1024, "height": 640}),
            ("phone", "light", {"width": 390, "height": 800}),
        ):
            with _page(scheme, size) as page:
                page.goto(address)
                page.wait_for_selector("html[data-whole=yes]", timeout=_PATIENCE)
                page.wait_for_timeout(500)
                page.screenshot(path=out / f"{name}-all.png")
                page.fill("#question", word)
                page.press("#question", "Enter")
                page.wait_for_timeout(4000)
                page.screenshot(path=out / f"{name}-word.png")
                page.press("#question", "Escape")
                page.select_option("#colour", "axis")
                page.fill("#axis", axis)
                page.press("#axis", "Enter")
                page.wait_for_timeout(1500)
                page.evaluate("() => { fitAll(); paint(); }")
                page.screenshot(path=out / f"{name}-axis.png")


_JOBS: dict[str, Callable[..., None]] = {
    job.__name__: job for job in (first, questions, labels, sizes, sums, trust, made, pictures)
}

if __name__ == "__main__":
    os.environ.setdefault("W2V_LANG", "en")
    _JOBS[sys.argv[1]](*sys.argv[2:])
