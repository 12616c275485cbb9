"""Draw some of the neighbours that `benchmarks.coverage` compared: what is printed, the interval, the other half.

python -m benchmarks.coverage fairy-tales.txt.gz --lowercase --variants 12 25 --values tales.npz
python -m benchmarks.coverage_picture tales.npz docs/how-sure.png
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from benchmarks.coverage_tables import CLASSES, Pairs, read_pairs, title
from w2vcli.queries.intervals import spread_of

_SHOWN = 16  # of each class
_INTERVAL, _INSIDE, _OUTSIDE = "#9db8d2", "#1b7837", "#c51b7d"


def main() -> None:
    """Draw a panel for each class of counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("values", type=Path)
    parser.add_argument("picture", type=Path)
    options = parser.parse_args()
    draw(read_pairs(options.values), options.picture)


def draw(pairs: Pairs, picture: Path) -> None:
    """Draw neighbours at random, by the count of the rarer word, the highest similarity first."""
    figure = Figure(figsize=(11, 3.8), layout="constrained")
    rng = np.random.default_rng(1)
    rarer = pairs.counts.min(axis=0)
    spread = spread_of(pairs.variants, -1, 1, pairs.units.min(axis=0))
    for axes, (least, most) in zip(figure.subplots(1, len(CLASSES), sharey=True), CLASSES, strict=True):
        of_class = np.flatnonzero((rarer >= least) & (rarer <= (most or np.inf)) & (pairs.near == 1))
        drawn = rng.choice(of_class, min(_SHOWN, len(of_class)), replace=False)
        drawn = drawn[np.argsort(-pairs.printed[drawn])]
        low, high, elsewhere = spread.low[drawn], spread.high[drawn], pairs.elsewhere[0, drawn]
        at = np.arange(len(drawn))
        inside = (low <= elsewhere) & (elsewhere <= high)
        axes.vlines(at, low, high, color=_INTERVAL, linewidth=5, label="low to high")
        axes.plot(at, pairs.printed[drawn], "_", color="black", markersize=8, label="printed")
        axes.plot(at[inside], elsewhere[inside], "o", color=_INSIDE, markersize=4, label="other documents, inside")
        axes.plot(at[~inside], elsewhere[~inside], "x", color=_OUTSIDE, markersize=6, label="other documents, outside")
        axes.set(title=f"seen {title(least, most)} times", xticks=[], ylim=(-0.3, 1))
        axes.grid(axis="y", alpha=0.3)
    figure.axes[0].set_ylabel("similarity of two neighbours")
    figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)
    figure.savefig(picture, dpi=100)


if __name__ == "__main__":
    main()
