"""How the time of training grows with workers, dimensions, window, noise words and words of the vocabulary.

    python -m benchmarks.training_growth CORPUS --picture growth.png

CORPUS is a text whose sentences are lines of words between blanks; its first words are trained on by both engines, with
one setting after another changed. For the vocabulary a text is made, in which every word comes at least once and
the others follow Zipf's law. Measured is the second of two epochs, without reading, compiling and writing.
Prints a table in Markdown, and draws it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np

from benchmarks.trainers import DEFAULTS
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.reading import Reading, read_corpus
from w2vcli.reporting import Silent
from w2vcli.training.engines.table import ENGINES
from w2vcli.training.engines.task import Epoch, Task
from w2vcli.training.settings import Settings
from w2vcli.training.text import all_sentences, hold_out
from w2vcli.training.tree import make_paths
from w2vcli.training.vocabulary import make_vocabulary

GROWTH = {
    "workers": (1, 2, 4),
    "vector_size": (50, 100, 200, 300),
    "window": (2, 5, 10, 20),
    "negative": (2, 5, 10, 20),
}
"""The settings that are changed, and to what."""

VOCABULARIES = (10_000, 100_000, 1_000_000)


class Point(NamedTuple):
    """What was measured: words a second of an engine, with one ``setting`` at ``value``."""

    setting: str
    value: int
    engine: str
    rate: float


def main() -> None:
    """Measure, print a table in Markdown, draw it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--words", type=int, default=2_000_000, help="how many words to train on")
    parser.add_argument("--picture", type=Path, required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["W2V_HOME"] = folder
        points = list(measure_growth(options.corpus, options.words, Path(folder)))
    click.echo("| setting | value | w2v, words/s | gensim, words/s | times |\n|---|---:|---:|---:|---:|")
    for ours, theirs in zip(points[::2], points[1::2], strict=True):
        rates = f"{ours.rate:,.0f} | {theirs.rate:,.0f} | {ours.rate / theirs.rate:.1f}"
        click.echo(f"| {ours.setting} | {ours.value:,} | {rates} |")
    draw(points, options.picture)


def measure_growth(path: Path, words: int, folder: Path) -> Iterator[Point]:
    """Measure both engines at each value of each setting."""
    with path.open(encoding="utf-8") as file:
        corpus = read(first_lines(file, words), folder / "real")
    speed(read(["a b c d e"] * 10, folder / "tiny"), "numba", replace(DEFAULTS, epochs=1, min_count=1))  # compiles
    for name, values in GROWTH.items():
        for value in values:
            changed: dict[str, Any] = {name: value}
            for engine in ("numba", "gensim"):
                yield told(Point(name, value, engine, speed(corpus, engine, replace(DEFAULTS, **changed))))
    for size in VOCABULARIES:
        made = read(zipf_lines(size, words), folder / f"made-{size}")
        for engine in ("numba", "gensim"):
            yield told(
                Point("words of the vocabulary", size, engine, speed(made, engine, replace(DEFAULTS, min_count=1)))
            )


def told(point: Point) -> Point:
    """Return a point, and tell that it is measured."""
    sys.stderr.write(f"{point.setting} {point.value} {point.engine}: {point.rate:,.0f} words/s\n")
    return point


def first_lines(lines: Iterable[str], words: int) -> Iterator[str]:
    """Return lines until they have so many words."""
    for line in lines:
        yield line
        words -= len(line.split())
        if words < 0:
            break


def zipf_lines(size: int, words: int) -> Iterator[str]:
    """Return lines of 20 words: ``size`` words once each, the others by Zipf's law, in random order."""
    rng = np.random.default_rng(1)
    shares = 1 / np.arange(1, size + 1)
    tokens = np.concatenate([np.arange(size), rng.choice(size, words - size, p=shares / shares.sum())])
    rng.shuffle(tokens)
    rest = iter(tokens.tolist())
    while line := list(islice(rest, 20)):
        yield " ".join(f"w{token}" for token in line)


def read(lines: Iterable[str], folder: Path) -> EncodedCorpus:
    """Return the lines as a corpus, which lies in ``folder``."""
    folder.mkdir()
    text = folder / "text"
    text.write_text("\n".join(line.rstrip("\n") for line in lines), encoding="utf-8")
    return read_corpus([str(text)], folder, Reading("whitespace"), Silent())


def speed(corpus: EncodedCorpus, engine: str, settings: Settings) -> float:
    """Return the words a second of the second epoch of two."""
    text, ends = hold_out(all_sentences(corpus), settings), []

    def end_epoch(epoch: Epoch) -> None:
        ends.append(time.perf_counter())

    vocabulary = make_vocabulary(text.selection, settings)
    ENGINES[engine].load()(
        Task(
            text=text,
            vocabulary=vocabulary,
            settings=settings,
            paths=make_paths(vocabulary) if settings.hs else None,
            epochs=2,
            state=None,
            done=0,
            on_epoch=end_epoch,
            advance=lambda done: None,
            status=lambda message: None,
        )
    )
    return text.words / (ends[-1] - ends[-2]) if len(ends) > 1 else 0.0


def draw(points: list[Point], picture: Path) -> None:
    """Draw a panel for each setting, both axes logarithmic."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator

    names = list(dict.fromkeys(point.setting for point in points))
    figure = Figure(figsize=(3 * len(names), 3.2), layout="constrained")
    for axes, name in zip(figure.subplots(1, len(names), sharey=True), names, strict=True):
        for engine, style in (("numba", "o-"), ("gensim", "s--")):
            here = [point for point in points if (point.setting, point.engine) == (name, engine)]
            axes.plot([point.value for point in here], [point.rate for point in here], style, label=engine)
        values = sorted({point.value for point in points if point.setting == name})
        axes.set(xscale="log", yscale="log", xlabel=name, xticks=values, xticklabels=[short(value) for value in values])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.grid(alpha=0.3)
    figure.axes[0].set_ylabel("words/s of an epoch")
    figure.axes[0].legend()
    figure.savefig(picture, dpi=100)


def short(value: int) -> str:
    """Return a number with k and M for thousands and millions, since ticks of neighbouring panels stand close."""
    for unit, sign in ((1_000_000, "M"), (1_000, "k")):
        if value >= unit:
            return f"{value // unit}{sign}"
    return str(value)


if __name__ == "__main__":
    main()
