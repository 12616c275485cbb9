"""How often intervals for other documents hold: of places on axes, and of figures of test sets.

    python -m benchmarks.other_documents fairy-tales.txt.gz FOLDER

A text is cut at empty lines into blocks of 500 words, which go into two halves at random. FOLDER gets a model of either
half, and variants of the first. What is in it already is not trained again.

Of each ready axis, some pairs are drawn for the model of the first half and others for that of the second, 15 times.
The places of 300 words are compared that both halves have, 50 times or more in the first. ``pairs`` is how often the
place on the axis of the other pairs is within the interval for other pairs, both in the first half. ``documents`` is
how often the place by the same pairs in the second half is within the interval of the variants. The next two compare
with the place by other pairs in the second half: ``pairs both`` the interval for other pairs, ``wider both`` the wider
of the two, which a terminal shows. ``off value`` and ``off mean`` are how far the place in the second half is from that
in the first, and from the mean over its variants (root mean square).

A second table has the figures of test sets: in the first half, the mean over its variants, the interval that
`w2v evaluate --variants` shows, and the figure in the second half.
"""

from __future__ import annotations

import argparse
import gzip
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from w2vcli.measure.bootstrap import Bootstrap
from w2vcli.measure.evaluate import EvaluationSettings, evaluate
from w2vcli.measure.evaluation import read_sets
from w2vcli.measure.figures import figures
from w2vcli.measure.sets import EvaluationSet
from w2vcli.measure.variant_figures import with_variants
from w2vcli.models.directory import Model, open_model_directory
from w2vcli.models.variants import open_variants
from w2vcli.queries.axes import Axis, find_axis, find_direction, place, place_in_variants
from w2vcli.queries.axis_trust import place_with_intervals
from w2vcli.reporting import SILENT

_AXES = ("gender", "royal", "age", "food")
_DRAWS, _WORDS, _LEAST_COUNT, _LEAST_PAIRS = 15, 300, 50, 6
_BLOCK_WORDS = 500


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Train what is not there yet, and print both tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("corpus", type=Path, help="text, perhaps .gz")
    parser.add_argument("folder", type=Path, help="where the halves and their models are")
    options = parser.parse_args()
    one, other = (open_model_directory(path) for path in _halves(options.corpus, options.folder))
    say(f"{'axis':8}{'pairs':>8}{'documents':>11}{'pairs both':>12}{'wider both':>12}{'off value':>11}{'off mean':>10}")
    for name in _AXES:
        if (held := _held(name, one, other)) is not None:
            say(f"{name:8}{held[0]:8.3f}{held[1]:11.3f}{held[2]:12.3f}{held[3]:12.3f}{held[4]:11.4f}{held[5]:10.4f}")
    say(f"\n{'figure':44}{'one half':>10}{'variants':>10}{'interval':>16}{'other half':>12}")
    for test_set in read_sets():
        _print_figures(test_set, one, other)


def _halves(corpus: Path, folder: Path) -> list[Path]:
    """Return the paths of the models of both halves, of which the first has variants."""
    folder.mkdir(exist_ok=True)
    data = corpus.read_bytes()
    blocks = [""]
    for paragraph in re.split(r"\n\s*\n", (gzip.decompress(data) if corpus.suffix == ".gz" else data).decode()):
        blocks[-1] += f"{paragraph}\n\n"
        if len(blocks[-1].split()) >= _BLOCK_WORDS:
            blocks.append("")
    blocks = [blocks[at] for at in np.random.default_rng(3).permutation(len(blocks)).tolist()]
    middle, w2v = len(blocks) // 2, (sys.executable, "-m", "w2vcli")
    paths = []
    for name, half in (("A", blocks[:middle]), ("B", blocks[middle:])):
        text, model = folder / f"{name}.txt", folder / f"{name}.w2v"
        if not model.exists():
            text.write_text("".join(half), encoding="utf-8")
            subprocess.run([*w2v, "train", text, "-o", model, "-q"], check=True, stdout=subprocess.DEVNULL)
        paths.append(model)
    subprocess.run([*w2v, "stability", paths[0], "-q"], check=True, stdout=subprocess.DEVNULL)
    return paths


def _held(name: str, one: Model, other: Model) -> Sequence[float] | None:
    """Return the columns of an axis, None if both halves have too few of its pairs in common."""
    axis, rng, variants = find_axis(one, name), np.random.default_rng(1), open_variants(one)
    known = [pair for pair in axis.pairs if all(m.words.row(word) is not None for m in (one, other) for word in pair)]
    if len(known) < _LEAST_PAIRS:
        return None
    counts = np.asarray(one.counts)
    common = [
        row for row in np.flatnonzero(counts >= _LEAST_COUNT).tolist() if other.words.row(one.words[row]) is not None
    ]
    words = [one.words[row] for row in rng.choice(common, min(_WORDS, len(common)), replace=False).tolist()]
    found = []
    for _ in range(_DRAWS):
        order, middle = rng.permutation(len(known)).tolist(), len(known) // 2
        some, others = (Axis(name, tuple(known[at] for at in part)) for part in (order[:middle], order[middle:]))
        direction = find_direction(one, some, 1)
        placed = place_with_intervals(one, words, direction, variants)
        value, low, high, *_, variants_low, variants_high = np.array(placed, dtype=object)[:, 2:].astype(float).T
        half = np.array([each.half_width for each in placed], dtype=float)
        by_others, elsewhere, both = (
            place(model, words, [find_direction(model, which, 1)])[:, 0]
            for model, which in ((one, others), (other, some), (other, others))
        )
        off = [value, place_in_variants(variants, words, direction).mean(axis=0)]
        found.append(
            [
                ((low <= by_others) & (by_others <= high)).mean(),
                ((variants_low <= elsewhere) & (elsewhere <= variants_high)).mean(),
                ((low <= both) & (both <= high)).mean(),
                (np.abs(both - value) <= half).mean(),
                *(np.sqrt(((elsewhere - each) ** 2).mean()) for each in off),
            ]
        )
    return [float(mean) for mean in np.mean(found, axis=0)]


def _print_figures(test_set: EvaluationSet, one: Model, other: Model) -> None:
    """Print the figures of a set that both halves have."""
    settings, variants = EvaluationSettings(), open_variants(one)

    def values(model: Model) -> dict[tuple[str, str], float | None]:
        [answers] = evaluate(model, "", test_set, settings, SILENT)
        return {(each.section, each.measure): each.value for each in figures(answers, Bootstrap(2, 1))}

    [answers] = evaluate(one, "", test_set, settings, SILENT)
    of_variants, elsewhere = [values(variant) for variant in variants], values(other)
    for figure in with_variants(figures(answers, Bootstrap(2, 1)), variants, [test_set], settings, SILENT):
        there = elsewhere[figure.section, figure.measure]
        if None in (figure.value, figure.variants_low, there) or figure.allows_query_words:
            continue
        mean = np.mean([each[figure.section, figure.measure] or 0 for each in of_variants])
        name = f"{test_set.name}, {figure.section}, {figure.measure}"
        ends = f"{figure.variants_low:.3f} to {figure.variants_high:.3f}"
        say(f"{name[:43]:44}{figure.value:10.3f}{mean:10.3f}{ends:>16}{there:12.3f}")


if __name__ == "__main__":
    main()
