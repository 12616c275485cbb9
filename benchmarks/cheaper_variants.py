"""What cheaper variants would do to the intervals: fewer epochs, or from the trained vectors on.

    python -m benchmarks.cheaper_variants fairy-tales.txt.gz --lowercase

The halves and the columns are those of `benchmarks.coverage`. ``epochs`` is the share of epochs, ``from`` what the
vectors begin with, and ``ratio`` the standard deviation of what the models of B are off, over that of the variants:
about 1.4 where variants spread as other corpora do. Intervals are not widened for words in few documents, so that ways
differ by what variants say alone.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.coverage import Compared, compare, parser_of_halves, plan_of, read
from benchmarks.coverage_tables import CLASSES, Pairs, title
from benchmarks.halves import split_in_halves
from w2vcli.array_types import Floats
from w2vcli.queries.intervals import spread_of
from w2vcli.queries.terms import unit
from w2vcli.reporting import SILENT
from w2vcli.training.engines.task import State
from w2vcli.training.epochs import EpochLog, make_job, train_text
from w2vcli.training.text import all_sentences, hold_out
from w2vcli.training.variant_training import weighted_text


class Way(NamedTuple):
    """A way to make variants: the share of epochs, and whether they begin with the vectors of the model."""

    epochs: float
    is_warm: bool


WAYS = (Way(1, False), Way(1 / 2, False), Way(1 / 2, True), Way(1 / 3, True))


def main() -> None:
    """Print a table in Markdown."""
    parser = parser_of_halves(__doc__)
    parser.add_argument("--variants", type=int, default=12)
    options = parser.parse_args()
    plan = plan_of(options)
    with tempfile.TemporaryDirectory() as folder:
        a, b = split_in_halves(read(plan, Path(folder)), Path(folder, "halves"), options.seed, options.apart)
        compared = compare(a, b, plan, options.seed)
        settings = compared.training.settings
        trained = State(train_text(hold_out(all_sentences(a), settings), settings, "numba").arrays)
        _tell("| epochs | from | rarer word in A | pairs | mean | elsewhere | held | ± | ratio |")
        _tell("|---|---|---|---|---:|---:|---:|---:|---:|")
        for way in WAYS:
            values = [train(compared, way, trained, 1000 * options.seed + at) for at in range(options.variants)]
            of_variants = np.array([compared.cosines(unit(each)) for each in values])
            tell_rows(way, compared.pairs(of_variants, of_variants[:0], compared.again_elsewhere))


def train(compared: Compared, way: Way, trained: State, seed: int) -> Floats:
    """Return the vectors of a variant of A."""
    training = compared.training
    once = replace(training.settings, epochs=1, seed=seed, held_out=False)
    epochs = max(1, round(training.epochs * way.epochs))
    text = hold_out(weighted_text(training.corpus, training.blocks, epochs, seed), once)
    job = make_job(text, training.vocabulary, once, "numba", SILENT.warn)
    log = EpochLog(job, SILENT, lambda *_: None, trained if way.is_warm else None)
    log.run()
    if log.state is None:
        raise SystemExit("no epoch was trained")
    return log.state.arrays["vectors"].astype(np.float64)


def tell_rows(way: Way, pairs: Pairs) -> None:
    """Print the rows of a way."""
    rarer = pairs.counts.min(axis=0)
    for kind, name in ((1, "near"), (0, "any")):
        for least, most in CLASSES:
            chosen = (rarer >= least) & (rarer <= (most or np.inf)) & (pairs.near == kind)
            values, elsewhere = pairs.variants[:, chosen], pairs.elsewhere[:, chosen]
            mean, low, high = spread_of(values, -1, 1)
            held = ((low <= elsewhere) & (elsewhere <= high)).mean()
            ratio = (elsewhere - mean).std() / np.sqrt(values.var(axis=0, ddof=1).mean())
            begins = "trained" if way.is_warm else "random"
            _tell(
                f"| {way.epochs:.2f} | {begins} | {title(least, most)} | {name} | {mean.mean():.3f} "
                f"| {elsewhere.mean():.3f} | {held:.1%} | {(high - low).mean() / 2:.3f} | {ratio:.2f} |"
            )


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
